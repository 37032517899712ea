"""The outbox: what became of each message, kept so that nobody gets two and nobody is forgotten.

A message is ``planned``; just before the dot that ends it goes to the server it is ``sending``, and that is on the
disk first; with the server's answer it is ``sent`` or ``failed``, or ``planned`` again when the server asks to come
back later. A process that dies in between leaves ``sending``: whether the server took that message nobody here can
know, so it becomes ``unknown``, and a person decides.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from circulars.errors import Choice, MachineError, Place, Problem, UsageError, did_you_mean
from circulars.source.addressees.seen import Seen

State = Literal["planned", "sending", "sent", "failed", "unknown"]
Decision = Literal["sent", "again"]
STATES: Final[tuple[State, ...]] = ("planned", "sending", "sent", "failed", "unknown")

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS messages (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    reply TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS messages_by_state ON messages (state, n);
CREATE TABLE IF NOT EXISTS earlier_messages (
    plan TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, reply TEXT NOT NULL,
    message_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (plan, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS posted (plan TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the outbox knows it: its place in the plan, the addressee's id, and what became of it.

    ``reply`` has the server's words, or why it is not known what the server did; ``at`` is when that was, in UTC.
    """

    n: int
    id: str
    state: State
    attempts: int
    reply: str
    message_id: str
    at: str


class Outbox:
    """The messages of a plan, in the merge's ledger. Each change is on the disk when its method returns."""

    def __init__(self, base: sqlite3.Connection, clock: Callable[[], datetime.datetime] | None = None) -> None:
        """Opens the outbox in a connection without transactions of its own (``isolation_level=None``).

        ``clock`` gives the time that is noted with each change; without it the outbox is only read.
        """
        self._base = base
        self._clock = clock
        self._due: tuple[State, State] = ("planned", "planned")
        if not clock:
            return
        # In WAL mode a commit waits for the disk with FULL only, and what was sent must outlast a power cut.
        self._run("PRAGMA synchronous = FULL")
        with self._whole():
            for table in _TABLES.split(";\n"):
                self._run(table)

    def plan(self) -> str:
        """The plan whose messages these are; nothing when there is none yet."""
        row = self._run("SELECT plan FROM posted").fetchone()
        return str(row[0]) if row else ""

    def begin(self, plan: str, addressees: Iterable[tuple[int, str]], *, rest: bool = False) -> None:
        """Plans a message for each addressee (n, id) of a plan; does nothing when this plan was begun before.

        The messages of another plan are kept apart, and with ``rest`` those who got one of them get none of these.

        Raises:
            UsageError: messages of the other plan are in doubt.
        """
        with self._whole():
            if self.plan() == plan:
                return
            self._put_away()
            self._run("INSERT INTO posted VALUES (?)", (plan,))
            known = Seen()  # capitals make no difference to whose id it is
            for row, id in enumerate(self.sent_before() if rest else (), start=1):
                known.first(id, row)
            self._base.executemany(
                "INSERT INTO messages (n, id, state) VALUES (?, ?, 'planned')",
                ((n, id) for n, id in addressees if not known.holds(id)),
            )

    def extend(self, plan: str, addressees: Iterable[tuple[int, str]]) -> None:
        """Plans a message for each addressee (n, id) who was added; the plan is called otherwise from now on."""
        with self._whole():
            self._run("UPDATE posted SET plan = ?", (plan,))
            self._base.executemany("INSERT INTO messages (n, id, state) VALUES (?, ?, 'planned')", addressees)

    def sent_before(self) -> Iterator[str]:
        """The ids of those who got the letter as it was before it changed."""
        for (id,) in self._run("SELECT id FROM earlier_messages WHERE state = 'sent'"):
            yield id

    def left_out(self, plan: str, known: Iterable[str]) -> list[str]:
        """The ids of those who got no letter while a plan was sent, nor before, and who are in the plan now neither.

        ``known`` are ids of whom is known why.
        """
        asked = (
            "SELECT id FROM earlier_messages WHERE plan = ? AND lower(id) NOT IN "
            "(SELECT lower(id) FROM earlier_messages WHERE state = 'sent' UNION SELECT lower(id) FROM messages)"
        )
        seen = {id.lower() for id in known}
        return [id for (id,) in self._run(asked, (plan,)) if id.lower() not in seen]

    def count_before(self) -> int:
        """How many have the letter as it was, and not as it is."""
        return count_before(self._base)

    def count_again(self) -> int:
        """How many of the messages that are due go to somebody who has the letter as it was."""
        asked = (
            "SELECT count(*) FROM messages WHERE state IN (?, ?) "
            "AND lower(id) IN (SELECT lower(id) FROM earlier_messages WHERE state = 'sent')"
        )
        return int(self._run(asked, self.due).fetchone()[0])

    def _put_away(self) -> None:
        """Keeps what became of the messages of the plan before, for as long as the ledger is there."""
        if doubtful := self.counts()["unknown"] + self.counts()["sending"]:
            messages = "message is" if doubtful == 1 else "messages are"
            fact = f"of the letter as it was before, {doubtful:,} {messages} in doubt"
            first = Choice("decide", "decide first, with {}", "ID=sent|again")
            raise UsageError(Problem(Place(), "in-doubt", fact, choices=(first,)))
        self._run(
            # A letter may become what it once was: who got it then has it, whatever became of a second message.
            "INSERT INTO earlier_messages SELECT plan, id, state, attempts, reply, message_id, at "
            "FROM messages, posted WHERE true ON CONFLICT (plan, id) DO UPDATE SET "
            "state = excluded.state, attempts = excluded.attempts, reply = excluded.reply, "
            "message_id = excluded.message_id, at = excluded.at WHERE earlier_messages.state != 'sent'"
        )
        self._run("DELETE FROM messages")
        self._run("DELETE FROM posted")

    def find_interrupted(self) -> int:
        """How many messages a process left half sent that died; from now on they are unknown."""
        return self._run(
            "UPDATE messages SET state = 'unknown', reply = ?, at = ? WHERE state = 'sending'",
            ("the program ended before the server had answered", self._now()),
        ).rowcount

    def claim(self, n: int, message_id: str) -> bool:
        """Whether the message is this process's to send now; then it is ``sending``, and on the disk as that."""
        return bool(
            self._run(
                "UPDATE messages SET state = 'sending', attempts = attempts + 1, message_id = ?, reply = '', at = ? "
                "WHERE n = ? AND (state = 'planned' OR state = ?)",
                (message_id, self._now(), n, self._due[-1]),
            ).rowcount
        )

    def settle(self, n: int, state: State, reply: str, message_id: str = "") -> None:
        """Notes what became of a message, with the server's words; one that was not claimed was refused before."""
        self._run(
            "UPDATE messages SET attempts = attempts + (state IN ('planned', 'failed')), state = ?, reply = ?, at = ?, "
            "message_id = CASE ? WHEN '' THEN message_id ELSE ? END "
            "WHERE n = ? AND state IN ('planned', 'sending', 'unknown', ?)",
            (state, reply, self._now(), message_id, message_id, n, self._due[-1]),
        )

    def counts(self) -> dict[State, int]:
        """How many messages are in each state."""
        found = dict(self._run("SELECT state, count(*) FROM messages GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in STATES}

    def due_languages(self) -> dict[str, int]:
        """How many of the messages that are due there are in each language, the most first."""
        asked = (
            "SELECT language, count(*) FROM addressees JOIN messages USING (n) "
            "WHERE state IN (?, ?) GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return dict(self._run(asked, self.due).fetchall())

    def count_due(self) -> int:
        """How many messages are to be sent now."""
        counts = self.counts()
        return sum(counts[state] for state in set(self.due))

    def messages(self, state: State, other: State | None = None) -> Iterator[Message]:
        """The messages in a state, or in one of two, in order."""
        last = -1
        asked = (
            "SELECT n, id, state, attempts, reply, message_id, at FROM messages WHERE state IN (?, ?) AND n > ? "
            "ORDER BY n LIMIT 500"
        )
        # By pieces: what is read may change its state before the next one is asked for.
        while rows := self._run(asked, (state, other or state, last)).fetchall():
            yield from (Message(*row) for row in rows)
            last = rows[-1][0]

    @property
    def due(self) -> tuple[State, State]:
        """The two states of the messages that are to be sent now; they may be one."""
        return self._due

    def retry_failed(self) -> None:
        """Has those sent, too, that failed. Each stays failed until it is tried: the server may not even answer."""
        self._due = ("planned", "failed")

    def decide(self, decisions: Mapping[str, str]) -> None:
        """Settles messages that are in doubt, as a person decided: by id, ``sent`` or ``again``.

        Raises:
            UsageError: one of them is not in doubt, or the decision is another word; then none is settled.
        """
        doubtful = {message.id: message for message in self.messages("unknown")}
        if problems := [one for id, word in decisions.items() for one in _wrong(id, word, doubtful)]:
            raise UsageError(*problems)
        with self._whole():
            for id, word in decisions.items():
                state, said = _DECISIONS[word]
                self.settle(doubtful[id].n, state, said)

    def _now(self) -> str:
        assert self._clock, "an outbox that is only read notes nothing"
        return self._clock().astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def _run(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        with _faults():
            return self._base.execute(statement, values)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """One transaction: all of what is done in it is kept, or nothing; within another one it is part of that."""
        if self._base.in_transaction:
            yield
            return
        with _faults():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")


def has_messages(base: sqlite3.Connection) -> bool:
    """Whether messages were planned with a ledger."""
    return bool(base.execute("SELECT 1 FROM sqlite_master WHERE name = 'messages'").fetchone())


def count_before(base: sqlite3.Connection) -> int:
    """How many have the letter as it was before it changed, and not as it is."""
    asked = (
        "SELECT count(DISTINCT id) FROM earlier_messages WHERE state = 'sent' "
        "AND id NOT IN (SELECT id FROM messages WHERE state = 'sent')"
    )
    return int(base.execute(asked).fetchone()[0])


# Whoever had the letter as it was before it changed is in the plan now without a message.
_REACHED: Final = (
    "SELECT cells FROM addressees WHERE id IN (SELECT id FROM messages WHERE state IN ('sent', 'sending', 'unknown') "
    "UNION SELECT id FROM earlier_messages WHERE state = 'sent')"
)
_DUE: Final = "SELECT cells FROM addressees JOIN messages USING (n) WHERE state IN (?, ?)"


def reached_cells(base: sqlite3.Connection) -> Iterator[str]:
    """The cells (joined) of each addressee whom a message reached, or may have reached."""
    for (cells,) in base.execute(_REACHED):
        yield cells


def due_cells(base: sqlite3.Connection, due: tuple[State, State]) -> Iterator[str]:
    """The cells (joined) of each addressee whose message is in one of two states."""
    for (cells,) in base.execute(_DUE, due):
        yield cells


def sample_places(base: sqlite3.Connection, start: int, language: str) -> tuple[int, ...]:
    """Places of addressees worth a sample, of those from ``start`` on, who is first.

    Next come the one with the longest cells, the first who reads another language than ``language``, and all others.
    """
    asked = "SELECT n FROM addressees WHERE n >= ?"
    longest = base.execute(f"{asked} ORDER BY length(cells) DESC, n LIMIT 1", (start,))
    other = base.execute(f"{asked} AND language != ? ORDER BY n LIMIT 1", (start, language))
    others = base.execute(f"{asked} ORDER BY n LIMIT 3", (start,))
    return tuple(dict.fromkeys([start, *(n for rows in (longest, other, others) for (n,) in rows)]))


_DECISIONS: Final[Mapping[str, tuple[State, str]]] = {
    "sent": ("sent", "a person decided that the server took it"),
    "again": ("planned", "a person decided to send it again"),
}


def _wrong(id: str, word: str, doubtful: Mapping[str, Message]) -> Iterator[Problem]:
    if word not in _DECISIONS:
        hint = f"write 'sent' or 'again' for '{id}'"
        yield Problem(Place(), "wrong-decision", f"'{word}' is not a decision", hint)
    if id not in doubtful:
        hint = did_you_mean(id, doubtful, "in doubt are: " + ", ".join(doubtful) if doubtful else "none is in doubt")
        yield Problem(Place(), "not-in-doubt", f"the message to '{id}' is not in doubt", hint)


@contextmanager
def _faults() -> Iterator[None]:
    """Makes what SQLite refuses a problem of the machine."""
    try:
        yield
    except sqlite3.Error as error:
        fact = f"the ledger cannot be kept: {error}"
        hint = "make room, or see that you may write here"
        raise MachineError(Problem(Place(), "ledger", fact, hint, (Choice("resume", "then {} goes on"),))) from None
