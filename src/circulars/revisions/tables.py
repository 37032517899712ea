"""Reads cross-reference tables, cross-reference streams and object streams (ISO 32000-1, 7.5.4 to 7.5.8)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from circulars.revisions.parsing import NotStrictError, ObjectParser
from circulars.revisions.values import Stream, Value, entries_of, items_of, whole_number

MAX_UNPACKED = 20_000_000
"""The maximum size of a cross-reference stream or an object stream, unpacked, in bytes."""
MAX_OBJECTS = 1_000_000
"""The maximum number of objects in one table."""

_SUBSECTION = re.compile(rb"(\d{1,10})[ ](\d{1,7})[ ]?(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \n| \r|\r\n)")


@dataclass(frozen=True, slots=True)
class Location:
    """Where an object is: ``offset`` bytes from the beginning, or object ``index`` of an object stream.

    ``holder`` is the number of that stream, or 0.
    """

    offset: int = 0
    generation: int = 0
    holder: int = 0
    index: int = 0


Table = Mapping[int, Location | None]
"""The locations of objects by number; ``None`` for those that are deleted (free)."""


def read_table(parser: ObjectParser) -> tuple[Table, Mapping[str, Value]]:
    """The table that begins with "xref" at the parser's position, and its trailer.

    Raises:
        NotStrictError: it is broken, or names an object twice.
    """
    parser.take(re.compile(rb"xref[ ]?(?:\r\n|\n|\r)"), "cross-reference table")
    found: dict[int, Location | None] = {}
    while match := _SUBSECTION.match(parser.data, parser.at):
        parser.at = match.end()
        for number in range(int(match[1]), int(match[1]) + int(match[2])):
            entry = parser.take(_ENTRY, "entry of the cross-reference table")
            if number in found or len(found) >= MAX_OBJECTS:
                raise parser.fault("a cross-reference table lists an object twice, or too many objects")
            found[number] = Location(int(entry[1]), int(entry[2])) if entry[3] == b"n" else None
    parser.take(re.compile(rb"[ \t\r\n]*trailer"), "trailer")
    trailer = parser.value()
    if not isinstance(trailer, Mapping):
        raise parser.fault("the trailer is not a dictionary")
    return found, trailer


def table_in(stream: Stream, at: int) -> Table:
    """The table in a cross-reference stream, which is at position ``at``.

    Raises:
        NotStrictError: it is broken, or names an object twice.
    """
    widths = [whole_number(one) for one in items_of(stream.entries.get("W"))]
    size = whole_number(stream.entries.get("Size"))
    if len(widths) != 3 or size is None or any(width is None or not 0 <= width <= 8 for width in widths):
        raise NotStrictError(at, "a cross-reference stream has wrong measures")
    first, second, third = (width or 0 for width in widths)
    content = unpacked(stream, at)
    index = [whole_number(one) for one in items_of(stream.entries.get("Index"))] or [0, size]
    row = first + second + third
    found: dict[int, Location | None] = {}
    place = 0
    for number in _numbers(index, at):
        if number in found or place + row > len(content) or not row:
            raise NotStrictError(at, "a cross-reference stream lists an object twice, or is too short")
        kind = int.from_bytes(content[place : place + first], "big") if first else 1
        one = int.from_bytes(content[place + first : place + first + second], "big")
        other = int.from_bytes(content[place + first + second : place + row], "big")
        place += row
        if kind > 2:
            raise NotStrictError(at, "a cross-reference stream has an unknown kind of entry")
        found[number] = (None, Location(one, other), Location(holder=one, index=other))[kind]
    if place != len(content):
        raise NotStrictError(at, "a cross-reference stream is too long")
    return found


def _numbers(index: list[int | None], at: int) -> Iterator[int]:
    if len(index) % 2 or any(one is None or not 0 <= one <= MAX_OBJECTS * 10 for one in index):
        raise NotStrictError(at, "a cross-reference stream has a wrong index")
    count = 0
    for start, length in zip(index[::2], index[1::2], strict=True):
        assert start is not None
        assert length is not None
        count += length
        if count > MAX_OBJECTS:
            raise NotStrictError(at, "a cross-reference stream lists too many objects")
        yield from range(start, start + length)


def packed_objects(stream: Stream, at: int) -> list[tuple[int, Value]]:
    """The numbers and values of the objects in an object stream, which is at position ``at``.

    Raises:
        NotStrictError: it is broken.
    """
    count, first = (whole_number(stream.entries.get(name)) for name in ("N", "First"))
    if count is None or first is None or not 0 <= count <= MAX_OBJECTS or "Extends" in stream.entries:
        raise NotStrictError(at, "an object stream has wrong measures")
    content = unpacked(stream, at)
    if not 0 <= first <= len(content):
        raise NotStrictError(at, "an object stream has wrong measures")
    try:
        head = [int(one) for one in content[:first].split()]
    except ValueError:
        raise NotStrictError(at, "an object stream has a wrong list") from None
    if len(head) != 2 * count or sorted(head[1::2]) != head[1::2]:
        raise NotStrictError(at, "an object stream has a wrong list")
    found = []
    parser = ObjectParser(content, first)
    for number, offset in zip(head[::2], head[1::2], strict=True):
        if content[parser.at : first + offset].strip(b" \t\r\n\f") or parser.at > first + offset:
            raise NotStrictError(at, "an object stream has bytes between its objects")
        parser.at = first + offset
        found.append((number, parser.value()))
    if content[parser.at :].strip(b" \t\r\n\f"):
        raise NotStrictError(at, "an object stream has bytes after its objects")
    return found


def unpacked(stream: Stream, at: int = 0, most: int = MAX_UNPACKED) -> bytes:
    """The bytes of a stream that is not compressed, or compressed once with Flate, with or without a PNG predictor.

    Raises:
        NotStrictError: it is compressed in another way, broken, or has more than ``most`` bytes.
    """
    names = stream.entries.get("Filter")
    if names is None or names == ():
        if len(stream.data) > most:
            raise NotStrictError(at, "a stream is too long")
        return stream.data
    if names not in ("FlateDecode", ("FlateDecode",)):
        raise NotStrictError(at, "a stream is compressed in an unusual way")
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(stream.data, most)
    except zlib.error:
        raise NotStrictError(at, "a compressed stream is broken") from None
    if not inflater.eof or inflater.unused_data.strip(b"\r\n"):
        raise NotStrictError(at, "a compressed stream is broken, too long, or followed by other bytes")
    settings = stream.entries.get("DecodeParms")
    return _without_predictor(content, entries_of((items_of(settings) or (settings,))[0]), at)


def _without_predictor(content: bytes, settings: Mapping[str, Value], at: int) -> bytes:
    predictor = whole_number(settings.get("Predictor")) or 1
    if predictor == 1:
        return content
    columns = whole_number(settings.get("Columns")) or 1
    if predictor < 10 or {"Colors", "BitsPerComponent"} & settings.keys() or not 1 <= columns <= 100:
        raise NotStrictError(at, "a stream is compressed in an unusual way")
    rows = [content[start : start + columns + 1] for start in range(0, len(content), columns + 1)]
    above = bytes(columns)
    found = []
    for row in rows:
        if len(row) != columns + 1 or row[0] not in (0, 2):
            raise NotStrictError(at, "a stream is compressed in an unusual way")
        above = row[1:] if row[0] == 0 else bytes((one + two) & 0xFF for one, two in zip(row[1:], above, strict=True))
        found.append(above)
    return b"".join(found)
