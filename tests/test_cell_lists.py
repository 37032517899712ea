"""Lists in the cells of tables are the same in every format: their labels, their levels and their references."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx as python_docx
import pikepdf
import pytest

from circulars.accessibility import check_output
from circulars.build import Order, build, documents
from circulars.compose import compose, left_out_parts
from circulars.compose.wide_words import wide_words
from circulars.errors import LetterError, PackError
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.model.text import Item, Items, Span, Table
from circulars.pack import load_pack
from circulars.render import html
from circulars.render.txt import text_of
from circulars.review.comparing.compare import compare
from circulars.source.letters import excerpt
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from readers import docx2python_words, expected_words, first_difference, html_words, pdfium_words

HEAD = """\
kind: sg-letter
number: DM-24/1
date: 2024-07-12
languages: [en]
subject: Lists
numbering: paragraph
signatory: {name: Ana Ejemplo, title: Secretary}
"""
AGENDA = """\
body:
  - en: "See {{ ref: votes }} and {{ ref: elections }}."
  - id: agenda
    table:
      columns: [Time, Item, Document]
      align: [start, start, end]
      rows:
        - - "0930"
          - en: |
              Opening

              Remarks by:
            items:
              - the Director;
              - en: "the Chair:"
                steps:
                  - first
                  - id: votes
                    en: |
                      second

                      with a paragraph
          - C/1
        - - "1000"
          - outline: [Reports, {en: Groups, outline: [Group A, Group B]}]
          - dashes: [C/2, {en: C/3, when: {category: member}}]
        - - "1100"
          - {outline: [{id: elections, en: Elections}], continue: true}
          - ""
"""


def parsed(own: str) -> Letter:
    return parse_letter(f"{HEAD}{own}".encode(), "letters/x.yaml", "x", ROOT)


def composed(own: str, **audience: str) -> Document:
    """The letter of a YAML text in English."""
    return next(iter(documents(parsed(own), Workspace(ROOT), Order(audience=audience))))


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """The agenda in every format."""
    order = Order(formats=("docx", "pdf", "html", "txt"))
    return {output.format: output.data for output in build(parsed(AGENDA), Workspace(ROOT), order)}


def test_a_list_is_below_the_paragraphs_of_its_cell() -> None:
    """No blank line is in a cell, for it ends a row; a list goes on from that of a cell above."""
    whole = text_of(composed(AGENDA)).splitlines()
    first = whole.index("Time")

    assert whole[whole.index("1   See b) and 3.") + 2] == "Time"
    assert whole[first + 4 : whole.index("Ana Ejemplo")] == [
        "0930",
        "    Opening",
        "    Remarks by:",
        "    • the Director;",
        "    • the Chair:",
        "      a) first",
        "      b) second",
        "         with a paragraph",
        "        C/1",
        "",
        "1000",
        "    1 Reports",
        "    2 Groups",
        "      2.1 Group A",
        "      2.2 Group B",
        "        – C/2",
        "",
        "1100",
        "    3 Elections",
        "",
        "Yours faithfully,",
        "",
    ]


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_each_format_has_the_words(format: str, files: Mapping[str, bytes], tmp_path: Path) -> None:
    """Readers find every word and label of the plain text in order, and no other; Word counts the labels itself."""
    file, document = tmp_path / f"x.{format}", composed(AGENDA)
    file.write_bytes(files[format])

    found = {
        "docx": lambda: (docx2python_words(file), expected_words(document, labels=False)),
        "pdf": lambda: (pdfium_words(file, document), expected_words(document)),
        "html": lambda: (html_words(file), expected_words(document)),
    }[format]()

    assert first_difference(*found) == ""


def test_word_numbers_the_entries(files: Mapping[str, bytes]) -> None:
    """They are entries of lists in the style of the cell's text, begin where it does, and are never at the end."""
    table = python_docx.Document(io.BytesIO(files["docx"])).tables[-1]
    found: dict[str, tuple[Any, ...]] = {}
    for row in table.rows:
        for paragraph in (one for cell in row.cells for one in cell.paragraphs):
            assert paragraph.style is not None
            number = tuple(paragraph._p.xpath("w:pPr/w:numPr/w:*/@w:val"))
            found[paragraph.text] = (paragraph.style.name, str(paragraph.alignment), *number)

    assert [found[text][:3] for text in ("the Director;", "first", "with a paragraph", "C/2")] == [
        ("Table text", "None", "0"),
        ("Table text", "None", "1"),
        ("Table text", "None"),
        ("Table text", "None", "0"),
    ]
    assert [found[text][2] for text in ("Reports", "Groups", "Group A", "Elections")] == ["0", "0", "1", "0"]
    assert len({found[text][3] for text in ("Reports", "Groups", "Group A", "Elections")}) == 1


def test_a_pdf_has_a_list_in_the_cell(files: Mapping[str, bytes]) -> None:
    """The structure tree has paragraphs and a list with labels in the cell."""
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        cells = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/TD"]
        within = [[kid for kid in _kids(one) if isinstance(kid, pikepdf.Dictionary)] for one in cells]
        kinds = {tuple(str(kid.S) for kid in kids) for kids in within}
        labels = {str(_kids(entry)[0].S) for kids in within for kid in kids if kid.S == "/L" for entry in _kids(kid)}

    assert {("/P", "/P", "/L"), ("/L",)} <= kinds
    assert labels == {"/Lbl"}


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return [*kids] if isinstance(kids, pikepdf.Array) else [kids]


def test_the_files_are_accessible(files: Mapping[str, bytes]) -> None:
    """The program's own checks find nothing."""
    for format in ("docx", "pdf"):
        assert [*check_output(files[format], f"x.{format}")] == []


def test_an_entry_in_a_cell_may_be_for_some_readers() -> None:
    """Others get the rest; what they do not get is cut out of the source in their copies."""
    letter = parsed(AGENDA)
    rest = excerpt(letter.origin.text, frozenset(entry.where for entry in left_out_parts(letter)))

    assert "– C/3" in text_of(composed(AGENDA, category="member"))
    assert "C/3" not in text_of(composed(AGENDA))
    assert "C/3" not in rest
    assert text_of(composed(rest.removeprefix(HEAD))) == text_of(composed(AGENDA))


def test_an_email_has_the_list() -> None:
    """The message's own page has it in the cell, below its paragraphs."""
    page = page_of(composed(AGENDA), "example.int")

    assert "Remarks by:<ul" in page.html


def test_a_change_in_the_list_of_a_cell_is_found() -> None:
    """Its place names the row, the column and the entry."""
    [change] = compare(composed(AGENDA), composed(AGENDA.replace("- first", "- the first")))

    assert change.place == "table below paragraph 1, row 0930, Item, item 2, item a)"
    assert (change.old_text, change.new_text) == ("first", "the first")


def test_a_long_word_has_the_room_beside_the_label() -> None:
    """A word that fits in a cell may be too wide in a list of it; a line to be filled in is shortened instead."""
    body = "body:\n  - table:\n      columns: [A, B, C, D, E]\n      rows: [[{cell}, B, C, D, E]]\n"
    long = "{en: A, items: [{en: B, items: ['Standardization']}]}"
    blank = "{en: A, items: ['{{ blank: 60 mm }}']}"

    found = {
        cell: [one.code for one in wide_words(parsed(body.replace("{cell}", cell)), load_pack("itu"))]
        for cell in ("Standardization", long, blank)
    }

    assert found == {"Standardization": [], long: ["wide-word"], blank: []}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("{en: A, items: [B], steps: [C]}", "two-lists"),
        ("{en: A, labels: '1)'}", "no-list"),
        ("{items: [{en: B, items: [{en: C, items: [{en: D, items: [{en: E, items: [F]}]}]}]}]}", "too-deep"),
        ("{en: A, listed: [B]}", "unknown-field"),
    ],
)
def test_a_list_that_cannot_be_in_a_cell_is_reported(cell: str, code: str) -> None:
    """The rules are those of any list."""
    with pytest.raises(LetterError) as caught:
        parsed(f"body:\n  - table: {{columns: [A], rows: [[{cell}]]}}\n")

    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_cell_with_two_lists_is_told_what_it_can_have() -> None:
    """A cell has no further paragraphs, so that the lists go into cells of their own."""
    with pytest.raises(LetterError) as caught:
        parsed("body:\n  - table: {columns: [A], rows: [[{items: [B], steps: [C]}]]}\n")

    [problem] = caught.value.problems
    assert problem.hint == "give each list a cell of its own"


@pytest.mark.parametrize(
    ("label", "width"), [("m)", "narrow"), ("mm)", "wide"), ("(iv)", "narrow"), ("mmm)", "widest")]
)
def test_a_label_of_broad_letters_has_more_room(label: str, width: str) -> None:
    """Otherwise "mm)" is in two lines."""
    assert Items("letters", (Item(label, (Span("words"),)),)).label_width == width


def test_a_list_continues_those_of_cells_and_in_a_cell_that_continues_none_it_gets_a_warning() -> None:
    """The lists of cells are among those of the body, in reading order."""
    first = "  - table: {columns: [A], rows: [{group: Monday}, [{items: [A], continue: true}], [{steps: [B]}]]}\n"
    letter = parsed(f"body:\n{first}  - {{steps: [C], continue: true}}\n")

    [warning] = letter.warnings
    assert (warning.code, warning.where.line) == ("no-list", HEAD.count("\n") + 2)


def test_a_template_that_does_not_show_lists_in_cells_is_refused(tmp_path: Path) -> None:
    """The template of an older pack knows none; no word is lost silently."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "itu")
    template = tmp_path / "itu" / "letter.html.j2"
    text = template.read_text("utf-8")
    template.write_text(text.replace("{% for listed in content.lists %}", "{% for listed in () %}"), "utf-8")
    pack = replace(load_pack("itu"), folder=tmp_path / "itu")

    with pytest.raises(PackError, match="the template does not show 'lists'"):
        html.master(composed(AGENDA), pack).fill({})


def test_a_cell_with_a_list_alone_has_no_lines() -> None:
    """Its list is the first thing in it."""
    document = compose(parsed(AGENDA), load_language("en"), load_pack("itu"))
    table = document.body[1]

    assert isinstance(table, Table)
    assert (table.rows[1][1].lines, len(table.rows[1][1].lists)) == ((), 1)
