"""Finds addressees who already received this letter in another sending."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from glob import escape
from pathlib import Path

from circulars.errors import MachineError, Place, Problem
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path
from circulars.merge.post.standing import reached_addresses
from circulars.source.addressees.seen import Seen


def other_sendings(folders: Iterable[Path], letter: str, own: Path) -> list[Path]:
    """The ledgers of a letter's sendings in some folders and their subfolders, except the ``own`` ledger."""
    found: dict[Path, Path] = {}
    for folder in folders:
        for place in (folder / letter, *folder.glob(f"*/{escape(letter)}")):
            path = ledger_path(place, "send")
            with suppress(OSError):
                if path.is_file() and not path.samefile(own):
                    found.setdefault(path.resolve(), path)
    return sorted(found.values())


def count_sent(due: Iterable[str], other: Path) -> int:
    """How many of the ``due`` addresses messages of another ledger reached, or may have reached.

    Addresses are compared without regard to case, and each counts once, however many addressees have it.

    Raises:
        MachineError: the other ledger cannot be read.
    """
    sent = Seen()
    try:
        with closing(Ledger(other, read_only=True)) as opened:
            opened.check()
            for row, address in enumerate(reached_addresses(opened), start=1):
                sent.first(address, row)
    except (sqlite3.Error, MachineError) as error:
        code, why = "ledger", str(error)
        if isinstance(error, MachineError):
            code, why = error.problems[0].code, error.problems[0].message
        fact, hint = f"it is not known who got the letter from here: {why}", "check it with: circulars merge status"
        raise MachineError(Problem(Place(str(other)), code, fact, hint)) from None
    return len({address.casefold() for address in due if sent.holds(address)})
