"""Records messages that came back, for programs that read them: by Message-ID, in the ledger of their sending."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import open_merge
from circulars.merge.post.echoes import short_line
from circulars.merge.post.history import Delivery, deliveries_of
from circulars.merge.post.outbox import Outbox, has_messages
from circulars.merge.post.store import written

ReturnResult = Literal["recorded", "known", "not-sent", "no-such-message"]
"""What became of a return: recorded now, or known before; or the message was not sent, or is not of this sending."""


@dataclass(frozen=True, slots=True)
class Return:
    """A message that came back.

    ``message_id`` is that of the message, with or without "<" and ">". ``status`` is the code of RFC 3463 ("5.1.1"),
    and ``words`` what the server says; both may be empty. ``at`` is the time of the return, or None if it is not known.
    """

    message_id: str
    status: str = ""
    words: str = ""
    at: datetime.datetime | None = None


def came_back(
    ledger: Path, returns: Iterable[Return], *, clock: Callable[[], datetime.datetime]
) -> tuple[ReturnResult, ...]:
    """Records in a sending's ledger that messages came back; returns what became of each.

    A return that is recorded already changes nothing, so that a mailbox may be read again. ``clock`` is used for
    returns whose time is not known.

    Raises:
        MachineError: the ledger cannot be used, or another process is sending.
    """
    with open_merge(ledger.parent, "send") as opened:
        outbox = Outbox(opened.connection, clock)
        outbox.find_interrupted()
        with opened.change():  # each by itself would wait for the disk
            return tuple(_record(outbox, opened, one) for one in returns)


def _record(outbox: Outbox, ledger: Ledger, one: Return) -> ReturnResult:
    found = deliveries_of(ledger.connection, one.message_id.strip().strip("<>"))
    if not found:
        return "no-such-message"
    words = short_line(f"{one.status} {one.words}".strip()) or "no reason was given"
    at = written(one.at) if one.at else ""
    results = [outbox.came_back(delivery, words, at) for delivery in found]
    if any(results):
        return "recorded"
    return "known" if any(delivery.state == "returned" for delivery in found) else "not-sent"


def sent_as(ledger: Path, message_id: str) -> list[Delivery]:
    """The deliveries of a message in a ledger, by its Message-ID with or without "<" and ">". Nothing is changed.

    Raises:
        MachineError: the ledger cannot be read.
    """
    with closing(Ledger(ledger, read_only=True)) as opened:
        opened.check()
        if not has_messages(opened.connection):
            return []
        return deliveries_of(opened.connection, message_id.strip().strip("<>"))
