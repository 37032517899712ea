"""A new pack is made from somebody's Word file: its look is kept, and what letters need is added."""

from __future__ import annotations

import importlib.util
import io
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.shared import Mm, Pt
from lxml import etree

from circulars.doctor import check_pack, new_pack
from circulars.doctor.complete import complete
from circulars.doctor.header_height import text_top
from circulars.doctor.same_words import same_words_problems
from circulars.doctor.word import open_word
from circulars.errors import PackError, UsageError
from circulars.files.opc import read_parts
from circulars.model.sheet import Margins
from circulars.model.window import EnvelopeWindow, WindowSide
from circulars.pack import load_pack
from circulars.render.docx.markup import W, w
from circulars.workspace import Workspace
from conftest import ROOT


@pytest.fixture(scope="module")
def office() -> Any:
    """The program that draws the Word file from which the pack "emwo" was made."""
    spec = importlib.util.spec_from_file_location("emwo_drawing", ROOT / "templates/emwo/draw_letter_docx.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(folder: Path, data: bytes) -> Path:
    """A Word file with some bytes."""
    file = folder / "theirs.docx"
    file.write_bytes(data)
    return file


def saved(file: Any) -> bytes:
    """The bytes of a Word file."""
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def letterhead_only() -> bytes:
    """A Word file with a line of words and no tag, on A4."""
    file = docx.Document()
    file.sections[0].page_width, file.sections[0].page_height = Mm(210), Mm(297)
    file.add_paragraph("Office of Examples")
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def test_the_shipped_template_of_emwo_is_made_from_the_word_file(tmp_path: Path, office: Any) -> None:
    """``letter.docx`` of the pack is what the command makes; nobody edited it afterwards."""
    made = new_pack("office", written(tmp_path, office.draw()), "", Workspace(tmp_path))

    shipped = read_parts((ROOT / "templates/emwo/letter.docx").read_bytes())
    assert read_parts((made.folder / "letter.docx").read_bytes()) == shipped


def test_the_facts_are_measured_in_the_word_file(tmp_path: Path, office: Any) -> None:
    """Paper, margins, font, size and the envelope's window; the window of "emwo" is at the right."""
    new_pack("office", written(tmp_path, office.draw()), "Office of Examples", Workspace(tmp_path))
    pack = load_pack("office", (tmp_path / "templates",))

    assert (pack.title, pack.base, pack.fonts.all, pack.paper) == (
        "Office of Examples",
        "itu",
        ("Noto Serif",),
        ("letter",),
    )
    assert pack.sheet.margins == Margins(20, 24, 22, 22)
    assert (pack.type.size, pack.type.line) == (10.5, 1.362)
    assert pack.addressee_block == "right"
    assert pack.window == EnvelopeWindow(55, 95, 8, 10, 13.6, right=WindowSide(115, 190), letters=pack.type.width)


def test_what_a_word_file_lacks_is_taken_from_the_shipped_template(tmp_path: Path) -> None:
    """A letterhead without tags becomes a template whose letters lack nothing; its own words stay at the top."""
    made = new_pack("office", written(tmp_path, letterhead_only()), "", Workspace(tmp_path))
    body = docx.Document(str(made.folder / "letter.docx"))
    facts = made.folder / "pack.yaml"
    facts.write_text(facts.read_text().replace('"Cambria"', "Carlito").replace('"Calibri"', "Carlito"))

    assert body.paragraphs[0].text == "Office of Examples"
    assert "{{p body }}" in [paragraph.text for paragraph in body.paragraphs]
    assert {problem.code for problem in check_pack("office", Workspace(tmp_path))} == {"unlisted-font"}


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (
            ["Office of Examples", "{{p body }}", "Member of Examples"],
            ["Office of Examples", "letterhead", "date_line", "salutation", "body", "closing", "Member of Examples"],
        ),
        (
            ["{{ closing }}", "Member of Examples"],
            ["letterhead", "date_line", "salutation", "body", "closing", "Member of Examples"],
        ),
        (
            ["{{ letterhead.organization }}", "Since 1900", "{{ closing }}", "Member of Examples"],
            ["letterhead", "date_line", "salutation", "body", "Since 1900", "closing", "Member of Examples"],
        ),
        (
            ["{{ date_line }}", "Since 1900", "{{ closing }}", "Member of Examples"],
            [
                "letterhead",
                "date_line",
                "first",
                "list",
                "particular",
                "subject_label",
                "salutation",
                "body",
                "Since 1900",
                "closing",
                "signature",
                "link_code",
                "postscript",
                "annex",
                "Member of Examples",
            ],
        ),
        (
            ["{{r subject[0] }}", "{{p body }}", "{{ signature.lines }}"],
            ["letterhead", "date_line", "first", "subject", "body", "closing", "signature", "link_code", "annex"],
        ),
    ],
)
def test_missing_parts_are_put_between_those_that_exist(theirs: list[str], expected: list[str]) -> None:
    """A letter made with the template is in reading order, whatever tags the Word file has."""
    shipped = open_word((ROOT / "templates/itu/letter.docx").read_bytes())
    file = docx.Document()
    for line in theirs:
        file.add_paragraph(line)
    data = io.BytesIO()
    file.save(data)
    word = open_word(data.getvalue())
    list(complete(word, shipped))
    shown = etree.tostring(word.trees[word.main], method="text", encoding="unicode")
    places = {words: re.search(rf"\{{\{{[rp]? ?{words}\b|{words}(?![^{{]*\}})", shown) for words in expected}

    assert all(places.values())
    assert sorted(expected, key=lambda words: places[words].start()) == expected  # type: ignore[union-attr]


def test_parts_that_a_template_has_are_not_added_again(office: Any) -> None:
    """The Word file of "emwo" has its own head and body, but no end."""
    shipped = open_word((ROOT / "templates/itu/letter.docx").read_bytes())
    word = open_word(office.draw())
    added = " ".join(fact for _, fact in complete(word, shipped))

    assert "'signature'" in added
    assert "'annexes'" in added
    assert not [field for field in ("letterhead", "first", "addressees", "subject", "body") if f"'{field}'" in added]
    assert list(complete(word, shipped)) == []


def test_the_rest_of_a_part_loses_no_words(tmp_path: Path) -> None:
    """A file with a date and a closing becomes a template that shows each word of a letter once, in order."""
    file = docx.Document()
    for line in ("{{ date_line }}", "{{ closing }}"):
        file.add_paragraph(line)
    workspace = Workspace(tmp_path)
    made = new_pack("office", written(tmp_path, saved(file)), "", workspace)

    assert [one.message for one in made.changed if "a tag for" in one.message] == [
        f"a tag for '{field}' was added"
        for field in ("first", "addressees", "others", "subject", "signature", "link_code")
    ]
    assert list(same_words_problems(load_pack("office", (tmp_path / "templates",)), workspace)) == []


def windowed(*above: str, header: int = 0) -> Any:
    """A Word file with a table of three rows of 25, 10 and 35 mm, of which the last one has the addressee."""
    file = docx.Document()
    section = file.sections[0]
    section.page_width, section.page_height, section.header_distance = Mm(210), Mm(297), Mm(10)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(20)
    for line in above:
        file.add_paragraph(line)
    table = file.add_table(rows=3, cols=1)
    for row, height, text in zip(table.rows, (25, 10, 35), ("Office", "", "{{ addressee }}"), strict=True):
        row.height, row.height_rule, row.cells[0].text = Mm(height), WD_ROW_HEIGHT_RULE.EXACTLY, text
    for number in range(header):
        paragraph = section.header.add_paragraph(f"Line {number}") if number else section.header.paragraphs[0]
        paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = Pt(20), Pt(0)
    return file


@pytest.mark.parametrize(("header", "top"), [(0, 55), (1, 55), (6, 10 + 6 * 20 * 25.4 / 72 + 35)])
def test_a_window_without_a_style_of_its_own_is_measured(header: int, top: float, tmp_path: Path) -> None:
    """Its rows say its height, its cell its edges; a header that is higher than the margin moves it down."""
    workspace = Workspace(tmp_path)
    made = new_pack("office", written(tmp_path, saved(windowed(header=header))), "", workspace)
    pack = load_pack("office", (tmp_path / "templates",))
    block = next(one for one in docx.Document(str(made.folder / "letter.docx")).element.iter(w("p"))
                 if "{{ addressee }}" in "".join(one.itertext()))  # fmt: skip

    assert pack.addressee_block == "left"
    assert (pack.window.top, pack.window.below) == pytest.approx((top, top + 35), abs=0.1)
    assert pack.window.left == WindowSide(pytest.approx(21.9), pytest.approx(188.1))  # type: ignore[arg-type]
    assert block.find(f"{w('pPr')}/{w('pStyle')}").get(w("val")) == "AddresseeBlock"
    assert sum("{{ addressee }}" in one for one in text_of(made.folder)) == 1
    assert not [one for one in check_pack("office", workspace) if one.code == "window-mismatch"]


def test_a_new_style_of_the_block_has_an_id_of_its_own(tmp_path: Path) -> None:
    """Another style of the file may have the id that the new one would have."""
    file = windowed()
    etree.SubElement(file.styles.element, w("style"), {w("type"): "paragraph", w("styleId"): "AddresseeBlock"})
    made = new_pack("office", written(tmp_path, saved(file)), "", Workspace(tmp_path))
    styles = docx.Document(str(made.folder / "letter.docx")).styles.element

    assert [one.get(w("styleId")) for one in styles if str(one.get(w("styleId"))).startswith("AddresseeB")] == [
        "AddresseeBlock",
        "AddresseeBlock1",
    ]


def test_a_block_outside_a_run_is_none(tmp_path: Path) -> None:
    """Word does not show such text, so there is no block to be settled."""
    file = windowed()
    [text] = [one for one in file.element.iter(w("t")) if one.text == "{{ addressee }}"]
    text.getparent().getparent().append(text)
    made = new_pack("office", written(tmp_path, saved(file)), "", Workspace(tmp_path))

    assert "window-mismatch" not in [one.code for one in made.changed]


CELL = "<w:tc>{0}<w:p/></w:tc>"
TABLE = "<w:tbl><w:tr>{0}</w:tr></w:tbl>"


def nested(depth: int) -> str:
    """Tables in the cells of tables."""
    return TABLE.format(CELL.format(nested(depth - 1) if depth else ""))


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("<w:p/><w:p/>", 2),
        ("<w:sdt><w:sdtContent><w:p/><w:p/></w:sdtContent></w:sdt>", 2),
        (TABLE.format("<w:sdt><w:sdtContent>" + CELL.format("<w:p/>") + "</w:sdtContent></w:sdt>"), 2),
        (nested(1), 2),
        (nested(30), 31),
        (TABLE.format(""), 0),
    ],
)
def test_each_line_of_a_header_counts_once(content: str, lines: int) -> None:
    """Also in content controls and in tables within tables; a row without cells has none."""
    file = docx.Document()
    section = file.sections[0]
    section.header_distance = Mm(0)
    header = section.header._element
    header[:] = etree.fromstring(f'<w:hdr xmlns:w="{W}">{content}</w:hdr>')
    spacing = {w("before"): "0", w("after"): "0", w("line"): "1000", w("lineRule"): "exact"}
    for paragraph in header.iter(w("p")):
        etree.SubElement(etree.SubElement(paragraph, w("pPr")), w("spacing"), spacing)

    assert text_top(open_word(saved(file)), 0) == 1000 * lines


def test_a_date_beside_the_window_keeps_the_head_together(tmp_path: Path) -> None:
    """The letterhead is below the block, then the rest of the head, and the salutation below all of it."""
    file = docx.Document()
    row = file.add_table(rows=1, cols=2).rows[0]
    row.height, row.cells[0].text, row.cells[1].text = Mm(40), "{{ addressee }}", "{{ date_line }}"
    file.add_paragraph("{{p body }}")
    made = new_pack("office", written(tmp_path, saved(file)), "", Workspace(tmp_path))
    shown = "\n".join(text_of(made.folder))
    tags = ["{{ addressee }}", "{{ date_line }}", "{{ letterhead.organization }}", "{{ first.label }}",
            "{{ list.label }}", "{{ particular.label }}", "{{ subject_label }}", "{{ salutation }}",
            "{{p body }}"]  # fmt: skip

    assert [shown.index(tag) for tag in tags] == sorted(shown.index(tag) for tag in tags)


def text_of(folder: Path) -> list[str]:
    """The paragraphs of a pack's Word template."""
    return ["".join(one.itertext()) for one in docx.Document(str(folder / "letter.docx")).element.iter(w("p"))]


def test_a_window_below_words_is_not_guessed(tmp_path: Path) -> None:
    """How high a paragraph is depends on its font, so the window below it has no measure."""
    new_pack("office", written(tmp_path, saved(windowed("Office of Examples"))), "", Workspace(tmp_path))

    assert load_pack("office", (tmp_path / "templates",)).addressee_block == "none"


def test_styles_of_added_parts_are_one_change(tmp_path: Path) -> None:
    """A letterhead needs some forty styles; nobody reads forty lines."""
    made = new_pack("office", written(tmp_path, letterhead_only()), "", Workspace(tmp_path))

    [change] = [one.message for one in made.changed if one.code == "undefined-style"]
    assert re.fullmatch("[0-9]{2} styles that these parts use were taken from the shipped template", change)


def test_added_styles_are_based_on_the_files_own(tmp_path: Path) -> None:
    """In a German file the style "Normal" has the id "Standard"; added styles follow it, and have their own bases."""
    file = docx.Document()
    normal = next(one for one in file.styles.element if one.get(w("styleId")) == "Normal")
    normal.set(w("styleId"), "Standard")
    for base in file.styles.element.iter(w("basedOn")):
        base.set(w("val"), base.get(w("val")).replace("Normal", "Standard"))
    file.add_paragraph("Office of Examples")
    made = new_pack("office", written(tmp_path, saved(file)), "", Workspace(tmp_path))
    styles = docx.Document(str(made.folder / "letter.docx")).styles

    assert styles["Particulars"].element.find(w("basedOn")).get(w("val")) == "Standard"
    assert styles["Date line"].base_style.name == "Date"


def test_notes_name_what_every_letter_will_have(tmp_path: Path) -> None:
    """Words of the file's own, columns and direction are its keeper's to confirm."""
    file = docx.Document()
    file.add_paragraph("Office of Examples, {{ date_line }}")
    file.add_paragraph("12 {{p body }}")
    file.sections[0].header.paragraphs[0].text = "Since 1900 " * 9
    section = file.element.body.find(w("sectPr"))
    section.find(w("cols")).set(w("num"), "2")
    section.append(section.makeelement(w("bidi"), {}))
    made = new_pack("office", written(tmp_path, saved(file)), "", Workspace(tmp_path))

    assert made.notes[:2] == (
        "every letter will have these words of the body: 'Office of Examples,'",
        f"every letter will have these words of the header 1: '{('Since 1900 ' * 9)[:59]}…'",
    )
    assert [note.partition(",")[0] for note in made.notes[2:]] == [
        "the text is in columns",
        "the file is set from right to left",
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("itu", b"", "pack-exists"),
        ("../office", b"", "wrong-name"),
        ("office", None, "unreadable-file"),
        ("office", b"%PDF-1.7", "no-word-file"),
    ],
)
def test_what_cannot_become_a_pack_is_refused(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    """The reason is named, and no folder is made."""
    source = tmp_path / "missing.docx" if data is None else written(tmp_path, data)

    with pytest.raises((UsageError, PackError)) as caught:
        new_pack(name, source, "", Workspace(tmp_path))
    assert caught.value.problems[0].code == code
    assert not (tmp_path / "templates").exists()


def test_paper_that_letters_cannot_have_is_refused(tmp_path: Path) -> None:
    """A sheet of 100 × 100 mm."""
    file = docx.Document()
    file.sections[0].page_width = file.sections[0].page_height = Mm(100)
    data = io.BytesIO()
    file.save(data)

    with pytest.raises(PackError) as caught:
        new_pack("office", written(tmp_path, data.getvalue()), "", Workspace(tmp_path))
    assert [problem.code for problem in caught.value.problems] == ["page-size"]


def test_margins_in_other_units_are_refused(tmp_path: Path) -> None:
    """Other programs may write "2.5cm"; nothing is measured there."""
    file = docx.Document()
    file.sections[0].page_width, file.sections[0].page_height = Mm(210), Mm(297)
    next(file.element.body.iter(w("pgMar"))).set(w("left"), "2.5cm")
    data = io.BytesIO()
    file.save(data)

    with pytest.raises(PackError, match="the margins of the page cannot be read: left"):
        new_pack("office", written(tmp_path, data.getvalue()), "", Workspace(tmp_path))
