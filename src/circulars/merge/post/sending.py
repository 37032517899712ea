"""Sends the messages of an outbox: at a limited rate, with retries when the server asks for them, and never twice."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Protocol

from circulars.errors import Choice, CircularsError, Place, Problem, UsageError
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.outbox import Outbox, State
from circulars.merge.post.smtp import Answer, Server, ServerBusy, Session

DELAYS: Final = (60.0, 300.0, 600.0, 1200.0, 2400.0)
"""Seconds before each retry of a message that the server deferred; greylisting usually takes five minutes."""


# A person must decide about every message in doubt, so a server that breaks off after each one must not get them all.
_MAX_UNKNOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to send: the sender, the recipient, the Message-ID without brackets, and the bytes."""

    sender: Mailbox
    to: Mailbox
    message_id: str
    data: bytes


class Mails(Protocol):
    """Makes an addressee's message when it is due."""

    def __call__(self, n: int) -> Mail:
        """The message to addressee ``n`` of the plan.

        Raises:
            CircularsError: the message cannot be made.
        """


class Clock(Protocol):
    """A clock that can wait."""

    def time(self) -> float:
        """Seconds since some fixed moment."""

    def wait(self, seconds: float) -> bool:
        """Waits; returns True if the sending is to stop."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate of sending: messages per minute (0: no limit), and messages per connection.

    ``delays`` are the seconds before the second try, the third, and so on. A message that still cannot be sent after
    the last delay has failed.

    Raises:
        UsageError: a number is negative, or no message per connection is allowed.
    """

    per_minute: float = 60.0
    per_connection: int = 100
    delays: tuple[float, ...] = DELAYS

    def __post_init__(self) -> None:
        if not self.per_minute >= 0:
            fact, hint = f"{self.per_minute} messages per minute cannot be sent", "write 0 for no limit"
        elif not self.per_connection >= 1:
            fact, hint = f"{self.per_connection} messages per connection cannot be sent", "write 1 or more"
        elif not all(seconds >= 0 for seconds in self.delays):
            fact, hint = "a delay cannot be negative", "write the seconds before each retry"
        else:
            return
        raise UsageError(Problem(Place(), "wrong-option", fact, hint))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an attempt to send one message; ``planned`` means that it will be tried again."""

    n: int
    state: State
    reply: str


def send(
    outbox: Outbox,
    mails: Mails,
    server: Server,
    clock: Clock,
    pace: Pace = Pace(),
    waiting: Callable[[str, float], object] = lambda why, seconds: None,
) -> Generator[Outcome, None, None]:
    """Sends the due messages of an outbox, in order, and yields the outcome of each attempt.

    Ends when nothing is due any more, or when the clock says to stop. If the server does not answer, ``waiting``
    receives the reason and the seconds until the next attempt.

    Raises:
        UsageError: the server refuses the connection (see :class:`Session`) or the sender.
        ServerBusy: the server still does not answer after all delays. Messages that were not tried are unchanged.
    """
    with closing(_SendRun(outbox, mails, server, clock, pace, waiting)) as run:
        yield from run.run()


class _SendRun:
    """One run of sending: the connection, and the messages that wait for a retry."""

    def __init__(
        self,
        outbox: Outbox,
        mails: Mails,
        server: Server,
        clock: Clock,
        pace: Pace,
        waiting: Callable[[str, float], object],
    ) -> None:
        self._outbox, self._mails, self._server, self._clock, self._pace = outbox, mails, server, clock, pace
        self._waiting = waiting
        self._session: Session | None = None
        self._used = 0  # messages on this connection
        self._failures = 0  # of the server, since it last answered
        self._unknown_in_row = 0  # messages in a row with an unknown result
        self._next = clock.time()  # when the next message may go
        self._retries: list[tuple[float, int, int]] = []  # time, n, number of tries

    def close(self) -> None:
        """Ends the connection."""
        if self._session:
            self._session.close()
            self._session = None

    def run(self) -> Iterator[Outcome]:
        """Sends the messages one after the other; yields the outcome of each attempt."""
        untried = (message.n for message in self._outbox.messages(*self._outbox.due))
        while (following := self._next_message(untried)) is not None:
            n, tries = following
            try:
                mail = self._mails(n)
            except CircularsError as error:
                yield self._outcome(n, "failed", error.problems[0].message)
                continue
            answer = self._answer(n, mail)
            if answer is None:
                return
            if answer.kind != "taken":
                yield self._after_answer(n, tries + 1, mail, answer)
            if self._unknown_in_row >= _MAX_UNKNOWN:
                words = f"the connection broke after {_MAX_UNKNOWN} messages in a row: {answer.words}"
                raise _server_busy(self._server, words)

    def _next_message(self, untried: Iterator[int]) -> tuple[int, int] | None:
        """Waits until a message may be sent; returns its number and its tries so far, or None at the end."""
        due, n, tries = self._retries[0] if self._retries else (0.0, -1, 0)
        if n < 0 or due > self._clock.time():
            new = next(untried, -1)
            if new >= 0:
                return None if self._clock.wait(self._next - self._clock.time()) else (new, 0)
        if n < 0:
            return None
        heapq.heappop(self._retries)
        return None if self._clock.wait(max(due, self._next) - self._clock.time()) else (n, tries)

    def _answer(self, n: int, mail: Mail) -> Answer | None:
        """Sends a message until the server answers; returns the answer, or None if the clock says to stop."""
        while True:
            try:
                answer = self._send(n, mail)
            except ServerBusy as error:
                answer = Answer("busy", error.problems[0].message)
            if answer.kind not in ("busy", "lost", "unknown"):
                self._failures = self._unknown_in_row = 0
                return answer
            self._failures += 1
            self._unknown_in_row += answer.kind == "unknown"
            if answer.kind == "unknown":
                return answer
            # A message that breaks every connection must not block the others, so it is retried later.
            if answer.kind == "lost" and self._failures == 1:
                return answer
            if self._failures > len(self._pace.delays):
                raise _server_busy(self._server, answer.words)
            delay = self._delay(self._server.name, self._failures)
            self._waiting(answer.words, delay)
            if self._clock.wait(delay):
                return None
            if answer.kind == "lost":
                return answer

    def _send(self, n: int, mail: Mail) -> Answer:
        if self._session and (self._used >= self._pace.per_connection or not self._session.is_open):
            self.close()
        if not self._session:
            self._session, self._used = Session(self._server, self._clock.time), 0
        self._used += 1
        if self._pace.per_minute:
            self._next = max(self._next, self._clock.time()) + 60.0 / self._pace.per_minute
        return self._session.send(mail.sender, mail.to, mail.data, lambda: self._outbox.claim(n, mail.message_id))

    def _after_answer(self, n: int, tries: int, mail: Mail, answer: Answer) -> Outcome:
        """Records what an answer means for a message; returns the outcome."""
        match answer.kind:
            case "sent" | "unknown":
                outcome = self._outcome(n, answer.kind, answer.words, mail.message_id)
            case "later" | "lost" if tries <= len(self._pace.delays):
                due = self._clock.time() + self._delay(mail.message_id, tries)
                heapq.heappush(self._retries, (due, n, tries))
                outcome = self._outcome(n, "planned", answer.words, mail.message_id)
            case "sender":
                fact = f"the server accepts no messages from {mail.sender.address}: {answer.words}"
                # RFC 4954, section 6: 530 requires a login.
                log_in = Choice("user", "log in: name the user with {}", "NAME")
                choice = log_in if answer.words.startswith("530") else Choice("sender", "is {} right?", "ADDRESS")
                raise UsageError(Problem(Place(self._server.name), "sender-refused", fact, choices=(choice,)))
            case _:
                outcome = self._outcome(n, "failed", answer.words, mail.message_id)
        return outcome

    def _outcome(self, n: int, state: State, reply: str, message_id: str = "") -> Outcome:
        self._outbox.settle(n, state, reply, message_id)
        return Outcome(n, state, reply)

    def _delay(self, seed: str, tries: int) -> float:
        """The seconds to wait before a retry, varied a little so that not all retries come at once."""
        spread = random.Random(f"{seed} {tries}").uniform(0.8, 1.2)  # noqa: S311  # not a secret
        return self._pace.delays[min(tries, len(self._pace.delays)) - 1] * spread


def _server_busy(server: Server, words: str) -> ServerBusy:
    hint = "messages that were not tried are unchanged: check the server, then resume"
    return ServerBusy(Problem(Place(server.name), "server-busy", words, hint))
