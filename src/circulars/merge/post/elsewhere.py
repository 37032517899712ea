"""Finds out who of those whom a letter is to be sent to has it already from another sending."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from glob import escape
from pathlib import Path
from typing import Any

from circulars.errors import MachineError, Place, Problem
from circulars.merge.planning.ledger import Ledger, parted
from circulars.merge.planning.opening import ledger_path
from circulars.source.addressees.seen import Seen

# Whoever had it as it was before it changed is in the plan now without a message.
_SENT = (
    "SELECT cells FROM addressees WHERE id IN (SELECT id FROM messages WHERE state IN ('sent', 'sending', 'unknown') "
    "UNION SELECT id FROM earlier_messages WHERE state = 'sent')"
)
_DUE = "SELECT cells FROM addressees JOIN messages USING (n) WHERE state IN (?, ?)"


def other_sendings(folders: Iterable[Path], letter: str, own: Path) -> list[Path]:
    """The ledgers of the sendings of a letter into some folders, or into folders in them, without this one's own."""
    found: dict[Path, Path] = {}
    for folder in folders:
        for place in (folder / letter, *folder.glob(f"*/{escape(letter)}")):
            path = ledger_path(place, "send")
            with suppress(OSError):
                if path.is_file() and not path.samefile(own):
                    found.setdefault(path.resolve(), path)
    return sorted(found.values())


def count_sent(ledger: Ledger, due: tuple[str, str], other: Path) -> int:
    """How many messages that are due go to addresses to which another ledger's messages went, or may have gone.

    Capitals make no difference to an address.

    Raises:
        MachineError: the other ledger cannot be read.
    """
    sent = Seen()
    try:
        with closing(Ledger(other, reading=True)) as there:
            for row, address in enumerate(_addresses(there, _SENT), start=1):
                sent.first(address, row)
    except sqlite3.Error as error:
        fact, hint = f"who got the letter from here is not known: {error}", "look at it: circulars merge status"
        raise MachineError(Problem(Place(str(other)), "ledger", fact, hint)) from None
    return sum(map(sent.holds, _addresses(ledger, _DUE, *due)))


def _addresses(ledger: Ledger, asked: str, *values: Any) -> Iterator[str]:
    """The e-mail addresses of some of a ledger's addressees."""
    columns = ledger.facts().get("columns", ())
    if "email" not in columns:
        return
    place = columns.index("email")
    for (cells,) in ledger.base.execute(asked, values):
        if address := parted(cells)[place]:
            yield address
