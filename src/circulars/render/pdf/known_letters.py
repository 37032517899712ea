"""Sets lines of Han from the glyphs of each character, without Pango: beside each other, they are as they are alone.

HarfBuzz says of a character whether it is (``UNSAFE_TO_CONCAT``): texts without this flag can be put together. Pango
has set each character once, between two others, so that it is in the font and the script of the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import uharfbuzz

from circulars.render.pdf.glyph_runs import DrawnGlyphs, Face, GlyphRun
from circulars.render.pdf.han_marks import narrowed
from circulars.render.pdf.widths import opened

BESIDE: Final = "一"
"""The character that is beside others when they are set for the first time."""
_IDEOGRAPHS: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_MARKS: Final = "，。、；：（）！？"
# Marks have the script of the ideographs beside them. Those that have two forms, as quotation marks, are none of these.
_LINE: Final = re.compile(f"[{_MARKS}]?[{_IDEOGRAPHS}][{_IDEOGRAPHS}{_MARKS}]*")
_SCRIPT: Final = "Hani"
_MOST: Final = 20_000  # characters


class KnownLetter(NamedTuple):
    """A character as it is drawn: its notation in the file, its glyph, and its width in Pango's units."""

    face: Face
    written: str
    glyph: int
    width: int


Learn = Callable[[str], KnownLetter | None]
"""Sets a character between two others; None if it changes beside others."""


@dataclass(slots=True)
class KnownLetters:
    """The characters of one look that were set before; all are in the same font."""

    learn: Learn
    _face: Face | None = None
    _written: dict[str, str] = field(default_factory=dict)
    _glyphs: dict[str, int] = field(default_factory=dict)
    _widths: dict[str, int] = field(default_factory=dict)
    _others: set[str] = field(default_factory=set)

    def run(self, text: str) -> tuple[GlyphRun, int] | None:
        """The glyphs of a line, and its width in Pango's units; None if not all of it is known characters."""
        if not _LINE.fullmatch(text) or narrowed(text):
            return None
        if not (self._glyphs.keys() >= {*text} or all(map(self._is_known, text))) or self._face is None:
            return None
        drawn = DrawnGlyphs()
        drawn.add_letters(text, map(self._glyphs.__getitem__, text), map(self._written.__getitem__, text))
        return drawn.run(self._face), sum(map(self._widths.__getitem__, text))

    def _is_known(self, character: str) -> bool:
        if character in self._glyphs:
            return True
        if character in self._others:
            return False
        letter = self.learn(character) if len(self._glyphs) + len(self._others) < _MOST else None
        if letter is None or letter.face is not (self._face or letter.face):
            self._others.add(character)
            return False
        self._face = letter.face
        self._glyphs[character], self._written[character] = letter.glyph, letter.written
        self._widths[character] = letter.width
        return True


def is_same_beside_others(font: Any, character: str, glyph: int, language: str) -> bool:
    """Whether a character has this glyph in a font of WeasyPrint, and does not change beside others that do not."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(character)
    buffer.direction, buffer.script, buffer.language = "ltr", _SCRIPT, language
    buffer.flags = uharfbuzz.BufferFlags.PRODUCE_UNSAFE_TO_CONCAT
    uharfbuzz.shape(opened(font), buffer)
    return [(one.codepoint, int(one.flags)) for one in buffer.glyph_infos] == [(glyph, 0)]
