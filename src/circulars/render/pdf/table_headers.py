"""Keeps a table's header row on the page if it and the first row together are higher than a page.

WeasyPrint leaves such a header out, and its words are lost. So the first row is split below the header; if there is no
room for a line of it, the header is laid out as an ordinary row: it may be split too, and is not repeated.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

_SLACK: Final = 0.1
"""By how many pixels a table may be too high: WeasyPrint's sums are not exact."""

Layout = Callable[..., tuple[Any, ...]]


def keep_headers(block: Any) -> None:
    """Has WeasyPrint's module for blocks lay out the header of every table."""
    block.table_layout = functools.partial(_with_header, block.table_layout)


def _with_header(
    layout: Layout,
    context: Any,
    table: Any,
    bottom_space: float,
    skip_stack: Any,
    container: Any,
    page_is_empty: bool,
    absolute_boxes: list[Any],
    fixed_boxes: list[Any],
) -> tuple[Any, ...]:
    """The part of a table that fits on a page, as WeasyPrint's ``table_layout`` returns it."""
    counts = len(absolute_boxes), len(fixed_boxes)

    def laid_out() -> tuple[Any, ...]:
        del absolute_boxes[counts[0] :], fixed_boxes[counts[1] :]
        return layout(context, table, bottom_space, skip_stack, container, page_is_empty, absolute_boxes, fixed_boxes)

    found = laid_out()
    if skip_stack is not None or not page_is_empty or _has_header(found[0]) or not _has_header(table):
        return found
    found = _with_split_row(laid_out, table)
    if _has_header(found[0]) and not context.overflows_page(bottom_space - _SLACK, _end(found[0])):
        return found
    table.children[0].is_header = False  # on the following pages, too
    return laid_out()


def _has_header(table: Any) -> bool:
    return bool(table and table.children and table.children[0].is_header)


def _with_split_row(laid_out: Callable[[], tuple[Any, ...]], table: Any) -> tuple[Any, ...]:
    """The table with the header and as much of the first row as there is room for.

    WeasyPrint splits a row below a header only if the row's group is to be kept together, and is too high for that.
    """
    group = next((child for child in table.children if not (child.is_header or child.is_footer)), None)
    if group is None:
        return (None,)
    style = group.style
    group.style = style.copy()
    group.style["break_inside"] = "avoid"
    try:
        found = laid_out()
    finally:
        kept, group.style = group.style, style
    for child in found[0].children if found[0] else ():
        if child.style is kept:
            child.style = style
    return found


def _end(table: Any) -> float:
    end: float = table.content_box_y() + table.height
    return end
