"""The comparison of two documents: a tree of matched parts, from which the changes and all reports are made."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from circulars.model.document import Document
from circulars.review.align import pairs_of
from circulars.review.changes import Segment, Segments
from circulars.review.common import increasing
from circulars.review.holes import NOTHING, Filling, filled_segments, filled_unit, opened_trees, with_holes_of
from circulars.review.spans import MarkedSpan, marked_spans
from circulars.review.tree import EVERYBODY, Audiences, Unit, tree_of
from circulars.review.words import word_changes

Fate = Literal["kept", "added", "removed", "moved", "moved away", "split", "merged"]


@dataclass(frozen=True, slots=True)
class Matched:
    """A part of the old document, of the new one, or of both.

    A part that is in both is ``kept`` or ``moved``, even if its words changed. A ``moved`` part is at its new place; at
    its old place is one that ``moved away``, which has no new part. It is ``carried`` if it moved only because the
    paragraph above it did, as a list does. The ``parts`` of one that was ``split`` are its pieces: the old unit of
    each has a piece of the old words; it has no new part itself. One that was ``merged`` has no old part, likewise.
    ``words`` compares the part's own words, without those of the parts in it. ``parts`` are in the new order; a part
    that was removed or moved away comes before its old successor.
    """

    fate: Fate
    old: Unit | None
    new: Unit | None
    words: Segments = ()
    parts: tuple[Matched, ...] = ()
    carried: bool = False

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


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents and how their parts match; ``root`` is the whole letter.

    ``bare`` is the same with a hole in place of what a letter states once, such as a date under ``facts:`` or the
    number of a paragraph to which a text refers; ``filling`` fills the holes. The changes are made from it.
    """

    old: Document
    new: Document
    root: Matched
    bare: Matched
    filling: Filling


@dataclass(frozen=True, slots=True)
class Opened:
    """Two documents composed with holes in place of the facts that changed, and what fills the holes."""

    old: Document
    new: Document
    filling: Filling


def comparison(
    old: Document,
    new: Document,
    old_audiences: Audiences = EVERYBODY,
    new_audiences: Audiences = EVERYBODY,
    opened: Opened | None = None,
) -> Comparison:
    """Matches the parts of two documents.

    The audiences of blocks that are not for everybody are given by block id. Where the documents show a fact that
    changed, ``opened`` has holes.
    """
    before, after, filling = tree_of(old, old_audiences), tree_of(new, new_audiences), NOTHING
    if opened:
        filling = opened.filling
        before = with_holes_of(tree_of(opened.old, old_audiences), before, filling.old)
        after = with_holes_of(tree_of(opened.new, new_audiences), after, filling.new)
    before, after, filling = opened_trees(before, after, filling)
    bare = _Builder(new.locale).matched(before, after)
    return Comparison(old, new, _filled(bare, filling), bare, filling)


def _filled(part: Matched, filling: Filling) -> Matched:
    """A matched part, with everything in it, with its holes filled."""
    old = filled_unit(part.old, filling.old) if part.old else None
    new = filled_unit(part.new, filling.new) if part.new else None
    parts = tuple(_filled(inner, filling) for inner in part.parts)
    words = filled_segments(part.words, filling)
    if old is part.old and new is part.new and words is part.words:
        return (
            part
            if all(one is other for one, other in zip(parts, part.parts, strict=True))
            else replace(part, parts=parts)
        )
    return replace(part, old=old, new=new, words=words, parts=parts)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Makes the tree of matched parts of two documents in one language."""

    locale: str

    def matched(self, old: Unit, new: Unit, fate: Fate = "kept", carried: bool = False) -> Matched:
        """A part that is in both documents, with everything in it."""
        parts = tuple(self._within(old.parts, new.parts))
        return Matched(fate, old, new, word_changes(old.spans, new.spans, self.locale), parts, carried)

    def _within(self, old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Matched]:
        """The parts inside a part, in the new order; one that is gone from its place comes before its old successor."""
        pairs = pairs_of(old, new)
        found = {j: i for i, j in pairs}
        unmoved = dict(increasing(pairs))
        moved = {j: i for i, j in pairs if i not in unmoved}
        away = frozenset(moved.values())
        gone = deque(sorted({*range(len(old))} - unmoved.keys()))
        for j, part in enumerate(new):
            i = found.get(j)
            if i is None:
                yield _whole("added", part)
            elif j in moved:
                yield self.matched(old[i], part, "moved", _is_carried(j, moved, part))
            else:
                while gone and gone[0] < i:
                    yield _gone(gone.popleft(), old, away)
                yield self.matched(old[i], part)
        for i in gone:
            yield _gone(i, old, away)


def _whole(fate: Literal["added", "removed", "moved away"], unit: Unit) -> Matched:
    """A part that is in one document only, with everything in it."""
    parts = tuple(_whole(fate, part) for part in unit.parts)
    if fate == "added":
        return Matched(fate, None, unit, _one("added", unit.words), parts)
    return Matched(fate, unit, None, _one("removed", unit.words), parts)


def _one(mark: Literal["added", "removed"], words: str) -> Segments:
    return (Segment(mark, words),) if words else ()


def _gone(place: int, old: Sequence[Unit], away: frozenset[int]) -> Matched:
    return _whole("moved away" if place in away else "removed", old[place])


def _is_carried(j: int, moved: Mapping[int, int], part: Unit) -> bool:
    """Whether a list or a table moved only because the paragraph above it did."""
    return part.family in ("list", "table") and j - 1 in moved and moved[j - 1] == moved[j] - 1
