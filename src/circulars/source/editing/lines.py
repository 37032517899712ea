"""Breaks the lines of texts where a careful person would: never inside a field or a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.east_asian import is_full_width_mark, is_unspaced
from circulars.syntax.folding import are_joined

WIDTH: Final = 120
"""The longest line that is written, unless the text has longer ones."""
_WHOLE: Final = re.compile(
    r"\{\{.*?\}\}|\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\](?:\([^\s()]*\)|\{lang=[^{}]*\})|<[^\s<>]+>", re.DOTALL
)
"""What stays on one line: a field, a link, words that are marked as of another language."""


def wrapped(text: str, first: int, rest: int, width: int = WIDTH) -> list[str]:
    """The lines of a text without line ends: the ``first`` one begins in that column, the others in column ``rest``.

    Lines end before a space, which the line end replaces, or between Chinese characters.
    """
    lines = []
    room = width - first
    while len(text) > room and (cut := _last_break(text, room)):
        end, start = cut
        lines.append(text[:end])
        text, room = text[start:], width - rest
    return [*lines, text]


def _last_break(text: str, room: int) -> tuple[int, int] | None:
    """The last place where a line of so many characters may end, and where the next begins; else the first later."""
    best = None
    for end, start in _breaks(text):
        if end <= room or best is None:
            best = end, start
        if end > room:
            break
    return best


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    whole = [found.span() for found in _WHOLE.finditer(text)]
    for at in range(1, len(text) - 1):
        if any(start < at < end for start, end in whole):
            continue
        if text[at] == " " and text[at - 1] != " " and text[at + 1] != " ":
            yield at, at + 1
        elif _is_between_han(text, at):
            yield at, at


def _is_between_han(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if not is_unspaced(before) or not is_unspaced(after) or is_full_width_mark(after):
        return False
    return are_joined(text[:at], text[at : at + 80])
