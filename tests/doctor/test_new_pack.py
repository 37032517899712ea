"""A new pack is made from somebody's Word file: its look is kept, and what letters need is added."""

from __future__ import annotations

import importlib.util
import io
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm
from lxml import etree

from circulars.doctor import check_pack, new_pack
from circulars.doctor.complete import complete
from circulars.doctor.word import open_word
from circulars.errors import PackError, UsageError
from circulars.files.opc import read_parts
from circulars.model.sheet import Margins
from circulars.model.window import EnvelopeWindow, WindowSide
from circulars.pack import load_pack
from circulars.render.docx.markup import w
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

    assert (pack.title, pack.base, pack.fonts, pack.paper) == (
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
