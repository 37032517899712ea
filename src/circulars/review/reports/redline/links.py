"""Finds where the words of an old letter are in the new one, from the comparison of the two."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from circulars.review.comparing.changes import Segments
from circulars.review.comparing.comparison import Comparison, Matched
from circulars.review.comparing.consequences import announcing
from circulars.review.comparing.tree import Unit


class At(NamedTuple):
    """A position in a part's words; the one after its last word is the end of its last paragraph."""

    key: str
    offset: int


class SharedWords(NamedTuple):
    """Words that are in both letters: where they begin in the old one and in the new one, and their length."""

    old: At
    new: At
    length: int


@dataclass(frozen=True, slots=True)
class Links:
    """Where the words of an old letter are in the new one.

    ``stretches`` are by the key of the old part, in the order of its words. ``ends`` has the end of each new part by
    that of the old one. ``moved_from`` and ``moved_to`` are the names of moves by the keys of the
    old and of the new parts that moved. ``announcing`` are the keys of parts that
    changed only because annexes did. ``partners`` are the keys of the new parts that correspond to an old one.
    """

    stretches: Mapping[str, list[SharedWords]]
    ends: Mapping[At, At]
    moved_from: Mapping[str, str]
    moved_to: Mapping[str, str]
    partners: Mapping[str, tuple[str, ...]]
    announcing: frozenset[str] = frozenset()

    def new(self, at: At) -> At | None:
        """Where the character at an old position is in the new letter; None if it is not there."""
        if at in self.ends:
            return self.ends[at]
        found = self.stretches.get(at.key, [])
        place = bisect_right(found, at.offset, key=lambda stretch: stretch.old.offset) - 1
        if place < 0 or at.offset >= found[place].old.offset + found[place].length:
            return None
        one = found[place]
        return At(one.new.key, one.new.offset + at.offset - one.old.offset)

    def keys(self, old: Iterable[str]) -> frozenset[str]:
        """The keys in the new letter of parts of the old one."""
        return frozenset(key for name in old for key in self.partners.get(name, ()))


def links_of(compared: Comparison) -> Links:
    """Where the words of the old letter are in the new one, without those of parts that moved."""
    stretches: dict[str, list[SharedWords]] = {}
    ends: dict[At, At] = {}
    moves = [*_moves(compared.root)]
    moved_from = {old: f"move{number}" for number, (old, _) in enumerate(moves, 1)}
    moved_to = {new: f"move{number}" for number, (_, new) in enumerate(moves, 1)}
    for part in _unmoved(compared.root):
        for old, new, words in _compared(part):
            stretches.setdefault(old.key, []).extend(_stretches(old, new, words))
        if part.fate == "kept" and part.old and part.new:
            ends[_end(part.old)] = _end(part.new)
        elif part.fate == "split" and part.old and (pieces := _pieces(part)) and pieces[-1].new:
            ends[_end(part.old)] = _end(pieces[-1].new)
        elif part.fate == "merged" and part.new and (pieces := _pieces(part)) and pieces[-1].old:
            ends[_end(pieces[-1].old)] = _end(part.new)
    for found in stretches.values():
        found.sort()
    partners = {old.key: (new.key,) for old, new in ends.items()}
    return Links(stretches, ends, moved_from, moved_to, partners, announcing(compared))


def _end(unit: Unit) -> At:
    return At(unit.key, len(unit.words))


def _unmoved(part: Matched) -> Iterator[Matched]:
    """The part and the parts in it that are where they were."""
    if part.fate in ("moved", "moved away"):
        return
    yield part
    if part.fate not in ("split", "merged"):
        for inner in part.parts:
            yield from _unmoved(inner)


def _compared(part: Matched) -> Iterator[tuple[At, At, Segments]]:
    """The words of a part in both letters, or those of its pieces."""
    if part.fate == "split" and part.old:
        pieces = _pieces(part)
        for piece, start in _placed(pieces, part.old.words, [one.old for one in pieces]):
            if piece.new:
                yield At(part.old.key, start), At(piece.new.key, 0), piece.words
    elif part.fate == "merged" and part.new:
        pieces = _pieces(part)
        for piece, start in _placed(pieces, part.new.words, [one.new for one in pieces]):
            if piece.old:
                yield At(piece.old.key, 0), At(part.new.key, start), piece.words
    elif part.old and part.new:
        yield At(part.old.key, 0), At(part.new.key, 0), part.words


def _pieces(part: Matched) -> list[Matched]:
    """The pieces of a part that was split or merged, also those in a list that was made of it."""
    return [one for inner in part.parts for one in inner.walk() if one.old and one.new]


def _placed(pieces: Iterable[Matched], words: str, units: Iterable[Unit | None]) -> Iterator[tuple[Matched, int]]:
    """Each piece, and where its words begin in those of the whole."""
    start = 0
    for piece, unit in zip(pieces, units, strict=True):
        if unit and (found := words.find(unit.words, start)) >= 0:
            yield piece, found
            start = found + len(unit.words)


def _stretches(old: At, new: At, words: Segments) -> Iterator[SharedWords]:
    here, there = old.offset, new.offset
    for segment in words:
        length = len(segment.text)
        if segment.mark == "equal":
            yield SharedWords(At(old.key, here), At(new.key, there), length)
        here += length if segment.mark != "added" else 0
        there += length if segment.mark != "removed" else 0


def _moves(part: Matched) -> Iterator[tuple[str, str]]:
    """The old and the new key of each part that moved, and of the parts in it that went with it."""
    for inner in part.parts:
        if inner.fate == "moved":
            yield from ((one.old.key, one.new.key) for one in inner.walk() if one.old and one.new)
        else:
            yield from _moves(inner)
