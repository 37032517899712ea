"""Finds the entries of lists and of groups of keys, with the comments that belong to each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from circulars.source.editing.spots import EditSpot

_SPACE: Final = re.compile(r"(?:\s+|#[^\n]*)*")
_BLOCK_HEAD: Final = re.compile(r"[|>][-+0-9]*[^\n]*")
_COMMENT: Final = re.compile(r"[ \t]+#[^\n]*")
_COMMENT_LINE: Final = re.compile(r"[ \t]*#[^\n]*")


@dataclass(frozen=True, slots=True)
class EditedEntry:
    """The range of an entry: comments directly above it in its column, its dash or key, its value, and comments behind.

    ``column`` counts from 0.
    """

    start: int
    end: int
    column: int


def entries(text: str, spot: EditSpot) -> tuple[EditedEntry, ...]:
    """The entries of a collection, in the order of the file."""
    found: list[EditedEntry] = []
    before = spot.start
    for number, value in enumerate(spot.values):
        key = spot.keys[number] if spot.keys else None
        if spot.is_flow:
            found.append(EditedEntry(_start_in_flow(text, before, number), content_end(text, value), 0))
        else:
            start = key.start if key else _dash(text, before, first=not number)
            column = start - (text.rfind("\n", 0, start) + 1)
            end = _with_comments_behind(text, content_end(text, value), column)
            found.append(EditedEntry(_with_comments_above(text, start, before, column), end, column))
        before = found[-1].end
    return tuple(found)


def content_end(text: str, spot: EditSpot) -> int:
    """The end of a value, without blank lines and comments after it."""
    if spot.is_scalar or spot.is_flow or not spot.values:
        if spot.is_block_scalar:
            head = _BLOCK_HEAD.match(text, spot.start)
            content = text[spot.start : spot.end].rstrip()
            return max(spot.start + len(content), head.end() if head and "\n" not in content else 0)
        return spot.end
    return spot.end if spot.style == "*" else content_end(text, spot.values[-1])


def _start_in_flow(text: str, before: int, number: int) -> int:
    """The start of an entry in brackets: after the opening bracket, or after the comma."""
    at = before + 1 if number == 0 else before
    space = _SPACE.match(text, at)
    at = space.end() if space else at
    if number and text[at : at + 1] == ",":
        space = _SPACE.match(text, at + 1)
        at = space.end() if space else at + 1
    return at


def _dash(text: str, before: int, *, first: bool) -> int:
    if first:
        return before
    space = _SPACE.match(text, before)
    return space.end() if space else before


def _with_comments_above(text: str, start: int, before: int, column: int) -> int:
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" "):
        return start
    while line > before:
        above = text.rfind("\n", 0, line - 1) + 1
        if above < before or not re.fullmatch(rf" {{{column}}}#[^\n]*\n", text[above:line]):
            break
        start, line = above + column, above
    return start


def _with_comments_behind(text: str, end: int, column: int) -> int:
    """The end with a comment on its line, and with comments below it that are indented more than the entry."""
    if comment := _COMMENT.match(text, end):
        end = comment.end()
    while text[end : end + 1] == "\n" and (comment := _COMMENT_LINE.match(text, end + 1)):
        if comment[0].index("#") <= column:
            break
        end = comment.end()
    return end


def gap(text: str, found: Sequence[EditedEntry], number: int) -> str:
    """What to write between an entry and the one before it: as many blank lines as others have, without comments."""
    places = [n for n in (number, number - 1, number + 1) if 0 < n < len(found)]
    if not places:
        return "\n" + " " * found[0].column
    between = text[found[places[0] - 1].end : found[places[0]].start]
    lines = re.sub(r"[ \t]*#[^\n]*", "", between).count("\n")
    return "\n" * min(lines, 2) + " " * found[0].column if lines else ""
