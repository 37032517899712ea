"""Reports columns of tables that were added, removed or moved, each as one change with its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from circulars.review.changes import Change, Mark, Segment
from circulars.review.matched import Column, Matched
from circulars.review.tree import Unit


def column_changes(table: Matched) -> Iterator[Change]:
    """The changes of the columns of a table that is in both documents."""
    if table.old is None or table.new is None:
        return
    rows = [row for row in table.parts if row.old and row.new]
    olds, news = [row.old for row in rows if row.old], [row.new for row in rows if row.new]
    for column in table.columns:
        if column.fate != "kept":
            yield _change(column, table.old, table.new, olds if column.fate == "removed" else news)


_MARKS: Mapping[str, Mark] = {"added": "added", "removed": "removed", "moved": "equal"}


def _change(column: Column, old: Unit, new: Unit, rows: Sequence[Unit]) -> Change:
    """The change of a column; ``rows`` are those of the version in which it is shown."""
    unit, place = (old, column.old) if column.fate == "removed" else (new, column.new)
    words = " | ".join(cell.words for cell in _cells(rows, place))
    return Change(
        "column",
        f"{unit.place}, {_name(rows, place)}",
        unit.id,
        (Segment(_MARKS[column.fate], words),) if words else (),
        was=f"{old.place}, column {column.old + 1}" if column.fate == "moved" else "",
        old=f"{old.key}#column{column.old + 1}" if column.old >= 0 else "",
        new=f"{new.key}#column{column.new + 1}" if column.new >= 0 else "",
    )


def cells_beside_columns(row: Matched, columns: Sequence[Column]) -> Iterator[Matched]:
    """The cells of a row whose changes are not in those of a column."""
    added = {column.new for column in columns if column.fate == "added"}
    removed = {column.old for column in columns if column.fate == "removed"}
    is_whole = row.old is None or row.new is None
    for cell in row.parts:
        in_column = cell.unit.column in (removed if cell.new is None else added if cell.old is None else ())
        if is_whole or not in_column:
            yield cell


def _cells(rows: Sequence[Unit], column: int) -> list[Unit]:
    """The cells that begin in a column."""
    return [cell for row in rows for cell in row.parts if cell.column == column]


def _name(rows: Sequence[Unit], column: int) -> str:
    """A column as readers name it: by its head, or by its number."""
    heads = [cell.words for cell in _cells([row for row in rows if row.family == "head"], column) if cell.words]
    return f"column {' '.join(heads) or column + 1}"
