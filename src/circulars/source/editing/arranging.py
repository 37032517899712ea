"""Adds, removes and moves entries of lists and of groups of keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from circulars.source.editing.entries import EditedEntry, content_end, entries, gap
from circulars.source.editing.lines import WIDTH
from circulars.source.editing.scalars import Value
from circulars.source.editing.spots import EditSpot
from circulars.source.editing.values import in_brackets, key_text, written_after
from circulars.syntax.edits import Edit

_COMMENT: Final = re.compile(r"#[^\n]*")


def inserted(text: str, spot: EditSpot, number: int, key: str, value: Value) -> tuple[Edit, ...]:
    """The edit that adds an entry before the one with a number; ``key`` is its key, or "" in a list."""
    found = entries(text, spot)
    if spot.is_flow:
        written = f"{key_text(key)}: {in_brackets(value)}" if key else in_brackets(value)
        if not found:
            return (Edit(spot.start + 1, spot.start + 1, written),)
        between = ", "
    else:
        written = _in_lines(text, spot, number, key, value, found)
        between = gap(text, found, number)
    if number < len(found):
        at = found[number].start
        return (Edit(at, at, written + between),)
    at = found[-1].end
    return (Edit(at, at, ("," if spot.is_flow and between[:1] != "," else "") + between + written),)


def _in_lines(text: str, spot: EditSpot, number: int, key: str, value: Value, found: Sequence[EditedEntry]) -> str:
    column = found[0].column
    lead = f"{key_text(key)}:" if key else "-"
    beside = spot.values[min(number, len(spot.values) - 1)]
    is_collection = isinstance(value, Mapping | Sequence) and not isinstance(value, str)
    if beside.is_flow and is_collection:
        written = written_after(lead, value, column, in_flow=True)
        if column + len(written) <= WIDTH or "\n" not in text[beside.start : beside.end]:
            return written
    return written_after(lead, value, column)


def removed(text: str, spot: EditSpot, number: int) -> tuple[Edit, ...]:
    """The edit that removes an entry with its comments. Other comments stay."""
    found = entries(text, spot)
    one = found[number]
    if number + 1 < len(found):
        after = found[number + 1].start
        comment = _COMMENT.search(text, one.end, after)
        return (Edit(one.start, comment.start() if comment else after),)
    before = found[number - 1].end
    comments = [*_COMMENT.finditer(text, before, one.start)]
    return (Edit(comments[-1].end() if comments else before, one.end),)


def moved(text: str, spot: EditSpot, number: int, to: int) -> tuple[Edit, ...]:
    """The edits that move an entry with its comments, so that it becomes the one with the number ``to``."""
    found = entries(text, spot)
    order = [*range(len(found))]
    order.insert(to, order.pop(number))
    return tuple(
        Edit(place.start, place.end, text[found[source].start : found[source].end])
        for place, source in zip(found, order, strict=True)
        if place != found[source]
    )


def replaced(text: str, spot: EditSpot, number: int, value: Value) -> tuple[Edit, ...]:
    """The edit that writes any value in the place of an entry's value; there is none where comments would be lost."""
    old = spot.values[number]
    if not old.is_scalar and "#" in text[old.start : old.end]:
        return ()
    if spot.is_flow:
        space = " " if old.start == old.end else ""
        return (Edit(old.start, old.end, space + in_brackets(value)),)
    found = entries(text, spot)[number]
    lead, at = (":", text.index(":", spot.keys[number].end)) if spot.keys else ("-", text.index("-", found.start))
    if not spot.keys:
        at = text.rindex("-", 0, max(old.start, at + 1)) if old.start > at else at
    return (Edit(at, content_end(text, old), written_after(lead, value, found.column)),)
