"""The ledger of a merge: the plan, its addressees, and what was written. One SQLite file beside the copies."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from circulars.errors import Choice, MachineError, Place, Problem
from circulars.merge.planning.cells import read_cells, split_cells
from circulars.merge.planning.checksums import add_rows, change_in, renew_sum, sum_of_rows, watch
from circulars.merge.planning.consistency import inconsistency
from circulars.merge.planning.earlier_copies import keep_copies
from circulars.merge.planning.facts import PlanFacts, letter_version, read_facts, written_facts
from circulars.merge.planning.ledger_file import check_files, open_private, refuse_journal
from circulars.merge.planning.migration import migrate
from circulars.merge.planning.tables import MERGE_TABLES, VERSION, create_tables, version_of

_APPLICATION: Final = 0x63697263  # "circ", in SQLite's header

_NAME = "id || '.' || language || '.' || format"
_NAMED_COPIES = "copies JOIN addressees USING (n)"
_NAMED = f"{_NAMED_COPIES} ORDER BY n, place, format"
_ENTRY = "n, id, language, audience, cells, row"
Row: TypeAlias = tuple[int, str, str, int, str, int, bytes | None]
"""An addressee as the ledger stores it: n, id, language, audience, joined cells, row in the list, and sort rank."""
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One addressee of a plan: the number in the plan (from 0), the edition, the cells, and the row in the list."""

    n: int
    id: str
    language: str
    audience: int
    cells: tuple[str, ...]
    row: int


class CopyRecord(NamedTuple):
    """One copy that was written: its size, its offset in a file that holds many copies, its CRC-32, and its SHA-256."""

    n: int
    format: str
    size: int
    offset: int
    crc: int
    sha256: bytes
    whole: bool


class Ledger:
    """The memory of a merge. What is committed here has been done; what is not will be done again."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Opens a ledger, and makes the file if it is missing. With ``read_only`` it is not checked: see :meth:`check`.

        Raises:
            MachineError: the file is not a ledger, another program has changed it, or it cannot be opened.
        """
        self.path = path
        self._connection = _connected(path, read_only)
        self._is_read_only = read_only
        if read_only:
            return
        try:
            self._open()
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.Error | UnicodeError):
                raise _ledger_problem(error, path) from None
            raise

    def _open(self) -> None:
        """Creates the tables of a new file, or checks that the file is a ledger that nobody has changed.

        Raises:
            sqlite3.DatabaseError: it is something else, or a ledger of another version.
            MachineError: another program has changed it.
        """
        run = self._connection.execute
        run("PRAGMA busy_timeout = 5000")
        is_new = _is_new(self._connection)
        # Readers never wait for the writer; a power cut may undo the last commits, but never leave half of one.
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        with self.change():
            if not is_new:
                self.check()
            run(f"PRAGMA application_id = {_APPLICATION}")
            _migrate(self._connection, None if is_new else self.facts())
            watch(self._connection)

    def check(self) -> None:
        """Checks that no other program has changed the ledger.

        A ledger of version 1 has no checksums. What it says counts, if each value has its type and no addressee and no
        message is missing. If a ledger of an earlier version is only read, it is brought up to date in memory.

        Raises:
            MachineError: the ledger was changed, or it is damaged.
        """
        try:
            with _one_state(self._connection):
                changed = change_in(self._connection) or inconsistency(self._connection, self.facts())
        except (sqlite3.Error, UnicodeError) as error:
            raise _ledger_problem(error, self.path) from None
        if changed:
            raise _changed_ledger(self.path, changed)
        if self._is_read_only and version_of(self._connection) < VERSION:
            self._connection = _migrated_in_memory(self._connection, self.facts())

    def check_rows(self, expected: int, places: range) -> None:
        """Checks that the addressees with the numbers in ``places`` have the checksum that those of their list have.

        Raises:
            MachineError: they have not.
        """
        rows = self._connection.execute(
            f"SELECT {_ENTRY}, NULL FROM addressees WHERE n >= ? AND n < ?",  # noqa: S608  # constant names
            (places.start, places.stop),
        )
        if sum_of_rows([rows]) != expected:
            raise _changed_ledger(self.path, "its addressees are not those of the list")

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for tables that other packages keep in the same file."""
        return self._connection

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @contextmanager
    def change(self, *, kept: bool = True) -> Iterator[None]:
        """A transaction: everything in it is kept, or nothing. A nested one belongs to the outer transaction.

        Unless it is ``kept``, everything is undone at its end.
        """
        if self._connection.in_transaction:
            yield
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT" if kept else "ROLLBACK")
        except sqlite3.Error as error:
            raise _ledger_problem(error, self.path) from None

    def facts(self) -> PlanFacts | None:
        """The facts of the plan; None if there is no plan."""
        try:
            return read_facts(dict(self._connection.execute("SELECT name, value FROM facts")))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise _changed_ledger(self.path, "the facts of its plan cannot be read") from None

    def save_facts(self, facts: PlanFacts) -> None:
        """Replaces the stored facts."""
        self._connection.execute("DELETE FROM facts")
        self._connection.executemany("INSERT INTO facts VALUES (?, ?)", written_facts(facts).items())
        self.save_version(facts)

    def save_version(self, facts: PlanFacts) -> None:
        """Stores which version of the letter a plan sends."""
        version = (facts.plan, letter_version(facts.inputs), facts.inputs.letter_sha256)
        self._connection.execute("INSERT OR IGNORE INTO versions VALUES (?, ?, ?)", version)

    def mark_done(self) -> None:
        """Notes that all copies of the plan are made."""
        if facts := self.facts():
            self.save_facts(replace(facts, done=True))

    def clear(self) -> None:
        """Deletes the plan, but remembers who got which copy."""
        keep_copies(self._connection, self.facts())
        for table in ("facts", "addressees", "copies"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  # constant names

    def remember_ids(self) -> None:
        """Stores the ids of this plan for a comparison with the next one: see :meth:`missing_ids`."""
        self._connection.execute("CREATE TEMP TABLE earlier (id TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        self._connection.execute("INSERT INTO earlier SELECT id, n FROM addressees")

    def missing_ids(self, known: Iterable[str]) -> tuple[int, str]:
        """How many remembered ids are neither in the plan nor ``known``, and the first of them ("" if none)."""
        self._connection.executemany("DELETE FROM earlier WHERE id = ?", ((id,) for id in known))
        query = "SELECT count(*), min(n), id FROM earlier WHERE id NOT IN (SELECT id FROM addressees)"
        count, _, first = self._connection.execute(query).fetchone()
        self._connection.execute("DROP TABLE earlier")
        return count, first or ""

    def truncate(self, n: int, facts: PlanFacts) -> None:
        """Deletes the addressees from number ``n`` on, as :meth:`clear` does, and replaces the facts."""
        keep_copies(self._connection, self.facts(), n)
        for table in ("addressees", "copies"):
            self._connection.execute(f"DELETE FROM {table} WHERE n >= ?", (n,))  # noqa: S608  # constant names
        self.save_facts(facts)

    def add_addressees(self, entries: Iterable[Row]) -> None:
        """Adds addressees."""
        add_rows(self._connection, "INSERT INTO addressees VALUES (?, ?, ?, ?, ?, ?, ?)", "addressees", entries)

    def sort_by_rank(self, start: int = 0) -> None:
        """Sorts the addressees from number ``start`` on by rank, renumbers them, and deletes the ranks."""
        run = self._connection.execute
        run("CREATE TEMP TABLE sorted AS SELECT * FROM addressees WHERE n >= ? ORDER BY rank, n", (start,))
        run("DELETE FROM addressees WHERE n >= ?", (start,))
        renumbered = "SELECT rowid - 1 + ?, id, language, audience, cells, row, NULL FROM sorted"
        run(f"INSERT INTO addressees {renumbered}", (start,))
        run("DROP TABLE sorted")
        renew_sum(self._connection, "addressees")

    def count(self) -> int:
        """How many addressees the plan has."""
        return int(self._connection.execute("SELECT count(*) FROM addressees").fetchone()[0])

    def editions(self) -> dict[tuple[str, int], tuple[int, Entry]]:
        """The number of addressees and the first addressee of each edition (language and audience)."""
        rows = self._connection.execute(
            "SELECT language, audience, count(*), min(n) FROM addressees GROUP BY 1, 2 ORDER BY 4"
        )
        return {(language, audience): (count, self.entry(first)) for language, audience, count, first in rows}

    def entry(self, n: int) -> Entry:
        """The addressee with number ``n``."""
        return next(self.entries(n, n + 1))

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """The addressees from number ``start`` to before ``end``, in order."""
        query = f"SELECT {_ENTRY} FROM addressees WHERE n >= ? AND n < ? ORDER BY n"  # noqa: S608  # as above
        for n, id, language, audience, cells, row in self._connection.execute(
            query, (start, 1 << 62 if end is None else end)
        ):
            yield Entry(n, id, language, audience, split_cells(cells), row)

    def record(self, records: Iterable[CopyRecord]) -> None:
        """Notes copies as written."""
        rows = ((*record[:-1], int(record.whole)) for record in records)
        add_rows(self._connection, "INSERT OR REPLACE INTO copies VALUES (?, ?, ?, ?, ?, ?, ?)", "copies", rows)

    def records(self, start: int = 0) -> Iterator[CopyRecord]:
        """The copies that were written for addressees from number ``start`` on, in order."""
        query = "SELECT n, format, size, place, crc, sha256, whole FROM copies WHERE n >= ? ORDER BY n, place, format"
        for row in self._connection.execute(query, (start,)):
            yield CopyRecord(*row)

    def ids(self, end: int) -> Iterator[str]:
        """The ids of the addressees before number ``end``."""
        for (id,) in self._connection.execute("SELECT id FROM addressees WHERE n < ?", (end,)):
            yield id

    def named_records(self, start: int = 0) -> Iterator[tuple[str, str, CopyRecord]]:
        """Each copy from addressee ``start`` on, in order, with the id and language of its addressee."""
        query = (
            "SELECT id, language, n, format, size, place, crc, sha256, whole FROM copies JOIN addressees USING (n) "
            "WHERE n >= ? ORDER BY n, place, format"
        )
        for id, language, *row in self._connection.execute(query, (start,)):
            yield id, language, CopyRecord(*row)

    def named_copies(self) -> Iterator[list[tuple[str, int, int, int, bytes]]]:
        """The name, size, offset, CRC-32 and SHA-256 of each copy, in order, in batches."""
        rows = self._connection.execute(
            f"SELECT {_NAME}, size, place, crc, sha256 FROM {_NAMED}"  # noqa: S608  # constant names
        )
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            yield some

    def forget_copies(self, n: int) -> None:
        """Deletes the notes of written copies from addressee ``n`` on."""
        self._connection.execute("DELETE FROM copies WHERE n >= ?", (n,))

    def count_written(self) -> int:
        """How many addressees, from the first on, have all their copies."""
        [last] = self._connection.execute("SELECT max(n) FROM copies").fetchone()
        return 0 if last is None else int(last) + 1

    def totals(self) -> tuple[int, int, int]:
        """How many copies were written, their size in bytes, and how many DOCX and PDF copies were laid out in full."""
        query = (
            "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(whole AND format IN ('docx', 'pdf')), 0) FROM copies"
        )
        count, size, whole = self._connection.execute(query).fetchone()
        return count, size, whole

    def languages(self, start: int = 0) -> dict[str, int]:
        """How many addressees each language has, from number ``start`` on; the largest count first."""
        query = "SELECT language, count(*) FROM addressees WHERE n >= ? GROUP BY 1 ORDER BY 2 DESC, 1"
        return dict(self._connection.execute(query, (start,)))

    def copy_into(self, other: Ledger) -> None:
        """Copies everything into another ledger."""
        self._connection.backup(other.connection)
        other._open()


def _connected(path: Path, read_only: bool) -> sqlite3.Connection:
    """A connection to a ledger's file, which is made if it is missing and to be written to.

    Raises:
        MachineError: there is no such file, or it cannot be opened.
    """
    try:
        if not read_only:
            os.close(open_private(path))
            connection = sqlite3.connect(path, isolation_level=None)
        else:
            if not path.exists():
                raise MachineError(Problem(Place(str(path)), "ledger", "this file does not exist", "is it misspelt?"))
            check_files(path)
            refuse_journal(path)
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?{_reading_options(path)}", uri=True)
            connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
    except (sqlite3.Error, OSError) as error:
        raise _ledger_problem(error, path) from None
    return connection


def _is_new(connection: sqlite3.Connection) -> bool:
    """Whether a file is empty, and not yet a ledger.

    Raises:
        sqlite3.DatabaseError: it is not a ledger, or one of another version.
    """
    [application] = connection.execute("PRAGMA application_id").fetchone()
    version = version_of(connection)
    if (application, version) not in ((0, 0), *((_APPLICATION, known) for known in range(1, VERSION + 1))):
        raise sqlite3.DatabaseError("it is not a ledger of this version")
    return not version


def _migrate(connection: sqlite3.Connection, facts: PlanFacts | None) -> None:
    """Creates the tables that are missing, and brings those of an earlier version up to date."""
    read_cells(connection, facts.inputs.columns if facts else ())
    create_tables(connection, MERGE_TABLES)
    migrate(connection, facts)


def _migrated_in_memory(connection: sqlite3.Connection, facts: PlanFacts | None) -> sqlite3.Connection:
    """A connection to a copy of a ledger, in memory, that is up to date; the first connection is closed."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(memory)
    connection.close()
    _migrate(memory, facts)
    memory.execute("PRAGMA query_only = ON")
    return memory


def _reading_options(path: Path) -> str:
    """The URI parameters with which SQLite reads a ledger and leaves no new files beside it.

    To read a file in WAL mode, SQLite creates files beside it. A connection with write access removes them again.
    Without write access, nothing can be created, so the file must be read as immutable.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "mode=rw"
    return "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"


@contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """All queries in the block see the ledger in one state, even if another process writes to it meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _changed_ledger(path: Path, changed: str) -> MachineError:
    fact = f"another program has changed this ledger, or it is damaged: {changed}"
    hint, choices = "move it away, and merge again", tuple[Choice, ...]()
    if path.stem.endswith("-send"):
        hint = "find out from the mail server who has the letter; a backup does not know who got it since"
        choices = (Choice("out", "sends a list of the others from another folder", "FOLDER"),)
    return MachineError(Problem(Place(str(path)), "ledger-changed", fact, hint, choices))


def _ledger_problem(error: Exception, path: Path) -> MachineError:
    choices: tuple[Choice, ...] = ()
    fact, hint = f"the ledger cannot be used: {error}", "check that the disk has room and that you may write here"
    if "not a database" in str(error) or "not a ledger" in str(error):
        fact, hint = f"this is not a ledger of a merge: {error}", "move the file away, and merge again"
    elif "locked" in str(error):
        fact, hint = "another merge is writing here", "wait until it has ended"
        choices = (Choice("out", "names another folder", "FOLDER"),)
    return MachineError(Problem(Place(str(path)), "ledger", fact, hint, choices))
