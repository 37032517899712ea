"""Checks the cells of tables in a PDF: their header cells, and whether they form rows and columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.content import Content
from circulars.accessibility.pdf.file import PdfFile, get, items, name_of, text
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import Tag, TagTree, attribute

_MAX_SPAN: Final = 500
MAX_PLACES: Final = 1_000_000
"""How many places the cells of all tables take at most, counting a merged cell once for each place."""
_SCOPES: Final = ("Row", "Column", "Both")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell: its ID, the IDs of the header cells to which it refers, its scope, and how far it extends."""

    tag: Tag
    id: str
    headers: tuple[str, ...]
    has_scope: bool
    width: int
    height: int

    @property
    def is_head(self) -> bool:
        return self.tag.kind == "TH"


def check_tables(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that tables have header cells, that cells belong to them, and that rows and columns are equal."""
    classes = get(file.root, "/StructTreeRoot", "/ClassMap")
    left = MAX_PLACES
    for table in tree.tags:
        if table.kind != "Table":
            continue
        spot = file.spot(table.page, tree.text(table, content))
        rows = [
            [_cell(tag, classes) for tag in tree.held(row) if tag.kind in ("TH", "TD")] for row in _rows(table, tree)
        ]
        if not any(cell.is_head for row in rows for cell in row):
            count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
            yield PDF["no-header-cells"].finding(spot, f"a table of {count} has no header cell")
        for code, cell, fact in _unheaded(rows):
            yield PDF[code].finding(file.spot(table.page, tree.text(cell.tag, content)), fact)
        left -= sum(cell.width * cell.height for row in rows for cell in row)
        if left > 0 and (fact := _irregular(rows)):
            yield PDF["uneven-table"].finding(spot, fact)


def _rows(table: Tag, tree: TagTree) -> Iterator[Tag]:
    """The rows of a table, without those of tables in it."""
    for tag in tree.held(table):
        if tag.kind == "TR":
            yield tag
        elif tag.kind in ("THead", "TBody", "TFoot"):
            yield from (row for row in tree.held(tag) if row.kind == "TR")


def _cell(tag: Tag, classes: Any) -> _Cell:
    headers = tuple(str(each) for each in items(attribute(tag, "/Headers", classes)))
    has_scope = name_of(attribute(tag, "/Scope", classes)) in _SCOPES
    width, height = _span(tag, "/ColSpan", classes), _span(tag, "/RowSpan", classes)
    return _Cell(tag, text(tag.node, "/ID"), headers, has_scope, width, height)


def _span(cell: Tag, name: str, classes: Any) -> int:
    span = attribute(cell, name, classes)
    return min(max(span, 1), _MAX_SPAN) if isinstance(span, int) else 1


def _unheaded(rows: list[list[_Cell]]) -> Iterator[tuple[str, _Cell, str]]:
    """The rule, the first cell and the fact, if cells belong to no header cell.

    That does not happen if each header cell has a scope: then a cell belongs to those in its row and column. Otherwise
    each cell must refer to its header cells.
    """
    cells = [cell for row in rows for cell in row]
    bare = [cell for cell in cells if cell.is_head and not cell.has_scope]
    if not bare:
        return
    heads = {cell.id for cell in cells if cell.is_head and cell.id}
    ids = {cell.id for cell in cells if cell.id}
    others = [cell for cell in cells if not cell.is_head]
    unknown = [(cell, id) for cell in others for id in cell.headers if id not in ids]
    if unknown:
        cell, id = unknown[0]
        yield "unknown-header-cell", cell, f"a cell refers to the header cell '{id[:40]}', which does not exist"
    lost = [cell for cell in others if not cell.headers or not heads.intersection(cell.headers)]
    if any(not set(cell.headers) - ids for cell in lost):
        fact = f"{len(bare)} of the table's header cells do not say which cells they belong to"
        yield "header-cell-without-scope", bare[0], fact


def _irregular(rows: list[list[_Cell]]) -> str:
    """Why the cells of a table do not form rows and columns, or ""."""
    taken: set[tuple[int, int]] = set()
    for down, row in enumerate(rows):
        across = 0
        for cell in row:
            while (down, across) in taken:
                across += 1
            for place in ((down + y, across + x) for y in range(cell.height) for x in range(cell.width)):
                if place in taken:
                    return "two cells of the table are in the same place, because one of them is merged over the other"
                taken.add(place)
            across += cell.width
    widths = Counter(y for y, _ in taken).values()
    heights = Counter(x for _, x in taken).values()
    if len(set(widths)) > 1:
        return f"the table's rows have different numbers of cells: {min(widths)} to {max(widths)}"
    if len(set(heights)) > 1:
        return f"the table's columns have different numbers of cells: {min(heights)} to {max(heights)}"
    return ""
