"""Opens the file of a ledger. It holds addressees, so only its owner may read it, and no link in its place is followed.

SQLite keeps up to three files beside it, and gives them the permissions of the ledger.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from circulars.errors import Choice, MachineError, Place, Problem

BESIDE: Final = ("-wal", "-shm", "-journal")
"""The endings of the files that SQLite keeps beside a ledger."""
_OPEN: Final = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_EMPTY: Final = 4096  # bytes of an SQLite file without a table


def open_private(path: Path) -> int:
    """The descriptor of a ledger's file, which is made if it is missing. From then on only its owner may read it.

    Raises:
        OSError: the file cannot be made.
        MachineError: a link or something else is in the place of one of its files.
    """
    check_files(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, _OPEN | os.O_CREAT, 0o600)
    try:
        for opened in (handle, *_beside(path)):
            mode = os.fstat(opened).st_mode
            if stat.S_ISREG(mode) and mode & 0o077:  # of an earlier release, or copied by somebody
                os.fchmod(opened, 0o600)
            if opened != handle:
                os.close(opened)
    except BaseException:
        os.close(handle)
        raise
    return handle


def check_files(path: Path) -> None:
    """Refuses a link, or anything else that is not a file with a single name, in the place of a ledger's files.

    SQLite would write to the link's target.

    Raises:
        MachineError: there is one.
    """
    for file in (path, *(path.with_name(path.name + ending) for ending in BESIDE)):
        with suppress(FileNotFoundError):
            found = file.lstat()
            if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
                kind = "a link" if stat.S_ISLNK(found.st_mode) or stat.S_ISREG(found.st_mode) else "not a file"
                choices = (Choice("out", "names another folder", "FOLDER"),)
                fact, hint = f"this is {kind}; a ledger must be a file of its own", "move it away"
                raise MachineError(Problem(Place(str(file)), "ledger", fact, hint, choices))


def _beside(path: Path) -> list[int]:
    """The files beside a ledger, opened."""
    found = []
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            found.append(os.open(path.with_name(path.name + ending), _OPEN))
    return found


def remove_journal(path: Path, handle: int) -> None:
    """Removes the rollback journal of a ledger that was interrupted before it had a table; the caller has locked it.

    Raises:
        MachineError: there is a journal beside a ledger with tables.
    """
    if os.fstat(handle).st_size > _EMPTY:
        refuse_journal(path)
        return
    journal = _journal(path)
    if journal.exists():
        os.ftruncate(handle, 0)
        journal.unlink()


def refuse_journal(path: Path) -> None:
    """Refuses a rollback journal beside a ledger, which has a write-ahead log.

    SQLite would change the ledger as the journal says, and could delete the file that the journal names.

    Raises:
        MachineError: there is one.
    """
    if _journal(path).exists():
        fact = "this file is not one that circulars leaves beside a finished ledger"
        raise MachineError(Problem(Place(str(_journal(path))), "ledger", fact, "move it away"))


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")
