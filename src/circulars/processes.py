"""Worker processes: how many to start, and how they are interrupted and ended."""

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
_CLOSING = 2.0
"""How long a pool is given to close its pipes itself, in seconds."""


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


def preloading_context(modules: Sequence[str]) -> ForkServerContext:
    """A context to start processes with. It imports ``modules`` once, in the process that workers are forked from."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(modules))
    return made


@contextmanager
def workers(
    jobs: int, context: ForkServerContext, initialize: Callable[..., None] | None = None, arguments: Sequence[Any] = ()
) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes until the end of the block. Tasks that have not begun by then are cancelled.

    Each process first calls ``initialize(*arguments)``.
    """
    pool = ProcessPoolExecutor(jobs, context, _start_worker, (initialize, *arguments))
    # All workers start before the pool watches them. If one was killed while another was starting, the pool would close
    # the pipes that the other is started with.
    vars(pool)["_safe_to_dynamically_spawn_children"] = False
    try:
        yield pool
    finally:
        if _is_broken(pool):
            # The pool ends its processes, except one that was started at the same moment: shutdown would wait for it.
            for process in multiprocessing.active_children():
                process.terminate()
            _end_writing(pool)
        pool.shutdown(cancel_futures=True)


def _is_broken(pool: ProcessPoolExecutor) -> bool:
    """Whether a process of the pool was ended from outside."""
    try:
        pool.submit(int)
    except BrokenProcessPool:
        return True
    return False


def _end_writing(pool: ProcessPoolExecutor) -> None:
    """Closes the pipe that tasks are sent through, whose readers are gone.

    A thread of the pool may still be writing into it. Some versions of Python, Debian 12's among them, wait for that
    thread for ever (https://github.com/python/cpython/issues/94777). Others close the pipe themselves, so they are
    given the time to do it.
    """
    if manager := getattr(pool, "_executor_manager_thread", None):
        manager.join(_CLOSING)
        if manager.is_alive() and (queue := getattr(pool, "_call_queue", None)):
            queue._reader.close()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Blocks interrupts while workers are started, so that the workers ignore them.

    Ctrl-C and a closed terminal reach every process of a command. The main process alone reacts, and ends the workers
    after their current task.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        resource_tracker.ensure_running()  # unblocks interrupts
        signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        forkserver.ensure_running()
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(initialize: Callable[..., None] | None, *arguments: Any) -> None:
    """Makes a worker end on SIGTERM, and when the main process has ended."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if initialize:
        initialize(*arguments)


def _end_with_parent() -> None:
    """Ends this process when the main process ends, even if it is killed; otherwise it would wait for work forever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(MachineError.exit_code)
