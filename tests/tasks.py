"""Tasks for worker processes that need much, or end their process. Workers can import this module."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from circulars.errors import MachineError
from circulars.processes.crew import Crew, limited
from circulars.processes.limits import MEMORY, Part
from circulars.processes.server import ask, naming, renew

T = TypeVar("T")

_kept: Final = list[bytearray]()


def process_of(task: int) -> int:
    """The process that does a task."""
    return os.getpid()


def work_for_ever(*_: object) -> None:
    """Ends never by itself."""
    while True:
        pass


def use_memory() -> int:
    """Needs more memory than a task may use."""
    return len(bytes(bytearray(b"x") * (2 * MEMORY)))


def keep_memory(size: int) -> int:
    """Keeps memory until its process ends, as a cache does; returns the number of the process."""
    _kept.append(bytearray(size))
    return os.getpid()


def read_nothing() -> None:
    """Reads from address 0, as a fault in a library written in C does."""
    ctypes.string_at(0)


def end_from_outside() -> None:
    """Is killed, as by a system without memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def work(seconds: float) -> None:
    """Uses an amount of CPU time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def raise_a_problem() -> None:
    """Raises an error of this package."""
    raise MachineError(*[])


def raise_an_odd_error() -> None:
    """Raises an error that cannot be sent."""
    raise _OddError(1, 2)


def work_on_two_parts(second: Callable[[], None]) -> None:
    """Works on a part, then on another."""
    with naming(Part("the first part", seconds=1)):
        pass
    with naming(Part("the second part", seconds=0)):
        second()


def work_within(seconds: int) -> int:
    """Begins a limited part inside another; returns the number of its process."""
    limited(Part("a copy", seconds=seconds), work, 0.8)
    limited(Part("another copy", seconds=seconds), work, 0.8)
    return limited(Part("a third copy", seconds=seconds), os.getpid)


def work_on_items(count: int, seconds: float) -> int:
    """Works on items, each of which may use the whole time; returns their number."""
    for _ in range(count):
        renew()
        work(seconds)
    return count


def work_after_a_part(seconds: float) -> int:
    """Works after a part of its own; returns the number of its process."""
    limited(Part("a copy", seconds=1), work, 0.8)
    work(seconds)
    return os.getpid()


def work_for_ever_at_first(seen: Path) -> str:
    """Ends by itself only if it is tried again; leaves a file."""
    if not seen.exists():
        seen.touch()
        work_for_ever()
    return "done"


def crash_at_first(seen: Path) -> str:
    """Crashes unless it is tried again; leaves a file."""
    if not seen.exists():
        seen.touch()
        os.abort()
    return "done"


def halted_at_first(seen: Path, value: T) -> T:
    """Returns the value; the system ends the first process that asks for it, as at the end of its time."""
    if not seen.exists():
        seen.touch()
        os.kill(os.getpid(), signal.SIGXCPU)
    return value


def question(number: int) -> object:
    """Asks the main process."""
    return ask(number)


def work_until_killed() -> None:
    """Prints the numbers of its workers, which work for ever."""
    crew = Crew(2)
    for _ in range(2):
        crew.submit(Part("the work"), print_number_and_work, os.getpid())
    threading.Event().wait()


def print_number_and_work(main: int) -> None:
    """Prints the number of this process to the output of the main process, and works for ever."""
    with Path(f"/proc/{main}/fd/1").open("w") as output:
        output.write(f"{os.getpid()}\n")
        output.flush()
        work_for_ever()


class _OddError(Exception):
    """An error that cannot be read again once it is pickled."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} {other}")
