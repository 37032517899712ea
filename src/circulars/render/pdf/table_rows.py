"""Keeps rows that share a cell on one page, and splits a row that is higher than a page where it begins.

WeasyPrint moves a row that is kept whole to the next page, even if that page has no room for it either. Then a heading
above it is alone on its page.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any, Final

from circulars.render.pdf.footnotes import WithoutMovable
from circulars.render.pdf.table_headers import Layout

_TOP: Final = 0.25
"""The part of a page that is not left almost empty before a row or a cell."""
_LEAST: Final = 0.7
"""The part of a page that a row must be estimated to fill before it is measured."""
_LINES: Final = ("br", "p", "li")
"""The elements of a cell that begin a line."""


def keep_rows(block: Any) -> None:
    """Has WeasyPrint's module for blocks keep the rows of every table."""
    block.table_layout = functools.partial(_with_kept_rows, block.table_layout)


def _with_kept_rows(layout: Layout, context: Any, table: Any, *arguments: Any) -> tuple[Any, ...]:
    """What WeasyPrint's ``table_layout`` returns, after the breaks in the table have been settled."""
    for group in _bodies(table)[:1]:
        if not hasattr(group, "are_rows_kept"):
            group.are_rows_kept = True
            _settle_breaks(layout, context, table, arguments[2])
    return layout(context, table, *arguments)


def _settle_breaks(layout: Layout, context: Any, table: Any, container: Any) -> None:
    page = context.current_footnote_area.page
    if not any(_is_shared(row) or _may_be_high(row, table, page.height) for row in _rows(table)):
        return
    measured, *_ = layout(_WithoutFootnotes(context), table, -math.inf, None, container, True, [], [])
    header = sum(group.height for group in measured.children if group.is_header)
    above = table.position_y - page.content_box_y()
    first = page.height - header - (above if above < _TOP * page.height else 0)
    rows, place = _rows(table), 0
    for heights in _runs(_rows(measured)):
        room = page.height - header if place else first
        run = rows[place : place + len(heights)]
        place += len(heights)
        if sum(heights) <= room:
            for row in run[:-1]:
                _set(row, "break_after", "avoid")
        for row, height in zip(run, heights, strict=True):
            if height > room:
                _set(row, "break_inside", "auto")


def _runs(rows: list[Any]) -> Iterator[list[float]]:
    """The heights of the rows that share cells, run by run; the rows of a table that may be split share nothing."""
    heights: list[float] = []
    left = 0
    for row in rows:
        heights.append(row.height)
        spans = (cell.rowspan for cell in row.children) if row.style["break_inside"] == "avoid" else ()
        left = max(left, *spans, 1) - 1
        if not left:
            yield heights
            heights = []
    if heights:
        yield heights


def _bodies(table: Any) -> list[Any]:
    return [group for group in table.children if not (group.is_header or group.is_footer)]


def _rows(table: Any) -> list[Any]:
    return [row for group in _bodies(table) for row in group.children]


def _is_shared(row: Any) -> bool:
    """Whether a cell of a row goes on in the next one, and rows are kept whole."""
    return row.style["break_inside"] == "avoid" and any(cell.rowspan > 1 for cell in row.children)


def _may_be_high(row: Any, table: Any, page: float) -> bool:
    """Whether a row may be as high as a page with a height of ``page``: its letters are taken for squares."""
    if row.style["break_inside"] != "avoid":
        return False
    for cell in row.children:
        size = cell.style["font_size"]
        width = sum(table.column_widths[cell.grid_x :][: cell.colspan])
        letters = sum(map(len, cell.element.itertext()))
        lines = letters * size / max(width, size) + sum(1 for one in cell.element.iter() if one.tag in _LINES)
        if lines * size * 1.5 > _LEAST * page:
            return True
    return False


def _set(row: Any, name: str, value: str) -> None:
    row.style = row.style.copy()
    row.style[name] = value


class _WithoutFootnotes(WithoutMovable):
    """The context of a layout that only measures: footnotes are not put on the page."""

    footnotes: Final = ()
