"""The rules for the fonts of PDF files; see :mod:`circulars.accessibility.pdf.rules` for their sources."""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Rule

_AGAIN: Final = "export it again with another font, or with another program"

FONTS: Final = (
    Rule(
        "font-not-embedded",
        "error",
        "Every font is embedded in the file.",
        "export it with all its fonts (Word: Save As PDF, Options, PDF/A; Acrobat: Preflight, Embed missing fonts)",
        "ISO 14289-1, 7.21.4.1; MP 31-009",
    ),
    Rule(
        "damaged-font",
        "error",
        "The program of every embedded font can be read.",
        _AGAIN,
        "ISO 32000-1, 9.9",
    ),
    Rule(
        "font-without-unicode",
        "error",
        "Every glyph has Unicode text.",
        _AGAIN,
        "ISO 14289-1, 7.21.7; MP 10-001, 31-027 to 31-029",
    ),
    Rule(
        "glyph-not-in-font",
        "error",
        "The font has a glyph for every character that is shown.",
        "use a font that has the character, and export it again",
        "ISO 14289-1, 7.21.4.1, 7.21.8; MP 31-011, 31-018, 31-030",
    ),
    Rule(
        "wrong-glyph-width",
        "error",
        "The widths of glyphs are the same in the file and in the program of the font.",
        _AGAIN,
        "ISO 14289-1, 7.21.5; MP 31-016",
    ),
    Rule(
        "wrong-font-encoding",
        "error",
        "The encoding of a TrueType font says which character each code is.",
        _AGAIN,
        "ISO 14289-1, 7.21.6; MP 31-017, 31-019 to 31-026",
    ),
    Rule(
        "wrong-cmap",
        "error",
        "The character map (CMap) of a composite font is known or embedded, and is one for this font.",
        _AGAIN,
        "ISO 14289-1, 7.21.3; MP 31-001 to 31-008",
    ),
    Rule(
        "wrong-glyph-list",
        "error",
        "The list of the glyphs of an embedded font (CharSet, CIDSet) is complete.",
        f"{_AGAIN}; Acrobat's Preflight can remove the list",
        "ISO 14289-1, 7.21.4.2; MP 31-012 to 31-015",
    ),
)
