"""Writes each copy as a file in a folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from circulars.files.output import check_name, open_folder, put_many
from circulars.files.reading import open_file
from circulars.merge.making.copies import Copy
from circulars.merge.making.sums import Sums
from circulars.merge.planning.ledger import CopyRecord


class CopyFolder:
    """A folder that copies are being written to; every process that writes to it has its own instance."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._sums = folder, Sums()
        self._handle = open_folder(folder, private=True)

    def put(self, start: int, end: int, copies: Iterable[Copy]) -> list[CopyRecord]:
        """Writes a chunk's copies as files; returns their records."""
        records, files = [], []
        for copy in copies:
            crc, digest = self._sums.of(copy)
            files.append((copy.name, (copy.head, copy.tail)))
            size = len(copy.head) + len(copy.tail)
            records.append(CopyRecord(copy.n, copy.format, size, 0, crc, digest, copy.whole))
        put_many(self._handle, self._folder, files, private=True)
        return records

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether the folder has a copy as recorded."""
        check_name(name)
        try:
            with open_file(name, "output", links=False, folder=self._handle) as stream:
                return hashlib.file_digest(stream, "sha256").digest() == record.sha256
        except OSError:
            return False

    def close(self) -> None:
        """Closes the folder."""
        os.close(self._handle)
