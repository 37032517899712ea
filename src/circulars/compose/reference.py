"""Settles the reference by which a letter is cited."""

from __future__ import annotations

import re

from circulars.compose.draft import Draft
from circulars.language import worded


def reference(draft: Draft) -> str:
    """The reference: "TSB Circular 213"; "" for a letter without one.

    A corrigendum, addendum or revision has that of the amended letter.
    """
    source = draft.source
    if source.reference is False:
        return ""
    return source.reference.get(draft.language.code) or worded(
        draft.kind_words.reference, number=source.number, group=source.group, year=str(source.date.year)
    )


def amendment(draft: Draft) -> str:
    """The words before the reference of an amendment, "Corrigendum 1 to"; "" for any other letter."""
    amends = draft.source.amends
    if amends is None:
        return ""
    name = worded(draft.language.amendments[amends.kind].name, number=str(amends.number))
    return f"{name} {to_reference(draft)}".rstrip()


def to_reference(draft: Draft) -> str:
    """The kind's words before a reference that a part belongs to ("to Circular").

    Words with which the letter's own ``reference`` begins are not said twice: of "to Circular" before "Circular 5"
    only "to" is left. An own reference that begins with an amendment ("Addendum 1 to …") has the words of amendments.
    """
    words, own = draft.kind_words.to.split(), reference(draft).casefold().split()
    if not draft.source.reference:
        return draft.kind_words.to
    for amendment in draft.language.amendments.values():
        name = re.escape(amendment.name).replace(re.escape("{number}"), r"\d+")
        if re.match(rf"{name}\b", reference(draft), re.IGNORECASE):
            return amendment.to
    said = next((n for n in range(len(words), 0, -1) if [word.casefold() for word in words[-n:]] == own[:n]), 0)
    return " ".join(words[: len(words) - said])


def citation(draft: Draft) -> str:
    """The full reference on one line: "Corrigendum 1 to TSB Circular 213"."""
    return f"{amendment(draft)} {reference(draft)}".strip()
