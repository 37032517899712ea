"""Chooses among the addressees of a list, and puts them in order."""

from __future__ import annotations

import csv
import hashlib
import heapq
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from circulars.errors import Place, Problem, UsageError, did_you_mean
from circulars.model.addressee import Addressee
from circulars.source.addressees.head import column_name
from circulars.source.addressees.seen import same


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one column: its cell is one of some values, or with ``negated`` none of them.

    Capitals make no difference. The value "" is an empty cell.
    """

    column: str
    values: frozenset[str]
    negated: bool = False

    def holds(self, addressee: Addressee) -> bool:
        """Whether an addressee is meant."""
        return (addressee.columns[self.column].casefold() in self.values) is not self.negated


def parse_where(text: str, columns: Sequence[str]) -> Where:
    """The condition in ``column=value,value`` or ``column!=value,value``, for a list of these columns.

    A value that has a comma stands in double quotation marks; ``column=`` asks for empty cells.

    Raises:
        UsageError: it is no condition, or the list has no such column.
    """
    parts = re.fullmatch(r"([^=!]+)(!?=)(.*)", text, re.DOTALL)
    if not parts:
        fact, hint = f"'{text}' is no condition", "write column=value or column!=value: category=member-state"
        raise UsageError(Problem(Place(), "wrong-condition", fact, hint))
    column = _known(parts[1], columns)
    return Where(column, frozenset(value.casefold() for value in _values(parts[3])), parts[2] == "!=")


@dataclass(frozen=True, slots=True)
class Only:
    """Some addressees by their ids. ``keys`` are the ids without capitals, which make no difference."""

    ids: tuple[str, ...]
    keys: frozenset[str]

    @classmethod
    def of(cls, ids: Sequence[str]) -> Only:
        """Those who have one of some ids."""
        return cls(tuple(dict.fromkeys(ids)), frozenset(map(same, ids)))

    def holds(self, addressee: Addressee) -> bool:
        """Whether an addressee is meant."""
        return same(addressee.id) in self.keys

    def unknown(self, addressees: Iterable[Addressee]) -> tuple[Problem, ...]:
        """A problem for each id that the list does not have; the first few with the id nearest to theirs."""
        present = [addressee.id for addressee in addressees]
        known = frozenset(map(same, present))
        missing = [identifier for identifier in self.ids if same(identifier) not in known]
        return tuple(
            Problem(Place(), "unknown-id", f"no addressee has the id '{identifier}'", hint)
            for identifier, hint in zip(missing, _hints(missing, present), strict=True)
        )


def parse_only(text: str) -> Only:
    """The ids in ``ID,ID,…``; one that has a comma stands in double quotation marks.

    Raises:
        UsageError: there is none.
    """
    ids = tuple(filter(None, _values(text)))
    if not ids:
        raise UsageError(Problem(Place(), "missing-id", "there is no id", "write the ids: MS-1,MS-2"))
    return Only.of(ids)


def _hints(missing: Sequence[str], present: Collection[str]) -> Iterator[str]:
    """What to do about each missing id; to look for the nearest takes as long as the list is."""
    otherwise = "look at the column 'id' of the list"
    for number, identifier in enumerate(missing):
        yield did_you_mean(identifier, present, otherwise) if number < 3 else otherwise


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: the columns by which addressees are sorted, each with whether the last comes first."""

    columns: tuple[tuple[str, bool], ...]

    def key(self, addressee: Addressee) -> bytes:
        """What stands for an addressee in the order: keys are compared byte by byte, equal ones stay as in the list."""
        return b"".join(_place(addressee.columns[column], descending) for column, descending in self.columns)


def parse_sort(text: str, columns: Sequence[str]) -> Sort:
    """The order in ``column,-column,…`` for a list of these columns; "-" puts the last first.

    Raises:
        UsageError: the list has no such column.
    """
    asked = [part.strip() for part in text.split(",") if part.strip(" -")]
    if not asked:
        fact, hint = "there is no column to sort by", "write their names: country,-surname"
        raise UsageError(Problem(Place(), "missing-column", fact, hint))
    return Sort(tuple((_known(part.removeprefix("-"), columns), part.startswith("-")) for part in asked))


# Letters that Unicode takes for letters of their own, and a reader of the Latin script for others with a stroke.
_LIKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_CONTROL = dict.fromkeys(range(32))
_TURNED = bytes(255 - byte for byte in range(256))


def _place(cell: str, descending: bool) -> bytes:
    """A cell's place among others, in no language's order: accents and capitals make no difference, 9 is before 10.

    Empty cells come last in either direction.
    """
    if not cell:
        return b"\x02"
    if not cell.isascii():
        cell = unicodedata.normalize("NFKD", cell)
        cell = "".join(sign for sign in cell if not unicodedata.combining(sign))
    letters = cell.casefold().translate(_LIKE).translate(_CONTROL)
    # The more digits a number has, the greater it is.
    letters = re.sub("[0-9]+", lambda number: f"{len(bare := number[0].lstrip('0')):05}{bare}", letters)
    ordered = letters.encode("utf-8", "surrogatepass") + b"\0"
    return b"\x01" + (ordered.translate(_TURNED) if descending else ordered)


def rank(addressee: Addressee) -> int:
    """An addressee's number in the draw, from 0 to 2**63 - 1: made of the id alone, so the same at every draw."""
    digest = hashlib.blake2b(same(addressee.id).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def sample(addressees: Iterable[Addressee], count: int) -> frozenset[str]:
    """The ids of a sample: the addressees whose numbers in the draw are lowest, from all over the list.

    A larger sample has all of a smaller one, and a list that grows keeps most of its sample.

    Raises:
        UsageError: the sample is to have nobody.
    """
    if count < 1:
        fact = f"a sample of {count} has nobody"
        raise UsageError(Problem(Place(), "wrong-number", fact, "write a number from 1: 3"))
    drawn = heapq.nsmallest(count, ((rank(addressee), addressee.id) for addressee in addressees))
    return frozenset(identifier for _, identifier in drawn)


def _known(typed: str, columns: Sequence[str]) -> str:
    name = column_name(typed)
    if name not in columns:
        hint = did_you_mean(name, columns, f"the list has: {', '.join(columns)}")
        raise UsageError(Problem(Place(), "unknown-column", f"the list has no column '{typed.strip()}'", hint))
    return name


def _values(text: str) -> list[str]:
    """The values between commas, as a row of CSV has them."""
    rows = list(csv.reader([text.replace("\n", " ")], skipinitialspace=True))
    return [value.strip() for value in rows[0]] if rows and rows[0] else [""]
