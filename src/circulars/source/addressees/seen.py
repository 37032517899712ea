"""Remembers the ids of a list, or other texts, and their rows, in a hash table with 12 bytes per slot."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from circulars.files.names import same


class Seen:
    """The texts of the rows so far, by default ids, which are compared as file names are (:func:`same`).

    ``key`` returns the form in which texts are compared. Only a 64-bit hash of each is kept. In a list of ten million
    ids, the chance that two share a hash is 1 in 370,000.
    """

    def __init__(self, key: Callable[[str], str] = same) -> None:
        self._key = key
        self._mask = 2**12 - 1
        self._count = 0
        self._keys = array("Q", bytes(8 * (self._mask + 1)))
        self._rows = array("I", bytes(4 * (self._mask + 1)))

    def first(self, text: str, row: int) -> int:
        """The first row with the text; 0 if it is this one."""
        key = hash(self._key(text)) & 0xFFFF_FFFF_FFFF_FFFF or 1
        keys, mask = self._keys, self._mask
        at = key & mask
        while found := keys[at]:
            if found == key:
                return self._rows[at]
            at = (at + 1) & mask
        keys[at], self._rows[at] = key, row
        self._count += 1
        if self._count * 3 > mask * 2:
            self._grow()
        return 0

    def row_of(self, text: str) -> int:
        """The first row with the text; 0 if there is none."""
        key = hash(self._key(text)) & 0xFFFF_FFFF_FFFF_FFFF or 1
        at = key & self._mask
        while found := self._keys[at]:
            if found == key:
                return self._rows[at]
            at = (at + 1) & self._mask
        return 0

    def holds(self, text: str) -> bool:
        """Whether any row so far has the text."""
        return self.row_of(text) > 0

    def _grow(self) -> None:
        """Doubles the number of slots, so that at most two thirds are used."""
        old = zip(self._keys, self._rows, strict=True)
        mask = self._mask = 2 * self._mask + 1
        keys, rows = array("Q", bytes(8 * (mask + 1))), array("I", bytes(4 * (mask + 1)))
        for key, row in old:
            if key:
                at = key & mask
                while keys[at]:
                    at = (at + 1) & mask
                keys[at], rows[at] = key, row
        self._keys, self._rows = keys, rows
