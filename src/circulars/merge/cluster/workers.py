"""Runs a merge on many machines: the workers of a Dask cluster make ranges of copies, on storage that all can reach.

This process keeps the plan and the ledger. A worker gets the kit once, and then the addressees of one range at a time.
Copies have the same bytes wherever they are made. So a range that was half done when a worker died is simply made again
by another, and two workers that make the same range write the same files.
"""

from __future__ import annotations

import logging
import ssl
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from circulars import __version__
from circulars.errors import Choice, CircularsError, MachineError, Place, Problem, UsageError
from circulars.merge.cluster.access import Scheduler
from circulars.merge.cluster.ranges import WrongReplyError, make_range, packed_entries, packed_kit, read_reply
from circulars.merge.cluster.storage import NOT_INSTALLED, RANGE, Storage
from circulars.merge.making.copies import Kit, copy_name
from circulars.merge.making.run import Merge, Progress, Summary, first_incomplete
from circulars.merge.planning.ledger import CopyRecord, Ledger

if TYPE_CHECKING:
    from distributed import Client, Future

_AHEAD: Final = 3  # ranges queued for each core of the workers: none is idle, and little memory is needed
_MOST_CORES: Final = 10_000
_RETRIES: Final = 3  # of a range whose storage failed; Dask itself limits how often a worker may die (allowed-failures)
_SCHEDULER_TIMEOUT: Final = 4  # seconds for the scheduler to answer
_WORKER_TIMEOUT: Final = 15  # seconds until it must have a worker
_RESUME: Final = (Choice("resume", "continues"),)


class ClusterMerge(Merge):
    """A merge whose copies are made by a cluster. The ledger is in the local folder, as always."""

    cluster: Scheduler
    storage: Storage

    def on(self, cluster: Scheduler, address: str) -> ClusterMerge:
        """Sets the cluster and the address for the letter's folder; returns this merge.

        Does not connect yet.

        Raises:
            UsageError: a cluster cannot make the kind of output, one of the addresses is not valid, or a package is
                not installed.
        """
        if not self.order.output.on_cluster:
            fact = f"a cluster makes files or one ZIP file, not '{self.order.kind}'"
            choices = (Choice("cluster", "leave out {}", "ADDRESS"), Choice("kind", "makes files", "files"))
            raise UsageError(Problem(Place(), "not-on-a-cluster", fact, choices=choices))
        folder = f"{address.rstrip('/')}/{self.letter.name}"
        self.cluster = cluster
        self.storage = Storage(folder, self.order.output.zipped, self.archive.name, self.letter.date)
        self.storage.check()
        cluster.check()
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
        with _connected(self.cluster) as client:
            start, offset = self._resume_point()
            on_progress(self._progress(start, total))
            for end, records in _made_ranges(
                client, self.kit(), self.storage, self.ledger, self.order.formats, start, total
            ):
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


def _made_ranges(
    client: Client, kit: Kit, storage: Storage, ledger: Ledger, formats: Sequence[str], start: int, total: int
) -> Iterator[tuple[int, list[CopyRecord]]]:
    """The end and the records of each range, in order, as soon as it and all earlier ranges are stored."""
    # The kit is the result of a task, not scattered data: if a worker dies, another can get it again.
    held = client.submit(_held, packed_kit(kit), pure=False)

    def begun(first: int, end: int) -> Future[bytes]:
        entries = packed_entries(kit, tuple(ledger.entries(first, end)))
        task: Future[bytes] = client.submit(make_range, held, __version__, storage, first, entries, pure=False)
        return task

    ranges = iter([(first, min(first + RANGE, total)) for first in range(start, total, RANGE)])
    waiting: deque[tuple[int, int, Future[bytes]]] = deque()
    while True:
        ahead = _AHEAD * _cores(client)
        while len(waiting) < ahead and (following := next(ranges, None)):
            waiting.append((*following, begun(*following)))
        if not waiting:
            return
        first, end, task = waiting.popleft()
        for retries_left in reversed(range(_RETRIES + 1)):
            reply = _reply(task, first, end, formats)
            if not isinstance(reply, CircularsError):
                yield end, reply
                break
            if not (isinstance(reply, MachineError) and retries_left):
                raise reply
            task = begun(first, end)


def _cores(client: Client) -> int:
    """The cores of all workers, at least one and not more than any cluster has."""
    try:
        return min(max(int(sum(client.ncores().values())), 1), _MOST_CORES)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return 1


def _held(kit: bytes) -> bytes:
    """The packed kit, which a worker keeps for its ranges."""
    return kit


def _reply(task: Future[bytes], first: int, end: int, formats: Sequence[str]) -> list[CopyRecord] | CircularsError:
    """The records of a range, or the worker's error.

    Raises:
        MachineError: the worker's reply is not what a worker returns.
    """
    try:
        return read_reply(_result(task), first, end, formats)
    except WrongReplyError as error:
        fact, hint = f"a worker's reply cannot be used: {error}", "check who can connect to the scheduler"
        raise MachineError(Problem(Place(), "wrong-reply", fact, hint, _RESUME)) from None


def _result(task: Future[bytes]) -> object:
    """What a task returned.

    Raises:
        WrongReplyError: the scheduler's answer is not about this task.
    """
    try:
        return task.result()
    except (AttributeError, AssertionError, KeyError, TypeError, ValueError) as error:
        raise WrongReplyError(type(error).__name__) from None


@contextmanager
def _connected(cluster: Scheduler) -> Iterator[Client]:
    """The client of a scheduler that has a worker. It unpickles nothing, except from a scheduler in this process.

    Tasks that are unfinished at the end of the block are cancelled.

    Raises:
        CircularsError: Dask is not installed, the scheduler does not answer or was lost, it has no worker, or workers
            died.
    """
    try:
        from distributed import Client

        from circulars.merge.cluster.plain import ClusterFault, plain_scheme
    except ModuleNotFoundError:
        raise UsageError(NOT_INSTALLED) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # errors are raised in our own words
    scheduler = cluster.address
    place = Place(scheduler)
    address = scheduler if cluster.is_here else plain_scheme(scheduler)
    deserializers = None if cluster.is_here else ["msgpack"]
    client = Client.__new__(Client)
    try:
        client.__init__(  # type: ignore[misc]  # a client that cannot connect must be closed, so it is made in two steps
            address, timeout=_SCHEDULER_TIMEOUT, set_as_default=False, security=cluster.security(),
            deserializers=deserializers, direct_to_workers=False,
        )  # fmt: skip
    except Exception as error:  # what answers may answer anything
        # Otherwise Dask closes it when Python collects it, and waits for ever if that happens while another one begins.
        with suppress(Exception):
            client.close(timeout=_WORKER_TIMEOUT)
        raise _no_scheduler(error, scheduler) from None
    try:
        _wait_for_worker(client, scheduler)
        yield client
    except CircularsError:
        raise
    except ClusterFault as error:
        if str(error).startswith("distributed.scheduler.KilledWorker"):
            fact = "the workers that made a range died, one after the other"
            raise MachineError(Problem(place, "workers-died", fact, "give them more memory", _RESUME)) from None
        fact, hint = f"a worker or the scheduler reports an error: {error}", "see what it has printed"
        raise MachineError(Problem(place, "cluster-fault", fact, hint, _RESUME)) from None
    except Exception as error:
        if not type(error).__module__.startswith(("distributed", "asyncio", "concurrent", "tornado")):
            raise
        fact = f"the scheduler was lost: {error or type(error).__name__}"
        raise MachineError(Problem(place, "scheduler-lost", fact, "start it again", _RESUME)) from None
    finally:
        client.close(timeout=_WORKER_TIMEOUT)


def _wait_for_worker(client: Client, scheduler: str) -> None:
    """Waits for the first worker.

    Raises:
        MachineError: there is none, or the scheduler's answer is not one.
    """
    try:
        client.wait_for_workers(1, timeout=_WORKER_TIMEOUT)
    except TimeoutError:
        fact, hint = "the scheduler has no worker", f"start some on any machine: dask worker {scheduler}"
        raise MachineError(Problem(Place(scheduler), "no-worker", fact, hint)) from None
    except Exception as error:
        raise _no_scheduler(error, scheduler) from None


def _no_scheduler(error: Exception, scheduler: str) -> MachineError:
    """The problem of a scheduler that cannot be reached; an error of TLS may be the cause of another error."""
    cause: BaseException | None = error
    while cause and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause:
        words = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or str(cause)
        fact = f"the scheduler is not who it should be: {words}"
        hint = "its certificate must be for this host, and of the cluster's authority"
        return MachineError(Problem(Place(scheduler), "untrusted-scheduler", fact, hint))
    fact, hint = "no Dask scheduler answers here", "start one with 'dask scheduler', and use the address that it prints"
    return MachineError(Problem(Place(scheduler), "no-scheduler", fact, hint))
