"""Maps the codes that a PDF shows to text (ISO 32000-1, 9.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.pdf_file import get, is_dictionary, items, name_of, unpacked

_HEX: Final = rb"<\s*([0-9A-Fa-f\s]*)>"
_SECTION: Final = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
_PAIR: Final = re.compile(_HEX + rb"\s*" + _HEX)
_RANGE: Final = re.compile(_HEX + rb"\s*" + _HEX + rb"\s*(?:" + _HEX + rb"|\[(.*?)\])", re.DOTALL)
_MAX_CODES: Final = 200_000
_STANDARD: Final = ("Symbol", "ZapfDingbats")


@dataclass(frozen=True, slots=True)
class Font:
    """A font: its name, the bytes per code, the text of each code, and whether it is embedded in the file."""

    name: str
    code_length: int
    codes: dict[int, str]
    embedded: bool

    def decode(self, shown: bytes) -> str:
        """The text of a string; U+FFFD for each code without text."""
        pieces = (shown[at : at + self.code_length] for at in range(0, len(shown), self.code_length))
        return "".join(self.codes.get(int.from_bytes(piece, "big"), "\ufffd") for piece in pieces)


def read_font(node: Any) -> Font:
    """A font of a page's resources."""
    kind = name_of(get(node, "/Subtype"))
    name = re.sub(r"^[A-Z]{6}\+", "", name_of(get(node, "/BaseFont")))
    below = next(iter(items(get(node, "/DescendantFonts"))), None) if kind == "Type0" else node
    descriptor = get(below, "/FontDescriptor")
    embedded = kind == "Type3" or any(get(descriptor, f"/FontFile{n}") is not None for n in ("", "2", "3"))
    code_length = 2 if kind == "Type0" else 1
    codes = {} if kind == "Type0" else _simple_font_codes(node, name)
    if (map := unpacked(get(node, "/ToUnicode"))) or "/ToUnicode" in node:
        mapped, found = _to_unicode(map)
        codes |= mapped
        code_length = found if kind == "Type0" and found else code_length
    return Font(name or "without a name", code_length, codes, embedded)


def _simple_font_codes(node: Any, name: str) -> dict[int, str]:
    """The text of a simple font's codes, by its encoding and the glyph names that differ from it."""
    encoding = get(node, "/Encoding")
    base = name_of(encoding) or name_of(get(encoding, "/BaseEncoding"))
    symbolic = bool(_flags(node) & 4) or name in _STANDARD
    codes: dict[int, str] = {}
    if base == "MacRomanEncoding":
        codes = {code: bytes([code]).decode("mac-roman") for code in range(32, 256)}
    elif base or is_dictionary(encoding) or not symbolic:
        codes = {code: bytes([code]).decode("cp1252", "ignore") for code in range(32, 256)}
    if is_dictionary(encoding):
        codes |= _differences(items(encoding.get("/Differences")))
    return {code: text for code, text in codes.items() if text}


def _differences(listed: list[Any]) -> dict[int, str]:
    from fontTools.agl import toUnicode

    codes: dict[int, str] = {}
    code = 0
    for each in listed:
        if isinstance(each, int):
            code = each
        elif glyph := name_of(each):
            codes[code] = toUnicode(glyph) if glyph != ".notdef" else ""
            code += 1
    return codes


def _flags(node: Any) -> int:
    flags = get(node, "/FontDescriptor", "/Flags")
    return flags if isinstance(flags, int) else 0


def _to_unicode(map: bytes) -> tuple[dict[int, str], int]:
    """The text of each code in a ToUnicode map, and the bytes per code, or 0 if the map does not give them."""
    codes: dict[int, str] = {}
    code_length = 0
    for kind, body in _SECTION.findall(map):
        if kind == b"codespacerange":
            code_length = max([code_length, *(len(_hex(first)) for first, _ in _PAIR.findall(body))])
        elif kind == b"bfchar":
            codes |= {int.from_bytes(_hex(code), "big"): _text(_hex(text)) for code, text in _PAIR.findall(body)}
        else:
            for first, last, text, listed in _RANGE.findall(body):
                low, high = int.from_bytes(_hex(first), "big"), int.from_bytes(_hex(last), "big")
                if len(codes) + high - low > _MAX_CODES:
                    return codes, code_length
                codes |= _listed_texts(low, high, listed) if listed else _counted_texts(low, high, _hex(text))
    return codes, min(code_length, 4)


def _listed_texts(low: int, high: int, listed: bytes) -> dict[int, str]:
    texts = [_text(_hex(each)) for each in re.findall(_HEX, listed)]
    return dict(zip(range(low, high + 1), texts, strict=False))


def _counted_texts(low: int, high: int, first: bytes) -> dict[int, str]:
    """The text of each code in a range: ``first`` is the text of the lowest code, and each next text is one higher."""
    if not first:
        return {}
    start = int.from_bytes(first, "big")
    size = len(first)
    top = 256**size
    return {
        code: _text((start + code - low).to_bytes(size, "big"))
        for code in range(low, high + 1)
        if start + code - low < top
    }


def _hex(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" if len(packed) % 2 else packed).decode("ascii"))


def _text(data: bytes) -> str:
    text = data.decode("utf-16-be", "replace") if len(data) > 1 else data.decode("latin-1")
    return "\ufffd" if text in ("\0", "\ufeff", "\ufffe") else text
