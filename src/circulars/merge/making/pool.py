"""Makes a plan's copies in several processes, and records in the ledger what they have written."""

from __future__ import annotations

import datetime
import pickle
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from circulars.errors import Choice, MachineError, Place, Problem
from circulars.formats import WRITERS
from circulars.merge.making.archive import Allocator, Archive, SoleAllocator
from circulars.merge.making.copies import Copy, Maker
from circulars.merge.making.folder import CopyFolder
from circulars.merge.planning.ledger import CopyRecord, Ledger
from circulars.processes import cores
from circulars.processes.crew import Crew
from circulars.processes.limits import TRIES, Part
from circulars.processes.server import ask, renew

T = TypeVar("T")
MAX_CHUNK = 200
"""The most addressees in a chunk. A chunk is recorded as a whole, and after a crash it is made again as a whole."""
MIN_CHUNK = 20
"""The size of the first chunk, and of chunks whose copies are laid out in full."""
MIN_LAYOUTS = 3
"""The least number of layouts that makes processes worthwhile: each process imports WeasyPrint for half a second."""
_AHEAD_PER_PROCESS = 3  # chunks that are queued for each process, so that none is idle

_ENDED = Problem(
    Place(),
    "process-ended",
    "a process that was making copies was killed from outside",
    "the memory may be too small for several processes",
    (Choice("jobs", "uses a single one", "1"), Choice("resume", "makes the missing copies")),
)
_WORK = Part("the merge", "shorten the longest cells of the list", tries=TRIES)


class Sink(Protocol):
    """A destination that is open for writing copies."""

    def put(self, start: int, end: int, copies: Iterator[Copy]) -> list[CopyRecord]:
        """Writes a chunk's copies; returns their records."""

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether a copy is there as recorded."""

    def close(self) -> None:
        """Closes open files."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The destination of copies: a folder, or a ZIP file whose entries have a date."""

    path: Path
    zipped: bool
    date: datetime.date

    def sink(self, allocator: Allocator) -> Sink:
        """The destination, opened for one process."""
        return Archive(self.path, self.date, allocator) if self.zipped else CopyFolder(self.path)


def make_copies(
    maker: Maker, pool: WorkerPool, ledger: Ledger, destination: Destination, start: int, offset: int
) -> Iterator[int]:
    """Makes the copies of all addressees from ``start`` on; after each chunk, yields the next addressee's number.

    ``offset`` is the end of the copies that a ZIP file has already. A chunk is in the ledger when it is yielded.

    Raises:
        CircularsError: a copy cannot be made or written; chunks that were yielded stay.
    """
    total = ledger.count()
    chunks = Chunks(start, total)
    if pool.jobs <= 1 or total - start <= MAX_CHUNK:  # so few copies take less time than starting processes
        made = _made_here(maker, ledger, destination, chunks, offset)
    else:
        made = pool.make(maker, ledger, destination, chunks, offset)
    done = start
    for end, records in made:
        chunks.adapt(end - done, records)
        with ledger.change():
            ledger.record(records)
        done = end
        yield end


@dataclass(slots=True)
class Chunks:
    """Splits the addressees from ``next`` to before ``total`` into chunks, in order.

    A copy that is laid out in full takes as long as hundreds of copies that are filled. Chunks with such copies are
    small, so that progress is reported often. The size of chunks has no effect on the files.
    """

    next: int
    total: int
    size: int = MIN_CHUNK

    def take(self) -> tuple[int, int] | None:
        """The next chunk, as the numbers of its first addressee and of the one after its last; None at the end."""
        if self.next >= self.total:
            return None
        first, self.next = self.next, min(self.next + self.size, self.total)
        return first, self.next

    def adapt(self, count: int, records: Sequence[CopyRecord]) -> None:
        """Sets the size of further chunks from the ``records`` of a chunk of ``count`` addressees."""
        whole = sum(record.whole for record in records)
        self.size = max(MIN_CHUNK, min(MAX_CHUNK, MIN_CHUNK * count // whole)) if whole else MAX_CHUNK


def _made_here(
    maker: Maker, ledger: Ledger, destination: Destination, chunks: Chunks, offset: int
) -> Iterator[tuple[int, list[CopyRecord]]]:
    sink = destination.sink(SoleAllocator(offset))
    with closing(sink):
        while chunk := chunks.take():
            yield chunk[1], sink.put(*chunk, _copies(maker, ledger, *chunk))


def _copies(maker: Maker, ledger: Ledger, first: int, end: int) -> Iterator[Copy]:
    for entry in ledger.entries(first, end):
        renew()  # the time is that of one addressee's copies, however many are in a chunk
        yield from maker.copies(entry)


class WorkerPool:
    """Processes that share a merge's work. They start while the list is still being read, because that takes time.

    ``jobs`` is the number of processes, 0 for one per core. ``formats`` are those that they will write.
    """

    def __init__(self, jobs: int, formats: Sequence[str]) -> None:
        self.jobs = jobs or cores()
        self._allocator = SharedAllocator()
        modules = (__name__, *(WRITERS[format].preload for format in formats))
        self._draws = any(WRITERS[format].is_drawn for format in formats)
        self._crew = Crew(self.jobs, modules, answer=self._allocator.take, ended=_ENDED)
        self._is_started = False

    def start(self) -> None:
        """Starts the process from which workers are forked, without waiting for it; does nothing if ``jobs`` is 1."""
        if self.jobs > 1 and not self._is_started:
            self._is_started = True
            self._crew.start()

    def end(self) -> None:
        """Ends the processes; any that wait for space in the file stop waiting."""
        self._allocator.end()
        self._crew.close()

    def map(self, function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
        """Like :func:`map`, but runs in the processes if they were started; reads some arguments ahead."""
        if not self._is_started:
            yield from map(function, *of)
            return
        tasks = (self._crew.submit(_WORK, function, *each) for each in zip(*of, strict=True))
        waiting = deque(islice(tasks, self.jobs * _AHEAD_PER_PROCESS))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(islice(tasks, 1))

    def lay_out(self, function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
        """Like :meth:`map`, for layouts: starts the processes if there are enough pages to draw.

        Other formats are laid out sooner than a second process has prepared the template.
        """
        first, *others = of
        known = list(first)
        if self._draws and self.jobs > 1 and len(known) >= MIN_LAYOUTS:
            self.start()
        return self.map(function, known, *others)

    def make(
        self, maker: Maker, ledger: Ledger, destination: Destination, chunks: Chunks, offset: int
    ) -> Iterator[tuple[int, list[CopyRecord]]]:
        """The end and the records of each chunk, in order."""
        self.start()
        self._allocator.start(chunks.next, offset)
        waiting: deque[tuple[int, Future[list[CopyRecord]]]] = deque()
        with tempfile.TemporaryDirectory() as folder:
            state_file = Path(folder, "maker")
            state_file.write_bytes(pickle.dumps((maker, ledger.path, destination)))
            for chunk in islice(iter(chunks.take, None), self.jobs * _AHEAD_PER_PROCESS):
                waiting.append((chunk[1], self._crew.submit(_WORK, _make_chunk, state_file, *chunk)))
            while waiting:
                end, task = waiting.popleft()
                yield end, task.result()
                if following := chunks.take():
                    waiting.append((following[1], self._crew.submit(_WORK, _make_chunk, state_file, *following)))


class SharedAllocator:
    """Allocates space to processes that write to one file: each chunk waits until those before it have theirs.

    It is in the main process; the others ask for their space.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = self._offset = 0
        self._given: dict[int, int] = {}

    def start(self, start: int, offset: int) -> None:
        """Sets the first chunk's first addressee and its offset."""
        with self._changed:
            self._next, self._offset = start, offset
            self._given.clear()

    def take(self, start: int, end: int, size: int) -> int:
        """The offset of a chunk, as soon as the chunks before it have theirs.

        A chunk that is made once more, of the same size, has the offset that it had.
        """
        with self._changed:
            if start in self._given:
                return self._given[start]
            self._changed.wait_for(lambda: self._next in (start, -1))
            if self._next == -1:
                raise MachineError(_ENDED)
            offset = self._given[start] = self._offset
            self._offset, self._next = offset + size, end
            self._changed.notify_all()
        return offset

    def end(self) -> None:
        """Ends all waiting, because an earlier chunk may never be made."""
        with self._changed:
            self._next = -1
            self._changed.notify_all()


class _AskedAllocator:
    """The main process's allocator, asked by a worker process."""

    def take(self, start: int, end: int, size: int) -> int:
        return int(ask(start, end, size))


@dataclass(slots=True)
class _WorkerState:
    """What a worker process needs to make copies."""

    maker: Maker
    ledger: Ledger
    sink: Sink


_states: list[_WorkerState] = []


def _make_chunk(state_file: Path, first: int, end: int) -> list[CopyRecord]:
    """Makes a chunk's copies in a worker process; returns their records. The first call reads the worker's state."""
    if not _states:
        maker, ledger, destination = pickle.loads(state_file.read_bytes())  # noqa: S301  # our own
        _states.append(_WorkerState(maker, Ledger(ledger, read_only=True), destination.sink(_AskedAllocator())))
    [state] = _states
    return state.sink.put(first, end, _copies(state.maker, state.ledger, first, end))
