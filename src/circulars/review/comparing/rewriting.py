"""Makes a comparison of words readable: a rewritten sentence is not cut into pieces by the words that it kept."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from circulars.review.comparing.common import Pair
from circulars.review.comparing.tokens import CJK_LETTER, Words

# Measured on sentences with nothing to do with each other (they share up to 18 % of their words, in islands of at most
# 0.6 words), and on sentences of which a given part was replaced.
_LITTLE = 0.25
_HALF = 0.5
_SHORT_ISLAND = 1.0
_MOST_WORDS = 0.7
_FEW_WORDS = 3.0
_SEVERAL_WORDS = 6.0
_SMALL_WORD = 3  # letters: articles, prepositions
_SMALL_WEIGHT = 0.25
_CJK_WEIGHT = 0.5
_FRAGMENT = 2
_FAR = 60  # words
_SENTENCE_ENDS = frozenset(".!?。！？؟۔…")


def readable(pairs: Sequence[Pair], old: Words, new: Words) -> list[Pair]:
    """The pairs of equal words without those in a text, or in a sentence of it, that was rewritten.

    A change begins with a sentence where it can, and a small word between two changes is part of them.
    """
    if len(pairs) <= 1:  # the end of both
        return [*pairs]
    if _is_rewritten(pairs, old, new, slice(0, len(old)), slice(0, len(new))) and not _is_continued(pairs, old, new):
        return []
    pairs = _without_rewritten(_at_sentences(_after_sentences(pairs, old, new), old, new), old, new)
    return _without_fragments(pairs, old, new)


@functools.lru_cache(50_000)
def weight(word: str) -> float:
    """How much a word says: punctuation nothing, articles little."""
    if not any(character.isalnum() for character in word):
        return 0.0
    if CJK_LETTER.match(word):
        return _CJK_WEIGHT
    return _SMALL_WEIGHT if len(word) <= _SMALL_WORD and word.isalpha() else 1.0


def _is_rewritten(pairs: Sequence[Pair], old: Words, new: Words, olds: slice, news: slice) -> bool:
    """Whether so little of a text is kept, in such short pieces, that it is easier to read as another text."""
    if 2 * len(pairs) > _MOST_WORDS * (olds.stop - olds.start + news.stop - news.start):
        return False
    sums = [sum(weight(word.text) for word in words) for words in (old[olds], new[news])]
    kept = [weight(old[i].text) for i, _ in pairs]
    if min(sums) < _FEW_WORDS:
        return False
    share = 2 * sum(kept) / sum(sums)
    if share < _LITTLE:
        return True
    islands = len(runs_of([pair for pair in pairs if old[pair[0]].text]))
    return share < _HALF and islands > 1 and sum(kept) / islands < _SHORT_ISLAND and min(sums) >= _SEVERAL_WORDS


def _is_continued(pairs: Sequence[Pair], old: Words, new: Words) -> bool:
    """Whether half of a text, in one piece, is in the first sentence of the other one, which has further sentences."""
    is_longer = len(new) > len(old)
    words, others = (old, new) if is_longer else (new, old)
    end = next((n for n in range(len(others) - 2) if ends_sentence(others, n)), -1)
    inside = [pair if is_longer else pair[::-1] for pair in pairs]
    kept = [pair for pair in inside if pair[1] <= end and weight(words[pair[0]].text)]
    most, own = (sum(weight(words[n].text) for n in places) for places in ([i for i, _ in kept], range(len(words))))
    return len(runs_of(kept)) == 1 and most >= max(_HALF * own, 2 * _SHORT_ISLAND)


def _without_rewritten(pairs: Sequence[Pair], old: Words, new: Words) -> list[Pair]:
    """The pairs without those in sentences that were rewritten."""
    result: list[Pair] = []
    inside: list[Pair] = []
    i = j = 0
    after_rewritten = False
    for pair in (*pairs, (len(old), len(new))):
        a, b = pair
        is_end = a == len(old) or (ends_sentence(old, a) and ends_sentence(new, b))
        if not is_end:
            inside.append(pair)
            continue
        is_same = len(inside) == a - i == b - j
        rewritten = not is_same and _is_rewritten(inside, old, new, slice(i, a), slice(j, b))
        if rewritten and after_rewritten:
            result.pop()  # the full stop between two sentences that were rewritten
        result += [] if rewritten else inside
        result += [pair] if a < len(old) else []
        i, j, inside, after_rewritten = a + 1, b + 1, [], rewritten
    return result


def ends_sentence(words: Words, place: int) -> bool:
    is_last = place + 2 >= len(words) or bool(words[place + 1].gap) or bool(CJK_LETTER.match(words[place + 1].text))
    return words[place].text in _SENTENCE_ENDS and is_last


def _without_fragments(pairs: Sequence[Pair], old: Words, new: Words) -> list[Pair]:
    """The pairs without one or two small words between two changes of several words."""
    runs = runs_of(pairs)
    edges = [(0, 0), *((run[-1][0] + 1, run[-1][1] + 1) for run in runs)]
    starts = [*(run[0] for run in runs), (len(old), len(new))]
    changes = [(old[i:k], new[j:m]) for (i, j), (k, m) in zip(edges, starts, strict=True)]
    kept: list[Pair] = []
    for run, before, after in zip(runs, changes, changes[1:], strict=False):
        words = old[run[0][0] : run[-1][0] + 1]
        is_small = len(words) <= _FRAGMENT and sum(weight(word.text) for word in words) < 1
        if not (
            is_small and all(map(_is_long, (before, after))) and _length(words) <= min(_size(before), _size(after))
        ):
            kept += run
    return kept


def _is_long(change: tuple[Words, Words]) -> bool:
    """Whether several words were replaced, or replaced by several."""
    old, new = change
    return bool(old and new) and max(len(old), len(new)) > 1


def _size(change: tuple[Words, Words]) -> int:
    return max(map(_length, change))


def _length(words: Words) -> int:
    """The number of characters, with the spaces before the words."""
    return sum(len(word.gap) + len(word.text) for word in words)


def runs_of(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The pairs in runs of neighbours in both texts."""
    runs: list[list[Pair]] = []
    for pair in pairs:
        if runs and (pair[0] - 1, pair[1] - 1) == runs[-1][-1]:
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs


def _after_sentences(pairs: Sequence[Pair], old: Words, new: Words) -> list[Pair]:
    """The pairs, changed so that sentences that come after a changed one are not part of the same change."""
    result: list[Pair] = []
    i = j = 0
    for a, b in pairs:
        pair = (a, b)
        if a > i and b > j and ends_sentence(old, a) and ends_sentence(new, b):
            ends = [n for n in range(i, a) if old[n].key == old[a].key and ends_sentence(old, n)]
            others = [n for n in range(j, b) if new[n].key == new[b].key and ends_sentence(new, n)]
            if bool(ends) != bool(others):
                pair = (ends[0], b) if ends else (a, others[0])
        result.append(pair)
        i, j = a + 1, b + 1
    return result


def _at_sentences(pairs: Sequence[Pair], old: Words, new: Words) -> list[Pair]:
    """The pairs, changed so that what was only added or removed begins with a sentence, where it can."""
    result = [*pairs]
    for place, (k, m) in enumerate(pairs):
        i, j = (result[place - 1][0] + 1, result[place - 1][1] + 1) if place else (0, 0)
        if (i == k) == (j == m):
            continue
        words, start, stop = (new, j, m) if i == k else (old, i, k)
        for n in range(_best_shift(words, start, stop, result[place : place + _FAR])):
            result[place + n] = (i + n, j + n)
    return result


def _best_shift(words: Words, start: int, stop: int, after: Sequence[Pair]) -> int:
    """By how many words a change can begin later, so that it begins and ends best; ``after`` are the pairs after it."""
    best, most = 0, _fitness(words, start, stop)
    for shift, pair in enumerate(after, start=1):
        is_same = words[start + shift - 1].key == words[stop + shift - 1].key
        if not is_same or pair != (after[0][0] + shift - 1, after[0][1] + shift - 1):
            break
        if (fitness := _fitness(words, start + shift, stop + shift)) > most:
            best, most = shift, fitness
    return best


def _fitness(words: Words, start: int, stop: int) -> int:
    """How well a change begins and ends: best with a sentence, then with brackets."""
    begins = start == 0 or ends_sentence(words, start - 1)
    first, last = words[start].text, words[stop - 1].text
    closes = (first, last) in {("(", ")"), ("«", "»"), ("“", "”"), ("[", "]"), ("（", "）")}
    return 3 * begins + 2 * (begins and ends_sentence(words, stop - 1)) + 2 * closes
