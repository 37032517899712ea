"""Finds addresses of which only a part is used, because a head of the list is not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from circulars.errors import Choice, Problem
from circulars.model.addressee import BLOCK
from circulars.source.addressees import AddresseeList, address_part
from circulars.source.addressees.settings import Setting

_COLUMN: Final = {"street": "address", "place": "city", "country": "country"}
"""The column to which a part of an address belongs."""


class HalfAddresses:
    """The heads of a list that nothing uses and that look like parts of an address."""

    def __init__(self, listed: AddresseeList, *, is_label: bool) -> None:
        self._list, self._is_label = listed, is_label
        others = listed.understood.others
        self._parts = {name: part for name, head in others.items() if (part := address_part(head))}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def problem(self, addressee: Mapping[str, str], row: int, used: Iterable[str]) -> Iterator[Problem]:
        """The problem of a row whose address lacks what such a column has: the street, or the place.

        ``used`` are the columns that the letter uses.
        """
        get = addressee.get
        lacks = set()
        if get("city") and not get("address") and not get("organization"):
            lacks.add("street")
        if get("address") and "\n" not in get("address", "") and not get("city") and not get("postcode"):
            lacks.add("place")
        shown = frozenset(used) if lacks else frozenset()
        for name, part in self._parts.items():
            if part in lacks and get(name) and name not in shown:
                lacking = "street" if part == "street" else "city"
                fact = f"{name}: the address has no {lacking}, and nothing uses the column {self._head(name)}"
                place = self._list.place(row, name)
                yield Problem(place, "address-part-unused", fact, choices=(self._choice(name),))
                return

    def warnings(self, unused: Iterable[str], editions: Iterable[Iterable[str]]) -> Iterator[Problem]:
        """A warning that names the heads among ``unused``, if there are any.

        ``editions`` are the holes of each edition of the letter. One without an address needs no warning.
        """
        if not self._is_label and not any(BLOCK in holes for holes in editions):
            return
        heads = frozenset(unused)
        found = [name for name in self._parts if self._list.understood.others[name] in heads]
        if found:
            named = ", ".join(map(self._head, found[:8])) + (", …" if len(found) > 8 else "")
            fact = f"not in the address, although it looks like a part of one: {named}"
            place = self._list.place(self._list.head_row, found[0])
            yield Problem(place, "address-part-unused", fact, choices=(self._choice(found[0]),))

    def _head(self, name: str) -> str:
        return f"'{self._list.understood.others[name]}'"

    def _choice(self, name: str) -> Choice:
        """The remedy to use a head: for its column, or as another line of an address that the list has besides."""
        column = _COLUMN[self._parts[name]]
        head = self._list.understood.others[name]
        if column != "address" or column not in self._list.columns:
            return Choice("columns", f"makes it the {column}", str(Setting(column, ((head,),))))
        if any(one.column == column for one in self._list.understood.read):
            return Choice("columns", "names all heads that the address is made of", "address=HEAD,HEAD")
        return Choice("columns", "adds it to the address", str(Setting(column, ((column,), (head,)))))
