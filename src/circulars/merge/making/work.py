"""Shares a plan's copies among processes, and notes in the ledger what they have written."""

from __future__ import annotations

import datetime
import pickle
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Protocol, TypeVar

from circulars.errors import Choice, MachineError, Place, Problem
from circulars.formats import WRITERS
from circulars.merge.making.archive import Alone, Archive, Turn
from circulars.merge.making.copies import Copy, Maker
from circulars.merge.making.files import Files
from circulars.merge.planning.ledger import CopyRecord, Ledger
from circulars.processes import context, cores, uninterrupted, workers

T = TypeVar("T")
CHUNK = 200
"""How many addressees a process takes at a time at most: what is noted, lost and made again together."""
FEW = 20
"""How many it takes while nobody knows how long they take, and of those that are laid out in full."""
WORTH = 3
"""How many layouts make it worth to begin processes for them: half a second each, as WeasyPrint takes to import."""
_AHEAD = 3  # shares for each process, so that none waits for its next one

_ENDED = Problem(
    Place(),
    "process-ended",
    "a process that was making copies was ended from outside",
    "the memory may be too little for several",
    (Choice("jobs", "makes do with one", "1"), Choice("resume", "goes on with what is missing")),
)


class Sink(Protocol):
    """Where copies go."""

    def put(self, start: int, end: int, copies: Iterator[Copy]) -> list[CopyRecord]:
        """The records of a chunk's copies, which are now where they go."""

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether a copy is there as it was noted."""

    def close(self) -> None:
        """Lets go of what is open."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where the copies go: a folder of files, or one ZIP file whose entries have a date."""

    path: Path
    zipped: bool
    date: datetime.date

    def sink(self, turn: Turn) -> Sink:
        """The sink of one process."""
        return Archive(self.path, self.date, turn) if self.zipped else Files(self.path)


def make_copies(maker: Maker, crew: Crew, ledger: Ledger, goal: Goal, start: int, place: int) -> Iterator[int]:
    """Makes the copies of all addressees from ``start`` on; gives the number of the next one after each chunk.

    ``place`` is the end of what a ZIP file holds already. What was given is in the ledger.

    Raises:
        CircularsError: a copy cannot be made or written; what was noted until then stays.
    """
    total = ledger.count()
    shares = Shares(start, total)
    if crew.jobs <= 1 or total - start <= CHUNK:  # other processes take longer to come than so few copies
        made = _made_here(maker, ledger, goal, shares, place)
    else:
        made = crew.make(maker, ledger, goal, shares, place)
    done = start
    for end, records in made:
        shares.learn(end - done, records)
        with ledger.change():
            ledger.record(records)
        done = end
        yield end


@dataclass(slots=True)
class Shares:
    """Shares out the addressees from ``next`` to before ``total``, in order: many at a time, where they take no time.

    A copy that is laid out in full takes as long as some hundreds that are filled. So that it is told soon how far a
    merge is, few of them are in one share. How large shares are changes no byte of what is made.
    """

    next: int
    total: int
    size: int = FEW

    def take(self) -> tuple[int, int] | None:
        """The first addressee of a share and the one behind its last; nothing when all are shared out."""
        if self.next >= self.total:
            return None
        first, self.next = self.next, min(self.next + self.size, self.total)
        return first, self.next

    def learn(self, count: int, records: Sequence[CopyRecord]) -> None:
        """Sets how large the shares are from now on, by what became of one of ``count`` addressees."""
        whole = sum(record.whole for record in records)
        self.size = max(FEW, min(CHUNK, FEW * count // whole)) if whole else CHUNK


def _made_here(
    maker: Maker, ledger: Ledger, goal: Goal, shares: Shares, place: int
) -> Iterator[tuple[int, list[CopyRecord]]]:
    sink = goal.sink(Alone(place))
    with closing(sink):
        while share := shares.take():
            yield share[1], sink.put(*share, _copies(maker, ledger, *share))


def _copies(maker: Maker, ledger: Ledger, first: int, end: int) -> Iterator[Copy]:
    for entry in ledger.entries(first, end):
        yield from maker.copies(entry)


class Crew:
    """Processes that share a merge's work. They are begun while the list is still read, for they take a while to come.

    ``jobs`` is how many there may be; ``formats`` are what they will have to write.
    """

    def __init__(self, jobs: int, formats: Sequence[str]) -> None:
        self.jobs = jobs or cores()
        self._begun_with = context([__name__, *(WRITERS[format].preload for format in formats)])
        self._turn: SharedTurn | None = None
        self._pool: ProcessPoolExecutor | None = None
        self._is_begun = False
        self._at_last = ExitStack()

    def begin(self) -> None:
        """Lets the process from which the others will be forked come up, if there are to be several; does not wait."""
        if self.jobs > 1 and not self._is_begun:
            self._is_begun = True
            with uninterrupted():
                pass

    def _staff(self) -> tuple[ProcessPoolExecutor, SharedTurn]:
        """The processes, and the turn that they take."""
        self.begin()
        if not (self._pool and self._turn):
            with uninterrupted():
                self._turn = SharedTurn(self._begun_with)
                self._pool = self._at_last.enter_context(workers(self.jobs, self._begun_with, _begin, (self._turn,)))
                with suppress(BrokenProcessPool):  # it is told of with the first work
                    for _ in range(self.jobs):
                        self._pool.submit(int)
        return self._pool, self._turn

    def end(self) -> None:
        """Ends the processes; who waits for a turn waits no more."""
        if self._turn:
            self._turn.end()
        self._at_last.close()

    def map(self, function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
        """What a function makes of each, in order; by the processes, where there are any.

        What it is made of is taken as it is needed, a little ahead.
        """
        if not self._is_begun:
            yield from map(function, *of)
            return
        pool, _ = self._staff()
        tasks = (pool.submit(function, *each) for each in zip(*of, strict=True))
        try:
            waiting = deque(islice(tasks, self.jobs * _AHEAD))
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(islice(tasks, 1))
        except BrokenProcessPool:
            raise MachineError(_ENDED) from None

    def lay_out(self, function: Callable[..., T], /, *of: Iterable[object]) -> Iterator[T]:
        """As :meth:`map`, for what takes longer to make than processes take to come, if there is enough of it."""
        first, *others = of
        known = list(first)
        if self.jobs > 1 and len(known) >= WORTH:
            self.begin()
        return self.map(function, known, *others)

    def make(
        self, maker: Maker, ledger: Ledger, goal: Goal, shares: Shares, place: int
    ) -> Iterator[tuple[int, list[CopyRecord]]]:
        """The end and the records of each share, in order."""
        pool, turn = self._staff()
        turn.begin(shares.next, place)
        waiting: deque[tuple[int, Future[list[CopyRecord]]]] = deque()
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder, "maker")
            kept.write_bytes(pickle.dumps((maker, ledger.path, goal)))
            try:
                for share in islice(iter(shares.take, None), self.jobs * _AHEAD):
                    waiting.append((share[1], pool.submit(_work, kept, *share)))
                while waiting:
                    end, task = waiting.popleft()
                    yield end, task.result()
                    if following := shares.take():
                        waiting.append((following[1], pool.submit(_work, kept, *following)))
            except BrokenProcessPool:
                raise MachineError(_ENDED) from None


class SharedTurn:
    """The turn of processes that write into one file: each chunk waits until those before it have their places."""

    def __init__(self, begun_with: ForkServerContext) -> None:
        self._changed = begun_with.Condition()
        self._next = begun_with.Value("q", 0, lock=False)
        self._place = begun_with.Value("q", 0, lock=False)

    def begin(self, start: int, place: int) -> None:
        """Says which chunk is the first, and its place."""
        with self._changed:
            self._next.value, self._place.value = start, place

    def take(self, start: int, end: int, size: int) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._next.value in (start, -1))
            if self._next.value == -1:
                raise MachineError(_ENDED)
            place: int = self._place.value
            self._place.value, self._next.value = place + size, end
            self._changed.notify_all()
        return place

    def end(self) -> None:
        """Lets nobody wait any more: a chunk before theirs was not made."""
        if self._changed.acquire(timeout=1):  # a process that was killed may have held it
            self._next.value = -1
            self._changed.notify_all()
            self._changed.release()


@dataclass(slots=True)
class _Desk:
    """What one process works with."""

    maker: Maker
    ledger: Ledger
    sink: Sink


_turns: list[Turn] = []
_desks: list[_Desk] = []


def _begin(turn: Turn) -> None:
    """Sets up a process; it is called once in each."""
    _turns.append(turn)


def _work(kept: Path, first: int, end: int) -> list[CopyRecord]:
    """The records of a chunk; what they are made with is read when the first of them is asked for."""
    if not _desks:
        maker, ledger, goal = pickle.loads(kept.read_bytes())  # noqa: S301  # our own
        _desks.append(_Desk(maker, Ledger(ledger, read_only=True), goal.sink(_turns[0])))
    [desk] = _desks
    return desk.sink.put(first, end, _copies(desk.maker, desk.ledger, first, end))
