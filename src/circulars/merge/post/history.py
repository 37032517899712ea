"""The history of a sending: each message that was tried, its address, and what became of it. Rows are only added.

A *delivery* is one message to one address; a later message to the same addressee is another delivery. An *event* is
what happened to a delivery: an attempt that began, the server's answer, its return, or a person's decision.

A *sample* is a delivery to somebody who checks the message. Its ``same_id`` is empty, so that it never counts as a
message to the addressee whose letter it shows.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from circulars.addressing.emails import ascii_domain
from circulars.files.names import same
from circulars.merge.planning.tables import MessageState


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the history records of a message that is about to leave.

    ``message_id`` is without "<" and ">"; ``sha256`` is that of the message's bytes. ``files`` has a line for each
    attachment: its SHA-256 in hexadecimal, and its name.
    """

    message_id: str
    email: str = ""
    name: str = ""
    language: str = ""
    audience: int = 0
    sha256: bytes = b""
    files: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address, and what became of it.

    ``is_sample``: it went to somebody who checks the message, and not to the addressee with the ``id``.

    ``version`` is that of the letter: see :func:`circulars.merge.planning.facts.letter_version`. ``reply`` has the
    server's last words, and ``at`` their time, in UTC; if the message came back, ``why_returned`` and ``returned_at``
    have the words of that. ``decided`` has what a person decided about it, with the times. ``is_to_go_again`` says that
    it came back or was in doubt, and a person has decided since to send it again. Of the messages of ledgers of an
    earlier version, not everything is known: it is empty.
    """

    number: int
    id: str
    name: str
    email: str
    language: str
    audience: int
    version: str
    letter_sha256: str
    message_id: str
    is_sample: bool = False
    state: MessageState = "planned"
    attempts: int = 0
    reply: str = ""
    at: str = ""
    returned_at: str = ""
    why_returned: str = ""
    sha256: bytes = b""
    files: str = ""
    decided: str = ""
    is_to_go_again: bool = False


TO_ADDRESSEES: Final = "same_id != ''"
"""The condition for deliveries that are no samples, in a query."""
TOOK: Final = "a person decided that the server took it"
AGAIN: Final = "a person decided to send it again"
DECISIONS: Final = (TOOK, AGAIN)
"""The words of a person's decisions. An event with these words is a decision, and says nothing of a server's."""
_DELIVERIES: Final = """
    SELECT d.delivery, d.id, d.name, d.email, d.language, d.audience, coalesce(v.version, d.plan),
        coalesce(v.letter_sha256, ''), d.message_id, d.same_id = '',
        e.state, e.attempts, e.reply, e.at, e.sha256, e.files
    FROM deliveries d JOIN events e USING (delivery) LEFT JOIN versions v ON v.plan = d.plan {where}
    ORDER BY d.delivery, e.event"""
_MOST_VALUES: Final = 500  # in one query: old releases of SQLite take 999
_FACTS: Final = 10
"""How many columns of a row are of the delivery; the others are of one of its events."""


def deliveries(connection: sqlite3.Connection) -> Iterator[Delivery]:
    """All deliveries in a ledger except samples, in the order in which they began."""
    return _read(connection.execute(_DELIVERIES.format(where=f"WHERE {TO_ADDRESSEES}")))


def samples(connection: sqlite3.Connection) -> list[Delivery]:
    """The samples that were sent, in order."""
    return [*_read(connection.execute(_DELIVERIES.format(where="WHERE same_id = ''")))]


def deliveries_to(connection: sqlite3.Connection, id: str) -> list[Delivery]:
    """The deliveries to one addressee, in order."""
    return [*_read(connection.execute(_DELIVERIES.format(where="WHERE d.same_id = ?"), (same(id),)))]


def deliveries_of(connection: sqlite3.Connection, message_id: str) -> list[Delivery]:
    """The deliveries of one message, by its Message-ID without "<" and ">", in order. A sample is none."""
    query = _DELIVERIES.format(where=f"WHERE d.message_id = ? AND {TO_ADDRESSEES}")
    return [*_read(connection.execute(query, (message_id,)))]


def deliveries_by_message(connection: sqlite3.Connection, message_ids: Iterable[str]) -> Mapping[str, list[Delivery]]:
    """The deliveries of some messages, in order, by the Message-ID without "<" and ">"."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    query = _DELIVERIES.format(where=f"WHERE d.message_id IN ({{}}) AND {TO_ADDRESSEES}")
    for delivery in _read(rows_with(connection, query, message_ids)):
        found[delivery.message_id].append(delivery)
    return found


def rows_with(connection: sqlite3.Connection, query: str, values: Iterable[str]) -> list[tuple[Any, ...]]:
    """The rows of a query with "{}" in place of some values. Each value counts once."""
    distinct, rows = list(dict.fromkeys(values)), list[tuple[Any, ...]]()
    for start in range(0, len(distinct), _MOST_VALUES):
        some = distinct[start : start + _MOST_VALUES]
        rows += connection.execute(query.format(", ".join("?" * len(some))), some)
    return rows


def deliveries_over_time(connection: sqlite3.Connection) -> Iterator[Delivery]:
    """All deliveries in a ledger and all samples, each as it was after each of its events."""
    for states in _over_time(connection.execute(_DELIVERIES.format(where=""))):
        yield from (Delivery(*state) for state in states)


def _read(rows: Iterable[tuple[Any, ...]]) -> Iterator[Delivery]:
    for states in _over_time(rows):
        yield Delivery(*states[-1])


def _over_time(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The fields of each delivery, as it was after each of its events."""
    for facts, events in groupby(rows, key=_facts_of):
        attempt, returned, sums, decided = (0, "", ""), ("", ""), (b"", ""), list[str]()
        states, again = list[tuple[Any, ...]](), False
        for event in events:
            state, attempts, reply, at, sha256, files = event[_FACTS:]
            again = reply == AGAIN or (again and state in ("planned", "sending", "unknown"))
            if reply in DECISIONS:
                decided.append(f"{at}: {reply}")
            elif state == "returned":
                returned = at, reply
            else:
                attempt = attempts, reply, at
            sums = (sha256, files) if sha256 else sums
            states.append((*facts, state, *attempt, *returned, *sums, "; ".join(decided), again))
        yield states


def _facts_of(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:_FACTS]


def by_addressee(connection: sqlite3.Connection) -> Mapping[str, list[Delivery]]:
    """The deliveries in a ledger by the addressee's id, in the form of :func:`circulars.files.names.same`."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries(connection):
        found[same(delivery.id)].append(delivery)
    return found


def begin_delivery(
    connection: sqlite3.Connection, id: str, plan: str, leaving: Leaving, *, is_sample: bool = False
) -> int:
    """Adds a delivery; returns its number. The caller adds its first event in the same transaction."""
    same_id = "" if is_sample else same(id)
    values = (
        id, same_id, leaving.name, leaving.email, leaving.language, leaving.audience, plan, leaving.message_id
    )  # fmt: skip
    added = connection.execute(
        "INSERT INTO deliveries (id, same_id, name, email, language, audience, plan, message_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    assert added.lastrowid
    return added.lastrowid


def add_event(
    connection: sqlite3.Connection, delivery: int, state: MessageState, attempts: int, reply: str, at: str,
    leaving: Leaving | None = None,
) -> None:  # fmt: skip
    """Adds an event to a delivery; ``leaving`` is the message of an attempt that begins."""
    sha256, files = (leaving.sha256, leaving.files) if leaving else (b"", "")
    connection.execute(
        "INSERT INTO events (delivery, state, attempts, reply, at, sha256, files) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (delivery, state, attempts, reply, at, sha256, files),
    )


def add_sample(
    connection: sqlite3.Connection, id: str, plan: str, leaving: Leaving, state: MessageState, reply: str, at: str
) -> None:
    """Adds a sample of the message to an addressee; ``reply`` has the server's words."""
    delivery = begin_delivery(connection, id, plan, leaving, is_sample=True)
    add_event(connection, delivery, state, 1, reply, at, leaving)


def mailbox_key(email: str) -> str:
    """The form in which addresses are compared: without white space around it, and with its domain in small letters."""
    local, at, domain = email.strip().rpartition("@")
    return f"{local}{at}{ascii_domain(domain) or domain.casefold()}"


def is_same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses are of the same mailbox. An address that is not known ("") may be any.

    No server in use tells capital from small letters before the "@", so that they are no correction.
    """
    return not (one and other) or one == other or mailbox_key(one).casefold() == mailbox_key(other).casefold()


def is_same_address(one: str, other: str) -> bool:
    """Whether two addresses are written in the same way, but for white space and the domain's capital letters."""
    return not (one and other) or one == other or mailbox_key(one) == mailbox_key(other)
