"""Pages end where they may: no heading, last entry, row or closing is alone, in the PDF and in the Word file."""

from __future__ import annotations

import random
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from circulars.model.document import Document
from circulars.model.text import Cell, Heading, Item, Items, Paragraph, Table
from circulars.pack import Pack, load_pack
from circulars.render import writer
from circulars.render.page import page_of, stylesheet_of
from circulars.render.pdf.press import press_with, see_nothing
from conftest import Example
from page_rules import checked, page_faults
from readers import libreoffice_files
from render.sample_letters import PLAIN, cell, items, words

_LINE = "A line of the letter's body that is not long."
_ROWS = tuple((Cell((words("Session of the meeting " * 22),)),) for _ in range(12))
LETTERS: dict[str, Document] = {
    "heading": replace(PLAIN, body=(Heading(words("What is next")), Paragraph(words("Text. " * 9)))),
    "entries": replace(PLAIN, body=(Items("bullets", items("•", *["An entry of the list" for _ in range(4)])),)),
    "lists in entries": replace(
        PLAIN,
        body=(
            Items(
                "bullets",
                (
                    Item("•", words("Sole"), (Items("bullets", items("–", "One")),)),
                    Item("•", words("Long"), (Items("bullets", items("–", *["An entry of it" for _ in range(15)])),)),
                ),
            ),
        ),
    ),
    "rows": replace(PLAIN, body=(Table((cell("A"),), _ROWS, (1.0,)),)),
    "closing": replace(PLAIN, body=(Paragraph(words("A last paragraph. " * 12)),)),
    "brief": replace(PLAIN, body=(Paragraph(words("One. " * 40)), Paragraph(words("Thanks."))), ends_briefly=True),
    "brief after a list": replace(
        PLAIN,
        body=(Items("bullets", items("•", "One entry", "Other entry")), Paragraph(words("Thanks."))),
        ends_briefly=True,
    ),
    "note of annexes": replace(
        PLAIN, body=(Paragraph(words("A last paragraph. " * 12)),), drafter="AB/cd", annex_note=("Annex: 1",)
    ),
}


def lengths(document: Document) -> list[Document]:
    """The letter below 17 to 38 lines of text, so that each of its parts is at the end of a page once."""
    return [
        replace(document, body=(*(Paragraph(words(_LINE)) for _ in range(count)), *document.body))
        for count in range(17, 38)
    ]


def printed(document: Document, sheet: str, pack: Pack) -> bytes:
    return press_with(sheet, pack.fonts).print(document, page_of(document, pack).tree, look=see_nothing)


@pytest.mark.parametrize("name", LETTERS)
def test_no_page_of_a_pdf_ends_where_it_may_not(name: str, chance: random.Random) -> None:
    """However far down a page a heading, a list, a table or the closing begins; a run tries a third of the places."""
    pack, letters = load_pack(), lengths(LETTERS[name])[chance.randrange(3) :: 3]
    made = [writer("pdf")(one, pack).fill({}) for one in letters]

    assert [page_faults(one, pdf) for one, pdf in zip(letters, made, strict=True)] == [[]] * len(made)


def test_a_long_list_in_the_last_entry_is_divided() -> None:
    """What is before the closing is kept with it, but not all of the last entry."""
    letter, pack = lengths(LETTERS["lists in entries"])[1], load_pack()
    with pypdfium2.PdfDocument(writer("pdf")(letter, pack).fill({})) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]

    assert [page.count("An entry of it") > 1 for page in pages] == [True, True]


def test_a_label_wider_than_its_tab_is_on_one_line(tmp_path: Path) -> None:
    """The text begins after it, with space between."""
    letter = replace(
        PLAIN,
        body=(
            Heading(words("Section"), number="12.12.12.12.12"),
            Items("letters", (Item("12.12.12.12.12", words("Entry")), Item("12.12.12.12", words("Next")))),
        ),
    )
    (tmp_path / "x.pdf").write_bytes(writer("pdf")(letter, load_pack()).fill({}))
    read = subprocess.run(["pdftotext", "-layout", tmp_path / "x.pdf", "-"], capture_output=True, check=True).stdout

    assert re.findall(r"12\.12\.12\S*\s+\w+", read.decode()) == [
        "12.12.12.12.12 Section", "12.12.12.12.12 Entry", "12.12.12.12 Next",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("heading", r"ends with ' What is next'"),
        ("entries", r"begins with the last entry '• An entry"),
        ("rows", r"the row 'Session .* is on the pages 1 and 2"),
        ("note of annexes", r"begins with '\s*(?:AB/cd|Annex: 1)'"),
        ("closing", r"has [01] lines before ' Yours faithfully|the end is on the pages"),
    ],
)
def test_the_checker_sees_what_a_stylesheet_lets_happen(name: str, fault: str) -> None:
    """Without the rules of the stylesheet, pages end where they may not, and that is found."""
    pack = load_pack()
    free = "break-before: auto !important; break-after: auto !important; break-inside: auto !important"
    sheet = stylesheet_of(pack) + f"* {{ {free}; widows: 1 !important; orphans: 1 !important }}"
    letters = lengths(LETTERS[name])

    found = (fault for one in letters for fault in page_faults(one, printed(one, sheet, pack)))

    assert any(re.search(fault, one) for one in found)


def test_pages_of_letters_by_chance_keep_the_rules(chance: random.Random) -> None:
    """So do those of letters with every block there is; ``tests/page_rules.py`` tries thousands."""
    assert [faults for _, _, faults in checked(chance, 6, docx=False) if faults] == []


def test_pages_of_the_examples_keep_the_rules(examples: tuple[Example, ...]) -> None:
    """So do those of every example in every language, in the PDF."""
    found = {one.name: page_faults(one.document, one.file("pdf").read_bytes()) for one in examples}

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.usefixtures("libreoffice")
def test_pages_of_the_examples_keep_the_rules_in_word(examples: tuple[Example, ...]) -> None:
    """So do those that LibreOffice makes of the Word files."""
    found = {
        one.name: page_faults(one.document, one.libreoffice_pdf.read_bytes(), libreoffice=True) for one in examples
    }

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_no_page_of_a_word_file_ends_where_it_may_not(tmp_path: Path) -> None:
    """However far down a page each of them begins, as LibreOffice lays it out."""
    pack, made = load_pack(), dict[str, Document]()
    for name, letter in LETTERS.items():
        # LibreOffice keeps no row of a table with what is below it.
        for nth, one in enumerate(lengths(letter)[::3] if name != "rows" else []):
            (tmp_path / f"{name}{nth}.docx").write_bytes(writer("docx")(one, pack).fill({}))
            made[f"{name}{nth}"] = one

    pages = libreoffice_files([tmp_path / f"{name}.docx" for name in made], tmp_path)

    found = {pdf.stem: page_faults(made[pdf.stem], pdf.read_bytes(), libreoffice=True) for pdf in pages}
    assert {name: faults for name, faults in found.items() if faults} == {}
