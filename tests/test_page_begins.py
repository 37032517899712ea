"""Blocks that begin a page, and paragraphs that are centred or aligned at the end, are the same in Word and in PDF."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import docx as python_docx
import pypdfium2
import pytest
from lxml import html

from circulars.accessibility import check_output
from circulars.build import Order, build, documents
from circulars.errors import LetterError
from circulars.merge.post.page import page_of
from circulars.model.document import Document
from circulars.model.text import Paragraph
from circulars.review.comparing.compare import compare
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from page_rules import page_faults

LETTER = """\
kind: tsb-circular
number: 901
date: 2024-07-12
languages: [en]
subject: Pages
body:
  - {en: First.}
  - {en: Second leads into a list}
  - {new-page: true, items: [one, two]}
  - {en: Third, new-page: true}
signatory: tsb-director
annexes:
  - title: Forms
    body:
      - {en: REGISTRATION FORM, align: center, new-page: true}
      - {en: Return to the secretariat, align: end}
      - {en: Name}
      - {new-page: true, table: {columns: [A, B], rows: [[1, 2]]}}
      - {new-page: true, table: {caption: Titled, columns: [C, D], rows: [[3, 4]]}}
      - {new-page: true, heading: Section}
      - {en: Text.}
      - {note: Notable., new-page: true}
"""


def document_of(text: str) -> Document:
    letter = parse_letter(text.encode(), "letters/x.yaml", "x", ROOT)
    return next(iter(documents(letter, Workspace(ROOT), Order())))


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """The letter in every format that has pages."""
    letter = parse_letter(LETTER.encode(), "letters/x.yaml", "x", ROOT)
    return {one.format: one.data for one in build(letter, Workspace(ROOT), Order(formats=("docx", "pdf", "html")))}


def test_each_begins_a_page_of_the_pdf(files: Mapping[str, bytes]) -> None:
    """A list, a paragraph, tables, a heading and a note; the first block of an annex is below its heading."""
    pdf = pypdfium2.PdfDocument(files["pdf"])
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]

    expected = ("• one", "3 Third", "ANNEX (to TSB Circular 901) Forms REGISTRATION FORM", "A B", "Titled C", "Section")
    assert [text[: len(words)] for text, words in zip(texts[1:], expected, strict=False)] == [*expected]
    assert texts[7].startswith("NOTE – Notable.")
    assert len(texts) == 8


def test_the_checker_of_pages_knows_them(files: Mapping[str, bytes]) -> None:
    """It finds nothing wrong, and a block that should begin a page but does not."""
    other = document_of(LETTER.replace("- {en: Name}", "- {en: Name, new-page: true}"))

    assert page_faults(document_of(LETTER), files["pdf"]) == []
    assert page_faults(other, files["pdf"]) == ["page 4 does not begin with '1 Name'"]


def test_each_begins_a_page_in_word(files: Mapping[str, bytes]) -> None:
    """Their first paragraphs have Word's own property; a table without a title has a low paragraph above it."""
    file = python_docx.Document(io.BytesIO(files["docx"]))
    begun = [one.text for one in file.paragraphs if one._p.xpath("w:pPr/w:pageBreakBefore") and one.text != "ANNEX"]

    assert begun == ["one", "Third", "", "Titled", "Section", "NOTE – Notable."]


def test_no_check_of_word_files_finds_anything(files: Mapping[str, bytes]) -> None:
    """The low paragraph above a table is no space that was typed: a table cannot begin a page by itself."""
    assert list(check_output(files["docx"], "letter.docx")) == []


def test_paragraphs_are_aligned_in_every_format(files: Mapping[str, bytes]) -> None:
    """A centred paragraph and one that is aligned at the end have no number, and are not counted."""
    file = python_docx.Document(io.BytesIO(files["docx"]))
    page: Any = html.fromstring(files["html"])
    mail = page_of(document_of(LETTER), "example.int").html
    aligned = {one.text: str(one.alignment) for one in file.paragraphs}

    assert (aligned["REGISTRATION FORM"], aligned["Return to the secretariat"]) == ("CENTER (1)", "RIGHT (2)")
    assert [p.text_content() for p in page.xpath("//p[contains(@class, 'center')]")] == ["REGISTRATION FORM"]
    assert [p.text_content() for p in page.xpath("//p[contains(@class, 'plain end')]")] == ["Return to the secretariat"]
    assert "text-align:center" in mail
    [annex] = document_of(LETTER).annexes
    assert [one.number for one in annex.body if isinstance(one, Paragraph)] == ["", "", "1", "2"]


def test_a_change_of_page_or_alignment_is_one_of_looks() -> None:
    """Words stay as they are."""
    old, new = document_of(LETTER), document_of(LETTER.replace("center, new-page: true", "end"))
    later = document_of(LETTER.replace("{en: First.}", "{en: First., new-page: true}"))

    [aligned], [begun] = compare(old, new), compare(old, later)

    assert (aligned.kind, aligned.remarks) == (
        "look", ("now a paragraph, aligned at the end of the line, formerly a paragraph, centred",),
    )  # fmt: skip
    assert (begun.kind, begun.remarks) == ("look", ("now a paragraph, on a new page, formerly a paragraph",))


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("{en: A, align: left}", "unknown-name"),
        ("{en: A, new-page: 1}", "not-true-or-false"),
        ("{items: [{en: A, new-page: true}]}", "unknown-field"),
    ],
)
def test_other_values_are_reported(block: str, code: str) -> None:
    """Entries of lists begin no pages."""
    with pytest.raises(LetterError) as caught:
        document_of(LETTER.replace("{en: First.}", block))

    assert [problem.code for problem in caught.value.problems] == [code]
