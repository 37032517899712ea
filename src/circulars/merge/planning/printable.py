"""Finds characters of addressees that no installed font shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from circulars.addressing.settle import settle
from circulars.errors import Problem
from circulars.language import load_language
from circulars.model.addressee import Addressee
from circulars.pack import Pack
from circulars.source.addressees import AddresseeList

if TYPE_CHECKING:
    from circulars.render.pdf.glyphs import Glyphs

_OUTSIDE_COMMON_SCRIPTS: Final = re.compile("[^\n -\u024f\u0370-\u045f\u1e00-\u1eff\u2010-\u205e\u20ac\u2116\u2122]")
"""Matches characters outside the Latin, Greek and Cyrillic scripts and punctuation, which the fonts of letters have."""


class GlyphCheck:
    """Checks the addressees of one list for characters that the fonts of a pack, and of the system, do not have."""

    def __init__(self, listed: AddresseeList, pack: Pack, languages: Sequence[Path]) -> None:
        """Prepares a check. ``languages`` are the folders with the languages of letters."""
        self._listed, self._pack, self._languages = listed, pack, languages
        self._glyphs: Glyphs | None = None
        self._absent: dict[str, None] = {}  # families that were found not to be installed
        self._shown: set[str] = set()  # characters that a font is known to show
        # Combinations of language, audience, title and country whose letters add only such characters to the cells.
        self._shown_forms: set[tuple[str, int, str, str]] = set()

    def problems(self, addressee: Addressee, language: str, audience: int, holes: Sequence[str]) -> Iterator[Problem]:
        """Problems for characters of an addressee's values that no font of the pack shows.

        ``holes`` are those of the edition for ``language`` and ``audience``.
        """
        words = "".join(addressee.columns.values())
        if words.isascii() or not _OUTSIDE_COMMON_SCRIPTS.search(words):
            return
        words = words.replace("\n", "")
        characters = {*words, *words.upper()}  # all that a copy may show from the cells
        form = language, audience, addressee.columns.get("title", ""), addressee.columns.get("country", "")
        # To settle a row takes three times as long as all its other checks.
        if form in self._shown_forms and characters <= self._shown:
            return
        # Pango takes a third of a second to load, and only rare scripts need it.
        from circulars.render.pdf.fonts import absent_fonts, missing_glyph
        from circulars.render.pdf.glyphs import Glyphs

        self._glyphs = self._glyphs or Glyphs(self._pack.fonts.for_any_text())
        printed = "".join(settle(addressee, load_language(language, self._languages), self._pack, holes).values())
        unshown = self._glyphs.lacking(printed.replace("\n", ""))
        self._shown |= characters.difference(self._glyphs.lacking("".join(characters)))
        if not unshown:
            self._shown_forms.add(form)
        absent = absent_fonts(unshown, self._pack.fonts, self._glyphs.font_map)
        self._absent |= dict.fromkeys(absent.values())
        for character, family in unshown.items():
            if character in absent:
                continue
            column = next((name for name, cell in addressee.columns.items() if character in cell), "")
            where = self._listed.place(addressee.row, column)
            yield missing_glyph(where, character, beginning=f"{column}: " if column else "", other=family)

    def missing_fonts(self) -> tuple[Problem, ...]:
        """A problem for each font of the pack that addressees so far need and that is not installed."""
        if not self._absent or self._glyphs is None:
            return ()
        from circulars.render.pdf.fonts import missing_families

        return tuple(missing_families(self._absent, self._glyphs.font_map))
