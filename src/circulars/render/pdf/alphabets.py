"""Adds the letters of alphabets to a letter's fonts, so that most copies need no fonts of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Set
from typing import Any, Final

from circulars.render.pdf.engine import Matrix, draw_first_line, split_first_line
from circulars.render.pdf.set_holes import OwnFont
from circulars.render.pdf.setting import file_digest

# Scripts of few letters. Of others, such as Han, a copy has the glyphs of its own words only.
_ALPHABETS: Final = ("ARABIC", "CYRILLIC", "GREEK", "HEBREW")
_JOINER: Final = "\u200d"
_LAM: Final = "ل"
_ALEFS: Final = "اأإآ"


def of_same_alphabets(characters: Set[str], said: Iterable[str]) -> str:
    """The letters among some characters that belong to an alphabet of which others are said."""
    present = {name for one in said if (name := _alphabet(one))}
    return "".join(sorted(one for one in characters if _alphabet(one) in present))


def _alphabet(character: str) -> str:
    if character.isascii() or unicodedata.category(character)[0] not in "LM":
        return ""
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name in _ALPHABETS else ""


def draw_alphabet(letters: str, text: Any, stream: Any) -> None:
    """Adds letters in the look of a text to its fonts: each alone and, in Arabic, joined to others.

    No font is added: a letter that the text's fonts lack is in the copies that need it.
    """
    scratch = stream.clone(tags=None)
    known = {key: {*font.to_unicode} for key, font in stream._fonts.items()}
    for line in (" ".join(letters), " ".join(_joined(letters))):
        if line:
            _draw(line, text, scratch)
    for key, font in [*stream._fonts.items()]:
        if key not in known:
            del stream._fonts[key]
            continue
        for glyph in font.to_unicode.keys() - known[key]:
            said = font.to_unicode[glyph]
            font.to_unicode[glyph] = said.replace(_JOINER, "").strip() or said


def _joined(letters: str) -> Iterator[str]:
    """The Arabic letters joined on either side and on both, and what lam and alef become."""
    arabic = [one for one in letters if _alphabet(one) == _ALPHABETS[0]]
    for one in (*arabic, *(_LAM + one for one in _ALEFS if one in arabic)):
        yield from (one + _JOINER, _JOINER + one + _JOINER, _JOINER + one)


def _draw(line: str, text: Any, scratch: Any) -> None:
    """Draws a line in the look of a text on a page that is discarded; its glyphs are in the fonts then."""
    box = text.copy()
    box.text = line
    box.pango_layout = split_first_line(line, text.style, None, None, 0)[0]
    scratch.stream = []
    scratch.begin_text()
    box.pango_layout.reactivate(text.style)
    draw_first_line(scratch, box, "clip", "none", Matrix(d=-1))
    box.pango_layout.deactivate()
    scratch.end_text()


def is_plain_font(font: Any) -> bool:
    """Whether the glyphs of a font are outlines that do not vary."""
    return not ("fvar" in font.tables or font.bitmap or font.png or font.svg or font.colr or font.missing)


def own_font(font: Any) -> OwnFont:
    """A font of WeasyPrint as one of the letter's own."""
    return OwnFont(dict(font.to_unicode), file_digest(font.file_content, font.index))
