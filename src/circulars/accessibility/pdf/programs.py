"""Reads the font programs that are embedded in a PDF: which glyphs they have, and how wide those are.

A program comes from strangers: whatever cannot be read raises :class:`UnreadableProgramError`.
"""

from __future__ import annotations

import io
import logging
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_MAX_TYPE1: Final = 2_000_000  # bytes
_MAX_CALLS: Final = 200  # of subroutines, for the width of a glyph
_ERRORS: Final = (Exception,)  # fontTools raises any, for its parsers expect sound fonts
# fontTools warns of damage that it can ignore; without a handler, that would be printed.
logging.getLogger("fontTools").addHandler(logging.NullHandler())


class UnreadableProgramError(Exception):
    """A font program is damaged, or of a kind that is not known."""


@dataclass(frozen=True, slots=True)
class Program:
    """A font program.

    ``count`` is how many glyphs it has. ``names`` gives a glyph's number by its name, and ``cids`` by its CID (``None``
    for programs without). ``cmaps`` are the tables of a TrueType program by platform and encoding, each from codes to
    glyphs, ``encoding`` the names of the program's own codes, and ``width`` a glyph's width in thousandths of an em.
    """

    count: int
    width: Callable[[int], float | None]
    names: Mapping[str, int] = field(default_factory=dict)
    cids: Mapping[int, int] | None = None
    cmaps: Callable[[], Mapping[tuple[int, int], Mapping[int, int]]] = dict
    encoding: Mapping[int, str] = field(default_factory=dict)
    is_truetype: bool = False


def read_program(data: bytes) -> Program:
    """The program in a stream, recognized by its first bytes.

    Raises:
        UnreadableProgramError: see there.
    """
    try:
        if data[:4] in (b"\0\1\0\0", b"true", b"ttcf", b"OTTO"):
            return _sfnt(data)
        if data[:2] in (b"%!", b"\x80\x01"):
            return _type1(data)
        if data[:1] == b"\1":
            return _cff(data)
    except UnreadableProgramError:
        raise
    except _ERRORS as error:
        raise UnreadableProgramError from error
    raise UnreadableProgramError


# ── TrueType and OpenType ────────────────────────────────────────────────────────────────────────────────────────────


def _sfnt(data: bytes) -> Program:
    start = struct.unpack(">L", data[12:16])[0] if data[:4] == b"ttcf" else 0
    number = struct.unpack(">H", data[start + 4 : start + 6])[0]
    tables = {}
    for at in range(start + 12, start + 12 + 16 * number, 16):
        tag, _, offset, length = struct.unpack(">4sLLL", data[at : at + 16])
        tables[tag] = data[offset : offset + length]
    if b"CFF " in tables and b"glyf" not in tables:
        return _cff(tables[b"CFF "])
    count = struct.unpack(">H", tables[b"maxp"][4:6])[0]
    units = struct.unpack(">H", tables[b"head"][18:20])[0] or 1000
    measured = min(struct.unpack(">H", tables[b"hhea"][34:36])[0], len(tables[b"hmtx"]) // 4)
    metrics = tables[b"hmtx"]

    def width(glyph: int) -> float | None:
        if not measured or glyph >= count:
            return None
        at = 4 * min(glyph, measured - 1)
        return float(struct.unpack(">H", metrics[at : at + 2])[0]) * 1000 / units

    return Program(
        count, width, cmaps=lambda: _cmaps(data), names=_LazyNames(lambda: _post_names(data)), is_truetype=True
    )


class _LazyNames(Mapping[str, int]):
    """Names of glyphs that are only read when they are asked for."""

    def __init__(self, read: Callable[[], dict[str, int]]) -> None:
        self._read, self._names = read, dict[str, int]()
        self._is_read = False

    def _known(self) -> dict[str, int]:
        if not self._is_read:
            self._is_read, self._names = True, self._read()
        return self._names

    def __getitem__(self, name: str) -> int:
        return self._known()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())


def _opened(data: bytes) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(data), lazy=True, fontNumber=0, recalcBBoxes=False, recalcTimestamp=False)


def _cmaps(data: bytes) -> Mapping[tuple[int, int], Mapping[int, int]]:
    """The cmap tables; empty if there are none, or if they cannot be read."""
    try:
        font = _opened(data)
        # fontTools maps to names, which it would first read from another table.
        font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
        if "cmap" not in font:
            return {}
        return {
            (table.platformID, table.platEncID): {code: int(name) for code, name in table.cmap.items()}
            for table in font["cmap"].tables
            if table.format != 14
        }
    except _ERRORS as error:
        raise UnreadableProgramError from error


def _post_names(data: bytes) -> dict[str, int]:
    try:
        font = _opened(data)
        if font["post"].formatType != 2:
            return {}
        return {name: number for number, name in reversed(list(enumerate(font.getGlyphOrder())))}
    except _ERRORS:
        return {}


# ── CFF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cff(data: bytes) -> Program:
    from fontTools.cffLib import CFFFontSet

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts[fonts.fontNames[0]]
    top.rawDict.setdefault("charset", 0)  # fontTools has no default for it (Adobe Technical Note 5176, table 9)
    glyphs = top.CharStrings
    charset: list[str] = list(top.charset)[: len(glyphs.charStringsIndex)]
    is_cid = hasattr(top, "ROS")

    def width(glyph: int) -> float | None:
        return _cff_width(top, glyphs, charset[glyph]) if glyph < len(charset) else None

    if is_cid:
        numbers = [int(name[3:]) if re.fullmatch(r"cid\d+", name) else 0 for name in charset]
        return Program(len(charset), width, cids={cid: at for at, cid in reversed(list(enumerate(numbers)))})
    names = {name: at for at, name in reversed(list(enumerate(charset)))}
    return Program(len(charset), width, names=names, encoding=_cff_encoding(top))


def _cff_encoding(top: Any) -> dict[int, str]:
    from fontTools.encodings.StandardEncoding import StandardEncoding

    given = getattr(top, "Encoding", "StandardEncoding")
    listed = StandardEncoding if given == "StandardEncoding" else given
    if isinstance(listed, str):  # the expert encoding, for which PDF has another name
        return {}
    return {code: name for code, name in enumerate(listed) if name != ".notdef"}


def _cff_width(top: Any, glyphs: Any, name: str) -> float | None:
    """The width of a glyph in thousandths of an em; ``None`` if its instructions cannot be read."""
    from fontTools.misc.psCharStrings import T2WidthExtractor

    class Extractor(T2WidthExtractor):  # type: ignore[misc]  # fontTools has no types
        """Reads a width, but does not call subroutines without end."""

        left = _MAX_CALLS

        def execute(self, charstring: Any) -> None:
            self.left -= 1
            if self.left < 0:
                raise UnreadableProgramError
            super().execute(charstring)

    try:
        charstring = glyphs[name]
        private = charstring.private
        subroutines = getattr(private, "Subrs", [])
        extractor = Extractor(subroutines, charstring.globalSubrs, private.nominalWidthX, private.defaultWidthX)
        extractor.execute(charstring)
        scale = _cff_scale(top, glyphs, name)
        return float(extractor.width) * scale
    except _ERRORS:
        return None


def _cff_scale(top: Any, glyphs: Any, name: str) -> float:
    """How many thousandths of an em a unit is."""
    own = getattr(top, "FontMatrix", None) if "FontMatrix" in top.rawDict else None
    selected = None
    if hasattr(top, "FDArray"):
        _, number = glyphs.getItemAndSelector(name)
        below = top.FDArray[number or 0]
        selected = below.FontMatrix if "FontMatrix" in below.rawDict else None
    if own is not None and selected is not None:
        return 1000 * float(own[0]) * float(selected[0])
    matrix = own if own is not None else selected
    return 1.0 if matrix is None else 1000 * float(matrix[0])


# ── Type 1 ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_GLYPH: Final = re.compile(rb"/([^\s/{}\[\]()<>%]+)\s+(\d{1,6})\s+\S+\s")


def _type1(data: bytes) -> Program:
    from fontTools.misc import eexec

    clear, secret = _type1_portions(data[:_MAX_TYPE1])
    private = eexec.decrypt(secret, 55665)[0][4:]
    start = private.find(b"/CharStrings")
    if start < 0:
        raise UnreadableProgramError
    skipped = re.search(rb"/lenIV\s+(-?\d+)", private)
    leading = int(skipped[1]) if skipped else 4
    charstrings = [b""]  # .notdef has the number 0, wherever it is
    names: dict[str, int] = {".notdef": 0}
    at = start + len(b"/CharStrings")
    while match := _GLYPH.search(private, at):
        at = match.end() + int(match[2])
        if match[1] != b".notdef":
            names.setdefault(match[1].decode("latin-1"), len(charstrings))
            charstrings.append(private[match.end() : at])
    matrix = re.search(rb"/FontMatrix\s*\[\s*([-+.\deE]+)", clear)
    scale = 1000 * float(matrix[1]) if matrix else 1.0

    def width(glyph: int) -> float | None:
        code = charstrings[glyph]
        found = _type1_width(code if leading < 0 else eexec.decrypt(code, 4330)[0][leading:])
        return None if found is None else found * scale

    return Program(len(charstrings), width, names=names, encoding=_type1_encoding(clear))


def _type1_portions(data: bytes) -> tuple[bytes, bytes]:
    """The readable and the encrypted portion of a program, in bytes."""
    if data[:1] == b"\x80":  # a PFB file: each segment has a head of six bytes
        segments, at = [], 0
        while data[at : at + 1] == b"\x80" and data[at + 1] in (1, 2):
            length = struct.unpack("<L", data[at + 2 : at + 6])[0]
            segments.append(data[at + 6 : at + 6 + length])
            at += 6 + length
        data = b"".join(segments)
    clear, found, rest = data.partition(b"eexec")
    if not found:
        raise UnreadableProgramError
    rest = rest.lstrip(b" \t\r\n") if rest[:1] in b" \t\r\n" else rest
    if re.match(rb"[0-9A-Fa-f\s]{8}", rest):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", rest)
        rest = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    return clear, rest


def _type1_encoding(clear: bytes) -> dict[int, str]:
    if re.search(rb"/Encoding\s+StandardEncoding", clear):
        from fontTools.encodings.StandardEncoding import StandardEncoding

        return {code: name for code, name in enumerate(StandardEncoding) if name != ".notdef"}
    found = re.findall(rb"dup\s+(\d{1,3})\s*/([^\s/{}\[\]()<>%]+)\s+put", clear)
    return {int(code): name.decode("latin-1") for code, name in found}


def _type1_width(code: bytes) -> float | None:
    """The width that a glyph's first instruction sets."""
    stack: list[float] = []
    at = 0
    while at < len(code):
        value = code[at]
        at += 1
        if value >= 32:
            number, at = _type1_number(code, value, at)
            stack.append(number)
        elif value == 13 and len(stack) >= 2:
            return stack[1]
        elif value == 12 and code[at : at + 1] == b"\x07" and len(stack) >= 4:
            return stack[2]
        elif value == 12 and code[at : at + 1] == b"\x0c" and len(stack) >= 2 and stack[-1]:
            divisor = stack.pop()
            stack[-1] /= divisor
            at += 1
        else:
            return None
    return None


def _type1_number(code: bytes, value: int, at: int) -> tuple[float, int]:
    if value <= 246:
        return value - 139, at
    if value <= 250:
        return (value - 247) * 256 + code[at] + 108, at + 1
    if value <= 254:
        return -(value - 251) * 256 - code[at] - 108, at + 1
    return float(struct.unpack(">l", code[at : at + 4])[0]), at + 4
