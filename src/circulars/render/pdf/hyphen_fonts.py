"""Makes, for a font without the hyphens of Unicode, a small font with them that look like its "-".

Few fonts have U+2010 and U+2011, the no-break hyphen of "UIT‑T": Carlito has neither. Pango would take them from
whatever other font is installed, or the letter could not be printed.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Final

import uharfbuzz

HYPHENS: Final = (0x2010, 0x2011)
"""A hyphen, and one after which no line ends."""
_MINUS: Final = 0x2D
_TABLES: Final = ("CFF ", "OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post")
_WINDOWS: Final = (3, 1)  # Unicode, in tables for Windows (OpenType, "cmap" and "name")
_ENGLISH: Final = 0x409
_FAMILY: Final = 1


def has_hyphens(text: str) -> bool:
    """Whether a text has a hyphen that few fonts have."""
    return not text.isascii() and any(chr(one) in text for one in HYPHENS)


def hyphen_faces(family: str, faces: Mapping[tuple[str, int], uharfbuzz.Face]) -> str:
    """The rules ``@font-face`` for the small font of some faces; "" if they have all hyphens.

    ``family`` is that of the small font. The faces are given by slant and weight.
    """
    return "".join(
        f'@font-face{{font-family:"{family}";font-style:{slant};font-weight:{weight};'
        f"src:url(data:font/sfnt;base64,{b64encode(data).decode()})}}"
        for (slant, weight), face in faces.items()
        if (data := _small(face, family))
    )


def _small(face: uharfbuzz.Face, family: str) -> bytes:
    """The small font for a face; b"" if it has all hyphens, or none that they could look like."""
    font = uharfbuzz.Font(face)
    lacking = [one for one in HYPHENS if font.get_nominal_glyph(one) is None]
    like = next((one for one in (HYPHENS[0], _MINUS) if font.get_nominal_glyph(one) is not None), None)
    if not lacking or like is None:
        return b""
    order = uharfbuzz.SubsetInput()
    order.unicode_set.add(like)
    order.drop_table_tag_set.update(
        int.from_bytes(tag.encode(), "big") for tag in face.table_tags if tag not in _TABLES
    )
    order.flags = uharfbuzz.SubsetFlags.NO_HINTING
    return _renamed(uharfbuzz.SubsetPlan(face, order).execute().blob.data, family, like, lacking)


def _renamed(file: bytes, family: str, like: int, characters: Iterable[int]) -> bytes:
    """A font file in which some characters have the glyph of another one, which has none; in another family."""
    from fontTools.ttLib import TTFont, newTable
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    font = TTFont(io.BytesIO(file), recalcTimestamp=False)
    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language = *_WINDOWS, 0
    table.cmap = dict.fromkeys(characters, font.getBestCmap()[like])
    font["cmap"].tables = [table]
    font["name"] = newTable("name")
    font["name"].names = []
    font["name"].setName(family, _FAMILY, *_WINDOWS, _ENGLISH)
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
