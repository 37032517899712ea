"""Keeps the files of rejected rows of a merge: rows are added, and go only when their addressees are in the merge."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Final

from circulars.errors import CircularsError, Problem
from circulars.files.output import atomic_file, machine_fault, sum_of
from circulars.merge.planning.facts import RejectedFile
from circulars.model.addressee import Addressee
from circulars.source.addressees import (
    AddresseeList,
    RejectedRow,
    RejectedTable,
    open_list,
    read_rejected,
    rejected_table,
)

Rejected = Iterable[tuple[Addressee, Sequence[Problem]]]
"""Rows, each with its problems."""
_MOST_IDS: Final = 10_000
"""A file of more rejected rows is recognised by its name and its reasons alone."""
_NAME: Final = r"(-[1-9][0-9]*)?\.(csv|xlsx)"


def is_rejected(listed: Path | None, ledger: Path) -> bool:
    """Whether a list is a file of rows that the merge or sending with this ledger rejected.

    Version 0.2.0 called the files of all merges of a letter ``rejected.csv``.
    """
    if listed is None or not re.fullmatch(f"({re.escape(ledger.stem)}\\.)?rejected{_NAME}", listed.name):
        return False
    return listed.resolve().parent == ledger.parent.resolve()


@dataclass(frozen=True, slots=True)
class RejectedFiles:
    """The files of rejected rows of the merge or sending with a ledger, as they were written."""

    ledger: Path
    known: tuple[RejectedFile, ...]

    @property
    def rows(self) -> int:
        """How many rows the files had when they were written."""
        return sum(file.rows for file in self.known)

    def holds(self, name: str) -> bool:
        """Whether a file is as it was written."""
        return any(file.file == name and file.sha256 == _sum(self.ledger.parent / name) for file in self.known)

    def exists(self, file: RejectedFile) -> bool:
        """Whether a file is in the folder."""
        return os.path.lexists(self.ledger.parent / file.file)

    def without(self, is_decided: Callable[[RejectedTable, RejectedRow], bool]) -> RejectedFiles:
        """The files without rows that are decided. A file that somebody has edited stays as it is.

        Raises:
            MachineError: a file cannot be written.
        """
        files = self
        for file in self.known:
            path = self.ledger.parent / file.file
            if not os.path.lexists(path):
                files = replace(files, known=tuple(one for one in files.known if one != file))
            elif file.rows and self.holds(file.file) and (table := _read(path)):
                kept = replace(table, rows=partial(_undecided, table, is_decided))
                if sum(1 for _ in kept.rows()) < file.rows:
                    files = files.saved(file.file, kept, file.part)
        return files

    def with_rows(
        self, listed: AddresseeList, rejected: Rejected, part: int, *, by_id: bool
    ) -> tuple[RejectedFiles, Path]:
        """The files with the rejected rows of a list added to one of them; also the path of that one.

        It is a file with the same heads, or a new one in the list's own format. A row that is there is not added again;
        with ``by_id`` one is there if its id is, because both are from the same list.

        Raises:
            MachineError: the file cannot be written.
        """
        new = rejected_table(listed, rejected)
        name, old = self._file_for(new, listed)
        keys, ids = set[bytes](), set[str]()
        for row in old.rows() if old else ():
            keys.add(row.key)
            ids.update([new.id_of(row)] if by_id else ())

        def added() -> Iterator[RejectedRow]:
            return (row for row in new.rows() if row.key not in keys and (row.is_about_id or new.id_of(row) not in ids))

        path = self.ledger.parent / name
        if old and not any(True for _ in added()):
            return self, path
        table = replace(old, rows=lambda: chain(old.rows(), added())) if old else replace(new, rows=added)
        return self.saved(name, table, part), path

    def saved(self, name: str, table: RejectedTable, part: int) -> RejectedFiles:
        """The files with one that is written again.

        Raises:
            MachineError: the disk is full, or the folder cannot be written to.
        """
        rows, ids = 0, list[str]()

        def counted() -> Iterator[RejectedRow]:
            nonlocal rows
            for row in table.rows():
                rows += 1
                if rows <= _MOST_IDS:
                    ids.append("" if row.is_about_id else table.id_of(row))
                yield row

        with atomic_file(self.ledger.parent, name) as stream:
            replace(table, rows=counted).write(stream)
        known = tuple(ids) if rows <= _MOST_IDS else ()
        written = RejectedFile(name, rows, _sum(self.ledger.parent / name), part, known)
        return replace(self, known=(*(file for file in self.known if file.file != name), written))

    def _file_for(self, new: RejectedTable, listed: AddresseeList) -> tuple[str, RejectedTable | None]:
        """The name of the file for rows of a list, and its rows if it exists."""
        for name in _names(f"{self.ledger.stem}.rejected", new.suffix):
            path = self.ledger.parent / name
            if listed.file is not None and path.resolve() == listed.file.resolve():
                continue
            if not os.path.lexists(path):
                return name, None
            if (old := _read(path)) and old.heads == new.heads:
                return name, old
        raise AssertionError  # _names() never ends


def _undecided(table: RejectedTable, is_decided: Callable[[RejectedTable, RejectedRow], bool]) -> Iterator[RejectedRow]:
    return (row for row in table.rows() if not is_decided(table, row))


def _names(stem: str, suffix: str) -> Iterator[str]:
    yield f"{stem}{suffix}"
    for number in count(2):
        yield f"{stem}-{number}{suffix}"


def _read(path: Path) -> RejectedTable | None:
    """The rows of a file of rejected rows; None if it is another file, or nobody can read it."""
    if path.is_symlink():
        return None
    try:
        return read_rejected(open_list(path.name, folder=path.parent))
    except CircularsError:
        return None


def _sum(path: Path) -> str:
    """The SHA-256 of a file; "" if it is not a regular file."""
    if not path.is_file():
        return ""
    try:
        return sum_of(path)
    except OSError as error:
        raise machine_fault(error, path) from None
