"""The only module that imports WeasyPrint. It loads WeasyPrint fast, or reports which library is missing.

Some of what is used is not public API of WeasyPrint 70: the text, layout and drawing modules below, and four names
elsewhere: ``HTML._ua_stylesheets``, ``Page._page_box``, ``Stream._tags`` and ``Box.copy``.
"""

from __future__ import annotations

import ctypes.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from circulars.errors import MachineError, Place, Problem
from circulars.processes.server import working_on
from circulars.render.pdf.asked_fonts import noting
from circulars.render.pdf.bidi import order_lines
from circulars.render.pdf.compact_fonts import embed_compactly
from circulars.render.pdf.even_lines import even
from circulars.render.pdf.footnotes import give_links_height, keep_footnotes, measure_footnotes_once
from circulars.render.pdf.han_lines import DECLARATION as OF_LINES
from circulars.render.pdf.han_lines import ends_with, keep_marks_of_notes, own_ends
from circulars.render.pdf.han_marks import DECLARATION as OF_MARKS
from circulars.render.pdf.han_marks import marks_with, own_marks, split_before_wide_marks
from circulars.render.pdf.hanging import hang_spaces, keep_fractions, split_hanging
from circulars.render.pdf.hyphenation import Hyphenation, break_at_signs
from circulars.render.pdf.levels import DECLARATION, levels_with
from circulars.render.pdf.lines import split_ahead
from circulars.render.pdf.long_words import break_long_words
from circulars.render.pdf.mark_pairs import narrow_pairs
from circulars.render.pdf.script_gaps import draw_gaps, leave_gaps, split_with_gaps
from circulars.render.pdf.table_headers import keep_headers


@contextmanager
def _libraries_by_name() -> Iterator[None]:
    """Loads libraries by name only, which is fast on Linux.

    WeasyPrint first tries each library's names on Windows and macOS. For each name that does not exist, CFFI lets the
    standard library search with a compiler, which finds nothing and takes a fifth of a second in total.
    """
    if sys.platform != "linux":
        yield
        return
    search, ctypes.util.find_library = ctypes.util.find_library, _not_searched
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _not_searched(name: str) -> None:
    """None: a library that cannot be loaded by its name is missing."""


try:
    with _libraries_by_name():
        import weasyprint
        from weasyprint import layout, pdf
        from weasyprint.draw.text import draw_first_line
        from weasyprint.formatting_structure import boxes
        from weasyprint.html import UA_STYLESHEET
        from weasyprint.images import SVGImage
        from weasyprint.layout import block, inline, preferred
        from weasyprint.matrix import Matrix
        from weasyprint.pdf import fonts as pdf_fonts
        from weasyprint.pdf.fonts import Font
        from weasyprint.text import line_break
        from weasyprint.text.constants import PANGO_STYLE
        from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango
        from weasyprint.text.fonts import FontConfiguration, font_features, get_hb_object_data, get_pango_font_key
        from weasyprint.text.line_break import Layout, line_size, split_first_line
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError as error:  # importing it loads Pango
    raise MachineError(
        Problem(
            Place(),
            "missing-library",
            "PDF needs the library Pango, which is not installed",
            "install it (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)",
        )
    ) from error

ffi.cdef("gpointer g_object_ref(gpointer object);")
ffi.cdef("void pango_layout_set_indent(PangoLayout *layout, int indent);")
ffi.cdef(DECLARATION)
ffi.cdef(OF_MARKS)
ffi.cdef(OF_LINES)
line_break.get_font_description = noting(line_break.get_font_description, pango, ffi)
levels_of = levels_with(pango, ffi, gobject)
set_marks = marks_with(pango, ffi)
own_marks(Layout, set_marks, pango, ffi)
end_lines = ends_with(line_break, pango, ffi)
own_ends(Layout, end_lines)

# The modules that split paragraphs: the lines, and their least and greatest widths.
line_break.pyphen = hyphenation = Hyphenation(line_break.pyphen)
split_first_line = hyphenation.splitting(split_hanging(split_ahead(split_first_line)))
split_first_line = even(split_first_line, Layout, line_size, pango, FROM_UNITS)
split_first_line = break_at_signs(split_with_gaps(split_before_wide_marks(split_first_line)))
inline.split_first_line = preferred.split_first_line = split_first_line
hang_spaces(inline)
keep_fractions(inline)
keep_marks_of_notes(inline)
hyphenation.note_words(inline)
break_long_words(inline)
order_lines(inline, levels_of)
leave_gaps(inline)
narrow_pairs(inline)
draw_gaps(Layout, ffi)
keep_headers(block)
keep_footnotes(block)
measure_footnotes_once(layout)
give_links_height(boxes)
embed_compactly(pdf, pdf_fonts)


@contextmanager
def measured(lines: Mapping[str, tuple[int, int]], tokens: Mapping[str, tuple[int, int]]) -> Iterator[None]:
    """Gives some lines other heights and baselines while a page is laid out, as if they were in other fonts.

    Lines are known by their text, or by a word that no other line has. Both measures are in Pango's units.
    """
    split = inline.split_first_line

    def with_measures(*arguments: Any, **named: Any) -> Any:
        found = split(*arguments, **named)
        text = found[0].text
        measure = lines.get(text) or next((one for token, one in tokens.items() if token in text), None)
        return (*found[:4], *(one * FROM_UNITS for one in measure)) if measure else found

    inline.split_first_line = with_measures
    try:
        yield
    finally:
        inline.split_first_line = split


@contextmanager
def words_noted() -> Iterator[dict[Any, str]]:
    """Notes the words of each element while a page is laid out, before a page is made of them.

    What is moved to the margins, what a stylesheet adds to the words, and what is in a box beside the text with
    'overflow', often only for screen readers, is not noted.
    """
    build = weasyprint.document.build_formatting_structure
    words: dict[Any, str] = {}

    def noting(*arguments: Any) -> Any:
        root = build(*arguments)
        for box in (root, *arguments[-1]):  # the last argument are the footnotes
            _note_words(box, words)
        return root

    weasyprint.document.build_formatting_structure = noting
    try:
        yield words
    finally:
        weasyprint.document.build_formatting_structure = build


def _note_words(box: Any, words: dict[Any, str]) -> None:
    if isinstance(box, boxes.TextBox):
        if "::" not in box.element_tag:
            words[box.element] = words.get(box.element, "") + box.text
    elif isinstance(box, boxes.ParentBox) and not (box.is_running() or _is_cut(box)):
        for child in box.children:
            _note_words(child, words)


def _is_cut(box: Any) -> bool:
    return bool(box.is_absolutely_positioned() and box.style["overflow"] != "visible")


def _draw(drawing: Any, stream: Any, width: float, height: float, _style: Any) -> None:
    """Draws an SVG picture. A faulty one is left out, as by WeasyPrint; one for which memory is short is not."""
    with working_on("a drawing (SVG)", "draw it with fewer shapes, and without patterns of patterns"):
        try:
            drawing._svg.draw(stream, width, height, drawing._base_url, drawing._context)
        except MemoryError:
            raise
        except Exception:
            weasyprint.LOGGER.error("a drawing (SVG) is faulty, and is left out")


SVGImage.draw = _draw

__all__ = [
    "PANGO_STYLE",
    "UA_STYLESHEET",
    "FatalURLFetchingError",
    "Font",
    "FontConfiguration",
    "Layout",
    "Matrix",
    "URLFetcher",
    "URLFetcherResponse",
    "boxes",
    "draw_first_line",
    "end_lines",
    "ffi",
    "font_features",
    "get_hb_object_data",
    "get_pango_font_key",
    "gobject",
    "inline",
    "levels_of",
    "pango",
    "set_marks",
    "split_first_line",
    "weasyprint",
    "words_noted",
]
