"""Runs a command and measures its time and memory, including those of all its processes."""

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
    """The measurements of one command.

    ``clock`` is the wall-clock time and ``processor`` the processor time of all processes, in seconds. ``megabytes`` is
    the peak memory of any one process. ``first`` is the time until the awaited condition held, in seconds.
    """

    clock: float
    processor: float
    megabytes: float
    first: float = 0.0


def run(command: Sequence[str | Path], environment: Mapping[str, str], until: Callable[[], bool] | None = None) -> Run:
    """Runs a command and measures it; ``until`` is the condition to await.

    Processes that outlive the command become children of this one (Linux only), so the system reports what each has
    used. The wall-clock time ends with the command's first process.

    Raises:
        SystemExit: the command failed.
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
    errors = process.stderr.read().decode(errors="replace")
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{errors}")
    processor = sum(one.ru_utime + one.ru_stime for one in usages)
    return Run(clock, processor, max(peak.kilobytes(), *(one.ru_maxrss for one in usages[1:]), 0) / 1024, first)


class _Peak:
    """The peak memory of the command's first process.

    It is read while the process runs, because the system's figure at its end includes the memory of this process, from
    which it was started (getrusage(2), vfork(2)).
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
        """The peak, in kilobytes; waits until the process has ended."""
        self._thread.join()
        return self._last


def _seconds_until(there: Callable[[], bool], process: subprocess.Popen[bytes], start: float) -> float:
    while not there():
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) and not there():
            return 0.0
        time.sleep(0.002)
    return time.perf_counter() - start


def _others() -> list[struct_rusage]:
    """Waits for the processes that outlived the command, and returns what each used."""
    usages = []
    while True:
        try:
            usages.append(os.wait4(-1, 0)[2])
        except ChildProcessError:
            return usages
