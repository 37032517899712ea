"""Checks the fonts of a PDF: whether every code that is shown has a glyph, and a text (ISO 14289-1, 7.21)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.cmaps import IDENTITY, MISSING, PREDEFINED, UNKNOWN, CMap, Collection
from circulars.accessibility.pdf.content import Content, UsedFont
from circulars.accessibility.pdf.file import PdfFile, get, is_dictionary, items, name_of, text, unpacked
from circulars.accessibility.pdf.fonts import Font
from circulars.accessibility.pdf.glyphs import glyph_of, procedure_width, width_of
from circulars.accessibility.pdf.programs import Program, UnreadableProgramError
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import TagTree

_MAX_SHOWN: Final = 5
_TOLERANCE: Final = 1.001  # thousandths of an em, with some room for rounding
_BASE_ENCODINGS: Final = ("MacRomanEncoding", "WinAnsiEncoding")


def check_fonts(file: PdfFile, content: Content) -> Iterator[Finding]:
    """Checks each font that the pages use; a fault is reported once for each font."""
    reported: set[tuple[str, str]] = set()
    for used in content.fonts.values():
        for code, fact in _faults(used):
            if (code, fact) not in reported:
                reported.add((code, fact))
                yield PDF[code].finding(file.spot(used.page), fact)
        for code, fact, page, words in _glyph_faults(used):
            if (code, fact) not in reported:
                reported.add((code, fact))
                yield PDF[code].finding(file.spot(page, words), fact)


def check_characters(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that every glyph has Unicode text, unless its tag has a replacement text."""
    replaced = tree.replaced()
    for used in content.fonts.values():
        for mark, (page, words) in used.unmapped.items():
            if mark not in replaced:
                fact = f"glyphs of the font {used.font.name} have no Unicode text"
                yield PDF["font-without-unicode"].finding(file.spot(page, words), fact)
                break


def _faults(used: UsedFont) -> Iterator[tuple[str, str]]:
    """The faults of a font as a whole."""
    font = used.font
    if used.visible and not font.is_embedded:
        yield "font-not-embedded", f"the font {font.name} is not embedded in the file"
    elif used.visible and font.kind != "Type3" and font.program is None:
        yield "damaged-font", f"the program of the font {font.name} cannot be read"
    if font.kind == "Type0":
        for fact in (*_cmap_faults(font), *_cid_faults(font)):
            yield "wrong-cmap", fact
    elif font.kind == "TrueType":
        for fact in _truetype_faults(font):
            yield "wrong-font-encoding", fact
    if fact := _list_fault(font):
        yield "wrong-glyph-list", fact


# ── Composite fonts ──────────────────────────────────────────────────────────────────────────────────────────────────


def _cmap_faults(font: Font) -> Iterator[str]:
    """What is wrong with the CMap of a composite font (MP 31-001, 31-002, 31-003, 31-006, 31-007, 31-008)."""
    if font.map is None:
        if font.map_name not in IDENTITY:
            yield f"the CMap {font.map_name[:60]} of the font {font.name} is not embedded"
        return
    if (fact := _mismatch(font.collection, font.map.collection)) and not (
        isinstance(font.map, CMap) and font.map_name in IDENTITY
    ):
        yield f"the CMap of the font {font.name} is for other characters: {fact}"
    if not isinstance(font.map, CMap):
        return
    declared = get(font.node, "/Encoding", "/WMode")
    if (declared if isinstance(declared, int) else 0) != font.map.vertical:
        yield f"the CMap of the font {font.name} gives two writing directions"
    for name in {font.map.uses, name_of(get(font.node, "/Encoding", "/UseCMap"))} - {""}:
        if name not in PREDEFINED and name not in IDENTITY:
            yield f"the CMap of the font {font.name} extends the CMap {name[:60]}, which few readers know"


def _mismatch(font: Collection, map: Collection) -> str:
    for one, other in ((font.registry, map.registry), (font.ordering, map.ordering)):
        if one != other:
            return f"{map.registry}-{map.ordering} instead of {font.registry}-{font.ordering}"
    if font.supplement is None or map.supplement is None or font.supplement > map.supplement:
        return f"supplement {map.supplement} instead of {font.supplement}"
    return ""


def _cid_faults(font: Font) -> Iterator[str]:
    """What is wrong with the glyph numbers of a composite TrueType font (MP 31-004, 31-005)."""
    if name_of(get(font.below, "/Subtype")) != "CIDFontType2" or not font.is_embedded:
        return
    given = get(font.below, "/CIDToGIDMap")
    if not unpacked(given) and name_of(given) != "Identity":
        yield f"the font {font.name} does not say which glyph belongs to which number (CIDToGIDMap)"


# ── TrueType fonts ───────────────────────────────────────────────────────────────────────────────────────────────────


def _truetype_faults(font: Font) -> Iterator[str]:
    """What is wrong with the encoding of a TrueType font (MP 31-017, 31-019 to 31-026)."""
    encoding = get(font.node, "/Encoding")
    tables = _tables(font)
    if font.is_symbolic:
        if encoding is not None:
            yield f"the font {font.name} has characters of its own (symbolic), but names an encoding"
        if tables is not None and len(tables) != 1 and (3, 0) not in tables:
            yield f"the font {font.name} has characters of its own (symbolic), but not one table of them (cmap)"
        return
    base = name_of(encoding) or name_of(get(encoding, "/BaseEncoding"))
    if base not in _BASE_ENCODINGS:
        yield f"the font {font.name} has neither the encoding of Windows nor that of Mac OS"
    if tables is not None and not [table for table in tables if table != (3, 0)]:
        yield f"the program of the font {font.name} has no table of characters (cmap)"
    if is_dictionary(encoding) and items(encoding.get("/Differences")):
        strange = [name for name in _differing(encoding) if not _is_listed(name)]
        if strange:
            yield f"the font {font.name} names glyphs that are not in the Adobe Glyph List: {_list(strange)}"
        elif tables is not None and (3, 1) not in tables:
            yield f"the program of the font {font.name} has no table of Unicode characters (cmap 3,1)"


def _tables(font: Font) -> Any:
    """The tables of characters of a TrueType program; ``None`` if there is no program, or if it cannot be read."""
    if font.program is None or not font.program.is_truetype:
        return None
    try:
        return font.program.cmaps()
    except UnreadableProgramError:
        return None


def _differing(encoding: Any) -> list[str]:
    return [name_of(each) for each in items(encoding.get("/Differences")) if name_of(each) not in ("", ".notdef")]


def _is_listed(name: str) -> bool:
    from fontTools.agl import toUnicode

    return bool(toUnicode(name))


# ── Lists of the glyphs of a subset ──────────────────────────────────────────────────────────────────────────────────


def _list_fault(font: Font) -> str:
    """What is wrong with the list of the glyphs in a subset, CharSet or CIDSet (MP 31-012 to 31-015)."""
    program = font.program
    if program is None or not font.is_subset:
        return ""
    if font.kind == "Type0":
        listed = get(font.descriptor, "/CIDSet")
        return _cid_list_fault(font, program, unpacked(listed)) if is_dictionary(listed) else ""
    listed = text(font.descriptor, "/CharSet")
    if font.kind not in ("Type1", "MMType1") or not listed or not program.names:
        return ""
    named, present = set(listed.split("/")[1:]) - {".notdef"}, set(program.names) - {".notdef"}
    named = {name.strip() for name in named} - {""}
    return _difference(font, named, present)


def _cid_list_fault(font: Font, program: Program, bits: bytes) -> str:
    named = {8 * at + bit for at, byte in enumerate(bits) for bit in range(8) if byte & (128 >> bit)}
    if program.cids is not None:
        present = set(program.cids)
    elif map := font.cid_to_gid:
        present = {at for at in range(len(map) // 2) if map[2 * at : 2 * at + 2] != b"\0\0"}
    else:
        present = set(range(program.count))
    return _difference(font, {str(cid) for cid in named - {0}}, {str(cid) for cid in present - {0}})


def _difference(font: Font, named: set[str], present: set[str]) -> str:
    if missing := sorted(named - present):
        return f"the font {font.name} lists glyphs that it does not have: {_list(missing)}"
    if extra := sorted(present - named):
        return f"the font {font.name} has glyphs that it does not list: {_list(extra)}"
    return ""


# ── Glyphs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _glyph_faults(used: UsedFont) -> Iterator[tuple[str, str, int, str]]:
    """The faults of the glyphs that are shown: code, fact, page, words."""
    font = used.font
    absent: list[tuple[int, tuple[int, str]]] = []
    differing: list[tuple[int, float, float]] = []
    for code, where in used.shown.items():
        glyph = glyph_of(font, font.program, code) if font.program is not None else None
        if font.program is not None and glyph is not None and not 0 < glyph < font.program.count:
            absent.append((code, where))
            continue
        declared, own = width_of(font, code), _own_width(font, code, glyph)
        if declared is not None and own is not None and abs(declared - own) > _TOLERANCE:
            differing.append((code, declared, own))
    for code, where in used.hidden.items():
        if font.program is not None and glyph_of(font, font.program, code) == 0:
            absent.append((code, where))
    if absent:
        fact = f"the font {font.name} has no glyph for {_characters(font, (code for code, _ in absent))}"
        yield "glyph-not-in-font", fact, *absent[0][1]
    if differing:
        code, declared, own = differing[0]
        fact = (
            f"the font {font.name} gives two widths for {_characters(font, (each[0] for each in differing))}: "
            f"{declared:g} in the file and {own:g} in its program"
        )
        yield "wrong-glyph-width", fact, *used.shown[code]


def _own_width(font: Font, code: int, glyph: int | None) -> float | None:
    """The width of a glyph in the font's program, in thousandths of an em; ``None`` if it is not known."""
    if font.kind == "Type3":
        return procedure_width(font, code)
    return font.program.width(glyph) if font.program is not None and glyph is not None else None


def _characters(font: Font, codes: Iterable[int]) -> str:
    """Characters in words: those that can be shown, otherwise the numbers of their codes."""
    return _list(_character(font.codes.get(code, MISSING), code) for code in codes)


def _character(text: str, code: int) -> str:
    return f"'{text}'" if text.strip() and text.isprintable() and text not in (MISSING, UNKNOWN) else f"code {code}"


def _list(words: Iterable[str]) -> str:
    listed = list(words)
    return ", ".join(word[:40] for word in listed[:_MAX_SHOWN]) + (", …" if len(listed) > _MAX_SHOWN else "")
