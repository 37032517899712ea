"""The states of a sending's messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from circulars.merge.planning.ledger import Ledger
from circulars.merge.post.history import Delivery
from circulars.merge.post.outbox import Outbox, State
from circulars.merge.post.smtp import NO_COPY
from circulars.merge.post.standing import standing_of
from circulars.merge.post.successor import Correction
from circulars.model.letter import Letter
from circulars.returned.reasons import Remedy, reason_of


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that failed, is in doubt or came back.

    ``reply`` has the server's words, or the reason why the result is unknown; ``at`` is the time of that, in UTC.
    ``message_id`` is without "<" and ">". ``email`` is the address that the message went to. ``remedy`` says what to do
    about one that came back.
    """

    id: str
    email: str
    reply: str
    at: str
    attempts: int
    message_id: str
    remedy: Remedy = "correct"


@dataclass(frozen=True, slots=True)
class SendingStatus:
    """The messages of a sending: how many were sent or are still ``planned``, and which failed or are in doubt.

    - ``before``: the number of addressees who have an earlier version of the letter and not the current one.
    - ``returned``: messages that came back. ``skipped``: how many messages are not to be sent.
    - ``moved``: addressees whose address is another one now than their letter was sent to, and who have no message to
      it.
    - ``without_copies``: messages that were sent, but not to a recipient of a copy; ``reply`` says to whom, and why.
    """

    letter: str
    ledger: Path
    sent: int
    planned: int
    before: int
    failed: tuple[Undelivered, ...]
    in_doubt: tuple[Undelivered, ...]
    returned: tuple[Undelivered, ...] = ()
    skipped: int = 0
    moved: tuple[Correction, ...] = ()
    without_copies: tuple[Undelivered, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether every message was sent."""
        return not (self.planned or self.failed or self.in_doubt or self.returned or self.moved)


def status_of(letter: Letter, ledger: Ledger, outbox: Outbox) -> SendingStatus:
    """The states of the messages in a ledger."""
    counts, standing = outbox.counts(), standing_of(ledger)
    return SendingStatus(
        letter=letter.name,
        ledger=ledger.path,
        sent=counts["sent"],
        planned=counts["planned"],
        before=standing.before,
        failed=tuple(_undelivered(outbox, "failed")),
        in_doubt=tuple(_undelivered(outbox, "unknown", "sending")),
        returned=tuple(
            replace(one, remedy=reason_of("", one.reply).remedy)
            for one in (*map(_returned, standing.returned), *_undelivered(outbox, "returned"))
        ),
        skipped=counts["skipped"],
        moved=standing.moved,
        without_copies=tuple(one for one in _undelivered(outbox, "sent") if NO_COPY in one.reply),
    )


def _returned(one: Delivery) -> Undelivered:
    return Undelivered(one.id, one.email, one.why_returned, one.returned_at, one.attempts, one.message_id)


def _undelivered(outbox: Outbox, state: State, other: State | None = None) -> Iterator[Undelivered]:
    for one in outbox.messages(state, other):
        yield Undelivered(one.id, one.email, one.reply, one.at, one.attempts, one.message_id)
