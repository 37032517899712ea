"""Filters, samples and sorts the addressees of a list."""

from __future__ import annotations

import csv
import hashlib
import heapq
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from circulars.errors import Place, Problem, UsageError, did_you_mean
from circulars.files.names import same
from circulars.model.addressee import Addressee
from circulars.source.addressees.countries import meaning_of
from circulars.source.addressees.meaning import column_name, plain_name


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one column: its cell is one of the values, or none of them if ``negated``.

    Upper and lower case count as the same. The value "" stands for an empty cell.
    """

    column: str
    values: frozenset[str]
    negated: bool = False

    def holds(self, addressee: Addressee) -> bool:
        """Whether an addressee meets the condition."""
        return (addressee.columns[self.column].casefold() in self.values) is not self.negated


def parse_where(text: str, columns: Sequence[str]) -> Where:
    """The condition in ``column=value,value`` or ``column!=value,value``, for a list with these columns.

    A value with a comma is written in double quotation marks; ``column=`` matches empty cells. A country may be written
    as in a list.

    Raises:
        UsageError: the text is not a condition, or the list has no such column.
    """
    parts = re.fullmatch(r"([^=!]+)(!?=)(.*)", text, re.DOTALL)
    if not parts:
        fact, hint = f"'{text}' is not a condition", "write column=value or column!=value: category=member-state"
        raise UsageError(Problem(Place(), "wrong-condition", fact, hint))
    column, values = _known(parts[1], columns), _values(parts[3])
    if column == "country":
        values = [meaning_of(value).code or value for value in values]
    return Where(column, frozenset(value.casefold() for value in values), parts[2] == "!=")


@dataclass(frozen=True, slots=True)
class Only:
    """Addressees selected by their ids. ``keys`` are the ids in the form in which they are compared."""

    ids: tuple[str, ...]
    keys: frozenset[str]

    @classmethod
    def of(cls, ids: Sequence[str]) -> Only:
        """The selection of addressees with these ids."""
        return cls(tuple(dict.fromkeys(ids)), frozenset(map(same, ids)))

    def holds(self, addressee: Addressee) -> bool:
        """Whether an addressee is selected."""
        return same(addressee.id) in self.keys

    def unknown(self, addressees: Iterable[Addressee]) -> tuple[Problem, ...]:
        """A problem for each id that the list does not have; the first few suggest the most similar id in the list."""
        present = [addressee.id for addressee in addressees]
        known = frozenset(map(same, present))
        missing = [identifier for identifier in self.ids if same(identifier) not in known]
        return tuple(
            Problem(Place(), "unknown-id", f"no addressee has the id '{identifier}'", hint)
            for identifier, hint in zip(missing, _hints(missing, present), strict=True)
        )


def parse_only(text: str) -> Only:
    """The ids in ``ID,ID,…``; an id with a comma is written in double quotation marks.

    Raises:
        UsageError: there is no id.
    """
    ids = tuple(filter(None, _values(text)))
    if not ids:
        raise UsageError(Problem(Place(), "missing-id", "there is no id", "write the ids: MS-1,MS-2"))
    return Only.of(ids)


def _hints(missing: Sequence[str], present: Collection[str]) -> Iterator[str]:
    """The hint for each missing id. Only the first few get a suggestion, which takes a pass through the list."""
    otherwise = "check the column 'id' of the list"
    for number, identifier in enumerate(missing):
        yield did_you_mean(identifier, present, otherwise) if number < 3 else otherwise


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort order: each column, and whether its order is descending."""

    columns: tuple[tuple[str, bool], ...]

    def key(self, addressee: Addressee) -> bytes:
        """The sort key of an addressee; addressees with equal keys keep their order in the list."""
        return b"".join(_sort_key(addressee.columns[column], descending) for column, descending in self.columns)


def parse_sort(text: str, columns: Sequence[str]) -> Sort:
    """The sort order in ``column,-column,…`` for a list with these columns; "-" means descending.

    Raises:
        UsageError: the list has no such column.
    """
    named = [part.strip() for part in text.split(",") if part.strip(" -")]
    if not named:
        fact, hint = "there is no column to sort by", "write their names: country,-surname"
        raise UsageError(Problem(Place(), "missing-column", fact, hint))
    return Sort(tuple((_known(part.removeprefix("-"), columns), part.startswith("-")) for part in named))


# Letters that Unicode does not decompose, although readers see a base letter with a stroke or a ligature.
_LIKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_CONTROL = dict.fromkeys(range(32))
_INVERTED = bytes(255 - byte for byte in range(256))


def _sort_key(cell: str, descending: bool) -> bytes:
    """The sort key of a cell, independent of language: accents and case are ignored, and 9 comes before 10.

    Empty cells come last in both directions.
    """
    if not cell:
        return b"\x02"
    if not cell.isascii():
        cell = unicodedata.normalize("NFKD", cell)
        cell = "".join(sign for sign in cell if not unicodedata.combining(sign))
    letters = cell.casefold().translate(_LIKE).translate(_CONTROL)
    # The number of digits comes first, so that numbers sort by value.
    letters = re.sub("[0-9]+", lambda number: f"{len(bare := number[0].lstrip('0')):05}{bare}", letters)
    ordered = letters.encode("utf-8", "surrogatepass") + b"\0"
    return b"\x01" + (ordered.translate(_INVERTED) if descending else ordered)


def rank(addressee: Addressee) -> int:
    """A pseudo-random number for an addressee, from 0 to 2**63 - 1. It depends on the id only, so it never changes."""
    digest = hashlib.blake2b(same(addressee.id).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def sample(addressees: Iterable[Addressee], count: int) -> frozenset[str]:
    """The ids of a sample: the ``count`` addressees with the lowest rank, spread over the whole list.

    A larger sample contains every smaller one, and a list that grows keeps most of its sample.

    Raises:
        UsageError: ``count`` is less than 1.
    """
    if count < 1:
        fact = f"a sample of {count} has no addressees"
        raise UsageError(Problem(Place(), "wrong-number", fact, "write a positive whole number, for example 3"))
    drawn = heapq.nsmallest(count, ((rank(addressee), addressee.id) for addressee in addressees))
    return frozenset(identifier for _, identifier in drawn)


def _known(typed: str, columns: Sequence[str]) -> str:
    own = plain_name(typed)
    name = own if own in columns else column_name(typed)
    if name not in columns:
        hint = did_you_mean(name, columns, f"the list has: {', '.join(columns)}")
        raise UsageError(Problem(Place(), "unknown-column", f"the list has no column '{typed.strip()}'", hint))
    return name


def _values(text: str) -> list[str]:
    """The values between commas, read as a row of CSV."""
    rows = list(csv.reader([text.replace("\n", " ")], skipinitialspace=True))
    return [value.strip() for value in rows[0]] if rows and rows[0] else [""]
