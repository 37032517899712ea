"""The outbox stores the state of each message, so that nobody gets two and nobody is forgotten.

A message begins as ``planned``. It becomes ``sending``, on disk, just before the dot that ends it goes to the server.
With the server's answer it becomes ``sent``, ``failed``, or ``planned`` again if the server asks to try later. A
process that dies in between leaves ``sending``. Nobody here can know whether the server took that message, so it
becomes ``unknown``, and a person decides. One that was sent and came back becomes ``returned``. One that is not to be
sent, for a reason in its ``reply``, is ``skipped``.

Each of these steps also adds to the history (:mod:`circulars.merge.post.history`), in the same transaction.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from circulars.errors import Choice, Place, Problem, UsageError, did_you_mean
from circulars.files.names import same
from circulars.merge.planning.checksums import watch
from circulars.merge.planning.tables import POST_TABLES, MessageState, create_tables
from circulars.merge.post.history import (
    AGAIN,
    TO_ADDRESSEES,
    TOOK,
    Delivery,
    Leaving,
    add_event,
    begin_delivery,
    by_addressee,
    deliveries_to,
    is_same_mailbox,
    rows_with,
)
from circulars.merge.post.store import Store, written
from circulars.merge.post.successor import Addressed, MessageRow, Recipients, Successor

State: TypeAlias = MessageState
Decision = Literal["sent", "again", "came-back"]
STATES: Final[tuple[State, ...]] = get_args(State)
NOT_BACK: Final[tuple[State, ...]] = ("sent", "unknown")
"""The states of messages that may come back."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the outbox: the addressee's number in the plan, the addressee's id, and the state.

    ``reply`` has the server's words, or the reason why the result is unknown; ``at`` is the time of that, in UTC.
    """

    n: int
    id: str
    state: State
    attempts: int
    reply: str
    message_id: str
    at: str
    email: str
    delivery: int


@dataclass(frozen=True, slots=True)
class CameBack:
    """A message that came back: why, in words, and when, in UTC as in the history; "" means now."""

    delivery: Delivery
    words: str
    at: str = ""


class Outbox(Store):
    """The messages of a plan, in the merge's ledger. Each change is on disk when its method returns."""

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], datetime.datetime] | None = None) -> None:
        """Opens the outbox in a connection without transactions of its own (``isolation_level=None``).

        ``clock`` returns the time that is recorded with each change; without it the outbox is read-only.
        """
        super().__init__(connection, clock)
        self._due: tuple[State, State] = ("planned", "planned")
        self._chosen = ""
        if not clock:
            return
        # In WAL mode a commit waits for the disk only with FULL, and what was sent must survive a power cut.
        self._run("PRAGMA synchronous = FULL")
        with self._transaction():
            create_tables(connection, (*POST_TABLES, "versions"))
            watch(connection)

    def plan(self) -> str:
        """The id of the plan whose messages these are; "" if there are none yet."""
        row = self._run("SELECT plan FROM posted").fetchone()
        return str(row[0]) if row else ""

    def begin(self, plan: str, addressees: Iterable[Addressed], recipients: Recipients = "all") -> list[str]:
        """Plans messages for the addressees of a plan; does nothing if the plan is already in the outbox.

        Messages that are in the history keep their state if they are of the same version of the letter and went to the
        address that the addressee has now. With "rest", addressees who have any version of the letter get no
        message, nor do those whose letter came back from the address that they still have. With "corrected", the
        outbox is planned anew in any case. What is still to be sent stays so, and so does what failed or is in doubt,
        unless the address was corrected.

        Returns the ids of addressees of the earlier plan who got no letter and are not in this one.

        Raises:
            UsageError: messages of the earlier plan are in doubt.
        """
        with self._transaction():
            if self.plan() == plan and recipients != "corrected":
                return []
            known, version = by_addressee(self._connection), self._version_of(plan)
            if recipients != "corrected":
                _refuse_doubts(self.counts()["unknown"] + self.counts()["sending"], "the earlier version of the letter")
            before: list[MessageRow] = self._run("SELECT * FROM messages").fetchall()
            skipped = {same(row[1]): row[4] for row in before if row[2] == "skipped" and self.plan() == plan}
            takes_over = recipients == "corrected" and self._version_of(self.plan()) == version
            unsent = {same(row[1]): row for row in before if takes_over and row[2] not in ("sent", "skipped")}
            self._run("DELETE FROM messages")
            self._run("DELETE FROM posted")
            self._run("INSERT INTO posted VALUES (?)", (plan,))
            successor = Successor(known, version, recipients, skipped, unsent)
            insert = "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            self._connection.executemany(insert, filter(None, map(successor.row, addressees)))
            _refuse_doubts(successor.doubts, "an address that was corrected")
            without = (id for _, id, *_ in before if same(id) not in successor.ids)
            return [id for id in without if not any(one.state == "sent" for one in known.get(same(id), ()))]

    def extend(self, plan: str, addressees: Iterable[Addressed]) -> None:
        """Plans a message for each addressee who was added; ``plan`` is the new id of the plan."""
        with self._transaction():
            self._run("UPDATE posted SET plan = ?", (plan,))
            insert = "INSERT INTO messages (n, id, email, state) VALUES (?, ?, ?, 'planned')"
            self._connection.executemany(insert, ((n, id, email) for n, id, email in addressees))

    def _version_of(self, plan: str) -> str:
        """The version of the letter that a plan sends."""
        row = self._run("SELECT version FROM versions WHERE plan = ?", (plan,)).fetchone()
        return str(row[0]) if row else plan

    def skip(self, n: int, why: str) -> None:
        """Marks a planned message as not to be sent; ``why`` says the reason."""
        self._run("UPDATE messages SET state = 'skipped', reply = ? WHERE n = ? AND state = 'planned'", (why, n))

    def choose(self, ids: Iterable[str]) -> None:
        """Makes only those due messages due that go to the addressees with these ids."""
        chosen = set(ids)
        places = [(n,) for n, id, _ in self.due_addressed() if id in chosen]
        self._run("CREATE TEMP TABLE chosen (n INTEGER PRIMARY KEY)")
        self._connection.executemany("INSERT INTO chosen VALUES (?)", places)
        self._chosen = "AND messages.n IN chosen"

    def due_addressed(self) -> list[Addressed]:
        """The addressees whose messages are due, with the addresses that these go to."""
        query = f"SELECT n, id, email FROM messages WHERE state IN (?, ?) {self._chosen}"  # noqa: S608  # constants
        return self._run(query, self.due).fetchall()

    def find_interrupted(self) -> int:
        """Marks messages that a dead process left half sent as unknown; returns their number."""
        with self._transaction():
            half_sent = self._run("SELECT n FROM messages WHERE state = 'sending'").fetchall()
            for (n,) in half_sent:
                self._record(n, "unknown", "the program ended before the server had answered")
        return len(half_sent)

    def claim(self, n: int, leaving: Leaving) -> bool:
        """Claims a message for this process: marks it as ``sending``, on disk. False if another process has it."""
        with self._transaction():
            claimed = self._run(
                "UPDATE messages SET attempts = attempts + 1, message_id = ? "
                "WHERE n = ? AND (state = 'planned' OR state = ?)",
                (leaving.message_id, n, self._due[-1]),
            ).rowcount
            if claimed:
                self._record(n, "sending", "", leaving)
        return bool(claimed)

    def settle(self, n: int, state: State, reply: str, leaving: Leaving | None = None) -> None:
        """Records a message's state and the server's words. An attempt that ended before its claim is counted here.

        ``leaving`` is the message; None if it could not be made.
        """
        with self._transaction():
            settled = self._run(
                "UPDATE messages SET attempts = attempts + (state IN ('planned', 'failed')), "
                "message_id = coalesce(?, message_id) WHERE n = ? AND state IN ('planned', 'sending', 'unknown', ?)",
                (leaving.message_id if leaving else None, n, self._due[-1]),
            ).rowcount
            if settled:
                self._record(n, state, reply, leaving)

    def _record(self, n: int, state: State, reply: str, leaving: Leaving | None = None, at: str = "") -> None:
        """Sets a message's state, and adds the event to the history; the caller has begun a transaction."""
        run, at = self._run, at or self._now()
        [id, attempts, delivery] = run("SELECT id, attempts, delivery FROM messages WHERE n = ?", (n,)).fetchone()
        if not delivery and leaving:
            delivery = begin_delivery(self._connection, id, self.plan(), leaving)
        run(
            "UPDATE messages SET state = ?, reply = ?, at = ?, delivery = ? WHERE n = ?",
            (state, reply, at, delivery, n),
        )
        if delivery:
            add_event(self._connection, delivery, state, attempts, reply, at, leaving if state == "sending" else None)

    def message_ids(self, n: int, id: str) -> tuple[str, int]:
        """The Message-ID that a message got when it was tried before, "" if none; and the number of earlier messages.

        Those are messages to the same addressee in the history.
        """
        [delivery, message_id] = self._run("SELECT delivery, message_id FROM messages WHERE n = ?", (n,)).fetchone()
        count = "SELECT count(*) FROM deliveries WHERE same_id = ? AND delivery != ?"
        [earlier] = self._run(count, (same(id), delivery)).fetchone()
        return message_id if delivery else "", earlier

    def came_back(self, returned: Iterable[CameBack]) -> None:
        """Records that messages that were sent, or may have been, came back. Each is in it once."""
        back = list(returned)
        with self._transaction():
            rows, run = _rows_of(self._connection, [one.delivery for one in back]), self._connection.executemany
            there = [one for one in back if one.delivery.number in rows]
            run(
                "UPDATE messages SET state = 'returned', reply = ?, at = ? WHERE n = ?",
                [(one.words, one.at or self._now(), rows[one.delivery.number]) for one in there],
            )
            for one in back:
                delivery = one.delivery
                add_event(
                    self._connection, delivery.number, "returned", delivery.attempts, one.words, one.at or self._now()
                )

    def set_back(self, places: Iterable[int]) -> None:
        """Plans messages that failed once more: what they failed for does not concern their addressees."""
        with self._transaction():
            for n in places:
                for (reply,) in self._run(
                    "SELECT reply FROM messages WHERE n = ? AND state = 'failed'", (n,)
                ).fetchall():
                    self._record(n, "planned", reply)

    def ages(self, seconds: float, most: int) -> list[float]:
        """How many seconds ago messages went to the server, of those in the last ``seconds``; at most ``most``."""
        assert self._clock, "a read-only outbox knows no time"
        now = self._clock().astimezone(datetime.UTC)
        since = written(now - datetime.timedelta(seconds=seconds))
        query = (
            "SELECT min(at) FROM events WHERE state IN ('sent', 'unknown', 'sending') AND at > ? "
            "GROUP BY delivery, attempts ORDER BY 1 DESC LIMIT ?"
        )
        times = (datetime.datetime.fromisoformat(at) for (at,) in self._run(query, (since, most)))
        return [(now - time).total_seconds() for time in times]

    def counts(self) -> dict[State, int]:
        """The number of messages in each state."""
        found = dict(self._run("SELECT state, count(*) FROM messages GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in STATES}

    def due_languages(self) -> dict[str, int]:
        """The number of due messages by language, the largest first."""
        due = f"addressees JOIN messages USING (n) WHERE state IN (?, ?) {self._chosen}"
        query = f"SELECT language, count(*) FROM {due} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608  # constants
        return dict(self._run(query, self.due).fetchall())

    def count_due(self) -> int:
        """The number of messages to send now."""
        query = f"SELECT count(*) FROM messages WHERE state IN (?, ?) {self._chosen}"  # noqa: S608  # constants
        return int(self._run(query, self.due).fetchone()[0])

    def messages(self, state: State, other: State | None = None) -> Iterator[Message]:
        """The messages in a state, or in one of two, in order."""
        return self._messages((state, other or state))

    def due_messages(self) -> Iterator[Message]:
        """The messages to send now, in order."""
        return self._messages(self.due, self._chosen)

    def _messages(self, states: tuple[State, State], chosen: str = "") -> Iterator[Message]:
        last = -1
        query = (
            "SELECT n, id, state, attempts, reply, message_id, at, email, delivery FROM messages "  # noqa: S608  # constants
            f"WHERE state IN (?, ?) AND n > ? {chosen} ORDER BY n LIMIT 500"
        )
        # In batches, because messages may change their state while they are read.
        while rows := self._run(query, (*states, last)).fetchall():
            yield from (Message(*row) for row in rows)
            last = rows[-1][0]

    @property
    def due(self) -> tuple[State, State]:
        """The two states of messages to send now; they are equal unless failed messages are tried again."""
        return self._due

    def retry_failed(self) -> None:
        """Makes failed messages due again. Each stays failed until it is tried, because the server may not answer."""
        self._due = ("planned", "failed")

    def decide(self, decisions: Mapping[str, str], places: Mapping[str, Place] = MappingProxyType({})) -> None:
        """Settles messages by id, as a person decided: ``sent``, ``again`` or ``came-back``.

        The first two are for messages that are in doubt or came back, the last for messages that were sent or are in
        doubt. They are added to the history beside the server's words. One that came back stays so: if it is to be sent
        again, another message is planned. If one of an earlier version has arrived after all, its addressee has no
        message of this version. ``places`` are those of decisions in a file, for their problems.

        Raises:
            UsageError: a decision does not fit the message, or is any other word; then none is settled.
        """
        doubtful = {message.id: message for message in self.messages("unknown", "returned")}
        back = {id: _message_of(self._connection, id) for id, word in decisions.items() if word == "came-back"}
        known = {id for (id,) in self._run(_IDS)}
        if problems := [*_wrong_decisions(decisions, places, doubtful, back, known)]:
            raise UsageError(*problems)
        with self._transaction():
            found = [one for one in back.values() if one and one.state in NOT_BACK]
            self.came_back(CameBack(one, "a person recorded that it came back") for one in found)
            for id in decisions.keys() - back.keys():
                (state, words), message = _DECISIONS[decisions[id]], doubtful[id]
                _add_decision(self._connection, message, state, words, self._now())
                if state == "sent" and _has_other_version(self._connection, message, self._version_of(self.plan())):
                    self._run("DELETE FROM messages WHERE n = ?", (message.n,))


def _rows_of(connection: sqlite3.Connection, deliveries: Sequence[Delivery]) -> dict[int, int]:
    """The numbers of the addressees who have some deliveries in the plan, by the number of the delivery.

    The ids are looked up first, because only they have an index. One that is not there may be written in other letters
    in the list now; all such deliveries are looked for together, in one pass through the messages.
    """
    wanted = {one.number for one in deliveries}
    rows = rows_with(
        connection, "SELECT delivery, n, id FROM messages WHERE id IN ({})", [one.id for one in deliveries]
    )
    known = {id for _, _, id in rows}
    if others := {one.number for one in deliveries if one.id not in known}:
        rows += [row for row in connection.execute("SELECT delivery, n, id FROM messages") if row[0] in others]
    return {delivery: n for delivery, n, _ in rows if delivery in wanted}


def has_messages(connection: sqlite3.Connection) -> bool:
    """Whether a ledger has messages."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'messages'").fetchone())


def add_returned(connection: sqlite3.Connection, addressees: Iterable[Addressed], returned: Iterable[Delivery]) -> None:
    """Adds messages of earlier plans that came back, for those of some addressees who have no message in the outbox."""
    of = {same(one.id): one for one in returned}
    found = ((addressee, of[same(addressee[1])]) for addressee in addressees if same(addressee[1]) in of)
    rows = (
        (n, id, one.attempts, one.why_returned, one.message_id, one.returned_at, email, one.number)
        for (n, id, email), one in found
    )
    connection.executemany("INSERT INTO messages VALUES (?, ?, 'returned', ?, ?, ?, ?, ?, ?)", rows)


_IDS: Final = f"SELECT id FROM messages UNION SELECT id FROM deliveries WHERE {TO_ADDRESSEES}"  # noqa: S608  # a constant
_DECISIONS: Final[Mapping[str, tuple[State, str]]] = {
    "sent": ("sent", TOOK),
    "again": ("planned", AGAIN),
}


def _add_decision(connection: sqlite3.Connection, message: Message, state: State, words: str, at: str) -> None:
    """Adds a decision about a message to the history; the caller has begun a transaction."""
    if is_another := message.state == "returned" and state == "planned":
        values: tuple[object, ...] = (state, 0, "", "", "", 0)
    else:
        [of] = (one for one in deliveries_to(connection, message.id) if one.number == message.delivery)
        values = (state, of.attempts, of.reply, of.at, of.message_id, of.number)
    connection.execute(
        "UPDATE messages SET state = ?, attempts = ?, reply = ?, at = ?, message_id = ?, delivery = ? WHERE n = ?",
        (*values, message.n),
    )
    add_event(connection, message.delivery, "returned" if is_another else state, message.attempts, words, at)


def _message_of(connection: sqlite3.Connection, id: str) -> Delivery | None:
    """The message that an addressee has: the one that stands in the plan, if it was or may have been sent.

    Otherwise it is the last one that was, to the address of the plan if one was; None if there is none.
    """
    found = [one for one in deliveries_to(connection, id) if one.state in ("sent", "unknown", "returned")]
    row = connection.execute("SELECT delivery, email FROM messages WHERE id = ?", (id,)).fetchone()
    if row:
        stands = [one for one in found if one.number == row[0]]
        stands = stands or [one for one in found if is_same_mailbox(one.email, row[1])]
    else:  # the addressee has an earlier version
        stands = [one for one in found if one.state != "returned"]
    return next(reversed(stands or found), None)


def _has_other_version(connection: sqlite3.Connection, message: Message, version: str) -> bool:
    """Whether a message left with another version of the letter than ``version``."""
    known = deliveries_to(connection, message.id)
    return any(one.number == message.delivery and one.version != version for one in known)


def _refuse_doubts(count: int, what: str) -> None:
    """Refuses to plan messages anew while some are in doubt.

    Raises:
        UsageError: some are.
    """
    if count:
        messages = "message is" if count == 1 else "messages are"
        first = Choice("decide", "decide first, with {}", "ID=sent|again")
        raise UsageError(Problem(Place(), "in-doubt", f"{count:,} {messages} in doubt, of {what}", choices=(first,)))


def _wrong_decisions(
    decisions: Mapping[str, str],
    places: Mapping[str, Place],
    doubtful: Mapping[str, Message],
    back: Mapping[str, Delivery | None],
    known: Collection[str],
) -> Iterator[Problem]:
    """The problems of decisions, by their ids, each at its place; the other arguments are those of each."""
    for id, word in decisions.items():
        for problem in _wrong_decision(id, word, doubtful, back, known):
            yield replace(problem, where=places.get(id, problem.where))


def _wrong_decision(
    id: str,
    word: str,
    doubtful: Mapping[str, Message],
    back: Mapping[str, Delivery | None],
    known: Collection[str],
) -> Iterator[Problem]:
    """The problems of a decision.

    ``doubtful`` are the messages that are in doubt or came back. ``back`` has those that a person says came back; None
    if no such message was sent. ``known`` are the ids of all messages.
    """
    if id in back:
        if not back[id]:
            fact = f"no message to '{id}' was sent, so none can have come back"
            yield Problem(Place(), "not-sent", fact, "check the id: it is that of the list")
        return
    if word not in _DECISIONS:
        hint = f"write 'sent', 'again' or 'came-back' for '{id}'"
        yield Problem(Place(), "wrong-decision", f"'{word}' is not a decision", hint)
    if id not in doubtful:
        hint = did_you_mean(id, doubtful, "in doubt are: " + ", ".join(doubtful) if doubtful else "none is in doubt")
        fact = f"the message to '{id}' is not in doubt" if id in known else f"this sending has no message to '{id}'"
        yield Problem(Place(), "not-in-doubt", fact, hint)
