"""Tables on a page of changes: the rows that changed with their neighbours, the others folded."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from circulars.review.comparison import Matched
from circulars.review.page.words import MarkedText

_FEW = 3  # unchanged rows that are not folded


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: its marked words, and whether it is a header."""

    words: Markup
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class TableRun:
    """Rows that follow each other, shown or folded."""

    rows: tuple[tuple[CellView, ...], ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: its title, its header rows, and its rows in runs."""

    caption: Markup
    heads: tuple[tuple[CellView, ...], ...]
    runs: tuple[TableRun, ...]


def table_of(part: Matched, text: MarkedText) -> TableView:
    """A table with its changes."""
    captions = [text.of(one) for one in part.parts if one.unit.family == "caption"]
    heads = tuple(_cells(one, text, is_head=True) for one in part.parts if one.unit.family == "head")
    rows = [one for one in part.parts if one.unit.family == "row"]
    changed = [_is_changed(row) for row in rows]
    shown = [any(changed[max(place - 1, 0) : place + 2]) for place in range(len(rows))]
    if len(rows) - sum(shown) <= _FEW or part.fate in ("added", "removed"):
        shown = [True] * len(rows)
    runs = []
    for is_shown, run in groupby(zip(rows, shown, strict=True), key=lambda pair: pair[1]):
        runs.append(TableRun(tuple(_cells(row, text) for row, _ in run), not is_shown))
    return TableView(Markup("<br>").join(captions), heads, tuple(runs))


def _is_changed(row: Matched) -> bool:
    return row.fate != "kept" or any(
        segment.mark != "equal" for one in row.walk() for segment in one.words if not segment.quiet
    )


def _cells(row: Matched, text: MarkedText, is_head: bool = False) -> tuple[CellView, ...]:
    return tuple(CellView(text.of(cell), is_head) for cell in row.parts)
