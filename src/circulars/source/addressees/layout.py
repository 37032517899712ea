"""How the cells of a row become the columns of an addressee, and what was understood of the header row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from circulars.model.addressee import KNOWN_COLUMNS
from circulars.source.addressees.meaning import plain_name
from circulars.source.addressees.parts import Assembly


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column that is read from heads with other names: the column, the heads, and how it is made, in words."""

    column: str
    heads: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a list's header row.

    - ``read``: the columns that are read from heads with other names.
    - ``others``: the heads of columns that the program does not know, by their names in letters.
    - ``parts``: for the name of each head that is read as another column, that column.
    - ``settled``: what the user settled, as ``address=Street,ZIP+Town``.
    - ``judged``: "title" or "salutation" if the values of the list decided which of the two a column is.
    """

    read: tuple[ReadColumn, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    settled: tuple[str, ...] = ()
    judged: str = ""


@dataclass(frozen=True, slots=True)
class ColumnsRead:
    """How the columns of a list were read, for a person who checks it.

    - ``read``: the columns that are read from heads with other names.
    - ``unused``: the heads of columns that neither the program nor the letter uses. ``empty``: how many more of these
      have no cell that is filled.
    """

    read: tuple[ReadColumn, ...]
    unused: tuple[str, ...]
    empty: int

    def __bool__(self) -> bool:
        """Whether there is anything to check."""
        return bool(self.read or self.unused or self.empty)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the cells of a row become the columns of an addressee.

    ``names`` has a name for each cell: that of a column, or one that ``assemble`` uses to make columns. ``numbers``
    says in which cell, from 1, a column begins. ``targets`` has the column that each cell is or is a part of.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    numbers: Mapping[str, int]
    targets: tuple[str, ...]
    assemble: Assembly | None = None
    understood: Understood = Understood()


def plain_layout(heads: Sequence[str]) -> Layout:
    """The layout in which each column has the name of its head, whatever it means."""
    names = tuple(map(plain_name, heads))
    return Layout(names, tuple(filter(None, names)), {name: n for n, name in enumerate(names, 1) if name}, names)


def has_own_names(heads: Sequence[str]) -> bool:
    """Whether all heads have the program's own names. What such a column means needs no thought."""
    names = [plain_name(head) for head in heads if head]
    return "salutation" not in names and all(name in KNOWN_COLUMNS for name in names)
