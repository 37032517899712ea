"""The limits of a task in a worker process: how much time and memory it may use, and what is reported at a limit."""

from __future__ import annotations

import resource
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from circulars.errors import LimitError, Place, Problem

SECONDS: Final = 7
"""The CPU time that a task may use, in seconds. An ordinary letter needs less than one."""
SECONDS_PER_MEGABYTE: Final = 60
"""The CPU time that a task may use in addition for a long source. An ordinary letter of a megabyte needs 20 seconds."""
SECONDS_PER_LANGUAGE: Final = 4
"""The CPU time that a task may use in addition for each language of a letter beyond the second, in seconds."""
SHORT: Final = 100_000
"""The size of a source for which there is no additional time, in bytes."""
MEMORY: Final = 750_000_000
"""The memory that a task may use, in bytes. An ordinary letter of a megabyte needs 150 million."""
KEPT: Final = 300_000_000
"""The memory that a process may keep from one task to the next, in bytes. One that keeps more is replaced."""
TRIES: Final = 2
"""How often work for a list is tried before its end is a problem, so that no correct list fails on a busy machine."""
_CRASHES: Final = frozenset(
    (signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV, signal.SIGSYS, signal.SIGTRAP)
)


@dataclass(frozen=True, slots=True)
class Part:
    """What a task works on, for the problem that is reported if the task exceeds a limit.

    ``name`` is as in a sentence: "the letter 'x' in 'es' as pdf". ``remedy`` says how to need less work. ``seconds`` is
    the CPU time that the task may use. ``tries`` is how often the task is tried before its end is a problem: a machine
    that is halted or has too much to do counts time as used that was not, and may have no thread for Pango, which
    then crashes.
    """

    name: str
    remedy: str = ""
    where: Place = field(default_factory=Place)
    seconds: int = SECONDS
    tries: int = 1


def seconds_for(size: int, languages: int = 1) -> int:
    """The CPU time for a source of ``size`` bytes in so many languages, in seconds."""
    more = max(0, languages - 2) * SECONDS_PER_LANGUAGE
    return SECONDS + more + max(0, size - SHORT) * SECONDS_PER_MEGABYTE // 1_000_000


def prepare() -> None:
    """Limits the memory of this process for a task: what it uses now, and :data:`MEMORY` more.

    Only Linux keeps to it. A crash leaves no core file.
    """
    _set(resource.RLIMIT_CORE, 0)
    if used := memory_used():
        _set(resource.RLIMIT_DATA, used + MEMORY)


def allow(part: Part) -> None:
    """Gives this process the CPU time for a part, from now on. At its end, the system ends the process (SIGXCPU)."""
    _set(resource.RLIMIT_CPU, int(time.process_time()) + 1 + part.seconds)


def lift_memory() -> None:
    """Removes the limit of memory, so that a process that has reached it can report that."""
    _set(resource.RLIMIT_DATA, resource.getrlimit(resource.RLIMIT_DATA)[1])


def _set(kind: int, limit: int) -> None:
    """Sets a soft limit, which can be raised again up to the hard one."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY and (limit == resource.RLIM_INFINITY or limit > hard):
        limit = hard
    resource.setrlimit(kind, (limit, hard))


def memory_used() -> int:
    """The memory of this process that is limited (RLIMIT_DATA), in bytes; 0 if the system does not say it."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0


def memory_exceeded(part: Part) -> LimitError:
    """The error for a part that needs too much memory."""
    fact = f"{part.name} needs more than {MEMORY // 1_000_000} MB of memory"
    return LimitError(Problem(part.where, "too-much-memory", fact, part.remedy))


def may_work_again(exit_code: int) -> bool:
    """Whether a process with this exit code was ended by its time or a crash, which a busy machine may cause, too."""
    return _is_time_exceeded(exit_code) or -exit_code in _CRASHES


def _is_time_exceeded(exit_code: int) -> bool:
    return exit_code == -signal.SIGXCPU


def error_of(exit_code: int, part: Part) -> LimitError | None:
    """The error for a part whose process ended with an exit code, which is negative after a signal.

    None: the process was ended from outside.
    """
    if _is_time_exceeded(exit_code):
        fact = f"{part.name} takes more than {part.seconds} s of computing time"
        return LimitError(Problem(part.where, "too-much-work", fact, part.remedy))
    if -exit_code in _CRASHES:
        fact = f"{part.name} crashed the process that read it ({signal.Signals(-exit_code).name})"
        return LimitError(Problem(part.where, "crashed", fact, part.remedy))
    return None
