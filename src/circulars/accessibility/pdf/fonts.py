"""Maps the codes that a PDF shows to text and to glyphs (ISO 32000-1, 9.6, 9.7 and 9.10)."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from circulars.accessibility.pdf.cmaps import (
    IDENTITY,
    MAX_CODES,
    MISSING,
    PREDEFINED,
    UNKNOWN,
    CMap,
    Collection,
    Predefined,
    read_cmap,
)
from circulars.accessibility.pdf.file import get, is_dictionary, items, name_of, number_of, text, unpacked
from circulars.accessibility.pdf.programs import Program, UnreadableProgramError, read_program

SYMBOLIC: Final = 4
HALF_CODE: Final = -1
"""Stands for a byte at the end of a string that has no second one."""
_WITH_OWN_ENCODING: Final = ("Symbol", "ZapfDingbats")
_MAX_CACHED: Final = 20_000
_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass
class Font:
    """A font: ``kind`` is its subtype, and ``below`` the dictionary with its widths (another one in composite fonts).

    ``glyphs`` gives the names of a simple font's glyphs by code, and ``codes`` the text of each code. ``map`` is the
    CMap of a composite font, unless it is one of those that readers know by name.
    """

    node: Any
    kind: str
    name: str
    below: Any
    codes: Mapping[int, str]
    glyphs: Mapping[int, str] = field(default_factory=dict)
    map: CMap | Predefined | None = None
    map_name: str = ""
    otherwise: str = MISSING
    _cache: dict[bytes, tuple[tuple[int, ...], str]] = field(default_factory=dict)

    @property
    def descriptor(self) -> Any:
        """The font's descriptor, or ``None``."""
        return get(self.below, "/FontDescriptor")

    @property
    def is_embedded(self) -> bool:
        """Whether the file contains the font's program."""
        return self.kind == "Type3" or any(get(self.descriptor, name) is not None for name in _PROGRAMS)

    @property
    def is_subset(self) -> bool:
        """Whether the program has only some of the font's glyphs, as its name says (ISO 32000-1, 9.6.4)."""
        return bool(re.match(r"[A-Z]{6}\+", name_of(get(self.below, "/BaseFont"))))

    @property
    def is_symbolic(self) -> bool:
        """Whether the font declares that it has characters of its own."""
        return bool(int(number_of(get(self.descriptor, "/Flags"))) & SYMBOLIC)

    @property
    def is_bold(self) -> bool:
        """Whether the font is bold, as far as its name or its descriptor says."""
        weight = number_of(get(self.descriptor, "/FontWeight"))
        return weight >= 700 or bool(re.search("bold|black|heavy", self.name, re.IGNORECASE))

    @property
    def names_encoding(self) -> bool:
        """Whether a simple font names one of the encodings that PDF defines."""
        return any(_encoding_names(self.node))

    @cached_property
    def program(self) -> Program | None:
        """The embedded font program; ``None`` if there is none, or if it cannot be read."""
        return _program(self.descriptor)

    @cached_property
    def collection(self) -> Collection:
        """The character collection of a composite font."""
        return _collection(get(self.below, "/CIDSystemInfo"))

    @cached_property
    def cid_to_gid(self) -> bytes:
        """The numbers of glyphs by CID, two bytes each; empty if they are the same."""
        return unpacked(get(self.below, "/CIDToGIDMap"))

    @cached_property
    def widths(self) -> list[float]:
        """The widths of a simple font's codes from FirstChar on, in thousandths of an em."""
        return [number_of(width) for width in items(get(self.node, "/Widths"))[:256]]

    @cached_property
    def default_width(self) -> float:
        """The width of a composite font's glyphs that are not in ``cid_widths``."""
        given = get(self.below, "/DW")
        return 1000.0 if given is None else number_of(given)

    @cached_property
    def cid_widths(self) -> Mapping[int, float]:
        """The widths of a composite font's glyphs by CID, in thousandths of an em."""
        return _cid_widths(items(get(self.below, "/W")))

    def decode(self, shown: bytes) -> tuple[tuple[int, ...], str]:
        """The codes and the text of a string; U+FFFD for each code without text."""
        found = self._cache.get(shown)
        if found is None:
            found = self._decoded(shown)
            if len(self._cache) < _MAX_CACHED:
                self._cache[shown] = found
        return found

    def _decoded(self, shown: bytes) -> tuple[tuple[int, ...], str]:
        if isinstance(self.map, Predefined) and not self.codes:
            return (), _by_codec(shown, self.map.codec)
        codes = self._split(shown)
        return codes, "".join([self.codes.get(code, self.otherwise) for code in codes])

    def _split(self, shown: bytes) -> tuple[int, ...]:
        if self.kind != "Type0":
            return tuple(shown)
        if isinstance(self.map, CMap) and self.map.spaces and self.map.code_length != 2:
            return tuple(self.map.split(shown))
        pairs = struct.unpack(f">{len(shown) // 2}H", shown[: len(shown) // 2 * 2])
        return (*pairs, HALF_CODE) if len(shown) % 2 else pairs

    def cid(self, code: int) -> int | None:
        """The number of a code's glyph in the character collection; ``None`` if that is not known here."""
        if self.map_name in IDENTITY:
            return code
        if isinstance(self.map, CMap):
            if self.map.uses and self.map.uses not in IDENTITY:
                return None
            return self.map.cid(code) or (code if self.map.uses in IDENTITY else 0)
        return None


def read_font(node: Any) -> Font:
    """A font of a page's resources."""
    kind = name_of(get(node, "/Subtype"))
    name = re.sub(r"^[A-Z]{6}\+", "", name_of(get(node, "/BaseFont"))) or "without a name"
    codes, otherwise = _to_unicode(get(node, "/ToUnicode"))
    if kind == "Type0":
        return _composite_font(node, name, codes, otherwise)
    glyphs, texts = _simple_encoding(node, kind, name)
    if "MacExpertEncoding" in _encoding_names(node) or (not texts and name in _WITH_OWN_ENCODING):
        otherwise = UNKNOWN
    return Font(node, kind, name, node, {**texts, **codes}, glyphs, otherwise=otherwise)


def _program(descriptor: Any) -> Program | None:
    stream = next((found for key in _PROGRAMS if (found := get(descriptor, key)) is not None), None)
    try:
        return read_program(unpacked(stream)) if stream is not None else None
    except UnreadableProgramError:
        return None


# ── Composite fonts ──────────────────────────────────────────────────────────────────────────────────────────────────


def _composite_font(node: Any, name: str, codes: Mapping[int, str], otherwise: str) -> Font:
    below = next(iter(items(get(node, "/DescendantFonts"))), None)
    encoding = get(node, "/Encoding")
    map_name = name_of(encoding)
    map: CMap | Predefined | None = PREDEFINED.get(map_name)
    if is_dictionary(encoding):
        map, map_name = read_cmap(unpacked(encoding)), name_of(encoding.get("/CMapName"))
        map_name = "" if map_name in IDENTITY and map.ranges else map_name
    known = isinstance(map, Predefined) or _collection(get(below, "/CIDSystemInfo")).is_known
    return Font(
        node, "Type0", name, below, codes, map=map, map_name=map_name, otherwise=UNKNOWN if known else otherwise
    )


def _collection(info: Any) -> Collection:
    supplement = get(info, "/Supplement")
    return Collection(
        text(info, "/Registry"), text(info, "/Ordering"), supplement if isinstance(supplement, int) else None
    )


def _cid_widths(listed: list[Any]) -> dict[int, float]:
    """The widths in an array of ``first [width …]`` and ``first last width`` (ISO 32000-1, 9.7.4.3)."""
    import pikepdf

    widths: dict[int, float] = {}
    at = 0
    while at + 1 < len(listed) and len(widths) < MAX_CODES:
        first, second = int(number_of(listed[at])), listed[at + 1]
        if isinstance(second, pikepdf.Array):
            widths |= {first + number: number_of(width) for number, width in enumerate(second)}
            at += 2
        elif at + 2 < len(listed):
            last = min(int(number_of(second)), first + MAX_CODES)
            widths |= dict.fromkeys(range(first, last + 1), number_of(listed[at + 2]))
            at += 3
        else:
            break
    return widths


def _by_codec(shown: bytes, codec: str) -> str:
    if codec:
        return shown.decode(codec, "replace").replace(MISSING, UNKNOWN)
    return bytes(byte | 0x80 for byte in shown).decode("euc_jp", "replace").replace(MISSING, UNKNOWN)


def _to_unicode(map: Any) -> tuple[dict[int, str], str]:
    """The text of each code in a ToUnicode map, and what stands for codes that are not in it."""
    if name_of(map) in IDENTITY:
        return {code: chr(code) for code in range(1, 0xD800)}, MISSING
    if not (data := unpacked(map)):
        return {}, MISSING
    found = read_cmap(data)
    return found.texts, UNKNOWN if found.uses.endswith("-UCS2") else MISSING


# ── Simple fonts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _simple_encoding(node: Any, kind: str, name: str) -> tuple[dict[int, str], dict[int, str]]:
    """The names of a simple font's glyphs by code, and their text."""
    from fontTools.agl import toUnicode

    encoding = get(node, "/Encoding")
    base = next(filter(None, _encoding_names(node)), "")
    glyphs = _named_encoding(base) if base else _own_encoding(node, kind, name, is_dictionary(encoding))
    if is_dictionary(encoding):
        glyphs = {**glyphs, **_differences(items(encoding.get("/Differences")))}
    symbols = name == "ZapfDingbats"
    texts = {code: toUnicode(glyph, isZapfDingbats=symbols) for code, glyph in glyphs.items()}
    return glyphs, {code: text for code, text in texts.items() if text}


def _encoding_names(node: Any) -> tuple[str, str]:
    encoding = get(node, "/Encoding")
    return name_of(encoding), name_of(get(encoding, "/BaseEncoding"))


def _named_encoding(name: str) -> dict[int, str]:
    """The names of the glyphs of an encoding that PDF defines (ISO 32000-1, annex D)."""
    from fontTools.agl import UV2AGL
    from fontTools.encodings.MacRoman import MacRoman
    from fontTools.encodings.StandardEncoding import StandardEncoding

    if name == "WinAnsiEncoding":
        texts = {code: bytes([code]).decode("cp1252", "replace").replace(MISSING, "•") for code in range(32, 256)}
        special = {127: "bullet", 160: "space", 173: "hyphen"}
        return {code: UV2AGL.get(ord(text), "bullet") for code, text in texts.items()} | special
    listed = {"MacRomanEncoding": MacRoman, "StandardEncoding": StandardEncoding}.get(name, ())
    return {code: glyph for code, glyph in enumerate(listed) if glyph != ".notdef"}


def _own_encoding(node: Any, kind: str, name: str, is_changed: bool) -> dict[int, str]:
    """The names of the glyphs of a font that does not name an encoding."""
    if kind == "Type3" or name in _WITH_OWN_ENCODING:
        return {}
    descriptor = get(node, "/FontDescriptor")
    if kind != "TrueType" and (program := _program(descriptor)) is not None and program.encoding:
        return dict(program.encoding)
    symbolic = int(number_of(get(descriptor, "/Flags"))) & SYMBOLIC
    return {} if symbolic and not is_changed else _named_encoding("StandardEncoding")


def _differences(listed: list[Any]) -> dict[int, str]:
    glyphs: dict[int, str] = {}
    code = 0
    for each in listed:
        if isinstance(each, int):
            code = each
        elif glyph := name_of(each):
            glyphs[code] = glyph
            code += 1
    return glyphs
