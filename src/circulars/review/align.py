"""Finds each part of an old version again in the new one: by its name, by its words, by words that are alike."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

from circulars.review.tree import Unit
from circulars.review.words import bag

# How alike two parts must be (shared words among all words) to be one part that was changed.
_ALIKE_HERE = 0.35
_ALIKE_ELSEWHERE = 0.6
_NEARER = 0.1
# A word that stands in more parts than this tells nothing about which part is which.
_COMMON = 20

Pair = tuple[int, int]
Key = TypeVar("Key", bound=Hashable)


def pairs_of(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """Which old part is which new one, as places in the two; each at most once, in the new order."""
    search = _Search(old, new, [None] * len(old), [None] * len(new))
    search.by_name()
    search.by_words()
    search.by_likeness()
    search.by_place()
    return search.pairs()


def settled_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs, in the new order, of the parts that did not move: as many as possible that kept their order."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (old, _) in enumerate(pairs):
        length = bisect_left(tails, old)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1], ends[length : length + 1] = [old], [number]
    kept = []
    last = ends[-1] if ends else -1
    while last >= 0:
        kept.append(pairs[last])
        last = before[last]
    return kept[::-1]


@dataclass(slots=True)
class _Search:
    """Two rows of parts, and for each what it was found to be in the other row."""

    old: Sequence[Unit]
    new: Sequence[Unit]
    to_new: list[int | None]
    to_old: list[int | None]

    def pairs(self) -> list[Pair]:
        return [(i, j) for j, i in enumerate(self.to_old) if i is not None]

    def _pair(self, i: int, j: int) -> None:
        self.to_new[i], self.to_old[j] = j, i

    def _free_old(self) -> list[int]:
        return [i for i, found in enumerate(self.to_new) if found is None]

    def _free_new(self) -> list[int]:
        return [j for j, found in enumerate(self.to_old) if found is None]

    def by_name(self) -> None:
        places = _once((part.name, part.family) for part in self.new)
        for key, i in _once((part.name, part.family) for part in self.old).items():
            if key[0] and key in places:
                self._pair(i, places[key])

    def by_words(self) -> None:
        """The same words in the same order first, then the same words anywhere."""
        mine, yours = self._free_old(), self._free_new()
        left = [(self.old[i].family, self.old[i].all_words) for i in mine]
        right = [(self.new[j].family, self.new[j].all_words) for j in yours]
        for i, j in _in_order(left, right):
            self._pair(mine[i], yours[j])
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for i, key in zip(mine, left, strict=True):
            if self.to_new[i] is None:
                waiting[key].append(i)
        for j, key in zip(yours, right, strict=True):
            if self.to_old[j] is None and waiting[key]:
                self._pair(waiting[key].pop(0), j)

    def by_likeness(self) -> None:
        """The most alike first; between the same neighbours less will do than elsewhere."""
        found = sorted(self._candidates(), key=lambda candidate: (-candidate[0], abs(candidate[1] - candidate[2])))
        for _, i, j in found:
            if self.to_new[i] is None and self.to_old[j] is None:
                self._pair(i, j)

    def _candidates(self) -> Iterator[tuple[float, int, int]]:
        mine, yours = self._gaps()
        bags = {j: bag(self.new[j].all_words) for j in yours}
        index: dict[str, list[int]] = defaultdict(list)
        for j, words in bags.items():
            for word in words:
                index[word].append(j)
        in_gap: dict[int, list[int]] = defaultdict(list)
        for j, gap in yours.items():
            in_gap[gap].append(j)
        ranks: Counter[int] = Counter()
        for i, gap in mine.items():
            words = bag(self.old[i].all_words)
            votes = Counter(j for word in words if len(index[word]) <= _COMMON for j in index[word])
            rank, ranks[gap] = ranks[gap], ranks[gap] + 1
            for j in {*(j for j, _ in votes.most_common(5)), *in_gap[gap][rank : rank + 1]}:
                here = yours[j] == gap
                alike = 2 * len(words & bags[j]) / (len(words) + len(bags[j]) or 1)
                if self.old[i].family == self.new[j].family and alike >= (_ALIKE_HERE if here else _ALIKE_ELSEWHERE):
                    yield alike + _NEARER * here, i, j

    def by_place(self) -> None:
        """One part that is left between two neighbours, and one that came there: unless both have names, it is that."""
        mine, yours = self._gaps()
        places = _once(yours.values())
        left, right = list(mine), list(yours)
        for gap, place in _once(mine.values()).items():
            if gap in places:
                old, new = self.old[left[place]], self.new[right[places[gap]]]
                if old.family == new.family and old.look == new.look and not (old.name and new.name):
                    self._pair(left[place], right[places[gap]])

    def _gaps(self) -> tuple[dict[int, int], dict[int, int]]:
        """For each part that was not found: between which of the settled pairs it stands, counted from the front."""
        settled = settled_pairs(self.pairs())
        olds, news = [i for i, _ in settled], [j for _, j in settled]
        return {i: bisect_left(olds, i) for i in self._free_old()}, {j: bisect_left(news, j) for j in self._free_new()}


def _once(keys: Iterable[Key]) -> dict[Key, int]:
    """Where each key is, of those that are there once."""
    places: dict[Key, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return {key: found[0] for key, found in places.items() if len(found) == 1}


def _in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Pair]:
    """Equal things that stand in one order in both."""
    first = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    yield from zip(range(first), range(first), strict=True)
    for i, j, length in SequenceMatcher(None, old[first:], new[first:], autojunk=False).get_matching_blocks():
        yield from zip(range(first + i, first + i + length), range(first + j, first + j + length), strict=True)
