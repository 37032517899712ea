"""Writes a pack's measures as the first rules of its stylesheet, so that they are stated once, in ``pack.yaml``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from circulars.model.fonts import UPRIGHT, WITH_OWN_MARKS, FontChoice, PackFonts, is_one_of
from circulars.model.sheet import LetterSheet
from circulars.model.window import EnvelopeWindow, WindowSide
from circulars.pack import Pack

_HYPHENS: Final = {
    "columns": "--hyphens-in-columns:auto;",
    "text": "--hyphens-in-columns:auto;--hyphens-in-text:auto;",
    "none": "",
}


_MARKS: Final = "marks of"
_RANGES: Final = "U+B7,U+2014,U+2018-2019,U+201C-201D,U+2025-2026,U+2E3A"


def measures_of(pack: Pack) -> str:
    """The rules for paper, margins and type, and properties with the measures that other rules may use."""
    sheet, margins, type = pack.sheet, pack.sheet.margins, pack.type
    edges = f"{margins.top:g}mm {margins.right:g}mm {margins.bottom:g}mm {margins.left:g}mm"
    turned = f"size:{sheet.height:g}mm {sheet.width:g}mm"
    properties = "".join(
        f"--{name}:{_shown(length)}mm;" for name, length in (*_sheet(sheet), *_window(pack.window, sheet))
    )
    return (
        f"@page{{size:{sheet.width:g}mm {sheet.height:g}mm;margin:{edges}}}"
        f"@page landscape{{{turned}}}@page landscape-without-page-number{{{turned}}}"
        f":root{{{properties}{_HYPHENS[type.hyphens]}--margins:{edges};"
        f"--margins-beside:{margins.left:g}mm {margins.right:g}mm;"
        f"--window-size:{pack.window.size:g}pt;--window-line:{pack.window.line:g}pt}}"
        f"html{{font-family:{_listed(pack.fonts.for_any_text())};font-size:{type.size:g}pt;line-height:{type.line:g}}}"
        + _of_languages(pack.fonts)
        + _line_heights(pack.fonts)
        + _in_browsers(pack.fonts)
    )


def browser_faces(fonts: PackFonts, language: str) -> str:
    """The font face of a language's marks of punctuation, which browsers take before the font of Latin words."""
    for code, choice in _with_marks(fonts):
        if choice is fonts.choice(language):
            names = ",".join(f"local({_quoted(name)})" for name in (*choice.families, choice.word) if name)
            return f'@font-face{{font-family:"{_MARKS} {code}";src:{names};unicode-range:{_RANGES}}}'
    return ""


_SLANTED: Final = ("em", "h2", "h3", "h4", "h5")
_EMPHASIS: Final = ",".join(f"em:lang({code})" for code in UPRIGHT) + "{font-weight:bold}"
_NO_SLANT: Final = ",".join(f"{tag}:lang({code})" for tag in _SLANTED for code in UPRIGHT) + "{font-style:normal}"


def font_rules(fonts: PackFonts) -> str:
    """The rules for the font families of a page and of words in other languages on it."""
    return f"html{{font-family:{_listed(fonts.for_any_text())}}}{_of_languages(fonts)}"


def _of_languages(fonts: PackFonts) -> str:
    """The rules for the languages that have fonts of their own; that of a variety comes after that of its language.

    Where a script has no slant, emphasis is a weight, whatever font the pack has for it, and no heading is slanted.
    """
    families = [f'[lang|="{code}"]{{font-family:{_listed(fonts.for_any_text(code))}}}' for code, _ in sorted(fonts.own)]
    return "".join(families) + _EMPHASIS + _NO_SLANT


def _with_marks(fonts: PackFonts) -> list[tuple[str, FontChoice]]:
    return [(code, choice) for code, choice in sorted(fonts.own) if is_one_of(code, WITH_OWN_MARKS)]


def _in_browsers(fonts: PackFonts) -> str:
    """The rules for browsers on machines that may not have the pack's fonts; nothing there slants an upright script."""
    usual = (*fonts.usual.families, *filter(None, (fonts.usual.word,)))
    marks = dict(_with_marks(fonts))
    rules = [f"html{{font-family:{_listed(usual)}}}"]
    for code, choice in sorted(fonts.own):
        families = (*([f"{_MARKS} {code}"] if code in marks else []), *usual, *choice.families, choice.word)
        synthesis = ";font-synthesis-style:none" * is_one_of(code, UPRIGHT)
        rules.append(f'[lang|="{code}"]{{font-family:{_listed(filter(None, families))}{synthesis}}}')
    return f"@media screen,print{{{''.join(rules)}}}" if fonts.own or fonts.usual.word else ""


def _line_heights(fonts: PackFonts) -> str:
    """The rules for letters in the languages whose lines have a height of their own."""
    return "".join(
        f'html[lang|="{code}"]{{line-height:{choice.line:g};--own-line:{choice.line:g}}}'
        for code, choice in sorted(fonts.own)
        if choice.line
    )


def _listed(families: Iterable[str]) -> str:
    return "".join(f"{_quoted(family)}," for family in families) + "sans-serif"


def _quoted(family: str) -> str:
    return f'"{_escaped(family)}"'


def _escaped(font: str) -> str:
    return font.replace("\\", "\\\\").replace('"', '\\"')


def _shown(length: float) -> str:
    return f"{round(length, 4):g}"


def _sheet(sheet: LetterSheet) -> tuple[tuple[str, float], ...]:
    return (
        ("sheet-width", sheet.width),
        ("sheet-height", sheet.height),
        ("text-width", sheet.text_width),
    )


def _window(window: EnvelopeWindow, sheet: LetterSheet) -> tuple[tuple[str, float], ...]:
    """The lengths of the envelope's window, measured inside the margins."""
    lengths: tuple[tuple[str, float], ...] = (
        ("window-top", window.top - sheet.margins.top),
        ("window-height", window.below - window.top),
        ("window-lines", math.ceil(window.height * 10) / 10),
    )
    for name, side in (("left", window.left), ("right", window.right)):
        lengths += _ends(name, side, sheet) if side else ()
    return lengths


def _ends(name: str, side: WindowSide, sheet: LetterSheet) -> tuple[tuple[str, float], ...]:
    return (
        (f"window-{name}-from", side.start - sheet.margins.left),
        (f"window-{name}-to", sheet.width - sheet.margins.right - side.end),
    )
