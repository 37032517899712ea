"""Finds addressees and messages in a ledger that cannot be those of its plan."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import get_args

from circulars.merge.planning.facts import PlanFacts
from circulars.merge.planning.tables import MessageState, tables_of
from circulars.source.addressees.seen import Seen


def inconsistency(connection: sqlite3.Connection, facts: PlanFacts | None) -> str:
    """Why the addressees or messages in a ledger cannot be those of its plan, in words; "" if they can be."""
    count, last = connection.execute("SELECT count(*), coalesce(max(n), -1) FROM addressees").fetchone()
    planned = facts.count if facts else 0
    if not planned == count == last + 1:
        return f"{planned:,} addressees were planned, and {count:,} are there"
    tables = tables_of(connection)
    if "messages" not in tables:
        return ""
    earlier = "earlier_messages" if "earlier_messages" in tables else "events"
    return (
        _unknown_state(connection, ("messages", earlier))
        or (history_fault(connection) if earlier == "events" else "")
        or _message_fault(connection, facts, earlier)
    )


def _unknown_state(connection: sqlite3.Connection, tables: Sequence[str]) -> str:
    for table in tables:
        states = (state for (state,) in connection.execute(f"SELECT DISTINCT state FROM {table}"))  # noqa: S608  # constant names
        if any(state not in get_args(MessageState) for state in states):
            return f"the table '{table}' has an unknown state"
    return ""


def history_fault(connection: sqlite3.Connection) -> str:
    """Why the messages in a ledger cannot be those of its history, in words; "" if they can be."""
    run = connection.execute
    if run("SELECT 1 FROM events LEFT JOIN deliveries d USING (delivery) WHERE d.id IS NULL").fetchone():
        return "a part of its history belongs to no message"
    if run(
        "SELECT 1 FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.delivery = d.delivery)"
    ).fetchone():
        return "a message has no history"
    wrong = run(
        "SELECT messages.id FROM messages LEFT JOIN deliveries d USING (delivery) LEFT JOIN events e "
        "ON e.event = (SELECT max(event) FROM events WHERE events.delivery = messages.delivery) "
        "WHERE CASE WHEN messages.delivery = 0 THEN messages.state NOT IN ('planned', 'failed', 'skipped') "
        "ELSE d.id IS NULL OR (e.state != messages.state AND messages.state NOT IN ('planned', 'skipped')) "
        "OR (e.state IN ('sent', 'sending') AND messages.state != e.state) END"
    ).fetchone()
    return f"the message to '{wrong[0]}' is not as its history says" if wrong else ""


def _message_fault(connection: sqlite3.Connection, facts: PlanFacts | None, earlier: str) -> str:
    """Why the messages in a ledger cannot be those of its plan, in words; "" if they can be.

    Each addressee of the plan has a message, or got one of an earlier plan; and each message has its addressee.
    """
    run = connection.execute
    plans = [plan for (plan,) in run("SELECT plan FROM posted")]
    tried = "SELECT 1 FROM earlier_messages"
    ids = "SELECT id FROM earlier_messages WHERE state = 'sent'"
    if earlier == "events":  # in which samples have no same_id
        tried = "SELECT 1 FROM deliveries WHERE same_id != ''"
        ids = "SELECT DISTINCT id FROM deliveries JOIN events USING (delivery) WHERE state = 'sent' AND same_id != ''"
    [is_used] = run(f"SELECT EXISTS (SELECT 1 FROM messages) OR EXISTS ({tried})").fetchone()  # noqa: S608  # constants
    if len(plans) > 1 or (is_used and not plans) or "" in plans:
        return "it is not known of which plan its messages are"
    if not facts or plans != [facts.plan]:
        return ""
    if run("SELECT 1 FROM messages LEFT JOIN addressees a USING (n) WHERE a.id IS NOT messages.id").fetchone():
        return "a message belongs to no addressee"
    missing = run("SELECT a.id FROM addressees a LEFT JOIN messages USING (n) WHERE messages.n IS NULL")
    reached = Seen()
    for row, (id,) in enumerate(run(ids), start=1):
        reached.first(id, row)
    return next((f"the message to '{id}' is missing" for (id,) in missing if not reached.holds(id)), "")
