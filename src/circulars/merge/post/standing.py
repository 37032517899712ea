"""Finds out which addressees of a sending have the letter in which version, and at which address."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from circulars.files.names import same
from circulars.merge.planning.cells import read_cells
from circulars.merge.planning.ledger import Ledger
from circulars.merge.post.history import TO_ADDRESSEES, Delivery, by_addressee, deliveries, is_same_mailbox
from circulars.merge.post.outbox import has_messages
from circulars.merge.post.successor import Addressed, Correction, corrections_of, has_letter


@dataclass(frozen=True, slots=True)
class Standing:
    """Addressees to whom the letter was sent, but who do not have this version of it at this address.

    - ``before``: how many have an earlier version, and not the current one.
    - ``moved``: those whose address in the list is another one than their letter was sent to, and who have no message
      to that address.
    - ``returned``: the letters in an earlier version that came back from addressees of the list who have no other
      message.
    """

    before: int = 0
    moved: tuple[Correction, ...] = ()
    returned: tuple[Delivery, ...] = ()


def standing_of(ledger: Ledger) -> Standing:
    """The standing of the addressees of a sending's ledger."""
    run = ledger.connection.execute
    if not has_messages(ledger.connection):
        return Standing()
    others = f"SELECT 1 FROM deliveries WHERE {TO_ADDRESSEES} AND delivery NOT IN (SELECT delivery FROM messages)"  # noqa: S608  # a constant
    if not run(others).fetchone():
        return Standing()
    states = dict(run("SELECT n, state FROM messages"))
    listed = {same(id): (states.get(n, ""), email) for n, id, email in addressed(ledger)}
    version = run("SELECT version FROM posted JOIN versions USING (plan)").fetchone() or ("",)
    before, moved, returned = 0, [], []
    for id, known in by_addressee(ledger.connection).items():
        state, email = listed.get(id, (None, ""))
        if not (had := [one for one in known if one.state == "sent"]):
            returned += [known[-1]] if state == "" and known[-1].state == "returned" else []
        elif state is None:
            before += all(one.version != version[0] for one in had)
        elif any(is_same_mailbox(one.email, email) for one in had):
            before += state != "sent"
        elif not state:
            moved.append(Correction(known[-1].id, email, known[-1]))
    return Standing(before, tuple(moved), tuple(returned))


def corrections(connection: sqlite3.Connection, addressees: Iterable[Addressed]) -> list[Correction]:
    """Those of some addressees of a plan who have another address than their letter was last sent to."""
    return [*corrections_of(by_addressee(connection), addressees)]


def count_again(connection: sqlite3.Connection, addressees: Iterable[Addressed]) -> int:
    """How many of some addressees have the letter, in whatever version, at the address that they have now."""
    known = by_addressee(connection)
    return sum(has_letter(known.get(same(id), ()), email) for _, id, email in (addressees if known else ()))


def former_ids_with_letter(ledger: Ledger) -> Iterator[str]:
    """The ids of addressees who got any version of the letter and are not in the plan any more."""
    facts = ledger.facts()
    planned = set(map(same, ledger.ids(facts.count if facts else 0)))
    for delivery in deliveries(ledger.connection):
        if delivery.state == "sent" and same(delivery.id) not in planned:
            yield delivery.id


def addressed(ledger: Ledger, start: int = 0) -> Iterator[Addressed]:
    """The addressees of a ledger's plan from number ``start`` on."""
    facts = ledger.facts()
    read_cells(ledger.connection, facts.inputs.columns if facts else ())
    query = "SELECT n, id, email_of(cells) FROM addressees WHERE n >= ? ORDER BY n"
    yield from ledger.connection.execute(query, (start,)).fetchall()


def reached_addresses(ledger: Ledger) -> Iterator[str]:
    """Each e-mail address that a message of a ledger reached, or may have reached."""
    if not has_messages(ledger.connection):
        return
    unknown = set[str]()
    for delivery in deliveries(ledger.connection):
        if delivery.state in ("sent", "sending", "unknown") or delivery.is_to_go_again:
            yield delivery.email
            unknown |= set() if delivery.email else {same(delivery.id)}
    # A ledger of an earlier version does not know to which address messages of earlier plans went.
    for _, id, email in addressed(ledger) if unknown else ():
        if same(id) in unknown:
            yield email
