"""Stores the copies that a cluster makes, at any address that fsspec knows: from a folder to an object store."""

from __future__ import annotations

import datetime
import functools
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from circulars.errors import Choice, MachineError, Place, Problem, UsageError
from circulars.extras import to_install
from circulars.files.output import SUMS, check_name, put_many, save, sum_lines
from circulars.merge.making.archive import dos_date, header_size, open_archive, pack_copies, trailer
from circulars.merge.making.copies import Copy
from circulars.merge.making.sums import Sums
from circulars.merge.planning.ledger import CopyRecord, Ledger

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

RANGE: Final = 500
"""The number of addressees in a worker's task: about 20 MB of PDF."""


@dataclass(frozen=True, slots=True)
class Storage:
    """A folder of copies, or of one ZIP file, at an address that every worker can reach.

    Until the ZIP file is finished, each of its ranges is a separate file. Writing is atomic in a local folder and in
    object stores; other storage may show a file while it is incomplete.
    """

    address: str
    zipped: bool
    archive: str
    date: datetime.date

    def check(self) -> None:
        """Checks that the kind of storage is known; does not connect to it.

        Raises:
            UsageError: the storage is unknown, the package for it is not installed, or its address has a password.
        """
        if _has_password(self.address):
            fact = "a password must not be part of an address: every worker, and others on this machine, could read it"
            hint = "give each machine its own access, as the storage's documentation says"
            raise UsageError(Problem(Place(), "secret-shown", fact, hint))
        assert self._path

    def make_folder(self) -> None:
        """Makes the folder, if the storage has folders."""
        with _storage_faults(self.address):
            self._files.makedirs(self._ranges if self.zipped else self._path, exist_ok=True)

    def put(self, start: int, copies: Iterable[Copy]) -> list[CopyRecord]:
        """Stores a range's copies; returns their records, with offsets from the start of the range."""
        if self.zipped:
            packed = pack_copies(copies, Sums(), dos_date(self.date), Path(self.archive))
            self._store(self._ranges, {_range_name(start): (b"".join(packed.pieces),)})
            return packed.records(0)
        sums, records, stored = Sums(), list[CopyRecord](), dict[str, Sequence[bytes]]()
        for copy in copies:
            check_name(copy.name)
            crc, digest = sums.of(copy)
            stored[copy.name] = (copy.head, copy.tail)
            size = len(copy.head) + len(copy.tail)
            records.append(CopyRecord(copy.n, copy.format, size, 0, crc, digest, copy.whole))
        self._store(self._path, stored)
        return records

    def stored_files(self) -> StoredFiles:
        """The stored copies, to be compared with their records."""
        return StoredFiles(self)

    def read(self, name: str, *, of_range: bool = False) -> bytes:
        """A file's bytes; empty if there is no such file."""
        try:
            data: bytes = self._files.cat_file(f"{self._ranges if of_range else self._path}/{name}")
        except FileNotFoundError:
            return b""
        return data

    def join_ranges(self, count: int, ledger: Ledger, offset: int) -> None:
        """Writes the ZIP file from the ranges of ``count`` addressees and the trailer."""
        target = f"{self._path}/{self.archive}"
        with _storage_faults(target):
            if self._is_local:
                written = Path(f"{target}.unfinished")
                with os.fdopen(open_archive(written), "wb") as whole:
                    whole.truncate()
                    whole.writelines(self._pieces(count, ledger, offset))
                written.replace(target)
                return
            with self._files.open(target, "wb") as stream:
                stream.writelines(self._pieces(count, ledger, offset))

    def _pieces(self, count: int, ledger: Ledger, offset: int) -> Iterator[bytes]:
        for start in range(0, count, RANGE):
            yield self.read(_range_name(start), of_range=True)
        yield from trailer(ledger, dos_date(self.date), offset, Path(self.archive))

    def save_sums(self, sums: Mapping[str, str]) -> None:
        """Writes ``SHA256SUMS`` beside the files; in a local folder it also removes what killed workers left behind."""
        lines = sum_lines(sums)
        if self._is_local:
            save(Path(self._path), SUMS, lines)
        else:
            self._store(self._path, {SUMS: (lines,)})

    def remove_ranges(self) -> None:
        """Removes the ranges of a finished ZIP file."""
        if self.zipped:
            with _storage_faults(self._ranges):
                self._files.rm(self._ranges, recursive=True)

    def _store(self, folder: str, files: Mapping[str, Sequence[bytes]]) -> None:
        with _storage_faults(folder):
            if self._is_local:
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    put_many(handle, Path(folder), files.items())
                finally:
                    os.close(handle)
            else:  # concurrently, where the storage supports it
                self._files.pipe({f"{folder}/{name}": b"".join(pieces) for name, pieces in files.items()})

    @property
    def _files(self) -> AbstractFileSystem:
        return _filesystem(self.address)[0]

    @property
    def _path(self) -> str:
        return _filesystem(self.address)[1]

    @property
    def _ranges(self) -> str:
        return f"{self._path}/{self.archive}.ranges"

    @property
    def _is_local(self) -> bool:
        protocol = self._files.protocol
        return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


@dataclass(slots=True)
class StoredFiles:
    """Compares stored copies with their records; reads a ZIP file one range at a time."""

    storage: Storage
    _range: tuple[int, int, bytes] = field(default=(-1, 0, b""))

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether a copy is there as recorded."""
        check_name(name)
        if not self.storage.zipped:
            return hashlib.sha256(self.storage.read(name)).digest() == record.sha256
        start = record.n - record.n % RANGE
        if self._range[0] != start:
            self._range = (start, record.offset, self.storage.read(_range_name(start), of_range=True))
        at = record.offset - self._range[1] + header_size(name)
        return hashlib.sha256(self._range[2][at : at + record.size]).digest() == record.sha256


def _range_name(start: int) -> str:
    return f"{start:012}.part"


@functools.cache
def _filesystem(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ModuleNotFoundError:
        raise UsageError(NOT_INSTALLED) from None
    try:
        files, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        fact = f"this storage cannot be used: {error}"
        raise UsageError(Problem(Place(address), "unknown-storage", fact, "install what fsspec requires")) from None
    return files, path.rstrip("/")


def _has_password(address: str) -> bool:
    """Whether a part of an address ("sftp://ana:secret@host/folder", or a chain of them) has a password."""
    return any(":" in part.partition("://")[2].partition("/")[0].rpartition("@")[0] for part in address.split("::"))


NOT_INSTALLED: Final = Problem(
    Place(), "not-installed", "merging on a cluster needs Dask and fsspec", to_install("cluster")
)


@contextmanager
def _storage_faults(address: str) -> Iterator[None]:
    """Raises a storage's errors as a :class:`MachineError` with its address."""
    try:
        yield
    except OSError as error:
        choices = (Choice("resume", "continues when it can be written to"),)
        raise MachineError(
            Problem(Place(address), "cannot-write", f"the storage refused: {error}", choices=choices)
        ) from None
