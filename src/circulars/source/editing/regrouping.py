"""Moves what is written to other columns and lists, as it is: keys below a new key, entries to another list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from circulars.source.editing.arranging import removed
from circulars.source.editing.entries import EditedEntry, content_end, entries, gap
from circulars.source.editing.spots import EditSpot
from circulars.source.editing.values import key_text
from circulars.syntax.edits import Edit

_STEP: Final = 2
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)


def renamed(spot: EditSpot, number: int, key: str) -> tuple[Edit, ...]:
    """The edit that gives a key another name."""
    old = spot.keys[number]
    return (Edit(old.start, old.end, key_text(key)),)


def nested(
    text: str, spot: EditSpot, keys: Sequence[str], below: str, *, in_list: bool, in_flow: bool
) -> Iterator[tuple[Edit, ...]]:
    """The edits that put some keys of a group below a new one, if they follow one another."""
    found = entries(text, spot)
    numbers = [number for number, key in enumerate(spot.keys) if key.text in keys]
    if not all(one + 1 == other for one, other in pairwise(numbers)):
        return
    lead = f"{key_text(below)}:"
    start, end = found[numbers[0]].start, found[numbers[-1]].end
    if spot.is_flow:
        if len(numbers) == len(found) and not in_flow:
            column = _column(text, spot.start)
            dash = f"\n{' ' * (column + _STEP)}- " if in_list else " "
            yield (Edit(spot.start, spot.end, f"{lead}{dash}{text[spot.start : spot.end]}"),)
        brackets = ("[{", "}]") if in_list else ("{", "}")
        yield (Edit(start, end, f"{lead} {brackets[0]}{text[start:end]}{brackets[1]}"),)
        return
    column = found[numbers[0]].column
    dash = "- " if in_list else ""
    inner = shifted(text[start:end], _STEP + len(dash))
    yield (Edit(start, end, f"{lead}\n{' ' * (column + _STEP)}{dash}{inner}"),)


def unnested(text: str, spot: EditSpot, number: int) -> Iterator[tuple[Edit, ...]]:
    """The edits that put the keys below a key in its place."""
    key, below = spot.keys[number], spot.values[number]
    group = below.values[0] if below.style in ("list", "[") else below
    if group.style not in ("map", "{"):
        return
    inner, end = entries(text, group), content_end(text, below)
    bare = [text[one.start : one.end].strip() for one in inner]
    if spot.is_flow:
        yield (Edit(key.start, end, text[group.start + 1 : group.end - 1].strip() if group.is_flow else ""),)
        return
    column = _column(text, key.start)
    if not group.is_flow:
        end = inner[-1].end
        by = column - inner[0].column
        yield (Edit(key.start, end, shifted(text[inner[0].start : end], by)),)
        return
    if len(spot.values) == 1:
        yield (Edit(key.start, end, text[group.start : group.end]),)
    yield (Edit(key.start, end, f"\n{' ' * column}".join(bare)),)


def transferred(
    text: str, lists: tuple[EditSpot, EditSpot], around: EditSpot, number: int, to: int
) -> Iterator[tuple[Edit, ...]]:
    """The edits that move an entry from one list to another one.

    If it is the only one, the key of its list goes, which is in the group ``around``.
    """
    source, target = lists
    if target.style != "list" or not target.values:
        return
    found, there = entries(text, source), entries(text, target)
    one, column = found[number], there[0].column
    written = _entry(text, source, one, column)
    if len(found) > 1:
        taken = removed(text, source, number)
    else:
        taken = removed(text, around, [value is source for value in around.values].index(True))
    between = gap(text, there, to)
    if to < len(there):
        at = there[to].start
        yield (*taken, Edit(at, at, written + between))
    else:
        at = there[-1].end
        yield (*taken, Edit(at, at, between + written))


def _entry(text: str, source: EditSpot, one: EditedEntry, column: int) -> str:
    """An entry of a list as it is written in lines in another column."""
    written = text[one.start : one.end]
    return f"- {written.strip()}" if source.is_flow else shifted(written, column - one.column)


def shifted(text: str, by: int) -> str:
    """Lines in another column. The first one begins there already, and lines that are further left stay so."""
    if by >= 0:
        return re.sub(r"\n(?=[^\n])", "\n" + " " * by, text)
    return re.sub(rf"\n {{0,{-by}}}", "\n", text)


def comments(text: str, root: EditSpot) -> list[str]:
    """The comments of a file in alphabetical order."""
    texts = [*_texts(root)]
    bare, at = [], 0
    for start, end in texts:
        bare += [text[at:start], " " if start == end else "x"]
        at = max(at, end)
    return sorted(found[0].rstrip() for found in _COMMENT.finditer("".join([*bare, text[at:]])))


def _texts(spot: EditSpot) -> Iterator[tuple[int, int]]:
    """The ranges of the texts of a file, in its order."""
    if spot.is_scalar:
        yield spot.start, spot.end
    for number, value in enumerate(spot.values):
        if spot.keys:
            yield from _texts(spot.keys[number])
        yield from _texts(value)


def _column(text: str, at: int) -> int:
    return at - (text.rfind("\n", 0, at) + 1)
