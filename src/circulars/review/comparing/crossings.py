"""Finds texts that were removed in one place and added in another one, the same or similar."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from circulars.review.comparing.common import best_voted
from circulars.review.comparing.endings import bare_entry
from circulars.review.comparing.matched import Matched
from circulars.review.comparing.tokens import similarity, word_set
from circulars.review.comparing.tree import Unit

Crossing = tuple[int, int]

_SIMILAR = 0.6
_FEW_WORDS = 4  # a shorter text is recognized only if it is the same, and only as an entry of another list
_COMMON = 20


def crossings(texts: Sequence[Matched], exact: bool) -> list[Crossing]:
    """The places of a removed text and of an added one that are the same text; each text at most once.

    Unless ``exact``, the texts may be similar only.
    """
    gone = [place for place, part in enumerate(texts) if part.fate == "removed"]
    new = [place for place, part in enumerate(texts) if part.fate == "added"]
    if not gone or not new:
        return []
    return [*_same(texts, gone, new)] if exact else [*_similar(texts, gone, new)]


def crossing_tables(tables: Sequence[Matched]) -> list[Crossing]:
    """The places of a removed table and of an added one with mostly the same words; each table at most once."""
    sets = {n: word_set(one.unit.all_words) for n, one in enumerate(tables) if one.fate in ("removed", "added")}
    found = []
    for place in (n for n in sets if tables[n].fate == "removed"):
        for other in (n for n in sets if tables[n].fate == "added"):
            if (similar := similarity(sets[place], sets[other])) >= _SIMILAR:
                found.append((-similar, abs(place - other), place, other))
    return [*_each_once((place, other) for _, _, place, other in sorted(found))]


def are_same_rows(olds: Iterable[Unit], news: Iterable[Unit]) -> bool:
    """Whether rows that were removed have mostly the same words as others that were added."""
    words, others = (word_set(" ".join(row.all_words for row in rows)) for rows in (olds, news))
    return similarity(words, others) >= _SIMILAR


def _each_once(crossings: Iterable[Crossing]) -> Iterator[Crossing]:
    """The first crossings in which each place is at most once."""
    used: set[int] = set()
    for place, other in crossings:
        if place not in used and other not in used:
            used |= {place, other}
            yield place, other


def _same(texts: Sequence[Matched], gone: Sequence[int], new: Sequence[int]) -> Iterator[Crossing]:
    olds, news = _by_words(texts, gone), _by_words(texts, new)
    for words, places in olds.items():
        others = news.get(words, [])
        if not words or len(places) != len(others):
            continue
        for place, other in zip(places, others, strict=True):
            if len(words.split()) >= _FEW_WORDS or texts[place].unit.family == texts[other].unit.family == "item":
                yield place, other


def _by_words(texts: Sequence[Matched], places: Sequence[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place in places:
        found[" ".join(bare_entry(texts[place].unit.words).split())].append(place)
    return found


def _similar(texts: Sequence[Matched], gone: Sequence[int], new: Sequence[int]) -> Iterator[Crossing]:
    # By the words in all languages, so that the same happened in each.
    sets = {place: word_set(texts[place].unit.gist or texts[place].unit.words) for place in (*gone, *new)}
    index: dict[str, list[int]] = defaultdict(list)
    for place in new:
        for word in sets[place]:
            index[word].append(place)
    found = []
    for place in gone:
        known = sets[place] & index.keys()
        votes = Counter(other for word in known if len(index[word]) <= _COMMON for other in index[word])
        for other in best_voted(votes):
            least = min(len(sets[place]), len(sets[other]))
            if least >= _FEW_WORDS and (similar := similarity(sets[place], sets[other])) >= _SIMILAR:
                found.append((-similar, abs(place - other), place, other))
    yield from _each_once((place, other) for _, _, place, other in sorted(found))
