"""Selects the parts of a letter for an audience."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from circulars.compose.part_lists import lists_of
from circulars.model import letter
from circulars.model.letter import Letter, ListedItem, Listing, Part

NOBODY: Mapping[str, str] = {}
"""The audience of a letter that is built, not merged. It gets none of the parts that are for some addressees only."""


def holds(condition: letter.Condition, audience: Mapping[str, str]) -> bool:
    """Whether the audience's columns meet a part's ``when``."""
    return all(audience.get(column) in values for column, values in condition)


def left_out_parts(source: Letter, audience: Mapping[str, str] = NOBODY) -> tuple[Part | ListedItem, ...]:
    """The parts of a letter, and the entries of lists in other parts, that an audience does not get."""
    return tuple(part for part in _parts(source, audience) if not holds(part.when, audience))


def conditions(source: Letter) -> tuple[letter.Condition, ...]:
    """The distinct conditions of a letter's parts, in the order of their first use."""
    return tuple(dict.fromkeys(part.when for part in _parts(source) if part.when))


def used_columns(source: Letter, audience: Mapping[str, str]) -> dict[str, str]:
    """The columns of an audience that appear in the conditions of the parts that it gets."""
    present = (part for part in _parts(source, audience) if holds(part.when, audience))
    used = {column for part in present for column, _ in part.when}
    return {column: value for column, value in audience.items() if column in used}


def present_parts(parts: tuple[Part, ...], name: str, audience: Mapping[str, str]) -> Iterator[tuple[str, Part]]:
    """The parts that an audience gets, each with its id from the letter, or with its position ("body.3").

    Positions have no gaps for parts left out, so that readers cannot see that other readers get more.
    """
    present = (part for part in parts if holds(part.when, audience))
    for place, part in enumerate(present, start=1):
        yield part.id or f"{name}.{place}", part


def present_entries(listing: Listing, audience: Mapping[str, str]) -> Iterator[ListedItem]:
    """The entries of a list that an audience gets."""
    return (entry for entry in listing.entries if holds(entry.when, audience))


def _parts(source: Letter, audience: Mapping[str, str] | None = None) -> Iterator[Part | ListedItem]:
    """The parts of a letter, and the entries of its lists; without those in parts that the audience does not get."""
    for body in (source.body, *(annex.body for annex in source.annexes)):
        for part in body:
            yield part
            if audience is None or holds(part.when, audience):
                for _, listing in lists_of(part.id, part):
                    yield from _entries(listing, audience)


def _entries(listing: Listing | None, audience: Mapping[str, str] | None) -> Iterator[ListedItem]:
    for entry in listing.entries if listing else ():
        yield entry
        if audience is None or holds(entry.when, audience):
            yield from _entries(entry.listing, audience)
