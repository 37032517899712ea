"""Embeds of fonts only what a PDF needs: of large East Asian fonts the glyphs that are drawn, of others the outlines.

WeasyPrint 70 keeps the numbers of all glyphs, so that a font of 65,535 glyphs of which 200 are drawn has 65,335 empty
ones. In a font whose glyphs have CIDs (ISO 32000-1, 9.7.4.2) a page names them by CID, not by their place in the file.
So the others can be left out if the CIDs are the numbers that the page has, as in Noto and Source Han.
"""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import uharfbuzz

from circulars.render.pdf.cid_programs import Outlines

_TABLES: Final = ("CFF ", "head", "hhea", "hmtx", "maxp")
_NOTDEF: Final = ".notdef"
_FLAGS: Final = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
_CFF: Final = b"\x01\x00"
_OPENTYPE: Final = "/OpenType"
# What a PDF needs of TrueType outlines (ISO 32000-1, 9.9).
_NEEDED: Final = (b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep")
_TRUETYPE: Final = b"\x00\x01\x00\x00"
# Names that nothing in a PDF asks for.
_NAMES: Final = ("Notice", "Copyright", "FullName", "FamilyName", "Weight", "version")
USUAL_WIDTH: Final = 1000
"""The width of glyphs that a font dictionary does not list (``DW``)."""
_PLAIN: Final = (USUAL_WIDTH, 0)
"""The width of a glyph that has none in its program, and what is added to one that has."""


def embed_compactly(pdf: Any, fonts: Any) -> None:
    """Has WeasyPrint's modules for files and fonts write fonts with CIDs as such (``CIDFontType0C``)."""
    subset, dictionary, of_font = fonts.Font.subset, pdf.build_fonts_dictionary, fonts.Font.type.fget

    def with_cids(font: Any, to_unicode: Any, hinting: bool) -> None:
        program = b""
        if to_unicode and "CFF " in font.tables:
            program = program_with_cids(font.file_content, font.index, to_unicode)
        if program:
            font.file_content = program
        else:
            subset(font, to_unicode, hinting)
            if to_unicode and not (font.png or font.svg or font.colr or "fvar" in font.tables):
                font.file_content = only_outlines(font.file_content)

    @functools.wraps(dictionary)
    def built(file: Any, *arguments: Any) -> Any:
        first = len(file.objects)
        found = dictionary(file, *arguments)
        for one in file.objects[first:]:
            extra = getattr(one, "extra", {})
            if extra.get("Subtype") == _OPENTYPE and one.stream[0].startswith(_CFF):
                extra["Subtype"] = "/CIDFontType0C"
            elif isinstance(one, dict) and one.get("Subtype") == "/CIDFontType0":
                one["W"] = type(one["W"])(_unusual(one["W"]))
        return found

    fonts.Font.subset = with_cids
    fonts.Font.type = property(lambda font: "otf" if font.file_content.startswith(_CFF) else of_font(font))
    pdf.build_fonts_dictionary = built


def _unusual(widths: Sequence[Any]) -> Iterator[Any]:
    """The widths of a font dictionary that are not the usual one: the number of a glyph, and a list with its width."""
    for first, some in zip(widths[::2], widths[1::2], strict=True):
        for glyph, width in enumerate(some, first):
            if width != USUAL_WIDTH:
                yield from (glyph, type(some)([width]))


def only_outlines(file: bytes) -> bytes:
    """A font file with TrueType outlines, with the tables that a PDF needs; any other file is unchanged."""
    if not file.startswith(_TRUETYPE):
        return file
    count = int.from_bytes(file[4:6], "big")
    entries = [struct.unpack(">4sIII", file[place : place + 16]) for place in range(12, 12 + 16 * count, 16)]
    kept = [entry for entry in entries if entry[0] in _NEEDED]
    power = 1 << len(kept).bit_length() - 1
    head = [_TRUETYPE, struct.pack(">4H", len(kept), 16 * power, power.bit_length() - 1, 16 * (len(kept) - power))]
    tables, place = [], 12 + 16 * len(kept)
    for tag, checksum, start, length in kept:
        head.append(struct.pack(">4sIII", tag, checksum, place, length))
        tables.append(file[start : start + length] + bytes(-length % 4))
        place += len(tables[-1])
    return b"".join((*head, *tables))


def program_with_cids(file: bytes, index: int, glyphs: Iterable[int]) -> bytes:
    """The glyphs of a font in a file as CFF, each with its number as its CID; b"" if its CIDs are others, or none."""
    face = uharfbuzz.Face(file, index)
    order = uharfbuzz.SubsetInput()
    order.glyph_set.update(glyphs)
    order.drop_table_tag_set.update(
        int.from_bytes(tag.encode(), "big") for tag in face.table_tags if tag not in _TABLES
    )
    order.flags = _FLAGS
    plan = uharfbuzz.SubsetPlan(face, order)
    program = bytes(plan.execute().reference_table("CFF ").data)
    read = _read(program)
    top = read[0]
    numbers = plan.old_to_new_glyph_mapping
    fits = hasattr(top, "ROS") and all(top.charset[numbers[glyph]] == f"cid{glyph:05d}" for glyph in glyphs if glyph)
    if not fits:
        return b""
    for name in _NAMES:
        top.rawDict.pop(name, None)
    return _with_one_dictionary(read)


def outlines_of(program: bytes) -> Outlines:
    """The glyphs of a CFF program with CIDs that calls no subroutines; each has its width, if it is not 1000."""
    read = _read(program)
    top = read[0]
    _unite(top)
    programs: dict[int, bytes] = {}
    for name in top.charset:
        glyph = top.CharStrings[name]
        glyph.compile()
        programs[0 if name == _NOTDEF else int(name.removeprefix("cid"))] = glyph.bytecode
    return Outlines(programs, read.fontNames[0].encode(), tuple(top.FontBBox))


def _read(program: bytes) -> Any:
    from fontTools.cffLib import CFFFontSet  # only East Asian letters need it

    read = CFFFontSet()
    read.decompile(io.BytesIO(program), None)
    return read


def _with_one_dictionary(read: Any) -> bytes:
    from fontTools.ttLib import TTFont

    _unite(read[0])
    written = io.BytesIO()
    read.compile(written, TTFont(recalcBBoxes=False))
    return written.getvalue()


def _unite(top: Any) -> None:
    """Gives all glyphs of a CFF program one dictionary; they keep their widths, which are written as they are.

    Without hints, the dictionaries differ only in what is added to widths. Some readers take another one's, or none.
    """
    parts, one = [*top.FDArray], top.FDArray[0]
    bases = [(part.Private.defaultWidthX, part.Private.nominalWidthX) for part in parts]
    for place, name in zip(top.FDSelect, top.charset, strict=True):
        if bases[place] != _PLAIN:
            _write_width(top.CharStrings[name], bases[place][0])
    for name, value in zip(("defaultWidthX", "nominalWidthX"), _PLAIN, strict=True):
        setattr(one.Private, name, value)
        one.Private.rawDict[name] = value
    top.FDArray.items, top.FDSelect.gidArray = [one], [0] * len(top.charset)


def _write_width(glyph: Any, usual: int) -> None:
    """Writes the width of a glyph into its program, in which a ``usual`` one is not written."""
    from fontTools.pens.basePen import NullPen

    glyph.draw(NullPen())
    program = glyph.program[glyph.width != usual :]
    glyph.setProgram([*([glyph.width] if glyph.width != USUAL_WIDTH else []), *program])
