"""Tables with titles, groups, empty cells and cells over several columns and rows, read back from every format."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from lxml import html

from circulars.accessibility import check_output
from circulars.build import Order, build
from circulars.compose import compose
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.text import Paragraph, Table
from circulars.pack import load_pack
from circulars.render import writer
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from render.sample_letters import PLAIN, cell, words

LETTER = """\
kind: tsb-collective
number: 2
group: 5
date: 2013-06-02
languages: [en]
subject: {en: Tables}
body:
  - table:
      caption: {en: Draft agenda}
      columns: [Time, Item, {en: Documents, colspan: 2}]
      align: [start, start, end, center]
      rows:
        - group: {en: Monday}
        - ["0930", {en: Opening, rowspan: 2}, "12", C/1]
        - ["1000", "", C/2]
        - ["1100", {en: Closing, colspan: 3}]
  - table: {split-rows: true, rows: [[Place, Geneva]]}
signatory: {post: tsb-director, name: Max Mustermann}
"""


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """The letter in every format."""
    letter = parse_letter(LETTER.encode(), "letters/x.yaml", "x", ROOT)
    order = Order(formats=("docx", "pdf", "html", "txt"))
    return {output.format: output.data for output in build(letter, Workspace(ROOT), order)}


def test_word_has_the_cells_where_they_belong(files: Mapping[str, bytes]) -> None:
    """python-docx shows a merged cell at each of its places; only the second table's row may be split."""
    file = docx.Document(io.BytesIO(files["docx"]))
    agenda, places = file.tables[-2:]
    assert [[cell.text for cell in row.cells] for row in agenda.rows] == [
        ["Time", "Item", "Documents", "Documents"],
        ["Monday"] * 4,
        ["0930", "Opening", "12", "C/1"],
        ["1000", "Opening", "", "C/2"],
        ["1100", "Closing", "Closing", "Closing"],
    ]
    assert [str(agenda.rows[2].cells[column].paragraphs[0].alignment) for column in range(4)] == [
        "None", "None", "RIGHT (2)", "CENTER (1)",
    ]  # fmt: skip
    assert [bool(table.rows[-1]._tr.xpath("w:trPr/w:cantSplit")) for table in (agenda, places)] == [True, False]


def test_a_page_has_headers_for_every_cell(files: Mapping[str, bytes]) -> None:
    """Head row, group and head column are header cells; spans and the title are HTML's own."""
    page: Any = html.fromstring(files["html"])
    agenda, places = page.xpath("//table[contains(@class, 'data')]")

    assert agenda.findtext("caption") == "Draft agenda"
    assert [(th.get("scope"), th.get("colspan"), th.text_content().strip()) for th in agenda.iter("th")] == [
        ("col", None, "Time"), ("col", None, "Item"), ("col", "2", "Documents"), ("rowgroup", "4", "Monday"),
    ]  # fmt: skip
    assert [td.get("rowspan") for td in agenda.iter("td") if td.get("rowspan")] == ["2"]
    assert [th.get("scope") for th in places.iter("th")] == ["row"]


def test_a_pdf_says_which_cells_span(files: Mapping[str, bytes]) -> None:
    """The structure tree has the title first, the spans as attributes, and an element for the empty cell."""
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        elements = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one]
        [title] = [one for one in elements if one.S == "/Caption"]
        spans = [
            (str(one.S), int(one.A.get("/ColSpan", 1)), int(one.A.get("/RowSpan", 1)))
            for one in elements
            if one.S in ("/TH", "/TD") and "/A" in one and ("/ColSpan" in one.A or "/RowSpan" in one.A)
        ]
        kinds = [str(kid.S) for kid in title.P.K]

    assert kinds[0] == "/Caption"
    assert {("/TH", 2, 1), ("/TH", 4, 1), ("/TD", 1, 2), ("/TD", 3, 1)} <= set(spans)


def test_plain_text_shows_the_place_of_a_cell_beside_empty_ones(files: Mapping[str, bytes]) -> None:
    """The indentation of a cell shows its column, and a blank line ends a row; a table without gaps needs neither."""
    text = files["txt"].decode()

    assert (
        """\
Draft agenda
Time
    Item
        Documents

Monday

0930
    Opening
        12
            C/1

1000
            C/2

1100
    Closing

Place
    Geneva
"""
        in text
    )


def test_an_empty_first_cell_does_not_join_two_rows_of_plain_text() -> None:
    """A row that begins in the second column is a row of its own."""
    body = "body:\n  - table: {columns: [Old, New], rows: [[old line, new], ['', added]]}\n"
    letter = parse_letter((LETTER.partition("body:")[0] + body).encode(), "letters/x.yaml", "x", ROOT)
    [output] = build(letter, Workspace(ROOT), Order(formats=("txt",)))

    assert "Old\n    New\n\nold line\n    new\n\n    added\n" in output.data.decode()


def test_several_header_rows_are_headers_in_every_format() -> None:
    """Word repeats both rows; in HTML and PDF all their cells are headers of columns."""
    columns = "[[{en: Room, rowspan: 2}, {en: Monday, colspan: 2}], [AM, PM]]"
    body = f"body:\n  - table: {{columns: {columns}, rows: [[A, x, y], [B, {{colspan: 2}}]]}}\n"
    head = LETTER.partition("body:")[0]
    letter = parse_letter((head + body).encode(), "letters/x.yaml", "x", ROOT)
    made = {one.format: one.data for one in build(letter, Workspace(ROOT), Order(formats=("docx", "pdf", "html")))}
    table = docx.Document(io.BytesIO(made["docx"])).tables[-1]
    page: Any = html.fromstring(made["html"])
    with pikepdf.open(io.BytesIO(made["pdf"])) as pdf:
        scopes = [str(one.A.Scope) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and _is_head(one)]

    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [True, True, False, False]
    assert [cell.text for cell in table.rows[1].cells] == ["Room", "AM", "PM"]
    assert [
        (th.get("scope"), th.get("colspan"), th.get("rowspan"))
        for th in page.xpath("//table[contains(@class, 'data')]/thead/tr/th")
    ] == [("col", None, "2"), ("col", "2", None), ("col", None, None), ("col", None, None)]
    assert scopes.count("/Column") == 4
    assert {one.code for one in check_output(made["pdf"], "x.pdf")} == set()


def _is_head(element: pikepdf.Dictionary) -> bool:
    return bool(element.get("/S") == "/TH")


def test_the_files_are_accessible(files: Mapping[str, bytes]) -> None:
    """Nothing but the merged cells of the Word file is worth a remark."""
    found = {one.code for format in ("pdf", "docx") for one in check_output(files[format], f"x.{format}")}

    assert found == {"merged-cells"}


def test_an_empty_row_has_the_height_of_a_line() -> None:
    """It can be written in by hand: what is below it is where it is below a row with words."""
    bottoms = {}
    for word in ("", "x"):
        letter = replace(
            PLAIN, body=(Table((), ((cell(word), cell(word)),) * 3, (0.5, 0.5)), Paragraph(words("below")))
        )
        with pypdfium2.PdfDocument(writer("pdf")(letter, load_pack()).fill({})) as pdf:
            page = pdf[0].get_textpage()
            place, _ = page.search("below").get_next()
            bottoms[word] = round(page.get_charbox(place)[1])

    assert bottoms[""] == bottoms["x"]


def test_an_email_has_the_whole_table() -> None:
    """Its title, all header rows, and cells over several columns and rows."""
    heads = "[[{en: Time, rowspan: 2}, {en: Item, rowspan: 2}, {en: Documents, colspan: 2}], [No., Title]]"
    text = LETTER.replace("columns: [Time, Item, {en: Documents, colspan: 2}]", "columns: " + heads)
    document = compose(parse_letter(text.encode(), "x.yaml", "x", ROOT), load_language("en"), load_pack())
    page = html.fromstring(page_of(document, "example.int").html)
    table = next(one for one in page.iter("table") if one.find("caption") is not None)

    found = [
        [(head.text, head.get("colspan"), head.get("rowspan")) for head in row.iter("th")] for row in table.iter("tr")
    ]
    assert table.findtext("caption") == "Draft agenda"
    assert found[:3] == [
        [("Time", None, "2"), ("Item", None, "2"), ("Documents", "2", None)],
        [("No.", None, None), ("Title", None, None)],
        [("Monday", "4", None)],
    ]
