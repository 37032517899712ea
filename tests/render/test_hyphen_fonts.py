"""The no-break hyphen of letters, in fonts that have it and in fonts that do not."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import uharfbuzz

from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.pdf import master
from circulars.render.pdf.hyphen_fonts import hyphen_faces
from render.sample_letters import PLAIN

_CARLITO = Path("/usr/share/fonts/truetype/crosextra")
_SETTINGS = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    "<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"
)
_WORDS = "La UIT\u2011T y la UIT-R, en cursiva"
_PRINTER = """
import sys
from dataclasses import replace
from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.pdf import master
from render.sample_letters import PLAIN
words = (Span({words!r}), Span(" (UIT\\u2011T)", strong=True), Span(" UIT\\u2011T", emphasis=True))
letter = replace(PLAIN, body=(Paragraph(words),))
sys.stdout.buffer.write(master(letter, load_pack()).fill({{}}))
"""


def printed(**environment: str) -> bytes:
    """A letter with no-break hyphens as PDF, from a new process."""
    done = subprocess.run(
        [sys.executable, "-c", _PRINTER.format(words=_WORDS)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **environment},
    )
    return done.stdout


def test_a_machine_with_the_letters_font_alone_makes_the_same_file(tmp_path: Path) -> None:
    """Carlito has no no-break hyphen; the file has the same bytes where no other font could lend it."""
    settings = tmp_path / "fonts.conf"
    settings.write_text(_SETTINGS.format(fonts=_CARLITO, cache=tmp_path), encoding="utf-8")

    assert printed(FONTCONFIG_FILE=str(settings)) == printed()


def test_a_no_break_hyphen_looks_like_the_hyphen_and_is_read_as_it_is() -> None:
    """Both hyphens have the same outline and width; the text keeps the two characters."""
    data = master(replace(PLAIN, body=(Paragraph((Span(_WORDS),)),)), load_pack()).fill({})
    page = pypdfium2.PdfDocument(data)[0]
    text = page.get_textpage()
    read = text.get_text_range()
    boxes = [text.get_charbox(read.index(word) + 3) for word in ("UIT\u2011T", "UIT-R")]
    (width, height), (other_width, other_height) = [(right - left, top - low) for left, low, right, top in boxes]

    assert width == pytest.approx(other_width, abs=0.01)
    assert height == pytest.approx(other_height, abs=0.01)
    assert "Carlito-hyphens" in _fonts(data)
    assert all(name.startswith("Carlito") for name in _fonts(data))


def _fonts(data: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(data)) as file:
        found = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Type0"]
        return {str(one.BaseFont).partition("+")[2] for one in found}


def test_a_font_with_these_hyphens_gets_no_others() -> None:
    """Noto Sans has both, so that no font is made for it; Carlito gets one for each look."""
    noto = uharfbuzz.Face(uharfbuzz.Blob.from_file_path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"))
    carlito = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(_CARLITO / "Carlito-Regular.ttf")))

    assert hyphen_faces("Noto Sans", {("normal", 400): noto}) == ""
    assert hyphen_faces("Carlito", {("normal", 400): carlito}).count("@font-face") == 1
