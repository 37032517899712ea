"""Finds out which characters no font shows, before anything is laid out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from circulars.render.pdf.asked_fonts import AskedFonts, asked_of
from circulars.render.pdf.engine import FontConfiguration, ffi, gobject, pango
from circulars.render.pdf.fonts import add_hyphens, described, family_of


class Glyphs:
    """Finds characters that no font of some families shows, with the same choice of fonts as Pango."""

    def __init__(self, families: Sequence[str]) -> None:
        self._fonts = FontConfiguration()  # kept, because the fonts are released with it
        add_hyphens(self._fonts, families)
        self._asked = asked_of(self._fonts)
        self._asked.open = not families
        names = self._asked.all(families)
        context = ffi.gc(pango.pango_font_map_create_context(self._fonts.font_map), gobject.g_object_unref)
        self._layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_font_description(self._layout, described(", ".join((*names, "sans-serif"))))
        pango.pango_layout_set_single_paragraph_mode(self._layout, True)
        self._known: dict[str, str | None] = {}

    @property
    def font_map(self) -> Any:
        """Pango's fonts."""
        return self._fonts.font_map

    def unshown(self, text: str) -> list[str]:
        """The characters of a text that no font shows, without duplicates."""
        return [character for character, family in self.lacking(text).items() if not family]

    def lacking(self, text: str) -> dict[str, str]:
        """The characters of a text that none of the families shows, each with another family that does, or ""."""
        known = self._known
        if new := "".join(sorted(set(text) - known.keys())):
            missing = dict.fromkeys(self._missing(new), "")
            for family, characters in self.families(new).items():
                if not self._asked.have(family):
                    missing = dict.fromkeys(characters, family) | missing
            known.update((character, missing.get(character)) for character in new)
        found = {character: known[character] for character in sorted(set(text))}
        return {character: family for character, family in found.items() if family is not None}

    def families(self, text: str) -> dict[str, str]:
        """The font families that show the characters of a text, each with the characters that it shows, sorted."""
        characters = sorted(set(text))
        found: dict[str, list[str]] = defaultdict(list)
        starts = {len("\u2003".join([*characters[:at], ""]).encode()): one for at, one in enumerate(characters)}
        for run in self._runs(characters):
            first, last = run.item.offset, run.item.offset + run.item.length
            found[family_of(run.item.analysis.font).removesuffix(AskedFonts.SUFFIX)] += [
                starts[at] for at in starts if first <= at < last
            ]
        return {family: "".join(shown) for family, shown in found.items() if shown}

    def _missing(self, characters: str) -> set[str]:
        # Beside an unknown character, HarfBuzz makes unknown spaces of those between the characters.
        return {character for run in self._runs(characters) for character in _unknown(run.glyphs)} - {" "}

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
