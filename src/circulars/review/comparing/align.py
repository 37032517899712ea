"""Matches the parts of an old version with those of the new one: by name, by equal words, and by similar words."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from circulars.review.comparing.common import Pair, best_voted, common_pairs, increasing
from circulars.review.comparing.endings import bare_entry
from circulars.review.comparing.tokens import one_form, similarity, word_set
from circulars.review.comparing.tree import Unit

# How similar two parts must be (shared words among all words) to count as one part that was changed.
_SIMILAR_IN_PLACE = 0.35
_SIMILAR_ELSEWHERE = 0.6
_BONUS_IN_PLACE = 0.1
# A word that is in more parts than this is too common to identify a part.
_COMMON = 20

_PARTNERS = 3  # similar parts that are looked at for another match

_Partners = tuple[defaultdict[int, list[int]], defaultdict[int, list[int]]]
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

        Two do not match if others match better in all: one text may have got a long sentence of another one.
        """
        scores = {(i, j): score for score, i, j in self._candidates()}
        best = _best_partners(scores)
        for i, j in sorted(scores, key=lambda pair: (-scores[pair], abs(pair[0] - pair[1]))):
            if self.to_new[i] is None and self.to_old[j] is None and not self._is_crossing(i, j, scores, best):
                self._pair(i, j)

    def _is_crossing(self, i: int, j: int, scores: Mapping[Pair, float], best: _Partners) -> bool:
        """Whether two parts and the best other partners of each are more similar the other way round."""
        others = [(i, n) for n in best[0][i] if n != j and self.to_old[n] is None]
        crossing = [(n, j) for n in best[1][j] if n != i and self.to_new[n] is None]
        return any(
            scores[one] + scores[other] > scores[i, j] + scores.get((other[0], one[1]), 0)
            for one in others
            for other in crossing
        )

    def _candidates(self) -> Iterator[tuple[float, int, int]]:
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
                    yield similar + _BONUS_IN_PLACE * in_place, i, j

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


def _best_partners(scores: Mapping[Pair, float]) -> _Partners:
    """For each old part the new parts that are most similar to it, and for each new part the old ones."""
    found: _Partners = defaultdict(list), defaultdict(list)
    for i, j in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        for partners, one, other in ((found[0], i, j), (found[1], j, i)):
            if len(partners[one]) < _PARTNERS:
                partners[one].append(other)
    return found


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
