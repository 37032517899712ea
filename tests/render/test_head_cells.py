"""A row of the head without a label has no empty cell, which a screen reader would read out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import docx as python_docx
import pikepdf
import pytest
from lxml import html

from circulars.build import Order, build
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

LETTER = """\
kind: {kind}
number: 8
date: 2015-12-10
languages: [{language}]
labels: {{reference: false, to: false, subject: false}}
rows: [{{text: (Direct Fax)}}, {{label: "Your reference:", text: AB/12}}]
to: [Administrations, Observers]
copy: false
subject: Meetings
body: [{{en: Text., ar: نص.}}]
signatory: {{name: Max Mustermann, title: Director}}
"""
KINDS = ("bdt-circular", "tsb-circular", "br-administrative")


@pytest.fixture(scope="module", params=[(kind, language) for kind in KINDS for language in ("en", "ar")])
def files(request: pytest.FixtureRequest) -> Mapping[str, bytes]:
    """The letter in every format that has tables."""
    kind, language = request.param
    letter = parse_letter(LETTER.format(kind=kind, language=language).encode(), "letters/x.yaml", "x", ROOT)
    return {one.format: one.data for one in build(letter, Workspace(ROOT), Order(formats=("docx", "pdf", "html")))}


def test_no_cell_of_the_page_is_empty(files: Mapping[str, bytes]) -> None:
    """A value without a label spans the column of labels."""
    page: Any = html.fromstring(files["html"])
    cells = page.xpath("//table[contains(@class, 'reference')]//td")

    assert cells
    assert [cell for cell in cells if not cell.text_content().strip()] == []
    assert [cell.text_content().strip() for cell in cells if "unlabelled" in cell.get("class", "")][-1] == "Meetings"


def test_no_cell_of_the_pdf_is_empty(files: Mapping[str, bytes]) -> None:
    """Each cell of the structure tree has content."""
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        elements = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/P" in one]
        cells = [one for one in elements if one.get("/S") in ("/TD", "/TH")]

        assert cells
        assert [one for one in cells if "/K" not in one] == []


def test_no_cell_of_the_word_file_is_empty(files: Mapping[str, bytes]) -> None:
    """Only a cell that goes on from the row above has no words; all rows are as wide as the table."""
    file = python_docx.Document(io.BytesIO(files["docx"]))
    [head] = [table for table in file.tables if table.style is not None and table.style.name == "Reference table"]
    rows = [row.xpath("w:tc") for row in head._tbl.xpath("w:tr")]
    empty = [cell for row in rows for cell in row if not "".join(cell.itertext()).strip()]

    assert [cell for cell in empty if not cell.xpath("w:tcPr/w:vMerge")] == []
    assert {sum(int(cell.xpath("string(w:tcPr/w:tcW/@w:w)")) for cell in row) for row in rows} == {9638}
    assert {sum(int(cell.xpath("string(w:tcPr/w:gridSpan/@w:val)") or 1) for cell in row) for row in rows} == {3}
