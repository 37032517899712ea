"""Shares a plan's copies among processes, and notes in the ledger what they have written."""

from __future__ import annotations

import datetime
import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Protocol

from circulars.errors import MachineError, Place, Problem
from circulars.merge.archive import Alone, Archive, Turn
from circulars.merge.copies import Copy, Maker
from circulars.merge.files import Files
from circulars.merge.ledger import Ledger, Record
from circulars.processes import context, cores, uninterrupted, workers
from circulars.render import WRITERS

CHUNK = 100
"""How many addressees a process takes at a time: what is noted, lost and made again together."""

_ENDED = Problem(
    Place(),
    "process-ended",
    "a process that was making copies was ended from outside",
    "the memory may be too little for several: use --jobs 1; --resume goes on with what is missing",
)


class Sink(Protocol):
    """Where copies go."""

    def put(self, start: int, end: int, copies: Iterator[Copy]) -> list[Record]:
        """The records of a chunk's copies, which are now where they go."""

    def holds(self, record: Record, name: str) -> bool:
        """Whether a copy is there as it was noted."""

    def close(self) -> None:
        """Lets go of what is open."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where the copies go: a folder of files, or one ZIP file whose entries have a date."""

    path: Path
    kind: str
    date: datetime.date

    def sink(self, turn: Turn) -> Sink:
        """The sink of one process."""
        return Archive(self.path, self.date, turn) if self.kind == "zip" else Files(self.path)


def make_copies(
    maker: Maker, formats: Sequence[str], ledger: Ledger, goal: Goal, jobs: int, start: int, place: int
) -> Iterator[int]:
    """Makes the copies of all addressees from ``start`` on; gives the number of the next one after each chunk.

    ``formats`` are those that the maker needs; ``place`` is the end of what a ZIP file holds already. What was given is
    in the ledger.

    Raises:
        CircularsError: a copy cannot be made or written; what was noted until then stays.
    """
    total = ledger.count()
    chunks = [(first, min(first + CHUNK, total)) for first in range(start, total, CHUNK)]
    jobs = min(jobs or cores(), len(chunks))
    if jobs <= 1:
        made = _made_here(maker, ledger, goal, chunks, place)
    else:
        made = _made_by_several(maker, formats, ledger, goal, chunks, place, jobs)
    for end, records in made:
        with ledger.change():
            ledger.record(records)
        yield end


_Chunks = list[tuple[int, int]]


def _made_here(
    maker: Maker, ledger: Ledger, goal: Goal, chunks: _Chunks, place: int
) -> Iterator[tuple[int, list[Record]]]:
    sink = goal.sink(Alone(place))
    with closing(sink):
        for first, end in chunks:
            yield end, sink.put(first, end, _copies(maker, ledger, first, end))


def _copies(maker: Maker, ledger: Ledger, first: int, end: int) -> Iterator[Copy]:
    for entry in ledger.entries(first, end):
        yield from maker.copies(entry)


def _made_by_several(
    maker: Maker, formats: Sequence[str], ledger: Ledger, goal: Goal, chunks: _Chunks, place: int, jobs: int
) -> Iterator[tuple[int, list[Record]]]:
    modules = [__name__, *(WRITERS[format] for format in formats)]
    begun_with = context(modules)
    turn = SharedTurn(begun_with, chunks[0][0], place)
    with ExitStack() as at_last:
        waiting: deque[tuple[int, Future[list[Record]]]] = deque()
        try:
            with uninterrupted():
                arguments = (pickle.dumps(maker), ledger.path, goal, turn)
                pool = at_last.enter_context(workers(jobs, begun_with, _begin, arguments))
                at_last.callback(turn.end)  # first: nobody may wait for a turn when the pool waits for everybody
                rest = iter(chunks)
                for _, (first, end) in zip(range(jobs * 3), rest, strict=False):
                    waiting.append((end, pool.submit(_work, first, end)))
            while waiting:
                end, task = waiting.popleft()
                yield end, task.result()
                if following := next(rest, None):
                    waiting.append((following[1], pool.submit(_work, *following)))
        except BrokenProcessPool:
            raise MachineError(_ENDED) from None


class SharedTurn:
    """The turn of processes that write into one file: each chunk waits until those before it have their places."""

    def __init__(self, begun_with: ForkServerContext, start: int, place: int) -> None:
        self._changed = begun_with.Condition()
        self._next = begun_with.Value("q", start, lock=False)
        self._place = begun_with.Value("q", place, lock=False)

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


_desks: list[_Desk] = []


def _begin(maker: bytes, ledger: Path, goal: Goal, turn: Turn) -> None:
    """Sets up a process; it is called once in each."""
    _desks.append(_Desk(pickle.loads(maker), Ledger(ledger, reading=True), goal.sink(turn)))  # noqa: S301  # our own


def _work(first: int, end: int) -> list[Record]:
    """The records of a chunk."""
    [desk] = _desks
    return desk.sink.put(first, end, _copies(desk.maker, desk.ledger, first, end))
