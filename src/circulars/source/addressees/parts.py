"""Puts the cells of a row together into columns: the lines of an address, several names, one of several addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from circulars.source.addressees.meaning import key_of, kinds_of_address

Value = Callable[[Mapping[str, str]], str]
"""A function from the cells of a row to the value of a column."""

POSTAL: Final = ("address", "postcode", "city", "region", "country")
_ENOUGH: Final = ("address", "city", "postcode")
_ONLY_DIGITS: Final = re.compile(r"[0-9][0-9 ]*")
# Countries where the number of a house precedes the street.
_NUMBER_FIRST: Final = frozenset((
    "AU", "BB", "BM", "BS", "BW", "CA", "CI", "DZ", "FR", "GB", "GG", "GH", "GI", "HK", "IE", "IM", "IN", "JE", "JM",
    "KE", "LC", "LK", "LU", "MA", "MC", "MT", "MU", "MY", "NA", "NG", "NZ", "OM", "PG", "PH", "PK", "SG", "SN", "TH",
    "TN", "TT", "TW", "TZ", "UG", "US", "VN", "ZA", "ZM", "ZW",
))  # fmt: skip


def cell(name: str) -> Value:
    """The cell itself."""
    return itemgetter(name)


def joined(values: Sequence[Value], separator: str) -> Value:
    """The values that are not empty, with a separator between them."""
    if len(values) == 1:
        return values[0]
    return lambda cells: separator.join(filter(None, [value(cells) for value in values]))


def first_filled(values: Sequence[Value]) -> Value:
    """The first value that is not empty, or ""."""
    if len(values) == 1:
        return values[0]
    return lambda cells: next(filter(None, (value(cells) for value in values)), "")


def named_number(name: str, words: str) -> Value:
    """A cell; one with only a number gets the words before it: "PO Box 12"."""

    def value(cells: Mapping[str, str]) -> str:
        text = cells[name]
        return f"{words} {text}" if text and _ONLY_DIGITS.fullmatch(text) else text

    return value


def care_of(name: str) -> Value:
    """A cell with "c/o" before it, unless it is there."""

    def value(cells: Mapping[str, str]) -> str:
        text = cells[name]
        return f"c/o {text}" if text and not text.lower().startswith("c/o") else text

    return value


def first_of_several(name: str) -> Value:
    """The first text of a cell that has several with ":::" between them, as Google writes them."""
    return lambda cells: cells[name].partition(":::")[0].strip()


def street_line(street: str, number: str, country: str, code_of: Callable[[str], str]) -> Value:
    """A street and the number of a house, in the order of the country.

    ``country`` is the name of its cell; without such a cell the column counts. ``code_of`` is the code of a country.
    """

    def value(cells: Mapping[str, str]) -> str:
        parts = [cells[street], cells[number]]
        if code_of(cells.get(country) or cells.get("country", "")) in _NUMBER_FIRST:
            parts.reverse()
        return " ".join(filter(None, parts))

    return value


def person(name: Value, surname: Value | None, whole: Value) -> Value:
    """The name of a person; if it and the surname are empty, the whole name."""
    return lambda cells: name(cells) or ("" if surname and surname(cells) else whole(cells))


@dataclass(frozen=True, slots=True)
class PostalGroup:
    """One of several addresses in a row: its kind, the columns that it fills, and the cell that says its kind."""

    kind: str
    values: Mapping[str, Value]
    said_kind: Value | None = None

    def kind_in(self, cells: Mapping[str, str]) -> str:
        """The kind that the row says, or the group's own."""
        said = key_of(self.said_kind(cells)) if self.said_kind else ""
        return kinds_of_address().get(said, self.kind)


BUSINESS_FIRST: Final = ("mailing", "business", "", "home", "other")
HOME_FIRST: Final = ("mailing", "", "home", "business", "other")
"""The order in which one of several addresses is chosen: with and without an organization."""


def in_order(kinds: Sequence[str], *, business: bool) -> list[int]:
    """The places of the kinds in the order in which they are tried. Numbered ones come before "other"."""
    order = BUSINESS_FIRST if business else HOME_FIRST
    return sorted(range(len(kinds)), key=lambda place: order.index(kinds[place]) if kinds[place] in order else 3.5)


class AddressChoice:
    """Several addresses, of which each row gets one: business before home if it has an organization."""

    def __init__(self, groups: Sequence[PostalGroup], organization: Value | None) -> None:
        self.organization = organization
        self.columns = tuple(name for name in POSTAL if any(name in group.values for group in groups))
        """The columns that any of the addresses fills."""
        self._groups = groups
        plain = next((group.values for group in groups if not group.kind), dict[str, Value]())
        shared = {} if "address" in plain else plain  # a whole address shares nothing with the others
        values = [{**shared, **group.values} for group in groups]
        self._values = [tuple((name, one.get(name, _nothing)) for name in self.columns) for one in values]
        # An address has more than a country or a region.
        self._filled = [tuple(group.values[name] for name in _ENOUGH if name in group.values) for group in groups]
        kinds = [group.kind for group in groups]
        self._is_shared = [not kind and bool(shared) and len(kinds) > 1 for kind in kinds]
        self._orders = [self._in_order(kinds, business=business) for business in (False, True)]
        self._says_kinds = any(group.said_kind for group in groups)

    def __call__(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The columns of the chosen address."""
        business = bool(self.organization and self.organization(cells))
        order = self._orders[business]
        if self._says_kinds:
            order = self._in_order([group.kind_in(cells) for group in self._groups], business=business)
        chosen = order[0]
        for place in order:
            if any(value(cells) for value in self._filled[place]):
                chosen = place
                break
        return {name: value(cells) for name, value in self._values[chosen]}

    def _in_order(self, kinds: Sequence[str], *, business: bool) -> list[int]:
        """The places of the addresses in the order in which they are tried; what they all share comes last."""
        return sorted(in_order(kinds, business=business), key=self._is_shared.__getitem__)


def _nothing(_: Mapping[str, str]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Assembly:
    """Turns the cells of a row, by the names of its cells, into its columns."""

    made: tuple[tuple[str, Value], ...]
    choice: AddressChoice | None
    removed: tuple[str, ...]

    def __call__(self, cells: dict[str, str]) -> None:
        """Replaces the parts among the cells by the columns that are made of them."""
        made = {name: value(cells) for name, value in self.made}
        if self.choice:
            made |= self.choice(cells)
        for name in self.removed:
            del cells[name]
        cells.update(made)
