"""Remembers the copies of plans that were replaced: who got which, and from which version of the letter."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from circulars.merge.planning.cells import read_cells
from circulars.merge.planning.facts import PlanFacts
from circulars.merge.planning.kinds import KINDS

_NAME: Final = "id || '.' || language || '.' || format"
_KEEP: Final = """
    INSERT OR IGNORE INTO earlier_copies SELECT id, language, format, sha256, name_of(cells), size, ?
    FROM copies JOIN addressees USING (n) WHERE n >= ?"""
_KEEP_ADDRESSES: Final = """
    INSERT OR IGNORE INTO earlier_copies SELECT id, language, ?, x'', name_of(cells), 0, ?
    FROM addressees WHERE n >= ?"""
_FORMER: Final = f"""
    SELECT name, sha256 FROM (SELECT {_NAME} AS name, max(sha256) AS sha256 FROM earlier_copies GROUP BY 1)
    WHERE sha256 != x'' AND name NOT IN (SELECT {_NAME} FROM copies JOIN addressees USING (n))"""  # noqa: S608  # a constant


def keep_copies(connection: sqlite3.Connection, facts: PlanFacts | None, n: int = 0) -> None:
    """Remembers the copies of a plan's addressees from number ``n`` on.

    Labels and envelopes are no copies of a letter: who got one is remembered, without a sum.
    """
    if not facts:
        return
    read_cells(connection, facts.inputs.columns)
    connection.execute(_KEEP, (facts.plan, n))
    if facts.done and KINDS[facts.inputs.order.kind].stock:
        connection.execute(_KEEP_ADDRESSES, (facts.inputs.order.kind, facts.plan, n))


def former_files(connection: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """The names and SHA-256 of files that earlier plans made and this one does not."""
    yield from connection.execute(_FORMER)
