"""The ledger of a merge: what was planned, for whom, and what has been written. One SQLite file beside the outputs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from circulars.errors import Choice, MachineError, Place, Problem
from circulars.merge.planning.facts import VERSION, PlanFacts, read_facts, written_facts

_APPLICATION: Final = 0x63697263  # "circ": what SQLite's header says that the file is of
_BETWEEN: Final = "\x1f"  # ASCII's own separator of units; no cell may hold a control character

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS addressees (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, audience INTEGER NOT NULL, cells TEXT NOT NULL,
    row INTEGER NOT NULL, rank BLOB
);
CREATE TABLE IF NOT EXISTS copies (
    n INTEGER NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL, place INTEGER NOT NULL, crc INTEGER NOT NULL,
    sha256 BLOB NOT NULL, whole INTEGER NOT NULL, PRIMARY KEY (n, format)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS former (name TEXT PRIMARY KEY, sha256 BLOB NOT NULL) WITHOUT ROWID;
"""
_NAME = "id || '.' || language || '.' || format"
_NAMED = "copies JOIN addressees USING (n) ORDER BY n, place, format"
_ENTRY = "n, id, language, audience, cells, row"
Row: TypeAlias = tuple[int, str, str, int, str, int, bytes | None]
"""An addressee as a ledger keeps them: n, id, language, audience, cells (joined), row in the list, and rank."""
_AT_A_TIME = 1_000
_SCATTER = 2_654_435_761  # 2^32 by the golden ratio, a prime: its multiples fall all over a list
_TRIES = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One addressee of a plan: its place in the order, from 0, its edition, and its cells."""

    n: int
    id: str
    language: str
    audience: int
    cells: tuple[str, ...]
    row: int


class CopyRecord(NamedTuple):
    """One copy that was written: where it stands in a file that holds many, its CRC-32, and its SHA-256."""

    n: int
    format: str
    size: int
    place: int
    crc: int
    sha256: bytes
    whole: bool


class Ledger:
    """A merge's own memory. What is committed here has been done; what is not will be done again."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self.path = path
        try:
            if reading:
                self._base = sqlite3.connect(f"{path.resolve().as_uri()}?{_reading(path)}", uri=True)
                self._base.execute("PRAGMA query_only = ON")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._base = sqlite3.connect(path, isolation_level=None)
                self._open()
        except (sqlite3.Error, OSError) as error:
            raise _fault(error, path) from None

    def _open(self) -> None:
        """Begins a new file, or makes sure that this is one of ours."""
        run = self._base.execute
        run("PRAGMA busy_timeout = 5000")
        [said] = run("PRAGMA application_id").fetchone()
        [made] = run("PRAGMA user_version").fetchone()
        if (said, made) not in ((0, 0), (_APPLICATION, VERSION)):
            raise sqlite3.DatabaseError("it is not a ledger of this version")
        # Readers never wait for the writer; a power cut may undo the last commits, but never leave half of one.
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        run(f"PRAGMA application_id = {_APPLICATION}")
        run(f"PRAGMA user_version = {VERSION}")
        self._base.executescript(_TABLES)

    @property
    def base(self) -> sqlite3.Connection:
        """The connection, for tables of other rooms in the same file."""
        return self._base

    def close(self) -> None:
        """Closes the file."""
        self._base.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction: all of what is done in it is kept, or nothing; a change within a change is part of that."""
        if self._base.in_transaction:
            yield
            return
        try:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            raise _fault(error, self.path) from None

    def facts(self) -> PlanFacts | None:
        """What the plan was made of, and how far it has come; None where nothing was planned."""
        return read_facts(dict(self._base.execute("SELECT name, value FROM facts")))

    def keep(self, facts: PlanFacts) -> None:
        """Keeps the facts of the plan instead of those that were kept."""
        self._base.execute("DELETE FROM facts")
        self._base.executemany("INSERT INTO facts VALUES (?, ?)", written_facts(facts).items())

    def finish(self) -> None:
        """Notes that all copies of the plan are made."""
        if facts := self.facts():
            self.keep(replace(facts, done=True))

    def begin(self) -> None:
        """Forgets an earlier plan; which files were written for it stays known until they are written again."""
        self._keep_names(0)
        for table in ("facts", "addressees", "copies"):
            self._base.execute(f"DELETE FROM {table}")  # noqa: S608  # the names stand here

    def remember(self) -> None:
        """Keeps in mind who is in the plan, until it is asked who of them is :meth:`left_out` of the next one."""
        self._base.execute("CREATE TEMP TABLE earlier (id TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        self._base.execute("INSERT INTO earlier SELECT id, n FROM addressees")

    def left_out(self, known: Iterable[str]) -> tuple[int, str]:
        """How many of those who were remembered are not in the plan now, nor known otherwise; the id of the first."""
        self._base.executemany("DELETE FROM earlier WHERE id = ?", ((id,) for id in known))
        asked = "SELECT count(*), min(n), id FROM earlier WHERE id NOT IN (SELECT id FROM addressees)"
        count, _, first = self._base.execute(asked).fetchone()
        self._base.execute("DROP TABLE earlier")
        return count, first or ""

    def cut(self, n: int, facts: PlanFacts) -> None:
        """Forgets the addressees from a place of the order on, as :meth:`begin` does; the facts are these instead."""
        self._keep_names(n)
        for table in ("addressees", "copies"):
            self._base.execute(f"DELETE FROM {table} WHERE n >= ?", (n,))  # noqa: S608  # the names stand here
        self.keep(facts)

    def _keep_names(self, n: int) -> None:
        named = f"SELECT {_NAME}, sha256 FROM copies JOIN addressees USING (n) WHERE n >= ?"  # noqa: S608  # as above
        self._base.execute(f"INSERT OR REPLACE INTO former {named}", (n,))

    def plan(self, entries: Iterable[Row]) -> None:
        """Adds addressees."""
        self._base.executemany("INSERT INTO addressees VALUES (?, ?, ?, ?, ?, ?, ?)", entries)

    def put_in_order(self, start: int = 0) -> None:
        """Numbers the addressees anew by their ranks, from a place of the order on, and forgets the ranks."""
        run = self._base.execute
        run("CREATE TEMP TABLE sorted AS SELECT * FROM addressees WHERE n >= ? ORDER BY rank, n", (start,))
        run("DELETE FROM addressees WHERE n >= ?", (start,))
        renumbered = "SELECT rowid - 1 + ?, id, language, audience, cells, row, NULL FROM sorted"
        run(f"INSERT INTO addressees {renumbered}", (start,))
        run("DROP TABLE sorted")

    def count(self) -> int:
        """How many addressees the plan has."""
        return int(self._base.execute("SELECT count(*) FROM addressees").fetchone()[0])

    def editions(self) -> dict[tuple[str, int], tuple[int, Entry]]:
        """How many addressees each language and audience has, and the first of them."""
        rows = self._base.execute(
            "SELECT language, audience, count(*), min(n) FROM addressees GROUP BY 1, 2 ORDER BY 4"
        )
        return {(language, audience): (count, self.entry(first)) for language, audience, count, first in rows}

    def some(self, language: str, audience: int, count: int) -> list[Entry]:
        """A few addressees of an edition, from all over the list, and the one with the fewest words."""
        run, edition = self._base.execute, (language, audience)
        of = "FROM addressees WHERE language = ? AND audience = ? ORDER BY"
        [fewest] = run(f"SELECT n {of} length(cells), n LIMIT 1", edition).fetchone()
        found = dict.fromkeys([fewest, *islice(self._by_chance(edition, count * _TRIES), count)])
        if len(found) < count:
            scattered = run(f"SELECT n {of} n * {_SCATTER} % (1 << 32) LIMIT ?", (*edition, count))
            found |= dict.fromkeys(n for (n,) in scattered)
        return [self.entry(n) for n in found]

    def _by_chance(self, edition: tuple[str, int], tries: int) -> Iterator[int]:
        """Addressees of an edition among some that are looked at, all over the list; the same each time."""
        [last] = self._base.execute("SELECT max(n) FROM addressees").fetchone()
        for n in dict.fromkeys(attempt * _SCATTER % (last + 1) for attempt in range(tries)):
            asked = "SELECT 1 FROM addressees WHERE n = ? AND language = ? AND audience = ?"
            if self._base.execute(asked, (n, *edition)).fetchone():
                yield n

    def entry(self, n: int) -> Entry:
        """The addressee at a place of the order."""
        return next(self.entries(n, n + 1))

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """The addressees from one place of the order to before another."""
        asked = f"SELECT {_ENTRY} FROM addressees WHERE n >= ? AND n < ? ORDER BY n"  # noqa: S608  # as above
        for n, id, language, audience, cells, row in self._base.execute(
            asked, (start, 1 << 62 if end is None else end)
        ):
            yield Entry(n, id, language, audience, parted(cells), row)

    def record(self, records: Iterable[CopyRecord]) -> None:
        """Notes copies as written."""
        self._base.executemany("INSERT OR REPLACE INTO copies VALUES (?, ?, ?, ?, ?, ?, ?)", records)

    def records(self, start: int = 0) -> Iterator[CopyRecord]:
        """The copies that were written, in order, from an addressee on."""
        asked = "SELECT n, format, size, place, crc, sha256, whole FROM copies WHERE n >= ? ORDER BY n, place, format"
        for row in self._base.execute(asked, (start,)):
            yield CopyRecord(*row)

    def ids(self, end: int) -> Iterator[str]:
        """The ids of the addressees before a place of the order."""
        for (id,) in self._base.execute("SELECT id FROM addressees WHERE n < ?", (end,)):
            yield id

    def named_records(self, start: int = 0) -> Iterator[tuple[str, str, CopyRecord]]:
        """The id and language of each copy's addressee, and the copy, in order, from an addressee on."""
        asked = (
            "SELECT id, language, n, format, size, place, crc, sha256, whole FROM copies JOIN addressees USING (n) "
            "WHERE n >= ? ORDER BY n, place, format"
        )
        for id, language, *row in self._base.execute(asked, (start,)):
            yield id, language, CopyRecord(*row)

    def placed(self) -> Iterator[list[tuple[str, int, int, int, bytes]]]:
        """The name of each copy, its size, its place, its CRC-32 and its SHA-256, in order, many at a time."""
        rows = self._base.execute(
            f"SELECT {_NAME}, size, place, crc, sha256 FROM {_NAMED}"  # noqa: S608  # the names stand here
        )
        while some := rows.fetchmany(_AT_A_TIME):
            yield some

    def forget(self, n: int) -> None:
        """Takes back what was noted as written for an addressee and all that follow."""
        self._base.execute("DELETE FROM copies WHERE n >= ?", (n,))

    def written(self) -> int:
        """How many addressees have all of their copies, without a gap from the first on."""
        [last] = self._base.execute("SELECT max(n) FROM copies").fetchone()
        return 0 if last is None else int(last) + 1

    def totals(self) -> tuple[int, int, int]:
        """How many copies were written, their bytes, and how many were laid out in full; all texts and HTML are."""
        asked = (
            "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(whole AND format IN ('docx', 'pdf')), 0) FROM copies"
        )
        count, size, whole = self._base.execute(asked).fetchone()
        return count, size, whole

    def former(self) -> Iterator[tuple[str, bytes]]:
        """The names and sums of files that earlier plans made, and this one does not."""
        named = f"SELECT {_NAME} FROM copies JOIN addressees USING (n)"  # noqa: S608  # as above
        yield from self._base.execute(f"SELECT name, sha256 FROM former WHERE name NOT IN ({named})")  # noqa: S608

    def languages(self, start: int = 0) -> dict[str, int]:
        """How many addressees each language has, from a place of the order on."""
        asked = "SELECT language, count(*) FROM addressees WHERE n >= ? GROUP BY 1 ORDER BY 2 DESC, 1"
        return dict(self._base.execute(asked, (start,)))

    def copy_into(self, other: Ledger) -> None:
        """Makes another ledger the same as this one."""
        self._base.backup(other.base)


def _reading(path: Path) -> str:
    """How SQLite opens a file to read it, so that nothing new stands beside it afterwards.

    Whoever may write there takes away what reading a file in WAL mode puts beside it. Whoever may not can only take the
    file as it stands.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "mode=rw"
    return "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"


def joined(cells: Iterable[str]) -> str:
    """The cells of a row as the ledger keeps them."""
    return _BETWEEN.join(cells)


def parted(cells: str) -> tuple[str, ...]:
    """The cells of a row, from how the ledger keeps them."""
    return tuple(cells.split(_BETWEEN))


def _fault(error: Exception, path: Path) -> MachineError:
    choices: tuple[Choice, ...] = ()
    fact, hint = f"the ledger cannot be kept: {error}", "is the disk full, or may you not write here?"
    if "not a database" in str(error) or "not a ledger" in str(error):
        fact, hint = f"this is no ledger of a merge: {error}", "move the file away, and merge anew"
    elif "locked" in str(error):
        fact, hint = "another merge is writing here", "let it end"
        choices = (Choice("out", "names another folder", "FOLDER"),)
    return MachineError(Problem(Place(str(path)), "ledger", fact, hint, choices))
