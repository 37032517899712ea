"""Takes some glyphs out of a font, as a font file of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import uharfbuzz

from circulars.render.pdf.cid_programs import CidFont, Outlines
from circulars.render.pdf.compact_fonts import outlines_of, program_with_cids
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
    """Some glyphs of a font as a font file, and the number of each in it.

    ``codes`` are by the codes that the glyphs would have in the whole font; there are none if they are the same.
    """

    data: bytes
    numbers: Mapping[int, int]
    codes: Mapping[bytes, bytes]


# By identity; each font is kept, so that no other gets its id.
_SUBSETS: dict[tuple[int, tuple[int, ...]], tuple[Any, Subset]] = {}
_PREPARED: WeakKeyDictionary[Any, _Prepared] = WeakKeyDictionary()


def subset_of(font: Any, glyphs: tuple[int, ...]) -> Subset:
    """Some glyphs of a font, in ascending order, as a file. Those of frequent words are kept."""
    key = id(font), glyphs
    found = _SUBSETS.get(key)
    if found is None:
        if len(_SUBSETS) >= _MOST_SUBSETS:
            _SUBSETS.clear()
        found = _SUBSETS[key] = font, _made(font, glyphs)
    return found[1]


class _Prepared:
    """HarfBuzz's face of a font, with only the tables that a PDF needs. Taking glyphs from it is quick."""

    def __init__(self, font: Any) -> None:
        whole = opened(font).face
        # HarfBuzz reads the tables where they are, so they and the face with them are kept.
        self._tables = {tag: whole.reference_table(tag).data for tag in whole.table_tags if tag in _TABLES}
        self._bare = uharfbuzz.Face.create_for_tables(lambda _face, tag, _data: self._tables.get(tag), None)
        self.cids = CidFont(self._outlines) if POSTSCRIPT in self._tables else None
        # Preparing PostScript outlines of all ideographs takes seconds, and makes nothing quicker.
        self._face = self._bare if self.cids else uharfbuzz.subset_preprocess(self._bare)

    def plan(self, glyphs: Iterable[int]) -> Any:
        """How HarfBuzz takes some glyphs out."""
        order = uharfbuzz.SubsetInput()
        order.glyph_set.update(glyphs)
        order.flags = _FLAGS
        return uharfbuzz.SubsetPlan(self._face, order)

    def _outlines(self, glyphs: Iterable[int]) -> Outlines:
        return outlines_of(bytes(self.plan(glyphs).execute().reference_table(POSTSCRIPT).data))


def _made(font: Any, glyphs: tuple[int, ...]) -> Subset:
    prepared = _PREPARED.get(font) or _PREPARED.setdefault(font, _Prepared(font))
    if prepared.cids:
        numbers = dict(zip(glyphs, glyphs, strict=True))  # a page names these glyphs by their CIDs
        return Subset(prepared.cids.program(glyphs), numbers, {})
    plan = prepared.plan(glyphs)
    data, mapping = plan.execute().blob.data, plan.old_to_new_glyph_mapping
    numbers = {glyph: mapping[glyph] for glyph in glyphs}
    return Subset(data, numbers, {b"%04x" % glyph: b"%04x" % number for glyph, number in numbers.items()})


def has_cids(font: Any) -> bool:
    """Whether each glyph of a font with PostScript outlines has its number as its CID, so far as samples show."""
    samples = range(1, font.glyph_count, max(1, font.glyph_count // _SAMPLES))
    return POSTSCRIPT in font.tables and bool(program_with_cids(font.file_content, font.index, samples))
