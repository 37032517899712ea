"""A real Dask cluster on this machine: a scheduler and workers, each a separate process that can be killed."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from circulars.merge.front import Scheduler as Known
from commands import HANGING
from signing.authority import AUTHORITY, issue, pem

SERVER_AUTH, CLIENT_AUTH = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@dataclass(frozen=True, slots=True)
class Certificates:
    """A folder with the certificates of a cluster's members: each file has a certificate and its key."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The file with the authority's certificate."""
        return self.folder / "authority.pem"

    def member(self, role: str) -> Path:
        """The file of a scheduler, a worker or a client."""
        return self.folder / f"{role}.pem"

    def options(self, role: str) -> tuple[str | Path, ...]:
        """The options of Dask's programs."""
        own = self.member(role)
        more = ("--protocol", "tls") if role == "scheduler" else ()
        return ("--tls-ca-file", self.authority, "--tls-cert", own, "--tls-key", own, *more)


def certificates(folder: Path) -> Certificates:
    """New certificates of a new authority; the client's is for nothing but connecting to the scheduler."""
    folder.mkdir()
    authority = issue("Example Cluster", None, extensions=AUTHORITY)
    name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    uses = {"scheduler": (SERVER_AUTH, CLIENT_AUTH), "worker": (SERVER_AUTH, CLIENT_AUTH), "client": (CLIENT_AUTH,)}
    files = Certificates(folder)
    files.authority.write_bytes(pem(authority.certificate))
    for role, purposes in uses.items():
        holder = issue(role, authority, extensions=((name, False), (x509.ExtendedKeyUsage(purposes), False)))
        files.member(role).write_bytes(holder.pem_certificates + holder.pem_key())
    return files


@dataclass(frozen=True, slots=True)
class Cluster:
    """The scheduler's address, and a client that knows its workers."""

    address: str
    client: Any
    files: Certificates | None = None

    @property
    def known(self) -> Known:
        """The cluster as a merge knows it."""
        if self.files is None:
            return Known(self.address, insecure=True)
        return Known(self.address, str(self.files.authority), str(self.files.member("client")))

    @property
    def typed(self) -> list[str]:
        """The options of the command."""
        files = ["--cluster-authority", self.known.authority, "--cluster-certificate", self.known.certificate]
        return ["--cluster", self.address, *(files if self.files else ["--insecure-cluster"])]

    def workers(self) -> dict[str, int]:
        """The processes of the workers, by the worker's address."""
        found: dict[str, int] = self.client.run(os.getpid)
        return found

    def kill_one(self) -> str:
        """Kills a worker's process (kill -9); returns the worker's address."""
        address, process = sorted(self.workers().items())[0]
        os.kill(process, signal.SIGKILL)
        return address

    def kill_one_at_work(self, task: str, ended: Event) -> bool:
        """Kills a worker's process (kill -9) that has a task, named after its function, as soon as there is one.

        False if the event came first.
        """
        processes = self.workers()
        while not ended.is_set():
            for address, process in processes.items():
                os.kill(process, signal.SIGSTOP)  # What it has to do now, it will not have done.
                if any(task in str(key) for key in self.client.processing()[address]):
                    os.kill(process, signal.SIGKILL)
                    return True
                os.kill(process, signal.SIGCONT)
        return False

    def wait_for(self, count: int, without: str = "") -> set[str]:
        """The addresses of the workers, as soon as there are ``count`` of them and ``without`` is not among them."""
        while True:
            self.client.wait_for_workers(count, timeout=HANGING)
            found = set(self.client.scheduler_info(n_workers=-1)["workers"])
            if len(found) == count and without not in found:
                return found
            time.sleep(0.05)


@contextmanager
def cluster(folder: Path, workers: int = 3, files: Certificates | None = None) -> Iterator[Cluster]:
    """A cluster that lives as long as the context; a dead worker is replaced. With files its members use TLS."""
    from distributed import Client
    from distributed.security import Security

    told = folder / "scheduler.json"
    where = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", told)
    begun = [_started(folder, "scheduler", *where, *(files.options("scheduler") if files else ()))]
    try:
        security = (
            Security(tls_ca_file=str(files.authority), tls_client_cert=str(files.member("client"))) if files else None
        )
        address = _address_in(told)
        client = Client(address, timeout=HANGING, set_as_default=False, security=security)
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
                *(files.options("worker") if files else ()),
            )
            begun.append(_started(folder, "worker", address, *options))
        try:
            one = Cluster(address, client, files)
            if workers:
                one.wait_for(workers)
            yield one
        finally:
            client.close(timeout=HANGING)
    finally:
        for process in begun:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=HANGING)


def _address_in(told: Path) -> str:
    """The address that a scheduler writes to a file. For one that is only begun, Dask's own client waits 0.1 s."""
    late = time.monotonic() + HANGING
    while True:
        with suppress(OSError, ValueError):
            return str(json.loads(told.read_text("utf-8"))["address"])
        assert time.monotonic() < late, "the scheduler has not begun"
        time.sleep(0.05)


def _started(folder: Path, what: str, *options: str | Path) -> subprocess.Popen[bytes]:
    """A started scheduler or worker; its output goes to a file."""
    program = (sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_" + what, "--no-dashboard")
    with (folder / f"{what}.log").open("ab") as log:
        return subprocess.Popen(
            [*program, *map(str, options)], stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
