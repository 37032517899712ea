"""Keeps records of any number in little memory."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from circulars.files.output import machine_fault

_IN_MEMORY: Final = 4_000_000
"""The bytes up to which records are kept in memory; from there on they are in a temporary file."""
_AT_ONCE: Final = 1_000_000
_as_json: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Spool:
    """Records of JSON values, in the order in which they were added.

    Many of them are kept in a temporary file that has no name, so it is gone when this process ends in any way.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # it is open as long as this object is
        self._count, self._end = 0, 0
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return self._count

    def add(self, record: Sequence[object]) -> None:
        """Adds a record.

        Raises:
            MachineError: the disk is full.
        """
        line = _as_json(record).encode() + b"\n"
        try:
            self._file.seek(self._end)
            self._file.write(line)
        except OSError as error:
            raise machine_fault(error, Path(tempfile.gettempdir()) / "records") from None
        self._end += len(line)
        self._count += 1

    def __iter__(self) -> Iterator[list[Any]]:
        place, rest = 0, b""
        while place < self._end:
            self._file.seek(place)
            piece = self._file.read(_AT_ONCE)
            place += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(json.loads, lines)
