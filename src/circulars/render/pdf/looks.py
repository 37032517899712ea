"""The appearance of text, as far as Pango needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from weasyprint.css.properties import Dimension

from circulars.render.pdf.even_lines import is_even


@dataclass(frozen=True, slots=True)
class HyphenLook:
    """How words are hyphenated: ``limits`` in letters (of the word, before, after), the zone, and the hyphen."""

    limits: tuple[int, int, int]
    zone: float
    unit: str
    character: str


@dataclass(frozen=True, slots=True)
class TextLook:
    """The appearance of a text: what Pango needs to know of its style. ``size`` is in pixels.

    Lines that are ``even`` have the height and the baseline of their first font. ``hyphenation`` is None where words
    are not hyphenated.
    """

    families: str
    style: str
    weight: int
    stretch: str
    size: float
    language: str
    wrap: str
    even: bool
    direction: str
    hyphenation: HyphenLook | None = None


class PlainStyle(dict[str, Any]):
    """A style as WeasyPrint's text functions expect it."""

    font_config: Any


# The styles of a text that may be set here; see ``look_of``. WeasyPrint reads no others when it sets a line.
USUAL: Final = {
    "font_language_override": "normal",
    "font_kerning": "auto",
    "font_variant_ligatures": "normal",
    "font_variant_position": "normal",
    "font_variant_caps": "normal",
    "font_variant_numeric": "normal",
    "font_variant_alternates": "normal",
    "font_variant_east_asian": "normal",
    "font_feature_settings": "normal",
    "font_variation_settings": "normal",
    "letter_spacing": "normal",
    "word_spacing": 0,
    "white_space": "normal",
    "word_break": "normal",
    "text_decoration_line": "none",
    "text_transform": "none",
}


OF_HYPHENS: Final = ("hyphenate_limit_chars", "hyphenate_limit_zone", "hyphenate_character")
_MANUAL, _AUTOMATIC = "manual", "auto"


def look_of(style: Any) -> TextLook | None:
    """The look of a text with a style of WeasyPrint; None if it is unusual."""
    if any(style[name] != usual for name, usual in USUAL.items()) or style["hyphens"] not in (_MANUAL, _AUTOMATIC):
        return None
    return TextLook(
        ",".join(style["font_family"]),
        style["font_style"],
        int(style["font_weight"]),
        style["font_stretch"],
        float(style["font_size"]),
        str(style["lang"] or ""),
        style["overflow_wrap"],
        is_even(style),
        style["direction"],
        _hyphens(style) if style["hyphens"] == _AUTOMATIC else None,
    )


def _hyphens(style: Any) -> HyphenLook:
    limits, zone, character = (style[name] for name in OF_HYPHENS)
    return HyphenLook(tuple(limits), float(zone.value), zone.unit, character)


def hyphens_of(look: TextLook) -> dict[str, Any]:
    """The styles of WeasyPrint for the hyphenation of a look."""
    own = look.hyphenation
    values = (own.limits, Dimension(own.zone, own.unit), own.character) if own else ((5, 2, 2), 0, "\u2010")
    return {"hyphens": _AUTOMATIC if own else _MANUAL, **dict(zip(OF_HYPHENS, values, strict=True))}
