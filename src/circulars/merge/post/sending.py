"""Sends the messages of an outbox: at a pace, again where the server asks for it, and never one twice."""

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
"""Seconds until a message is tried again that the server put off: greylisting asks for five minutes, mostly."""


# Each message in doubt is work for a person: a server that breaks off after every one must not get them all.
_DOUBTS: Final = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """A message ready to go: from whom, to whom, its Message-ID without brackets, and its bytes."""

    sender: Mailbox
    to: Mailbox
    message_id: str
    data: bytes


class Mails(Protocol):
    """Makes the message of an addressee when its turn comes."""

    def __call__(self, n: int) -> Mail:
        """The message of the addressee at a place of the plan; a CircularsError says why there is none."""


class Clock(Protocol):
    """Time as the one who sends has it, for waiting."""

    def time(self) -> float:
        """Seconds since some moment."""

    def wait(self, seconds: float) -> bool:
        """Waits; says whether to stop now, which whoever waits may ask for meanwhile."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages go: how many a minute (0: as many as can be), and how many on one connection.

    ``delays`` are the seconds before the second try, the third …; when they are used up a message has failed.
    """

    a_minute: float = 60.0
    a_connection: int = 100
    delays: tuple[float, ...] = DELAYS


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one message just now; ``planned`` means that it is tried again."""

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
) -> Generator[Posted, None, None]:
    """Sends what is due in an outbox, in order, and tells what becomes of each message.

    It ends when nothing is due any more, or when the clock says to stop. ``waiting`` is told, when the server itself
    does not answer, what it said, and for how many seconds it is left alone.

    Raises:
        UsageError: the server does not take messages in this way: see :class:`Session`; or from this sender.
        ServerBusy: it does not answer, also after all delays. What was not tried is as it was.
    """
    with closing(_Round(outbox, mails, server, clock, pace, waiting)) as round:
        yield from round.run()


class _Round:
    """One run of sending: its connection, and what waits for another try."""

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
        self._failures = 0  # of the server as a whole, since it last answered
        self._doubts = 0  # messages in a row of which nothing is known
        self._next = clock.time()  # when the next message may go
        self._later: list[tuple[float, int, int]] = []  # when, n, how often it was tried

    def close(self) -> None:
        """Takes leave of the server."""
        if self._session:
            self._session.close()
            self._session = None

    def run(self) -> Iterator[Posted]:
        """What becomes of each message, one after the other."""
        fresh = (message.n for message in self._outbox.messages(*self._outbox.due))
        while (turn := self._turn(fresh)) is not None:
            n, tries = turn
            try:
                mail = self._mails(n)
            except CircularsError as error:
                yield self._settled(n, "failed", error.problems[0].message)
                continue
            answer = self._answer(n, mail)
            if answer is None:
                return
            if answer.kind != "taken":
                yield self._noted(n, tries + 1, mail, answer)
            if self._doubts >= _DOUBTS:
                raise _gone(self._server, f"the server broke off after {_DOUBTS} messages in a row: {answer.words}")

    def _turn(self, fresh: Iterator[int]) -> tuple[int, int] | None:
        """Whose turn it is, and how often it was tried, once it may go; nothing at the end."""
        due, n, tries = self._later[0] if self._later else (0.0, -1, 0)
        if n < 0 or due > self._clock.time():
            new = next(fresh, -1)
            if new >= 0:
                return None if self._clock.wait(self._next - self._clock.time()) else (new, 0)
        if n < 0:
            return None
        heapq.heappop(self._later)
        return None if self._clock.wait(max(due, self._next) - self._clock.time()) else (n, tries)

    def _answer(self, n: int, mail: Mail) -> Answer | None:
        """The server's answer to a message, as soon as it gives any; nothing when waiting for it was stopped."""
        while True:
            try:
                answer = self._sent(n, mail)
            except ServerBusy as error:
                answer = Answer("busy", error.problems[0].message)
            if answer.kind not in ("busy", "lost", "unknown"):
                self._failures = self._doubts = 0
                return answer
            self._failures += 1
            self._doubts += answer.kind == "unknown"
            if answer.kind == "unknown":
                return answer
            # A message that breaks every connection must not keep the others from going: its turn comes again later.
            if answer.kind == "lost" and self._failures == 1:
                return answer
            if self._failures > len(self._pace.delays):
                raise _gone(self._server, answer.words)
            delay = self._delay(self._server.name, self._failures)
            self._waiting(answer.words, delay)
            if self._clock.wait(delay):
                return None
            if answer.kind == "lost":
                return answer

    def _sent(self, n: int, mail: Mail) -> Answer:
        if self._session and (self._used >= self._pace.a_connection or not self._session.is_open):
            self.close()
        if not self._session:
            self._session, self._used = Session(self._server), 0
        self._used += 1
        if self._pace.a_minute:
            self._next = max(self._next, self._clock.time()) + 60.0 / self._pace.a_minute
        return self._session.send(mail.sender, mail.to, mail.data, lambda: self._outbox.claim(n, mail.message_id))

    def _noted(self, n: int, tries: int, mail: Mail, answer: Answer) -> Posted:
        """What an answer makes of a message."""
        match answer.kind:
            case "sent" | "unknown":
                posted = self._settled(n, answer.kind, answer.words, mail.message_id)
            case "later" | "lost" if tries <= len(self._pace.delays):
                due = self._clock.time() + self._delay(mail.message_id, tries)
                heapq.heappush(self._later, (due, n, tries))
                posted = self._settled(n, "planned", answer.words, mail.message_id)
            case "sender":
                fact = f"the server takes no messages from {mail.sender.address}: {answer.words}"
                # RFC 4954, section 6: 530 asks for a login.
                log_in = Choice("user", "log in: name the user with {}", "NAME")
                choice = log_in if answer.words.startswith("530") else Choice("sender", "is {} right?", "ADDRESS")
                raise UsageError(Problem(Place(self._server.name), "sender-refused", fact, choices=(choice,)))
            case _:
                posted = self._settled(n, "failed", answer.words, mail.message_id)
        return posted

    def _settled(self, n: int, state: State, reply: str, message_id: str = "") -> Posted:
        self._outbox.settle(n, state, reply, message_id)
        return Posted(n, state, reply)

    def _delay(self, seed: str, tries: int) -> float:
        """The seconds to wait before another try, spread a little, so that not all come back at once."""
        spread = random.Random(f"{seed} {tries}").uniform(0.8, 1.2)  # noqa: S311  # nothing is to be kept secret
        return self._pace.delays[min(tries, len(self._pace.delays)) - 1] * spread


def _gone(server: Server, words: str) -> ServerBusy:
    hint = "what was not tried stays as it was: see that the server is well, and go on then"
    return ServerBusy(Problem(Place(server.name), "server-busy", words, hint))
