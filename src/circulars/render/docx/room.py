"""Finds words of a Word template that letters would not show: cut off, squeezed, covered, or beside the page.

Only what is certain is reported. What depends on where other words end, as the height of text does, is left out.
Lengths are in twips (1/20 point), as Word writes them, if nothing else is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from lxml import etree

from circulars.render.docx.boxes import (
    VML,
    Anchor,
    TextBox,
    anchor_of,
    box_of,
    is_opaque,
    is_opaque_shape,
    shape_anchor_of,
    shape_box_of,
)
from circulars.render.docx.effective import StyleSheet, number
from circulars.render.docx.markup import WP, w
from circulars.render.docx.misshown import Misshown
from circulars.render.docx.pages import Page, Pages
from circulars.render.docx.room_tables import cut_off_in_table
from circulars.render.docx.room_words import (
    FALLBACK,
    LEAST_LINE,
    LEAST_TEXT,
    MM,
    USUAL_LINE,
    SizedWords,
    first_of,
    in_mm,
    in_points,
    words_in_element,
    words_of,
)

_LEAST_PAGE: Final = 20 * MM  # the width and the height of a text area
_NARROW: Final = 20  # per cent of the width of letters
_TIGHT: Final = 0.5  # of the font size: letters are on each other


def cut_off(
    story: etree._Element, sheet: StyleSheet, pages: Pages, pictures: Mapping[str, bytes]
) -> Iterator[Misshown]:
    """The words of a part with text that letters would not show.

    ``pages`` are those of the body, and ``pictures`` the part's pictures by the ids of their relationships.
    """
    words = [one for paragraph in story.iter(w("p")) if (one := words_of(paragraph, sheet)) is not None]
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
        yield from cut_off_in_table(table, in_order, sheet, None if narrow else pages.of(table))
    for drawing in story.iter(f"{{{WP}}}anchor", f"{{{WP}}}inline"):
        page = pages.of(drawing)
        yield from _box(box_of(drawing, page) if page else None, words_in_element(drawing, in_order), page)
        if drawing.tag == f"{{{WP}}}anchor" and not narrow and is_opaque(drawing, pictures):
            yield from _covering(drawing, first, in_order, pages)
    for shape in story.iter(f"{{{VML}}}*"):
        page = pages.of(shape)
        if next(shape.iterancestors(FALLBACK), None) is not None or page is None:
            continue
        yield from _box(shape_box_of(shape, page), _in_shape(shape, in_order), page)
        if not narrow and is_opaque_shape(shape):
            yield from _covering(shape, first, in_order, pages)


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


# ── Letters and lines ────────────────────────────────────────────────────────────────────────────────────────────────


def _letters(one: SizedWords, sheet: StyleSheet) -> Iterator[Misshown]:
    for run, size in one.runs:
        scale, gap = (number(sheet.of_run(run, one.element, name, "val")) for name in ("w", "spacing"))
        if fault := _squeezed(scale, gap, size):
            yield one.fault(fault, _LETTER_REMEDY)
            return


def _squeezed(scale: float | None, gap: float | None, size: float) -> str:
    if scale is not None and 0 < scale < _NARROW:
        return f"has letters of {scale:g} % of their width, so nobody can read its words"
    if gap is not None and -gap / 20 >= size * _TIGHT:
        return f"has letters that are {in_points(-gap)} closer together, and so on each other"
    return ""


def _line(one: SizedWords, sheet: StyleSheet) -> Iterator[Misshown]:
    if sheet.of_paragraph(one.element, "spacing", "lineRule") == "exact":
        line = number(sheet.of_paragraph(one.element, "spacing", "line"))
        if fault := _low(line, one.size):
            yield one.fault(fault, _LINE_REMEDY)


def _low(line: float | None, size: float) -> str:
    if line is None or line / 20 >= size * LEAST_LINE:
        return ""
    return f"has lines of exactly {in_points(line)} for letters of {size:g} pt, so its words are cut off"


def _indents(one: SizedWords, sheet: StyleSheet, pages: Pages) -> Iterator[Misshown]:
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
        yield one.fault(f"begins {in_mm(-left - (0 if inside else page.left))} left of the page", _INDENT_REMEDY)
    elif not bidi and -right > after + LEAST_TEXT:
        yield one.fault("has lines that end beyond the right edge of the page", _INDENT_REMEDY)
    elif room < (0 if inside else LEAST_TEXT):
        yield one.fault(_no_room(left + first, right), _INDENT_REMEDY)


def _no_room(left: float, right: float) -> str:
    return f"has indents of {in_mm(left)} and {in_mm(right)}, which leave no room for words"


def _style_indents(id: str, sheet: StyleSheet, page: Page) -> str:
    """The fact if the indents of a style lead beyond the page, or leave no room."""
    names = (("left", "start"), ("right", "end"))
    left, right = (number(sheet.of_style(id, "pPr", "ind", *each)) or 0 for each in names)
    if sheet.of_style(id, "pPr", "jc", "val") in _LEFT and -left > page.left:
        return f"begins {in_mm(-left - page.left)} left of the page"
    return _no_room(left, right) if page.text_width - left - right < LEAST_TEXT else ""


def _indent_values(paragraph: etree._Element, sheet: StyleSheet) -> tuple[str, str, str]:
    # The list of a paragraph has indents of its own, which override those of the style.
    own = paragraph.find(w("pPr"))
    if own is not None and own.find(w("numPr")) is not None and own.find(w("ind")) is None:
        return "", "", ""
    left = sheet.of_paragraph(paragraph, "ind", "left", "start")
    right = sheet.of_paragraph(paragraph, "ind", "right", "end")
    return left, right, sheet.of_paragraph(paragraph, "ind", "firstLine")


# ── Pages and frames ─────────────────────────────────────────────────────────────────────────────────────────────────


def _narrow_pages(first: Mapping[Page, SizedWords]) -> Iterator[Misshown]:
    for page, one in first.items():
        if min(page.text_width, page.text_height) >= _LEAST_PAGE:
            continue
        area = f"{page.text_width / MM:.0f} × {page.text_height / MM:.0f} mm"
        fact = f"is in a section whose margins leave {area} for words"
        yield one.fault(fact, "correct the size and the margins of its pages in Word (Layout), or delete the section")


def _first_words(words: list[SizedWords], pages: Pages) -> dict[Page, SizedWords]:
    """The first paragraph with a tag, or the first with words, on the pages of each size."""
    found: dict[Page, SizedWords] = {}
    for one in words:
        page = pages.of(one.element)
        if page is not None and (page not in found or (one.has_tag and not found[page].has_tag)):
            found[page] = one
    return found


def _frame(one: SizedWords, sheet: StyleSheet, pages: Pages) -> Iterator[Misshown]:
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
    elif value("hRule") == "exact" and height / 20 < one.size * LEAST_LINE:
        yield one.fault(f"is in a frame of exactly {in_points(height)}, lower than its letters", remedy)
    elif 0 < width / 20 < one.size:
        yield one.fault(f"is in a frame {in_points(width)} wide, narrower than its letters", remedy)


# ── Boxes and pictures ───────────────────────────────────────────────────────────────────────────────────────────────


def _in_shape(shape: etree._Element, words: Mapping[etree._Element, SizedWords]) -> list[SizedWords]:
    """The words in the text box of an older shape, without those of shapes in it."""
    box = shape.find(f"{{{VML}}}textbox")
    return words_in_element(box, words) if box is not None else []


def _box(box: TextBox | None, found: list[SizedWords], page: Page | None) -> Iterator[Misshown]:
    if not found or page is None or box is None:
        return
    one, anchor = first_of(found), box.anchor
    remedy = "move the text box in Word, or make it larger"
    if box.is_hidden:
        yield one.fault("is in a hidden text box", "show it in Word (Layout, Selection Pane), or delete it")
    elif page.misses(anchor.left, anchor.top, anchor.width, anchor.height):
        yield one.fault("is in a text box beside the page", remedy)
    elif box.is_upright and (box.width < one.size * 20 or (not box.grows and box.height < one.size * 20 * LEAST_LINE)):
        size = f"{in_mm(anchor.width)} wide and {in_mm(anchor.height)} high"
        yield one.fault(f"is in a text box {size}, smaller than a line of its words", remedy)


def _covering(
    drawing: etree._Element,
    first: Mapping[Page, SizedWords],
    in_order: Mapping[etree._Element, SizedWords],
    pages: Pages,
) -> Iterator[Misshown]:
    """An opaque drawing in front of the text, over the words of its own paragraph, or across the middle of the page."""
    page = pages.of(drawing)
    paragraph = next(drawing.iterancestors(w("p")), None)
    if page is None or paragraph is None:
        return
    is_shape = etree.QName(drawing).namespace == VML
    anchor = shape_anchor_of(drawing, page) if is_shape else anchor_of(drawing, page)
    own = in_order.get(paragraph)
    remedy = "choose 'Behind Text' or 'Top and Bottom' for it in Word (Layout Options), or move it"
    if own is not None and _hides(anchor, own, page, drawing):
        yield own.fault("is behind an opaque picture or shape in its paragraph", remedy)
    elif page in first and pages.are_of(drawing) and _crosses(anchor, page):
        one = own or first[page]
        yield one.fault(
            f"is on a page with an opaque picture or shape in front of its text, {in_mm(anchor.height)} high", remedy
        )


def _hides(anchor: Anchor, own: SizedWords, page: Page, drawing: etree._Element) -> bool:
    """Whether a drawing covers all of the first line of its paragraph."""
    if anchor.below is None or anchor.left is None or next(drawing.iterancestors(w("tc")), None) is not None:
        return False
    return _is_wide(anchor, page) and anchor.below <= 0 and anchor.below + anchor.height >= own.size * 20 * USUAL_LINE


def _crosses(anchor: Anchor, page: Page) -> bool:
    """Whether a drawing covers whole lines in the middle third of a page, where every letter has words."""
    if anchor.top is None or anchor.left is None or not _is_wide(anchor, page):
        return False
    covered = min(anchor.top + anchor.height, page.height * 2 / 3) - max(anchor.top, page.height / 3)
    return covered >= LEAST_TEXT


def _is_wide(anchor: Anchor, page: Page) -> bool:
    """Whether a drawing covers nine tenths of the lines."""
    left, right = page.left, page.left + page.text_width
    start = anchor.left or 0
    return min(start + anchor.width, right) - max(start, left) >= 0.9 * page.text_width
