"""The outbox stores the state of each message, so that nobody gets two and nobody is forgotten.

A message begins as ``planned``. It becomes ``sending``, on disk, just before the dot that ends it goes to the server.
With the server's answer it becomes ``sent``, ``failed``, or ``planned`` again if the server asks to try later. A
process that dies in between leaves ``sending``. Nobody here can know whether the server took that message, so it
becomes ``unknown``, and a person decides.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from circulars.errors import Choice, MachineError, Place, Problem, UsageError, did_you_mean
from circulars.merge.planning.checksums import watch
from circulars.merge.planning.tables import POST_TABLES, MessageState, create_tables
from circulars.source.addressees.seen import Seen

State: TypeAlias = MessageState
Decision = Literal["sent", "again"]
STATES: Final[tuple[State, ...]] = get_args(State)


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


class Outbox:
    """The messages of a plan, in the merge's ledger. Each change is on disk when its method returns."""

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], datetime.datetime] | None = None) -> None:
        """Opens the outbox in a connection without transactions of its own (``isolation_level=None``).

        ``clock`` returns the time that is recorded with each change; without it the outbox is read-only.
        """
        self._connection = connection
        self._clock = clock
        self._due: tuple[State, State] = ("planned", "planned")
        if not clock:
            return
        # In WAL mode a commit waits for the disk only with FULL, and what was sent must survive a power cut.
        self._run("PRAGMA synchronous = FULL")
        with self._transaction():
            create_tables(connection, POST_TABLES)
            watch(connection)

    def plan(self) -> str:
        """The id of the plan whose messages these are; "" if there are none yet."""
        row = self._run("SELECT plan FROM posted").fetchone()
        return str(row[0]) if row else ""

    def begin(self, plan: str, addressees: Iterable[tuple[int, str]], *, rest: bool = False) -> None:
        """Plans a message for each addressee (n, id) of a plan; does nothing if the plan is already in the outbox.

        The messages of an earlier plan are archived. With ``rest``, addressees who got one of those get no new
        message.

        Raises:
            UsageError: messages of the earlier plan are in doubt.
        """
        with self._transaction():
            if self.plan() == plan:
                return
            self._archive_messages()
            self._run("INSERT INTO posted VALUES (?)", (plan,))
            known = Seen()  # upper and lower case of ids are the same
            for row, id in enumerate(self.sent_earlier() if rest else (), start=1):
                known.first(id, row)
            self._connection.executemany(
                "INSERT INTO messages (n, id, state) VALUES (?, ?, 'planned')",
                ((n, id) for n, id in addressees if not known.holds(id)),
            )

    def extend(self, plan: str, addressees: Iterable[tuple[int, str]]) -> None:
        """Plans a message for each addressee (n, id) who was added; ``plan`` is the new id of the plan."""
        with self._transaction():
            self._run("UPDATE posted SET plan = ?", (plan,))
            self._connection.executemany("INSERT INTO messages (n, id, state) VALUES (?, ?, 'planned')", addressees)

    def sent_earlier(self) -> Iterator[str]:
        """The ids of addressees who got an earlier version of the letter."""
        for (id,) in self._run("SELECT id FROM earlier_messages WHERE state = 'sent'"):
            yield id

    def dropped(self, plan: str, known: Iterable[str]) -> list[str]:
        """The ids of addressees of an earlier ``plan`` who got no letter and are not in the current plan.

        ``known`` ids are left out of the result.
        """
        query = (
            "SELECT id FROM earlier_messages WHERE plan = ? AND lower(id) NOT IN "
            "(SELECT lower(id) FROM earlier_messages WHERE state = 'sent' UNION SELECT lower(id) FROM messages)"
        )
        seen = {id.lower() for id in known}
        return [id for (id,) in self._run(query, (plan,)) if id.lower() not in seen]

    def count_earlier(self) -> int:
        """How many addressees have an earlier version of the letter and not the current one."""
        return count_earlier(self._connection)

    def count_again(self) -> int:
        """How many due messages go to addressees who have an earlier version of the letter."""
        query = (
            "SELECT count(*) FROM messages WHERE state IN (?, ?) "
            "AND lower(id) IN (SELECT lower(id) FROM earlier_messages WHERE state = 'sent')"
        )
        return int(self._run(query, self.due).fetchone()[0])

    def _archive_messages(self) -> None:
        """Moves the messages of the earlier plan to the archive, which stays as long as the ledger.

        Raises:
            UsageError: messages are in doubt.
        """
        if in_doubt := self.counts()["unknown"] + self.counts()["sending"]:
            messages = "message is" if in_doubt == 1 else "messages are"
            fact = f"{in_doubt:,} {messages} in doubt, of the earlier version of the letter"
            first = Choice("decide", "decide first, with {}", "ID=sent|again")
            raise UsageError(Problem(Place(), "in-doubt", fact, choices=(first,)))
        self._run(
            # A letter may change back to a version that is archived. A message of it that was sent stays sent.
            "INSERT INTO earlier_messages SELECT plan, id, state, attempts, reply, message_id, at "
            "FROM messages, posted WHERE true ON CONFLICT (plan, id) DO UPDATE SET "
            "state = excluded.state, attempts = excluded.attempts, reply = excluded.reply, "
            "message_id = excluded.message_id, at = excluded.at WHERE earlier_messages.state != 'sent'"
        )
        self._run("DELETE FROM messages")
        self._run("DELETE FROM posted")

    def find_interrupted(self) -> int:
        """Marks messages that a dead process left half sent as unknown; returns their number."""
        return self._run(
            "UPDATE messages SET state = 'unknown', reply = ?, at = ? WHERE state = 'sending'",
            ("the program ended before the server had answered", self._now()),
        ).rowcount

    def claim(self, n: int, message_id: str) -> bool:
        """Claims a message for this process: marks it as ``sending``, on disk. False if another process has it."""
        return bool(
            self._run(
                "UPDATE messages SET state = 'sending', attempts = attempts + 1, message_id = ?, reply = '', at = ? "
                "WHERE n = ? AND (state = 'planned' OR state = ?)",
                (message_id, self._now(), n, self._due[-1]),
            ).rowcount
        )

    def settle(self, n: int, state: State, reply: str, message_id: str = "") -> None:
        """Records a message's state and the server's words. An attempt that ended before its claim is counted here."""
        self._run(
            "UPDATE messages SET attempts = attempts + (state IN ('planned', 'failed')), state = ?, reply = ?, at = ?, "
            "message_id = CASE ? WHEN '' THEN message_id ELSE ? END "
            "WHERE n = ? AND state IN ('planned', 'sending', 'unknown', ?)",
            (state, reply, self._now(), message_id, message_id, n, self._due[-1]),
        )

    def set_back(self, places: Iterable[int]) -> None:
        """Plans messages that failed once more: what they failed for does not concern their addressees."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE messages SET state = 'planned' WHERE n = ? AND state = 'failed'", ((n,) for n in places)
            )

    def ages(self, seconds: float, most: int) -> list[float]:
        """How many seconds ago messages went to the server, of those in the last ``seconds``; at most ``most``."""
        assert self._clock, "a read-only outbox knows no time"
        now = self._clock().astimezone(datetime.UTC)
        since = _written(now - datetime.timedelta(seconds=seconds))
        query = (
            "SELECT at FROM messages WHERE state IN ('sent', 'unknown', 'sending') AND at > ?1 "
            "UNION ALL SELECT at FROM earlier_messages WHERE state = 'sent' AND at > ?1 ORDER BY at DESC LIMIT ?2"
        )
        times = (datetime.datetime.fromisoformat(at) for (at,) in self._run(query, (since, most)))
        return [(now - time).total_seconds() for time in times]

    def counts(self) -> dict[State, int]:
        """The number of messages in each state."""
        found = dict(self._run("SELECT state, count(*) FROM messages GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in STATES}

    def due_languages(self) -> dict[str, int]:
        """The number of due messages by language, the largest first."""
        query = (
            "SELECT language, count(*) FROM addressees JOIN messages USING (n) "
            "WHERE state IN (?, ?) GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return dict(self._run(query, self.due).fetchall())

    def count_due(self) -> int:
        """The number of messages to send now."""
        counts = self.counts()
        return sum(counts[state] for state in set(self.due))

    def messages(self, state: State, other: State | None = None) -> Iterator[Message]:
        """The messages in a state, or in one of two, in order."""
        last = -1
        query = (
            "SELECT n, id, state, attempts, reply, message_id, at FROM messages WHERE state IN (?, ?) AND n > ? "
            "ORDER BY n LIMIT 500"
        )
        # In batches, because messages may change their state while they are read.
        while rows := self._run(query, (state, other or state, last)).fetchall():
            yield from (Message(*row) for row in rows)
            last = rows[-1][0]

    @property
    def due(self) -> tuple[State, State]:
        """The two states of messages to send now; they are equal unless failed messages are tried again."""
        return self._due

    def retry_failed(self) -> None:
        """Makes failed messages due again. Each stays failed until it is tried, because the server may not answer."""
        self._due = ("planned", "failed")

    def decide(self, decisions: Mapping[str, str]) -> None:
        """Settles messages that are in doubt, by id: ``sent`` or ``again``, as a person decided.

        Raises:
            UsageError: a message is not in doubt, or a decision is any other word; then none is settled.
        """
        in_doubt = {message.id: message for message in self.messages("unknown")}
        if problems := [one for id, word in decisions.items() for one in _wrong_decision(id, word, in_doubt)]:
            raise UsageError(*problems)
        with self._transaction():
            for id, word in decisions.items():
                state, reply = _DECISIONS[word]
                self.settle(in_doubt[id].n, state, reply)

    def _now(self) -> str:
        assert self._clock, "a read-only outbox records nothing"
        return _written(self._clock())

    def _run(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        with _ledger_problems():
            return self._connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """A transaction: everything in it is kept, or nothing. A nested one belongs to the outer transaction."""
        if self._connection.in_transaction:
            yield
            return
        with _ledger_problems():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _written(time: datetime.datetime) -> str:
    """A time as the ledger has it: in UTC, to the second."""
    return time.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def has_messages(connection: sqlite3.Connection) -> bool:
    """Whether a ledger has messages."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'messages'").fetchone())


def count_earlier(connection: sqlite3.Connection) -> int:
    """How many addressees have an earlier version of the letter and not the current one."""
    query = (
        "SELECT count(DISTINCT id) FROM earlier_messages WHERE state = 'sent' "
        "AND id NOT IN (SELECT id FROM messages WHERE state = 'sent')"
    )
    return int(connection.execute(query).fetchone()[0])


# Addressees who have an earlier version of the letter may be in the plan without a message.
_REACHED: Final = (
    "SELECT cells FROM addressees WHERE id IN (SELECT id FROM messages WHERE state IN ('sent', 'sending', 'unknown') "
    "UNION SELECT id FROM earlier_messages WHERE state = 'sent')"
)
_DUE: Final = "SELECT cells FROM addressees JOIN messages USING (n) WHERE state IN (?, ?)"


def reached_cells(connection: sqlite3.Connection) -> Iterator[str]:
    """The joined cells of each addressee whom a message reached, or may have reached."""
    for (cells,) in connection.execute(_REACHED):
        yield cells


def due_cells(connection: sqlite3.Connection, due: tuple[State, State]) -> Iterator[str]:
    """The joined cells of each addressee whose message is in one of two states."""
    for (cells,) in connection.execute(_DUE, due):
        yield cells


def sample_places(connection: sqlite3.Connection, start: int, language: str) -> tuple[int, ...]:
    """The numbers of addressees for samples, from ``start`` on: first ``start``, then the one with the longest cells.

    The next is the first whose language is not ``language``; more follow in order.
    """
    query = "SELECT n FROM addressees WHERE n >= ?"
    longest = connection.execute(f"{query} ORDER BY length(cells) DESC, n LIMIT 1", (start,))
    other = connection.execute(f"{query} AND language != ? ORDER BY n LIMIT 1", (start, language))
    others = connection.execute(f"{query} ORDER BY n LIMIT 3", (start,))
    return tuple(dict.fromkeys([start, *(n for rows in (longest, other, others) for (n,) in rows)]))


_DECISIONS: Final[Mapping[str, tuple[State, str]]] = {
    "sent": ("sent", "a person decided that the server took it"),
    "again": ("planned", "a person decided to send it again"),
}


def _wrong_decision(id: str, word: str, in_doubt: Mapping[str, Message]) -> Iterator[Problem]:
    if word not in _DECISIONS:
        hint = f"write 'sent' or 'again' for '{id}'"
        yield Problem(Place(), "wrong-decision", f"'{word}' is not a decision", hint)
    if id not in in_doubt:
        hint = did_you_mean(id, in_doubt, "in doubt are: " + ", ".join(in_doubt) if in_doubt else "none is in doubt")
        yield Problem(Place(), "not-in-doubt", f"the message to '{id}' is not in doubt", hint)


@contextmanager
def _ledger_problems() -> Iterator[None]:
    """Raises SQLite's errors as a :class:`MachineError`."""
    try:
        yield
    except sqlite3.Error as error:
        fact = f"the ledger cannot be used: {error}"
        hint = "check that the disk has room and that you may write here"
        raise MachineError(Problem(Place(), "ledger", fact, hint, (Choice("resume", "then {} continues"),))) from None
