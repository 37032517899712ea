"""Whether the fonts that a pack asks for are there, and whether they show every character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from circulars.errors import Place, Problem

# The Debian packages of fonts that packs are likely to ask for.
_PACKAGES = {
    "Carlito": "fonts-crosextra-carlito",
    "Caladea": "fonts-crosextra-caladea",
    "DejaVu Sans": "fonts-dejavu-core",
    "DejaVu Serif": "fonts-dejavu-core",
    "Liberation Sans": "fonts-liberation",
    "Liberation Serif": "fonts-liberation",
    "Noto Color Emoji": "fonts-noto-color-emoji",
}
_AROUND = 12  # characters on each side of one that no font shows


def missing_families(families: Iterable[str], font_map: Any) -> Iterator[Problem]:
    """A problem for each family that is not installed, so that Pango would take another one in silence."""
    for family in families:
        found = _family_found(family, font_map)
        if found.casefold() != family.casefold():
            package = _PACKAGES.get(family, "fonts-noto-core" if family.startswith("Noto ") else "")
            hint = f"install it (Debian: {package})" if package else "install it, or name another one under 'fonts:' in pack.yaml"
            yield Problem(Place(), "missing-font", f"the font '{family}' is not installed; '{found}' would stand in for it", hint)


def _family_found(family: str, font_map: Any) -> str:
    """The family that Pango takes when it is asked for one."""
    from weasyprint.text.ffi import ffi, gobject, pango

    context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
    wanted = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
    pango.pango_font_description_set_family(wanted, ffi.new("char[]", family.encode()))
    pango.pango_font_description_set_absolute_size(wanted, 11 * 1024)
    font = pango.pango_font_map_load_font(font_map, context, wanted)
    if font == ffi.NULL:
        return "no font"
    description = ffi.gc(
        pango.pango_font_describe_with_absolute_size(ffi.gc(font, gobject.g_object_unref)),
        pango.pango_font_description_free,
    )
    return str(ffi.string(pango.pango_font_description_get_family(description)).decode())


def missing_glyphs(fonts: Iterable[Any], lines: Iterable[str]) -> Iterator[Problem]:
    """A problem for each character that no installed font shows, with the words around it.

    ``fonts`` are those that WeasyPrint used, ``lines`` the text that it drew.
    """
    missing = sorted({chr(codepoint) for font in fonts for codepoint in font.missing})
    if not missing:
        return
    drawn = list(lines)
    for character in missing:
        around = next((_around(line, character) for line in drawn if character in line), "")
        name = unicodedata.name(character, "a character without a name")
        yield Problem(
            Place(), "missing-glyph",
            f"no installed font shows {character!r} (U+{ord(character):04X} {name})" + (f", in '{around}'" if around else ""),
            "install a font that has it (Debian: fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji), or write it otherwise",
        )  # fmt: skip


def _around(line: str, character: str) -> str:
    position = line.index(character)
    start, end = max(0, position - _AROUND), position + _AROUND + 1
    return ("…" if start else "") + line[start:end].strip() + ("…" if end < len(line) else "")
