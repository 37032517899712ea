"""Names a letter: its reference, and that of the letter that it amends."""

from __future__ import annotations

from circulars.compose.draft import Draft
from circulars.language import worded


def reference(draft: Draft) -> str:
    """The reference of the letter, or of the one that it amends."""
    source = draft.source
    return source.reference.get(draft.language.code) or worded(
        draft.kind_words.reference, number=source.number, group=source.group, year=str(source.date.year)
    )


def amendment(draft: Draft) -> str:
    """ "Corrigendum 1 to", or nothing."""
    amends = draft.source.amends
    if amends is None:
        return ""
    return f"{worded(draft.language.amendments[amends.kind].name, number=str(amends.number))} {draft.kind_words.to}"


def citation(draft: Draft) -> str:
    """The whole reference in one line: "Corrigendum 1 to TSB Circular 213"."""
    return f"{amendment(draft)} {reference(draft)}".strip()
