"""Reports a table that became two, and two that became one, each as one change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from circulars.review.comparing.changes import Change, Segment
from circulars.review.comparing.consequences import listed
from circulars.review.comparing.matched import Matched

Homes = Mapping[str, Matched]
"""By the key of an old table: the table of both versions that has rows of it."""


def homes_of(root: Matched) -> Homes:
    """The tables of both versions, by their own old keys, and by those of the tables that were merged into them."""
    tables = [part for part in root.walk() if part.unit.family == "table" and part.old and part.new]
    merged = {_table(row): table for table in tables for row in table.parts if is_of_other(row, table)}
    return merged | {table.old.key: table for table in tables if table.old}


def is_of_other(row: Matched, table: Matched) -> bool:
    """Whether a row was in another table."""
    return row.fate == "moved" and (table.old is None or _table(row) != table.old.key)


def _table(row: Matched) -> str:
    """The key of the old table of a row."""
    return row.old.key.rpartition("#")[0] if row.old else ""


def divided_change(table: Matched, homes: Homes) -> Iterator[Change]:
    """The change of a table of one version that has rows which another table of the other version has."""
    fate = "moved" if table.new else "moved away"
    rows = [row for row in table.parts if row.fate == fate]
    home = homes.get(_table(rows[0])) if rows and not (table.old and table.new) else None
    if home is None or home.old is None or home.new is None:
        return
    kept = [row for row in home.parts if row.fate == "kept" and row.unit.family == "row"]
    first_kept = home.parts.index(kept[0]) if kept else 0
    is_first = any(row.fate in ("moved", "moved away") for row in home.parts[:first_kept])
    pieces = [_words(rows), _words(kept)] if is_first else [_words(kept), _words(rows)]
    between = Segment("added" if table.new else "removed", "\n", "list")
    segments = (Segment("equal", pieces[0]), between, Segment("equal", pieces[1]))
    if table.new:
        places = _in_order(home.new.place, table.new.place, is_first)
        yield Change("split", places, table.new.id, segments, (), home.old.place, home.old.key, table.new.key)
    elif table.old:
        was = _in_order(home.old.place, table.old.place, is_first)
        yield Change("merged", home.new.place, home.new.id, segments, (), was, table.old.key, home.new.key)


def _in_order(home: str, other: str, is_first: bool) -> str:
    """The places of two tables, of which the other one may be the first."""
    return listed((other, home) if is_first else (home, other))


def _words(rows: list[Matched]) -> str:
    return "\n".join(" | ".join(cell.lines for cell in row.unit.parts) for row in rows)
