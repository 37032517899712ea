"""Keeps the journal of the desk: versions of letters, the change that is being made, steps to undo, texts to decide on.

The journal is an SQLite file in ``.desk`` in the folder of the letters, which only its owner can open and git ignores.
Several desks over one folder share it. Whoever writes to it, except for :meth:`Journal.see`, has locked the folder.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from circulars.desk.letter_file import LetterBytes
from circulars.errors import MachineError, Place, Problem
from circulars.files.output import locked_folder, save
from circulars.files.reading import LIMITS
from circulars.source.editing import Path as EditPath

FOLDER: Final = ".desk"
"""The folder of the journal, in the folder to work in."""
FILE: Final = "journal.sqlite"
MOST_SEEN: Final = 64_000_000
"""So many bytes of compressed versions are kept, the newest ones."""
MOST_UNDONE: Final = 200
"""So many steps of a letter can be undone."""
PAUSE: Final = 5.0
"""So many seconds without an edit end a step."""
MOST_TYPED: Final = 200
"""So many characters are undone in one step, and those of one more edit."""

Kind = Literal["edit", "undo", "redo"]

_APPLICATION: Final = 0x6465736B  # "desk", in SQLite's header
_LAYOUT: Final = 2
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_TABLES: Final = """
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
"""

_FORMER: Final = {
    1: "ALTER TABLE begun ADD who TEXT NOT NULL DEFAULT ''; ALTER TABLE steps ADD who TEXT NOT NULL DEFAULT ''"
}
"""What makes the tables of today of those of an earlier layout."""

_STEP: Final = """
SELECT n, path, before, after, who FROM steps AS s WHERE letter = ? AND undone = {undone}
AND EXISTS (SELECT 1 FROM versions AS v WHERE v.letter = s.letter AND v.version = s.before)
AND EXISTS (SELECT 1 FROM versions AS v WHERE v.letter = s.letter AND v.version = s.after)
ORDER BY n {order} LIMIT 1
"""
_LAST: Final = _STEP.format(undone=0, order="DESC")
_LAST_UNDONE: Final = _STEP.format(undone=1, order="ASC")
_OLDEST_STEPS: Final = """
DELETE FROM steps WHERE letter = :letter
AND n NOT IN (SELECT n FROM steps WHERE letter = :letter ORDER BY n DESC LIMIT :most)
"""
_OLDEST_VERSIONS: Final = """
DELETE FROM versions
WHERE n IN (SELECT n FROM (SELECT n, sum(size) OVER (ORDER BY n DESC) AS total FROM versions) WHERE total > ?)
"""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A change of a letter's file from the version ``before`` to the version ``after``.

    An edit of one text has its path, the hash of what it was, and the new text. The path of another change is ().
    ``typed`` is the number of characters that changed, ``at`` when, in seconds, and ``who`` the e-mail address of the
    person who made it; "" at a desk for one person.
    """

    letter: str
    kind: Kind
    before: str
    after: str
    path: EditPath = ()
    was: str = ""
    text: str = ""
    typed: int = 0
    at: float = 0.0
    who: str = ""


@dataclass(frozen=True, slots=True)
class UndoStep:
    """Changes of one person that are undone together, between two versions of a letter. ``who`` is as in a change."""

    path: EditPath
    before: str
    after: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class UndecidedText:
    """A text that was typed when the desk ended, and that the file does not have; somebody has changed the file since.

    It was typed in the ``version`` of the letter, at the path, in place of the text with the hash ``was``.
    """

    number: int
    version: str
    path: EditPath
    was: str
    text: str


class Journal:
    """The journal of the desks over one folder. It is made when there is something to note.

    Where no file can be written, it is in memory, and ends with the desk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._new = MOST_SEEN  # bytes of versions since the oldest ones were forgotten: at the start, perhaps many

    @property
    def exists(self) -> bool:
        """Whether there is something noted that can be read."""
        with suppress(OSError):  # the folder is another user's
            return self._connection is not None or (self._folder / FILE).exists()
        return False

    @property
    def folder_id(self) -> str:
        """A name of the folder that no other folder has, by which browsers keep what is not saved yet."""
        with self._run() as run:
            [[found]] = run("SELECT value FROM facts WHERE name = 'folder'")
            return str(found)

    @property
    def port(self) -> int:
        """The port at which the folder was last served, or 0. A page that was left open finds the desk there again."""
        if not self.exists:
            return 0
        with self._run() as run:
            found = run("SELECT value FROM facts WHERE name = 'port'").fetchone()
        return int(found[0]) if found and found[0].isdecimal() else 0

    def note_port(self, port: int) -> None:
        """Notes the port at which the folder is served."""
        with self._change() as run:
            run("INSERT OR REPLACE INTO facts VALUES ('port', ?)", (str(port),))

    def see(self, letter: LetterBytes) -> None:
        """Notes a version that a page shows, so that an edit of it finds its place after the file has changed."""
        with suppress(MachineError), self._change() as run:
            known = "SELECT 1 FROM versions WHERE letter = ? AND version = ?"
            if not run(known, (letter.file.name, letter.version)).fetchone():
                self._add(letter)

    def data_of(self, letter: str, version: str) -> bytes | None:
        """The bytes of a version of a letter, or None if it is not known."""
        with self._run() as run:
            asked = "SELECT data FROM versions WHERE letter = ? AND version = ?"
            found = run(asked, (letter, version)).fetchone()
        return zlib.decompressobj().decompress(found[0], LIMITS["YAML"]) if found else None

    def begin(self, before: LetterBytes, after: LetterBytes, change: FileChange) -> None:
        """Notes a change before the file is written. When this returns, it is on the disk.

        Raises:
            MachineError: the disk is full, or the journal cannot be written.
        """
        with self._change(is_synced=True):
            self._add(before)
            self._add(after)
            self._note_begun(change)

    def begin_again(self, change: FileChange) -> None:
        """Notes once more that a change was begun, after its file could not be written."""
        with suppress(MachineError), self._change(is_synced=True):
            self._note_begun(change)

    def begun(self) -> list[FileChange]:
        """The changes that were begun and not ended: those of a desk that was killed."""
        if not self.exists:
            return []
        with self._run() as run:
            rows = run("SELECT * FROM begun").fetchall()
        return [
            FileChange(letter, kind, before, after, tuple(json.loads(path)), was, text, typed, at, who)
            for letter, kind, before, after, path, was, text, typed, at, who in rows
        ]

    def give_up(self, change: FileChange) -> None:
        """Forgets a change that was begun: the file was not written."""
        with self._change() as run:
            run("DELETE FROM begun WHERE letter = ?", (change.letter,))

    def end(self, change: FileChange) -> None:
        """Notes that the file has a change that was begun, and how to undo it."""
        with suppress(MachineError), self._change() as run:  # otherwise the next change ends it
            run("DELETE FROM begun WHERE letter = ?", (change.letter,))
            if change.kind == "edit":
                self._add_step(change)
            else:
                step = self._step(change.letter, is_undone=change.kind == "redo")
                if step:
                    run("UPDATE steps SET undone = ? WHERE n = ?", (int(change.kind == "undo"), step[0]))

    def last(self, letter: LetterBytes) -> UndoStep | None:
        """The last step of a letter; None if there is none, or the file was changed since by something else."""
        found = self._step(letter.file.name) if self.exists else None
        return found[1] if found and found[1].after == letter.version else None

    def last_undone(self, letter: LetterBytes) -> UndoStep | None:
        """The step that was undone last and can be made again; None if there is none, as in :meth:`last`."""
        found = self._step(letter.file.name, is_undone=True) if self.exists else None
        return found[1] if found and found[1].before == letter.version else None

    def leave_undecided(self, change: FileChange) -> None:
        """Keeps the text of a change that was begun, for somebody to decide on."""
        with self._change(is_synced=True) as run:
            run("DELETE FROM begun WHERE letter = ?", (change.letter,))
            run(
                "INSERT INTO undecided (letter, version, path, was, text) VALUES (?, ?, ?, ?, ?)",
                (change.letter, change.before, json.dumps(change.path), change.was, change.text),
            )

    def undecided(self, letter: str) -> list[UndecidedText]:
        """The texts of a letter to decide on."""
        if not self.exists:
            return []
        with self._run() as run:
            rows = run("SELECT n, version, path, was, text FROM undecided WHERE letter = ? ORDER BY n", (letter,))
            return [UndecidedText(n, version, tuple(json.loads(path)), *rest) for n, version, path, *rest in rows]

    def decide(self, letter: str, number: int) -> None:
        """Forgets a text that was decided on."""
        with self._change() as run:
            run("DELETE FROM undecided WHERE letter = ? AND n = ?", (letter, number))

    def _step(self, letter: str, *, is_undone: bool = False) -> tuple[int, UndoStep] | None:
        """The last step that was made or, of those that were undone, the first."""
        with self._run() as run:
            row = run(_LAST_UNDONE if is_undone else _LAST, (letter,)).fetchone()
        return (row[0], UndoStep(tuple(json.loads(row[1])), *row[2:])) if row else None

    def _note_begun(self, change: FileChange) -> None:
        row = (change.letter, change.kind, change.before, change.after, json.dumps(change.path))
        with self._run() as run:
            run(
                "INSERT OR REPLACE INTO begun VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, change.was, change.text, change.typed, change.at, change.who),
            )

    def _add_step(self, change: FileChange) -> None:
        """Adds an edit: to the last step if it goes on with the same text."""
        with self._run() as run:
            run("DELETE FROM steps WHERE letter = ? AND undone", (change.letter,))
            path = json.dumps(change.path)
            last = run("SELECT * FROM steps WHERE letter = ? ORDER BY n DESC LIMIT 1", (change.letter,)).fetchone()
            n, _, last_path, _, after, typed, at, _, who = last or (0, "", "", "", "", 0, 0.0, 0, "")
            is_same_text = last_path == path and change.path and who == change.who
            if last and after != change.before:
                run("DELETE FROM steps WHERE letter = ?", (change.letter,))
            elif last and is_same_text and 0 <= change.at - at < PAUSE and typed < MOST_TYPED:
                total = typed + change.typed
                run("UPDATE steps SET after = ?, typed = ?, at = ? WHERE n = ?", (change.after, total, change.at, n))
                return
            values = (change.letter, path, change.before, change.after, change.typed, change.at, change.who)
            run(
                "INSERT INTO steps (letter, path, before, after, typed, at, who, undone) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                values,
            )
            run(_OLDEST_STEPS, {"letter": change.letter, "most": MOST_UNDONE})

    def _add(self, letter: LetterBytes) -> None:
        """Adds a version as the newest, and forgets the oldest ones of all letters."""
        data = zlib.compress(letter.data, 1)
        self._new += len(data)
        with self._run() as run:
            run(
                "INSERT OR REPLACE INTO versions (letter, version, data, size) VALUES (?, ?, ?, ?)",
                (letter.file.name, letter.version, data, len(data)),
            )
            if self._new >= MOST_SEEN // 16:
                self._new = 0
                run(_OLDEST_VERSIONS, (MOST_SEEN,))

    @contextmanager
    def _change(self, *, is_synced: bool = False) -> Iterator[Any]:
        """A transaction. One that is synced survives a power cut; the others survive the end of the process."""
        with self._run() as run:
            run(f"PRAGMA synchronous = {'FULL' if is_synced else 'NORMAL'}")
            run("BEGIN IMMEDIATE")
            try:
                yield run
                run("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    run("ROLLBACK")
                raise

    @contextmanager
    def _run(self) -> Iterator[Any]:
        """Runs statements, those of one thread at a time.

        Raises:
            MachineError: the journal cannot be read or written.
        """
        with self._lock:
            try:
                if not self._connection:
                    self._connection = _opened(self._folder)
                    weakref.finalize(self, self._connection.close)
                yield self._connection.execute
            except sqlite3.Error as error:
                raise _problem(self._folder / FILE, str(error)) from None


def _opened(folder: Path) -> sqlite3.Connection:
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
            for statement in _FORMER[about[1]].split(";"):
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


def _problem(path: Path, fact: str) -> MachineError:
    return MachineError(
        Problem(
            Place(str(path)),
            "cannot-write",
            f"the journal cannot be used: {fact}",
            "make room on the disk, or move this file away",
        )
    )
