"""The longest common subsequence of two sequences."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from circulars.review.comparing.common import common_pairs, increasing, unmoved
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


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_as_few_parts_as_possible_move_and_rather_changed_ones(order: list[int], places: set[int]) -> None:
    """What did not move is in order in both, is as much as can be, and no more of it changed than before."""
    pairs = [(old, new) for new, old in enumerate(order)]
    changed = {pairs[place] for place in places}
    kept = unmoved(pairs, changed)

    assert all(i < k and j < m for (i, j), (k, m) in pairwise(kept))
    assert len(kept) == len(increasing(pairs))
    assert len(changed & {*kept}) <= len(changed & {*increasing(pairs)})


def test_of_two_neighbours_that_changed_places_the_changed_one_moved() -> None:
    """The report says of one text that it was moved and edited, rather than of two that something happened to them."""
    pairs = [(1, 0), (0, 1), (2, 2)]

    assert unmoved(pairs, {(0, 1)}) == [(1, 0), (2, 2)]
    assert unmoved(pairs, {(1, 0)}) == [(0, 1), (2, 2)]


def test_of_long_sequences_what_is_between_single_items_is_compared() -> None:
    """Two sequences that are too long for all places at once still have their changes found."""
    old = [str(n) for n in range(50_000)]
    new = [*old[:100], "x", *old[100:30_000], *old[30_010:], "y"]

    assert len(common_pairs(["a", *old], ["b", *new])) == 50_000 - 10


def test_equal_items_beyond_number_are_not_compared() -> None:
    """The work is no more than some steps for each item."""
    old, new = ["a"] * 60_000, ["x", *["a"] * 60_000, "y"]

    assert lines_run(lambda: common_pairs(old, new)) < 10 * len(old)
