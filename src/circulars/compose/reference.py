"""Settles the reference by which a letter is cited."""

from __future__ import annotations

from circulars.compose.draft import Draft
from circulars.language import worded


def reference(draft: Draft) -> str:
    """The reference: "TSB Circular 213". A corrigendum, addendum or revision has that of the amended letter."""
    source = draft.source
    return source.reference.get(draft.language.code) or worded(
        draft.kind_words.reference, number=source.number, group=source.group, year=str(source.date.year)
    )


def amendment(draft: Draft) -> str:
    """The words before the reference of an amendment, "Corrigendum 1 to"; "" for any other letter."""
    amends = draft.source.amends
    if amends is None:
        return ""
    return f"{worded(draft.language.amendments[amends.kind].name, number=str(amends.number))} {draft.kind_words.to}"


def citation(draft: Draft) -> str:
    """The full reference on one line: "Corrigendum 1 to TSB Circular 213"."""
    return f"{amendment(draft)} {reference(draft)}".strip()
