"""Takes some glyphs out of a font, as a font file of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import uharfbuzz

from circulars.render.pdf.compact_fonts import program_with_cids, with_plain_widths
from circulars.render.pdf.widths import opened

POSTSCRIPT: Final = "CFF "
"""The table of PostScript outlines."""
# What a PDF needs of a font (ISO 32000-1, 9.9): of PostScript outlines all but the first and "loca", of others all but
# the last.
_TABLES: Final = frozenset(("glyf", "head", "hhea", "hmtx", "loca", "maxp", POSTSCRIPT))
_MOST_SUBSETS: Final = 2_000
_SAMPLES: Final = 50
_FLAGS: Final = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE


@dataclass(frozen=True, slots=True)
class Subset:
    """Some glyphs of a font as a font file, and the number of each in it, also as a code in a page's content."""

    data: bytes
    numbers: Mapping[int, int]
    codes: Mapping[int, str]


# By identity; each font is kept, so that no other gets its id.
_SUBSETS: dict[tuple[int, tuple[int, ...]], tuple[Any, Subset]] = {}
_PREPARED: WeakKeyDictionary[Any, tuple[Any, Any, dict[str, bytes]]] = WeakKeyDictionary()


def subset_of(font: Any, glyphs: tuple[int, ...]) -> Subset:
    """The glyphs of a font as a file. Those of frequent words are kept."""
    key = id(font), glyphs
    found = _SUBSETS.get(key)
    if found is None:
        if len(_SUBSETS) >= _MOST_SUBSETS:
            _SUBSETS.clear()
        found = _SUBSETS[key] = font, _made(_prepared(font), glyphs)
    return found[1]


def _prepared(font: Any) -> Any:
    """HarfBuzz's face of a font, with only the tables that a PDF needs. Taking glyphs from it is quick."""
    prepared = _PREPARED.get(font)
    if prepared is None:
        whole = opened(font).face
        tables = {tag: whole.reference_table(tag).data for tag in whole.table_tags if tag in _TABLES}
        bare = uharfbuzz.Face.create_for_tables(lambda _face, tag, _data: tables.get(tag), None)
        # HarfBuzz reads the tables where they are, so they and the face with them are kept. Preparing PostScript
        # outlines of all ideographs takes seconds, and makes nothing quicker.
        face = bare if POSTSCRIPT in tables else uharfbuzz.subset_preprocess(bare)
        prepared = _PREPARED[font] = face, bare, tables
    return prepared[0]


def _made(face: Any, glyphs: tuple[int, ...]) -> Subset:
    order = uharfbuzz.SubsetInput()
    order.glyph_set.update(glyphs)
    order.flags = _FLAGS
    plan = uharfbuzz.SubsetPlan(face, order)
    made = plan.execute()
    if POSTSCRIPT in made.table_tags:
        numbers = {glyph: glyph for glyph in glyphs}  # a page names these glyphs by their CIDs
        data = bytes(made.reference_table(POSTSCRIPT).data)
        if not _is_full_width(face, glyphs):
            data = with_plain_widths(data)
    else:
        numbers, data = plan.old_to_new_glyph_mapping, made.blob.data
    return Subset(
        data, {glyph: numbers[glyph] for glyph in glyphs}, {glyph: f"{numbers[glyph]:04x}" for glyph in glyphs}
    )


def _is_full_width(face: Any, glyphs: tuple[int, ...]) -> bool:
    """Whether all glyphs are as wide as a letter of Chinese; a space is not, for example."""
    font = uharfbuzz.Font(face)
    return all(font.get_glyph_h_advance(glyph) == face.upem for glyph in glyphs)


def has_cids(font: Any) -> bool:
    """Whether each glyph of a font with PostScript outlines has its number as its CID, so far as samples show."""
    samples = range(1, font.glyph_count, max(1, font.glyph_count // _SAMPLES))
    return POSTSCRIPT in font.tables and bool(program_with_cids(font.file_content, font.index, samples))
