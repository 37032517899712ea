"""Boxes to tick are labels of lists in every format, and screen readers say what they are for."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx as python_docx
import pikepdf
import pytest
from lxml import html

from circulars.accessibility import check_output
from circulars.build import Order, build, documents
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.model.text import Items
from circulars.pack import load_pack
from circulars.render import html as html_writer
from circulars.render.txt import text_of
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from readers import docx2python_words, expected_words, first_difference, html_words, pdfium_words

LETTER = """\
kind: sg-letter
number: DM-24/1
date: 2024-07-12
languages: [en]
subject: Reply
signatory: {name: Ana Ejemplo, title: Secretary}
body:
  - en: "Please tick:"
    boxes:
      - I will attend.
      - {en: "I need:", boxes: [a visa letter, a badge]}
"""


def parsed(text: str = LETTER) -> Letter:
    return parse_letter(text.encode(), "letters/x.yaml", "x", ROOT)


def document_of(text: str = LETTER) -> Document:
    return next(iter(documents(parsed(text), Workspace(ROOT), Order())))


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """The form in every format."""
    return {one.format: one.data for one in build(parsed(), Workspace(ROOT), Order(formats=("docx", "pdf", "html")))}


def test_plain_text_has_the_boxes() -> None:
    """A box is before each entry, at each level."""
    assert [line for line in text_of(document_of()).splitlines() if "☐" in line] == [
        "    ☐ I will attend.", "    ☐ I need:", "      ☐ a visa letter", "      ☐ a badge",
    ]  # fmt: skip


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_each_format_has_the_words(format: str, files: Mapping[str, bytes], tmp_path: Path) -> None:
    """Readers find every word and box of the plain text in order; Word writes the boxes itself."""
    file, document = tmp_path / f"x.{format}", document_of()
    file.write_bytes(files[format])

    found = {
        "docx": lambda: (docx2python_words(file), expected_words(document, labels=False)),
        "pdf": lambda: (pdfium_words(file, document), expected_words(document)),
        "html": lambda: (html_words(file), expected_words(document)),
    }[format]()

    assert first_difference(*found) == ""


def test_boxes_are_the_labels_of_a_list_of_word(files: Mapping[str, bytes]) -> None:
    """Entries of both levels belong to a list whose sign is the box."""
    file = python_docx.Document(io.BytesIO(files["docx"]))
    numbering = file.part.numbering_part.element
    signs = []
    for paragraph in file.paragraphs:
        if paragraph.text in ("I will attend.", "a badge"):
            level, number = paragraph._p.xpath("w:pPr/w:numPr/w:*/@w:val")
            [definition] = numbering.xpath(f"w:num[@w:numId='{number}']/w:abstractNumId/@w:val")
            path = f"w:abstractNum[@w:abstractNumId='{definition}']/w:lvl[@w:ilvl='{level}']"
            signs += numbering.xpath(f"{path}/w:lvlText/@w:val") + numbering.xpath(f"{path}/w:numFmt/@w:val")

    assert signs == ["☐", "bullet"] * 2


def test_screen_readers_say_what_a_box_is_for(files: Mapping[str, bytes]) -> None:
    """In the PDF the label has a replacement text; in HTML it is a picture with a name, if the language has one."""
    page: Any = html.fromstring(files["html"])
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        elements = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        labels = {str(one.get("/ActualText")) for one in elements if one.get("/S") == "/Lbl"}
        kinds = {str(one.A.ListNumbering) for one in elements if one.get("/S") == "/L"}
    nameless = html_writer.master(replace(document_of(), box_label=""), load_pack("itu")).fill({})

    assert labels == {"box to tick", "None"}  # those of dashes have none
    assert "/Square" in kinds
    assert page.xpath("//*[@role='img']/@aria-label") == ["box to tick"] * 4
    assert "aria-label" not in nameless.decode()


def test_the_files_are_accessible(files: Mapping[str, bytes]) -> None:
    """The program's own checks find nothing."""
    for format in ("docx", "pdf"):
        assert [*check_output(files[format], f"x.{format}")] == []


def test_a_label_makes_a_list_of_boxes() -> None:
    """The sign itself may be given as the label of any list."""
    document = document_of(LETTER.replace("    boxes:\n", '    labels: "☐"\n    items:\n'))
    items = document.body[1]

    assert isinstance(items, Items)
    assert (items.style, items.entries[0].label) == ("boxes", "☐")


def test_a_box_that_is_typed_gets_a_warning() -> None:
    """It would be there twice."""
    [warning] = parsed(LETTER.replace("- I will", "- ☐ I will")).warnings

    assert (warning.code, warning.hint) == ("wrong-labels", "delete '☐' from the text")
