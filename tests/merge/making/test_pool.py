"""Processes that make the copies of one merge share the space in its file."""

from __future__ import annotations

from circulars.merge.making.pool import SharedAllocator


def test_a_chunk_that_is_made_once_more_has_the_space_that_it_had() -> None:
    """The process that made it may have been ended after it was given the space; chunks after it are not moved."""
    allocator = SharedAllocator()
    allocator.start(0, 100)
    given = [allocator.take(0, 20, 7), allocator.take(0, 20, 7), allocator.take(20, 40, 5)]

    assert given == [100, 100, 107]
    assert allocator.take(0, 20, 7) == 100
    assert allocator.take(40, 60, 1) == 112
