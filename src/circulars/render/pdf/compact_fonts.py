"""Embeds of large East Asian fonts only the glyphs that are drawn.

WeasyPrint 70 keeps the numbers of all glyphs, so that a font of 65,535 glyphs of which 200 are drawn has 65,335 empty
ones. In a font whose glyphs have CIDs (ISO 32000-1, 9.7.4.2) a page names them by CID, not by their place in the file.
So the others can be left out if the CIDs are the numbers that the page has, as in Noto and Source Han.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from typing import Any, Final

import uharfbuzz

_TABLES: Final = ("CFF ", "head", "hhea", "hmtx", "maxp")
_FLAGS: Final = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
_CFF: Final = b"\x01\x00"
_OPENTYPE: Final = "/OpenType"


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

    @functools.wraps(dictionary)
    def built(file: Any, *arguments: Any) -> Any:
        first = len(file.objects)
        found = dictionary(file, *arguments)
        for one in file.objects[first:]:
            extra = getattr(one, "extra", {})
            if extra.get("Subtype") == _OPENTYPE and one.stream[0].startswith(_CFF):
                extra["Subtype"] = "/CIDFontType0C"
        return found

    fonts.Font.subset = with_cids
    fonts.Font.type = property(lambda font: "otf" if font.file_content.startswith(_CFF) else of_font(font))
    pdf.build_fonts_dictionary = built


def program_with_cids(file: bytes, index: int, glyphs: Iterable[int]) -> bytes:
    """The glyphs of a font in a file as CFF, each with its number as its CID; b"" if its CIDs are others, or none."""
    from fontTools.cffLib import CFFFontSet  # only East Asian letters need it

    face = uharfbuzz.Face(file, index)
    order = uharfbuzz.SubsetInput()
    order.glyph_set.update(glyphs)
    order.drop_table_tag_set.update(
        int.from_bytes(tag.encode(), "big") for tag in face.table_tags if tag not in _TABLES
    )
    order.flags = _FLAGS
    plan = uharfbuzz.SubsetPlan(face, order)
    program = bytes(plan.execute().reference_table("CFF ").data)
    read = CFFFontSet()
    read.decompile(io.BytesIO(program), None)
    top = read[0]
    numbers = plan.old_to_new_glyph_mapping
    fits = hasattr(top, "ROS") and all(top.charset[numbers[glyph]] == f"cid{glyph:05d}" for glyph in glyphs if glyph)
    return program if fits else b""
