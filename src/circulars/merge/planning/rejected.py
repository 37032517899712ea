"""Saves the rows that a merge rejected. A file of rejected rows that somebody has edited is never overwritten."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from circulars.files.output import machine_fault, save, sum_of
from circulars.merge.planning.facts import RejectedFile

_NAME: Final = re.compile(r"rejected(-[1-9][0-9]*)?\.csv")


def is_rejected(listed: Path | None, folder: Path) -> bool:
    """Whether a list is a file of rejected rows in a merge's folder."""
    if listed is None or not _NAME.fullmatch(listed.name):
        return False
    return listed.resolve().parent == folder.resolve()


def save_rejected(
    folder: Path, data: bytes, listed: Path | None, superseded: Iterable[RejectedFile]
) -> tuple[Path, str]:
    """Saves rejected rows; returns the path of the file and its SHA-256.

    The file is ``rejected.csv`` or, where that name is taken, ``rejected-2.csv`` and so on. A superseded file is
    overwritten only if nobody has edited it; the list that is being read is never overwritten.

    Raises:
        MachineError: the disk is full, or the folder cannot be written to.
    """
    digest = hashlib.sha256(data).hexdigest()
    replaceable = {(file.file, file.sha256) for file in superseded}
    for name in _names():
        path = folder / name
        if listed is not None and path.resolve() == listed.resolve():
            continue
        if not os.path.lexists(path) or (found := _sum(path)) == digest or (name, found) in replaceable:
            return save(folder, name, data, private=True), digest
    raise AssertionError  # _names() never ends


def _names() -> Iterator[str]:
    yield "rejected.csv"
    for number in count(2):
        yield f"rejected-{number}.csv"


def _sum(path: Path) -> str:
    """The SHA-256 of a file; "" if it is not a regular file."""
    if not path.is_file():
        return ""
    try:
        return sum_of(path)
    except OSError as error:
        raise machine_fault(error, path) from None
