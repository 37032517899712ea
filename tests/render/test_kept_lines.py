"""Lines and spaces that were typed are the same in every format."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import html

from circulars.build import Order, build
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

LETTER = """\
kind: tsb-circular
number: 2
date: 2013-06-02
languages: [en]
subject: {en: "The  second   meeting"}
to:
  - en: |
      Ms Ana Ejemplo
      Calle Ejemplo 99
      Madrid
  - {en: Associates}
copy: false
salutation: false
body:
  - {en: "Two  spaces   and *three   more* are kept."}
  - heading: {en: "A heading\\nof two lines"}
  - en: "A list:"
    items:
      - en: |
          An entry
          of two lines
  - note: {en: "A note\\nof two lines"}
signatory: {post: tsb-director, name: Max Mustermann}
annexes:
  - title:
      en: |
        18th Meeting of the Example Group
        Geneva, 11-13 December 2013
        DRAFT AGENDA
    body: [{en: Opening.}]
"""
KEPT = (
    "Ms Ana Ejemplo\nCalle Ejemplo 99\nMadrid",
    "A heading\nof two lines",
    "An entry\nof two lines",
    "A note\nof two lines",
    "18th Meeting of the Example Group\nGeneva, 11-13 December 2013\nDRAFT AGENDA",
    "The  second   meeting",
    "Two  spaces   and three   more are kept.",
)


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """The letter in every format."""
    letter = parse_letter(LETTER.encode(), "letters/x.yaml", "x", ROOT)
    order = Order(formats=("docx", "pdf", "html", "txt"))
    return {output.format: output.data for output in build(letter, Workspace(ROOT), order)}


def lines_of_docx(data: bytes) -> str:
    """The text of each paragraph, those of tables included; a line break is a line feed."""
    file = docx.Document(io.BytesIO(data))
    paragraphs = [Paragraph(p, file) for p in file.element.body.iter(qn("w:p"))]
    return "\n".join(paragraph.text for paragraph in paragraphs)


def lines_of_html(data: bytes) -> str:
    """The text of the page as a browser lays it out: spaces are one, except where the stylesheet keeps them."""
    page: Any = html.fromstring(data)
    for kept in page.iter("span"):
        if kept.get("class") == "spaces":
            kept.text = (kept.text or "").replace(" ", "\N{NO-BREAK SPACE}")
    for brk in page.iter("br"):
        brk.tail = "\u2028" + (brk.tail or "")
    text = re.sub(r"[ \n]+", " ", page.text_content())
    return text.replace("\u2028", "\n").replace("\N{NO-BREAK SPACE}", " ")


def lines_of_pages(data: bytes) -> list[str]:
    """The text of each page of a PDF."""
    return [page.get_textpage().get_text_bounded().replace("\r", "") for page in pypdfium2.PdfDocument(data)]


def lines_of_pdf(data: bytes) -> str:
    """The text of all pages."""
    return "\n".join(lines_of_pages(data))


def lines_of_txt(data: bytes) -> str:
    """The text without the indentation of lists."""
    return re.sub(r"\n +", "\n", data.decode())


READERS = {"docx": lines_of_docx, "html": lines_of_html, "pdf": lines_of_pdf, "txt": lines_of_txt}


@pytest.mark.parametrize("format", READERS)
def test_lines_and_spaces_are_kept(files: Mapping[str, bytes], format: str) -> None:
    """What was typed as a line is a line, and several spaces are several spaces, whichever format it is."""
    text = READERS[format](files[format])
    # Readers of PDF show several spaces as one, see below.
    kept = [re.sub(" +", " ", one) if format == "pdf" else one for one in KEPT]

    assert [one for one in kept if one not in text] == []


def test_several_spaces_are_wide_in_a_pdf(files: Mapping[str, bytes]) -> None:
    """Between words with two and with three spaces there is two and three times the room."""
    page = pypdfium2.PdfDocument(files["pdf"])[0].get_textpage()
    text = page.get_text_range()

    def room(before: str, after: str) -> float:
        at = text.index(f"{before} {after}") + len(before)
        return float(page.get_charbox(at + 1, loose=True)[0] - page.get_charbox(at - 1, loose=True)[2])

    one, two, three = room("more", "are"), room("Two", "spaces"), room("spaces", "and")
    assert (round(two / one), round(three / one)) == (2, 3)
