"""Sends the messages of an outbox: at a limited rate, with retries when the server asks for them, and never twice."""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Protocol

from circulars.errors import CircularsError, Place, Problem
from circulars.merge.planning.attachments import ChangedAttachmentError
from circulars.merge.post.breaker import Breaker
from circulars.merge.post.history import Leaving
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.outbox import Outbox, State
from circulars.merge.post.pace import Pace, Timetable
from circulars.merge.post.refusals import HOUR, Concern, known_refusal, seconds_named
from circulars.merge.post.smtp import Answer, Envelope, Server, ServerBusy, Session
from circulars.merge.post.stops import same_refusals, stop_for

# A person must decide about every message in doubt, so a server that breaks off after each one must not get them all.
_MAX_UNKNOWN: Final = 3
_DEFAULT_PACE: Final = Pace()
_LONG_PAUSE: Final = 60.0  # seconds of waiting that a person is told of


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to send: the sender, the recipient, the Message-ID without brackets, and the bytes.

    ``language`` and ``audience`` are those of its edition. ``files`` has a line for each attachment: SHA-256 and name.
    ``copies`` are the further recipients. It comes back to ``back_to``, or else to the sender.
    """

    sender: Mailbox
    to: Mailbox
    message_id: str
    data: bytes
    language: str = ""
    audience: int = 0
    files: str = ""
    copies: tuple[Mailbox, ...] = ()
    back_to: Mailbox | None = None

    @property
    def leaving(self) -> Leaving:
        """What the history records of the message."""
        to, digest = self.to, hashlib.sha256(self.data).digest()
        return Leaving(self.message_id, to.address, to.name, self.language, self.audience, digest, self.files)

    @property
    def envelope(self) -> Envelope:
        """Who sends it, as servers see it, and who gets it."""
        return Envelope(self.back_to or self.sender, self.to, self.copies)


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
    pace: Pace = _DEFAULT_PACE,
    waiting: Callable[[str, float], object] = lambda why, seconds: None,
    check_size: Callable[[int], object] = lambda limit: None,
) -> Generator[Outcome, None, None]:
    """Sends the due messages of an outbox, in order, and yields the outcome of each attempt.

    Ends when nothing is due any more, or when the clock says to stop. If the server does not answer, ``waiting``
    receives the reason and the seconds until the next attempt. ``check_size`` receives, before the first message, how
    many bytes a message may have, as the server says; what it raises ends the sending.

    Raises:
        UsageError: the server refuses the connection (see :class:`Session`) or the sender.
        ChangedAttachmentError: a file to attach has changed since it was checked.
        SenderLimited: a limit of the sender is reached. No message is marked as failed for it.
        ServerBusy: the server still does not answer after all delays. Messages that were not tried are unchanged.
    """
    with closing(_SendRun(outbox, mails, server, clock, pace, waiting, check_size)) as run:
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
        check_size: Callable[[int], object],
    ) -> None:
        self._check_size: Callable[[int], object] | None = check_size
        self._outbox, self._mails, self._server, self._clock, self._pace = outbox, mails, server, clock, pace
        self._waiting = waiting
        self._session: Session | None = None
        self._used = 0  # messages on this connection
        self._failures = 0  # of the server, since it last answered
        self._unknown_in_row = 0  # messages in a row with an unknown result
        ages = outbox.ages(pace.window, pace.in_window) if pace.per_minute else ()
        self._timetable = Timetable(pace, clock.time(), ages)
        self._breaker = Breaker()
        self._retries: list[tuple[float, int, int]] = []  # time, n, number of tries

    def close(self) -> None:
        """Ends the connection."""
        if self._session:
            self._session.close()
            self._session = None

    def run(self) -> Iterator[Outcome]:
        """Sends the messages one after the other; yields the outcome of each attempt."""
        untried = (message.n for message in self._outbox.due_messages())
        if (pause := self._timetable.next - self._clock.time()) > _LONG_PAUSE:
            self._waiting("earlier messages have used up what the rate allows", pause)
        while (following := self._next_message(untried)) is not None:
            n, tries = following
            try:
                mail = self._mails(n)
            except ChangedAttachmentError:
                raise
            except CircularsError as error:
                yield self._outcome(n, "failed", error.problems[0].message)
                continue
            answer = self._answer(n, mail, tries)
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
                return None if self._clock.wait(self._timetable.next - self._clock.time()) else (new, 0)
        if n < 0:
            return None
        heapq.heappop(self._retries)
        return None if self._clock.wait(max(due, self._timetable.next) - self._clock.time()) else (n, tries)

    def _answer(self, n: int, mail: Mail, tries: int) -> Answer | None:
        """Sends a message until the server answers; returns the answer, or None if the clock says to stop."""
        while True:
            try:
                answer = self._send(n, mail, is_last=tries >= len(self._pace.delays))
            except ServerBusy as error:
                answer = Answer("busy", error.problems[0].message)
            answer = self._judged(n, mail, answer)
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
                self._outbox.set_back(self._breaker.row)
                raise _server_busy(self._server, answer.words)
            delay = max(self._delay(self._server.name, self._failures), min(seconds_named(answer.words), HOUR))
            self._waiting(answer.words, delay)
            if self._clock.wait(delay):
                return None
            if answer.kind == "lost":
                return answer

    def _judged(self, n: int, mail: Mail, answer: Answer) -> Answer:
        """The answer, or "busy" in its place if it concerns the sender and may pass soon.

        Raises:
            UsageError, SenderLimited: it concerns the sender, and will not pass soon.
        """
        if answer.kind == "sent":
            self._breaker.accepted(n)
        if answer.kind not in ("later", "refused", "sender", "busy", "size"):
            return answer
        refusal = known_refusal(answer.words)
        concerns: Concern | None = refusal.concerns if refusal else None
        if answer.kind == "size" or (answer.kind == "sender" and concerns in (None, "addressee")):
            concerns = answer.kind
        is_final = answer.kind in ("sender", "size") or answer.words.startswith("5")
        if concerns and concerns != "addressee":
            if answer.kind in ("later", "refused"):
                self._outcome(n, "planned", answer.words, mail)
            if is_final or concerns in ("quota", "size") or seconds_named(answer.words) > HOUR:
                self._outbox.set_back(self._breaker.row)
                raise stop_for(concerns, answer.words, mail.sender, self._server.name, refusal.resets if refusal else 0)
            return Answer("busy", answer.words)
        if concerns or answer.kind == "busy" or not self._breaker.refused(n, mail.to.domain, answer.words):
            return answer
        self._outcome(n, "planned", answer.words, mail)
        if not is_final:
            return Answer("busy", answer.words)
        self._outbox.set_back(row := self._breaker.row)
        raise same_refusals(len(row), answer.words, self._server.name)

    def _send(self, n: int, mail: Mail, *, is_last: bool) -> Answer:
        if self._session and (self._used >= self._pace.per_connection or not self._session.is_open):
            self.close()
        if not self._session:
            self._session, self._used = Session(self._server, self._clock.time), 0
            if self._check_size and self._session.size_limit:
                self._check_size(self._session.size_limit)
                self._check_size = None
        self._used += 1
        self._timetable.note(self._clock.time())

        def claim() -> bool:
            return self._outbox.claim(n, mail.leaving)

        return self._session.send(mail.envelope, mail.data, claim, without_deferred=is_last)

    def _after_answer(self, n: int, tries: int, mail: Mail, answer: Answer) -> Outcome:
        """Records what an answer means for a message; returns the outcome."""
        match answer.kind:
            case "sent" | "unknown":
                outcome = self._outcome(n, answer.kind, answer.words, mail)
            case "later" | "lost" if tries <= len(self._pace.delays):
                due = self._clock.time() + self._delay(mail.message_id, tries)
                heapq.heappush(self._retries, (due, n, tries))
                outcome = self._outcome(n, "planned", answer.words, mail)
            case _:
                outcome = self._outcome(n, "failed", answer.words, mail)
        return outcome

    def _outcome(self, n: int, state: State, reply: str, mail: Mail | None = None) -> Outcome:
        self._outbox.settle(n, state, reply, mail.leaving if mail else None)
        return Outcome(n, state, reply)

    def _delay(self, seed: str, tries: int) -> float:
        """The seconds to wait before a retry, varied a little so that not all retries come at once."""
        spread = random.Random(f"{seed} {tries}").uniform(0.8, 1.2)  # noqa: S311  # not a secret
        return self._pace.delays[min(tries, len(self._pace.delays)) - 1] * spread


def _server_busy(server: Server, words: str) -> ServerBusy:
    hint = "messages that were not tried are unchanged: check the server, then resume"
    return ServerBusy(Problem(Place(server.name), "server-busy", words, hint))
