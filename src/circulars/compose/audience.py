"""Selects the parts of a letter that an audience gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from circulars.model import letter
from circulars.model.letter import Letter, Part

NOBODY: Mapping[str, str] = {}
"""The audience of a letter that is built, not merged: parts that only some addressees get are left out."""


def holds(condition: letter.Condition, audience: Mapping[str, str]) -> bool:
    """Whether an addressee's columns say what a part's ``when`` asks."""
    return all(audience.get(column) in values for column, values in condition)


def left_out_parts(source: Letter, audience: Mapping[str, str] = NOBODY) -> tuple[Part, ...]:
    """The parts of a letter that an audience does not get."""
    return tuple(part for part in _parts(source) if not holds(part.when, audience))


def conditions(source: Letter) -> tuple[letter.Condition, ...]:
    """The different conditions under which parts come into a letter, in the order of their first parts."""
    return tuple(dict.fromkeys(part.when for part in _parts(source) if part.when))


def asked_columns(source: Letter, audience: Mapping[str, str]) -> dict[str, str]:
    """The columns, of those that an audience has, by which parts came into its letter."""
    shown = (part for part in _parts(source) if holds(part.when, audience))
    asked = {column for part in shown for column, _ in part.when}
    return {column: value for column, value in audience.items() if column in asked}


def present_parts(parts: tuple[Part, ...], name: str, audience: Mapping[str, str]) -> Iterator[tuple[str, Part]]:
    """The parts that an audience gets, each with its id: its own, or its place among them ("body.3").

    Parts that the audience does not get leave no gap: nothing tells a reader that others are told more.
    """
    present = (part for part in parts if holds(part.when, audience))
    for place, part in enumerate(present, start=1):
        yield part.id or f"{name}.{place}", part


def _parts(source: Letter) -> Iterator[Part]:
    for body in (source.body, *(annex.body for annex in source.annexes)):
        yield from body
