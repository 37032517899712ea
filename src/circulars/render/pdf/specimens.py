"""Adds the glyphs that addressees' values need to a letter's fonts, and compares HarfBuzz with WeasyPrint."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from circulars.errors import CircularsError, Place, Problem
from circulars.render.pdf.engine import Matrix, draw_first_line, font_features, get_hb_object_data, split_first_line
from circulars.render.pdf.setting import UNITS, SizedFont
from circulars.render.pdf.widths import Fonts

SIZE = re.compile(rb"/(\S+) (\S+) Tf")
GLYPHS = re.compile(rb"\[(.*)\] TJ", re.DOTALL)
_MOST_LETTERS = 300


class SlowError(CircularsError):
    """A hole is in a place that only a layout in full can fill."""


def slow(name: str, fact: str) -> SlowError:
    """The reason why a letter is laid out in full for every addressee."""
    return SlowError(Problem(Place(), "slow-hole", f"the hole '{name}' {fact}", "put it into a paragraph's last line"))


@dataclass(frozen=True, slots=True)
class Specimen:
    """The appearance of the text in a hole: the name of the font in the file, and an example of a text box."""

    name: bytes
    text: Any
    hole: str


def size_of(style: Any) -> float:
    """A font's size in pixels, rounded to Pango's units."""
    return int(style["font_size"] * UNITS) / UNITS


def features_of(style: Any) -> dict[str, int]:
    """The OpenType features of a style, in the form that WeasyPrint passes to Pango."""
    found: dict[str, int] = font_features(
        style["font_kerning"],
        style["font_variant_ligatures"],
        style["font_variant_position"],
        style["font_variant_caps"],
        style["font_variant_numeric"],
        style["font_variant_alternates"],
        style["font_variant_east_asian"],
        style["font_feature_settings"],
    )
    return found


def font_of(look: Specimen, stream: Any, characters: frozenset[str]) -> SizedFont:
    """The font of a hole's text, with the glyphs of some characters added to the file.

    WeasyPrint draws the characters on a page that is discarded, and so records their glyphs, widths and text in its own
    font. HarfBuzz alone must give the same result for the same characters.
    """
    found = next((font for font in stream._fonts.values() if font.hash.encode() == look.name), None)
    if found is None or "fvar" in found.tables or found.bitmap or found.png or found.svg or found.colr or found.missing:
        raise slow(look.hole, "is set in a variable font, or in a font of pictures")
    style = look.text.style
    font = SizedFont(
        look.name,
        get_hb_object_data(found.hb_face),
        found.index,
        size_of(style),
        str(style["lang"] or ""),
        "Latn",
        tuple(sorted(features_of(style).items())),
    )
    specimen = _Specimen(look.name, look.text, stream, font)
    accepted = specimen.accepted("".join(sorted(characters)))
    if not specimen.draw(accepted, stream):
        raise slow(look.hole, "is set in a font that HarfBuzz and Pango shape differently")
    return replace(font, characters=frozenset(accepted), widths=dict(found.widths), words=dict(found.to_unicode))


class _Specimen:
    """Text that WeasyPrint draws in a given style, on a page that is discarded."""

    def __init__(self, name: bytes, text: Any, stream: Any, font: SizedFont) -> None:
        self._name = name
        self._text = text
        self._scratch = stream.clone(tags=None, fonts=Fonts())
        self._font = font

    def accepted(self, characters: str) -> str:
        """The characters that WeasyPrint draws as one glyph of the font, as HarfBuzz does."""
        return "".join(self._accepted([one for one in characters if self._is_simple(one)]))

    def _is_simple(self, character: str) -> bool:
        """Whether HarfBuzz may set a character alone in the same way as among others."""
        return _is_simple_character(character) and all(glyph for glyph, _, _ in self._font.glyphs_of(character))

    def _accepted(self, characters: list[str]) -> list[str]:
        # Even a single character is put between spaces: a no-break space has the glyph of a space, and this glyph can
        # be mapped to only one of the two.
        if not characters or self._is_drawn_alike(f"n {' '.join(characters)} n", self._scratch):
            return characters
        if len(characters) == 1:
            return []
        half = len(characters) // 2
        return self._accepted(characters[:half]) + self._accepted(characters[half:])

    def draw(self, characters: str, stream: Any) -> bool:
        """Adds the glyphs of characters, and of all their ligatures, to the file."""
        scratch = stream.clone(tags=None)
        pairs = "".join(one for one in _PAIRS if one in characters)
        lines = (f"n{' '.join(characters)}n", pairs, *_ligatures(self._font, characters))
        return all([self._is_drawn_alike(line, scratch) for line in lines if line.strip()])  # noqa: C419  # all are drawn

    def _is_drawn_alike(self, words: str, scratch: Any) -> bool:
        drawn = self._drawn(words, scratch)
        found = next((font for font in scratch._fonts.values() if font.hash.encode() == self._name), None)
        if found is None or len(SIZE.findall(drawn)) != 1 or b" Ts\n" in drawn or found.missing:
            return False
        glyphs = self._font.glyphs_of(words)
        font = replace(
            self._font,
            characters=frozenset(words),
            widths=dict(found.widths),
            words={glyph: text for glyph, text, _ in glyphs},
        )
        line = font.set(words)
        shown = GLYPHS.search(drawn)
        return line is not None and shown is not None and shown[1] == line.glyphs

    def _drawn(self, words: str, scratch: Any) -> bytes:
        style = self._text.style
        box = self._text.copy()
        box.text = words
        box.pango_layout = split_first_line(words, style, None, None, 0)[0]
        scratch.stream = []
        scratch.begin_text()
        box.pango_layout.reactivate(style)
        draw_first_line(scratch, box, "clip", "none", Matrix(d=-1))
        box.pango_layout.deactivate()
        scratch.end_text()
        return b"\n".join(scratch.stream) + b"\n"


# Without the soft hyphen, invisible characters, and hyphens that may need a font that is added for them.
_OF_NO_SCRIPT = re.compile(r"[ -~\u00A0-\u00AC\u00AE-\u00BF×÷\u2012-\u2027\u2030-\u205E\u20A0-\u20C0№™]")
_PAIRS = "To AVATAR, We Yo. Pa Ty fj LT V. 'A' 11 7. r, Äo Łé d’A"


def _is_simple_character(character: str) -> bool:
    """Whether a character is Latin or belongs to no script, does not combine, and is written from left to right."""
    if unicodedata.category(character)[0] == "L":
        return character in "ªº" or unicodedata.name(character, "").startswith("LATIN ")
    return bool(_OF_NO_SCRIPT.match(character))


def _ligatures(font: SizedFont, characters: str) -> Iterator[str]:
    """Words with every sequence of two, three and four letters that may be a ligature."""
    letters = [one for one in characters if one.isalpha()][:_MOST_LETTERS]
    alone = {glyph for one in letters for glyph, _, _ in font.glyphs_of(one)}
    found = set(letters)
    for _ in range(3):
        longer: set[str] = set()
        for start in sorted(found):
            words = " ".join(start + one for one in letters)
            longer.update(
                text for glyph, text, _ in font.glyphs_of(words) if glyph not in alone and len(text) > len(start)
            )
        if not longer:
            return
        yield " ".join(sorted(longer))
        found = longer
