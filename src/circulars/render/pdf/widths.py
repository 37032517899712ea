"""Gives glyphs the widths in their fonts, whatever the size and the order in which they are drawn.

WeasyPrint 70 records a glyph's width when it first draws it, rounded at that font size. At another size, the result may
differ, and the text that follows moves slightly: one more name in an address would move words on another page. The
width in the font itself is always the same, and ISO 19005-3 requires it (6.2.11.5).
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import uharfbuzz

from circulars.render.pdf.engine import get_hb_object_data

_OPENED: WeakKeyDictionary[Any, uharfbuzz.Font] = WeakKeyDictionary()


def opened(font: Any) -> uharfbuzz.Font:
    """A font of WeasyPrint, opened by HarfBuzz once: its file may have many megabytes."""
    found = _OPENED.get(font)
    if found is None:
        found = _OPENED[font] = uharfbuzz.Font(uharfbuzz.Face(get_hb_object_data(font.hb_face), font.index))
    return found


class Fonts(dict[Any, Any]):
    """WeasyPrint's fonts of a document by key. Each measures its glyphs when they are needed."""

    def __setitem__(self, key: Any, font: Any) -> None:
        # The widths of a variable font depend on its axes, and those of a bitmap font on its size.
        if "fvar" not in font.tables and not font.bitmap:
            font.widths = _Widths(font)
        super().__setitem__(key, font)

    def settle(self) -> None:
        """Reduces the widths of each font to the glyphs that were drawn."""
        for font in self.values():
            font.widths = dict(font.widths)


class _Widths(dict[int, int]):
    """The widths, in thousandths of a font's size, of glyphs looked up so far; others are added when looked up."""

    def __init__(self, font: Any) -> None:
        super().__init__()
        self._font = font

    def __contains__(self, glyph: object) -> bool:
        return True

    def __missing__(self, glyph: int) -> int:
        width: int = round(opened(self._font).get_glyph_h_advance(glyph) * 1000 / self._font.upem)
        self[glyph] = width
        return width
