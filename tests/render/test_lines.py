"""Paragraphs are split into the same lines as by WeasyPrint alone, with less work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from circulars.build import Order, documents
from circulars.render import writer
from circulars.render.pdf.engine import FontConfiguration, inline, pango, weasyprint
from circulars.render.pdf.lines import split_ahead
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT

STYLE = "@page { size: 120mm 200mm; margin: 10mm } html { font: 10pt 'Noto Sans', sans-serif; overflow-wrap: anywhere }"
TEXTS = {
    "words": "The members of the Sector are invited to submit contributions. " * 40,
    "no spaces": "Donaudampfschifffahrtsgesellschaft" * 60,
    "one long word": "short words before " * 20 + "x" * 1500 + " and after " * 40,
    "soft hyphens": "con\u00adtri\u00adbu\u00adtions" * 90,
    "Arabic": "يشرفني أن أبلغكم أن الاتحاد ينظم الاجتماع الثامن. " * 40,
    "mixed directions": "אa" * 700,
    "mixed words": "contributions מסמכים (2025) المساهمات, " * 50,
    "Chinese": "我高兴地通知您，国际电信联盟正在组织第八次会议。" * 60,
    "Thai": "สหภาพโทรคมนาคมระหว่างประเทศจัดการประชุมครั้งที่แปด" * 40,
    "marks": "e" + "\u0301" * 3000,
    "spaces": "a" + "\u00a0" * 1500 + " b" * 600,
    "joiners": "\u200d" * 700 + "a\u200b" * 700,
}
# WeasyPrint's own function.
split_first_line = weasyprint.text.line_break.split_first_line
STYLES = ("", "hyphens: auto", "text-align: justify; hyphens: auto", "white-space: pre-wrap", "letter-spacing: 1pt")


def lines(text: str, style: str, language: str, split: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The text and the width of each line of a paragraph, split by a function."""
    monkeypatch.setattr(inline, "split_first_line", split)
    page = f'<html lang="{language}"><p style="{style}">{text}</p></html>'
    sheets = weasyprint.HTML(string=page).render(
        stylesheets=[weasyprint.CSS(string=STYLE)], font_config=FontConfiguration()
    )
    boxes = [box for sheet in sheets.pages for box in sheet._page_box.descendants() if hasattr(box, "text")]
    return [(box.text, box.width, box.position_x, box.position_y) for box in boxes]


@pytest.mark.parametrize(
    ("name", "style"),
    [(name, STYLES[(place + further) % len(STYLES)]) for place, name in enumerate(TEXTS) for further in (1, 3)],
)
def test_lines_are_the_same(name: str, style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every script and style each line has the same text, width and place; each text is in two styles."""
    text = TEXTS[name]
    expected = lines(text, style, "en", split_first_line, monkeypatch)

    assert lines(text, style, "en", split_ahead(split_first_line), monkeypatch) == expected
    assert len(expected) > 1 or "\u0301" in text


class _Counted:
    """Pango, with the number of characters that it is shown."""

    def __init__(self) -> None:
        self.characters = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(pango, name)

    def pango_layout_set_text(self, layout: Any, text: Any, length: int) -> None:
        """Counts the characters of a text."""
        self.characters += len(weasyprint.text.ffi.ffi.string(text).decode())
        pango.pango_layout_set_text(layout, text, length)


@pytest.mark.parametrize("words", ["אa", "a", "con\u00adtri\u00adbu\u00adtions", "a\u0301\u0302"])
def test_work_grows_with_the_length_of_a_paragraph(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paragraph that is four times as long takes about four times the work, not sixteen times."""

    def shown(length: int) -> int:
        counted = _Counted()
        monkeypatch.setattr(weasyprint.text.line_break, "pango", counted)
        file = tmp_path / "letter.yaml"
        text = (words * length)[:length]
        head = "kind: br-circular-letter\nnumber: CR/1\ndate: 2025-01-15\nlanguages: [en]\nsubject: S\nbody:\n"
        file.write_text(f"{head}- en: {text}\n")
        letter = read_letter(file)
        workspace = Workspace(ROOT)
        [document] = documents(letter, workspace, Order())
        writer("pdf")(document, workspace.pack_of(letter)).fill({})
        return counted.characters

    assert shown(16_000) < 10 * shown(4_000)
