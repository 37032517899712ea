"""Runs a command, and tells its seconds and its memory, those of all its processes included."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)


@dataclass(frozen=True, slots=True)
class Run:
    """One command from start to end.

    ``clock`` are seconds by the clock, ``processor`` those of all processors; ``megabytes`` is the most that any one of
    its processes held; ``first`` are the seconds until what was waited for was there.
    """

    clock: float
    processor: float
    megabytes: float
    first: float = 0.0


def run(command: Sequence[str | Path], environment: Mapping[str, str], until: Callable[[], bool] | None = None) -> Run:
    """What a command took.

    Its processes that outlive it become ours (Linux only), so that the system tells what each has used: nothing is
    sampled, nothing is missed. The first one's seconds end the count by the clock.

    Raises:
        SystemExit: it ended with an error, or something else than this runs below this process.
    """
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(environment)
    )
    peak = _Peak(process.pid)
    first = _seconds_until(until, process, start) if until else 0.0
    _, status, usage = os.wait4(process.pid, 0)
    clock = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    usages = [usage, *_others()]
    assert process.stderr
    said = process.stderr.read().decode(errors="replace")
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{said}")
    processor = sum(one.ru_utime + one.ru_stime for one in usages)
    return Run(clock, processor, max(peak.kilobytes(), *(one.ru_maxrss for one in usages[1:]), 0) / 1024, first)


class _Peak:
    """The most memory that the first process held.

    What the system tells at its end counts this process's own, too, from which it was begun (getrusage(2), vfork(2));
    so its high-water mark is read while it runs.
    """

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._last = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        with contextlib.suppress(OSError, StopIteration):
            while True:
                lines = self._status.read_text(encoding="ascii").splitlines()
                self._last = int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
                time.sleep(0.02)

    def kilobytes(self) -> int:
        """The mark, when the process has ended."""
        self._thread.join()
        return self._last


def _seconds_until(there: Callable[[], bool], process: subprocess.Popen[bytes], start: float) -> float:
    while not there():
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) and not there():
            return 0.0
        time.sleep(0.002)
    return time.perf_counter() - start


def _others() -> list[struct_rusage]:
    """What the processes used that the command left behind, once each has ended."""
    usages = []
    while True:
        try:
            usages.append(os.wait4(-1, 0)[2])
        except ChildProcessError:
            return usages
