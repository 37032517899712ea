"""Builds the font programs of the bench."""

from __future__ import annotations

import functools
import io
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.misc import eexec
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

CHARACTERS = " .,:;-+=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""The characters of the TrueType font; the glyph of each one is a box."""


@functools.cache
def font_program(tables: tuple[tuple[int, int], ...] = ((0, 3), (3, 1))) -> bytes:
    """A TrueType font with a box for each of the characters, and tables of them (cmap) for platforms and encodings."""
    names = [".notdef", *(f"box{number}" for number in range(len(CHARACTERS)))]
    pen = TTGlyphPen(None)
    _draw_box(pen)
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupGlyf(dict.fromkeys(names, box))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"}, mac=False)
    if tables:
        builder.font["cmap"] = newTable("cmap")
        builder.font["cmap"].tableVersion = 0
        builder.font["cmap"].tables = [_table(*table, names[1:]) for table in tables]
        builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=0, modified=0)
    return _saved(builder)


def _table(platform: int, encoding: int, names: list[str]) -> Any:
    table = CmapSubtable.newSubtable(6 if platform == 1 else 4)
    table.platformID, table.platEncID, table.language = platform, encoding, 0
    start = 0xF000 if (platform, encoding) == (3, 0) else 0
    table.cmap = {start + ord(c): name for c, name in zip(CHARACTERS, names, strict=True)}
    return table


@functools.cache
def postscript_program() -> bytes:
    """A PostScript font (CFF) with a box for each of "a" and "b"."""
    names = [".notdef", "a", "b"]
    pen = T2CharStringPen(600, None)
    _draw_box(pen)
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCFF("Strokes", {}, dict.fromkeys(names, pen.getCharString()), {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupPost()
    program: bytes = TTFont(io.BytesIO(_saved(builder))).reader["CFF "]
    return program


def type_1_program() -> tuple[bytes, bytes]:
    """A Type 1 font without any glyph but .notdef, which its encoding names for "a": the clear and the secret part."""
    clear = b"""%!FontType1-1.0: Strokes 001.0
11 dict begin
/FontName /Strokes def
/PaintType 0 def
/FontType 1 def
/FontMatrix [0.001 0 0 0.001 0 0] readonly def
/FontBBox {0 0 600 700} readonly def
/Encoding 256 array
0 1 255 {1 index exch /.notdef put} for
dup 97 /.notdef put
readonly def
currentdict end
currentfile eexec
"""
    glyph = eexec.encrypt(b"\0\0\0\0" + bytes([139, 248, 236, 13, 14]), 4330)[0]  # 0 600 hsbw endchar
    private = b"""dup /Private 5 dict dup begin
/RD {string currentfile exch readstring pop} executeonly def
/ND {noaccess def} executeonly def
/NP {noaccess put} executeonly def
/BlueValues [] def
/password 5839 def
2 index /CharStrings 1 dict dup begin
/.notdef %d RD %b ND
end
end
readonly put
noaccess put
dup /FontName get exch definefont pop
mark currentfile closefile
""" % (len(glyph), glyph)
    return clear, eexec.encrypt(b"\0\0\0\0" + private, 55665)[0]


def _draw_box(pen: Any) -> None:
    pen.moveTo((50, 0))
    for corner in ((50, 700), (550, 700), (550, 0)):
        pen.lineTo(corner)
    pen.closePath()


def _saved(builder: FontBuilder) -> bytes:
    file = io.BytesIO()
    builder.font.recalcTimestamp = False
    builder.save(file)
    return file.getvalue()
