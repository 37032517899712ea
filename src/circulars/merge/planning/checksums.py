"""Checksums of a ledger's tables, by which a change that another program made is noticed.

The checksum of a table is the sum of those of its rows. It changes in the transaction that changes the rows, so that
it is right after a crash, too. It is a checksum, not a signature: anyone who may write to the file and knows this
program can compute it.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import starmap
from typing import Final

from circulars.merge.planning.tables import (
    ADDED_TO_ONLY,
    CHECKSUMS,
    columns_of,
    create_tables,
    foreign_part,
    tables_of,
    version_of,
)

_MASK: Final = (1 << 62) - 1  # SQLite's numbers have 63 bits and a sign, and two of these are added
_BULK: Final = ("addressees", "copies")
"""Tables with a row or more for each addressee. A trigger for each new row would slow a merge down."""
Value = int | str | bytes | None
"""A value as SQLite returns it."""


def row_sum(*values: Value) -> int:
    """The checksum of a row: 62 bits of a hash of its values and their types."""
    return int.from_bytes(blake2b(marshal.dumps(values, 0), digest_size=8).digest(), "big") >> 2


def add_rows(connection: sqlite3.Connection, statement: str, table: str, rows: Iterable[Sequence[Value]]) -> None:
    """Runs an ``INSERT`` statement into a table for many rows, for each row. The connection must be in a transaction.

    The values must be those of all columns, as SQLite returns them: no ``bool``.
    """
    new = list(rows)
    connection.executemany(statement, new)
    added = sum(starmap(row_sum, new)) & _MASK
    connection.execute(f"UPDATE {CHECKSUMS} SET sum = (sum + ?) & {_MASK} WHERE name = ?", (added, table))  # noqa: S608


def sum_of_rows(batches: Iterable[Iterable[Sequence[Value]]]) -> int:
    """The checksum of addressees as they are put into a plan, without their numbers and ranks, in any order."""
    return sum(row_sum(*row[1:6]) for batch in batches for row in batch) & _MASK


def watch(connection: sqlite3.Connection) -> None:
    """Has a connection keep the checksums of all tables up to date, except for new rows of tables for many rows.

    Tables that have no checksum yet get one.
    """
    create_tables(connection, [CHECKSUMS])
    connection.execute("PRAGMA recursive_triggers = ON")  # else a row that another one replaces would not count
    connection.create_function("row_sum", -1, row_sum, deterministic=True)
    known = dict(connection.execute(f"SELECT name, sum FROM {CHECKSUMS}"))  # noqa: S608  # a constant
    for table in tables_of(connection):
        if table == CHECKSUMS:
            continue
        if table not in known:
            connection.execute(f"INSERT INTO {CHECKSUMS} VALUES (?, ?)", (table, _sum_of(connection, table)))  # noqa: S608
        old, new = (
            f"row_sum({', '.join(f'{row}.{name}' for name in columns_of(connection, table))})" for row in ("OLD", "NEW")
        )
        changes = {"DELETE": f"- {old}", "UPDATE": f"- {old} + {new}"}
        if table in ADDED_TO_ONLY:
            changes = {}
            for event in ("DELETE", "UPDATE"):
                connection.execute(
                    f"CREATE TEMP TRIGGER IF NOT EXISTS keep_{table}_{event} BEFORE {event} ON main.{table} "
                    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
                )
        if table not in _BULK:
            changes["INSERT"] = f"+ {new}"
        for event, change in changes.items():
            connection.execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS checksum_{table}_{event} AFTER {event} ON main.{table} BEGIN "  # noqa: S608  # constant names
                f"UPDATE {CHECKSUMS} SET sum = (sum {change}) & {_MASK} WHERE name = '{table}'; END"
            )


def renew_sum(connection: sqlite3.Connection, table: str) -> None:
    """Computes a table's checksum again, after its rows were replaced by a query."""
    update = f"UPDATE {CHECKSUMS} SET sum = ? WHERE name = ?"  # noqa: S608  # a constant
    connection.execute(update, (_sum_of(connection, table), table))


def change_in(connection: sqlite3.Connection) -> str:
    """What another program has changed in a ledger, in words; "" if nothing.

    A ledger of version 1 has no checksums. Its values must at least have the types of their columns.

    Raises:
        sqlite3.Error: the file is damaged.
    """
    if name := foreign_part(connection):
        return f"'{name}' was added or redefined"
    [found] = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        return f"it is damaged: {found}"
    tables = set(tables_of(connection))
    if CHECKSUMS not in tables:
        return _wrong_type_in(connection) if version_of(connection) == 1 else "its checksums are missing"
    known = dict(connection.execute(f"SELECT name, sum FROM {CHECKSUMS}"))  # noqa: S608  # a constant
    for table in sorted((tables | set(known)) - {CHECKSUMS}):
        if table not in known or table not in tables or known[table] != _sum_of(connection, table):
            return f"the table '{table}' is not as it was written"
    return ""


def _wrong_type_in(connection: sqlite3.Connection) -> str:
    """The first column of a ledger with a value of the wrong type, in words; "" if there is none."""
    for table in tables_of(connection):
        for column, type in columns_of(connection, table).items():
            wrong = f"SELECT 1 FROM {table} WHERE typeof({column}) NOT IN (?, 'null') LIMIT 1"  # noqa: S608  # names of ours
            if connection.execute(wrong, (type.lower(),)).fetchone():
                return f"a value in '{table}.{column}' has the wrong type"
    return ""


def _sum_of(connection: sqlite3.Connection, table: str) -> int:
    names = ", ".join(columns_of(connection, table))
    return sum(starmap(row_sum, connection.execute(f"SELECT {names} FROM {table}"))) & _MASK  # noqa: S608  # names of ours
