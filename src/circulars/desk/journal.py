"""Keeps the journal of the desk: versions of letters, the change that is being made, steps to undo, texts to decide on.

The journal is an SQLite file in ``.desk`` in the folder of the letters, which only its owner can open and git ignores.
Several desks over one folder share it. Whoever writes to it, except for :meth:`Journal.see`, has locked the folder.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from circulars.desk.journal_file import FILE, FOLDER, journal_problem, opened_journal
from circulars.desk.letter_file import LetterBytes
from circulars.errors import MachineError
from circulars.files.reading import LIMITS
from circulars.source.editing import Path as EditPath

MOST_SEEN: Final = 64_000_000
"""So many bytes of compressed versions are kept, the newest ones."""
MOST_UNDONE: Final = 200
"""So many steps of a letter can be undone."""
PAUSE: Final = 5.0
"""So many seconds without an edit end a step."""
MOST_TYPED: Final = 200
"""So many characters are undone in one step, and those of one more edit."""

Kind = Literal["edit", "undo", "redo"]

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


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """The text of a whole letter that is not in its file: it is not YAML, or it clashes with what others have changed.

    It was typed in place of the ``version`` of the letter.
    """

    version: str
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

    def authors(self, letter: str, since: float) -> list[str]:
        """The e-mail addresses of those whose steps are in a letter since its last version, in alphabetical order.

        That was at ``since``, in seconds, or when :meth:`note_saved` says: git counts in whole seconds.
        """
        if not self.exists:
            return []
        with self._run() as run:
            noted = run("SELECT value FROM facts WHERE name = ?", (f"version {letter}",)).fetchone()
            asked = (
                "SELECT DISTINCT who FROM steps WHERE letter = ? AND at > ? AND NOT undone AND who != '' ORDER BY who"
            )
            return [who for (who,) in run(asked, (letter, max(since, float(noted[0]) if noted else 0.0)))]

    def note_saved(self, letter: str, at: float) -> None:
        """Notes when a version of a letter was saved in git."""
        with suppress(MachineError), self._change() as run:
            run("INSERT OR REPLACE INTO facts VALUES (?, ?)", (f"version {letter}", str(at)))

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

    def keep_draft(self, letter: str, who: str, draft: SourceDraft) -> None:
        """Keeps what a person has typed as the source of a letter, in place of what was kept before.

        Raises:
            MachineError: the disk is full, or the journal cannot be written.
        """
        with self._change(is_synced=True) as run:
            run("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?)", (letter, who, draft.version, draft.text))

    def draft(self, letter: str, who: str) -> SourceDraft | None:
        """What is kept of a person's source of a letter."""
        if not self.exists:
            return None
        with self._run() as run:
            asked = "SELECT version, text FROM drafts WHERE letter = ? AND who = ?"
            found = run(asked, (letter, who)).fetchone()
        return SourceDraft(*found) if found else None

    def drop_draft(self, letter: str, who: str) -> None:
        """Forgets it."""
        with self._change() as run:
            run("DELETE FROM drafts WHERE letter = ? AND who = ?", (letter, who))

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
                    self._connection = opened_journal(self._folder)
                    weakref.finalize(self, self._connection.close)
                yield self._connection.execute
            except sqlite3.Error as error:
                raise journal_problem(self._folder / FILE, str(error)) from None
