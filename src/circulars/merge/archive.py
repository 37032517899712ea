"""One ZIP file that several processes write into at once, with the same bytes as if one did (APPNOTE.TXT 6.3.10).

Copies are stored, for they are compressed already. The file grows under another name; only when its directory stands
at its end does it get its own.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from circulars.errors import MachineError, Place, Problem
from circulars.merge.copies import Copy, copy_name
from circulars.merge.ledger import Record
from circulars.merge.sums import Sums
from circulars.output import machine_fault

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR64 = struct.Struct("<4sLQL")
_END = struct.Struct("<4sHHHHLLH")
_UTF8 = 0x800  # the name is UTF-8
_MODE = 0o100644 << 16
_FULL = 0xFFFFFFFF
_MANY = 0xFFFF


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
        self._stamp = ((max(date.year, 1980) - 1980) << 9) | (date.month << 5) | date.day
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise machine_fault(error, path) from None

    def put(self, start: int, end: int, copies: Iterable[Copy]) -> list[Record]:
        """The records of a chunk's copies, which now stand in the file."""
        pieces: list[bytes] = []
        sizes: list[tuple[Copy, int, int, bytes]] = []
        length = 0
        for copy in copies:
            crc, digest = self._sums.of(copy)
            size = len(copy.head) + len(copy.tail)
            header = self._header(copy.name, crc, size)
            pieces += (header, copy.head, copy.tail)
            sizes.append((copy, length, crc, digest))
            length += len(header) + size
        place = self._turn.take(start, end, length)
        self._write(pieces, place)
        return [
            Record(copy.n, copy.format, len(copy.head) + len(copy.tail), place + at, crc, digest, copy.whole)
            for copy, at, crc, digest in sizes
        ]

    def _header(self, name: str, crc: int, size: int) -> bytes:
        if size >= _FULL:
            fact = f"'{name}' is larger than 4 GB"
            raise MachineError(Problem(Place(str(self._path)), "too-large", fact, "use --as files"))
        shown = name.encode()
        return _LOCAL.pack(b"PK\3\4", 20, _UTF8, 0, 0, self._stamp, crc, size, size, len(shown), 0) + shown

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

    def holds(self, record: Record, name: str) -> bool:
        """Whether a copy stands in the file as it was noted."""
        at = record.place + _LOCAL.size + len(name.encode())
        data = os.pread(self._handle, record.size, at)
        return hashlib.sha256(data).digest() == record.sha256

    def close(self) -> None:
        """Leaves the file as it is."""
        os.close(self._handle)

    def finish(self, records: Iterable[tuple[str, str, Record]], place: int) -> None:
        """Puts the directory at the file's end, and all of it on the disk."""
        size = count = 0
        pieces: list[bytes] = []
        try:
            for entry in self._entries(records):
                pieces.append(entry)
                size, count = size + len(entry), count + 1
                if len(pieces) == 1000:
                    self._write(pieces, place + size - sum(map(len, pieces)))
                    pieces.clear()
            self._write([*pieces, _end(count, size, place)], place + size - sum(map(len, pieces)))
            os.ftruncate(self._handle, place + size + len(_end(count, size, place)))
            os.fsync(self._handle)
        except OSError as error:
            raise machine_fault(error, self._path) from None

    def _entries(self, records: Iterable[tuple[str, str, Record]]) -> Iterator[bytes]:
        for id, language, record in records:
            name = copy_name(id, language, record.format).encode()
            far = record.place >= _FULL
            extra = struct.pack("<HHQ", 1, 8, record.place) if far else b""
            yield (
                _CENTRAL.pack(
                    b"PK\1\2", 0x0300 | (45 if far else 20), 45 if far else 20, _UTF8, 0, 0, self._stamp, record.crc,
                    record.size, record.size, len(name), len(extra), 0, 0, 0, _MODE, _FULL if far else record.place,
                )
                + name
                + extra
            )  # fmt: skip


def end_of(record: Record, name: str) -> int:
    """The place behind a copy in the file."""
    return record.place + _LOCAL.size + len(name.encode()) + record.size


def _end(count: int, size: int, place: int) -> bytes:
    """The end of the directory; the larger one (ZIP64) before it where the numbers ask for it."""
    end64 = b""
    if count >= _MANY or place >= _FULL or size >= _FULL:
        end64 = _END64.pack(b"PK\6\6", _END64.size - 12, 0x032D, 45, 0, 0, count, count, size, place)
        end64 += _LOCATOR64.pack(b"PK\6\7", 0, place + size, 1)
    few = min(count, _MANY)
    return end64 + _END.pack(b"PK\5\6", 0, 0, few, few, min(size, _FULL), min(place, _FULL), 0)
