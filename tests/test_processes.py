"""Processes that share work end, whatever becomes of one of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from circulars.processes import preloading_context, workers
from commands import HANGING


def end_here(data: bytes) -> None:
    """Ends the process that was given this task, a moment after it has it."""
    time.sleep(0.2)
    os._exit(1)


def break_a_pool() -> None:
    """Has a worker end while more work is being sent than a pipe holds."""
    with workers(2, preloading_context([])) as pool:
        for task in [pool.submit(end_here, b"x" * 1_000_000) for _ in range(6)]:
            task.result()


def test_a_pool_ends_though_a_worker_is_gone_that_work_is_sent_to() -> None:
    """The thread that sends the work, and has nobody left to send it to, is not waited for."""
    program = "import test_processes; test_processes.main()"
    folder = Path(__file__).parent

    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=HANGING)

    assert (done.returncode, done.stdout) == (0, "broken\n"), done.stderr


def main() -> None:
    """Prints that the pool was broken; it hangs if the pool does not end."""
    try:
        break_a_pool()
    except BrokenProcessPool:
        print("broken")
