"""Pages with words that readers do not see are refused; what a stylesheet does on purpose is not."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from PIL import Image

from circulars.cache.masters import master_of
from circulars.errors import PageError, Place, Problem
from circulars.model.document import Document, Letterhead, Picture, SettledAnnex, Signature
from circulars.model.text import Cell, Paragraph, Span, Table
from circulars.pack import Pack, load_pack
from circulars.render.page import page_of, stylesheet_of
from circulars.render.pdf.legible import page_faults
from circulars.render.pdf.press import press_with, see_nothing
from commands import run_here
from ink import ink_faults
from render.sample_letters import MARK, PLAIN, cell, words

BLOCK: Final = words("Ana Ejemplo\nExample Street 1\n1000 Exampletown")
LINES: Final = (Paragraph(words("Some words of the letter. " * 12)), Paragraph(words("And some more of them. " * 12)))
LETTER: Final = replace(PLAIN, body=LINES, annexes=(), addressee=BLOCK)
THIN: Final = Table((cell("Wide"), cell("b")), ((cell("a"), cell("b")),), (0.01, 0.99))


def printed(document: Document, css: str = "", look: Callable[[Any], None] = see_nothing) -> bytes:
    """The document as PDF, with more rules in its stylesheet."""
    pack = load_pack()
    sheet = stylesheet_of(pack) + f"@media pdf {{ {css} }}"
    return press_with(sheet, pack.fonts).print(document, page_of(document, pack).tree, look=look)


def faults(document: Document, css: str = "") -> list[Problem]:
    """The problems of the document's pages, with more rules in its stylesheet."""
    return looked_at(document, css)[1]


def looked_at(document: Document, css: str = "") -> tuple[bytes, list[Problem]]:
    """The document as PDF, and the problems of its pages."""
    found: list[Problem] = []
    data = printed(document, css, lambda sheets: found.extend(fault.problem() for fault in page_faults(sheets)))
    return data, found


def picture(mode: str, colour: Any, size: float) -> Picture:
    """A square of one colour, ``size`` mm wide."""
    file = io.BytesIO()
    Image.new(mode, (40, 40), colour).save(file, "PNG")
    return Picture(file.getvalue(), "image/png", "a square", size, size)


def table(count: int) -> Table:
    """A table with many columns."""
    return Table(
        tuple(cell(f"Column{n}") for n in range(count)),
        (tuple(cell("word") for _ in range(count)),),
        (1 / count,) * count,
    )


SQUARE: Final = picture("RGB", (200, 0, 0), 120)
GLASS: Final = picture("RGBA", (200, 0, 0, 60), 40)


PICTURED: Final = replace(LETTER, signature=Signature("", SQUARE, "N", ()))
WIDE_MARK: Final = replace(LETTER, letterhead=Letterhead("O", "B", replace(MARK, height=60, width=60)))
HIGH: Final = Table((cell("a"), cell("b")), ((cell("Many words " * 400), cell("c")),), (0.5, 0.5))
FULL_CELL: Final = Table((cell("a"), cell("b")), ((cell("words " * 40), cell("c")),), (0.5, 0.5))
BARE: Final = replace(LETTER, running_header=(), annexes=(SettledAnnex("a", "ANNEX", "", (), ()),))
HIGH_FOOTER: Final = replace(LETTER, footer=("a line of the footer",) * 12, body=LINES * 12)
FAULTS: Final[dict[str, tuple[Document, str, str, str, str]]] = {
    "a wide paragraph": (
        LETTER,
        ".plain { inline-size: 185mm }",
        "outside-text-area",
        "mm into the right margin",
        "outside",
    ),
    "a paragraph wider than the sheet": (
        LETTER,
        ".plain { inline-size: 300mm }",
        "outside-text-area",
        "off at the right",
        "cut",
    ),
    "a line moved off the sheet in part": (
        LETTER,
        ".closing { margin-inline-start: -30mm }",
        "outside-text-area",
        "is cut off at the left edge of the sheet",
        "cut",
    ),
    "a line below the sheet": (
        LETTER,
        ".closing { padding-block-start: 300mm }",
        "outside-text-area",
        "at the lower edge",
        "cut",
    ),
    "many columns": (
        replace(LETTER, body=(table(60),)),
        "",
        "outside-text-area",
        "mm into the right margin",
        "outside",
    ),
    "a picture over the edge": (
        PICTURED,
        ".signing { margin-inline-start: 100mm }",
        "outside-text-area",
        "a picture is cut off at the right edge",
        "cut",
    ),
    "a narrow column": (
        replace(LETTER, body=(THIN,)),
        "",
        "overlapping-words",
        "and 'b' are printed over each",
        "overlapping",
    ),
    "a column narrower than a letter": (
        replace(
            LETTER, body=(Table((cell("Unbreakable"), cell("b")), ((cell("Geneva"), cell("")),), (1 / 61, 60 / 61)),)
        ),
        "",
        "outside-text-area",
        "page 2: 'U' is wider than its column",
        "",
    ),
    "lines of no height": (LETTER, ".plain { line-height: 0 }", "overlapping-words", "over each other", "overlapping"),
    "a high footer": (HIGH_FOOTER, "", "overlapping-words", "'a line of the footer'", "overlapping"),
    "an addressee in the letterhead": (
        LETTER,
        ".addressee.left { margin-block-start: -31mm; margin-left: 25mm }",
        "overlapping-words",
        "and 'Ana Ejemplo'",
        "overlapping",
    ),
    "a wide mark": (WIDE_MARK, "", "hidden-words", "'Ana Ejemplo' is under a picture", "hidden"),
    "a paragraph of fixed height": (
        LETTER,
        ".plain { block-size: 4mm; overflow: hidden }",
        "hidden-words",
        "cut off by a",
        "",
    ),
    "a cell of fixed height": (
        replace(LETTER, body=(FULL_CELL,)),
        ".data td { overflow: hidden; display: block; block-size: 3mm }",
        "hidden-words",
        "is cut off by a box with 'overflow'",
        "",
    ),
    "small letters": (LETTER, ".plain { font-size: 0.8pt }", "hidden-words", "is less than 1 point high", ""),
    "a foot of a table higher than a page": (
        replace(LETTER, body=(HIGH,)),
        ".data tbody { display: table-footer-group }",
        "lost-words",
        "'Many words",
        "",
    ),
    "a page without words": (BARE, ".annex-label { visibility: hidden }", "empty-page", "page 2: the page is", ""),
}


@pytest.mark.parametrize(("document", "css", "code", "message", "seen"), FAULTS.values(), ids=FAULTS)
def test_words_that_readers_do_not_see_are_a_problem(
    document: Document, css: str, code: str, message: str, seen: str
) -> None:
    """Each has its code, page, words and remedy; what pdfium shows of it, the tests' own reader finds."""
    data, problems = looked_at(document, css)
    found = [problem for problem in problems if problem.code == code and message in problem.message]

    assert found
    assert found[0].message.startswith("page ")
    assert found[0].hint
    assert not seen or any(seen in fault for fault in ink_faults(data))


SIGNED: Final = replace(LETTER, signature=Signature("", GLASS, "Max Mustermann", ("Director",)))
SEALED: Final = replace(LETTER, signature=Signature("", replace(SQUARE, width=30, height=30), "Max", ("Director",)))
DRAFT: Final = "body::after { content: 'DRAFT'; position: fixed; font-size: 90pt;"
PURPOSES: Final = {
    "nothing": (LETTER, ""),
    "a watermark": (LETTER, f"{DRAFT} inset: 60mm 0 0 20mm; opacity: .2 }}"),
    "a sloping watermark": (LETTER, f"{DRAFT} inset: 0; transform: rotate(45deg) }}"),
    "a sender in the margin": (LETTER, ".bureau { position: absolute; inset-inline-start: -15mm }"),
    "a date in the margin": (LETTER, ".date { margin-inline-end: -12mm }"),
    "words off the sheet": (LETTER, ".closing { position: absolute; left: -9999px }"),
    "words for screen readers": (
        LETTER, ".closing { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden }",
    ),
    "invisible words": (LETTER, ".salutation { visibility: hidden } .closing { line-height: 0 }"),
    "a mark over the edge": (LETTER, ".mark { position: absolute; left: -25mm } img { inline-size: 30mm !important }"),
    "a transparent signature": (SIGNED, ".picture { margin-block: -12mm -24mm }"),
    "a name across a seal": (SEALED, ".picture { margin-block-end: -12mm }"),
    "a blank page": (BARE, ".annex { break-before: left }"),
    "close lines": (LETTER, "html { font-size: 6pt } p { line-height: .9 }"),
    "spaced letters": (LETTER, "p { text-align: justify; hyphens: auto } html { letter-spacing: 0.3pt }"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "css"), PURPOSES.values(), ids=PURPOSES)
def test_what_a_stylesheet_does_on_purpose_is_no_problem(document: Document, css: str) -> None:
    """Watermarks, letterheads in the margin, words for screen readers, signatures across a name, blank pages."""
    assert faults(document, css) == []


def test_a_last_paragraph_longer_than_a_page_begins_on_the_first_one() -> None:
    """It is kept whole before the closing only if it is shorter than a page."""
    long = replace(LETTER, body=(Paragraph(words("Some words of the letter. " * 280)),))
    first, *_ = pypdfium2.PdfDocument(printed(long))

    assert first.get_textpage().get_text_range().count("Some") > 50


@pytest.mark.parametrize(("head", "lines"), [(1, 58), (1, 140), (54, 3), (57, 3), (58, 60), (140, 140)])
def test_no_word_of_a_table_with_a_high_header_or_row_is_lost(head: int, lines: int) -> None:
    """A header that is higher than a page together with the first row is shown once or on each page, before the row."""
    header, row = (tuple(f"{letter}{n}." for n in range(count)) for letter, count in (("h", head), ("r", lines)))
    high = Table((cell("\n".join(header)), cell("b")), ((cell("\n".join(row)), cell("c")),) * 2, (0.5, 0.5))
    document = replace(LETTER, body=(*LINES, high))
    data, found = looked_at(document)
    assert found == []

    file = pypdfium2.PdfDocument(data)
    read = [word for page in file for word in page.get_textpage().get_text_range().split() if word[-1] == "."]
    repeated = [word for word in read if word in (*header, *row)]
    assert repeated[:head] == list(header)
    assert sorted(word for word in repeated if word in row) == sorted(row * 2)


def test_a_letter_is_refused_before_a_file_is_written(tmp_path: Path) -> None:
    """``build`` names the letter's line, the page, the words and the remedy, and writes no file."""
    assert run_here(tmp_path, "init", "office").returncode == 0
    office = tmp_path / "office"
    (office / "letters/thin.yaml").write_text(
        "kind: sg-letter\nnumber: 7\ndate: 2025-01-15\nlanguages: [en]\nsubject: {en: A table}\nbody:\n- table:\n"
        "    columns: [{en: Narrowly}, {en: Another column}]\n    widths: [1, 99]\n    rows: [[{en: a}, {en: words}]]\n"
        "signatory: {name: Ana Ejemplo, title: {en: Secretary}}\n"
    )
    done = run_here(office, "build", "thin")

    assert done.returncode == 1
    assert "letters/thin.yaml:8:36  overlapping-words  page 1: 'N' and 'Another column' are printed over" in done.stderr
    assert "hint: shorten one of the two" in done.stderr
    assert not list((office / "output").glob("thin*"))


HOLE: Final = Span("", hole="addressee.name")


def copies(document: Document, pack: Pack | None = None) -> Any:
    """The master of a letter for copies with names of Latin letters."""
    return master_of(
        "pdf",
        document,
        pack or load_pack(),
        frozenset(map(chr, range(32, 127))),
        ({"addressee.name": "Ana Maria"},) * 3,
        None,
    )


def test_a_letter_with_a_fault_of_its_own_gets_no_master() -> None:
    """A fault that every copy would have is found before the first copy is made."""
    letter = replace(LETTER, addressee=(), body=(Paragraph((Span("To "), HOLE, Span(", thanks."))), THIN))

    with pytest.raises(PageError, match="overlapping-words"):
        copies(letter)


def test_a_copy_with_a_fault_is_refused() -> None:
    """Where the words of a hole are the fault, each copy is laid out in full, and is refused if it has the fault."""
    narrow = Table((), ((Cell(((HOLE,),)), cell("b")),), (0.01, 0.99), row_heads=True)
    master = copies(replace(LETTER, addressee=(), body=(narrow,)))

    assert master.tail({"addressee.name": "Wim"}) is None
    with pytest.raises(PageError, match="'W' and 'b' are printed over each other"):
        master.whole({"addressee.name": "Wim"})
    assert master.whole({"addressee.name": "il"})


def test_a_copy_of_another_shape_with_a_fault_is_laid_out_in_full(tmp_path: Path) -> None:
    """A value whose lines run over what is below is in no shape; its layout in full is refused."""
    shipped = load_pack()
    css = shipped.read("letter.css").decode() + ".plain { block-size: 8pt }"
    for name in ("letter.html.j2", "mark.png"):
        (tmp_path / name).write_bytes(shipped.read(name))
    (tmp_path / "letter.css").write_text(css)
    pack = replace(shipped, folder=tmp_path)
    letter = replace(LETTER, addressee=(), body=(Paragraph((Span("Dear "), HOLE)), Paragraph(words("More."))))
    master = copies(letter, pack)
    shaper = master.shaper(lambda function, *arguments: function(*arguments), _NoShelf())
    long = {"addressee.name": "Ana Maria Ejemplo " * 12 + "Fin"}

    assert shaper.copy({"addressee.name": "Ana"}) is not None
    assert shaper.copy(long) is None
    with pytest.raises(PageError, match="overlapping-words"):
        master.whole(long)


class _NoShelf:
    """A shelf on which nothing is."""

    def find(self, name: str, kind: type) -> None:
        """None: nothing is kept."""

    def keep(self, name: str, value: object, kind: type) -> None:
        """Keeps nothing."""


def test_the_error_passes_from_one_process_to_another() -> None:
    """A pickled error still has its problems and the words of each."""
    problem = Problem(Place("a.yaml", 1, 1), "outside-text-area", "page 1: 'words' reaches 3 mm into the right margin")
    error = pickle.loads(pickle.dumps(PageError((problem, "words"))))  # our own

    assert error.problems == (problem,)
    assert error.words == {problem: "words"}
