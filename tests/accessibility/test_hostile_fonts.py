"""Hostile fonts and drawings in a PDF end within the limits of the checks of fonts and of contrast."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet, SubrsIndex
from fontTools.misc.psCharStrings import T2CharString
from fontTools.ttLib import TTFont

from accessibility.matterhorn.programs import postscript_program
from accessibility.test_pdf import changed, found, paint
from circulars.accessibility.pdf.cmaps import MAX_CODES, read_cmap
from circulars.accessibility.pdf.programs import UnreadableProgramError, read_program

PALE: Final = b"0.7 g 1 0 0 -1 40 30 Tm (Con) Tj"


def calls_of(function: Callable[[], Any], name: str) -> int:
    """How many times a function of that name is called."""
    count = 0

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and frame.f_code.co_name == name

    sys.setprofile(watch)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def test_a_map_has_no_more_codes_than_the_limit() -> None:
    """Ten thousand ranges of a thousand codes each are ten million characters; those above the limit have no text."""
    ranges = b"".join(b"<%06x> <%06x> <0041> " % (1_000 * at, 1_000 * at + 999) for at in range(10_000))

    assert 0 < len(read_cmap(b"10000 beginbfrange " + ranges + b"endbfrange").texts) <= MAX_CODES


def test_a_map_is_read_to_the_limit_of_its_bytes() -> None:
    """A code after four megabytes of blanks is not read."""
    code = b"1 beginbfchar <0041> <0041> endbfchar "

    assert read_cmap(code + b" " * 4_000_000 + code.replace(b"<0041> ", b"<0042> ", 1)).texts == {0x41: "A"}


def subroutines_that_call_each_other() -> bytes:
    """A PostScript font in which each of nine subroutines calls the next one ten times: a thousand million calls."""
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(postscript_program()), TTFont())
    top = fonts[0]
    listed = SubrsIndex()
    for at in range(10):
        program = [*([at + 1 - 107, "callsubr"] * 10), "return"] if at < 9 else ["return"]
        listed.append(T2CharString(program=program, private=top.Private))
    top.Private.Subrs = listed
    top.CharStrings["a"].decompile()
    top.CharStrings["a"].program = [-107, "callsubr", "endchar"]
    file = io.BytesIO()
    fonts.compile(file, TTFont(recalcBBoxes=False))
    return file.getvalue()


def test_subroutines_of_a_font_are_called_two_hundred_times_at_most() -> None:
    """The width of a glyph whose instructions are longer is not known."""
    program = read_program(subroutines_that_call_each_other())
    widths = []

    calls = calls_of(lambda: widths.append(program.width(program.names["a"])), "op_callsubr")

    assert widths == [None]
    assert 0 < calls <= 200


def test_a_type_1_program_is_read_to_the_limit_of_its_bytes() -> None:
    """The encrypted portion of a program begins after two megabytes, so the program counts as unreadable."""
    with pytest.raises(UnreadableProgramError):
        read_program(b"%!PS-AdobeFont-1.0" + b" " * 2_000_000 + b"eexec " + bytes(100))


@pytest.mark.parametrize(
    ("drawing", "codes"),
    [(b"", {"low-contrast"}), (b"1 w " * 60_000, set()), (b" " * 1_000_000, set())],
    ids=["nothing", "60,000 instructions", "1 MB"],
)
def test_contrast_is_computed_to_its_limits(drawing: bytes, codes: set[str]) -> None:
    """Pale words after 60,000 instructions, or after a megabyte, are not reported."""

    def drawn(pdf: pikepdf.Pdf) -> None:
        paint(pdf, PALE, drawing)

    assert {finding.code for finding in found(changed(drawn))} == codes
