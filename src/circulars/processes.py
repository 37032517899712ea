"""Processes that share work: how many there can be, and how they end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext
from typing import Any, Protocol, TypeVar

from circulars.errors import MachineError

_INTERRUPTS = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


T = TypeVar("T")


class Spread(Protocol):
    """What :func:`map` does, by this process or by others: what a function makes of each, in order."""

    def __call__(self, function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
        """What the function makes of each."""


def in_turn(function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
    """What a function makes of each, by this process."""
    return map(function, *of)


def cores() -> int:
    """How many cores this process may use; macOS tells only how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def context(modules: Sequence[str]) -> ForkServerContext:
    """What processes are begun with: modules that take long to import are imported once, before they are forked."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(modules))
    return made


@contextmanager
def workers(
    jobs: int, begun_with: ForkServerContext, begin: Callable[..., None] | None = None, arguments: Sequence[Any] = ()
) -> Iterator[ProcessPoolExecutor]:
    """Processes that work until the end of the block; what they have not begun by then is not done."""
    pool = ProcessPoolExecutor(jobs, begun_with, _begin_work, (begin, *arguments))
    try:
        yield pool
    finally:
        if _is_broken(pool):
            # The pool ends its processes itself, but not one that was begun at the same moment, and waits for it.
            for process in multiprocessing.active_children():
                process.terminate()
        pool.shutdown(cancel_futures=True)


def _is_broken(pool: ProcessPoolExecutor) -> bool:
    """Whether a process of the pool was ended from outside."""
    try:
        pool.submit(int)
    except BrokenProcessPool:
        return True
    return False


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Lets interrupts wait until the workers are there, and makes these deaf to them.

    Ctrl-C and a closing terminal reach every process of a command: its first one tells the others, which finish what
    they have in hand and have nothing to say.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        resource_tracker.ensure_running()  # which lets this process hear interrupts again
        signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        forkserver.ensure_running()
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_work(begin: Callable[..., None] | None, *arguments: Any) -> None:
    """Makes a worker end when it is told to, and when the command's first process is gone."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin:
        begin(*arguments)


def _end_with_parent() -> None:
    """Ends this process with the command's first one, which may be killed: it would wait for work for ever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(MachineError.exit_code)
