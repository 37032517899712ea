"""Finds the glyph of each code of a font, and its width, as viewers do (ISO 32000-1, 9.6.6, 9.7.4 and 9.7.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from circulars.accessibility.pdf.file import get, name_of, number_of, unpacked
from circulars.accessibility.pdf.fonts import HALF_CODE, Font
from circulars.accessibility.pdf.programs import Program, UnreadableProgramError

_PROCEDURE: Final = re.compile(rb"\s*([-+]?\d*\.?\d+)(?:\s+[-+.\d]+){1,5}\s+d[01]\s")


def glyph_of(font: Font, program: Program, code: int) -> int | None:
    """The number of a code's glyph in the program: 0 if there is none, and ``None`` if that is not known here."""
    if font.kind == "Type0":
        return _glyph_of_cid(font, program, code)
    if program.is_truetype:
        return _glyph_of_truetype(font, program, code)
    if not program.names:
        return None
    name = font.glyphs.get(code)
    if name is None:
        return 0 if font.glyphs else None
    glyph = program.names.get(name, -1)
    return 0 if name == ".notdef" else glyph


def _glyph_of_cid(font: Font, program: Program, code: int) -> int | None:
    cid = font.cid(code)
    if cid is None:
        return None
    if code == HALF_CODE:
        return 0
    if program.cids is not None:
        return program.cids.get(cid, -1)
    if name_of(get(font.below, "/Subtype")) == "CIDFontType2" and (map := font.cid_to_gid):
        return int.from_bytes(map[2 * cid : 2 * cid + 2], "big")
    return cid


def _glyph_of_truetype(font: Font, program: Program, code: int) -> int | None:
    try:
        tables = program.cmaps()
    except UnreadableProgramError:
        return None
    name = font.glyphs.get(code, "")
    if not name and font.names_encoding and not font.is_symbolic:
        return 0
    by_code = _by_code(tables, code)
    by_name = [*_by_name(tables, name), program.names.get(name, 0)] if name else []
    candidates = [*by_code, *by_name] if font.is_symbolic else [*by_name, *by_code]
    return next((glyph for glyph in candidates if glyph), 0)


def _by_code(tables: Mapping[tuple[int, int], Mapping[int, int]], code: int) -> list[int]:
    symbols = tables.get((3, 0), {})
    found = [symbols.get(start + code, 0) for start in (0, 0xF000, 0xF100, 0xF200)]
    return [*found, tables.get((1, 0), {}).get(code, 0)]


def _by_name(tables: Mapping[tuple[int, int], Mapping[int, int]], name: str) -> list[int]:
    from fontTools.agl import toUnicode

    text = toUnicode(name)
    if len(text) != 1:
        return []
    found = [table.get(ord(text), 0) for (platform, _), table in tables.items() if platform in (0, 3)]
    try:
        code = text.encode("mac-roman")[0]
    except UnicodeEncodeError:
        return found
    return [*found, tables.get((1, 0), {}).get(code, 0)]


def width_of(font: Font, code: int) -> float | None:
    """The width that the file declares for a code in thousandths of an em; ``None`` if it declares none."""
    if font.kind == "Type0":
        cid = font.cid(code)
        return None if cid is None else font.cid_widths.get(cid, font.default_width)
    widths = font.widths
    first = int(number_of(get(font.node, "/FirstChar")))
    if not widths:
        return None
    at = code - first
    if 0 <= at < len(widths):
        return widths[at]
    return number_of(get(font.descriptor, "/MissingWidth"))


def procedure_width(font: Font, code: int) -> float | None:
    """The width of a Type 3 font's glyph in its own units, as its procedure says; ``None`` if it does not."""
    name = font.glyphs.get(code, "")
    procedure = unpacked(get(font.node, "/CharProcs", f"/{name}")) if name else b""
    begun = _PROCEDURE.match(procedure)
    return float(begun[1]) if begun else None
