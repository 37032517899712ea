"""Who of a list is meant, and in which order, as an order says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from circulars.errors import LetterError
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, Only, Sort, Where, parse_sort, parse_where, sample


@dataclass(frozen=True, slots=True)
class Selection:
    """What an order says of a list: conditions, ids, an order of its own, a sample."""

    listed: AddresseeList
    where: tuple[Where, ...]
    only: Only | None
    sort: Sort | None
    sample: int

    @classmethod
    def of(cls, order: MergeOrder, listed: AddresseeList) -> Selection:
        """What an order says of a list.

        Raises:
            UsageError: it names a column that the list does not have, or is no condition.
        """
        columns = listed.columns
        where = tuple(parse_where(text, columns) for text in order.where)
        only = Only.of(order.only) if order.only else None
        return cls(listed, where, only, parse_sort(order.sort, columns) if order.sort else None, order.sample)

    def chosen(self) -> Iterator[Addressee]:
        """The addressees that are meant, as the list has them.

        Raises:
            LetterError: an id that is asked for is not in the list.
        """
        if self.only and (problems := self.only.unknown(self.listed)):
            raise LetterError(*problems)
        if not self.sample:
            return self._meant()
        ids = sample(self._meant(), self.sample)
        return (addressee for addressee in self._meant() if addressee.id in ids)

    def _meant(self) -> Iterator[Addressee]:
        if not (self.where or self.only):
            return iter(self.listed)
        return (addressee for addressee in self.listed if self._is_meant(addressee))

    def _is_meant(self, addressee: Addressee) -> bool:
        return (self.only is None or self.only.holds(addressee)) and all(one.holds(addressee) for one in self.where)

    def rank(self, addressee: Addressee) -> bytes | None:
        """What puts an addressee in order, byte by byte; nothing when the list's own order is the one."""
        return self.sort.key(addressee) if self.sort else None
