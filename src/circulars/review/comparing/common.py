"""Finds what two sequences have in common, in order: a longest common subsequence."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence, Set
from operator import itemgetter
from typing import Final

Pair = tuple[int, int]

_BEST = 5

# If the product of two lengths is larger (50 MB of bits), only what is between items that are once in both is compared.
MAX_PAIRS: Final = 400_000_000


def common_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """The indexes of a longest common subsequence, in order; neighbours in both sequences where there is a choice.

    Of sequences that are too long to be compared, it may be shorter.
    """
    first = _shared(old, new)
    last = _shared(old[first:][::-1], new[first:][::-1])
    stop, end = len(old) - last, len(new) - last
    middle = [(first + i, first + j) for i, j in _middle_pairs(old[first:stop], new[first:end])]
    pairs = [*((n, n) for n in range(first)), *middle, *((stop + n, end + n) for n in range(last))]
    return _closed_up(pairs, old, new)


def increasing(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest part of some pairs, which are in the order of their second index, that is in order of the first."""
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


def unmoved(pairs: Sequence[Pair], changed: Set[Pair]) -> list[Pair]:
    """As :func:`increasing`; where either of two pairs may be left out, a changed one is, rather than one that is not.

    Otherwise the report would say of a text that was moved and edited that it was edited, and its neighbour moved.
    """
    kept = increasing(pairs)
    left = {*pairs} - {*kept} - changed
    for pair in (pair for pair in pairs if pair in left):
        place, other = bisect_left(kept, pair), bisect_left(kept, pair[1], key=itemgetter(1))
        crossed = min(place, other)
        if abs(place - other) == 1 and kept[crossed] in changed:
            kept[crossed] = pair
    return kept


def best_voted(votes: Mapping[int, int]) -> list[int]:
    """The five numbers with the most votes, and of those with equal votes the smallest: the same in every run."""
    return sorted(votes, key=lambda number: (-votes[number], number))[:_BEST]


def _shared(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """The number of items at the beginning that two sequences share."""
    pairs = zip(old, new, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def _middle_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    if not old or not new:
        return []
    if len(old) * len(new) <= MAX_PAIRS:
        return _pairs_of_rows(_rows(old, new), len(old))
    left, start, begin = MAX_PAIRS, 0, 0
    pairs: list[Pair] = []
    for i, j in (*_anchors(old, new), (len(old), len(new))):
        size = (i - start) * (j - begin)
        if 0 < size <= left:
            left -= size
            between = _pairs_of_rows(_rows(old[start:i], new[begin:j]), i - start)
            pairs += [(start + a, begin + b) for a, b in between]
        pairs += [(i, j)] if i < len(old) else []
        start, begin = i + 1, j + 1
    return pairs


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """The pairs of items that are once in each sequence and in the same order."""
    once, again = ({item for item, count in Counter(items).items() if count == 1} for items in (old, new))
    places = {item: place for place, item in enumerate(old) if item in once and item in again}
    return increasing([(places[item], place) for place, item in enumerate(new) if item in places])


def _rows(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[int]:
    """Before the first item of ``new``, and after each: the places of ``old`` where the length does not grow, as bits.

    All places of ``old`` are computed at once: M. Crochemore et al., "A fast and practical bit-vector algorithm for the
    longest common subsequence problem", Information Processing Letters 80 (2001).
    """
    places: dict[Hashable, int] = {}
    for item, found in _places(old).items():
        places[item] = sum(1 << place for place in found) if len(found) < 64 else _bits(found, len(old))
    row = full = (1 << len(old)) - 1
    rows = [full]
    for item in new:
        if ones := places.get(item):
            grown = row & ones
            row = ((row + grown) | (row - grown)) & full
        rows.append(row)
    return rows


def _places(items: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = {}
    for place, item in enumerate(items):
        places.setdefault(item, []).append(place)
    return places


def _bits(places: Sequence[int], length: int) -> int:
    """The number with a bit at each place."""
    ones = bytearray(length // 8 + 1)
    for place in places:
        ones[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(ones, "little")


def _pairs_of_rows(rows: Sequence[int], length: int) -> list[Pair]:
    """The pairs of a longest common subsequence, read from the end of the rows."""
    size = length // 8 + 1
    pairs: list[Pair] = []
    i, j = length, len(rows) - 1
    row = rows[j].to_bytes(
        size, "little"
    )  # a shift of a long number takes time for each bit, a look at a byte does not
    while i and j:
        place, bit = (i - 1) >> 3, 1 << ((i - 1) & 7)
        if row[place] & bit:
            i -= 1
            continue
        j -= 1
        row = rows[j].to_bytes(size, "little")
        if row[place] & bit:
            i -= 1
            pairs.append((i, j))
    return pairs[::-1]


def _closed_up(pairs: list[Pair], old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """The pairs, each beside the next one in both sequences if its item is there as well."""
    result = pairs[::-1]
    for place, (i, j) in enumerate(result[1:], start=1):
        after_i, after_j = result[place - 1]
        if (after_i - 1, after_j - 1) != (i, j) and old[after_i - 1] == new[after_j - 1] == old[i]:
            result[place] = (after_i - 1, after_j - 1)
    return result[::-1]
