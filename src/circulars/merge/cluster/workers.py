"""Runs a merge on many machines: the workers of a Dask cluster make ranges of copies, on storage that all can reach.

This process keeps the plan and the ledger. A worker gets the kit once, and then the addressees of one range at a time.
Copies have the same bytes wherever they are made. So a range that was half done when a worker died is simply made again
by another, and two workers that make the same range write the same files.
"""

from __future__ import annotations

import importlib.util
import logging
import pickle
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from circulars import __version__
from circulars.errors import Choice, CircularsError, MachineError, Place, Problem, UsageError
from circulars.merge.cluster.storage import NOT_INSTALLED, RANGE, Storage
from circulars.merge.making.copies import Copy, Kit, copy_name
from circulars.merge.making.run import Merge, Progress, Summary, first_incomplete
from circulars.merge.planning.ledger import CopyRecord, Entry, Ledger

if TYPE_CHECKING:
    from distributed import Client, Future

_AHEAD: Final = 3  # ranges queued for each core of the workers: none is idle, and little memory is needed
_RETRIES: Final = 3  # of a range whose storage failed; Dask itself limits how often a worker may die (allowed-failures)
_SCHEDULER_TIMEOUT: Final = 4  # seconds for the scheduler to answer
_WORKER_TIMEOUT: Final = 15  # seconds until it must have a worker
_RESUME: Final = (Choice("resume", "continues"),)
_SCHEDULER: Final = re.compile(r"(tcp|tls|ucx|ws|wss)://([^\s:/@]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})/?")


class ClusterMerge(Merge):
    """A merge whose copies are made by a cluster. The ledger is in the local folder, as always."""

    scheduler: str
    storage: Storage

    def on(self, scheduler: str, address: str) -> ClusterMerge:
        """Sets the scheduler (``tcp://host:8786``) and the address for the letter's folder; returns this merge.

        Does not connect yet.

        Raises:
            UsageError: a cluster cannot make the kind of output, one of the addresses is not valid, or a package is
                not installed.
        """
        check_scheduler(scheduler)
        if not self.order.output.on_cluster:
            fact = f"a cluster makes files or one ZIP file, not '{self.order.kind}'"
            choices = (Choice("cluster", "leave out {}", "ADDRESS"), Choice("kind", "makes files", "files"))
            raise UsageError(Problem(Place(), "not-on-a-cluster", fact, choices=choices))
        folder = f"{address.rstrip('/')}/{self.letter.name}"
        self.scheduler = scheduler
        self.storage = Storage(folder, self.order.output.zipped, self.archive.name, self.letter.date)
        self.storage.check()
        return self

    @property
    def address(self) -> str:
        """The address of the folder of the copies."""
        return self.storage.address

    def run(self, on_progress: Callable[[Progress], object]) -> None:
        """Makes every copy that the ledger does not list as written; reports progress after each range.

        Raises:
            CircularsError: as for a merge on one machine; or the cluster cannot be reached, or has no worker.
        """
        total = self.facts.count
        self.storage.make_folder()
        with _cluster(self.scheduler) as client:
            start, offset = self._resume_point()
            on_progress(self._progress(start, total))
            for end, records in _made_ranges(client, self.kit(), self.storage, self.ledger, start, total):
                with self.ledger.change():
                    self.ledger.record(record._replace(offset=offset + record.offset) for record in records)
                offset = self.end_offset_of(end - 1)
                on_progress(self._progress(end, total))
        self._finish()

    def _resume_point(self) -> tuple[int, int]:
        """The first addressee of the first incomplete range, and the end of the earlier ranges."""
        first, _ = first_incomplete(self.ledger, self.storage.stored_files(), len(self.order.formats), self.starts_at)
        if first < self.facts.count:
            first -= (first - self.starts_at) % RANGE
        with self.ledger.change():
            self.ledger.forget_copies(first)
        return first, self.end_offset_of(first - 1)

    def _finish(self) -> None:
        """Joins the ranges of a ZIP file, or saves the checksums of the copies."""
        total, records = self.facts.count, self.ledger.named_records()
        if self.order.output.zipped:
            self.storage.join_ranges(total, self.ledger, self.end_offset_of(total - 1))
        else:
            self.storage.save_sums({copy_name(id, code, r.format): r.sha256.hex() for id, code, r in records})
        with self.ledger.change():
            self.ledger.mark_done()
        self.storage.remove_ranges()

    def summary(self) -> Summary:
        """The result of the merge, from the ledger."""
        name = f"/{self.archive.name}" if self.order.output.zipped else ""
        return replace(super().summary(), path=self.address + name)


def check_scheduler(address: str) -> None:
    """Refuses a scheduler's address that is not valid, and any cluster if Dask is missing.

    Raises:
        UsageError: the address is not like ``tcp://host:8786``, or Dask is not installed.
    """
    found = _SCHEDULER.fullmatch(address)
    in_process = address.startswith("inproc://")  # a scheduler in this process
    if not in_process and not (found and 0 < int(found[3]) < 65_536):
        fact, hint = f"'{address}' is not the address of a Dask scheduler", "write it like this: tcp://host:8786"
        raise UsageError(Problem(Place(), "wrong-scheduler", fact, hint))
    if not importlib.util.find_spec("distributed"):
        raise UsageError(NOT_INSTALLED)


def _made_ranges(
    client: Client, kit: Kit, storage: Storage, ledger: Ledger, start: int, total: int
) -> Iterator[tuple[int, list[CopyRecord]]]:
    """The end and the records of each range, in order, as soon as it and all earlier ranges are stored."""
    # The kit is the result of a task, not scattered data: if a worker dies, another can unpack it again.
    unpacked = client.submit(_unpacked, pickle.dumps(kit), __version__, pure=False)
    ranges = iter([(first, min(first + RANGE, total)) for first in range(start, total, RANGE)])
    waiting: deque[tuple[int, Future[list[CopyRecord]]]] = deque()
    while True:
        ahead = _AHEAD * max(sum(client.ncores().values()), 1)
        while len(waiting) < ahead and (following := next(ranges, None)):
            first, end = following
            entries = pickle.dumps(tuple(ledger.entries(first, end)))
            task = client.submit(_make_range, unpacked, storage, first, entries, retries=_RETRIES, pure=False)
            waiting.append((end, task))
        if not waiting:
            return
        end, task = waiting.popleft()
        yield end, task.result()


def _unpacked(kit: bytes, version: str) -> Kit:
    """The kit, on a worker.

    Raises:
        UsageError: the worker has another version of circulars, which might make different bytes.
    """
    if version != __version__:
        fact = f"a worker has circulars {__version__}, and this command is {version}"
        raise UsageError(Problem(Place(), "other-version", fact, "install the same version on all machines"))
    unpacked: Kit = pickle.loads(kit)  # noqa: S301  # our own; anyone who can reach a scheduler can run code there anyway
    return unpacked


def _make_range(kit: Kit, storage: Storage, start: int, entries: bytes) -> list[CopyRecord]:
    """Makes and stores the copies of a range, on a worker; returns their records."""
    some: tuple[Entry, ...] = pickle.loads(entries)  # noqa: S301  # our own

    def copies() -> Iterator[Copy]:
        for entry in some:
            yield from kit.copies(entry)

    return storage.put(start, copies())


@contextmanager
def _cluster(scheduler: str) -> Iterator[Client]:
    """The client of a scheduler that has a worker. Tasks that are unfinished at the end of the block are cancelled.

    Raises:
        CircularsError: Dask is not installed, the scheduler does not answer or was lost, it has no worker, or workers
            died.
    """
    try:
        from distributed import Client, KilledWorker
    except ModuleNotFoundError:
        raise UsageError(NOT_INSTALLED) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # errors are raised in our own words
    place = Place(scheduler)
    try:
        client = Client(scheduler, timeout=_SCHEDULER_TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        fact, hint = (
            "no Dask scheduler answers here",
            "start one with 'dask scheduler', and use the address that it prints",
        )
        raise MachineError(Problem(place, "no-scheduler", fact, hint)) from None
    try:
        client.wait_for_workers(1, timeout=_WORKER_TIMEOUT)
        yield client
    except CircularsError:
        raise
    except TimeoutError:
        fact, hint = "the scheduler has no worker", f"start some on any machine: dask worker {scheduler}"
        raise MachineError(Problem(place, "no-worker", fact, hint)) from None
    except KilledWorker:
        fact = "the workers that made a range died, one after the other"
        raise MachineError(Problem(place, "workers-died", fact, "give them more memory", _RESUME)) from None
    except Exception as error:
        if not type(error).__module__.startswith(("distributed", "asyncio", "concurrent", "tornado")):
            raise
        fact = f"the scheduler was lost: {error or type(error).__name__}"
        raise MachineError(Problem(place, "scheduler-lost", fact, "start it again", _RESUME)) from None
    finally:
        client.close(timeout=_WORKER_TIMEOUT)
