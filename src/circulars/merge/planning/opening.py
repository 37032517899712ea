"""Opens the ledger of a merge for one process at a time."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from circulars.errors import Choice, MachineError, Place, Problem
from circulars.files.output import delete_files, machine_fault, open_folder
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.ledger_file import BESIDE, open_private, remove_journal
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.tables import tables_of


@contextmanager
def open_merge(folder: Path, kind: str) -> Iterator[Ledger]:
    """The ledger of a kind of merge in a folder, locked until the end of the block.

    If nothing was planned or sent, the ledger and the folders that were made for it are removed again.

    Raises:
        MachineError: another merge is writing here, or the folder cannot be written to.
    """
    path = ledger_path(folder, kind)
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    is_new = not path.exists()
    lock = _locked(path)
    try:
        try:
            with closing(Ledger(path)) as ledger:
                try:
                    yield ledger
                finally:
                    is_new = is_new and not ledger.facts() and not _has_history(ledger)
        finally:
            if is_new:
                _remove_ledger(path, made)
    finally:
        os.close(lock)  # last: closing any descriptor of a file releases the locks that SQLite has on it


@contextmanager
def scratch_merge(folder: Path, kind: str, *, copied: bool) -> Iterator[Ledger]:
    """A ledger in a temporary folder that is removed at the end of the block.

    With ``copied`` it begins as a copy of the ledger in ``folder``, if there is one.
    """
    path = ledger_path(folder, kind)
    with tempfile.TemporaryDirectory() as scratch, open_merge(Path(scratch), kind) as ledger:
        if copied and path.is_file() and path.stat().st_size:
            with closing(Ledger(path, read_only=True)) as there:
                there.copy_into(ledger)
        yield ledger


def _locked(path: Path) -> int:
    """The descriptor of a ledger's file, locked. If another process removed the file meanwhile, it is made again."""
    while True:
        try:
            os.close(open_folder(path.parent, private=True))
            lock = open_private(path)
        except OSError as error:
            raise machine_fault(error, path) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            choices = (Choice("out", "names another folder", "FOLDER"),)
            fact, hint = "another merge is writing here", "wait until it has ended"
            raise MachineError(Problem(Place(str(path)), "folder-busy", fact, hint, choices)) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), path.lstat()):
                remove_journal(path, lock)
                return lock
        os.close(lock)


def _has_history(ledger: Ledger) -> bool:
    """Whether anything was sent: samples may be, before anything is planned."""
    if "events" not in tables_of(ledger.connection):
        return False
    return bool(ledger.connection.execute("SELECT 1 FROM events").fetchone())


def _remove_ledger(path: Path, made: Iterable[Path]) -> None:
    """Removes a ledger and the folders that were made for it, the innermost first."""
    delete_files(path.parent, [f"{path.name}{ending}" for ending in ("", *BESIDE)])
    with suppress(OSError):  # a folder that is not empty stays
        for folder in made:
            folder.rmdir()


def record_name(folder: Path, order: MergeOrder) -> str:
    """The name under which a merge is recorded: that of its kind.

    A file for the printer in Word alone has a record of its own, so that it does not replace that of the PDF. A record
    of both formats is found again, whichever is asked for.
    """
    kind = order.output
    if not kind.bound or kind.stock or {*kind.default_formats} & {*order.formats}:
        return kind.name
    if {*_formats_in(ledger_path(folder, kind.name))} & {*order.formats}:
        return kind.name
    return "-".join((kind.name, *order.formats))


def replaced_record(folder: Path, order: MergeOrder) -> Path | None:
    """The ledger of another merge whose file this one would replace: that of Word files alone, if this makes both."""
    kind = order.output
    others = {*order.formats} - {*kind.default_formats}
    if not kind.bound or kind.stock or not others or record_name(folder, order) != kind.name:
        return None
    if others & {*_formats_in(ledger_path(folder, kind.name))}:
        return None
    path = ledger_path(folder, "-".join((kind.name, *sorted(others))))
    return path if _formats_in(path) else None


def _formats_in(path: Path) -> tuple[str, ...]:
    """The formats of the merge in a ledger; none if there is no merge."""
    if not path.is_file() or not path.stat().st_size:
        return ()
    with closing(Ledger(path, read_only=True)) as ledger:
        facts = ledger.facts()
        return facts.inputs.order.formats if facts else ()


def ledger_path(folder: Path, kind: str) -> Path:
    """The path of the ledger of a kind of merge. It holds addressees, so only its owner may read it."""
    return folder / f"merge-{kind}.sqlite"
