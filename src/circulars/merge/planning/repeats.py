"""Finds addressees of a merge who have one address or are one person, and leaves them out if the order says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from circulars.errors import Choice, Problem
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import Addressee
from circulars.source.addressees import MAX_NAMED, AddresseeList, OncePerAddress, Repeats, SameAddress, Sameness

EarlierRows: TypeAlias = tuple[int, Iterable[tuple[Mapping[str, str], int, int]]]
"""The number of the list that is read, and the addressees of lists before it: their cells, row, and number of list."""
MAX_SAME: Final = 100_000
"""The most addressees with the address of another that a ledger names."""
_EACH: Final = Choice("once_per_address", "leave out {}, if each of them is to get a letter")


def no_earlier() -> EarlierRows:
    """No addressees, before the first list."""
    return 0, ()


class RepeatedAddressees:
    """The addressees of one pass through a list who have something in common with an earlier one.

    ``left_out`` are the first :data:`MAX_SAME` of the ``count`` addressees who get no letter, because another with the
    same address gets it.
    """

    def __init__(self, order: MergeOrder, listed: AddresseeList, earlier: Callable[[], EarlierRows]) -> None:
        """``earlier`` is called when the list is read."""
        self._listed, self._earlier = listed, earlier
        self._by_email, self._is_once = order.output.needs_email, order.once_per_address
        self._repeats = Repeats(_kinds(order, listed), listed.columns)
        self._once = OncePerAddress(listed.columns, by_email=self._by_email)
        self.left_out: list[SameAddress] = []
        self.count = 0

    def begin(self) -> None:
        """Reads the addressees of earlier lists."""
        part, rows = self._earlier()
        self._once = OncePerAddress(self._listed.columns, by_email=self._by_email, part=part)
        for columns, row, other in rows:
            self._repeats.add_earlier(columns, row)
            if self._is_once:
                self._once.add_earlier(columns, row, other)

    def leaves_out(self, addressee: Addressee) -> bool:
        """Whether an addressee gets no letter; every addressee without problems is passed in turn."""
        if self._is_once and (same := self._once.same(addressee)):
            self.count += 1
            if self.count <= MAX_SAME:
                self.left_out.append(same)
            return True
        self._repeats.add(addressee.columns, addressee.row)
        return False

    @property
    def counts(self) -> Counter[str]:
        """The number of warnings that :meth:`each` gives, by code, after :meth:`remarks`."""
        left_out = len(self.left_out) + (self.count > len(self.left_out))
        return self._repeats.counts + Counter({"same-left-out": left_out})

    def each(self) -> Iterator[Problem]:
        """A warning for each addressee who has something in common with an earlier one, after :meth:`remarks`.

        Those who were left out are among them.
        """
        yield from self._repeats.each(self._listed)
        for one in self.left_out:
            of = "" if one.first_part == one.part else " of an earlier list"
            fact = f"the addressee was left out, because row {one.first_row:,}{of} has the same address"
            yield Problem(self._listed.place(one.row), "same-left-out", fact, choices=(_EACH,))
        if beyond := self.count - len(self.left_out):
            fact = f"{beyond:,} further addressees were left out, because an earlier row has the same address"
            yield Problem(self._listed.place(), "same-left-out", fact, choices=(_EACH,))

    def remarks(self) -> Iterator[Problem]:
        """Warnings about what addressees have in common, and a remark about those who were left out."""
        effect = "sends one message to each address" if self._by_email else "makes one for each name and postal address"
        choice = Choice("once_per_address", effect)
        yield from self._repeats.remarks(self._listed, {"email" if self._by_email else "address": choice})
        if self.left_out:
            named = ", ".join(map(_named, self.left_out[:MAX_NAMED]))
            more = f" and {self.count - MAX_NAMED:,} more" if self.count > MAX_NAMED else ""
            were = "1 addressee was" if self.count == 1 else f"{self.count:,} addressees were"
            fact = f"{were} left out, because an earlier row has the same address: {named}{more}"
            where = self._listed.place(self.left_out[0].row)
            yield Problem(where, "same-left-out", fact, choices=(_EACH,))


def _named(one: SameAddress) -> str:
    of = "" if one.first_part == one.part else " of an earlier list"
    return f"{one.id} (row {one.row:,}) as row {one.first_row:,}{of}"


def _kinds(order: MergeOrder, listed: AddresseeList) -> list[Sameness]:
    """What matters to a kind of output: e-mail addresses to messages, postal addresses to paper, both to files."""
    kind, columns = order.output, frozenset(listed.columns)
    kinds: list[Sameness] = []
    if "email" in columns and not kind.bound:
        kinds.append("email")
    if "address" in columns and not kind.needs_email:
        kinds.append("address")
    if columns & {"name", "surname"}:
        kinds.append("person")
    return kinds
