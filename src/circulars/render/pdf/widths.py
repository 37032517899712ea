"""Gives glyphs the widths in their fonts, whatever the size and the order in which they are drawn.

WeasyPrint 70 notes a glyph's width when it first draws it, rounded in that size. In another size it may round it
otherwise, and what follows stands a little elsewhere: one name more in an address would move words on another page.
A font's own width is the same everywhere, and it is what ISO 19005-3 asks for (6.2.11.5).
"""

from __future__ import annotations

from typing import Any

import uharfbuzz

from circulars.render.pdf.engine import get_hb_object_data


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
    """The widths of a font's glyphs in thousandths of its size, of those that were asked for; all others can be."""

    def __init__(self, font: Any) -> None:
        super().__init__()
        self._font = font
        self._face: Any = None

    def __contains__(self, glyph: object) -> bool:
        return True

    def __missing__(self, glyph: int) -> int:
        if self._face is None:
            font = self._font
            self._face = uharfbuzz.Font(uharfbuzz.Face(get_hb_object_data(font.hb_face), font.index))
        width: int = round(self._face.get_glyph_h_advance(glyph) * 1000 / self._font.upem)
        self[glyph] = width
        return width
