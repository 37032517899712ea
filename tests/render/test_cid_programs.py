"""Fonts of copies in Chinese: each glyph is taken out of a large font once."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uharfbuzz
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen

from circulars.render.pdf.cid_programs import CidFont, Outlines
from circulars.render.pdf.compact_fonts import outlines_of, program_with_cids


def _font() -> tuple[bytes, int]:
    options = ["fc-match", "-f", "%{file}\n%{index}", "Noto Sans CJK SC"]
    path, index = subprocess.run(options, capture_output=True, text=True, check=True).stdout.split("\n")
    return Path(path).read_bytes(), int(index)


def _read(program: bytes) -> Any:
    read = CFFFontSet()
    read.decompile(io.BytesIO(program), None)
    return read[0]


def _drawn(top: Any, name: str) -> object:
    pen = RecordingPen()
    top.CharStrings[name].draw(pen)
    return pen.value, top.CharStrings[name].width


def test_each_glyph_is_taken_out_of_a_font_once() -> None:
    """Further copies copy its outline, which is that of the whole font, as is its width."""
    file, index = _font()
    original = uharfbuzz.Font(uharfbuzz.Face(file, index))
    first, second = (sorted(original.get_nominal_glyph(ord(one)) for one in text) for text in ("国aW会—", "国会例 8W"))
    taken: list[int] = []

    def take(glyphs: Sequence[int]) -> Outlines:
        taken.extend(glyphs)
        return outlines_of(program_with_cids(file, index, glyphs))

    font = CidFont(take)
    font.program(first)
    program, whole = _read(font.program(second)), _read(program_with_cids(file, index, second))

    assert sorted(taken) == sorted({0, *first, *second})
    assert program.charset == whole.charset == [".notdef", *(f"cid{glyph:05d}" for glyph in second)]
    assert [_drawn(program, name) for name in program.charset] == [_drawn(whole, name) for name in whole.charset]
    assert program.ROS == whole.ROS
    assert program.FontBBox == whole.FontBBox
