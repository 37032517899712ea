"""The envelope window of another organisation's pack: templates and addresses are checked against it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from circulars.addressing.settle import settle
from circulars.doctor.examine import examine
from circulars.doctor.repair import repair_pack
from circulars.language import load_language
from circulars.model.addressee import BLOCK, Addressee
from circulars.model.text import Span
from circulars.pack import forget_packs, load_pack
from circulars.render import pdf
from circulars.workspace import Workspace
from conftest import ROOT
from render.sample_letters import PLAIN

WINDOW = """\
window:
  top: 42
  below: 80
  lines: 6
  size: 11
  line: 13.5
  left: {from: 22, to: 90}
"""
SIDE = ".addressee.left { margin-left: 5mm; margin-right: 90mm }"
LITERAL = {
    "min-block-size: var(--window-height); padding-block-start: var(--window-top)": (
        "min-block-size: 40mm; padding-block-start: 32mm"
    ),
    "  font-size: var(--window-size);\n  line-height: var(--window-line);\n": (
        "  font-size: 10pt;\n  line-height: 12.2pt;\n"
    ),
    ".addressee.left { margin-left: var(--window-left-from); margin-right: var(--window-left-to) }": SIDE,
}
"""The measures as a pack may have them that does not use those of ``pack.yaml``."""
STYLES = {
    SIDE: ".addressee.left { margin-left: 2mm; margin-right: 100mm }",
    "min-block-size: 40mm; padding-block-start: 32mm": "min-block-size: 38mm; padding-block-start: 22mm",
    "  font-size: 10pt;\n  line-height: 12.2pt;\n": "  font-size: 11pt;\n  line-height: 13.5pt;\n",
}


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A workspace with the pack "acme", whose windows are smaller and higher up than those of "itu"."""
    folder = tmp_path / "templates" / "acme"
    shutil.copytree(ROOT / "templates" / "itu", folder)
    facts = (folder / "pack.yaml").read_text("utf-8").replace("name: itu", "name: acme")
    (folder / "pack.yaml").write_text(re.sub(r"window:.*?\n(  .*\n)+", WINDOW, facts), "utf-8")
    return Workspace(tmp_path)


def restyle(office: Workspace, changes: dict[str, str]) -> None:
    """Replaces words of the pack's stylesheet."""
    file = office.folder / "templates/acme/letter.css"
    text = file.read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    forget_packs()


def found(office: Workspace) -> list[str]:
    """The problems of the pack's templates: file, line and fact."""
    problems = examine(office.pack("acme"))
    assert {problem.code for problem in problems} <= {"window-mismatch"}
    return [f"{Path(one.where.file).name}:{one.where.line} {one.message}" for one in problems]


def test_the_shipped_stylesheet_takes_its_measures_from_the_pack(office: Workspace) -> None:
    """Only the Word template has measures of its own."""
    assert {one.partition(":")[0] for one in found(office)} == {"letter.docx"}


def test_each_measure_of_the_stylesheet_is_compared_with_the_pack(office: Workspace) -> None:
    """Each problem has its line in the stylesheet; the measures of the Word template are compared, too."""
    restyle(office, LITERAL)
    reported = found(office)
    shown = [one.partition(" ")[2] for one in reported if one.startswith("letter.css")]
    lines = (office.folder / "templates/acme/letter.css").read_text("utf-8").splitlines()

    assert shown == [
        "the letter continues at 92 mm; pack.yaml says 80 mm",
        "the block begins at 52 mm; pack.yaml says 42 mm",
        "the block's font size is 10 pt; pack.yaml says 11 pt",
        "the block's line spacing is 12.2 pt; pack.yaml says 13.5 pt",
        "the block's left edge is at 25 mm; pack.yaml says 22 mm",
        "the block's right edge is at 100 mm; pack.yaml says 90 mm",
    ]
    last = int(re.findall(r"letter\.css:(\d+)", "\n".join(reported))[-1])
    assert lines[last - 1] == SIDE
    assert len([one for one in reported if one.startswith("letter.docx")]) == 8


def test_a_repair_moves_the_block_of_the_word_template(office: Workspace) -> None:
    """With a stylesheet that was corrected by hand, no problem is left."""
    restyle(office, LITERAL)
    restyle(office, STYLES)
    repaired = repair_pack("acme", office)

    assert {problem.code for problem in repaired.fixed} == {"window-mismatch"}
    assert [problem.message for problem in repaired.fixed] == [
        "the style 'Addressee block': the block's font size is now 11 pt",
        "the style 'Addressee block': the block's line spacing is now 13.5 pt",
        "body, paragraph 15 '{{ addressee }}': the block's left edge is now at 22 mm",
        "body, paragraph 15 '{{ addressee }}': the block's right edge is now at 90 mm",
        "body, paragraph 17 '{{ addressee }}': the block's left edge is now at 22 mm",
        "body, paragraph 17 '{{ addressee }}': the block's right edge is now at 90 mm",
        "body, paragraph 15 '{{ addressee }}': the block now begins at 42 mm",
        "body, paragraph 15 '{{ addressee }}': the letter now continues at 80 mm",
    ]
    assert found(office) == []
    assert repair_pack("acme", office).fixed == ()


def test_addresses_are_fitted_to_the_window_of_the_pack(office: Workspace) -> None:
    """The window of "itu" has room for eight lines, that of "acme" for six."""
    cells = {
        "name": "Ana",
        "organization": "Office A\nOffice B\nOffice C\nOffice D",
        "address": "Street 1",
        "city": "Bern",
    }
    lines = {}
    for pack in (load_pack(), office.pack("acme")):
        addressee = Addressee("1", {**cells, "country": "DE"})
        block = settle(addressee, load_language("en"), pack, (BLOCK,))[BLOCK]
        lines[pack.name] = len(block.split("\n"))

    assert lines == {"itu": 8, "acme": 6}


def test_the_block_of_the_page_is_in_the_window_of_the_pack(office: Workspace) -> None:
    """In the PDF the lines of the block are in the window, and the rest of the letter is below it."""
    block = "\n".join(["W" * 14, *(f"Line {number}" for number in range(2, 7))])
    document = replace(PLAIN, addressee=(Span(block),), window="left")
    page = pypdfium2.PdfDocument(pdf.master(document, office.pack("acme")).fill({}))[0]
    text, height, mm = page.get_textpage(), page.get_height(), 25.4 / 72
    rects = [text.get_rect(number) for number in range(text.count_rects())]
    places = [(left * mm, right * mm, (height - (top + bottom) / 2) * mm) for left, bottom, right, top in rects]
    inside = [place for place in places if 42 < place[2] < 42 + 6 * 13.5 * mm]
    following = min(middle for *_, middle in places if middle > 42 + 6 * 13.5 * mm)

    assert len(inside) == 6
    assert all(left > 21.5 and right < 90 for left, right, _ in inside)
    assert following > 80
