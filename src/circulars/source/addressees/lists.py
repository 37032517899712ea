"""Lists of addressees, independent of what they are read from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from circulars.errors import Choice, Place, Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees.layout import Layout, Understood
from circulars.source.addressees.settings import Setting
from circulars.source.addressees.written import WrittenTable

MARK_OF_REJECTED = "rejected because"
"""The name of the last column in a file of rejected rows."""
MAX_NAMED = 5
"""The most rows that a remark names."""
_REJECTED_FILE = re.compile(r"merge-[a-z-]+\.rejected(?:-[1-9][0-9]*)?\.(?:csv|xlsx)")


def is_named_rejected(name: str) -> bool:
    """Whether a list has the name of a file of rows that a merge or a sending rejected."""
    return bool(_REJECTED_FILE.fullmatch(name.rpartition("/")[2]))


TAKE_HIDDEN: Final = Choice("hidden", "takes hidden rows and columns, too")
"""What to do about hidden rows and columns that are needed."""


@dataclass(frozen=True, slots=True)
class FaultyRow(Addressee):
    """A row with problems found while reading it; ``beyond`` has the cells in columns without a name."""

    problems: tuple[Problem, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """The header row of a list: its heads as typed, and how rows are read.

    ``read_as`` is the same list read in another way. With ``only_known`` no head means more than its own name, because
    a program made the names.
    """

    typed: tuple[str, ...]
    layout: Layout
    read_as: Callable[[Layout], AddresseeList]
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class AddresseeList:
    """A list of addressees: its name in messages, its columns, and its rows, which each iteration reads again.

    The rows are not all in memory at once, except for those of a workbook. ``cells_have_places`` says whether
    problems can give a cell's column number. ``file`` is the list's file, if it has one; ``about`` says which part of
    the file the list is, and ``choices`` how to choose another part.
    ``add_id`` says how such a list gets ids. ``guesses`` has the names of countries that may be
    understood wrongly, as typed, each with what it is read as, and ``languages_read`` the languages that are not
    written as codes, each with its code; both are complete when all rows have been read.

    ``head_row`` is the number of the header row; ``numbers`` has the numbers of the columns by name, if they are not in
    turn. ``takes_hidden`` says whether hidden rows and columns are part of the list; ``hidden_columns`` has the letters
    of those that are not, by name. ``remarks`` returns what a person should know about the list besides its problems,
    such as the rows that the last pass left out; ``each_left_out`` returns a remark for each of these rows. ``written``
    has the rows as they are in the file, if it is a table.
    ``heads`` is its header row, and ``settings`` what the user said about it. ``encoding`` is the encoding that
    the caller named, or "".
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Addressee]]
    cells_have_places: bool = True
    about: str = ""
    add_id: str = (
        "add one (in Excel: insert a column, write 'id' above it, 1 and 2 below, select these two cells, and "
        "double-click the corner of the selection), and never number the rows again"
    )
    file: Path | None = None
    choices: tuple[Choice, ...] = ()
    guesses: Mapping[str, str] = field(default_factory=dict)
    languages_read: Mapping[str, str] = field(default_factory=dict)
    head_row: int = 1
    numbers: Mapping[str, int] = field(default_factory=dict)
    takes_hidden: bool = False
    hidden_columns: Mapping[str, str] = field(default_factory=dict)
    remarks: Callable[[], tuple[Problem, ...]] = tuple
    each_left_out: Callable[[], Iterator[Problem]] = lambda: iter(())
    written: WrittenTable | None = None
    heads: HeaderRow | None = None
    settings: tuple[Setting, ...] = ()
    encoding: str = ""

    @property
    def understood(self) -> Understood:
        """What was understood of the header row."""
        return self.heads.layout.understood if self.heads else Understood()

    def __iter__(self) -> Iterator[Addressee]:
        return self.rows()

    def place(self, row: int = 0, column: str = "") -> Place:
        """The place of a row or a cell of the list, or of the whole list."""
        if not row:
            return Place(self.name)
        if not self.cells_have_places or column not in self.columns:
            return Place(self.name, row, 1)
        return Place(self.name, row, self.numbers.get(column) or self.columns.index(column) + 1)
