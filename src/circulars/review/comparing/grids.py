"""Puts the cells of two tables into one grid, which has the columns and the rows of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from circulars.review.comparing.matched import Matched
from circulars.review.comparing.tree import Unit

GridColumn = tuple[int | None, int | None]
"""The places of a column in the old and in the new table; None where it is not. One that moved is at two places."""


def rows_of(table: Matched) -> list[Matched]:
    """The rows of a table, with its header rows."""
    return [one for one in table.parts if one.unit.family in ("head", "row")]


def columns_of(table: Matched) -> list[GridColumn] | None:
    """The columns of both tables in one order; None if cells are in no such order, or cover several columns."""
    rows = rows_of(table)
    if any(cell.unit.width > 1 for row in rows for cell in row.parts):
        return None
    widths = [_width(unit) for unit in (table.old, table.new)]
    if table.old is None or table.new is None:
        return [(place, place) for place in range(max(widths))]
    found = {
        tuple(_columns_in(row))
        for row in rows
        if row.fate == table.fate and row.old and row.new
        if [len(row.old.parts), len(row.new.parts)] == widths
    }
    if not found and widths[0] == widths[1]:
        return [(place, place) for place in range(widths[1])]
    if len(found) != 1:
        return None
    columns = [*found.pop()]
    olds = sorted(old for old, _ in columns if old is not None)
    news = [new for _, new in columns if new is not None]
    return columns if (olds, news) == ([*range(widths[0])], [*range(widths[1])]) else None


def placed(row: Matched, columns: Sequence[GridColumn]) -> Iterator[Matched | None]:
    """The cells of a row, one for each column; None where the row has none."""
    by_old = {cell.old.column: cell for cell in row.parts if cell.old and cell.fate != "moved"}
    by_new = {cell.new.column: cell for cell in row.parts if cell.new}
    for old, new in columns:
        cell = by_new.get(new) if new is not None else None
        yield by_old.get(old) if cell is None and old is not None else cell


def _width(table: Unit | None) -> int:
    """The number of columns of a table."""
    cells = [cell for row in table.parts for cell in row.parts] if table else []
    return max((cell.column + cell.width for cell in cells), default=0)


def _columns_in(row: Matched) -> Iterator[GridColumn]:
    for cell in row.parts:
        is_here = cell.old is not None and (cell.fate != "moved" or row.fate == "moved")
        yield cell.old.column if cell.old and is_here else None, cell.new.column if cell.new else None
