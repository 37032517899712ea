"""Finds the entries of a letter again in another version of it, after paragraphs were added, moved or removed."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from circulars.desk.fields import SETTINGS, LetterFields, name_of
from circulars.source.editing import Path as EditPath

Value = tuple[EditPath, str, str]
"""A value of an entry: its path in the entry, its language, and its text."""
Content = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class FoundPath:
    """Where a path of the old version leads to in the new one.

    It ``is_certain`` if the entry is recognized by its words. Otherwise it is only in the same place: between the same
    neighbours, with other words.
    """

    path: EditPath
    is_certain: bool = True


class FollowedEntries:
    """Follows the paths of a letter's old version to its new one. Entries of lists are recognized by their words."""

    def __init__(self, old: LetterFields, new: LetterFields) -> None:
        self._old, self._new = _ListContents(old), _ListContents(new)
        self._lists: dict[EditPath, Mapping[int, FoundPath]] = {}
        self._found: dict[EditPath, FoundPath | None] = {(): FoundPath(())}

    def find(self, path: EditPath) -> FoundPath | None:
        """Where a path of the old version leads to now; None if its entry is gone, or may be one of several."""
        if path not in self._found:
            self._found[path] = self._next(path[:-1], path[-1])
        return self._found[path]

    def moved(self, paths: Iterable[EditPath]) -> dict[str, tuple[str, bool] | None]:
        """Where paths lead now, by their names, and whether this is certain. Those that are the same are left out."""
        found = {path: self.find(path) for path in paths}
        return {
            name_of(path): (name_of(one.path), one.is_certain) if one else None
            for path, one in found.items()
            if one != FoundPath(path)
        }

    def _next(self, before: EditPath, step: str | int) -> FoundPath | None:
        above = self.find(before)
        if not above or isinstance(step, str):
            return above and FoundPath((*above.path, step), above.is_certain)
        if before not in self._lists:
            self._lists[before] = matches(self._old.of(before), self._new.of(above.path))
        found = self._lists[before].get(step)
        return found and FoundPath((*above.path, *found.path), above.is_certain and found.is_certain)


class _ListContents:
    """The contents of the entries of each list of a letter."""

    def __init__(self, fields: LetterFields) -> None:
        self._lengths = fields.lengths
        self._values: dict[EditPath, list[Value]] = defaultdict(list)
        for one in fields.fields:
            for at, step in enumerate(one.path):
                if isinstance(step, int):
                    self._values[one.path[: at + 1]].append((one.path[at + 1 :], one.language, one.text))

    def of(self, path: EditPath) -> list[Content]:
        """The contents of the entries of the list with a path."""
        return [tuple(self._values.get((*path, number), ())) for number in range(self._lengths.get(path, 0))]


def matches(old: Sequence[Content], new: Sequence[Content]) -> dict[int, FoundPath]:
    """The entries of a list that are entries of another one, by their numbers."""
    found = _by_words(old, new)
    by_place = _by_place(old, new, found)
    return {number: FoundPath((to,)) for number, to in found.items()} | by_place


def _by_words(old: Sequence[Content], new: Sequence[Content]) -> dict[int, int]:
    """The pairs of entries that share values which no other entry of either list has, and share such with no other."""
    marks = [_marks(old), _marks(new)]
    pairs = {(marks[0][mark], marks[1][mark]) for mark in marks[0].keys() & marks[1].keys()}
    left, right = (Counter(side) for side in zip(*pairs, strict=True)) if pairs else (Counter(), Counter())
    return {one: other for one, other in sorted(pairs) if left[one] == right[other] == 1}


def _marks(entries: Sequence[Content]) -> dict[object, int]:
    """The number of the entry that alone has some words, by the words; and by all its content, if it has words."""
    having: dict[object, set[int]] = defaultdict(set)
    for number, content in enumerate(entries):
        words = _words(content)
        for path, language, text in words:
            having[tuple(step for step in path if isinstance(step, str)), language, text].add(number)
        if words:
            having[content].add(number)
    return {mark: next(iter(numbers)) for mark, numbers in having.items() if len(numbers) == 1}


def _words(content: Content) -> list[Value]:
    """The texts in languages, or else what readers read of an entry that has none, such as a cell with a number."""
    written = [value for value in content if value[2]]
    texts = [value for value in written if value[1]]
    return texts or [value for value in written if SETTINGS.isdisjoint(value[0])]


def _by_place(old: Sequence[Content], new: Sequence[Content], found: Mapping[int, int]) -> dict[int, FoundPath]:
    """The entries between the same neighbours in both lists: as many equal ones, or a single one with other words."""
    ends = [(-1, -1), *sorted(found.items()), (len(old), len(new))]
    taken = set(found.values())
    pairs: dict[int, FoundPath] = {}
    for (first, to_first), (last, to_last) in itertools.pairwise(ends):
        gap, to_gap = range(first + 1, last), range(to_first + 1, to_last)
        if len(gap) == len(to_gap) and not taken.intersection(to_gap):
            equal = {one: to for one, to in zip(gap, to_gap, strict=True) if old[one] == new[to]}
            pairs |= {one: FoundPath((to,)) for one, to in equal.items()}
            if len(equal) == len(gap) - 1:
                pairs |= {
                    one: FoundPath((to,), is_certain=False)
                    for one, to in zip(gap, to_gap, strict=True)
                    if one not in equal
                }
    return pairs
