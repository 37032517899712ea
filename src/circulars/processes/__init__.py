"""Worker processes: they share work, and keep hostile work within limits of time and memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class ParallelMap(Protocol):
    """A function that does what :func:`map` does, perhaps in several processes. The results are in order."""

    def __call__(self, function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
        """The function's results, in the order of its arguments."""


def serial_map(function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
    """The function's results, computed in this process."""
    return map(function, *of)


def cores() -> int:
    """The number of cores that this process may use; on macOS, the number that the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
