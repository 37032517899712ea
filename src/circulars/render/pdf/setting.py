"""Sets a line of text in the glyphs of a font, byte for byte as WeasyPrint does.

WeasyPrint shapes lines with Pango, which uses HarfBuzz. For text of one script, written from left to right in one font,
HarfBuzz alone gives the same glyphs at the same positions. ``specimens`` compares each font with what WeasyPrint drew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import uharfbuzz

from circulars.render.pdf.script_gaps import gaps_in

UNITS = 1024
"""Pango's units in a pixel."""

_TEXT = uharfbuzz.BufferSerializeFormat.TEXT
_BARE = uharfbuzz.BufferSerializeFlags.NO_GLYPH_NAMES | uharfbuzz.BufferSerializeFlags.NO_CLUSTERS
_NO_BREAK = "\u00a0"
_MOST_LINES = 10_000  # per font and process
_MOST_FONTS = 64


class Set(NamedTuple):
    """A line that is set: the operands inside the brackets of ``TJ``, and its width in pixels."""

    glyphs: bytes
    width: float


class _Placed(NamedTuple):
    """A glyph: its notation in the file, the text that it represents, and its advance in Pango's units."""

    written: str
    words: str
    advance: int


@dataclass(frozen=True, slots=True)
class SizedFont:
    """A font at a size, and the glyphs of it that are in the file.

    ``name`` is its name in the file, and ``size`` is in pixels. ``widths`` are the widths of its glyphs in thousandths
    of the size, and ``words`` the text that each glyph represents. ``script`` is the script of the letters among its
    ``characters`` ("Latn"). ``features`` are OpenType features by tag.
    """

    name: bytes
    data: bytes
    index: int
    size: float
    language: str
    script: str
    features: tuple[tuple[str, int], ...]
    characters: frozenset[str] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)
    words: Mapping[int, str] = field(default_factory=dict)

    def set(self, text: str) -> Set | None:
        """The line set in glyphs, or None if the font lacks something that it needs."""
        opened = _OPENED.get(id(self)) or _open(self)
        if text in opened.lines:
            return opened.lines[text]
        line = opened.set(text) if self.characters.issuperset(text) and not gaps_in(text) else None
        if len(opened.lines) < _MOST_LINES:  # values such as "Madrid" and "Spain" are frequent
            opened.lines[text] = line
        return line

    def glyphs_of(self, text: str) -> list[tuple[int, str, int]]:
        """The glyphs of the line with their numbers, texts and advances; none if several glyphs share a text."""
        if not text:
            return []
        buffer = (_OPENED.get(id(self)) or _open(self)).shaped(text)
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


def file_digest(data: bytes, index: int) -> bytes:
    """What identifies the file of a font, and the font in it."""
    return hashlib.blake2b(data, digest_size=16).digest() + index.to_bytes(4)


class _Opened:
    """A font opened in this process: HarfBuzz's objects cannot be sent to other processes."""

    __slots__ = ("_buffer", "_face", "_features", "_hb", "_placed", "font", "lines")

    def __init__(self, font: SizedFont) -> None:
        self.font = font
        self.lines: dict[str, Set | None] = {}
        self._hb = uharfbuzz.Font(uharfbuzz.Face(font.data, font.index))
        self._hb.scale = (round(font.size * UNITS),) * 2
        self._features = dict(font.features) or None
        self._buffer = uharfbuzz.Buffer()
        self._placed: dict[str, _Placed] = {}

    def shaped(self, text: str) -> Any:
        """HarfBuzz's buffer with the glyphs of the line. It is reused for every line."""
        buffer = self._buffer
        buffer.clear_contents()
        buffer.add_str(text)
        buffer.direction = "ltr"
        # Digits and marks have the script of adjacent letters; a line without letters has no script.
        buffer.script = self.font.script if any(map(str.isalpha, text)) else "Zyyy"
        buffer.language = self.font.language
        uharfbuzz.shape(self._hb, buffer, self._features)
        return buffer

    def set(self, text: str) -> Set | None:
        """The line set in glyphs, or None if a glyph is not in the file or is offset."""
        pieces = self.shaped(text).serialize(self._hb, _TEXT, _BARE)[1:-1].split("|")
        try:
            glyphs = [self._placed[piece] for piece in pieces]
        except KeyError:
            if not all(self._place(piece) for piece in pieces):
                return None
            glyphs = [self._placed[piece] for piece in pieces]
        written, words, advances = zip(*glyphs, strict=True)
        # A glyph that represents other text in the file than in this line would be read out wrongly. A space and a
        # no-break space share a glyph; which of the two it represents in the file makes no difference to a reader.
        if (said := "".join(words)) != text and said.replace(_NO_BREAK, " ") != text.replace(_NO_BREAK, " "):
            return None
        line = f"<{''.join(written)}>"
        # WeasyPrint does not write an empty string at the end.
        return Set((line[:-2] if line.endswith("<>") else line).encode(), sum(advances) / UNITS)

    def _place(self, piece: str) -> bool:
        """Whether a glyph in HarfBuzz's notation ("gid9+9240") is in the file; if so, it is cached."""
        if piece in self._placed:
            return True
        glyph, _, advance = piece.partition("+")
        number = int(glyph.removeprefix("gid").partition("@")[0])
        if "@" in glyph or number not in self.font.widths or number not in self.font.words:
            return False
        self._placed[piece] = _Placed(self._written(number, int(advance)), self.font.words[number], int(advance))
        return True

    def _written(self, glyph: int, advance: int) -> str:
        """A glyph as weasyprint.draw.text writes it: the same operations in the same order, as rounding matters."""
        kerning = self.font.widths[glyph] - advance * 1000 * (1 / UNITS) / self.font.size
        return f"{glyph:04x}>{int(kerning)}<" if kerning else f"{glyph:04x}"


# By identity: fonts are large, and comparing two takes longer than setting a line. Each font is kept alive here, so
# that no other object can get its identity.
_OPENED: dict[int, _Opened] = {}


def _open(font: SizedFont) -> _Opened:
    if len(_OPENED) >= _MOST_FONTS:
        _OPENED.clear()
    opened = _OPENED[id(font)] = _Opened(font)
    return opened
