"""Fills the holes of a Word file that is packed once. Only the values are written and checksummed for each copy."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from circulars.render.docx.holes import Hole, Parted
from circulars.render.docx.markup import escaped
from circulars.render.docx.package import Package
from circulars.render.docx.voice import BREAK, PLAIN
from circulars.render.docx.zipped import Member, deflated, ended, entry, stored

_BYTE = 0xFF

Sums = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A hole, the text that it shows without a value (``open``), and the deflated text that follows it.

    ``frame`` is the XML before and after a :data:`PLAIN` value. ``sums`` turn the checksum of any data into that of the
    data followed by this text: one table for each byte of the checksum, lowest first.
    """

    name: str
    open: str
    hole: Hole
    frame: tuple[bytes, bytes] | None
    packed: bytes
    size: int
    sums: Sums

    def filled(self, text: str) -> bytes:
        """The XML of a value in the hole."""
        if self.frame and PLAIN.fullmatch(text):
            return self.frame[0] + escaped(text).replace("\n", BREAK).encode() + self.frame[1]
        return self.hole.xml(text).encode()


@dataclass(frozen=True, slots=True)
class _Part:
    """A part with holes: the text before the first one, deflated, and the places after it."""

    entry: Member
    packed: bytes
    size: int
    crc: int
    places: tuple[_Place, ...]

    def filled(self, values: Mapping[str, str]) -> tuple[bytes, int, int]:
        """The part's compressed bytes, and the checksum and the number of its uncompressed bytes."""
        pieces, crc, size = [self.packed], self.crc, self.size
        for place in self.places:
            filling = place.filled(values.get(place.name, place.open))
            one, two, three, four = place.sums
            crc = zlib.crc32(filling, crc)
            crc = one[crc & _BYTE] ^ two[crc >> 8 & _BYTE] ^ three[crc >> 16 & _BYTE] ^ four[crc >> 24]
            size += len(filling) + place.size
            pieces += [stored(filling), place.packed]
        return b"".join(pieces), crc, size


@dataclass(frozen=True, slots=True)
class DocxFilling:
    """A Word file without the values of its holes. ``head`` is the same in every copy."""

    head: bytes
    directory: bytes
    count: int
    parts: tuple[_Part, ...]

    def tail(self, values: Mapping[str, str]) -> bytes:
        """The bytes after the head in the copy with these values."""
        pieces, directory, place = [], [self.directory], len(self.head)
        for part in self.parts:
            data, crc, size = part.filled(values)
            header = part.entry.header(crc, len(data), size)
            pieces += [header, data]
            directory.append(part.entry.listing(crc, len(data), size, place))
            place += len(header) + len(data)
        pieces.append(ended(b"".join(directory), self.count, place))
        return b"".join(pieces)


def filling_of(package: Package) -> DocxFilling:
    """The file with the name of each hole in its place."""
    begun, parts = package.begun, tuple(_part(name, part) for name, part in package.last.items())
    return DocxFilling(begun.members, begun.directory, begun.count + len(parts), parts)


def _part(name: str, part: Parted) -> _Part:
    first, *others = (text.encode() for text in part.texts)
    last = len(others)
    places = tuple(
        _place(hole, text, nth == last) for nth, (hole, text) in enumerate(zip(part.holes, others, strict=True), 1)
    )
    return _Part(entry(name), deflated(first, not last), len(first), zlib.crc32(first), places)


def _place(hole: Hole, text: bytes, last: bool) -> _Place:
    frame = hole.frame()
    around = (frame[0].encode(), frame[1].encode()) if frame else None
    return _Place(hole.shown, f"«{hole.shown}»", hole, around, deflated(text, last), len(text), _sums(text))


def _sums(text: bytes) -> Sums:
    """The checksum tables of a text.

    CRC-32 is linear in the bits of the checksum before the text: each bit changes the result by the same exclusive or,
    whatever the other bits are.
    """
    own = zlib.crc32(text)
    bits = [zlib.crc32(text, 1 << bit) ^ own for bit in range(32)]
    first, *others = (_table(bits[low : low + 8]) for low in range(0, 32, 8))
    return (tuple(own ^ sum_ for sum_ in first), *others)


def _table(bits: list[int]) -> tuple[int, ...]:
    table = [0]
    for bit in bits:
        table += [bit ^ sum_ for sum_ in table]
    return tuple(table)
