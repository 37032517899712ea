"""Reports columns of tables that were added, removed or moved, each as one change with its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from circulars.review.comparing.changes import Change, Mark, Segment
from circulars.review.comparing.matched import Column, Matched
from circulars.review.comparing.tree import Unit


def column_changes(table: Matched) -> Iterator[Change]:
    """The changes of the columns of a table that is in both documents."""
    if table.old is None or table.new is None:
        return
    rows = [row for row in table.parts if row.old and row.new]
    olds, news = [row.old for row in rows if row.old], [row.new for row in rows if row.new]
    for column in table.columns:
        if column.fate != "kept":
            yield _change(column, table.old, table.new, olds if column.fate == "removed" else news)


_WIDTH: Final = re.compile(r"over \d+ columns(?: and )?")
_MARKS: Mapping[str, Mark] = {"added": "added", "removed": "removed", "moved": "equal"}


def _change(column: Column, old: Unit, new: Unit, rows: Sequence[Unit]) -> Change:
    """The change of a column; ``rows`` are those of the version in which it is shown."""
    unit, place = (old, column.old) if column.fate == "removed" else (new, column.new)
    words = " | ".join(cell.lines for cell in _cells(rows, place))
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
    places = {column.old: column.new for column in columns if column.old >= 0 and column.new >= 0}
    for cell in (_with_own_look(one, places) for one in row.parts):
        in_column = cell.unit.column in (removed if cell.new is None else added if cell.old is None else ())
        if is_whole or not in_column:
            yield cell


def _with_own_look(cell: Matched, places: Mapping[int, int]) -> Matched:
    """The cell as if it always covered as many columns, if it covers others only because these came or went."""
    old, new = cell.old, cell.new
    if old is None or new is None or old.look == new.look:
        return cell
    covered, now = ({*range(one.column, one.column + one.width)} for one in (old, new))
    is_same = {places[column] for column in covered if column in places} == now & {*places.values()}
    is_same = is_same and _WIDTH.sub("", old.look) == _WIDTH.sub("", new.look)
    return replace(cell, old=replace(old, look=new.look)) if is_same else cell


def _cells(rows: Sequence[Unit], column: int) -> list[Unit]:
    """The cells that begin in a column."""
    return [cell for row in rows for cell in row.parts if cell.column == column]


def _name(rows: Sequence[Unit], column: int) -> str:
    """A column as readers name it: by its head, or by its number."""
    heads = [cell.words for cell in _cells([row for row in rows if row.family == "head"], column) if cell.words]
    return f"column {' '.join(heads) or column + 1}"
