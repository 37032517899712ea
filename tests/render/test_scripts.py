"""Letters in scripts other than Latin: their fonts in a PDF."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet

from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.pdf import pdf_of
from render.sample_letters import PLAIN

CHINESE = replace(
    PLAIN, language="zh", body=(Paragraph((Span("“第5研究组”（Study Group 5）将于2024年举行会议——见ITU建议书……"),)),)
)


@pytest.fixture(scope="module")
def chinese() -> bytes:
    """A Chinese letter as PDF."""
    return pdf_of(CHINESE, load_pack())


def test_a_chinese_letter_embeds_only_the_glyphs_that_it_draws(chinese: bytes) -> None:
    """The others are not in its fonts, not even as empty places; each glyph has its number in the page as its CID."""
    with pikepdf.open(io.BytesIO(chinese)) as file:
        [font] = [one for one in _fonts(file) if "CJK" in str(one.BaseFont)]
        below = font.DescendantFonts[0]
        stream = below.FontDescriptor.FontFile3
        program = CFFFontSet()
        program.decompile(io.BytesIO(stream.read_bytes()), None)
        widths = below.W.as_list()
        drawn = {
            int(first) + nth for first, some in zip(widths[::2], widths[1::2], strict=True) for nth in range(len(some))
        }

    assert stream.Subtype == "/CIDFontType0C"
    assert {".notdef", *(f"cid{number:05d}" for number in drawn)} == set(program[0].charset)
    assert len(chinese) < 60_000


def _fonts(file: pikepdf.Pdf) -> list[Any]:
    return [*file.pages[0].Resources.Font.as_dict().values()]
