"""Keeps a table's header row on the page if there is no room for a line of the first row below it.

WeasyPrint leaves such a header out, and its words are lost. So it is laid out as an ordinary row: it may be split too,
and is not repeated.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

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
    table.children[0].is_header = False  # on the following pages, too
    return laid_out()


def _has_header(table: Any) -> bool:
    return bool(table and table.children and table.children[0].is_header)
