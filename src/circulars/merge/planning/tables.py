"""The tables of a ledger. A file with any other table, view or trigger is not a ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

MERGE_TABLES: Final = ("facts", "addressees", "copies", "former")
"""The tables of every ledger."""
POST_TABLES: Final = ("messages", "earlier_messages", "posted")
"""The tables of a sending, in the ledger of its merge."""
MessageState: TypeAlias = Literal["planned", "sending", "sent", "failed", "unknown"]
"""The states of a message in a sending."""
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
    "former": "CREATE TABLE former (name TEXT PRIMARY KEY, sha256 BLOB NOT NULL) WITHOUT ROWID",
    "messages": (
        "CREATE TABLE messages ("
        " n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
        " reply TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT '' )"
    ),
    "messages_by_state": "CREATE INDEX messages_by_state ON messages (state, n)",
    "earlier_messages": (
        "CREATE TABLE earlier_messages ("
        " plan TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, reply TEXT NOT NULL,"
        " message_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (plan, id) ) WITHOUT ROWID"
    ),
    "posted": "CREATE TABLE posted (plan TEXT NOT NULL)",
    CHECKSUMS: f"CREATE TABLE {CHECKSUMS} (name TEXT PRIMARY KEY, sum INTEGER NOT NULL) WITHOUT ROWID",
}
_INDEXES: Final[Mapping[str, tuple[str, ...]]] = {"messages": ("messages_by_state",)}


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
    rows = connection.execute("SELECT name, sql FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    for name, sql in rows:
        if name not in _DEFINITIONS or _collapsed(sql) != _collapsed(_DEFINITIONS[name]):
            return str(name)
    return ""


def _collapsed(sql: str) -> str:
    """A definition without blanks, in which releases and programs that copy databases differ."""
    return "".join(sql.split()).replace('"', "")
