"""Names the columns of a list by its head row, and makes addressees of the rows below it."""

from __future__ import annotations

import functools
import importlib.resources
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from circulars.errors import AddresseesError, Place, Problem
from circulars.model.addressee import KNOWN_COLUMNS, Addressee
from circulars.source.addressees.lists import MARK_OF_REJECTED, FaultyRow
from circulars.syntax import nodes

BAR = "|"
"""What may stand between the lines of an address instead of a line break."""
MAX_COLUMNS = 500
_LONGEST_HEAD = 200


def column_name(head: str) -> str:
    """The name of a column as letters say it: "E-mail" is ``email``, "País" ``country``, "Seat no." ``seat-no``.

    It has no capitals, no accents and no spaces; the known columns have one name in every language.
    """
    name = _plain_name(head)
    return _other_names().get(name, name)


def _plain_name(head: str) -> str:
    letters = unicodedata.normalize("NFKD", head.strip()).casefold()
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^\w]+", "-", letters).strip("-")


@functools.cache
def _other_names() -> Mapping[str, str]:
    """The known columns by their other names."""
    data = importlib.resources.files(__package__).joinpath("columns.yaml").read_bytes()
    root = nodes.read_tree(data, "columns.yaml").root
    assert isinstance(root, nodes.Mapping)
    names = {name: name for name in KNOWN_COLUMNS}
    for column, (_, languages) in root.pairs.items():
        assert isinstance(languages, nodes.Mapping)
        for _, others in languages.pairs.values():
            names |= {_plain_name(o.text): column for o in nodes.children(others) if isinstance(o, nodes.Scalar)}
    return names


@dataclass(frozen=True, slots=True)
class Head:
    """The head row of a list: the columns' names, in order; "" where a cell of it is empty.

    ``rejected`` says that the list is a file of rejected rows: its last column is not of the addressees.
    """

    file: str
    names: tuple[str, ...]
    rejected: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name)

    def addressees(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Addressee]:
        """The addressees of some rows, given with their numbers; rows without a word are left out.

        White space around a cell is no part of it.
        """
        names, count = self.names, len(self.names)
        settled = settling(self.columns)
        ordinary = all(names) and not self.rejected
        has_id = "id" in names
        strip = str.strip
        for row, cells in rows:
            if len(cells) > count and not any(cells[count:]):
                cells = cells[:count]
            if ordinary and len(cells) == count:
                columns = dict(zip(names, map(strip, cells), strict=True))
                if has_id and (identifier := columns["id"]):
                    settled(columns)
                    yield Addressee(identifier, columns, row)
                    continue
            if any(map(strip, cells)):
                yield self._unusual(row, cells, settled)

    def _unusual(self, row: int, cells: Sequence[str], settled: Callable[[dict[str, str]], None]) -> Addressee:
        """The addressee of a row that has too few cells, or too many."""
        cells = [cell.strip() for cell in cells]
        if self.rejected:
            cells = [*map(_without_mark, cells[: len(self.names)]), *cells[len(self.names) + 1 :]]
        columns = dict.fromkeys(self.columns, "")
        columns |= {name: cell for name, cell in zip(self.names, cells, strict=False) if name}
        settled(columns)
        unnamed = [cell for name, cell in zip(self.names, cells, strict=False) if not name]
        beyond = tuple(cell for cell in (*unnamed, *cells[len(self.names) :]) if cell)
        identifier = columns.get("id", "")
        if not beyond:
            return Addressee(identifier, columns, row)
        at = next(n for n, cell in enumerate(cells) if cell and not (n < len(self.names) and self.names[n])) + 1
        fact = f"'{_short(beyond[0])}' stands in a column that has no name in the head row"
        hint = "name the column; or put the cell that holds the separator in quotation marks"
        problem = Problem(Place(self.file, row, at + self.rejected), "cell-without-column", fact, hint)
        return FaultyRow(identifier, columns, row, (problem,), beyond)


def settling(columns: Iterable[str]) -> Callable[[dict[str, str]], None]:
    """A function that writes a row's codes of country and language as ISO writes them: CH, es; an address in lines."""
    has_country, has_language, has_address = "country" in columns, "language" in columns, "address" in columns

    def settle(cells: dict[str, str]) -> None:
        if has_country and len(country := cells["country"]) == 2:
            cells["country"] = country.upper()
        if has_language and len(language := cells["language"]) <= 3:
            cells["language"] = language.lower()
        if has_address and BAR in (address := cells["address"]):
            cells["address"] = "\n".join(map(str.strip, address.split(BAR)))

    return settle


def one_kind_of_line_end(cell: str) -> str:
    """The cell with its lines parted by ``\\n``."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def read_head(file: str, cells: Sequence[str], row: int = 1) -> Head:
    """The head row of a list.

    Raises:
        AddresseesError: it is empty, a name stands in it twice, or it has more than 500 columns.
    """
    heads = [cell.strip() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    if not heads:
        fact, hint = "the list has no head row", "write the columns' names in its first row: id, language, name, …"
        raise AddresseesError(Problem(Place(file, row, 1), "no-head-row", fact, hint))
    if len(heads) > MAX_COLUMNS:
        fact = f"the list has {len(heads):,} columns; the limit is {MAX_COLUMNS}"
        raise AddresseesError(Problem(Place(file, row, MAX_COLUMNS + 1), "too-many-columns", fact, "take some out"))
    rejected = MARK_OF_REJECTED in heads
    if rejected:
        del heads[heads.index(MARK_OF_REJECTED) :]
    names = tuple(column_name(head) for head in heads)
    if problems := [*_problems(file, heads, names, row)]:
        raise AddresseesError(*problems)
    return Head(file, names, rejected)


def _problems(file: str, heads: Sequence[str], names: Sequence[str], row: int) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, (head, name) in enumerate(zip(heads, names, strict=True), 1):
        place = Place(file, row, number)
        if head and not name:
            fact = f"'{_short(head)}' cannot be the name of a column"
            yield Problem(place, "wrong-column-name", fact, "write a name that has letters")
        elif len(name) > _LONGEST_HEAD:
            fact = f"the name of column {number} has {len(head):,} characters"
            yield Problem(place, "wrong-column-name", fact, "is the first row the head row? It names the columns")
        elif name and name in first:
            other = heads[first[name] - 1]
            both = f"'{_short(head)}' stands twice" if head == other else f"'{_short(other)}' and '{_short(head)}'"
            fact = f"the head row names one column twice: {both} (columns {first[name]} and {number})"
            yield Problem(place, "column-twice", fact, "give each column a name of its own")
        elif name:
            first[name] = number


# Excel takes the wide signs of East Asia, too.
_FORMULA = r"[=+\-@\t\r\n＝＋－＠]"
# A file of rejected rows has an apostrophe before what a spreadsheet would take for a formula.
_MARKED = re.compile(rf"'(?='*{_FORMULA})")


def _without_mark(cell: str) -> str:
    return cell[1:] if _MARKED.match(cell) else cell


def with_mark(cell: str) -> str:
    """A cell of a file of rejected rows: never a formula, and read back as it was."""
    return "'" + cell if re.match(rf"'*{_FORMULA}", cell) else cell


def _short(text: str, most: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
