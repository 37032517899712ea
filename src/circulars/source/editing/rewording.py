"""Finds ways of writing another text in the place of one: those that change the fewest lines come first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.east_asian import UNSPACED
from circulars.source.editing.lines import WIDTH, wrapped
from circulars.source.editing.scalars import escaped, folded, in_lines, is_number, literal, one_line
from circulars.source.editing.spots import EditSpot
from circulars.source.editing.written import WrittenPiece, pieces
from circulars.syntax.edits import Edit, edited

_WORD: Final = re.compile(rf"\s+|[{UNSPACED}]|[^\s{UNSPACED}]+")
_MOST: Final = 3000
"""How many words of a text are compared one by one; those of longer ones are replaced as a whole."""

Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a text is written: the column of its own lines, and whether it is within brackets."""

    indent: int
    in_flow: bool


def ways_to_reword(text: str, spot: EditSpot, value: str, around: Surroundings) -> Iterator[Edits]:
    """The edits of a file that may put ``value`` in the place of a text. None of them is sure to be right."""
    value = value.rstrip("\n")
    same = _in_same_lines(text, spot, value, around)
    if same is not None:
        long = _too_long(text, spot, same)
        if not long:
            yield same
        elif broken := _broken(text, spot, same, around):
            yield broken
    yield from _in_same_style(text, spot, value, around)
    if same is not None:
        yield same
    for way in _in_other_styles(spot, value, around):
        yield (_whole(text, spot, way),)


def _whole(text: str, spot: EditSpot, written: str) -> Edit:
    """The edit that replaces all of a scalar; the line ends at its end stay."""
    return Edit(spot.start, spot.start + len(text[spot.start : spot.end].rstrip()), written)


def _in_other_styles(spot: EditSpot, value: str, around: Surroundings) -> Iterator[str]:
    ways = [*one_line(value, in_flow=around.in_flow)]
    if spot.style == "" and is_number(value) and is_number(spot.text):
        ways.insert(0, value)  # a number in the place of another
    lines = [] if around.in_flow else [*in_lines(value, around.indent)]
    if "\n" in value or len(value) + around.indent > WIDTH:
        ways = [*lines, *ways]
    elif spot.style in ("'", '"'):
        ways = [*reversed(ways)]
    yield from ways


def _in_same_style(text: str, spot: EditSpot, value: str, around: Surroundings) -> Iterator[Edits]:
    """The whole text, in the style of the old one."""
    if spot.is_block_scalar:
        head = text[spot.start : spot.end].partition("\n")[0]
        indent = _block_indent(text, spot, around)
        make = literal(value, indent, head) if spot.style == "|" else folded(value, indent, _width(text, spot), head)
        yield (_whole(text, spot, make),)
    elif "\n" not in value and (written := escaped(value, spot.style, 0)) is not None:
        is_same_kind = spot.style or is_number(value) == is_number(spot.text)
        if is_same_kind and len(value) + around.indent <= WIDTH:
            yield (_whole(text, spot, spot.style + written + spot.style),)


def _block_indent(text: str, spot: EditSpot, around: Surroundings) -> int:
    lines = text[spot.start : spot.end].split("\n")[1:]
    return min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=around.indent)


def _width(text: str, spot: EditSpot) -> int:
    """The longest line that a text may have: none is longer than those that it has."""
    end = text.find("\n", spot.end - 1)
    start = text.rfind("\n", 0, spot.start) + 1
    return max(WIDTH, *map(len, text[start : end if end >= 0 else len(text)].split("\n")))


@dataclass(frozen=True, slots=True)
class _Word:
    value: str
    start: int
    end: int


def _in_same_lines(text: str, spot: EditSpot, value: str, around: Surroundings) -> Edits | None:
    """The edits of the words that differ; line ends between other words stay. None if that cannot be."""
    found = pieces(text, spot)
    if not found or not value:
        return None
    if not spot.style and (is_number(value) or is_number(spot.text)):
        return None
    if not spot.is_block_scalar and "\n" in value and "\n" not in spot.text:
        return None
    old = _words(found)
    new = _WORD.findall(value)
    indent = _block_indent(text, spot, around) if spot.is_block_scalar else around.indent
    edits = []
    for first, last, start, stop in _differences([word.value for word in old], new):
        at = old[first].start if first < last else old[first - 1].end if first else old[0].start
        end = old[last - 1].end if first < last else at
        written = escaped("".join(new[start:stop]), spot.style, indent)
        if written is None:
            return None
        edits.append(Edit(at, end, written))
    return tuple(edits)


def _words(found: Sequence[WrittenPiece]) -> list[_Word]:
    """The words of a text, the spaces between them, and single characters of Chinese, each with its range."""
    value = "".join(one.value for one in found)
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for one in found:
        if one.value:
            starts[at] = one.start
            at += len(one.value)
            ends[at] = one.end
    return [
        _Word(word[0], starts[word.start()], ends[word.end()])
        for word in _WORD.finditer(value)
        if word.start() in starts and word.end() in ends
    ]


def _differences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of words that differ, as in difflib: those of the old text, and those of the new one."""
    shortest = min(len(old), len(new))
    before = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    after = next((n for n in range(shortest - before) if old[-1 - n] != new[-1 - n]), shortest - before)
    left, right = old[before : len(old) - after], new[before : len(new) - after]
    if not left and not right:
        return
    if max(len(left), len(right)) > _MOST:
        yield before, len(old) - after, before, len(new) - after
        return
    for tag, first, last, start, stop in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            yield before + first, before + last, before + start, before + stop


def _too_long(text: str, spot: EditSpot, edits: Edits) -> list[int]:
    """The numbers of the lines that edits make too long, in the part of the file that they change."""
    width = _width(text, spot)
    start, end = _lines_around(text, edits)
    before, after = text[start:end].split("\n"), edited(text[:end], edits)[start:].split("\n")
    return [n for n, line in enumerate(after) if len(line) > width and line not in before]


def _broken(text: str, spot: EditSpot, edits: Edits, around: Surroundings) -> Edits | None:
    """The edits with each line broken that they make too long; None where a line end would be part of the text."""
    is_single = not spot.is_block_scalar and "\n" not in text[spot.start : spot.end]
    if spot.style == "|" or is_single:
        return None
    start, end = _lines_around(text, edits)
    lines = edited(text[:end], edits)[start:].split("\n")
    indent = _block_indent(text, spot, around)
    for number in _too_long(text, spot, edits):
        line = lines[number]
        lead = len(line) - len(line.lstrip(" "))
        lines[number] = " " * lead + f"\n{' ' * indent}".join(wrapped(line[lead:], lead, indent, _width(text, spot)))
    return (Edit(start, end, "\n".join(lines)),)


def _lines_around(text: str, edits: Edits) -> tuple[int, int]:
    """The range of the lines with edits."""
    if not edits:
        return 0, 0
    end = text.find("\n", edits[-1].end)
    return text.rfind("\n", 0, edits[0].start) + 1, end if end >= 0 else len(text)
