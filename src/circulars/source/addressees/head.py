"""Reads the header row of a list, and turns the rows below it into addressees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from circulars.errors import AddresseesError, Place, Problem, short
from circulars.model.addressee import Addressee
from circulars.source.addressees.belonging import may_repeat
from circulars.source.addressees.bounds import check_empty
from circulars.source.addressees.layout import Layout, has_own_names, plain_layout
from circulars.source.addressees.lists import MARK_OF_REJECTED, AddresseeList, FaultyRow, HeaderRow, is_named_rejected

BAR = "|"
"""Separates the lines of an address, as an alternative to a line break."""
MAX_COLUMNS = 500
_LONGEST_HEAD = 200


@dataclass(frozen=True, slots=True)
class Head:
    """The header row of a list: the heads as typed, "" for an empty cell, and how rows are read.

    ``rejected`` says whether the list is a file of rejected rows, and ``has_reasons`` whether their reasons are in its
    last column: somebody may have deleted it.
    """

    file: str
    typed: tuple[str, ...]
    layout: Layout
    rejected: bool = False
    has_reasons: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the cells in a row."""
        return self.layout.names

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of an addressee."""
        return self.layout.columns

    def header_row(self, listed: Callable[[Head], AddresseeList]) -> HeaderRow:
        """The header row of the list that ``listed`` makes of a head."""
        return HeaderRow(self.typed, self.layout, lambda layout: listed(replace(self, layout=layout)))

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of the cell, from 1, in which each column begins."""
        return self.layout.numbers

    def addressees(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Addressee]:
        """The addressees of numbered rows. Empty rows are skipped, and white space around cells is removed."""
        names, count = self.names, len(self.names)
        normalize = self._normalizer()
        ordinary = all(names) and not self.rejected
        has_id = "id" in names
        strip = str.strip
        empty = 0
        for row, cells in rows:
            if len(cells) > count and not any(cells[count:]):
                cells = cells[:count]
            if ordinary and len(cells) == count:
                columns = dict(zip(names, map(strip, cells), strict=True))
                if has_id and (identifier := columns["id"]):
                    normalize(columns)
                    yield Addressee(identifier, columns, row)
                    continue
            if any(map(strip, cells)):
                yield self._unusual(row, cells, normalize)
            else:
                check_empty(empty := empty + 1, self.file, row)

    def _normalizer(self) -> Callable[[dict[str, str]], None]:
        """A function that turns the cells of a row into its columns, and normalizes these."""
        normalize, assemble = normalizer(self.columns), self.layout.assemble
        if not assemble:
            return normalize

        def assembled(cells: dict[str, str]) -> None:
            assemble(cells)
            normalize(cells)

        return assembled

    def _unusual(self, row: int, cells: Sequence[str], normalize: Callable[[dict[str, str]], None]) -> Addressee:
        """The addressee of a row with too few or too many cells, without an id, or in a file of rejected rows."""
        cells = [cell.strip() for cell in cells]
        if self.rejected:
            cells = [*map(without_mark, cells[: len(self.names)]), *cells[len(self.names) + self.has_reasons :]]
        columns = dict.fromkeys(filter(None, self.names), "")
        columns |= {name: cell for name, cell in zip(self.names, cells, strict=False) if name}
        normalize(columns)
        unnamed = [cell for name, cell in zip(self.names, cells, strict=False) if not name]
        beyond = tuple(cell for cell in (*unnamed, *cells[len(self.names) :]) if cell)
        identifier = columns.get("id", "")
        if not beyond:
            return Addressee(identifier, columns, row)
        at = next(n for n, cell in enumerate(cells) if cell and not (n < len(self.names) and self.names[n])) + 1
        fact = f"'{short(beyond[0])}' is in a column without a name in the header row"
        hint = "name the column, or put a cell that contains the separator in quotation marks"
        problem = Problem(Place(self.file, row, at + self.has_reasons), "cell-without-column", fact, hint)
        return FaultyRow(identifier, columns, row, (problem,), beyond)


def normalizer(columns: Iterable[str]) -> Callable[[dict[str, str]], None]:
    """A function that normalizes a row's country code (CH), language code (es) and address (with line breaks)."""
    has_country, has_language, has_address = "country" in columns, "language" in columns, "address" in columns

    def normalize(cells: dict[str, str]) -> None:
        if has_country and len(country := cells["country"]) == 2:
            cells["country"] = country.upper()
        if has_language and 1 < len(language := cells["language"]) <= 3:  # a single capital is a code of the ITU
            cells["language"] = language.lower()
        if has_address and BAR in (address := cells["address"]):
            cells["address"] = "\n".join(map(str.strip, address.split(BAR)))

    return normalize


def one_kind_of_line_end(cell: str) -> str:
    """The cell with every line end as ``\\n``."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def read_head(file: str, cells: Sequence[str], row: int = 1) -> Head:
    """The header row of a list, with the heads' own names.

    Raises:
        AddresseesError: it is empty, has a name twice, or has more than 500 columns.
    """
    heads = [cell.strip() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    if not heads:
        fact, hint = "the list has no header row", "write the columns' names in its first row: id, language, name, …"
        raise AddresseesError(Problem(Place(file, row, 1), "no-head-row", fact, hint))
    if len(heads) > MAX_COLUMNS:
        fact = f"the list has {len(heads):,} columns; the limit is {MAX_COLUMNS}"
        raise AddresseesError(Problem(Place(file, row, MAX_COLUMNS + 1), "too-many-columns", fact, "remove some"))
    has_reasons = MARK_OF_REJECTED in heads
    if has_reasons:
        del heads[heads.index(MARK_OF_REJECTED) :]
    layout = plain_layout(heads)
    if problems := [*_problems(file, heads, layout.names, row)]:
        raise AddresseesError(*problems)
    return Head(file, tuple(heads), layout, has_reasons or is_named_rejected(file), has_reasons)


def _problems(file: str, heads: Sequence[str], names: Sequence[str], row: int) -> Iterator[Problem]:
    first: dict[str, int] = {}
    own_names = has_own_names(heads)
    for number, (head, name) in enumerate(zip(heads, names, strict=True), 1):
        place = Place(file, row, number)
        if head and not name:
            fact = f"'{short(head)}' is not a valid name for a column"
            yield Problem(place, "wrong-column-name", fact, "write a name with letters")
        elif len(name) > _LONGEST_HEAD:
            fact = f"the name of column {number} has {len(head):,} characters"
            yield Problem(place, "wrong-column-name", fact, "check that the first row has the columns' names")
        elif name and name in first and (own_names or not may_repeat(name)):
            other = heads[first[name] - 1]
            both = f"'{short(head)}'" if head == other else f"'{short(other)}' and '{short(head)}'"
            fact = f"the header row names one column twice: {both} (columns {first[name]} and {number})"
            yield Problem(place, "column-twice", fact, "give each column a different name")
        elif name:
            first[name] = number


# Excel also accepts the full-width forms of these characters.
_FORMULA = r"[=+\-@\t\r\n＝＋－＠]"
# In a file of rejected rows, an apostrophe precedes a cell that a spreadsheet would take for a formula.
_MARKED = re.compile(rf"'(?='*{_FORMULA})")
_is_formula = re.compile(rf"'*{_FORMULA}").match


def without_mark(cell: str) -> str:
    """A cell of a file of rejected rows without its apostrophe."""
    return cell[1:] if _MARKED.match(cell) else cell


def with_mark(cell: str) -> str:
    """A cell for a file of rejected rows, with an apostrophe if a spreadsheet would take it for a formula."""
    return "'" + cell if _is_formula(cell) else cell
