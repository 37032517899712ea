"""Lists of addressees, independent of what they are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from circulars.errors import Choice, Place, Problem
from circulars.model.addressee import Addressee

MARK_OF_REJECTED = "rejected because"
"""The name of the last column in a file of rejected rows."""


@dataclass(frozen=True, slots=True)
class FaultyRow(Addressee):
    """A row with problems found while reading it; ``beyond`` has the cells in columns without a name."""

    problems: tuple[Problem, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddresseeList:
    """A list of addressees: its name in messages, its columns, and its rows, which each iteration reads again.

    The rows are not all in memory at once, except for those of a workbook. ``cells_have_places`` says whether
    problems can give a cell's column number. ``file`` is the list's file, if it has one; ``about`` says which part of
    the file the list is, and ``choices`` how to choose another part. ``guesses`` has the names of countries that may be
    understood wrongly, as typed, each with what it is read as; it is complete when all rows have been read.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Addressee]]
    cells_have_places: bool = True
    about: str = ""
    file: Path | None = None
    choices: tuple[Choice, ...] = ()
    guesses: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Addressee]:
        return self.rows()

    def place(self, row: int = 0, column: str = "") -> Place:
        """The place of a row or a cell of the list, or of the whole list."""
        if not row:
            return Place(self.name)
        known = self.cells_have_places and column in self.columns
        return Place(self.name, row, self.columns.index(column) + 1 if known else 1)
