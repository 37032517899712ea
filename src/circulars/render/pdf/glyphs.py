"""Finds out which characters no installed font shows, before anything is laid out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from circulars.render.pdf.engine import FontConfiguration, ffi, gobject, pango
from circulars.render.pdf.fonts import add_hyphens, described, family_of
from circulars.render.pdf.hyphen_fonts import SUFFIX, families_with_hyphens


class Glyphs:
    """Finds characters that no installed font shows, with the same choice of fonts as Pango."""

    def __init__(self, families: Sequence[str]) -> None:
        self._fonts = FontConfiguration()  # kept, because the fonts are released with it
        add_hyphens(self._fonts, families)
        families = families_with_hyphens(self._fonts, families)
        context = ffi.gc(pango.pango_font_map_create_context(self._fonts.font_map), gobject.g_object_unref)
        self._layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_font_description(self._layout, described(", ".join((*families, "sans-serif"))))
        pango.pango_layout_set_single_paragraph_mode(self._layout, True)
        self._known: dict[str, bool] = {}

    def unshown(self, text: str) -> list[str]:
        """The characters of a text that no font shows, without duplicates."""
        known = self._known
        if new := "".join(sorted(set(text) - known.keys())):
            missing = self._missing(new)
            known.update((character, character not in missing) for character in new)
        return sorted(character for character in set(text) if not known[character])

    def families(self, text: str) -> dict[str, str]:
        """The font families that show the characters of a text, each with the characters that it shows, sorted."""
        characters = sorted(set(text))
        found: dict[str, list[str]] = defaultdict(list)
        starts = {len("\u2003".join([*characters[:at], ""]).encode()): one for at, one in enumerate(characters)}
        for run in self._runs(characters):
            first, last = run.item.offset, run.item.offset + run.item.length
            found[family_of(run.item.analysis.font).removesuffix(SUFFIX)] += [
                starts[at] for at in starts if first <= at < last
            ]
        return {family: "".join(shown) for family, shown in found.items() if shown}

    def _missing(self, characters: str) -> set[str]:
        return {character for run in self._runs(characters) for character in _unknown(run.glyphs)}

    def _runs(self, characters: Iterable[str]) -> Iterator[Any]:
        """The runs of a line with these characters, separated, so that none is combined with the one before it."""
        data = "\u2003".join(characters).encode()
        pango.pango_layout_set_text(self._layout, data, len(data))
        run = pango.pango_layout_get_line_readonly(self._layout, 0).runs
        while run != ffi.NULL:
            yield ffi.cast("PangoGlyphItem *", run.data)
            run = run.next


def _unknown(string: Any) -> set[str]:
    """The characters in a run of glyphs that have no glyph: Pango gives their code points instead."""
    flag = pango.PANGO_GLYPH_UNKNOWN_FLAG
    glyphs = [string.glyphs[place].glyph for place in range(string.num_glyphs)]
    return {chr(glyph & ~flag) for glyph in glyphs if glyph & flag and glyph != pango.PANGO_GLYPH_EMPTY}
