"""Finds texts that were split into several, or merged from several, and where they were cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from circulars.review.comparing.common import common_pairs
from circulars.review.comparing.matched import Matched
from circulars.review.comparing.rewriting import ends_sentence, weight
from circulars.review.comparing.spans import piece
from circulars.review.comparing.tokens import Words, word_set, words_of
from circulars.review.comparing.tree import Unit

_MOST_PIECES = 4
_FAR = 10  # texts that may be between a text and its pieces
MAX_PIECES: Final = 1000  # texts that are pieces; in a letter with more, the others are compared one by one
# The share of a piece's words that must be from the whole text, and of the whole text's words that the pieces have.
_OF_PIECE = 0.5
_OF_WHOLE = 0.6
_LEAST_WEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text that was split, or merged, with the places of its pieces in a sequence of texts.

    ``whole`` is the place of the text itself, which is one of its pieces' if it was matched with one. ``units`` are the
    text's parts, one for each piece.
    """

    unit: Unit
    whole: int
    places: tuple[int, ...]
    units: tuple[Unit, ...]


def pieces_of(texts: Sequence[Matched], merged: bool, locale: str) -> Iterator[Pieces]:
    """The texts that were split, or those that were ``merged``; no text is in two of them."""
    finder = _Finder(texts, merged, locale, [None] * len(texts))
    used: set[int] = set()
    for place, part in enumerate(texts):
        unit = finder.whole(part)
        if unit is None or place in used:
            continue
        places = finder.neighbours(place, used)
        found = finder.cut(unit, place, places) if len(places) > 1 and len(used) < MAX_PIECES else None
        if found:
            used |= {place, *found.places}
            yield found


@dataclass(slots=True)
class _Finder:
    """Texts in reading order; ``sets`` has the words of each in the version with the pieces, once they were needed."""

    texts: Sequence[Matched]
    merged: bool
    locale: str
    sets: list[frozenset[str] | None]

    def whole(self, part: Matched) -> Unit | None:
        """The text in the version in which it is whole, if its words changed."""
        unit = part.new if self.merged else part.old
        is_changed = part.fate in ("removed", "added") or any(segment.mark != "equal" for segment in part.words)
        return unit if unit is not None and is_changed and part.fate in self._fates and unit.words else None

    @property
    def _fates(self) -> tuple[str, ...]:
        return ("kept", "added") if self.merged else ("kept", "removed")

    def _is_new(self, place: int) -> bool:
        """Whether a text is only in the version with the pieces."""
        return self.texts[place].fate == ("removed" if self.merged else "added")

    def _words(self, place: int) -> frozenset[str]:
        found = self.sets[place]
        if found is None:
            unit = self.texts[place].old if self.merged else self.texts[place].new
            found = self.sets[place] = word_set(unit.words) if unit else frozenset()
        return found

    def neighbours(self, place: int, used: set[int]) -> list[int]:
        """The places of the texts around one that may be its pieces."""
        part = self.texts[place]
        has_match = part.old is not None and part.new is not None
        unit = self.whole(part)
        assert unit is not None
        words = word_set(unit.words)
        left = words - self._words(place) if has_match else words
        found = [place] if has_match else []
        for step in (-1, 1):
            near = place + step
            while 0 <= near < len(self.texts) and abs(near - place) <= _FAR and len(found) <= _MOST_PIECES:
                if self._is_other(near, place) or (self._is_new(near) and self._is_inner(near, words, left)):
                    near += step
                    continue
                if near in used or not self._is_new(near) or not self._is_piece(near, words, left):
                    break
                found.append(near)
                near += step
        return sorted(found) if len(found) <= _MOST_PIECES else []

    def _is_other(self, near: int, place: int) -> bool:
        """Whether a text is not in the version with the pieces, so that it is not between them."""
        return near != place and (self.texts[near].old if self.merged else self.texts[near].new) is None

    def _is_inner(self, place: int, words: frozenset[str], left: frozenset[str]) -> bool:
        """Whether a text is within an entry of a list, and no piece itself: it goes where the entry does."""
        unit = self.texts[place].unit
        is_inner = unit.family == "item text" or (unit.family == "item" and unit.key.count("#") > 1)
        return self.merged and is_inner and not self._is_piece(place, words, left)

    def _is_piece(self, place: int, words: frozenset[str], left: frozenset[str]) -> bool:
        """Whether most words of a text are in the whole one, and some of these are not in its matched piece."""
        own = self._words(place)
        return bool(own & left) and len(own & words) >= _OF_PIECE * len(own)

    def cut(self, unit: Unit, place: int, places: Sequence[int]) -> Pieces | None:
        """The text cut into its pieces, or None if these are too different."""
        units = [self.texts[p].old if self.merged else self.texts[p].new for p in places]
        spans = [one.spans for one in units if one is not None]
        text = words_of(unit.spans, self.locale)[:-1]
        pieces = [words_of(one, self.locale)[:-1] for one in spans]
        pairs = common_pairs([word.key for word in text], [word.key for one in pieces for word in one])
        kept = _by_piece(pairs, pieces)
        if not _is_cut(text, pieces, kept):
            return None
        cuts = _cuts(text, kept)
        edges = [0, *(text[at].start for at in cuts), len(unit.words)]
        own = tuple(
            replace(
                unit, spans=piece(unit.spans, start, stop), number=unit.number if not n else "",
                parts=unit.parts if n == len(spans) - 1 else (),
            )
            for n, (start, stop) in enumerate(pairwise(edges))
        )  # fmt: skip
        return Pieces(unit, place, tuple(places), own)


def _by_piece(pairs: Sequence[tuple[int, int]], pieces: Sequence[Words]) -> list[list[int]]:
    """For each piece, the places in the whole text of the words that it has."""
    ends, end = [], 0
    for one in pieces:
        end += len(one)
        ends.append(end)
    kept: list[list[int]] = [[] for _ in pieces]
    number = 0
    for i, j in pairs:
        while j >= ends[number]:
            number += 1
        kept[number].append(i)
    return kept


def _is_cut(text: Words, pieces: Sequence[Words], kept: Sequence[Sequence[int]]) -> bool:
    """Whether most of each piece is from the text, and most of the text in the pieces."""
    weights = [sum(weight(text[i].text) for i in places) for places in kept]
    whole = [sum(weight(word.text) for word in words) for words in pieces]
    enough = all(
        own >= max(_OF_PIECE * most, min(_LEAST_WEIGHT, max(most, 1.0)))
        for own, most in zip(weights, whole, strict=True)
    )
    return enough and sum(weights) >= _OF_WHOLE * sum(weight(word.text) for word in text)


def _cuts(text: Words, kept: Sequence[Sequence[int]]) -> list[int]:
    """Where the text is cut: after a sentence, or else before the first word of the next piece."""
    cuts = []
    for before, after in pairwise(kept):
        places = range(before[-1] + 1, after[0] + 1)
        cuts.append(next((at for at in places if ends_sentence(text, at - 1)), after[0]))
    return cuts
