"""Checks that the fonts of a pack are installed, and that they show every character."""

from __future__ import annotations

import itertools
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import uharfbuzz

from circulars.east_asian import is_east_asian
from circulars.errors import Place, Problem
from circulars.model.fonts import EAST_ASIAN, PackFonts, is_one_of
from circulars.render.pdf.asked_fonts import asked_of, lent
from circulars.render.pdf.engine import PANGO_STYLE, Font, URLFetcher, ffi, gobject, pango, weasyprint
from circulars.render.pdf.hyphen_fonts import hyphen_faces

_SLANTS: Final = ("normal", "italic")
_WEIGHTS: Final = (400, 700)

# The Debian packages of fonts that packs are likely to use.
_PACKAGES = {
    "Carlito": "fonts-crosextra-carlito",
    "Caladea": "fonts-crosextra-caladea",
    "DejaVu Sans": "fonts-dejavu-core",
    "DejaVu Serif": "fonts-dejavu-core",
    "Liberation Sans": "fonts-liberation",
    "Liberation Serif": "fonts-liberation",
    "Noto Color Emoji": "fonts-noto-color-emoji",
}
_NAMELESS = {"Cc": "control character", "Co": "private use"}
_AROUND = 12  # characters on each side of one that no font shows


def missing_families(families: Iterable[str], font_map: Any) -> Iterator[Problem]:
    """A problem for each family that is not installed, which Pango would replace silently."""
    for family in families:
        if not is_installed(family, font_map):
            found = _family_found(family, font_map)
            package = _PACKAGES.get(family) or _noto_package(family)
            yield Problem(
                Place(),
                "missing-font",
                f"the font '{family}' is not installed; '{found}' would stand in for it",
                f"on Debian, install {package}" if package else "install it, or name another one in pack.yaml",
            )


def _noto_package(family: str) -> str:
    """The Debian package of a family of Noto, or "" for others."""
    if not family.startswith("Noto "):
        return ""
    return "fonts-noto-cjk" if " CJK " in family else "fonts-noto-core"


def _family_found(family: str, font_map: Any) -> str:
    """The family that Pango uses for a requested one."""
    context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
    font = pango.pango_font_map_load_font(font_map, context, described(family))
    if font == ffi.NULL:
        return "no font"
    return family_of(ffi.gc(font, gobject.g_object_unref))


def family_of(font: Any) -> str:
    """The family of a font of Pango."""
    description = ffi.gc(
        pango.pango_font_describe_with_absolute_size(font),
        pango.pango_font_description_free,
    )
    return str(ffi.string(pango.pango_font_description_get_family(description)).decode())


def faces_of(family: str, font_map: Any) -> dict[tuple[str, int], uharfbuzz.Face]:
    """The faces of a family by slant and weight: upright and slanted, regular and bold, if there are such."""
    context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
    found: dict[tuple[str, int], uharfbuzz.Face] = {}
    for slant, weight in itertools.product(_SLANTS, _WEIGHTS):
        wanted = described(family)
        pango.pango_font_description_set_style(wanted, PANGO_STYLE[slant])
        pango.pango_font_description_set_weight(wanted, weight)
        font = pango.pango_font_map_load_font(font_map, context, wanted)
        if font == ffi.NULL:
            continue
        font = ffi.gc(font, gobject.g_object_unref)
        if family_of(font).casefold() == family.casefold():
            opened = Font(font, wanted, 0)
            found[slant, weight] = uharfbuzz.Face(opened.file_content, opened.index)
    return found


def add_hyphens(configuration: Any, families: Sequence[str]) -> None:
    """Adds the hyphens that the first of some families lacks to a configuration of WeasyPrint, once."""
    asked = asked_of(configuration)
    for family in families[:1]:
        rules = (
            ""
            if family in asked.with_hyphens
            else hyphen_faces(family + asked.SUFFIX, faces_of(family, configuration.font_map))
        )
        if rules:
            fetcher = URLFetcher(allowed_protocols={"data"})
            weasyprint.CSS(string=rules, font_config=configuration, url_fetcher=fetcher)
            asked.with_hyphens.add(family)


def described(families: str) -> Any:
    """A font description of Pango with some families, the preferred one first, at a size of 11 units."""
    wanted = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
    pango.pango_font_description_set_family(wanted, ffi.new("char[]", families.encode()))
    pango.pango_font_description_set_absolute_size(wanted, 11 * 1024)
    return wanted


def missing_glyphs(
    fonts: Iterable[Any], lines: Iterable[str], pack: PackFonts, configuration: Any
) -> Iterator[Problem]:
    """A problem for each character that no font of a pack shows, with its context; or for the font that would.

    ``fonts`` are those that WeasyPrint used, ``lines`` the text that it drew.
    """
    used = [*fonts]
    found = lent(used, asked_of(configuration)) | {chr(point): "" for font in used for point in font.missing}
    if not found:
        return
    absent = absent_fonts(found, pack, configuration.font_map)
    yield from missing_families((*dict.fromkeys(absent.values()),), configuration.font_map)
    drawn = [*lines]
    for character in sorted(found.keys() - absent.keys()):
        around = next((_around(line, character) for line in drawn if character in line), "")
        yield missing_glyph(Place(), character, f", in '{around}'" if around else "", other=found[character])


def absent_fonts(characters: Iterable[str], pack: PackFonts, font_map: Any) -> dict[str, str]:
    """The characters that a font of a pack would show if it were installed, and none before it does; and the font."""
    families = pack.for_any_text()
    wanted = {character: _family_for(character, families, pack) for character in characters}
    found: dict[str, str] = {}
    for family in dict.fromkeys(filter(None, wanted.values())):
        if is_installed(family, font_map):
            continue
        before = families[: families.index(family)]
        fonts = [uharfbuzz.Font(face) for name in before for face in faces_of(name, font_map).values()]
        found |= {
            character: family
            for character, its_family in wanted.items()
            if its_family == family and not any(font.get_nominal_glyph(ord(character)) for font in fonts)
        }
    return found


def is_installed(family: str, font_map: Any) -> bool:
    """Whether there is a font of a family."""
    return _family_found(family, font_map).casefold() == family.casefold()


def _family_for(character: str, families: Sequence[str], pack: PackFonts) -> str:
    """The family, of some, that should show a character, by its script; "" if that is unknown."""
    if is_east_asian(character):
        own = [family for code, one in pack.own if is_one_of(code, EAST_ASIAN) for family in one.families]
        return next((family for family in families if family in own or " CJK " in family), "")
    script = unicodedata.name(character, "").partition(" ")[0].capitalize()
    return next((family for family in families if script and script in family.split()), "")


def missing_glyph(where: Place, character: str, context: str = "", beginning: str = "", other: str = "") -> Problem:
    """The problem that no font of a pack shows a character; ``other`` is an installed one that does."""
    name = unicodedata.name(character, _NAMELESS.get(unicodedata.category(character), "unassigned"))
    which = "font of the pack" if other else "installed font"
    hint = (
        f"write it another way, or name a font that has it under 'fonts:' in pack.yaml, as '{other}'"
        if other
        else "write it another way, or install a font that has it"
        " (Debian: fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji)"
    )
    fact = f"{beginning}no {which} shows {character!r} (U+{ord(character):04X} {name}){context}"
    return Problem(where, "missing-glyph", fact, hint)


def _around(line: str, character: str) -> str:
    position = line.index(character)
    start, end = max(0, position - _AROUND), position + _AROUND + 1
    return ("…" if start else "") + line[start:end].strip() + ("…" if end < len(line) else "")


def without_clock(font: bytes) -> bytes:
    """A font file whose modification date is set to its creation date.

    FontTools writes the current time into every font that it saves. WeasyPrint uses it to remove the pictures from
    emoji fonts, so the same letter would have different bytes a second later.
    """
    count = int.from_bytes(font[4:6], "big")
    for entry in range(12, 12 + 16 * count, 16):
        if font[entry : entry + 4] == b"head":
            start = int.from_bytes(font[entry + 8 : entry + 12], "big")
            break
    else:
        return font
    length = int.from_bytes(font[entry + 12 : entry + 16], "big")
    head = bytearray(font[start : start + length])
    head[8:12] = bytes(4)  # the checksum of the file, which counts as 0 in its own computation (OpenType, "head")
    head[28:36] = head[20:28]
    data = bytearray(font)
    data[entry + 4 : entry + 8] = _sum(head).to_bytes(4, "big")
    data[start : start + length] = head
    data[start + 8 : start + 12] = ((0xB1B0AFBA - _sum(data)) % 2**32).to_bytes(4, "big")
    return bytes(data)


def _sum(data: bytes | bytearray) -> int:
    """OpenType's checksum: the sum of big-endian 32-bit words, the last one padded with zeros."""
    words = data + bytes(-len(data) % 4)
    total: int = sum(struct.unpack(f">{len(words) // 4}I", words))
    return total % 2**32
