"""Writes two tables of Word files as one, with tracked rows, cells and columns."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.render.docx.markup import w
from circulars.review.comparing.common import increasing
from circulars.review.reports.redline.blocks import Block, DocxCell, DocxRow, DocxTable
from circulars.review.reports.redline.elements import element, same
from circulars.review.reports.redline.links import Links
from circulars.review.reports.redline.merged import Joint, Kind, matched, merged
from circulars.review.reports.redline.moves import name_moves
from circulars.review.reports.redline.pairing import Pair
from circulars.review.reports.redline.settling import settled
from circulars.review.reports.redline.tracked import Tracker
from circulars.review.reports.redline.writing import blocks_of_text

_ROW: Final[dict[Kind, str]] = {"removed": "del", "added": "ins"}
_CELL: Final[dict[Kind, str]] = {"removed": "cellDel", "added": "cellIns"}


@dataclass(frozen=True, slots=True)
class RedlineWriter:
    """Writes merged texts, with the tables in them."""

    links: Links
    tracker: Tracker

    def text(self, old: Sequence[Block], new: Sequence[Block]) -> list[etree._Element]:
        """The paragraphs and tables of two bodies, cells or footnotes; one of both may have none."""
        text = settled(merged(old, new, self.links))
        # The last paragraph of a cell goes with the cell, and that of a footnote with its mark.
        if text and not (old and new) and text[-1].is_mark:
            text[-1] = Joint("kept", text[-1].shown, text[-1].shown)
        name_moves(text, self.links)
        return blocks_of_text(text, self.tracker, self.table)

    def table(self, one: Joint) -> etree._Element:
        """A table of the old text, of the new one, or of both."""
        old, new = one.old, one.new
        if not (isinstance(old, DocxTable) and isinstance(new, DocxTable)):
            assert isinstance(one.shown, DocxTable)  # only tables are written here
            return self._table(one.shown, [self._row(row, one.kind) for row in one.shown.rows])
        rows: list[etree._Element] = []
        i = j = 0
        for a, b in (*_row_pairs(old.rows, new.rows, self.links), (len(old.rows), len(new.rows))):
            rows += [self._row(row, "removed") for row in old.rows[i:a]]
            rows += [self._row(row, "added") for row in new.rows[j:b]]
            if a < len(old.rows):
                rows.append(self._both(old.rows[a], new.rows[b]))
            i, j = a + 1, b + 1
        table = self._table(new, rows)
        self._former(table.find(w("tblPr")), "tblPrChange", old.element.find(w("tblPr")))
        grids = old.element.find(w("tblGrid")), table.find(w("tblGrid"))
        if grids[0] is None or grids[1] is None:
            return table
        _widen(grids[1], rows)
        if not same(*grids):
            change = element("tblGridChange", {"id": str(next(self.tracker.numbers))})
            change.append(copy.deepcopy(grids[0]))
            grids[1].append(change)
        return table

    def _table(self, table: DocxTable, rows: Sequence[etree._Element]) -> etree._Element:
        result = element("tbl")
        result.extend(copy.deepcopy(one) for one in table.element if one.tag in (w("tblPr"), w("tblGrid")))
        result.extend(rows)
        return result

    def _row(self, row: DocxRow, kind: Kind) -> etree._Element:
        """A whole row that was removed, added or kept."""
        properties = _properties(row.element, "trPr")
        if kind != "kept":
            properties.append(self.tracker.change(_ROW[kind]))
        cells = [self._cell(cell, kind) for cell in row.cells]
        return _holder("tr", row.element, properties, cells)

    def _cell(self, cell: DocxCell, kind: Kind, mark: bool = False) -> etree._Element:
        properties = _properties(cell.element, "tcPr")
        if mark:
            properties.append(self.tracker.change(_CELL[kind]))
        blocks = (cell.blocks, []) if kind == "removed" else ([], cell.blocks)
        return _holder("tc", cell.element, properties, self.text(*blocks))

    def _both(self, old: DocxRow, new: DocxRow) -> etree._Element:
        """A row of both tables."""
        cells: list[etree._Element] = []
        i = j = 0
        for a, b in (*_cell_pairs(old.cells, new.cells, self.links), (len(old.cells), len(new.cells))):
            cells += [self._cell(cell, "removed", mark=True) for cell in old.cells[i:a]]
            cells += [self._cell(cell, "added", mark=True) for cell in new.cells[j:b]]
            if a < len(old.cells):
                cells.append(self._cell_of_both(old.cells[a], new.cells[b]))
            i, j = a + 1, b + 1
        properties = _properties(new.element, "trPr")
        self._former(properties, "trPrChange", _properties(old.element, "trPr"))
        return _holder("tr", new.element, properties, cells)

    def _cell_of_both(self, old: DocxCell, new: DocxCell) -> etree._Element:
        properties = _properties(new.element, "tcPr")
        self._former(properties, "tcPrChange", _properties(old.element, "tcPr"))
        return _holder("tc", new.element, properties, self.text(old.blocks, new.blocks))

    def _former(self, properties: etree._Element | None, name: str, old: etree._Element | None) -> None:
        if properties is not None and old is not None and not same(properties, old):
            self.tracker.former(properties, name, old)


def _widen(grid: etree._Element, rows: Sequence[etree._Element]) -> None:
    """Gives a grid the columns that are removed as well: until then, their cells are in the rows."""
    widest = max(rows, key=lambda row: sum(map(_span, row.iterchildren(w("tc")))))
    cells = [*widest.iterchildren(w("tc"))]
    if sum(map(_span, cells)) <= len(grid):
        return
    for column in [*grid]:
        grid.remove(column)
    for cell in cells:
        width = cell.find(f"{w('tcPr')}/{w('tcW')}")
        twips = int(width.get(w("w"), "0")) if width is not None else 0
        grid.extend(element("gridCol", {"w": str(twips // _span(cell))}) for _ in range(_span(cell)))


def _span(cell: etree._Element) -> int:
    """The number of columns that a cell spans."""
    span = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
    return int(span.get(w("val"), "1")) if span is not None else 1


def _properties(holder: etree._Element, name: str) -> etree._Element:
    found = holder.find(w(name))
    return element(name) if found is None else copy.deepcopy(found)


def _holder(
    name: str, former: etree._Element, properties: etree._Element, children: Sequence[etree._Element]
) -> etree._Element:
    """A row or a cell with its properties, if it has any."""
    result = element(name)
    result.attrib.update(former.attrib)
    exceptions = former.find(w("tblPrEx"))
    if exceptions is not None:
        result.append(copy.deepcopy(exceptions))
    if len(properties):
        result.append(properties)
    result.extend(children)
    return result


def _row_pairs(old: Sequence[DocxRow], new: Sequence[DocxRow], links: Links) -> list[Pair]:
    """The rows that correspond: with most of the same parts of the letter, or with none in the same place."""
    pairs = _by_keys([row.keys for row in old], [row.keys for row in new], links)
    found = _with_blank(pairs, len(old), len(new), lambda i, j: not old[i].keys and not new[j].keys)
    # LibreOffice loses the words of a cell that is joined with the one above it, also where that is a tracked change.
    return [(i, j) for i, j in found if _are_joined_alike(old[i], new[j], links)]


def _are_joined_alike(old: DocxRow, new: DocxRow, links: Links) -> bool:
    """Whether the cells in the same columns are joined alike with those above and below."""
    columns = [(n, n) for n in range(len(old.cells))]
    pairs = columns if len(old.cells) == len(new.cells) else _cell_pairs(old.cells, new.cells, links)
    return all(_join(old.cells[i]) == _join(new.cells[j]) for i, j in pairs)


def _join(cell: DocxCell) -> str:
    """How a cell is joined with those above and below: it is the first one, a further one, or alone."""
    joined = cell.element.find(f"{w('tcPr')}/{w('vMerge')}")
    return "alone" if joined is None else joined.get(w("val"), "continue")


def _cell_pairs(old: Sequence[DocxCell], new: Sequence[DocxCell], links: Links) -> list[Pair]:
    """The cells that correspond: with the same part of the letter, or between these."""
    pairs = _by_keys([cell.keys for cell in old], [cell.keys for cell in new], links)
    if len(old) == len(new):
        return _with_blank(pairs, len(old), len(new), lambda i, j: True)
    return _with_blank(pairs, len(old), len(new), lambda i, j: not old[i].keys and not new[j].keys)


def _by_keys(old: Sequence[frozenset[str]], new: Sequence[frozenset[str]], links: Links) -> list[Pair]:
    """The rows or cells with most of the same parts of the letter, in one order."""
    counts = [
        (len(shared), i, j)
        for i, own in enumerate(map(links.keys, old))
        for j, keys in enumerate(new)
        if (shared := own & keys)
    ]
    return increasing(sorted(matched(counts), key=lambda pair: pair[1]))


def _with_blank(pairs: Sequence[Pair], old: int, new: int, fits: Callable[[int, int], bool]) -> list[Pair]:
    """The pairs, and those between them of the same place that fit."""
    found: list[Pair] = []
    i = j = 0
    for pair in (*pairs, (old, new)):
        between = zip(range(i, pair[0]), range(j, pair[1]), strict=False)
        found += (one for one in between if fits(*one))
        found.append(pair)
        i, j = pair[0] + 1, pair[1] + 1
    return found[:-1]
