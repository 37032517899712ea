"""The tables of a ledger. A file with any other table, view or trigger is not a ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

VERSION: Final = 3
"""The version of a ledger's tables and facts. One of version 1, without checksums, or 2, without a history, becomes one
of this version when it is opened for writing. A ledger of another version is not opened.
"""
MERGE_TABLES: Final = ("facts", "addressees", "copies", "earlier_copies", "versions")
"""The tables of every ledger."""
POST_TABLES: Final = ("messages", "posted", "deliveries", "events")
"""The tables of a sending, in the ledger of its merge."""
ADDED_TO_ONLY: Final = ("deliveries", "events")
"""Tables whose rows are never changed or deleted."""
MessageState: TypeAlias = Literal["planned", "sending", "sent", "failed", "unknown", "returned", "skipped"]
"""The states of a message in a sending: "returned" came back, "skipped" is not to be sent."""
CHECKSUMS: Final = "checksums"
"""The table with the checksums of the others: see :mod:`circulars.merge.planning.checksums`."""

_DEFINITIONS: Final[Mapping[str, str]] = {
    "facts": "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "addressees": (
        "CREATE TABLE addressees ("
        " n INTEGER PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, audience INTEGER NOT NULL,"
        " cells TEXT NOT NULL, row INTEGER NOT NULL, rank BLOB )"
    ),
    "copies": (
        "CREATE TABLE copies ("
        " n INTEGER NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL, place INTEGER NOT NULL,"
        " crc INTEGER NOT NULL, sha256 BLOB NOT NULL, whole INTEGER NOT NULL, PRIMARY KEY (n, format) ) WITHOUT ROWID"
    ),
    "earlier_copies": (
        "CREATE TABLE earlier_copies ("
        " id TEXT NOT NULL, language TEXT NOT NULL, format TEXT NOT NULL, sha256 BLOB NOT NULL, name TEXT NOT NULL,"
        " size INTEGER NOT NULL, plan TEXT NOT NULL, PRIMARY KEY (id, language, format, sha256) ) WITHOUT ROWID"
    ),
    "versions": (
        "CREATE TABLE versions ("
        " plan TEXT PRIMARY KEY, version TEXT NOT NULL, letter_sha256 TEXT NOT NULL ) WITHOUT ROWID"
    ),
    "messages": (
        "CREATE TABLE messages ("
        " n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
        " reply TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT '',"
        " email TEXT NOT NULL DEFAULT '', delivery INTEGER NOT NULL DEFAULT 0 )"
    ),
    "messages_by_state": "CREATE INDEX messages_by_state ON messages (state, n)",
    "posted": "CREATE TABLE posted (plan TEXT NOT NULL)",
    "deliveries": (
        "CREATE TABLE deliveries ("
        " delivery INTEGER PRIMARY KEY, id TEXT NOT NULL, same_id TEXT NOT NULL, name TEXT NOT NULL,"
        " email TEXT NOT NULL, language TEXT NOT NULL, audience INTEGER NOT NULL, plan TEXT NOT NULL,"
        " message_id TEXT NOT NULL )"
    ),
    "deliveries_by_id": "CREATE INDEX deliveries_by_id ON deliveries (same_id)",
    "deliveries_by_message_id": "CREATE INDEX deliveries_by_message_id ON deliveries (message_id)",
    "events": (
        "CREATE TABLE events ("
        " event INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,"
        " reply TEXT NOT NULL, at TEXT NOT NULL, sha256 BLOB NOT NULL, files TEXT NOT NULL )"
    ),
    "events_by_delivery": "CREATE INDEX events_by_delivery ON events (delivery, event)",
    CHECKSUMS: f"CREATE TABLE {CHECKSUMS} (name TEXT PRIMARY KEY, sum INTEGER NOT NULL) WITHOUT ROWID",
}
_INDEXES: Final[Mapping[str, tuple[str, ...]]] = {
    "messages": ("messages_by_state",),
    "deliveries": ("deliveries_by_id", "deliveries_by_message_id"),
    "events": ("events_by_delivery",),
}
_EARLIER: Final[Mapping[str, str]] = {
    "former": "CREATE TABLE former (name TEXT PRIMARY KEY, sha256 BLOB NOT NULL) WITHOUT ROWID",
    "messages": (
        "CREATE TABLE messages ("
        " n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
        " reply TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT '' )"
    ),
    "earlier_messages": (
        "CREATE TABLE earlier_messages ("
        " plan TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, reply TEXT NOT NULL,"
        " message_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (plan, id) ) WITHOUT ROWID"
    ),
}
"""The tables of ledgers of versions 1 and 2 that are different today."""


def create_tables(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Creates tables and their indexes, where they are missing."""
    for name in (one for table in names for one in (table, *_INDEXES.get(table, ()))):
        create, kind, rest = _DEFINITIONS[name].split(" ", 2)
        connection.execute(f"{create} {kind} IF NOT EXISTS {rest}")


def tables_of(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The names of a ledger's tables."""
    rows = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return tuple(name for (name,) in rows)


def columns_of(connection: sqlite3.Connection, table: str) -> Mapping[str, str]:
    """The columns of a table and their types."""
    return dict(connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall())


def foreign_part(connection: sqlite3.Connection) -> str:
    """The name of something in the file that is not part of a ledger, or is not as a ledger has it; "" if none is."""
    rows = connection.execute("SELECT name, sql FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    known = _DEFINITIONS
    if version_of(connection) < VERSION:
        known = {**known, **{name: sql for name, sql in _EARLIER.items() if name != "messages"}}
        if any(name == "earlier_messages" for name, _ in rows):
            known["messages"] = _EARLIER["messages"]
    for name, sql in rows:
        if name not in known or _collapsed(sql) != _collapsed(known[name]):
            return str(name)
    return ""


def version_of(connection: sqlite3.Connection) -> int:
    """The version of a ledger's tables; 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _collapsed(sql: str) -> str:
    """A definition without blanks, in which releases and programs that copy databases differ."""
    return "".join(sql.split()).replace('"', "")
