"""Completes a ZIP with members in pieces: some are deflated in advance, others are stored between them.

A deflate stream may mix blocks of all kinds (RFC 1951, 2.3). A piece that ends with a full flush ends at a byte
boundary, and later pieces do not refer back across it. So a piece can be deflated once and joined with any others.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from circulars.render.docx.template_package import store

_END = struct.Struct("<4s4H2LH")  # APPNOTE.TXT 4.3.16
_SUMS = struct.Struct("<3L")
_WHERE = struct.Struct("<L")
_BLOCK = struct.Struct("<BHH")  # RFC 1951, 3.2.4
_LONGEST_BLOCK = 0xFFFF
# The offsets of checksums and positions in the local header (4.3.7) and in the central directory (4.3.12).
_LOCAL_SUMS, _LISTED_SUMS, _LISTED_PLACE = 14, 16, 42


@dataclass(frozen=True, slots=True)
class Begun:
    """A ZIP without its directory: the members, their directory entries, and their number."""

    members: bytes
    directory: bytes
    count: int


def begun(package: bytes) -> Begun:
    """A finished ZIP without a comment, opened so that members can be added."""
    *_, count, size, place, _ = _END.unpack(package[-_END.size :])
    return Begun(package[:place], package[place : place + size], count)


def ended(directory: bytes, count: int, place: int) -> bytes:
    """The directory of a ZIP, and its end record."""
    return directory + _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), place, 0)


@dataclass(frozen=True, slots=True)
class Member:
    """The local header and the directory entry of a deflated member, without the values that vary."""

    local: tuple[bytes, bytes]
    listed: tuple[bytes, bytes, bytes]

    def header(self, crc: int, packed: int, size: int) -> bytes:
        """The header before the member's bytes."""
        before, after = self.local
        return before + _SUMS.pack(crc, packed, size) + after

    def listing(self, crc: int, packed: int, size: int, place: int) -> bytes:
        """The directory entry; ``place`` is the position of the member's header."""
        before, between, after = self.listed
        return before + _SUMS.pack(crc, packed, size) + between + _WHERE.pack(place) + after


def entry(name: str) -> Member:
    """The header and the directory entry of a member with this name, as Python's ``zipfile`` writes them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        store(package, name, b"")
        (info,) = package.infolist()
    empty = begun(file.getvalue())
    local, listed = empty.members[: -info.compress_size], empty.directory
    first, second = _LISTED_SUMS + _SUMS.size, _LISTED_PLACE + _WHERE.size
    return Member(
        (local[:_LOCAL_SUMS], local[_LOCAL_SUMS + _SUMS.size :]),
        (listed[:_LISTED_SUMS], listed[first:_LISTED_PLACE], listed[second:]),
    )


def deflated(data: bytes, last: bool = False) -> bytes:
    """The deflated data: with the end of the stream, or ready for another piece to follow."""
    if not data and not last:
        return b""
    # Level and memory are those of zipfile, so a member in one piece equals the one that zipfile writes.
    stream = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def stored(data: bytes) -> bytes:
    """The data in stored blocks, to go between two deflated pieces."""
    length = len(data)
    if 0 < length <= _LONGEST_BLOCK:
        return _BLOCK.pack(0, length, length ^ 0xFFFF) + data
    blocks = (data[place : place + _LONGEST_BLOCK] for place in range(0, length, _LONGEST_BLOCK))
    return b"".join(map(stored, blocks))
