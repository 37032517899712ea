"""Records messages that came back, for programs that read them: by Message-ID, in the ledger of their sending."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final, Literal

from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import open_merge
from circulars.merge.post.echoes import short_line
from circulars.merge.post.history import Delivery, deliveries_by_message, deliveries_of
from circulars.merge.post.outbox import NOT_BACK, CameBack, Outbox, has_messages
from circulars.merge.post.store import written

ReturnResult = Literal["recorded", "known", "not-sent", "no-such-message"]
"""What became of a return: recorded now, or known before; or the message was not sent, or is not of this sending."""

_BATCH: Final = 1_000
"""How many returns are looked up and recorded together."""


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
        results, rest = list[ReturnResult](), iter(returns)
        with opened.change():  # each by itself would wait for the disk
            while some := list(islice(rest, _BATCH)):
                results += _record(outbox, opened, some)
        return tuple(results)


def _record(outbox: Outbox, ledger: Ledger, returns: Sequence[Return]) -> list[ReturnResult]:
    """Records some returns, and returns what became of each; a message that is in them twice came back once."""
    ids = [one.message_id.strip().strip("<>") for one in returns]
    known = deliveries_by_message(ledger.connection, ids)
    back: dict[str, list[CameBack]] = {}
    results = list[ReturnResult]()
    for id, one in zip(ids, returns, strict=True):
        found = known.get(id, [])
        if id not in back and (new := [delivery for delivery in found if delivery.state in NOT_BACK]):
            back[id] = [CameBack(delivery, _words(one), written(one.at) if one.at else "") for delivery in new]
            results.append("recorded")
        elif id in back or any(delivery.state == "returned" for delivery in found):
            results.append("known")
        else:
            results.append("not-sent" if found else "no-such-message")
    outbox.came_back(chain.from_iterable(back.values()))
    return results


def _words(one: Return) -> str:
    return short_line(f"{one.status} {one.words}".strip()) or "no reason was given"


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
