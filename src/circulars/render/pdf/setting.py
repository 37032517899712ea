"""Sets a line of words in a font's glyphs, to the byte as WeasyPrint writes it.

WeasyPrint lets Pango shape a line, and Pango lets HarfBuzz do it. For words of one script, written from left to right
in one font, HarfBuzz alone gives the same glyphs at the same places; whoever makes a ``Font`` holds it against what
WeasyPrint drew.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import uharfbuzz

UNITS = 1024
"""Pango's units in a pixel."""

_PLAIN = uharfbuzz.BufferSerializeFormat.TEXT
_BARE = uharfbuzz.BufferSerializeFlags.NO_GLYPH_NAMES | uharfbuzz.BufferSerializeFlags.NO_CLUSTERS
_MOST_PLACED = 20_000


class Set(NamedTuple):
    """A line that is set: what stands between the brackets of ``TJ``, and its width in pixels."""

    glyphs: str
    width: float


class _Placed(NamedTuple):
    """A glyph with its advance: as it is written, the words that it stands for, the advance in Pango's units."""

    written: str
    words: str
    advance: int


@dataclass(frozen=True, slots=True)
class Font:
    """A font at a size, and what of it is in the file.

    ``size`` is in pixels. ``widths`` are the glyphs' in thousandths of the size, ``words`` what each stands for.
    ``script`` is that of the letters among its ``characters`` ("Latn"), ``features`` are OpenType's by tag.
    """

    data: bytes
    index: int
    size: float
    language: str
    script: str
    features: tuple[tuple[str, int], ...]
    characters: frozenset[str] = frozenset()
    widths: Mapping[int, int] | None = None
    words: Mapping[int, str] | None = None

    def set(self, text: str) -> Set | None:
        """The line set in glyphs, or nothing when it needs what this font does not have."""
        if not self.characters.issuperset(text):
            return None
        placed = _placed_of(self)
        glyphs = []
        for piece in _shaped(self, text).split("|"):
            glyph = placed.get(piece) or self._place(piece, placed)
            if glyph is None:
                return None
            glyphs.append(glyph)
        written, words, advances = zip(*glyphs, strict=True)
        # A glyph that stands for other words in the file than in this line would be read out wrongly.
        if "".join(words) != text:
            return None
        line = f"<{''.join(written)}>"
        # WeasyPrint writes no empty string at the end.
        return Set(line[:-2] if line.endswith("<>") else line, sum(advances) / UNITS)

    def _place(self, piece: str, placed: dict[str, _Placed]) -> _Placed | None:
        """A glyph as HarfBuzz tells it ("gid9+9240"), or nothing when it is not in the file or is moved."""
        glyph, _, advance = piece.partition("+")
        if "@" in piece or not advance or not self.widths or not self.words:
            return None
        number = int(glyph.removeprefix("gid"))
        if number not in self.widths or number not in self.words:
            return None
        result = _Placed(self._written(number, int(advance)), self.words[number], int(advance))
        if len(placed) < _MOST_PLACED:
            placed[piece] = result
        return result

    def _written(self, glyph: int, advance: int) -> str:
        """A glyph as weasyprint.draw.text writes it, with the same sums in the same order: roundings count."""
        assert self.widths is not None
        kerning = self.widths[glyph] - advance * 1000 * (1 / UNITS) / self.size
        return f"{glyph:04x}>{int(kerning)}<" if kerning else f"{glyph:04x}"

    def glyphs_of(self, text: str) -> list[tuple[int, str, int]]:
        """The line's glyphs: number, the words that each stands for, advance; none where glyphs share words."""
        buffer = _buffer(self, text)
        starts = [info.cluster for info in buffer.glyph_infos]
        if starts != sorted(set(starts)):
            return []
        numbers = [info.codepoint for info in buffer.glyph_infos]
        advances = [position.x_advance for position in buffer.glyph_positions]
        ends = [*starts[1:], len(text)]
        return [
            (number, text[start:end], advance)
            for number, start, end, advance in zip(numbers, starts, ends, advances, strict=True)
        ]


# HarfBuzz's own objects cannot be sent to another process: each process opens the font once.
@functools.lru_cache(maxsize=64)
def _opened(data: bytes, index: int, size: float) -> Any:
    font = uharfbuzz.Font(uharfbuzz.Face(data, index))
    font.scale = (round(size * UNITS),) * 2
    return font


def _buffer(font: Font, text: str) -> Any:
    opened, features = _opened_of(font)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction = "ltr"
    # Digits and marks take the script of the letters beside them; a line without letters has none.
    buffer.script = font.script if any(map(str.isalpha, text)) else "Zyyy"
    buffer.language = font.language
    uharfbuzz.shape(opened, buffer, features)
    return buffer


def _shaped(font: Font, text: str) -> str:
    said: str = _buffer(font, text).serialize(_opened_of(font)[0], _PLAIN, _BARE)
    return said[1:-1]


_OPEN: dict[int, tuple[Font, Any, dict[str, int] | None, dict[str, _Placed]]] = {}


def _opened_of(font: Font) -> tuple[Any, dict[str, int] | None]:
    entry = _entry(font)
    return entry[1], entry[2]


def _placed_of(font: Font) -> dict[str, _Placed]:
    return _entry(font)[3]


def _entry(font: Font) -> tuple[Font, Any, dict[str, int] | None, dict[str, _Placed]]:
    """What a process knows of a font; the font is held, so that its identity stays its own."""
    entry = _OPEN.get(id(font))
    if entry is None:
        if len(_OPEN) > 64:
            _OPEN.clear()
        opened = _opened(font.data, font.index, font.size)
        entry = _OPEN[id(font)] = (font, opened, dict(font.features) or None, {})
    return entry
