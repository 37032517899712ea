"""Finds words in tables of a Word template that letters would not show: in low rows or columns, or beside the page.

Lengths are in twips.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate

from lxml import etree

from circulars.render.docx.effective import StyleSheet, number
from circulars.render.docx.markup import w
from circulars.render.docx.misshown import Misshown
from circulars.render.docx.pages import Page
from circulars.render.docx.room_words import (
    LEAST_LINE,
    LEAST_TEXT,
    USUAL_LINE,
    SizedWords,
    first_of,
    in_points,
    words_in_element,
)

Placed = Mapping[etree._Element, SizedWords]
"""The words of paragraphs by their elements."""


def cut_off_in_table(table: etree._Element, words: Placed, sheet: StyleSheet, page: Page | None) -> Iterator[Misshown]:
    """The words of a table that letters would not show; ``page`` is the one that it is on, if its size is known."""
    yield from _rows(table, words, sheet)
    if fault := _floating(table, words, page) or _columns(table, words, sheet, page):
        yield fault


def _rows(table: etree._Element, words: Placed, sheet: StyleSheet) -> Iterator[Misshown]:
    for row in table.iterchildren(w("tr")):
        set_height = row.find(f"{w('trPr')}/{w('trHeight')}")
        if set_height is None or set_height.get(w("hRule")) != "exact":
            continue
        height = number(set_height.get(w("val"))) or 0
        cells = [cell for cell in row.iterchildren(w("tc")) if not _is_apart(cell)]
        lows = [one for cell in cells for one in words_in_element(cell, words) if height < _line_height(one, sheet)]
        if lows:
            fact = f"is in a table row of exactly {in_points(height)}, lower than a line of its words"
            yield first_of(lows).fault(fact, "set the row's height to 'At least' in Word (Table Properties, Row)")


def _is_apart(cell: etree._Element) -> bool:
    """Whether the height of a cell's row is not the height of its lines: it is merged with others, or turned."""
    return any(cell.find(f"{w('tcPr')}/{w(name)}") is not None for name in ("vMerge", "textDirection"))


def _line_height(one: SizedWords, sheet: StyleSheet) -> float:
    line = number(sheet.of_paragraph(one.element, "spacing", "line"))
    exact = sheet.of_paragraph(one.element, "spacing", "lineRule") == "exact" and line is not None
    return min(line or 0, one.size * 20 * LEAST_LINE) if exact else one.size * 20 * USUAL_LINE


def _columns(table: etree._Element, words: Placed, sheet: StyleSheet, page: Page | None) -> Misshown | None:
    """The first cell of a table whose words have no room, or are beside the page."""
    layout = table.find(f"{w('tblPr')}/{w('tblLayout')}")
    if layout is None or layout.get(w("type")) != "fixed":
        return None  # columns grow with their words
    start = _start(table, sheet, page)
    for row in table.iterchildren(w("tr")):
        for cell, across, width in _cells(row, table):
            found = words_in_element(cell, words)
            if not found or not width:
                continue
            one = first_of(found)
            if width / 20 < one.size:
                fact = f"is in a table column {in_points(width)} wide, narrower than its letters"
                return one.fault(fact, "make the column wider in Word, or delete it")
            if start is None or page is None:
                continue
            left = start + across
            if min(left + width, page.width) - max(left, 0) < min(LEAST_TEXT, width):
                return one.fault("is in a table column beside the page", "correct the table's indent and width in Word")
    return None


def _floating(table: etree._Element, words: Placed, page: Page | None) -> Misshown | None:
    """The first words of a table with text around it that is beside the page."""
    place = table.find(f"{w('tblPr')}/{w('tblpPr')}")
    found = words_in_element(table, words)
    if (
        place is None
        or page is None
        or not found
        or next(table.iterancestors(w("tc"), w("txbxContent")), None) is not None
    ):
        return None
    given = table.find(f"{w('tblPr')}/{w('tblW')}")
    width = (number(given.get(w("w"))) or 0) if given is not None and given.get(w("type")) == "dxa" else 0
    width = width or sum(number(one.get(w("w"))) or 0 for one in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}"))
    across = None if place.get(w("tblpXSpec")) else number(place.get(w("tblpX")))
    down = None if place.get(w("tblpYSpec")) else number(place.get(w("tblpY")))
    if across is not None and place.get(w("horzAnchor")) != "page":
        across += page.left
    if down is not None and place.get(w("vertAnchor")) == "margin":
        down += page.top
    elif place.get(w("vertAnchor")) in (None, "text"):
        down = None
    if not page.misses(across, down, width, 0):
        return None
    return first_of(found).fault(
        "is in a table beside the page", "correct its position in Word (Table Properties, Positioning)"
    )


def _start(table: etree._Element, sheet: StyleSheet, page: Page | None) -> float | None:
    """The left edge of a table in the text, or None if it depends on something else."""
    look = table.find(w("tblPr"))
    nested = next(table.iterancestors(w("tc"), w("txbxContent")), None) is not None
    if page is None or nested or look is None:
        return None
    side = look.find(w("jc"))
    placed = look.find(w("tblpPr")) is not None or look.find(w("bidiVisual")) is not None
    if placed or (side is not None and side.get(w("val")) not in ("left", "start")):
        return None
    indent = look.find(w("tblInd"))
    return page.left + (number(indent.get(w("w"))) or 0 if indent is not None else 0)


def _cells(row: etree._Element, table: etree._Element) -> Iterator[tuple[etree._Element, float, float]]:
    """Each cell of a row, with its distance from the table's left edge, and its width (0: unknown)."""
    grid = [number(one.get(w("w"))) or 0 for one in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}")]
    skipped = row.find(f"{w('trPr')}/{w('gridBefore')}")
    column = max(int(number(skipped.get(w("val"))) or 0), 0) if skipped is not None else 0
    edges = [0.0, *accumulate(grid)]
    for cell in row.iter(w("tc")):
        if next(cell.iterancestors(w("tr")), None) is not row:
            continue
        span = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
        columns = max(int(number(span.get(w("val"))) or 1), 1) if span is not None else 1
        own = cell.find(f"{w('tcPr')}/{w('tcW')}")
        width = (number(own.get(w("w"))) or 0) if own is not None and own.get(w("type")) == "dxa" else 0
        left, right = edges[min(column, len(grid))], edges[min(column + columns, len(grid))]
        yield cell, left, max(width, right - left)
        column += columns
