"""Processes that make the copies of one merge share the space in its file."""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest

from circulars.merge.making.pool import MIN_LAYOUTS, SharedAllocator, WorkerPool
from tasks import process_of


def test_a_chunk_that_is_made_once_more_has_the_space_that_it_had() -> None:
    """The process that made it may have been ended after it was given the space; chunks after it are not moved."""
    allocator = SharedAllocator()
    allocator.start(0, 100)
    given = [allocator.take(0, 20, 7), allocator.take(0, 20, 7), allocator.take(20, 40, 5)]

    assert given == [100, 100, 107]
    assert allocator.take(0, 20, 7) == 100
    assert allocator.take(40, 60, 1) == 112


@pytest.mark.parametrize(("formats", "starts"), [(("docx", "txt"), False), (("docx", "pdf"), True)])
def test_only_pages_are_laid_out_by_several_processes(formats: tuple[str, ...], starts: bool) -> None:
    """A Word file is laid out sooner than a second process has prepared the template."""
    pool = WorkerPool(2, formats)
    with ExitStack() as at_last:
        at_last.callback(pool.end)
        workers = set(pool.lay_out(process_of, range(MIN_LAYOUTS)))

    assert starts == (os.getpid() not in workers)
