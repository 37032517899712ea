"""The tree of matched parts of two documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from circulars.review.comparing.changes import Segments
from circulars.review.comparing.spans import MarkedSpan, marked_spans
from circulars.review.comparing.tree import Unit

Fate = Literal["kept", "added", "removed", "moved", "moved away", "split", "merged"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the old table, of the new one, or of both: its places, from 0, and -1 where it is not.

    Columns are in the new order; one that was removed comes before its old successor.
    """

    fate: Literal["kept", "added", "removed", "moved"]
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Matched:
    """A part of the old document, of the new one, or of both.

    A part that is in both is ``kept`` or ``moved``, even if its words changed. A ``moved`` part is at its new place; at
    its old place is one that ``moved away``, which has no new part. It is ``carried`` if it moved only because
    something else did: the paragraph above a list, or the date of a row in a table that sorts itself. ``words``
    compares the part's own words, without those of the parts in it. ``parts`` are in the new order; a part that was
    removed or moved away comes before its old successor.

    The ``parts`` of one that was ``split`` are its pieces: the old unit of each has a piece of the old words; it has no
    new part itself. If some of them became a list, the added list is among the parts, and has these pieces. One that
    was ``merged`` has no old part, likewise.

    A part may be ``kept`` although it is within another part than before, and of another family: a paragraph that
    became an item is a kept part of an added list, and nothing is left at its old place. So in reading order, texts
    that are neither added nor moved are the old ones, and those that are neither removed nor moved away the new ones.

    A table that is in both documents has ``columns``; a cell of a column that moved is ``moved`` in its row.
    """

    fate: Fate
    old: Unit | None
    new: Unit | None
    words: Segments = ()
    parts: tuple[Matched, ...] = ()
    carried: bool = False
    columns: tuple[Column, ...] = ()

    @property
    def unit(self) -> Unit:
        """The part in the new document, or in the old one if the new one does not have it."""
        found = self.new or self.old
        assert found is not None  # a part of neither document is never made
        return found

    @property
    def marked(self) -> tuple[MarkedSpan, ...]:
        """The part's own text as marked spans, with the old and the new formatting and link of each piece."""
        return marked_spans(self.words, self.old.spans if self.old else (), self.new.spans if self.new else ())

    def walk(self) -> Iterator[Matched]:
        """The part and all parts in it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.walk()
