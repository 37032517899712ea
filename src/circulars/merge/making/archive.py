"""Writes a ZIP file from several processes at once, byte for byte as one process would (APPNOTE.TXT 6.3.10).

Copies are stored without compression, because their formats are compressed. The file has a temporary name until its
central directory is written.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

from circulars.errors import Choice, MachineError, Place, Problem
from circulars.files.output import SUMS, check_name, machine_fault, open_folder
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
_MAX_SIZE = 0xFFFFFFFF
_MAX_ENTRIES = 0xFFFF
_IN_MEMORY = 1 << 25  # bytes of a directory or of checksums; more is kept in a temporary file
_READ_SIZE = 1 << 20


class Allocator(Protocol):
    """Allocates space in the file to chunks of copies, in the order of the plan even if a later one is ready first."""

    def take(self, start: int, end: int, size: int) -> int:
        """The offset of a chunk of ``size`` bytes for the addressees from ``start`` to before ``end``."""


class SoleAllocator:
    """Allocates space when a single process writes."""

    def __init__(self, offset: int) -> None:
        self._place = offset

    def take(self, start: int, end: int, size: int) -> int:
        offset, self._place = self._place, self._place + size
        return offset


class Archive:
    """A ZIP file that is being written; every process that writes to it has its own instance."""

    def __init__(self, path: Path, date: datetime.date, allocator: Allocator, *, finished: bool = False) -> None:
        """Opens the file for writing, and makes it if it is missing; a ``finished`` one is only read.

        Raises:
            MachineError: the file cannot be opened.
        """
        self._path, self._allocator, self._sums = path, allocator, Sums()
        self._date_field = dos_date(date)
        self._handle = open_archive(path, finished=finished)

    def put(self, start: int, end: int, copies: Iterable[Copy]) -> list[CopyRecord]:
        """Writes a chunk's copies into the file; returns their records."""
        packed = pack_copies(copies, self._sums, self._date_field, self._path)
        offset = self._allocator.take(start, end, packed.length)
        self._write(packed.pieces, offset)
        return packed.records(offset)

    def _write(self, pieces: Sequence[bytes], offset: int) -> None:
        try:
            most = os.sysconf("SC_IOV_MAX") if hasattr(os, "sysconf") else 16
            for first in range(0, len(pieces), most):
                batch = pieces[first : first + most]
                length = sum(map(len, batch))
                if (done := os.pwritev(self._handle, batch, offset)) < length:
                    rest = memoryview(b"".join(batch))[done:]
                    while rest:
                        count = os.pwrite(self._handle, rest, offset + done)
                        rest, done = rest[count:], done + count
                offset += length
        except OSError as error:
            raise machine_fault(error, self._path) from None

    def truncate(self, offset: int) -> None:
        """Removes everything from an offset on: copies that are not in the ledger."""
        os.ftruncate(self._handle, offset)

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether the file has a copy as recorded."""
        at = record.offset + header_size(name)
        if not 0 <= at <= at + record.size <= os.fstat(self._handle).st_size:
            return False
        data = os.pread(self._handle, record.size, at)
        return hashlib.sha256(data).digest() == record.sha256

    def close(self) -> None:
        """Closes the file."""
        os.close(self._handle)

    def finish(self, ledger: Ledger, offset: int) -> None:
        """Writes the checksums and the central directory at ``offset``, and syncs the file to disk."""
        try:
            for piece in trailer(ledger, self._date_field, offset, self._path):
                self._write([piece], offset)
                offset += len(piece)
            os.ftruncate(self._handle, offset)
            os.fsync(self._handle)
        except OSError as error:
            raise machine_fault(error, self._path) from None

    def is_finished(self, ledger: Ledger, offset: int) -> bool:
        """Whether the bytes after the last copy are exactly those that :meth:`finish` writes."""
        for piece in trailer(ledger, self._date_field, offset, self._path):
            if os.pread(self._handle, len(piece), offset) != piece:
                return False
            offset += len(piece)
        return os.fstat(self._handle).st_size == offset


@dataclass(slots=True)
class PackedCopies:
    """Copies as bytes of a ZIP file, one after the other: ``pieces``, which have ``length`` bytes in all."""

    pieces: list[bytes] = field(default_factory=list)
    length: int = 0
    _copies: list[tuple[Copy, int, int, int, bytes]] = field(default_factory=list)

    def records(self, offset: int) -> list[CopyRecord]:
        """The records of the copies, the first of which is at ``offset`` in the file."""
        return [
            CopyRecord(copy.n, copy.format, size, offset + at, crc, digest, copy.whole)
            for copy, at, size, crc, digest in self._copies
        ]


def open_archive(path: Path, *, finished: bool = False) -> int:
    """The descriptor of an archive's file. One that is not ``finished`` is made if missing, and private to its owner.

    A link in its place, and a file with a second name (hard link), is removed first: its target stays as it is.
    """
    flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    folder = open_folder(path.parent, private=True)
    try:
        if finished:
            return os.open(path.name, os.O_RDONLY | flags, dir_fd=folder)
        with suppress(FileNotFoundError):
            found = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink > 1):
                os.unlink(path.name, dir_fd=folder)
        handle = os.open(path.name, os.O_RDWR | os.O_CREAT | flags, 0o600, dir_fd=folder)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.fchmod(handle, 0o600)
        return handle
    except OSError as error:
        raise machine_fault(error, path) from None
    finally:
        os.close(folder)


def pack_copies(copies: Iterable[Copy], sums: Sums, date_field: int, path: Path) -> PackedCopies:
    """The copies with their headers; ``path`` is the file, for problems."""
    packed = PackedCopies()
    pieces, placed, length = packed.pieces, packed._copies, 0
    for copy in copies:
        crc, digest = sums.of(copy)
        size = len(copy.head) + len(copy.tail)
        header = _header(copy.name, crc, size, date_field, path)
        pieces += (header, copy.head, copy.tail)
        placed.append((copy, length, size, crc, digest))
        length += len(header) + size
    packed.length = length
    return packed


def dos_date(date: datetime.date) -> int:
    """A date as in ZIP files, which begin in 1980."""
    return ((max(date.year, 1980) - 1980) << 9) | (date.month << 5) | date.day


def header_size(name: str) -> int:
    """The size in bytes of the header before a copy of this name."""
    return _LOCAL.size + len(name.encode())


def _header(name: str, crc: int, size: int, date_field: int, path: Path) -> bytes:
    if size >= _MAX_SIZE:
        fact = f"'{name}' is larger than 4 GB"
        choices = (Choice("kind", "makes separate files", "files"),)
        raise MachineError(Problem(Place(str(path)), "too-large", fact, choices=choices))
    check_name(name)
    encoded = name.encode()
    return _LOCAL.pack(b"PK\3\4", 20, _UTF8, 0, 0, date_field, crc, size, size, len(encoded), 0) + encoded


def trailer(ledger: Ledger, date_field: int, offset: int, path: Path) -> Iterator[bytes]:
    """What follows the last copy, from ``offset`` on: the checksums as a file, the central directory, and its end."""
    with SpooledTemporaryFile(_IN_MEMORY) as sums, SpooledTemporaryFile(_IN_MEMORY) as entries:
        crc = count = 0
        for copies in ledger.named_copies():
            lines = "".join([f"{digest.hex()}  {name}\n" for name, _, _, _, digest in copies]).encode()
            crc, count = zlib.crc32(lines, crc), count + len(copies)
            sums.write(lines)
            entries.write(
                b"".join([_directory_entry(name, size, at, own, date_field) for name, size, at, own, _ in copies])
            )
        header = _header(SUMS, crc, sums.tell(), date_field, path)
        entries.write(_directory_entry(SUMS, sums.tell(), offset, crc, date_field))
        yield header
        behind = offset + len(header) + sums.tell()
        yield from _read(sums)
        size = entries.tell()
        yield from _read(entries)
        yield _end(count + 1, size, behind)


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while data := stream.read(_READ_SIZE):
        yield data


def _directory_entry(name: str, size: int, offset: int, crc: int, date_field: int) -> bytes:
    """A file's entry in the central directory."""
    encoded = name.encode()
    if offset < _MAX_SIZE:
        return (
            _CENTRAL.pack(
                b"PK\1\2", 0x0314, 20, _UTF8, 0, 0, date_field, crc, size, size, len(encoded), 0, 0, 0, 0, _MODE, offset
            )
            + encoded
        )
    extra = struct.pack("<HHQ", 1, 8, offset)
    header = _CENTRAL.pack(
        b"PK\1\2",
        0x032D,
        45,
        _UTF8,
        0,
        0,
        date_field,
        crc,
        size,
        size,
        len(encoded),
        len(extra),
        0,
        0,
        0,
        _MODE,
        _MAX_SIZE,
    )
    return header + encoded + extra


def end_offset(record: CopyRecord, name: str) -> int:
    """The offset just after a copy in the file."""
    return record.offset + header_size(name) + record.size


def _end(count: int, size: int, offset: int) -> bytes:
    """The end record of the central directory, preceded by ZIP64 records where the numbers require them."""
    end64 = b""
    if count >= _MAX_ENTRIES or offset >= _MAX_SIZE or size >= _MAX_SIZE:
        end64 = _END64.pack(b"PK\6\6", _END64.size - 12, 0x032D, 45, 0, 0, count, count, size, offset)
        end64 += _LOCATOR64.pack(b"PK\6\7", 0, offset + size, 1)
    few = min(count, _MAX_ENTRIES)
    return end64 + _END.pack(b"PK\5\6", 0, 0, few, few, min(size, _MAX_SIZE), min(offset, _MAX_SIZE), 0)
