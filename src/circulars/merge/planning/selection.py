"""Selects and sorts the addressees of a list as an order says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from circulars.errors import LetterError
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, Only, Sort, Where, parse_sort, parse_where, sample


@dataclass(frozen=True, slots=True)
class Selection:
    """Which addressees of a list an order selects, and how they are sorted."""

    listed: AddresseeList
    where: tuple[Where, ...]
    only: Only | None
    sort: Sort | None
    sample: int

    @classmethod
    def of(cls, order: MergeOrder, listed: AddresseeList) -> Selection:
        """The selection that an order makes from a list.

        Raises:
            UsageError: a condition cannot be read, or names a column that the list does not have.
        """
        columns = listed.columns
        where = tuple(parse_where(text, columns) for text in order.where)
        only = Only.of(order.only) if order.only else None
        return cls(listed, where, only, parse_sort(order.sort, columns) if order.sort else None, order.sample)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that decide which addressees are selected, and in which order."""
        sorted_by = self.sort.columns if self.sort else ()
        return frozenset((*(one.column for one in self.where), *(column for column, _ in sorted_by)))

    def selected(self) -> Iterator[Addressee]:
        """The selected addressees, in the order of the list.

        Raises:
            LetterError: a requested id is not in the list.
        """
        if self.only and (problems := self.only.unknown(self.listed)):
            raise LetterError(*problems)
        if not self.sample:
            return self._matching()
        ids = sample(self._matching(), self.sample)
        return (addressee for addressee in self._matching() if addressee.id in ids)

    def _matching(self) -> Iterator[Addressee]:
        if not (self.where or self.only):
            return iter(self.listed)
        return (addressee for addressee in self.listed if self._matches(addressee))

    def _matches(self, addressee: Addressee) -> bool:
        return (self.only is None or self.only.holds(addressee)) and all(one.holds(addressee) for one in self.where)

    def rank(self, addressee: Addressee) -> bytes | None:
        """The sort key of an addressee, compared bytewise; None if the list's order is kept."""
        return self.sort.key(addressee) if self.sort else None
