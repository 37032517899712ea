"""One ZIP file that several processes write into at once, with the same bytes as if one did (APPNOTE.TXT 6.3.10).

Copies are stored, for they are compressed already. The file grows under another name; only when its directory stands
at its end does it get its own.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

from circulars.errors import Choice, MachineError, Place, Problem
from circulars.files.output import SUMS, machine_fault
from circulars.merge.making.copies import Copy
from circulars.merge.making.sums import Sums
from circulars.merge.planning.ledger import CopyRecord, Ledger

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR64 = struct.Struct("<4sLQL")
_END = struct.Struct("<4sHHHHLLH")
_UTF8 = 0x800  # the name is UTF-8
_MODE = 0o100644 << 16
_FULL = 0xFFFFFFFF
_MANY = 0xFFFF
_IN_MEMORY = 1 << 25  # bytes of a directory, or of sums; what is longer waits on the disk
_AT_A_TIME = 1 << 20


class Turn(Protocol):
    """Gives each chunk of copies its place in the file, in their order, whoever is ready first."""

    def take(self, start: int, end: int, size: int) -> int:
        """The place of a chunk, of ``size`` bytes, that goes from addressee ``start`` to before ``end``."""


class Alone:
    """The turn of a process that works alone."""

    def __init__(self, place: int) -> None:
        self._place = place

    def take(self, start: int, end: int, size: int) -> int:
        place, self._place = self._place, self._place + size
        return place


class Archive:
    """A ZIP file in work; every process that writes into it has its own."""

    def __init__(self, path: Path, date: datetime.date, turn: Turn) -> None:
        self._path, self._turn, self._sums = path, turn, Sums()
        self._stamp = stamp_of(date)
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise machine_fault(error, path) from None

    def put(self, start: int, end: int, copies: Iterable[Copy]) -> list[CopyRecord]:
        """The records of a chunk's copies, which now stand in the file."""
        packed = pack(copies, self._sums, self._stamp, self._path)
        place = self._turn.take(start, end, packed.length)
        self._write(packed.pieces, place)
        return packed.records(place)

    def _write(self, pieces: Sequence[bytes], place: int) -> None:
        try:
            most = os.sysconf("SC_IOV_MAX") if hasattr(os, "sysconf") else 16
            for first in range(0, len(pieces), most):
                batch = pieces[first : first + most]
                length = sum(map(len, batch))
                if (done := os.pwritev(self._handle, batch, place)) < length:
                    rest = memoryview(b"".join(batch))[done:]
                    while rest:
                        count = os.pwrite(self._handle, rest, place + done)
                        rest, done = rest[count:], done + count
                place += length
        except OSError as error:
            raise machine_fault(error, self._path) from None

    def cut(self, place: int) -> None:
        """Takes away what stands behind a place: what nobody noted."""
        os.ftruncate(self._handle, place)

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether a copy stands in the file as it was noted."""
        at = record.place + header_size(name)
        data = os.pread(self._handle, record.size, at)
        return hashlib.sha256(data).digest() == record.sha256

    def close(self) -> None:
        """Leaves the file as it is."""
        os.close(self._handle)

    def finish(self, ledger: Ledger, place: int) -> None:
        """Puts the copies' sums and the directory at the file's end, and all of it on the disk."""
        try:
            for piece in ending(ledger, self._stamp, place, self._path):
                self._write([piece], place)
                place += len(piece)
            os.ftruncate(self._handle, place)
            os.fsync(self._handle)
        except OSError as error:
            raise machine_fault(error, self._path) from None

    def is_finished(self, ledger: Ledger, place: int) -> bool:
        """Whether all that stands behind the last copy is there as it was written."""
        for piece in ending(ledger, self._stamp, place, self._path):
            if os.pread(self._handle, len(piece), place) != piece:
                return False
            place += len(piece)
        return os.fstat(self._handle).st_size == place


@dataclass(slots=True)
class Packed:
    """Copies as they stand in a ZIP file, one behind the other: their ``pieces``, of some ``length`` in all."""

    pieces: list[bytes] = field(default_factory=list)
    length: int = 0
    _copies: list[tuple[Copy, int, int, int, bytes]] = field(default_factory=list)

    def records(self, place: int) -> list[CopyRecord]:
        """The records of the copies, the first of which stands at a place of the file."""
        return [
            CopyRecord(copy.n, copy.format, size, place + at, crc, digest, copy.whole)
            for copy, at, size, crc, digest in self._copies
        ]


def pack(copies: Iterable[Copy], sums: Sums, stamp: int, path: Path) -> Packed:
    """The copies with their headers; ``path`` is where they go, for a problem."""
    packed = Packed()
    pieces, known, length = packed.pieces, packed._copies, 0
    for copy in copies:
        crc, digest = sums.of(copy)
        size = len(copy.head) + len(copy.tail)
        header = _header(copy.name, crc, size, stamp, path)
        pieces += (header, copy.head, copy.tail)
        known.append((copy, length, size, crc, digest))
        length += len(header) + size
    packed.length = length
    return packed


def stamp_of(date: datetime.date) -> int:
    """A date as ZIP files have it; they know none before 1980."""
    return ((max(date.year, 1980) - 1980) << 9) | (date.month << 5) | date.day


def header_size(name: str) -> int:
    """How many bytes stand before a copy of this name."""
    return _LOCAL.size + len(name.encode())


def _header(name: str, crc: int, size: int, stamp: int, path: Path) -> bytes:
    if size >= _FULL:
        fact = f"'{name}' is larger than 4 GB"
        choices = (Choice("kind", "makes a file of each", "files"),)
        raise MachineError(Problem(Place(str(path)), "too-large", fact, choices=choices))
    shown = name.encode()
    return _LOCAL.pack(b"PK\3\4", 20, _UTF8, 0, 0, stamp, crc, size, size, len(shown), 0) + shown


def ending(ledger: Ledger, stamp: int, place: int, path: Path) -> Iterator[bytes]:
    """What stands behind the last copy, from ``place`` on: the copies' sums as a file, the directory, and its end."""
    with SpooledTemporaryFile(_IN_MEMORY) as sums, SpooledTemporaryFile(_IN_MEMORY) as entries:
        crc = count = 0
        for copies in ledger.named_copies():
            lines = "".join([f"{digest.hex()}  {name}\n" for name, _, _, _, digest in copies]).encode()
            crc, count = zlib.crc32(lines, crc), count + len(copies)
            sums.write(lines)
            entries.write(b"".join([_entry(name, size, at, own, stamp) for name, size, at, own, _ in copies]))
        header = _header(SUMS, crc, sums.tell(), stamp, path)
        entries.write(_entry(SUMS, sums.tell(), place, crc, stamp))
        yield header
        behind = place + len(header) + sums.tell()
        yield from _read(sums)
        size = entries.tell()
        yield from _read(entries)
        yield _end(count + 1, size, behind)


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while data := stream.read(_AT_A_TIME):
        yield data


def _entry(name: str, size: int, place: int, crc: int, stamp: int) -> bytes:
    """A file's line in the directory."""
    shown = name.encode()
    if place < _FULL:
        return (
            _CENTRAL.pack(
                b"PK\1\2", 0x0314, 20, _UTF8, 0, 0, stamp, crc, size, size, len(shown), 0, 0, 0, 0, _MODE, place
            )
            + shown
        )
    extra = struct.pack("<HHQ", 1, 8, place)
    header = _CENTRAL.pack(
        b"PK\1\2", 0x032D, 45, _UTF8, 0, 0, stamp, crc, size, size, len(shown), len(extra), 0, 0, 0, _MODE, _FULL
    )
    return header + shown + extra


def end_of(record: CopyRecord, name: str) -> int:
    """The place behind a copy in the file."""
    return record.place + header_size(name) + record.size


def _end(count: int, size: int, place: int) -> bytes:
    """The end of the directory; the larger one (ZIP64) before it where the numbers ask for it."""
    end64 = b""
    if count >= _MANY or place >= _FULL or size >= _FULL:
        end64 = _END64.pack(b"PK\6\6", _END64.size - 12, 0x032D, 45, 0, 0, count, count, size, place)
        end64 += _LOCATOR64.pack(b"PK\6\7", 0, place + size, 1)
    few = min(count, _MANY)
    return end64 + _END.pack(b"PK\5\6", 0, 0, few, few, min(size, _FULL), min(place, _FULL), 0)
