"""Turns a table into its rows and cells to compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from circulars.model.grid import GridRow, grid
from circulars.model.places import caption_place, cell_place, inner_list_place, row_place
from circulars.model.text import Cell, Table, one_line
from circulars.review.comparing.list_items import items_of, list_look, page_look
from circulars.review.comparing.units import TITLE_LENGTH, Audiences, Unit, cut, lines_joined

_COUNT: Final = re.compile(r"([0-9]{1,4})[.)]?")


def table_look(table: Table) -> str:
    shares = ":".join(str(round(width * 100)) for width in table.widths)
    look = f"a table of {len(table.widths)} columns, {shares}" + (", with row headings" * table.row_heads)
    return (
        look
        + (f", aligned {' '.join(table.align)}" if table.align else "")
        + (", rows may split" * table.splits)
        + page_look(table)
    )


def rows_of(table: Table, key: str, place: str, audiences: Audiences) -> Iterator[Unit]:
    width = len(table.widths)
    if table.caption:
        yield Unit(caption_place(key), f"{place}, title", table.caption, (), "caption", family="caption")
    heads = [""] * width if table.heads else []
    for number, row in enumerate(grid(table.heads, width), start=1):
        head, row_key = f"head{number}" if number > 1 else "head", row_place(key, number, is_head=True)
        head_place = f"{place}, head row" + (f" {number}" if number > 1 else "")
        cells = tuple(_cells(row, row_key, head_place, [""] * width, audiences))
        cells = tuple(replace(cell, place=f"{head_place}, {_head_name(cell)}") for cell in cells)
        yield Unit(row_key, head_place, (), cells, head, family="head")
        for slot in row.slots:
            if not slot.is_continued:
                for column in range(slot.column, slot.column + slot.cell.colspan):
                    heads[column] = f"{heads[column]} {one_line(lines_joined(slot.cell.lines))}".strip()
    names = heads or ([""] * width if width <= 2 else [f"column {place}" for place in range(1, width + 1)])
    rows = tuple(grid(table.rows, width))
    firsts = [one_line(lines_joined(row.slots[0].cell.lines)) for row in rows]
    is_counted = _are_counted(firsts)
    seconds = [_with_second(row, first) for row, first in zip(rows, firsts, strict=True)]
    for number, (row, first) in enumerate(zip(rows, firsts, strict=True), start=1):
        is_alone = firsts.count(first) == 1
        row_name = (
            _row_name(first, number, firsts, table.row_heads)
            if is_alone
            else _row_name(seconds[number - 1], number, seconds)
        )
        cells = tuple(_cells(row, row_place(key, number), f"{place}, {row_name}", names, audiences))
        if row_name == first and len(cells) > 1 and not table.heads:  # the cell that names the row is named by others
            cells = (replace(cells[0], place=f"{place}, {cut(one_line(cells[1].spans)) or row_name}"), *cells[1:])
        yield Unit(
            row_place(key, number), f"{place}, {row_name}", (), cells, first if table.row_heads else "", family="row",
            number=first if is_counted else "",
        )  # fmt: skip


def _head_name(cell: Unit) -> str:
    """A cell of a head row as readers name it: by its words, or by its column."""
    return cut(one_line(cell.spans)) or f"column {cell.column + 1}"


def _are_counted(firsts: Sequence[str]) -> bool:
    """Whether the first cells of a table count its rows: 1, 2, 3, perhaps with a full stop."""
    numbers = [int(found[1]) for first in firsts if (found := _COUNT.fullmatch(first))]
    return len(numbers) == len(firsts) > 1 and numbers == [*range(numbers[0], numbers[0] + len(firsts))]


def _with_second(row: GridRow[Cell], first: str) -> str:
    """The words of a row's first cell and of the one after it; none if the first one is empty."""
    second = next((slot.cell for slot in row.slots if slot.cell is not row.slots[0].cell), None)
    return f"{first} {one_line(lines_joined(second.lines))}" if first and second else ""


def _row_name(first: str, number: int, firsts: Sequence[str], is_head: bool = False) -> str:
    """A row as readers name it: by its first cell, or by its number if that is empty, long or not the only one."""
    if not first or len(first) > TITLE_LENGTH or firsts.count(first) > 1:
        return f"row {number}"
    return first if is_head else f"row {first}"


def _cells(row: GridRow[Cell], key: str, place: str, heads: list[str], audiences: Audiences) -> Iterator[Unit]:
    for number, slot in enumerate((slot for slot in row.slots if not slot.is_continued), start=1):
        cell, head = slot.cell, heads[slot.column]
        is_named = head and cell.colspan < max(len(heads), 2)  # the heading of a group is below no head of a column
        shown = f"{place}, {head}" if is_named else place
        look = " and ".join(filter(None, ("with dashes" * cell.dashes, _span_look(cell))))
        own = cell_place(key, number)
        yield Unit(
            own, shown, lines_joined(cell.lines), tuple(_lists(cell, own, shown, audiences)),
            name=f"column {slot.column + 1}", family="cell", look=look, column=slot.column,
            width=cell.colspan, height=cell.rowspan,
        )  # fmt: skip


def _lists(cell: Cell, key: str, place: str, audiences: Audiences) -> Iterator[Unit]:
    own = inner_list_place(key)
    for listed in cell.lists:
        entries = tuple(items_of(own, place, listed.entries, audiences=audiences))
        yield Unit(own, place, (), entries, family="list", look=list_look(listed))


def _span_look(cell: Cell) -> str:
    """How many columns and rows a cell is over; "" for one."""
    counts = ((cell.colspan, "column"), (cell.rowspan, "row"))
    words = " and ".join(f"{count} {what}s" for count, what in counts if count > 1)
    return f"over {words}" if words else ""
