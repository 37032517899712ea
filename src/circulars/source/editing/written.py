"""Matches the characters of a text to the characters of the file that write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from circulars.source.editing.spots import EditSpot

_HEAD: Final = re.compile(r"[|>][-+0-9]*[^\n]*\n?")
_ESCAPE: Final = re.compile(r"\\(?:x\w{2}|u\w{4}|U\w{8}|[^\n])")
_CODES: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenPiece:
    """A range of the file and the characters that it writes: one, or those of a line end, which may be none."""

    start: int
    end: int
    value: str


def pieces(text: str, spot: EditSpot) -> tuple[WrittenPiece, ...] | None:
    """The pieces of a scalar, without the line ends at its end; None if they are not the value that YAML reads."""
    value = spot.text.rstrip("\n")
    lines = [*_block_lines(text, spot)] if spot.is_block_scalar else [*_flow_lines(text, spot)]
    found: list[WrittenPiece] = []
    length = 0
    for number, line in enumerate(lines):
        if number:
            end = _line_end(lines[number - 1], line, spot, value[length : length + 1])
            found.append(end)
            length += len(end.value)
        own = [*_characters(text, line.start, line.end, spot.style)]
        found += own
        length += sum(len(one.value) for one in own)
    return tuple(found) if "".join(one.value for one in found) == value else None


@dataclass(frozen=True, slots=True)
class _WrittenLine:
    """A line of a scalar without its indentation; ``blank`` empty lines are before it."""

    start: int
    end: int
    blank: int
    is_deeper: bool = False
    is_continued: bool = False


def _block_lines(text: str, spot: EditSpot) -> Iterator[_WrittenLine]:
    head = _HEAD.match(text, spot.start)
    assert head is not None, spot
    at, blank = head.end(), 0
    lines = text[at : spot.end].split("\n")
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), default=0)
    for line in lines:
        if line.strip(" "):
            yield _WrittenLine(at + indent, at + len(line), blank, line[indent] in " \t")
            blank = 0
        else:
            blank += 1
        at += len(line) + 1


def _flow_lines(text: str, spot: EditSpot) -> Iterator[_WrittenLine]:
    quotes = len(spot.style)
    at, blank, first = spot.start + quotes, 0, True
    lines = text[at : spot.end - quotes].split("\n")
    for number, line in enumerate(lines):
        is_last = number == len(lines) - 1
        kept = line if is_last else line.rstrip(" \t")
        lead = 0 if first else len(kept) - len(kept.lstrip(" \t"))
        if kept[lead:] or is_last or first:
            slashes = len(kept) - len(kept.rstrip("\\"))
            is_continued = spot.style == '"' and slashes % 2 == 1 and not is_last
            yield _WrittenLine(at + lead, at + len(kept) - is_continued, blank, is_continued=is_continued)
            blank, first = 0, False
        else:
            blank += 1
        at += len(line) + 1


def _line_end(before: _WrittenLine, after: _WrittenLine, spot: EditSpot, follows: str) -> WrittenPiece:
    """The piece of the line end between two lines; ``follows`` is the next character of the value."""
    value = "\n" * after.blank
    if spot.style == "|" or (spot.style == ">" and (before.is_deeper or after.is_deeper)):
        value += "\n"
    elif not after.blank and not before.is_continued:
        value = " " if follows == " " else ""  # lines of Chinese are joined without a space
    return WrittenPiece(before.end, after.start, value)


def _characters(text: str, start: int, end: int, style: str) -> Iterator[WrittenPiece]:
    at = start
    while at < end:
        if style == "'" and text.startswith("''", at):
            stop, value = at + 2, "'"
        elif style == '"' and (escape := _ESCAPE.match(text, at, end)):
            stop = escape.end()
            name = escape[0][1:]
            value = chr(int(name[1:], 16)) if name[0] in "xuU" else _CODES.get(name, "")
        else:
            stop, value = at + 1, text[at]
        yield WrittenPiece(at, stop, value)
        at = stop
