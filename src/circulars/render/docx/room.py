"""Finds words of a Word template that letters would not show: cut off, squeezed, covered, or beside the page.

Only what is certain is reported. What depends on where other words end, as the height of text does, is left out.
Lengths are in twips (1/20 point), as Word writes them, if nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from lxml import etree

from circulars.render.docx.boxes import EMU, Anchor, anchor_of, is_opaque
from circulars.render.docx.effective import StyleSheet, number
from circulars.render.docx.markup import WP, A, w
from circulars.render.docx.misshown import Misshown
from circulars.render.docx.pages import Page, Pages

CODE: Final = "cut-off-words"
MM: Final = 1440 / 25.4
"""The twips of a millimetre."""
_TAG: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STATEMENT: Final = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WHOLE: Final = re.compile(r"\s*\{\{p\s.*\}\}\s*", re.DOTALL)  # is replaced by paragraphs of letters
_LEAST_TEXT: Final = 10 * MM  # the width of a line that holds a word
_LEAST_PAGE: Final = 20 * MM  # the width and the height of a text area
_LOW: Final = 0.7  # of the font size: capital letters do not fit below that
_LINE: Final = 1.1  # of the font size: the least height of a line of usual fonts
_NARROW: Final = 20  # per cent of the width of letters
_TIGHT: Final = 0.5  # of the font size: letters are on each other
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True, slots=True)
class _Words:
    """A paragraph with words, and the sizes (points) of its runs that have some."""

    element: etree._Element
    text: str
    runs: tuple[tuple[etree._Element, float], ...]

    @property
    def size(self) -> float:
        return min((size for _, size in self.runs), default=10)

    @property
    def has_tag(self) -> bool:
        return bool(_TAG.search(self.text))

    @property
    def is_replaced(self) -> bool:
        return bool(_WHOLE.fullmatch(self.text))

    def fault(self, fact: str, remedy: str) -> Misshown:
        found = _TAG.search(self.text)
        quoted = " ".join((found[0] if found else self.text).split())
        return Misshown(CODE, self.element, f"'{quoted[:60]}' {fact}", remedy, stops=self.has_tag)


def cut_off(
    story: etree._Element, sheet: StyleSheet, pages: Pages, pictures: Mapping[str, bytes]
) -> Iterator[Misshown]:
    """The words of a part with text that letters would not show.

    ``pages`` are those of the body, and ``pictures`` the part's pictures by the ids of their relationships.
    """
    words = [one for paragraph in story.iter(w("p")) if (one := _words(paragraph, sheet)) is not None]
    in_order = {one.element: one for one in words}
    first = _first_words(words, pages)
    narrow = list(_narrow_pages(first))
    yield from narrow
    for one in words:
        if not one.is_replaced:
            yield from _letters(one, sheet)
            yield from _line(one, sheet)
            if not narrow:
                yield from _indents(one, sheet, pages)
        yield from _frame(one, sheet, pages)
    for table in story.iter(w("tbl")):
        yield from _rows(table, in_order, sheet)
        if fault := _columns(table, in_order, sheet, None if narrow else pages.of(table)):
            yield fault
    for drawing in story.iter(f"{{{WP}}}anchor", f"{{{WP}}}inline"):
        yield from _box(drawing, in_order, pages.of(drawing))
        if drawing.tag == f"{{{WP}}}anchor" and not narrow:
            yield from _covering(drawing, first, in_order, pages, pictures)


def cut_off_styles(sheet: StyleSheet, names: Collection[str], pages: Pages) -> Iterator[tuple[str, str]]:
    """The fact and the remedy for each style of letters, of the given names, whose words nobody could read."""
    wanted = {name.lower() for name in names}
    for id, style in sheet.by_id.items():
        name = style.find(w("name"))
        called = name.get(w("val"), "") if name is not None else ""
        if style.get(w("type")) != "paragraph" or called.lower() not in wanted:
            continue
        size = (number(sheet.of_style(id, "rPr", "sz", "val")) or 20) / 2
        line = sheet.of_style(id, "pPr", "spacing", "line")
        if sheet.of_style(id, "pPr", "spacing", "lineRule") == "exact" and (fault := _low(number(line), size)):
            yield f"the style '{called}' {fault}", _LINE_REMEDY
        scale, gap = (number(sheet.of_style(id, "rPr", one, "val")) for one in ("w", "spacing"))
        if pages.largest is not None and (fault := _style_indents(id, sheet, pages.largest)):
            yield f"the style '{called}' {fault}", _INDENT_REMEDY
        if fault := _squeezed(scale, gap, size):
            yield f"the style '{called}' {fault}", _LETTER_REMEDY


_LEFT: Final = ("", "left", "start", "both")
_INDENT_REMEDY: Final = "correct its indents in Word (Paragraph)"
_LINE_REMEDY: Final = "choose the line spacing 'Single' in Word (Paragraph), or at least the size of the letters"
_LETTER_REMEDY: Final = "set the scale to 100% and the spacing to 'Normal' in Word (Ctrl+D, Advanced)"


def _words(paragraph: etree._Element, sheet: StyleSheet) -> _Words | None:
    """A paragraph's words, without those of boxes in it; None if it has none, or if older programs alone show it."""
    texts = [node for node in paragraph.iter(w("t")) if next(node.iterancestors(w("p"))) is paragraph]
    text = "".join(node.text or "" for node in texts)
    if not _STATEMENT.sub("", text).strip() or next(paragraph.iterancestors(_FALLBACK), None) is not None:
        return None
    runs = dict.fromkeys(run for node in texts if (node.text or "").strip() for run in node.iterancestors(w("r")))
    own = [run for run in runs if next(run.iterancestors(w("p")), None) is paragraph]
    return _Words(paragraph, text, tuple((run, _size(run, paragraph, sheet)) for run in own))


def _size(run: etree._Element, paragraph: etree._Element, sheet: StyleSheet) -> float:
    return (number(sheet.of_run(run, paragraph, "sz", "val")) or 20) / 2


def _mm(twips: float) -> str:
    return f"{twips / MM:.0f} mm"


def _points(twips: float) -> str:
    return f"{twips / 20:g} pt"


# ── Letters and lines ────────────────────────────────────────────────────────────────────────────────────────────────


def _letters(one: _Words, sheet: StyleSheet) -> Iterator[Misshown]:
    for run, size in one.runs:
        scale, gap = (number(sheet.of_run(run, one.element, name, "val")) for name in ("w", "spacing"))
        if fault := _squeezed(scale, gap, size):
            yield one.fault(fault, _LETTER_REMEDY)
            return


def _squeezed(scale: float | None, gap: float | None, size: float) -> str:
    if scale is not None and 0 < scale < _NARROW:
        return f"has letters of {scale:g} % of their width, so nobody can read its words"
    if gap is not None and -gap / 20 >= size * _TIGHT:
        return f"has letters that are {_points(-gap)} closer together, and so on each other"
    return ""


def _line(one: _Words, sheet: StyleSheet) -> Iterator[Misshown]:
    if sheet.of_paragraph(one.element, "spacing", "lineRule") == "exact":
        line = number(sheet.of_paragraph(one.element, "spacing", "line"))
        if fault := _low(line, one.size):
            yield one.fault(fault, _LINE_REMEDY)


def _low(line: float | None, size: float) -> str:
    if line is None or line / 20 >= size * _LOW:
        return ""
    return f"has lines of exactly {_points(line)} for letters of {size:g} pt, so its words are cut off"


def _indents(one: _Words, sheet: StyleSheet, pages: Pages) -> Iterator[Misshown]:
    left, right, first = (number(value) or 0 for value in _indent_values(one.element, sheet))
    page = pages.of(one.element)
    if page is None or sheet.of_paragraph(one.element, "framePr", "w", "h", "x", "y", "wrap"):
        return
    inside = next(one.element.iterancestors(w("tc"), w("txbxContent")), None) is not None
    is_left = sheet.of_paragraph(one.element, "jc", "val") in _LEFT
    bidi = one.element.find(f"{w('pPr')}/{w('bidi')}") is not None
    before, after = (page.width, page.width) if inside else (page.left, page.right)
    room = page.text_width - max(left, left + first) - right
    if is_left and not bidi and -left > before:
        yield one.fault(f"begins {_mm(-left - (0 if inside else page.left))} left of the page", _INDENT_REMEDY)
    elif not bidi and -right > after + _LEAST_TEXT:
        yield one.fault("has lines that end beyond the right edge of the page", _INDENT_REMEDY)
    elif room < (0 if inside else _LEAST_TEXT):
        yield one.fault(_no_room(left + first, right), _INDENT_REMEDY)


def _no_room(left: float, right: float) -> str:
    return f"has indents of {_mm(left)} and {_mm(right)}, which leave no room for words"


def _style_indents(id: str, sheet: StyleSheet, page: Page) -> str:
    """The fact if the indents of a style lead beyond the page, or leave no room."""
    names = (("left", "start"), ("right", "end"))
    left, right = (number(sheet.of_style(id, "pPr", "ind", *each)) or 0 for each in names)
    if sheet.of_style(id, "pPr", "jc", "val") in _LEFT and -left > page.left:
        return f"begins {_mm(-left - page.left)} left of the page"
    return _no_room(left, right) if page.text_width - left - right < _LEAST_TEXT else ""


def _indent_values(paragraph: etree._Element, sheet: StyleSheet) -> tuple[str, str, str]:
    # The list of a paragraph has indents of its own, which override those of the style.
    own = paragraph.find(w("pPr"))
    if own is not None and own.find(w("numPr")) is not None and own.find(w("ind")) is None:
        return "", "", ""
    left = sheet.of_paragraph(paragraph, "ind", "left", "start")
    right = sheet.of_paragraph(paragraph, "ind", "right", "end")
    return left, right, sheet.of_paragraph(paragraph, "ind", "firstLine")


# ── Pages and frames ─────────────────────────────────────────────────────────────────────────────────────────────────


def _narrow_pages(first: Mapping[Page, _Words]) -> Iterator[Misshown]:
    for page, one in first.items():
        if min(page.text_width, page.text_height) >= _LEAST_PAGE:
            continue
        area = f"{page.text_width / MM:.0f} × {page.text_height / MM:.0f} mm"
        fact = f"is in a section whose margins leave {area} for words"
        yield one.fault(fact, "correct the size and the margins of its pages in Word (Layout), or delete the section")


def _first_words(words: list[_Words], pages: Pages) -> dict[Page, _Words]:
    """The first paragraph with a tag, or the first with words, on the pages of each size."""
    found: dict[Page, _Words] = {}
    for one in words:
        page = pages.of(one.element)
        if page is not None and (page not in found or (one.has_tag and not found[page].has_tag)):
            found[page] = one
    return found


def _frame(one: _Words, sheet: StyleSheet, pages: Pages) -> Iterator[Misshown]:
    page = pages.of(one.element)

    def value(*names: str) -> str:
        return sheet.of_paragraph(one.element, "framePr", *names)

    if page is None or value("dropCap") or not value("w", "h", "x", "y", "wrap", "hAnchor", "vAnchor"):
        return
    remedy = "move the frame in Word (double-click its border), or remove it"
    width, height = number(value("w")) or 0, number(value("h")) or 0
    across = number(value("x")) if not value("xAlign") else None
    down = number(value("y")) if not value("yAlign") else None
    if across is not None and value("hAnchor") in ("", "text", "margin"):
        across += page.left
    if down is not None and value("vAnchor") == "margin":
        down += page.top
    elif value("vAnchor") in ("", "text") and abs(down or 0) < page.height:
        down = None
    if page.misses(across, down, width, height):
        yield one.fault("is in a frame beside the page", remedy)
    elif value("hRule") == "exact" and height / 20 < one.size * _LOW:
        yield one.fault(f"is in a frame of exactly {_points(height)}, lower than its letters", remedy)
    elif 0 < width / 20 < one.size:
        yield one.fault(f"is in a frame {_points(width)} wide, narrower than its letters", remedy)


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(table: etree._Element, words: Mapping[etree._Element, _Words], sheet: StyleSheet) -> Iterator[Misshown]:
    for row in table.iterchildren(w("tr")):
        set_height = row.find(f"{w('trPr')}/{w('trHeight')}")
        if set_height is None or set_height.get(w("hRule")) != "exact":
            continue
        height = number(set_height.get(w("val"))) or 0
        cells = [cell for cell in row.iterchildren(w("tc")) if not _is_apart(cell)]
        lows = [one for cell in cells for one in _in(cell, words) if height < _line_height(one, sheet)]
        if lows:
            fact = f"is in a table row of exactly {_points(height)}, lower than a line of its words"
            yield _first(lows).fault(fact, "set the row's height to 'At least' in Word (Table Properties, Row)")


def _is_apart(cell: etree._Element) -> bool:
    """Whether the height of a cell's row is not the height of its lines: it is merged with others, or turned."""
    return any(cell.find(f"{w('tcPr')}/{w(name)}") is not None for name in ("vMerge", "textDirection"))


def _line_height(one: _Words, sheet: StyleSheet) -> float:
    line = number(sheet.of_paragraph(one.element, "spacing", "line"))
    exact = sheet.of_paragraph(one.element, "spacing", "lineRule") == "exact" and line is not None
    return min(line or 0, one.size * 20 * _LOW) if exact else one.size * 20 * _LINE


def _in(element: etree._Element, words: Mapping[etree._Element, _Words]) -> list[_Words]:
    return [words[paragraph] for paragraph in element.iter(w("p")) if paragraph in words]


def _first(words: list[_Words]) -> _Words:
    """The first paragraph with a tag, or the first."""
    return next((one for one in words if one.has_tag), words[0])


def _columns(
    table: etree._Element, words: Mapping[etree._Element, _Words], sheet: StyleSheet, page: Page | None
) -> Misshown | None:
    """The first cell of a table whose words have no room, or are beside the page."""
    layout = table.find(f"{w('tblPr')}/{w('tblLayout')}")
    if layout is None or layout.get(w("type")) != "fixed":
        return None  # columns grow with their words
    start = _start(table, sheet, page)
    for row in table.iterchildren(w("tr")):
        for cell, across, width in _cells(row, table):
            found = _in(cell, words)
            if not found or not width:
                continue
            one = _first(found)
            if width / 20 < one.size:
                fact = f"is in a table column {_points(width)} wide, narrower than its letters"
                return one.fault(fact, "make the column wider in Word, or delete it")
            if start is None or page is None:
                continue
            left = start + across
            if min(left + width, page.width) - max(left, 0) < min(_LEAST_TEXT, width):
                return one.fault("is in a table column beside the page", "correct the table's indent and width in Word")
    return None


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


# ── Boxes and pictures ───────────────────────────────────────────────────────────────────────────────────────────────


def _box(drawing: etree._Element, words: Mapping[etree._Element, _Words], page: Page | None) -> Iterator[Misshown]:
    found = _in(drawing, words)
    if not found or page is None:
        return
    one, anchor = _first(found), anchor_of(drawing, page)
    remedy = "move the text box in Word, or make it larger"
    body = next(drawing.iter("{*}bodyPr"), None)
    upright = body is None or body.get("vert", "horz") == "horz"
    grows = body is not None and body.find(f"{{{A}}}spAutoFit") is not None
    inset = {name: (number(body.get(name)) if body is not None else None) for name in ("lIns", "rIns", "tIns", "bIns")}
    across = sum(91_440 if inset[name] is None else inset[name] or 0 for name in ("lIns", "rIns")) / EMU
    down = sum(45_720 if inset[name] is None else inset[name] or 0 for name in ("tIns", "bIns")) / EMU
    if page.misses(anchor.left, anchor.top, anchor.width, anchor.height):
        yield one.fault("is in a text box beside the page", remedy)
    elif upright and (
        anchor.width - across < one.size * 20 or (not grows and anchor.height - down < one.size * 20 * _LOW)
    ):
        size = f"{_mm(anchor.width)} wide and {_mm(anchor.height)} high"
        yield one.fault(f"is in a text box {size}, smaller than a line of its words", remedy)


def _covering(
    drawing: etree._Element,
    first: Mapping[Page, _Words],
    in_order: Mapping[etree._Element, _Words],
    pages: Pages,
    pictures: Mapping[str, bytes],
) -> Iterator[Misshown]:
    """An opaque drawing in front of the text, over the words of its own paragraph, or across the middle of the page."""
    page = pages.of(drawing)
    paragraph = next(drawing.iterancestors(w("p")), None)
    if page is None or paragraph is None or not is_opaque(drawing, pictures):
        return
    anchor = anchor_of(drawing, page)
    own = in_order.get(paragraph)
    remedy = "choose 'Behind Text' or 'Top and Bottom' for it in Word (Layout Options), or move it"
    if own is not None and _hides(anchor, own, page, drawing):
        yield own.fault("is behind an opaque picture or shape in its paragraph", remedy)
    elif page in first and pages.are_of(drawing) and _crosses(anchor, page):
        one = own or first[page]
        yield one.fault(
            f"is on a page with an opaque picture or shape in front of its text, {_mm(anchor.height)} high", remedy
        )


def _hides(anchor: Anchor, own: _Words, page: Page, drawing: etree._Element) -> bool:
    """Whether a drawing covers all of the first line of its paragraph."""
    if anchor.below is None or anchor.left is None or next(drawing.iterancestors(w("tc")), None) is not None:
        return False
    return _is_wide(anchor, page) and anchor.below <= 0 and anchor.below + anchor.height >= own.size * 20 * _LINE


def _crosses(anchor: Anchor, page: Page) -> bool:
    """Whether a drawing covers whole lines in the middle third of a page, where every letter has words."""
    if anchor.top is None or anchor.left is None or not _is_wide(anchor, page):
        return False
    covered = min(anchor.top + anchor.height, page.height * 2 / 3) - max(anchor.top, page.height / 3)
    return covered >= _LEAST_TEXT


def _is_wide(anchor: Anchor, page: Page) -> bool:
    """Whether a drawing covers nine tenths of the lines."""
    left, right = page.left, page.left + page.text_width
    start = anchor.left or 0
    return min(start + anchor.width, right) - max(start, left) >= 0.9 * page.text_width
