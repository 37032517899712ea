"""Matches two documents part by part, and compares the words of the parts that are in both."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from circulars.review.comparing.align import pairs_of
from circulars.review.comparing.changes import Segment, Segments
from circulars.review.comparing.common import Pair, unmoved
from circulars.review.comparing.entries import entry_changes
from circulars.review.comparing.matched import Column, Fate, Matched
from circulars.review.comparing.people import Person, people_pairs
from circulars.review.comparing.tables import cell_pairs, columns_of, is_sorted, moved_heads, row_pairs
from circulars.review.comparing.tree import Unit
from circulars.review.comparing.words import word_changes


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches parts of two documents in the language of a ``locale``."""

    locale: str

    def matched(self, old: Unit, new: Unit, fate: Fate = "kept", carried: bool = False) -> Matched:
        """A part that is in both documents, with everything in it."""
        if old.family == new.family == "table":
            return self._table(old, new, fate, carried)
        is_signing = old.family == new.family == "signatures"
        pairs = _signature_pairs(old, new) if is_signing else pairs_of(old.parts, new.parts)
        parts = tuple(_in_order(old.parts, new.parts, pairs, self.matched))
        return Matched(fate, old, new, self._words(old, new), parts, carried)

    def _words(self, old: Unit, new: Unit) -> Segments:
        if old.family == new.family == "item":
            return entry_changes(old, new, self.locale)
        return _with_quiet_label(word_changes(old.spans, new.spans, self.locale), old, new)

    def _table(self, old: Unit, new: Unit, fate: Fate, carried: bool) -> Matched:
        columns = columns_of(old, new)
        sorts_itself = is_sorted(old) and is_sorted(new)

        pairs = row_pairs(old, new, columns)
        moved = moved_heads(old, new, pairs)
        from_other_rows = {cell.key for both in moved for cell in both}

        def row(before: Unit, after: Unit, fate: Fate, carried: bool) -> Matched:
            carried = carried or (sorts_itself and fate == "moved")
            return self._row(before, after, fate, carried, columns, from_other_rows)

        parts = tuple(_in_order(old.parts, new.parts, pairs, row))
        return Matched(fate, old, new, (), self._with_moved_heads(parts, moved), carried, columns)

    def moved_rows(self, old: Unit, new: Unit) -> Iterator[tuple[str, str, Matched]]:
        """The rows of a table that are now in another table: their old and new keys, and how they changed."""
        columns = columns_of(old, new)
        for i, j in row_pairs(old, new, columns):
            before, after = old.parts[i], new.parts[j]
            if before.family == after.family == "row":
                yield before.key, after.key, self._row(before, after, "moved", False, columns, frozenset())

    def _with_moved_heads(self, rows: tuple[Matched, ...], moved: Sequence[tuple[Unit, Unit]]) -> tuple[Matched, ...]:
        """The rows of a table, with the cells of header rows that moved to another one."""
        to_old, gone = {after.key: before for before, after in moved}, {before.key for before, _ in moved}

        def settled(cell: Matched) -> Matched:
            if cell.new and cell.new.key in to_old:
                return self.matched(to_old[cell.new.key], cell.new, "moved")
            return whole("moved away", cell.old) if cell.old and cell.old.key in gone else cell

        return tuple(replace(row, parts=tuple(map(settled, row.parts))) for row in rows) if moved else rows

    def _row(
        self, old: Unit, new: Unit, fate: Fate, carried: bool, columns: Sequence[Column], from_other_rows: Set[str]
    ) -> Matched:
        if not old.parts or not new.parts:  # a caption
            return self.matched(old, new, fate, carried)
        pairs = [
            (i, j)
            for i, j in cell_pairs(old, new, columns)
            if not {old.parts[i].key, new.parts[j].key} & from_other_rows
        ]
        found = _in_order(old.parts, new.parts, pairs, self.matched)
        cells = tuple(_with_quiet_number(cell, old, new) for cell in found)
        return Matched(fate, old, new, (), cells, carried)


def _signature_pairs(old: Unit, new: Unit) -> list[Pair]:
    return people_pairs(*([_signatory(one) for one in side.parts] for side in (old, new)))


def _signatory(signature: Unit) -> Person:
    """Who signs; the post is in the lines below the name."""
    words = signature.words
    return Person(signature.name, words.partition(signature.name)[2] if signature.name else words)


def _with_quiet_number(cell: Matched, old: Unit, new: Unit) -> Matched:
    """A cell of two rows, quiet if it only counts the rows of its table."""
    if cell.old is None or cell.new is None or not (old.number and new.number):
        return cell
    if (cell.old.words, cell.new.words, cell.old.column) != (old.number, new.number, 0):
        return cell
    words = (one if one.mark == "equal" else replace(one, quiet="reference") for one in cell.words)
    return replace(cell, words=tuple(words))


def _with_quiet_label(words: Segments, old: Unit, new: Unit) -> Segments:
    """The words with the label of a note quiet if a text became one, or no longer is one."""
    if not words or old.look == new.look or words[0].mark == "equal":
        return words
    label = (new if words[0].mark == "added" else old).spans[0].text
    is_label = words[0].text == label and "a note" in (old.look, new.look)
    return (replace(words[0], quiet="list"), *words[1:]) if is_label else words


def whole(fate: Literal["added", "removed", "moved away"], unit: Unit) -> Matched:
    """A part that is in one document only, with everything in it."""
    parts = tuple(whole(fate, part) for part in unit.parts)
    if fate == "added":
        return Matched(fate, None, unit, _one("added", unit.words), parts)
    return Matched(fate, unit, None, _one("removed", unit.words), parts)


def _one(mark: Literal["added", "removed"], words: str) -> Segments:
    return (Segment(mark, words),) if words else ()


def _in_order(
    old: Sequence[Unit],
    new: Sequence[Unit],
    pairs: Sequence[Pair],
    matched: Callable[[Unit, Unit, Fate, bool], Matched],
) -> Iterator[Matched]:
    """The parts inside a part, in the new order; one that is gone from its place comes before its old successor."""
    found = {j: i for i, j in pairs}
    changed = {(i, j) for i, j in pairs if old[i].all_words != new[j].all_words}
    stayed = dict(unmoved(pairs, changed))
    moved = {j: i for i, j in pairs if i not in stayed}
    away = frozenset(moved.values())
    gone = deque(sorted({*range(len(old))} - stayed.keys()))
    for j, part in enumerate(new):
        i = found.get(j)
        if i is None:
            yield whole("added", part)
        elif j in moved:
            yield matched(old[i], part, "moved", _is_carried(j, moved, part))
        else:
            while gone and gone[0] < i:
                yield _gone(gone.popleft(), old, away)
            yield matched(old[i], part, "kept", False)
    for i in gone:
        yield _gone(i, old, away)


def _gone(place: int, old: Sequence[Unit], away: frozenset[int]) -> Matched:
    return whole("moved away" if place in away else "removed", old[place])


def _is_carried(j: int, moved: Mapping[int, int], part: Unit) -> bool:
    """Whether a list or a table moved only because the paragraph above it did."""
    return part.family in ("list", "table") and j - 1 in moved and moved[j - 1] == moved[j] - 1
