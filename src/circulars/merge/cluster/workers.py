"""A merge on many machines: the workers of a Dask cluster make its ranges, on any storage that they all reach.

The first process keeps plan and ledger. A worker gets the kit once, and then the addressees of one range at a time. Its
copies are the same bytes wherever they are made, so what was half done when a worker died is simply done again by
another, and two that make the same range write the same.
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

_AHEAD: Final = 3  # ranges for each core of the workers that are on their way: none waits, and little is held in memory
_RETRIES: Final = 3  # of a range whose storage failed; how often its worker may die is Dask's own (allowed-failures)
_ANSWER: Final = 4  # seconds for a scheduler to answer
_SECONDS: Final = 15  # for it to have a worker
_GOES_ON: Final = (Choice("resume", "goes on"),)
_SCHEDULER: Final = re.compile(r"(tcp|tls|ucx|ws|wss)://([^\s:/@]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})/?")


class ClusterMerge(Merge):
    """A merge whose copies are made by a cluster; the ledger is in the merge's own folder, as always."""

    scheduler: str
    storage: Storage

    def on(self, scheduler: str, address: str) -> ClusterMerge:
        """This merge, by the workers of a scheduler (``tcp://host:8786``), into a folder of its own at an address.

        Raises:
            UsageError: one file is wanted that only one machine can bind; the scheduler's address or the folder's is
                none; or what a cluster needs is not installed. Nobody is asked yet.
        """
        check_scheduler(scheduler)
        if not self.order.output.on_cluster:
            fact = f"a cluster makes files or one ZIP file, not '{self.order.kind}'"
            choices = (Choice("cluster", "leave out {}", "ADDRESS"), Choice("kind", "can be made there", "files"))
            raise UsageError(Problem(Place(), "not-on-a-cluster", fact, choices=choices))
        folder = f"{address.rstrip('/')}/{self.letter.name}"
        self.scheduler = scheduler
        self.storage = Storage(folder, self.order.output.zipped, self.archive.name, self.letter.date)
        self.storage.check()
        return self

    @property
    def address(self) -> str:
        """The address of the folder that the copies go to."""
        return self.storage.address

    def run(self, on_progress: Callable[[Progress], object]) -> None:
        """Makes every copy that the ledger does not list as written; reports progress after each range.

        Raises:
            CircularsError: as the merge on one machine; or the cluster cannot be reached, or has no worker.
        """
        total = self.facts.count
        self.storage.begin()
        with _cluster(self.scheduler) as client:
            start, offset = self._resume_point()
            on_progress(self._progress(start, total))
            for end, records in _made(client, self.kit(), self.storage, self.ledger, start, total):
                with self.ledger.change():
                    self.ledger.record(record._replace(offset=offset + record.offset) for record in records)
                offset = self.end_offset_of(end - 1)
                on_progress(self._progress(end, total))
        self._finish()

    def _resume_point(self) -> tuple[int, int]:
        """The first addressee of the first range that is not all there, and the place behind those before."""
        first, _ = first_incomplete(self.ledger, self.storage.looked_at(), len(self.order.formats), self.starts_at)
        if first < self.facts.count:
            first -= (first - self.starts_at) % RANGE
        with self.ledger.change():
            self.ledger.forget_copies(first)
        return first, self.end_offset_of(first - 1)

    def _finish(self) -> None:
        """Puts the ranges of a ZIP file together, and the sums beside the copies."""
        total, records = self.facts.count, self.ledger.named_records()
        if self.order.output.zipped:
            self.storage.join(total, self.ledger, self.end_offset_of(total - 1))
        else:
            self.storage.save_sums({copy_name(id, code, r.format): r.sha256.hex() for id, code, r in records})
        with self.ledger.change():
            self.ledger.mark_done()
        self.storage.tidy()

    def summary(self) -> Summary:
        """What the ledger says of the merge."""
        name = f"/{self.archive.name}" if self.order.output.zipped else ""
        return replace(super().summary(), path=self.address + name)


def check_scheduler(address: str) -> None:
    """Refuses what is no address of a scheduler, and a cluster for which nothing is installed.

    Raises:
        UsageError: the address has another form than ``tcp://host:8786``, or Dask is not installed.
    """
    found = _SCHEDULER.fullmatch(address)
    is_within = address.startswith("inproc://")  # a scheduler of this process
    if not is_within and not (found and 0 < int(found[3]) < 65_536):
        fact, hint = f"'{address}' is not the address of a Dask scheduler", "write it so: tcp://host:8786"
        raise UsageError(Problem(Place(), "wrong-scheduler", fact, hint))
    if not importlib.util.find_spec("distributed"):
        raise UsageError(NOT_INSTALLED)


def _made(
    client: Client, kit: Kit, storage: Storage, ledger: Ledger, start: int, total: int
) -> Iterator[tuple[int, list[CopyRecord]]]:
    """The end and the records of each range, in order, as soon as it and those before it are stored."""
    # A task of its own, not scattered: whichever worker dies, another can unpack it anew.
    unpacked = client.submit(_unpacked, pickle.dumps(kit), __version__, pure=False)
    ranges = iter([(first, min(first + RANGE, total)) for first in range(start, total, RANGE)])
    waiting: deque[tuple[int, Future[list[CopyRecord]]]] = deque()
    while True:
        ahead = _AHEAD * max(sum(client.ncores().values()), 1)
        while len(waiting) < ahead and (following := next(ranges, None)):
            first, end = following
            entries = pickle.dumps(tuple(ledger.entries(first, end)))
            task = client.submit(_make, unpacked, storage, first, entries, retries=_RETRIES, pure=False)
            waiting.append((end, task))
        if not waiting:
            return
        end, task = waiting.popleft()
        yield end, task.result()


def _unpacked(kit: bytes, version: str) -> Kit:
    """The kit, on a worker.

    Raises:
        UsageError: the worker would make other bytes.
    """
    if version != __version__:
        fact = f"a worker has circulars {__version__}, and this command is {version}"
        raise UsageError(Problem(Place(), "other-version", fact, "install the same version on all machines"))
    unpacked: Kit = pickle.loads(kit)  # noqa: S301  # our own: who may speak to a scheduler may run anything there
    return unpacked


def _make(kit: Kit, storage: Storage, start: int, entries: bytes) -> list[CopyRecord]:
    """The records of a range, whose copies are stored now: what a worker does."""
    some: tuple[Entry, ...] = pickle.loads(entries)  # noqa: S301  # our own

    def copies() -> Iterator[Copy]:
        for entry in some:
            yield from kit.copies(entry)

    return storage.put(start, copies())


@contextmanager
def _cluster(scheduler: str) -> Iterator[Client]:
    """The client of a scheduler that has a worker; what is still under way at the end of the block is given up.

    Raises:
        CircularsError: Dask is not installed; nobody answers; there is no worker; the cluster gave up.
    """
    try:
        from distributed import Client, KilledWorker
    except ModuleNotFoundError:
        raise UsageError(NOT_INSTALLED) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what needs a person is raised, in our own words
    offset = Place(scheduler)
    try:
        client = Client(scheduler, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        fact, hint = "no Dask scheduler answers here", "start one with 'dask scheduler', and name the address it says"
        raise MachineError(Problem(offset, "no-scheduler", fact, hint)) from None
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
        yield client
    except CircularsError:
        raise
    except TimeoutError:
        fact, hint = "the scheduler has no worker", f"start some on any machine: dask worker {scheduler}"
        raise MachineError(Problem(offset, "no-worker", fact, hint)) from None
    except KilledWorker:
        fact = "the workers that made some range died, one after the other"
        raise MachineError(Problem(offset, "workers-died", fact, "give them more memory", _GOES_ON)) from None
    except Exception as error:
        if not type(error).__module__.startswith(("distributed", "asyncio", "concurrent", "tornado")):
            raise
        fact = f"the scheduler was lost: {error or type(error).__name__}"
        raise MachineError(Problem(offset, "scheduler-lost", fact, "start it anew", _GOES_ON)) from None
    finally:
        client.close(timeout=_SECONDS)
