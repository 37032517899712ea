"""Sends the due messages of a plan, and reports progress."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from circulars.errors import LetterError
from circulars.merge.making.run import Progress
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.mail_checks import MailChecks
from circulars.merge.post.letters import MessageMaker
from circulars.merge.post.outbox import Outbox
from circulars.merge.post.pace import Pace
from circulars.merge.post.sending import Clock, Mail, send
from circulars.merge.post.sizes import SizeCheck
from circulars.merge.post.smtp import Server


class Timekeeper(Clock, Protocol):
    """A clock that also knows the date and time, for the messages."""

    def now(self) -> datetime.datetime:
        """The date and time, with a time zone."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pause because the server does not answer: the reason, and the seconds until the next attempt."""

    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class DueMessages:
    """The due messages of a plan. ``mail`` are the checks of its list for messages, if there are any."""

    ledger: Ledger
    outbox: Outbox
    maker: MessageMaker
    mail: MailChecks | None
    server: Server
    clock: Timekeeper
    pace: Pace

    def send(self, on_progress: Callable[[Progress], object], on_waiting: Callable[[Waiting], object]) -> None:
        """Sends them all, and reports progress and pauses.

        Raises:
            CircularsError, KeyboardInterrupt: as :func:`circulars.merge.post.sending.send` does, or a message has more
                bytes than the server accepts.
        """
        total = sum(self.outbox.counts().values())
        done = total - self.outbox.count_due()
        on_progress(Progress(done, total, ""))

        def wait(why: str, seconds: float) -> None:
            on_waiting(Waiting(why, seconds))

        sent = send(self.outbox, self._mail, self.server, self.clock, self.pace, wait, self._check_sizes)
        try:
            with closing(sent):
                for outcome in sent:
                    done += outcome.state != "planned"
                    on_progress(Progress(done, total, self.ledger.entry(outcome.n).language))
        except KeyboardInterrupt:
            self.outbox.find_interrupted()
            raise

    def _check_sizes(self, limit: int) -> None:
        """Checks that each message with files of its row has at most ``limit`` bytes.

        Raises:
            LetterError: one has more.
        """
        if self.mail:
            due = (self.ledger.entry(n) for n, _, _ in self.outbox.due_addressed())
            sizes = SizeCheck(self.mail, self.maker, limit)
            if problems := [*sizes.problems(due)]:
                raise LetterError(*problems)

    def _mail(self, n: int) -> Mail:
        entry = self.ledger.entry(n)
        known, earlier = self.outbox.message_ids(n, entry.id)
        return self.maker.mail(entry, self.clock.now(), known=known, earlier=earlier)
