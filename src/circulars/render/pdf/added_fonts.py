"""Adds fonts to a single copy, each with the glyphs that the copy needs, and no others."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from circulars.render.pdf.compact_fonts import USUAL_WIDTH
from circulars.render.pdf.glyph_runs import Face, GlyphRun
from circulars.render.pdf.subsets import POSTSCRIPT, Subset, subset_of
from circulars.render.pdf.wording import Cluster, own_word, words_of

_CMAP: Final = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
    b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n%b"
    b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
)
# The brackets whose glyph in words from right to left is that of their counterpart in others.
_MIRRORED: Final = "()[]{}<>«»‹›"
_NOT_MIRRORED: Final[set[str]] = set()
"""Texts of glyphs that were found not to begin with a character that is mirrored."""
_FOR_TRUETYPE: Final = (b"CIDFontType2", b"/CIDToGIDMap /Identity", b"FontFile2")
_FOR_POSTSCRIPT: Final = (b"CIDFontType0", b"", b"FontFile3")
_MOST_MAPPINGS: Final = 20_000
_CODES: Final = re.compile(rb"(?<=<)[0-9a-f]+(?=>)")
_PER_BLOCK: Final = 100  # mappings (ISO 32000-1, 9.10.3)


@dataclass(eq=False, slots=True)
class AddedFont:
    """A font of one copy: ``name`` is its name in the file."""

    face: Face
    name: bytes
    glyphs: set[int] = field(default_factory=set)
    single: dict[int, str] = field(default_factory=dict)
    several: list[Cluster] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)
    subset: Subset | None = None

    @property
    def is_recoded(self) -> bool:
        """Whether glyphs have other codes in this font than their numbers."""
        return self.subset is not None and bool(self.subset.codes)

    def recoded(self, operators: bytes) -> bytes:
        """Operators that draw glyphs, with their codes in this font instead of their numbers."""
        assert self.subset is not None
        codes = self.subset.codes
        if not codes:
            return operators
        return _CODES.sub(
            lambda found: b"".join([codes[found[0][at : at + 4]] for at in range(0, len(found[0]), 4)]), operators
        )

    def add(self, run: GlyphRun) -> None:
        """Adds the glyphs of a run."""
        self.glyphs.update(run.glyphs)
        self.single.update(zip(run.glyphs, run.letters, strict=False))
        self.several += run.several

    def settle(self) -> None:
        """Chooses the glyphs of the file, and the text of each, when all lines of the copy are known."""
        self.subset = subset_of(self.face.font, tuple(sorted(self.glyphs)))
        self.words = self.single
        if self.several:
            self.words = words_of(self.face.font, self.several) | self.single
        if not _NOT_MIRRORED.issuperset(self.words.values()):
            _NOT_MIRRORED.update(text for text in self.words.values() if not unicodedata.mirrored(text[0]))
            for glyph, text in self.words.items():
                if text not in _NOT_MIRRORED:
                    self.words[glyph] = own_word(self.face.font, glyph, _MIRRORED) or text

    def objects(self, first: int) -> Iterator[bytes]:
        """The objects of the font in the file; their numbers begin with ``first``, that of the font itself."""
        assert self.subset is not None
        font, numbers = self.face.font, self.subset.numbers
        used = sorted((numbers[glyph], glyph) for glyph in self.glyphs)
        measures = [(number, font.widths[glyph]) for number, glyph in used]
        widths = b" ".join([b"%d[%d]" % pair for pair in measures if pair[1] != USUAL_WIDTH])
        data = self.subset.data
        mappings = [_mapping(number, self.words[glyph]) for number, glyph in used]
        yield (
            b"<</Type /Font/Subtype /Type0/BaseFont %b/Encoding /Identity-H/DescendantFonts [%d 0 R]/ToUnicode %d 0 R>>"
            % (font.name, first + 1, first + 2)
        )
        kind, map_, file = _FOR_POSTSCRIPT if POSTSCRIPT in font.tables else _FOR_TRUETYPE
        yield (
            b"<</Type /Font/Subtype /%b/BaseFont %b/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)"
            b"/Supplement 0>>%b/W [%b]/FontDescriptor %d 0 R>>" % (kind, font.name, map_, widths, first + 3)
        )
        yield _stream(b"", _CMAP % b"".join(_blocks(mappings)))
        widest = max(width for _, width in measures)
        yield (
            b"<</Type /FontDescriptor/FontName %b/Flags %d/FontBBox [0 %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d"
            b"/CapHeight %d/StemV 80/StemH 80/%b %d 0 R>>"
            % (
                font.name,
                font.flags,
                font.descent,
                widest,
                font.ascent,
                font.ascent,
                font.descent,
                font.ascent,
                file,
                first + 4,
            )
        )
        yield _stream(b"/Subtype /CIDFontType0C" if POSTSCRIPT in font.tables else b"/Length1 %d" % len(data), data)

    COUNT: Final = 5


def _blocks(mappings: Sequence[bytes]) -> Iterator[bytes]:
    for first in range(0, len(mappings), _PER_BLOCK):
        some = mappings[first : first + _PER_BLOCK]
        yield b"%d beginbfchar\n%bendbfchar\n" % (len(some), b"".join(some))


@functools.lru_cache(maxsize=_MOST_MAPPINGS)
def _mapping(number: int, text: str) -> bytes:
    """The text of a glyph with a number in a font."""
    return b"<%04x> <%b>\n" % (number, text.encode("utf-16-be").hex().encode())


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)
