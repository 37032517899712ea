"""Opens the SQLite file of a journal, with the tables that the journal needs."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from circulars.errors import MachineError, Place, Problem
from circulars.files.output import locked_folder, save

FOLDER: Final = ".desk"
"""The folder of the journal, in the folder to work in."""
FILE: Final = "journal.sqlite"
_APPLICATION: Final = 0x6465736B  # "desk", in SQLite's header
_LAYOUT: Final = 3
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_DRAFTS: Final = """
CREATE TABLE IF NOT EXISTS drafts (
    letter TEXT NOT NULL, who TEXT NOT NULL, version TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (letter, who)
);
"""
_TABLES: Final = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE versions (
    n INTEGER PRIMARY KEY AUTOINCREMENT, letter TEXT NOT NULL, version TEXT NOT NULL, data BLOB NOT NULL,
    size INTEGER NOT NULL, UNIQUE (letter, version)
);
CREATE TABLE begun (
    letter TEXT PRIMARY KEY, kind TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, path TEXT NOT NULL,
    was TEXT NOT NULL, text TEXT NOT NULL, typed INTEGER NOT NULL, at REAL NOT NULL,
    who TEXT NOT NULL DEFAULT ''
);
CREATE TABLE steps (
    n INTEGER PRIMARY KEY AUTOINCREMENT, letter TEXT NOT NULL, path TEXT NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL, typed INTEGER NOT NULL, at REAL NOT NULL, undone INTEGER NOT NULL,
    who TEXT NOT NULL DEFAULT ''
);
CREATE INDEX steps_of_letters ON steps (letter, undone, n);
CREATE TABLE undecided (
    n INTEGER PRIMARY KEY AUTOINCREMENT, letter TEXT NOT NULL, version TEXT NOT NULL, path TEXT NOT NULL,
    was TEXT NOT NULL, text TEXT NOT NULL
);
{_DRAFTS}
"""

_FORMER: Final = {
    1: "ALTER TABLE begun ADD who TEXT NOT NULL DEFAULT ''; ALTER TABLE steps ADD who TEXT NOT NULL DEFAULT ''",
    2: _DRAFTS,
}
"""What makes the tables of the next layout of those of an earlier one."""


def opened_journal(folder: Path) -> sqlite3.Connection:
    """The journal of a folder; a new one if there is none, or another file in its place; or one in memory."""
    try:
        save(folder, ".gitignore", b"*\n", private=True)
        folder.chmod(0o700)
        # Another desk that begins the file, or puts it aside, at the same time would be an error, not a wait.
        with locked_folder(folder, private=True):
            return _opened_file(folder / FILE)
    except (MachineError, OSError, sqlite3.OperationalError):  # such as a full disk: what can be saved is saved
        return _prepared(":memory:")


def _opened_file(path: Path) -> sqlite3.Connection:
    for beside in (path.with_name(path.name + ending) for ending in _BESIDE):
        if beside.is_symlink():  # SQLite would write to its target
            beside.unlink()
    try:
        return _prepared(str(path))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # damaged: the letters are in their own files
        for ending in _BESIDE:
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(path.with_name(f"damaged-{path.name}{ending}"))
        return _prepared(str(path))


def _prepared(name: str) -> sqlite3.Connection:
    """A connection with the tables of a journal.

    Raises:
        sqlite3.DatabaseError: the file is another one, or damaged.
    """
    connection = sqlite3.connect(name, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        run = connection.execute
        run("PRAGMA trusted_schema = OFF")
        run("PRAGMA journal_mode = WAL")
        if run("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the journal is damaged")
        run("BEGIN IMMEDIATE")
        about = [run(f"PRAGMA {one}").fetchone()[0] for one in ("application_id", "user_version")]
        if about[0] == _APPLICATION and about[1] in _FORMER:
            for layout in range(about[1], _LAYOUT):
                for statement in _FORMER[layout].split(";"):
                    run(statement)
            run(f"PRAGMA user_version = {_LAYOUT}")
        elif about != [_APPLICATION, _LAYOUT]:
            if run("SELECT 1 FROM sqlite_master").fetchone():
                raise sqlite3.DatabaseError("this is no journal of the desk")
            for statement in _TABLES.split(";"):
                run(statement)
            run("INSERT INTO facts VALUES ('folder', ?)", (secrets.token_hex(8),))
            run(f"PRAGMA application_id = {_APPLICATION}")
            run(f"PRAGMA user_version = {_LAYOUT}")
        run("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def journal_problem(path: Path, fact: str) -> MachineError:
    """The error that says that a journal cannot be read or written."""
    return MachineError(
        Problem(
            Place(str(path)),
            "cannot-write",
            f"the journal cannot be used: {fact}",
            "make room on the disk, or move this file away",
        )
    )
