"""The PDF of a comparison: its words, what screen readers are told, and its bars."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from circulars.model.document import Document, LinkCode, Signature
from circulars.model.text import Block, Cell, Note, Paragraph, Span, Table
from circulars.pack import load_pack
from circulars.render.page import page_of
from circulars.render.pdf import pdf_of
from circulars.review.comparing.compare import changes_of
from circulars.review.comparing.comparison import Comparison, comparison
from circulars.review.diffing import diff
from circulars.review.reports.marked_pdf import marked_pdf, since
from circulars.review.reports.marked_pdf.merged import merged
from circulars.review.reports.marked_pdf.page import mark
from circulars.review.reports.marked_pdf.remarks import add_remarks
from circulars.review.reports.report import LetterChanges
from circulars.review.reports.spoken import spoken
from circulars.workspace import Workspace
from judges import verapdf
from review.drafts import ENGLISH, PICTURE, bullets, cell, numbered, words
from review.pair_letters import pairs, write_pair

PACK = load_pack()
ENGLISH_WORDS = spoken("en")
_BLOCKS = frozenset("p li td th h1 h2 h3 h4 h5 caption div section".split())


def page_words(page: Element, without: str = "") -> list[str]:
    """The words of a page, without elements of one name and without signs for the ends of paragraphs."""
    return "".join(_texts(page, without)).replace("¶", " ").split()


def _texts(element: Element, without: str) -> Iterator[str]:
    if element.tag in (without, "head"):
        return
    space = " " if element.tag in _BLOCKS or element.tag == "br" else ""
    yield space + (element.text or "")
    for child in element:
        yield from _texts(child, without)
        yield child.tail or ""
    yield space


def marked_page(compared: Comparison) -> Element:
    """The tree of the page that is printed."""
    page = page_of(merged(compared, ENGLISH_WORDS), PACK).tree
    mark(page, ENGLISH_WORDS)
    return page


PAIRS = pairs()[::5]


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=lambda place: PAIRS[place].name)
def test_without_what_is_struck_it_is_the_new_letter_and_without_what_is_inserted_the_old_one(
    place: int, tmp_path: Path
) -> None:
    """Its words are those of the pages of both letters, with numbers and labels, in their order."""
    [found] = diff(*write_pair(PAIRS[place], tmp_path), Workspace(tmp_path)).letters

    for one in found.languages:
        if one.compared:
            page = marked_page(one.compared)
            old, new = (replace(version, addressee=()) for version in (one.compared.old, one.compared.new))
            assert page_words(page, "del") == page_words(page_of(new, PACK).tree)
            assert page_words(page, "ins") == page_words(page_of(old, PACK).tree)


def table(*columns: str, rows: Sequence[Sequence[str]]) -> Table:
    """A table of plain words."""
    shares = tuple(1 / len(columns) for _ in columns)
    lines = tuple(tuple(map(cell, row)) for row in rows)
    return Table(tuple(map(cell, columns)), lines, shares, id="documents")


_BEFORE = (
    *numbered(
        "The meeting begins on 19 September 2024 in Room A, and everybody who works on smart cities is welcome to it.",
        "Documents are on the web page of the meeting from the first of September on, in both languages.",
        "Interpretation is provided in the afternoon.",
    ),
    bullets("list", "one thing;", "another thing;", "a third thing."),
    table("Document", "Title", rows=[["5/901", "Buoys"], ["5/902", "Meters"]]),
    Paragraph((Span("Kindly see the "), Span("programme", link="https://example.int/1"), Span(".")), "4", "see"),
)
_AFTER = (
    *numbered(
        "Documents are on the web page of the meeting from the first of September on, in both languages.",
        "The meeting begins on 26 September 2024 in Room A, and everybody who works on smart cities is welcome to it.",
        "Coffee is served.",
    ),
    bullets("list", "one thing;", "a third thing;", "a last thing."),
    table("Document", "Title", "State", rows=[["5/901", "Buoys", "draft"], ["5/903", "Lamps", "final"]]),
    Paragraph(
        (Span("Kindly see the "), Span("programme", strong=True, link="https://example.int/2"), Span(".")), "4", "see"
    ),
)


def letter(*body: Block, **changes: Any) -> Document:
    """The English letter with another body, and without its pictures, which are none."""
    signature = replace(ENGLISH.signature or Signature("", None, "", ()), picture=None)
    return replace(ENGLISH, body=body, signature=signature, link_code=None, **changes)


OLD, NEW = letter(*_BEFORE), letter(*_AFTER)
OLD_AR, NEW_AR = (
    letter(*numbered(f"يبدأ الاجتماع في {day} سبتمبر."), language="ar", locale="ar-EG", direction="rtl")
    for day in (19, 26)
)


def test_a_table_that_moved_is_once_at_each_of_its_places() -> None:
    """Also one with cells over several columns, and one of which a row changed on the way."""
    spanning = replace(table("Day", "Room", rows=[["Monday", "A"]]), rows=((Cell((words("all days"),), colspan=2),),))
    plain = replace(table("Day", "Room", rows=[["Monday", "A"], ["Friday", "B"]]), id="rooms")
    edited = replace(plain, rows=(plain.rows[0], (cell("Friday"), cell("C"))))
    first, last = (
        Paragraph(words("The first text of this letter."), "", "a"),
        Paragraph(words("The last one."), "", "b"),
    )
    old, new = letter(spanning, plain, first, last), letter(first, last, edited, spanning)

    page = marked_page(comparison(old, new))

    assert page_words(page, "del") == page_words(page_of(new, PACK).tree)
    assert page_words(page, "ins") == page_words(page_of(old, PACK).tree)


def test_the_rows_of_a_table_that_became_two_have_moved() -> None:
    """They are marked as moved at both places, and the header row that was added as what a reader need not look at."""
    rows = [["Monday", "the Popov room"], ["Tuesday", "the lobby"], ["Friday", "the garden at the lake"]]
    whole_table = table("Day", "Room", rows=rows)
    first, second = table("Day", "Room", rows=rows[:2]), replace(table("Day", "Room", rows=rows[2:]), id="second")
    between = Paragraph(words("On the last day:"), "", "between")

    for old, new in (((whole_table,), (first, between, second)), ((first, between, second), (whole_table,))):
        page = marked_page(comparison(letter(*old), letter(*new)))
        moved = {(mark.tag, mark.text) for mark in page.iter() if mark.get("class") == "moved"}
        quiet = [mark.text for mark in page.iter() if mark.get("class") == "quiet"]

        assert moved == {(tag, text) for tag in ("ins", "del") for text in rows[2]}
        assert quiet == ["Day", "Room"]


def test_a_numbered_text_that_became_a_note_has_its_former_number_struck() -> None:
    """Also where two of its paragraphs became one note."""
    first, second = (
        "The venue is the conference centre in the old town.",
        "Seats are limited to two for each delegation.",
    )
    old = letter(Paragraph(words(first), "1", "venue"), Paragraph(words(second), "", "venue.2"))
    new = letter(Note("NOTE – ", words(f"{first} {second}"), "venue"))
    compared = comparison(old, new)

    page = marked_page(compared)

    assert "merged" in {part.fate for part in compared.root.walk()}
    assert page_words(page, "del") == page_words(page_of(new, PACK).tree)
    assert page_words(page, "ins") == page_words(page_of(old, PACK).tree)


VERSION = "main:letters/circular-213.yaml"


def printed_comparison(old: Document, new: Document) -> bytes:
    """The PDF of the changes between two documents."""
    compared = comparison(old, new)
    return marked_pdf(compared, changes_of(compared), PACK, VERSION)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The PDFs of two comparisons, one of letters that are read from right to left, and that of the new letter."""
    folder = tmp_path_factory.mktemp("marked")
    printed = {
        "marked": printed_comparison(OLD, NEW),
        "arabic": printed_comparison(OLD_AR, NEW_AR),
        "new": pdf_of(NEW, PACK),
    }
    for name, data in printed.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return {name: folder / f"{name}.pdf" for name in printed}


@pytest.mark.parametrize("standard", ["PDF/A-3a", "PDF/UA-1"])
def test_verapdf_finds_nothing(files: dict[str, Path], standard: str) -> None:
    """A PDF with marks keeps the standards that the letter's own PDF keeps."""
    found = verapdf(standard, [files["marked"], files["arabic"]])

    assert [faults for faults in found.values() if faults] == []


def test_what_is_struck_on_the_pages_is_not_in_the_new_letter(files: dict[str, Path]) -> None:
    """By the position of the lines through words: without the struck words, the pages show the new letter's."""
    assert any(text.is_struck for text in printed_texts(files["marked"]))
    assert shown_words(files["marked"]) == shown_words(files["new"])


def test_screen_readers_are_told_each_mark_in_words(files: dict[str, Path]) -> None:
    """The structure has spans with a text that says what is inserted, deleted, moved or formatted, and to its end."""
    with pikepdf.open(files["marked"]) as pdf:
        told = [str(part.ActualText) for part in elements(pdf.Root.StructTreeRoot.K) if "/ActualText" in part]

    assert "deleted: 19 September 2024 (deleted, end)" in told
    assert "inserted: 26 September 2024 (inserted, end)" in told
    assert "formatting changed: programme (formatting changed, end)" in told
    assert any(one.startswith("moved away: The meeting begins") for one in told)
    assert any(one.startswith("moved here: The meeting begins") for one in told)


def test_the_last_page_tells_what_marks_cannot_show(tmp_path: Path) -> None:
    """Another address of a link, another footer: each with its place; nothing if there is no such thing."""
    old, new = (letter(Paragraph((Span("programme", link=f"https://example.int/{end}"),))) for end in "12")
    new = replace(new, footer=("Rue de Varembé, Geneva",), link_code=LinkCode("https://example.int/", PICTURE, "Page"))
    compared = comparison(old, new)
    page, plain = marked_page(compared), marked_page(comparison(old, old))

    add_remarks(page, changes_of(compared), ENGLISH_WORDS)
    add_remarks(plain, (), ENGLISH_WORDS)

    [section] = page.iterfind(".//section[@class='remarks']")
    text = " ".join(page_words(section))
    assert "the link of “programme” now goes to https://example.int/2, formerly to https://example.int/1" in text
    assert "QR code: added" in text
    assert {"Nations", "Varembé"} <= {word.strip(",") for one in ("del", "ins") for mark in section.iter(one)
                                      for word in (mark.text or "").split()}  # fmt: skip
    assert plain.find(".//section[@class='remarks']") is None


def test_the_last_page_lists_the_problems_of_the_new_version(tmp_path: Path) -> None:
    """A text that is missing in Spanish is a problem with its line, under a title in Spanish."""
    text = (
        "kind: tsb-circular\nnumber: 301\ndate: 2024-07-12\nlanguages: [en, es]\nto: [member-states]\n"
        "subject: {en: Meeting, es: Reunión}\nbody:\n- {en: Welcome., es: Bienvenidos.}\n- {en: Please answer.MORE}\n"
        "signatory: {post: tsb-director, name: Max Mustermann, gender: m}\n"
    )
    for version, more in (("old", ", es: Responda."), ("new", "")):
        (tmp_path / f"{version}.yaml").write_text(text.replace("MORE", more), "utf-8")
    [found] = diff("old.yaml", "new.yaml", Workspace(tmp_path)).letters
    page = marked_page(found.compared["es"])

    add_remarks(page, (), spoken("es"), problems=found.new_problems)

    [section] = page.iterfind(".//section[@class='remarks']")
    assert [(one.text, one.get("lang")) for one in section.iter("h2")] == [(spoken("es").problems, "es")]
    assert [line.text for line in section.iter("li")] == ["this paragraph has no Spanish text (es) (line 9)"]


def test_the_date_and_the_name_of_who_signs_are_marked_whole(tmp_path: Path) -> None:
    """A date is never in islands of its day and its month, nor is a name."""
    text = (
        "kind: tsb-circular\nnumber: 301\ndate: {date}\nlanguages: [es]\nto: [member-states]\n"
        "subject: {{es: Reunión}}\n"
        "body: [{{es: La sede está abierta.}}]\n"
        "signatory: {{post: tsb-director, name: {name} Mustermann, gender: m}}\n"
    )
    for version, date, name in (("old", "2024-07-12", "Max"), ("new", "2024-08-13", "Moritz")):
        (tmp_path / f"{version}.yaml").write_text(text.format(date=date, name=name), "utf-8")
    [found] = diff("old.yaml", "new.yaml", Workspace(tmp_path)).letters

    page = marked_page(found.compared["es"])

    assert [one.text for one in page.iter() if one.tag in ("del", "ins")] == [
        "12 de julio de 2024", "13 de agosto de 2024", "Max Mustermann", "Moritz Mustermann",
    ]  # fmt: skip


def test_each_language_of_a_comparison_has_all_its_words() -> None:
    """A letter in another language, or in that of a region, has the words of a language that is there."""
    assert {spoken(code).language for code in ("en", "es", "fr", "ar", "ru", "zh")} == {
        "en",
        "es",
        "fr",
        "ar",
        "ru",
        "zh",
    }
    assert spoken("es-MX") == spoken("es")
    assert spoken("tlh") == spoken("en")


def test_bars_are_beside_the_lines_that_changed(files: dict[str, Path]) -> None:
    """They are in the margin in which lines begin, as high as the changed lines of each paragraph."""
    for name, x in (("marked", 47.5), ("arabic", 551)):
        bars = [one for one in paths(files[name]) if abs(one[0] - x) < 3]
        struck = [one for one in printed_texts(files[name]) if one.is_struck and not one.is_grey]

        assert bars
        assert all(any(bottom <= one.middle <= top for _, bottom, _, top in bars) for one in struck)
        assert sum(top - bottom for _, bottom, _, top in bars) < 300


def test_it_is_not_taken_for_the_letter(files: dict[str, Path]) -> None:
    """Its title says that it is a comparison, nothing is attached to it, and each page says since what, in one line."""
    with pikepdf.open(files["marked"]) as pdf:
        title, attached = (
            str(pdf.docinfo["/Title"]),
            "/AF" in pdf.Root or "/EmbeddedFiles" in pdf.Root.get("/Names", {}),
        )
    pages = pypdfium2.PdfDocument(files["marked"])

    assert title == f"Comparison: {NEW.properties.title}"
    assert not attached
    assert all(f"Changes since {VERSION}" in page.get_textpage().get_text_range().splitlines() for page in pages)


@pytest.mark.parametrize(
    ("old", "shown"),
    [
        ("main:letters/x.yaml", "main, letters/x.yaml"),
        (":letters/x.yaml", "letters/x.yaml"),
        ("../old/x.yaml", "../old/x.yaml"),
    ],
)
def test_the_old_version_is_named_for_readers(old: str, shown: str) -> None:
    """A revision and the file in it are two words."""
    assert since(LetterChanges(old, "letters/x.yaml")) == shown


def test_an_ordinary_letter_with_signs_of_its_own_cannot_forge_marks() -> None:
    """The characters that carry the marks are replaced in the words of a letter."""
    forged = letter(Paragraph(words("\ufdd1Nobody\ufddf pays.")))

    page = marked_page(comparison(forged, forged))

    assert not list(page.iter("del"))
    assert "\ufffdNobody\ufffd" in page_words(page)


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A text in one look on one line; ``middle`` is its height above the lower edge of the page."""

    text: str
    is_struck: bool
    is_grey: bool
    middle: float


def printed_texts(file: Path) -> list[PrintedText]:
    """The texts of the letter itself on its first page, in their order, without headers, footers and notices."""
    page = pypdfium2.PdfDocument(file)[0]
    words, lines = page.get_textpage(), paths(file)
    shown = page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], textpage=words)
    return [_printed(one, lines) for one in shown if pdfium.FPDFPageObj_GetMarkedContentID(one.raw) >= 0]


def _printed(shown: Any, lines: Sequence[Edges]) -> PrintedText:
    left, bottom, right, top = shown.get_bounds()
    middle, (low, high) = (left + right) / 2, _middle_of_letters(shown)
    struck = any(a <= middle <= c and low <= (b + d) / 2 <= high and d - b < 3 for a, b, c, d in lines)
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(shown.raw, red, green, blue, alpha)
    return PrintedText(shown.extract(), struck, (red.value, green.value) == (0x57, 0x60), (bottom + top) / 2)


def _middle_of_letters(shown: Any) -> tuple[float, float]:
    """The heights between which a line goes through the small letters of a text."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(shown.raw, size)
    matrix = shown.get_matrix()
    height = size.value * abs(matrix.d)
    return matrix.f + 0.15 * height, matrix.f + 0.5 * height


Edges = tuple[float, float, float, float]
"""The left, lower, right and upper edge in points."""


def paths(file: Path) -> list[Edges]:
    """The edges of what is drawn on the first page."""
    page = pypdfium2.PdfDocument(file)[0]
    return [one.get_bounds() for one in page.get_objects([pdfium.FPDF_PAGEOBJ_PATH])]


def shown_words(file: Path) -> str:
    """The letter's own text on its first page without what is struck, and without spaces."""
    return "".join("".join(one.text.split()) for one in printed_texts(file) if not one.is_struck)


def elements(part: Any) -> Iterator[Any]:
    """The elements of a structure tree."""
    yield part
    held = part.get("/K", [])
    for kid in held if isinstance(held, pikepdf.Array) else [held]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from elements(kid)
