"""Puts edits of a file's text into its bytes, of which the others stay: its line ends and its byte order mark."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from circulars.syntax.edits import Edit


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """A range of bytes, and the bytes that replace it."""

    start: int
    end: int
    data: bytes


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The bytes with splices that do not overlap."""
    parts, at = [], 0
    for one in sorted(splices):
        parts += [data[at : one.start], one.data]
        at = one.end
    return b"".join([*parts, data[at:]])


def undoing(data: bytes, splices: Iterable[Splice]) -> tuple[Splice, ...]:
    """The splices that undo others: in bytes with these, they restore what was in ``data``."""
    found, moved = [], 0
    for one in sorted(splices):
        start = one.start + moved
        found.append(Splice(start, start + len(one.data), data[one.start : one.end]))
        moved += len(one.data) - (one.end - one.start)
    return tuple(found)


def splices_of(data: bytes, edits: Iterable[Edit]) -> tuple[Splice, ...]:
    """The splices for edits of the text that :func:`circulars.syntax.decoding.decoded` makes of the bytes."""
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    typed = data.decode("utf-8-sig")
    place = _Typed(tuple(found.start() for found in re.finditer("\r\n", typed)))
    found, at, byte = [], 0, mark
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        start, end = place(edit.start), place(edit.end)
        byte += len(typed[at:start].encode())
        length = len(typed[start:end].encode())
        found.append(Splice(byte, byte + length, edit.text.replace("\n", _line_end(typed, start)).encode()))
        at, byte = end, byte + length
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Typed:
    """Maps characters of the text to those of the file, where some line ends have two."""

    returns: tuple[int, ...]

    def __call__(self, at: int) -> int:
        for one in self.returns:
            if one >= at:
                break
            at += 1
        return at


def _line_end(typed: str, at: int) -> str:
    """The line end of the line before a character, or else the first one of the file."""
    end = typed.rfind("\n", 0, at)
    end = end if end >= 0 else typed.find("\n")
    if end < 0:
        return "\r" if "\r" in typed else "\n"
    return "\r\n" if typed[end - 1 : end] == "\r" else "\n"
