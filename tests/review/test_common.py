"""The longest common subsequence of two sequences."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from circulars.review.common import common_pairs
from work import lines_run

ITEMS = st.lists(st.sampled_from("abcd"), max_size=14)


def length(old: list[str], new: list[str]) -> int:
    """The length of a longest common subsequence, by the textbook."""
    row = [0] * (len(new) + 1)
    for item in old:
        last = 0
        for place, other in enumerate(new, start=1):
            last, row[place] = row[place], last + 1 if item == other else max(row[place], row[place - 1])
    return row[-1]


@given(ITEMS, ITEMS)
def test_the_pairs_are_a_longest_common_subsequence(old: list[str], new: list[str]) -> None:
    """The items of each pair are equal, the pairs are in order in both, and there is no longer subsequence."""
    pairs = common_pairs(old, new)

    assert all(old[i] == new[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))
    assert len(pairs) == length(old, new)


def test_of_long_sequences_what_is_between_single_items_is_compared() -> None:
    """Two sequences that are too long for all places at once still have their changes found."""
    old = [str(n) for n in range(50_000)]
    new = [*old[:100], "x", *old[100:30_000], *old[30_010:], "y"]

    assert len(common_pairs(["a", *old], ["b", *new])) == 50_000 - 10


def test_equal_items_beyond_number_are_not_compared() -> None:
    """The work is no more than some steps for each item."""
    old, new = ["a"] * 60_000, ["x", *["a"] * 60_000, "y"]

    assert lines_run(lambda: common_pairs(old, new)) < 10 * len(old)
