"""Colours of PDF files that are mixed of inks, or are in tables, and the contrast of words in them."""

from __future__ import annotations

import zlib
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from accessibility.test_pdf import changed, found, paint
from circulars.accessibility.pdf.colours import MixedColours, colour_in
from circulars.accessibility.pdf.functions import result_of


@pytest.fixture
def pdf() -> pikepdf.Pdf:
    """An empty file, for streams."""
    return pikepdf.new()


def calculator(pdf: pikepdf.Pdf, program: bytes, inputs: int = 1, results: int = 3) -> Stream:
    """A function that runs a program."""
    spans = {"Domain": Array([0, 1] * inputs), "Range": Array([0, 1] * results)}
    return pdf.make_indirect(Stream(pdf, program, FunctionType=4, **spans))


def samples(pdf: pikepdf.Pdf, table: bytes, size: list[int], results: int) -> Stream:
    """A function that is a table, packed."""
    stream = Stream(
        pdf, zlib.compress(table), FunctionType=0, Size=Array(size), BitsPerSample=8, Filter=Name.FlateDecode
    )
    stream.Domain, stream.Range = Array([0, 1] * len(size)), Array([0, 1] * results)
    return stream


def inks(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Colour spaces, each with a pale colour."""
    rgb = Array([255, 0, 0, 250, 250, 210])
    lab = Array([Name.Lab, Dictionary(WhitePoint=Array([0.9642, 1, 0.8249]), Range=Array([-128, 127, -128, 127]))])
    to_lab = Dictionary(FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([100, 0, 0]), C1=Array([95, -5, 30]))
    halves = Dictionary(FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([1, 1, 1]), C1=Array([0.9, 0.9, 0.5]))
    stitched = Dictionary(FunctionType=3, Domain=Array([0, 1]), Bounds=Array([0.5]), Encode=Array([0, 1, 1, 1]))
    stitched.Functions = Array([halves, halves])
    two = calculator(pdf, b"{ pop 0.1 mul 1 exch sub dup dup }", 2)
    return {
        "Indexed": Array([Name.Indexed, Name.DeviceRGB, 1, String(bytes(map(int, rgb)))]),
        "Stream": Array([Name.Indexed, Name.DeviceRGB, 1, pdf.make_indirect(Stream(pdf, bytes(map(int, rgb))))]),
        "Lab": lab,
        "Spot": Array([Name.Separation, Name("/PANTONE 100 C"), lab, to_lab]),
        "Stitched": Array([Name.Separation, Name.Yellow, Name.DeviceRGB, stitched]),
        "Table": Array([Name.Separation, Name.Sun, Name.DeviceRGB, samples(pdf, b"\xff\xff\xff\xfa\xfa\xd2", [2], 3)]),
        "Two": Array([Name.DeviceN, Array([Name.One, Name.Other]), Name.DeviceRGB, two]),
    }


_PARTS = {
    "Indexed": b"1",
    "Stream": b"1",
    "Lab": b"95 -5 30",
    "Spot": b"1",
    "Stitched": b"1",
    "Table": b"1",
    "Two": b"1 0",
}


@pytest.mark.parametrize("space", _PARTS)
def test_pale_words_in_any_colour_space_are_reported(space: str) -> None:
    """The colours of tables, spot colours and mixed inks are computed, as those of screens and printers are."""

    def pale(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Resources.ColorSpace = Dictionary(Pale=pdf.make_indirect(inks(pdf)[space]))
        paint(pdf, b"/Pale cs " + _PARTS[space] + b" scn 1 0 0 -1 40 30 Tm (Con) Tj")

    (message,) = [finding.message for finding in found(changed(pale)) if finding.code == "low-contrast"]
    assert message.endswith((" is 1.1 to 1, not 4.5 to 1", " is 1.2 to 1, not 4.5 to 1", " is 1.3 to 1, not 4.5 to 1"))


def test_white_words_on_a_dark_spot_colour_are_not_reported() -> None:
    """A rectangle in a spot colour is a background like any other."""

    def dark(pdf: pikepdf.Pdf) -> None:
        blue = Dictionary(FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([0, 0, 0, 0]), C1=Array([1, 0.9, 0, 0.4]))
        space = Array([Name.Separation, Name.Navy, Name.DeviceCMYK, blue])
        pdf.pages[0].obj.Resources.ColorSpace = Dictionary(Navy=pdf.make_indirect(space))
        paint(pdf, b"1 g 1 0 0 -1 40 30 Tm (Con) Tj", b"/Navy cs 1 scn 30 10 200 30 re f")

    assert "low-contrast" not in {finding.code for finding in found(changed(dark))}


@pytest.mark.parametrize(
    ("program", "inputs", "result"),
    [
        (b"{ 0.5 mul }", [1.0], [0.5]),
        (b"{ dup 0.5 gt { pop 1 } { pop 0 } ifelse }", [0.6], [1.0]),
        (b"{ dup 0.5 gt { pop 0.9 } if } % a remark", [0.6], [0.9]),
        (b"{ exch pop }", [0.2, 0.7], [0.7]),
        (b"{ 2 copy add 3 1 roll pop pop }", [0.2, 0.3], [0.5]),
        (b"{ 1 index pop 2 2 roll exch pop }", [0.2, 0.3], [0.3]),
        (b"{ 3 -1 roll 3 1 roll pop pop }", [0.1, 0.2, 0.3], [0.1]),
        (b"{ 360 mul cos abs sqrt }", [1.0], [1.0]),
        (b"{ 7 3 idiv 7 3 mod sub add }", [0.0], [1.0]),
        (b"{ 2 neg abs 2 exp 4 div truncate }", [0.0], [1.0]),
        (b"{ true false or not { 1 } { 0.25 } ifelse exch pop }", [0.0], [0.25]),
    ],
)
def test_a_calculator_computes_as_the_standard_says(
    pdf: pikepdf.Pdf, program: bytes, inputs: list[float], result: list[float]
) -> None:
    """ISO 32000-1, 7.10.5: a small language in the manner of PostScript."""
    found = result_of(calculator(pdf, program, len(inputs), 1), inputs)

    assert found == pytest.approx(result)


@pytest.mark.parametrize(
    "program",
    [b"", b"{", b"}", b"{ pop pop }", b"{ roll }", b"{ 9 index }", b"{ if }", b"{ {} if if }", b"{ 1 0 div }",
     b"{ word }", b"{ 1e999 cvi }", b"{ -1 sqrt }", b"{" * 5_000,
     b"{ " + b"dup " * 5_000 + b"}", b"{ 99 copy }", b"{ -1 copy }"],
)  # fmt: skip
def test_a_damaged_calculator_has_no_result(pdf: pikepdf.Pdf, program: bytes) -> None:
    """It ends, and raises no error."""
    assert result_of(calculator(pdf, program, 1, 1), [0.5]) == []


def test_a_table_is_read_between_its_samples(pdf: pikepdf.Pdf) -> None:
    """Two inputs: the four samples around a place are mixed."""
    table = samples(pdf, bytes([0, 255, 255, 0]), [2, 2], 1)

    assert result_of(table, [0.0, 0.0]) == [0.0]
    assert result_of(table, [1.0, 0.0]) == [1.0]
    assert result_of(table, [0.5, 0.5]) == pytest.approx([0.5])


def test_no_more_than_a_limit_of_colours_is_computed(pdf: pikepdf.Pdf) -> None:
    """A file may mix another colour for each letter; the same colour is computed once."""
    space = pdf.make_indirect(inks(pdf)["Two"])
    mixed = MixedColours()

    same = {mixed.colour(space, [1.0, 0.0]) for _ in range(20_000)}
    others = [mixed.colour(space, [nth / 20_000, 0.5]) for nth in range(20_000)]

    assert same == {colour_in(space, [1.0, 0.0])}
    assert None not in others[:1_000]
    assert others[-1] is None


@pytest.mark.parametrize(
    "space",
    [
        Array([Name.Indexed, Name.DeviceRGB, 1, String(b"\1")]),
        Array([Name.Indexed, Array([Name.Indexed, Name.DeviceRGB, 1, String(b"abcdef")]), 1, String(b"\1\0")]),
        Array([Name.Indexed, Name.Pattern, 1, String(b"abcdef")]),
        Array([Name.Indexed, Array([Name.ICCBased, 3]), 1, String(b"abcdef")]),
        Array([Name.Separation, Name.All, Name.DeviceGray, Dictionary(FunctionType=2)]),
        Array([Name.DeviceN, Array([]), Name.DeviceGray, Dictionary()]),
        Array([Name.Lab]),
    ],
)
def test_a_damaged_colour_space_has_no_colours(space: Any) -> None:
    """Nothing is reported about words in it."""
    assert MixedColours().colour(space, [1.0]) is None
