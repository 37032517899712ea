"""Finds out which columns of a list nothing uses, and which of them are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from circulars.source.addressees import AddresseeList, ColumnsRead


class ColumnUse:
    """The columns of a list that the program does not know, while the list is read.

    ``empty`` are those that had no cell filled so far.
    """

    def __init__(self, listed: AddresseeList) -> None:
        self._understood = listed.understood
        self.empty = {*listed.understood.others}

    def note(self, columns: Mapping[str, str]) -> None:
        """Notes which columns a row fills."""
        self.empty -= {name for name in self.empty if columns[name]}

    def read(self, used: Iterable[str]) -> ColumnsRead:
        """How the columns of the list were read; ``used`` are those that the letter or the order uses."""
        known = frozenset(used)
        others = {name: head for name, head in self._understood.others.items() if name not in known}
        unused = tuple(head for name, head in others.items() if name not in self.empty)
        return ColumnsRead(self._understood.read, unused, len(others) - len(unused))
