"""Lays pages out and prints them: the one module that drives WeasyPrint, by the ``finisher`` of its ``write_pdf``."""

from __future__ import annotations

import contextlib
import copy
import functools
import logging
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol
from xml.etree.ElementTree import Element

import cssselect2
import pydyf

from circulars.errors import MachineError, PackError, Place, Problem
from circulars.model.fonts import PackFonts
from circulars.pack import Pack
from circulars.processes.server import working_on
from circulars.render.page import STYLESHEET, stylesheet_of
from circulars.render.pdf.asked_fonts import asked_of
from circulars.render.pdf.attachments import attach
from circulars.render.pdf.engine import (
    UA_STYLESHEET,
    FatalURLFetchingError,
    FontConfiguration,
    URLFetcher,
    URLFetcherResponse,
    boxes,
    weasyprint,
    words_noted,
)
from circulars.render.pdf.fonts import absent_fonts, add_hyphens, missing_families, missing_glyphs, without_clock
from circulars.render.pdf.footnotes import NOTE, STYLES, moved_to_marks
from circulars.render.pdf.high_heads import let_high_head_break
from circulars.render.pdf.hyphen_fonts import has_hyphens
from circulars.render.pdf.legible import check_pages
from circulars.render.pdf.metadata import Printed, describe
from circulars.render.pdf.structure import Structure
from circulars.render.pdf.typeset import Typesetters
from circulars.render.pdf.widths import Fonts
from circulars.render.pdf.wording import Wording

# Browsers ignore rules for the medium "pdf".
_MEDIUM = "pdf"
_NOTES = {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}
MAX_PAGES = 1_000
MAX_COPIES = 5_000
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_LONG, _LINE = 4_000, 90  # characters of a paragraph and of a line
_COPIES_FOR_NOTE = 3_000  # WeasyPrint copies the footnotes of a page for each of them, whenever it lays one out
_COPIES = 30  # for each element, and for each hundred characters
# Required of every pack: PDF/A forbids interpolated pictures (ISO 19005-3, 6.2.8).
_STANDARDS = "html { image-rendering: crisp-edges }"


def press_of(pack: Pack) -> Press:
    """The press for a pack, set up once for all its letters."""
    with working_on(f"the stylesheet {STYLESHEET}", "use fewer rules", Place(str(pack.path(STYLESHEET)))):
        return press_with(stylesheet_of(pack), pack.fonts)


@functools.lru_cache(maxsize=4)
def press_with(stylesheet: str, fonts: PackFonts) -> Press:
    """The press for a stylesheet, set up once."""
    return Press(stylesheet, fonts)


def see_nothing(sheets: Any) -> None:
    """An observer that does nothing."""


class DataUrlFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Returns the content of ``data:`` URLs, and refuses all others: nothing is fetched while a page is laid out."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if not url.startswith("data:"):
            raise FatalURLFetchingError(url)
        return super().fetch(url, headers)


class _Page(weasyprint.HTML):  # type: ignore[misc]  # WeasyPrint has no types
    """A page for WeasyPrint, which need not parse it again."""

    def __init__(self, tree: Element, fetcher: URLFetcher, styles: Any) -> None:
        self._styles = styles
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, _MEDIUM
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = tree

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return [self._styles]


def _browser_styles(stylesheet: str) -> Any:
    """WeasyPrint's default stylesheet, without footnotes if the pack's stylesheet has none.

    Footnotes are pseudo-elements of the selector ``*``. They add five styles to each element of a letter, which take
    much of the styling time. The letter's own footnotes need none of them.
    """
    if re.search(r"float\s*:\s*(?:foot)?note|::(?:foot)?note", stylesheet):
        return UA_STYLESHEET
    styles = copy.copy(UA_STYLESHEET)
    styles.matcher = copy.copy(styles.matcher)
    styles.matcher.other_selectors = [entry for entry in styles.matcher.other_selectors if entry[3] not in _NOTES]
    return styles


class Press:
    """A stylesheet and its fonts, loaded once."""

    def __init__(self, stylesheet: str, fonts: PackFonts) -> None:
        self._families = fonts
        self._known_languages, self._known_characters = set[str](), set[str]()  # whose fonts are installed
        self._fonts = FontConfiguration()
        asked_of(self._fonts).open = not fonts.usual.families
        self.typesetters = Typesetters(self._fonts)
        self._fetcher = DataUrlFetcher(allowed_protocols={"data"})
        self._browser_styles = _browser_styles(stylesheet)
        try:
            *self._styles, self._footnotes = (
                weasyprint.CSS(string=css, font_config=self._fonts, url_fetcher=self._fetcher, media_type=_MEDIUM)
                for css in (stylesheet, _STANDARDS, STYLES)
            )
        except FatalURLFetchingError as error:
            raise _outside(error) from error
        except _FAULTS as error:
            raise _unprintable(
                f"the stylesheet cannot be read: {type(error).__name__}, {error}", "simplify it"
            ) from error

    def print(
        self,
        document: Printed,
        page: Element,
        watcher: Watcher | None = None,
        *,
        look: Callable[[Any], None] = check_pages,
    ) -> bytes:
        """The bytes of a document, as PDF, from the tree of its HTML page.

        A watcher is shown what is painted; ``look`` sees the pages before they are written. By default it refuses those
        with words that readers would not see.

        Raises:
            PageError: words or pictures are not where readers see them.
            PackError: the page or the stylesheet asks for an address.
            MachineError: a font of a language on the page is not installed, or none shows one of its characters.
        """
        self._check_families(page)
        _split_long_paragraphs(page)
        _keep_blocks(page)
        styles = [*self._styles, *([self._footnotes] if moved_to_marks(page) else [])]
        html = _Page(page, self._fetcher, self._browser_styles)
        try:
            with _limited_pages(), _limited_layout(page), words_noted() as words:
                sheets = html.render(font_config=self._fonts, stylesheets=styles)
                if let_high_head_break(page, sheets):
                    words.clear()
                    html = _Page(page, self._fetcher, self._browser_styles)
                    sheets = html.render(font_config=self._fonts, stylesheets=styles)
            sheets.words = words
            _check_sizes(sheets)
            look(sheets)
            return _Printing(document, html, sheets, self._missing, watcher).bytes()
        except FatalURLFetchingError as error:
            raise _outside(error) from error
        except RecursionError as error:
            raise _unprintable("the page is nested too deeply to be laid out", "use less nesting") from error
        except _FAULTS as error:
            # WeasyPrint divides by sizes that are zero, and does not expect every 'display' everywhere. A letter cannot
            # cause this.
            fact = f"the page cannot be laid out: {type(error).__name__}, {error}"
            raise _unprintable(fact, "check the sizes, 'display' and 'position' in letter.css") from error

    def _missing(self, fonts: Iterable[Any], lines: Iterable[str]) -> tuple[Problem, ...]:
        """A problem for each character that the pack's fonts do not show."""
        return (*missing_glyphs(fonts, lines, self._families, self._fonts),)

    def _check_families(self, page: Element) -> None:
        """Refuses a page for which a font of the pack is not installed, and adds hyphens that it needs."""
        text = "".join(page.itertext())
        if has_hyphens(text):
            add_hyphens(self._fonts, self._families.usual.families)
        languages = {element.get("lang", "") for element in page.iter()} - self._known_languages
        characters = set() if text.isascii() else set(text) - self._known_characters
        families = self._families.families(*languages) if languages else ()
        absent = absent_fonts(sorted(characters), self._families, self._fonts.font_map) if characters else {}
        wanted = dict.fromkeys((*families, *absent.values()))
        if problems := tuple(missing_families(wanted, self._fonts.font_map)):
            raise MachineError(*problems)
        self._known_languages |= languages
        self._known_characters |= characters


def _split_long_paragraphs(page: Element) -> None:
    """Lets paragraphs be split that may be longer than a page: before one kept whole, a page would remain empty."""
    for element in page.iter():
        if element.tag in ("p", "li"):
            count = sum(map(len, element.itertext())) + _LINE * sum(1 for _ in element.iter("br"))
            if count > _LONG:
                element.set("style", f"break-inside: auto; {element.get('style', '')}")


def _keep_blocks(page: Element) -> None:
    """Keeps as many elements on the page of an element as its attribute ``data-keep`` says, each undivided."""
    for parent in page.iter():
        blocks = [*parent]
        for place, block in enumerate(blocks):
            if (count := block.get("data-keep", "")).isdecimal():
                for kept in blocks[max(0, place - int(count)) : place]:
                    _keep(kept)


def _keep(block: Element) -> None:
    block.set("style", f"break-after: avoid; {block.get('style', '')}")
    last = next(reversed(block), block) if block.tag in ("ul", "ol") else block
    if last.tag in ("p", "li") and last.find(".//li") is None:
        last.set("style", f"break-inside: avoid; {last.get('style', '')}")


def _outside(error: Exception) -> PackError:
    fact = f"the template asks for '{error}'; nothing is fetched while printing"
    return PackError(
        Problem(Place(), "outside-address", fact, "put the file into the pack's folder, and name it in letter.css")
    )


def _unprintable(fact: str, remedy: str) -> PackError:
    return PackError(Problem(Place(), "template-error", fact, remedy))


@contextlib.contextmanager
def _limited_pages() -> Iterator[None]:
    """Stops WeasyPrint when it makes too many pages: it logs each page that it begins."""
    log = logging.getLogger("weasyprint.progress")
    level, log.propagate = log.level, False
    log.setLevel(logging.INFO)
    log.addFilter(_count_page)
    try:
        yield
    finally:
        log.removeFilter(_count_page)
        log.setLevel(level)
        log.propagate = True


def _count_page(record: logging.LogRecord) -> bool:
    if "Page" in str(record.msg) and isinstance(record.args, tuple) and int(str(record.args[0])) > MAX_PAGES:
        raise _unprintable(f"the letter has more than {MAX_PAGES:,} pages", "is a page of letter.css too small?")
    return False


@contextlib.contextmanager
def _limited_layout(page: Element) -> Iterator[None]:
    """Stops WeasyPrint when it lays the same boxes out again and again, as with nested columns.

    Each time that it does, it copies a box; a letter's are copied two to six times.
    """
    elements = sum(1 for _ in page.iter())
    footnotes = sum(1 for element in page.iter() if element.get("data-pdf") == NOTE)
    left = MAX_COPIES + _COPIES_FOR_NOTE * footnotes + _COPIES * (elements + sum(map(len, page.itertext())) // 100)
    copy_of = boxes.Box.copy

    def counted(box: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            fact = "the page takes too much work to be laid out"
            raise _unprintable(fact, "avoid columns, flex boxes or grids inside one another")
        return copy_of(box)

    boxes.Box.copy = counted
    try:
        yield
    finally:
        boxes.Box.copy = copy_of


def _check_sizes(sheets: Any) -> None:
    """Refuses page sizes that PDF/A forbids: less than 3 or more than 14,400 units of 1/72 inch (6.1.13)."""
    for sheet in sheets.pages:
        if not all(3 <= side * 0.75 <= 14_400 for side in (sheet.width, sheet.height)):
            fact = f"a page is {sheet.width / 96 * 25.4:,.0f} mm wide and {sheet.height / 96 * 25.4:,.0f} mm high"
            raise _unprintable(fact, "a side of a page is between 2 and 5,080 mm")


Missing = Callable[[Iterable[Any], Iterable[str]], tuple[Problem, ...]]
"""Finds the problems of the fonts of pages, and of the lines on them."""


class Watcher(Protocol):
    """An observer of the printing of a document, which may change the file."""

    def painted(self, sheet: Any, stream: Any, marks: dict[Any, dict[str, Any]], is_last: bool) -> None:
        """Called with a page, its content, and its marks by box, which may be removed."""

    def finishing(self, pdf: Any) -> None:
        """Called with the PDF before its streams are compressed."""

    def finished(self, pdf: Any) -> None:
        """Called with the PDF as it will be written."""


class _Printing:
    """Turns the laid-out pages of one document into a file."""

    def __init__(
        self, document: Printed, html: Any, sheets: Any, missing: Missing, watcher: Watcher | None = None
    ) -> None:
        self._missing = missing
        self._document = document
        self._watcher = watcher
        self._sheets = sheets
        self._structure = Structure(html.etree_element, document.language)
        self._lines: list[str] = []
        self._wording = Wording()
        sheets.fonts = Fonts()
        for sheet in sheets.pages:
            # WeasyPrint also makes links of the boxes inside a link: one for "strong", one for a picture.
            sheet.links[:] = [link for link in sheet.links if link[3].element.tag == "a"]
            sheet.paint = functools.partial(self._paint, sheet)

    def bytes(self) -> bytes:
        """The bytes of the file."""
        data: bytes = self._sheets.write_pdf(finisher=self._finish, pdf_version="1.7", pdf_identifier=True)
        return data

    def _paint(self, sheet: Any, stream: Any, scale: float) -> None:
        """Paints a page with marks around each line and picture.

        WeasyPrint marks content only if the stream has a place to record the marks, and the stream has one only if
        WeasyPrint builds the structure itself. So the stream is given such a place while the sheet is painted.
        """
        marks: dict[Any, dict[str, Any]] = {}
        stream._tags = marks
        type(sheet).paint(sheet, stream, scale)
        stream._tags = None
        self._wording.add_page(stream, marks)
        if sheet is self._sheets.pages[-1]:
            self._wording.correct(self._sheets.fonts)
        if self._watcher:
            self._watcher.painted(sheet, stream, marks, sheet is self._sheets.pages[-1])
        if sheet is self._sheets.pages[-1]:
            self._sheets.fonts.settle()
        self._structure.add_page(sheet._page_box, stream, marks)
        self._lines += [box.text for box in marks if hasattr(box, "text")]
        if sheet is self._sheets.pages[-1]:
            self._refuse_missing_glyphs()

    def _refuse_missing_glyphs(self) -> None:
        """Raises an error for characters that no font shows.

        This must happen before the fonts are reduced to their used glyphs: Pango numbers a missing glyph from
        0x10000000 up, and WeasyPrint 70 makes a list of all the numbers below it, which takes 11 GB.
        """
        if problems := self._missing(self._sheets.fonts.values(), self._lines):
            raise MachineError(*problems)

    def _finish(self, sheets: Any, pdf: Any) -> None:
        for number, sheet in enumerate(sheets.pages):
            for _kind, _target, _rectangle, box in sheet.links:
                if box.link_annotation is not None:
                    self._structure.add_link(box, number)
                    box.link_annotation["F"] = 4  # the flag Print, which PDF/A requires (ISO 19005-3, 6.3.2)
        self._structure.write(pdf)
        describe(pdf, self._document, f"WeasyPrint {weasyprint.__version__}")
        attach(pdf, self._document.attachments, self._document.properties.date)
        if self._watcher:
            self._watcher.finishing(pdf)
        rewritten = any(font.png or font.svg or font.colr or "fvar" in font.tables for font in sheets.fonts.values())
        for item in pdf.objects:
            if isinstance(item, pydyf.Stream) and item.compress:
                if rewritten and ("Length1" in item.extra or item.extra.get("Subtype") == "/OpenType"):
                    item.stream = [without_clock(item.stream[0])]
                _deflate(item)
        if self._watcher:
            self._watcher.finished(pdf)


def _deflate(stream: Any) -> None:
    """Compresses a stream now; otherwise pydyf does it twice, for the file and for its identifier."""
    content = b"\n".join(piece if isinstance(piece, bytes) else _bytes(piece) for piece in stream.stream)
    stream.stream = [zlib.compress(content, 9)]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False


def _bytes(piece: Any) -> bytes:
    """A piece of a page's content as it is in the file."""
    data: bytes = piece.data if isinstance(piece, pydyf.Object) else str(piece).encode("ascii")
    return data
