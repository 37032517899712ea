"""What a list of addressees is, whatever it is read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import Choice, Place, Problem
from circulars.model.addressee import Addressee

MARK_OF_REJECTED = "rejected because"
"""The head of the last column of a file of rejected rows."""


@dataclass(frozen=True, slots=True)
class FaultyRow(Addressee):
    """A row that cannot be read as it stands: the cells that can be read, and what is wrong with the others.

    ``beyond`` are the cells that stand where the head row has no name.
    """

    problems: tuple[Problem, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddresseeList:
    """A list of addressees: what problems call it, its columns, and its rows, read anew each time that it is asked.

    Its rows are never in memory all at once, except those of a workbook. ``cells_have_places`` says that a problem can
    name the cell's column by its number. ``about`` says which part of a file the list is, if it is not all of it;
    ``file`` is the file that it is read from, if it is one; ``choices`` name another part of it.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Addressee]]
    cells_have_places: bool = True
    about: str = ""
    file: Path | None = None
    choices: tuple[Choice, ...] = ()

    def __iter__(self) -> Iterator[Addressee]:
        return self.rows()

    def place(self, row: int = 0, column: str = "") -> Place:
        """Where a row, or a cell, of the list stands."""
        if not row:
            return Place(self.name)
        known = self.cells_have_places and column in self.columns
        return Place(self.name, row, self.columns.index(column) + 1 if known else 1)
