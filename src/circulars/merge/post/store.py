"""A connection to the tables of a sending: queries, transactions, and the time."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from circulars.errors import Choice, MachineError, Place, Problem


class Store:
    """A connection without transactions of its own (``isolation_level=None``).

    ``clock`` returns the time that is recorded with each change; without it the tables are only read.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], datetime.datetime] | None = None) -> None:
        self._connection = connection
        self._clock = clock

    def _now(self) -> str:
        assert self._clock, "a read-only outbox records nothing"
        return written(self._clock())

    def _run(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        with _ledger_problems():
            return self._connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """A transaction: everything in it is kept, or nothing. A nested one belongs to the outer transaction."""
        if self._connection.in_transaction:
            yield
            return
        with _ledger_problems():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def written(time: datetime.datetime) -> str:
    """A time as the ledger has it: in UTC, to the second."""
    return time.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@contextmanager
def _ledger_problems() -> Iterator[None]:
    """Raises SQLite's errors as a :class:`MachineError`."""
    try:
        yield
    except sqlite3.Error as error:
        fact = f"the ledger cannot be used: {error}"
        hint = "check that the disk has room and that you may write here"
        raise MachineError(Problem(Place(), "ledger", fact, hint, (Choice("resume", "then {} continues"),))) from None
