"""Opens an SQLite database as a list: it can only be read, and its work is counted.

A small database may contain a view whose rows never end, or values of gigabytes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from circulars.files.reading import check_file

MAX_VALUE: Final = 50_000
"""The maximum size of a value or a computed row, in bytes: one step of SQLite may take the square of it."""
STEPS: Final = 100_000_000
"""How many steps of SQLite's machine a query may take; more for a large database. A second has about as many."""
_STEPS_PER_BYTE: Final = 100
ROWS: Final = 100_000
"""How many rows a query may return; in addition, one for each byte of the database."""
_STEPS_AT_ONCE: Final = 1_000
SECONDS: Final = 5
"""The CPU time that the queries of a list may take, in seconds, and one more for each megabyte of the database."""


class ListConnection(sqlite3.Connection):
    """A connection whose queries may take ``steps`` and ``seconds`` more, and return ``most_rows``."""

    steps = STEPS
    seconds: float = SECONDS
    most_rows = ROWS
    began = 0.0
    """The CPU time at which what SQLite is doing began, in seconds."""

    def cursor(self, factory: Any = None) -> Any:
        """A cursor whose work is timed."""
        return super().cursor(factory or _TimedCursor)

    def is_used_up(self) -> bool:
        """Counts some more steps; called by SQLite, which stops when this is true."""
        self.steps -= _STEPS_AT_ONCE
        return self.steps < 0 or time.thread_time() - self.began > self.seconds


class _TimedCursor(sqlite3.Cursor):
    """A cursor that times what SQLite does, but not what uses its rows."""

    connection: ListConnection

    def execute(self, *arguments: Any) -> _TimedCursor:
        self._timed(super().execute, *arguments)
        return self

    def fetchone(self) -> Any:
        return self._timed(super().fetchone)

    def fetchmany(self, *arguments: Any) -> Any:
        return self._timed(super().fetchmany, *arguments)

    def fetchall(self) -> Any:
        return self._timed(super().fetchall)

    def _timed(self, function: Callable[..., Any], *arguments: Any) -> Any:
        connection = self.connection
        connection.began = time.thread_time()
        try:
            return function(*arguments)
        finally:
            connection.seconds -= time.thread_time() - connection.began


def open_sqlite(path: Path) -> ListConnection:
    """A connection that can only read.

    Raises:
        OSError: it is not a regular file, it is too large, or it cannot be read.
        sqlite3.Error: it is not a database.
    """
    check_file(path, "list")
    # Only what takes room on the disk counts: a file can seem to be of any size.
    size = min(path.stat().st_size, path.stat().st_blocks * 512)
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, factory=ListConnection)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.steps, connection.most_rows = STEPS + _STEPS_PER_BYTE * size, ROWS + size
    connection.seconds = SECONDS + size / 1_000_000
    connection.set_progress_handler(connection.is_used_up, _STEPS_AT_ONCE)
    return connection
