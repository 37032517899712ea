"""Writes each copy as a file in a folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from circulars.files.output import machine_fault, put_many
from circulars.merge.making.copies import Copy
from circulars.merge.making.sums import Sums
from circulars.merge.planning.ledger import CopyRecord


class CopyFolder:
    """A folder that copies are being written to; every process that writes to it has its own instance."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._sums = folder, Sums()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise machine_fault(error, folder) from None

    def put(self, start: int, end: int, copies: Iterable[Copy]) -> list[CopyRecord]:
        """Writes a chunk's copies as files; returns their records."""
        records, files = [], []
        for copy in copies:
            crc, digest = self._sums.of(copy)
            files.append((copy.name, (copy.head, copy.tail)))
            size = len(copy.head) + len(copy.tail)
            records.append(CopyRecord(copy.n, copy.format, size, 0, crc, digest, copy.whole))
        put_many(self._handle, self._folder, files)
        return records

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether the folder has a copy as recorded."""
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(data).digest() == record.sha256

    def close(self) -> None:
        """Closes the folder."""
        os.close(self._handle)
