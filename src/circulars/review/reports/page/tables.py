"""Tables on a page of changes: the rows that changed with their neighbours, the others folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup

from circulars.review.comparing.grids import columns_of
from circulars.review.comparing.matched import Matched
from circulars.review.reports.page.cells import Cells, PlacedCell
from circulars.review.reports.page.words import MarkedText

_FEW = 3  # unchanged rows that are not folded


@dataclass(frozen=True, slots=True)
class EntryView:
    """A paragraph of a list in a cell: the label of the entry, or "", and its marked words."""

    label: Markup
    words: Markup


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: its marked words, whether it is a header, how many columns and rows it covers, and its lists."""

    words: Markup
    is_head: bool = False
    width: int = 1
    height: int = 1
    entries: tuple[EntryView, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRowView:
    """A row of a table, and its address on the page if it changed."""

    cells: tuple[CellView, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class TableRun:
    """Rows that follow each other, shown or folded."""

    rows: tuple[TableRowView, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: its title, with its address on the page if it changed, its header rows, and its rows in runs."""

    caption: Markup
    caption_anchor: str
    heads: tuple[TableRowView, ...]
    runs: tuple[TableRun, ...]


def table_of(part: Matched, text: MarkedText, anchors: Mapping[str, str]) -> TableView:
    """A table with its changes; ``anchors`` are the addresses of changed rows by their keys, each after its version.

    A row that changed only in another language is shown, too; the address of one that is on the page before is "".
    """
    writer = _RowWriter(text, anchors)
    columns = columns_of(part)
    captions, heads, rows = (
        [one for one in part.parts if one.unit.family == family] for family in ("caption", "head", "row")
    )
    grid, head_grid = Cells(rows, columns), Cells(heads, columns)
    # The title and the header rows are shown, or folded away, with the first row.
    is_above = any(_is_changed(one, anchors) for one in (*captions, *heads))
    changed = [is_above, *(_is_changed(row, anchors) for row in rows)]
    shown = [any(changed[place : place + 3]) for place in range(len(rows))]
    if len(rows) - sum(shown) <= _FEW or part.fate in ("added", "removed"):
        shown = [True] * len(rows)
    runs = []
    for is_shown, run in groupby(grid.together(shown), key=itemgetter(1)):
        runs.append(TableRun(tuple(writer.row(rows[place], grid.of(place)) for place, _ in run), not is_shown))
    return TableView(
        Markup("<br>").join(map(text.of, captions)),
        next(filter(None, map(writer.anchor, captions)), ""),
        tuple(writer.row(one, head_grid.of(place), is_head=True) for place, one in enumerate(heads)),
        tuple(runs),
    )


def _is_changed(row: Matched, anchors: Mapping[str, str]) -> bool:
    """Whether a row or a title changed in this language, or in another one: then it has an address."""
    words = (segment for one in row.walk() for segment in one.words if not segment.quiet)
    return (
        row.fate != "kept"
        or any(segment.mark != "equal" for segment in words)
        or any(key in anchors for key in keys_of(row))
    )


@dataclass(frozen=True, slots=True)
class _RowWriter:
    """Writes the rows of a table."""

    text: MarkedText
    anchors: Mapping[str, str]

    def row(self, row: Matched, cells: Iterable[PlacedCell], is_head: bool = False) -> TableRowView:
        """A row, with its address if it has one."""
        return TableRowView(tuple(self._cell(cell, is_head) for cell in cells), self.anchor(row))

    def anchor(self, row: Matched) -> str:
        """The address of a row or a title; "" if it has none."""
        keys = () if row.fate == "moved away" else keys_of(row)
        return next((self.anchors[key] for key in keys if key in self.anchors), "")

    def _cell(self, cell: PlacedCell, is_head: bool) -> CellView:
        if cell.part is None:
            return CellView(Markup())  # a header without words would be announced as nothing
        lists = (one for one in cell.part.parts if one.unit.family == "list")
        entries = tuple(EntryView(self.text.label(one), self.text.of(one)) for part in lists for one in _entries(part))
        return CellView(self.text.of(cell.part), is_head, cell.part.unit.width, cell.height, entries)


def _entries(part: Matched) -> Iterator[Matched]:
    """What has words of its own in a list, in reading order: those of what was split or merged are in its pieces."""
    for inner in part.parts:
        if inner.fate not in ("split", "merged") and (inner.unit.words or inner.words):
            yield inner
        yield from _entries(inner)


def keys_of(part: Matched) -> tuple[str, ...]:
    """The keys of a part in both versions, each after its version: "new body.2#3", "old body.2#2"."""
    return (*((f"new {part.new.key}",) if part.new else ()), *((f"old {part.old.key}",) if part.old else ()))
