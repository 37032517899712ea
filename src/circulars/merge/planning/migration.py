"""Brings the tables of ledgers of earlier versions up to date, without loss."""

from __future__ import annotations

import sqlite3
from typing import Final

from circulars.files.names import same
from circulars.merge.planning.facts import PlanFacts, letter_version
from circulars.merge.planning.tables import CHECKSUMS, POST_TABLES, VERSION, create_tables, tables_of, version_of

_TRIED: Final = """
    CREATE TEMP TABLE tried AS SELECT -1 AS n, id, '' AS name, '' AS email, '' AS language, 0 AS audience, plan,
        message_id, state, attempts, reply, at
    FROM older WHERE state != 'planned' OR message_id != '' OR attempts > 0 ORDER BY at, id"""
_TRIED_LATELY: Final = """
    INSERT INTO tried SELECT old.n, old.id, coalesce(name_of(cells), ''), coalesce(email_of(cells), ''),
        coalesce(language, ''), coalesce(audience, 0), plan, message_id, state, attempts, reply, at
    FROM old JOIN posted LEFT JOIN addressees a ON a.n = old.n AND plan = ?
    WHERE state NOT IN ('planned', 'failed') OR message_id != '' ORDER BY old.n"""
_DELIVERIES: Final = """
    INSERT INTO deliveries SELECT rowid, id, same(id), name, email, language, audience, plan, message_id FROM tried"""
_EVENTS: Final = "INSERT INTO events SELECT rowid, rowid, state, attempts, reply, at, x'', '' FROM tried"
_MESSAGES: Final = """
    INSERT INTO messages SELECT old.n, old.id, old.state, old.attempts, old.reply, old.message_id, old.at,
        coalesce(email_of(cells), ''), coalesce(tried.rowid, 0)
    FROM old JOIN posted LEFT JOIN tried ON tried.n = old.n
    LEFT JOIN addressees a ON a.n = old.n AND posted.plan = ?"""
_VERSIONS: Final = """
    INSERT OR IGNORE INTO versions SELECT plan, plan, '' FROM (SELECT plan FROM older UNION SELECT plan FROM posted)"""


def migrate(connection: sqlite3.Connection, facts: PlanFacts | None) -> None:
    """Brings a ledger up to date; nothing watches its tables yet. The caller has begun a transaction.

    The connection must have the SQL functions ``name_of`` and ``email_of``, for the cells of an addressee.
    """
    if version_of(connection) == VERSION:
        return
    if facts:
        version = (facts.plan, letter_version(facts.inputs), facts.inputs.letter_sha256)
        connection.execute("INSERT OR IGNORE INTO versions VALUES (?, ?, ?)", version)
    tables = tables_of(connection)
    if "former" in tables:
        _migrate_copies(connection)
    if "earlier_messages" in tables:
        _migrate_messages(connection, facts.plan if facts else "")
    if CHECKSUMS in tables:
        changed = ("former", "earlier_messages", "earlier_copies", "versions", *POST_TABLES)
        connection.executemany(f"DELETE FROM {CHECKSUMS} WHERE name = ?", ((name,) for name in changed))  # noqa: S608  # a constant
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _migrate_copies(connection: sqlite3.Connection) -> None:
    """Of the files of earlier plans, versions 1 and 2 know the name and the sum."""
    former = connection.execute("SELECT name, sha256 FROM former").fetchall()
    rows = (([*name.rsplit(".", 2), "", ""][:3], sha256) for name, sha256 in former)
    kept = ((*parts, sha256) for parts, sha256 in rows)
    connection.executemany("INSERT OR IGNORE INTO earlier_copies VALUES (?, ?, ?, ?, '', 0, '')", kept)
    connection.execute("DROP TABLE former")


def _migrate_messages(connection: sqlite3.Connection, plan: str) -> None:
    """Makes a delivery of each message that was tried; ``plan`` is the plan of the addressees.

    Versions 1 and 2 do not know to which address messages of earlier plans went: theirs is empty.
    """
    run = connection.execute
    connection.create_function("same", 1, same, deterministic=True)
    for table, copied in (("messages", "old"), ("earlier_messages", "older")):
        run(f"CREATE TEMP TABLE {copied} AS SELECT * FROM {table}")  # noqa: S608  # constant names
        run(f"DROP TABLE {table}")
    create_tables(connection, POST_TABLES)
    run(_VERSIONS)
    run(_TRIED)
    run(_TRIED_LATELY, (plan,))
    run(_DELIVERIES)
    run(_EVENTS)
    run(_MESSAGES, (plan,))
    for table in ("old", "older", "tried"):
        run(f"DROP TABLE temp.{table}")
