"""Matches the parts of an old version with those of the new one: by name, by equal words, and by similar words."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from circulars.review.common import Pair, best_voted, common_pairs, increasing
from circulars.review.endings import bare_entry
from circulars.review.tokens import one_form, similarity, word_set
from circulars.review.tree import Unit

# How similar two parts must be (shared words among all words) to count as one part that was changed.
_SIMILAR_IN_PLACE = 0.35
_SIMILAR_ELSEWHERE = 0.6
_BONUS_IN_PLACE = 0.1
# A word that is in more parts than this is too common to identify a part.
_COMMON = 20

Key = TypeVar("Key", bound=Hashable)


def pairs_of(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """The pairs of matching parts, as indexes into ``old`` and ``new``; each part at most once, in the new order."""
    matcher = _Matcher(old, new, [None] * len(old), [None] * len(new))
    matcher.by_name()
    matcher.by_words()
    matcher.by_similarity()
    matcher.by_place()
    return matcher.pairs()


@dataclass(slots=True)
class _Matcher:
    """Two sequences of parts; ``to_new`` and ``to_old`` have the index of each part's match in the other one."""

    old: Sequence[Unit]
    new: Sequence[Unit]
    to_new: list[int | None]
    to_old: list[int | None]

    def pairs(self) -> list[Pair]:
        return [(i, j) for j, i in enumerate(self.to_old) if i is not None]

    def _pair(self, i: int, j: int) -> None:
        self.to_new[i], self.to_old[j] = j, i

    def _unmatched_old(self) -> list[int]:
        return [i for i, found in enumerate(self.to_new) if found is None]

    def _unmatched_new(self) -> list[int]:
        return [j for j, found in enumerate(self.to_old) if found is None]

    def by_name(self) -> None:
        places = _unique((part.name, part.family) for part in self.new)
        for key, i in _unique((part.name, part.family) for part in self.old).items():
            if key[0] and key in places:
                self._pair(i, places[key])

    def by_words(self) -> None:
        """Matches parts with equal words: first those in the same order, then those in other places."""
        old_left, new_left = self._unmatched_old(), self._unmatched_new()
        old_keys = [(self.old[i].family, _words(self.old[i])) for i in old_left]
        new_keys = [(self.new[j].family, _words(self.new[j])) for j in new_left]
        for i, j in common_pairs(old_keys, new_keys):
            self._pair(old_left[i], new_left[j])
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for i, key in zip(old_left, old_keys, strict=True):
            if self.to_new[i] is None:
                waiting[key].append(i)
        for j, key in zip(new_left, new_keys, strict=True):
            if self.to_old[j] is None and waiting[key]:
                self._pair(waiting[key].pop(0), j)

    def by_similarity(self) -> None:
        """Matches similar parts, the most similar first; between the same neighbours, less similarity is enough.

        Two that are not between the same neighbours do not match if each has another match there, and these together
        are more similar: one text got a long sentence of the other one.
        """
        found = sorted(self._candidates(), key=lambda candidate: (-candidate[0], abs(candidate[1] - candidate[2])))
        left = _best_in_place((i, score) for score, i, _, in_place in found if in_place)
        right = _best_in_place((j, score) for score, _, j, in_place in found if in_place)
        for score, i, j, in_place in found:
            is_crossing = not in_place and i in left and j in right and left[i] + right[j] > score
            if self.to_new[i] is None and self.to_old[j] is None and not is_crossing:
                self._pair(i, j)

    def _candidates(self) -> Iterator[tuple[float, int, int, bool]]:
        """Each pair of parts that may match: how similar they are, their places, and whether their neighbours match."""
        old_gaps, new_gaps = self._gaps()
        word_sets = {j: word_set(self.new[j].all_words) for j in new_gaps}
        index: dict[str, list[int]] = defaultdict(list)
        for j, words in word_sets.items():
            for word in words:
                index[word].append(j)
        in_gap: dict[int, list[int]] = defaultdict(list)
        for j, gap in new_gaps.items():
            in_gap[gap].append(j)
        ranks: Counter[int] = Counter()
        for i, gap in old_gaps.items():
            words = word_set(self.old[i].all_words)
            votes = Counter(j for word in words & index.keys() if len(index[word]) <= _COMMON for j in index[word])
            rank, ranks[gap] = ranks[gap], ranks[gap] + 1
            for j in {*best_voted(votes), *in_gap[gap][rank : rank + 1]}:
                in_place = new_gaps[j] == gap
                similar = similarity(words, word_sets[j])
                least = _SIMILAR_IN_PLACE if in_place else _SIMILAR_ELSEWHERE
                if self.old[i].family == self.new[j].family and similar >= least:
                    yield similar + _BONUS_IN_PLACE * in_place, i, j, in_place

    def by_place(self) -> None:
        """Matches the only old part and the only new part between two neighbours, unless both have names."""
        old_gaps, new_gaps = self._gaps()
        places = _unique(new_gaps.values())
        old_left, new_left = list(old_gaps), list(new_gaps)
        for gap, place in _unique(old_gaps.values()).items():
            if gap in places:
                old, new = self.old[old_left[place]], self.new[new_left[places[gap]]]
                if old.family == new.family and old.look == new.look and not (old.name and new.name):
                    self._pair(old_left[place], new_left[places[gap]])

    def _gaps(self) -> tuple[dict[int, int], dict[int, int]]:
        """For old and new unmatched parts, the number of the gap that each is in; gaps lie between unmoved pairs."""
        unmoved = increasing(self.pairs())
        olds, news = [i for i, _ in unmoved], [j for _, j in unmoved]
        old_gaps = {i: bisect_left(olds, i) for i in self._unmatched_old()}
        return old_gaps, {j: bisect_left(news, j) for j in self._unmatched_new()}


def _best_in_place(scores: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The highest score of each place."""
    best: dict[int, float] = {}
    for place, score in scores:
        best[place] = max(score, best.get(place, 0))
    return best


def _words(part: Unit) -> str:
    """The words by which a part is recognized: those of an entry without the end for its place, in one typography."""
    own = bare_entry(part.words) if part.family == "item" else part.words
    return one_form(" ".join((own, *(inner.all_words for inner in part.parts))))


def _unique(keys: Iterable[Key]) -> dict[Key, int]:
    """The indexes of the keys that occur only once."""
    places: dict[Key, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return {key: found[0] for key, found in places.items() if len(found) == 1}
