"""A real Dask cluster on this machine: a scheduler and workers, each a separate process that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands import HANGING


@dataclass(frozen=True, slots=True)
class Cluster:
    """The scheduler's address, and a client that knows its workers."""

    address: str
    client: Any

    def workers(self) -> dict[str, int]:
        """The processes of the workers, by the worker's address."""
        found: dict[str, int] = self.client.run(os.getpid)
        return found

    def kill_one(self) -> str:
        """Kills a worker's process (kill -9); returns the worker's address."""
        address, process = sorted(self.workers().items())[0]
        os.kill(process, signal.SIGKILL)
        return address

    def wait_for(self, count: int, without: str = "") -> set[str]:
        """The addresses of the workers, as soon as there are ``count`` of them and ``without`` is not among them."""
        while True:
            self.client.wait_for_workers(count, timeout=HANGING)
            found = set(self.client.scheduler_info(n_workers=-1)["workers"])
            if len(found) == count and without not in found:
                return found
            time.sleep(0.05)


@contextmanager
def cluster(folder: Path, workers: int = 3) -> Iterator[Cluster]:
    """A cluster that lives as long as the context; a dead worker is replaced."""
    from distributed import Client

    told = folder / "scheduler.json"
    begun = [_started(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", told)]
    try:
        client = Client(scheduler_file=str(told), timeout=HANGING, set_as_default=False)
        address = client.scheduler_info()["address"]
        local = folder / "workers"
        for number in range(workers):
            options = (
                "--nthreads",
                "1",
                "--host",
                "127.0.0.1",
                "--name",
                f"worker-{number}",
                "--local-directory",
                local,
            )
            begun.append(_started(folder, "worker", address, *options))
        try:
            one = Cluster(address, client)
            if workers:
                one.wait_for(workers)
            yield one
        finally:
            client.close(timeout=HANGING)
    finally:
        for process in begun:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=HANGING)


def _started(folder: Path, what: str, *options: str | Path) -> subprocess.Popen[bytes]:
    """A started scheduler or worker; its output goes to a file."""
    program = (sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_" + what, "--no-dashboard")
    with (folder / f"{what}.log").open("ab") as log:
        return subprocess.Popen(
            [*program, *map(str, options)], stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
