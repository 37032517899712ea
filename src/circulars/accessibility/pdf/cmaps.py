"""Reads CMaps, which map the codes of a font to glyphs or to text (ISO 32000-1, 9.7.5 and 9.10.3)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

UNKNOWN: Final = "□"
"""Stands for a character that readers may know, but this program does not."""
MISSING: Final = "\ufffd"
"""Stands for a character that the font does not give."""
MAX_CODES: Final = 200_000
"""How many codes, or ranges of codes, are read in a CMap at most."""
_MAX_BYTES: Final = 4_000_000
_TOKEN: Final = re.compile(
    rb"<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<name>/[^\s/<>\[\](){}%]*)|\((?P<string>(?:[^()\\]|\\.)*)\)"
    rb"|(?P<word>[^\s/<>\[\](){}%]+)|(?P<bracket>[\[\]])|%[^\r\n]*",
    re.DOTALL,
)
_ADOBE: Final = ("Japan1", "GB1", "CNS1", "Korea1")
# The predefined CMaps (ISO 32000-1, table 118): the end of the collection's name, the supplement, the codec of
# its codes, and the names.
_PREDEFINED: Final = (
    ("GB1", 0, "gbk", "GB-EUC GBpc-EUC"),
    ("GB1", 2, "gbk", "GBK-EUC GBKp-EUC"),
    ("GB1", 6, "gb18030", "GBK2K"),
    ("GB1", 4, "utf-16-be", "UniGB-UCS2"),
    ("GB1", 6, "utf-16-be", "UniGB-UTF16"),
    ("CNS1", 0, "cp950", "B5pc ETen-B5 ETenms-B5"),
    ("CNS1", 6, "big5hkscs", "HKscs-B5"),
    ("CNS1", 0, "", "CNS-EUC"),
    ("CNS1", 3, "utf-16-be", "UniCNS-UCS2"),
    ("CNS1", 7, "utf-16-be", "UniCNS-UTF16"),
    ("Japan1", 1, "cp932", "83pv-RKSJ 90pv-RKSJ Add-RKSJ"),
    ("Japan1", 2, "cp932", "90ms-RKSJ 90msp-RKSJ Ext-RKSJ"),
    ("Japan1", 1, "euc_jp", "EUC"),
    ("Japan1", 1, "", ""),
    ("Japan1", 4, "utf-16-be", "UniJIS-UCS2 UniJIS-UCS2-HW"),
    ("Japan1", 7, "utf-16-be", "UniJIS-UTF16"),
    ("Korea1", 0, "cp949", "KSC-EUC KSCpc-EUC"),
    ("Korea1", 1, "cp949", "KSCms-UHC KSCms-UHC-HW"),
    ("Korea1", 1, "utf-16-be", "UniKS-UCS2 UniKS-UTF16"),
)


@dataclass(frozen=True, slots=True)
class Collection:
    """A character collection: it numbers the characters (CID) of composite fonts (ISO 32000-1, 9.7.3)."""

    registry: str = ""
    ordering: str = ""
    supplement: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is one of Adobe's, for which every reader knows the text of each number."""
        return self.registry == "Adobe" and self.ordering in _ADOBE


@dataclass(frozen=True, slots=True)
class Predefined:
    """A CMap that every reader knows by its name: its collection, and the codec of its codes, or ""."""

    collection: Collection
    codec: str


@dataclass(slots=True)
class CMap:
    """A CMap in a file: how its codes are split, the text of each code, and the ranges of codes with their first CID.

    ``uses`` is the name of the CMap that it extends, and ``vertical`` its writing mode (1 is vertical).
    """

    collection: Collection = Collection()
    vertical: int = 0
    uses: str = ""
    spaces: list[tuple[bytes, bytes]] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    ranges: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def code_length(self) -> int:
        """The bytes per code; 0 if they differ, or if the CMap does not give them."""
        lengths = {len(low) for low, _ in self.spaces}
        return next(iter(lengths)) if len(lengths) == 1 else 0

    def cid(self, code: int) -> int:
        """The number of a code's glyph; 0 if the CMap does not give one."""
        at = bisect_right(self.ranges, (code, MAX_CODES * MAX_CODES, 0)) - 1
        if at < 0:
            return 0
        low, high, first = self.ranges[at]
        return first + code - low if code <= high else 0

    def split(self, shown: bytes) -> list[int]:
        """The codes of a string."""
        shortest = min((len(low) for low, _ in self.spaces), default=1)
        codes, at = [], 0
        while at < len(shown):
            length = next((n for n in range(1, 5) if self._has(shown[at : at + n], n)), shortest)
            codes.append(int.from_bytes(shown[at : at + length], "big"))
            at += length
        return codes

    def _has(self, code: bytes, length: int) -> bool:
        return len(code) == length and any(
            len(low) == length and all(a <= b <= c for a, b, c in zip(low, code, high, strict=True))
            for low, high in self.spaces
        )


def _by_name() -> Mapping[str, Predefined]:
    found = {}
    for ordering, supplement, codec, names in _PREDEFINED:
        collection = Collection("Adobe", ordering, supplement)
        for name in names.split() or [""]:
            for mode in ("H", "V"):
                found[f"{name}-{mode}".lstrip("-")] = Predefined(collection, codec)
    return found


PREDEFINED: Final[Mapping[str, Predefined]] = _by_name()
"""The predefined CMaps for which readers know the text of each code, by name."""
IDENTITY: Final = ("Identity-H", "Identity-V")
"""The predefined CMaps whose codes are the numbers of glyphs (CID)."""


def read_cmap(data: bytes) -> CMap:
    """The CMap in a stream; whatever in it is wrong is left out."""
    found = CMap()
    tokens = _tokens(data[:_MAX_BYTES])
    facts: dict[str, Any] = {}
    operands: list[Any] = []
    for each in tokens:
        if isinstance(each, str) and each.startswith("end") and (add := _SECTIONS.get(each)):
            add(found, operands)
            operands = []
        elif each == "usecmap" and operands and isinstance(operands[-1], str):
            found.uses = operands[-1].removeprefix("/")
        elif isinstance(each, str) and each.startswith("begin"):
            operands = []
        else:
            if operands and operands[-1] in ("/Registry", "/Ordering", "/Supplement", "/WMode"):
                facts.setdefault(operands[-1], each)
            operands.append(each)
    registry, ordering, supplement, mode = (
        facts.get(name) for name in ("/Registry", "/Ordering", "/Supplement", "/WMode")
    )
    found.collection = Collection(
        _words(registry), _words(ordering), supplement if isinstance(supplement, int) else None
    )
    found.vertical = mode if isinstance(mode, int) else 0
    found.ranges.sort()
    return found


def _words(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else ""


def _tokens(data: bytes) -> list[Any]:
    """The tokens: strings as bytes, numbers, arrays as lists, names with their slash, and operators."""
    found: list[Any] = []
    array: list[Any] | None = None
    for match in _TOKEN.finditer(data):
        kind, token = match.lastgroup, match[0]
        value: Any
        if kind == "hex":
            value = _hex(match["hex"])
        elif kind == "string":
            value = match["string"]
        elif kind == "word":
            value = int(token) if re.fullmatch(rb"-?\d{1,9}", token) else token.decode("latin-1")
        elif kind == "name":
            value = token.decode("latin-1")
        elif token == b"[":
            array = []
            continue
        elif token == b"]" and array is not None:
            value, array = array, None
        else:
            continue
        (found if array is None else array).append(value)
    return found


def _add_spaces(found: CMap, operands: list[Any]) -> None:
    for low, high in zip(operands[::2], operands[1::2], strict=False):
        if isinstance(low, bytes) and isinstance(high, bytes) and 0 < len(low) == len(high) <= 4:
            found.spaces.append((low, high))


def _add_texts(found: CMap, operands: list[Any]) -> None:
    for code, text in zip(operands[::2], operands[1::2], strict=False):
        if isinstance(code, bytes) and isinstance(text, bytes) and len(found.texts) < MAX_CODES:
            found.texts[int.from_bytes(code, "big")] = _text(text)


def _add_text_ranges(found: CMap, operands: list[Any]) -> None:
    for first, last, text in zip(operands[::3], operands[1::3], operands[2::3], strict=False):
        if not (isinstance(first, bytes) and isinstance(last, bytes)):
            continue
        low, high = int.from_bytes(first, "big"), int.from_bytes(last, "big")
        if len(found.texts) + high - low > MAX_CODES:
            return
        if isinstance(text, list):
            texts = [_text(each) for each in text if isinstance(each, bytes)]
            found.texts |= dict(zip(range(low, high + 1), texts, strict=False))
        elif isinstance(text, bytes) and text:
            found.texts |= _counted_texts(low, high, text)


def _counted_texts(low: int, high: int, first: bytes) -> dict[int, str]:
    """The text of each code in a range: ``first`` is the text of the lowest code, and each next text is one higher."""
    start, size = int.from_bytes(first, "big"), len(first)
    last = min(high, low + 256**size - 1 - start)
    return {code: _text((start + code - low).to_bytes(size, "big")) for code in range(low, last + 1)}


def _add_cids(found: CMap, operands: list[Any]) -> None:
    for code, cid in zip(operands[::2], operands[1::2], strict=False):
        if isinstance(code, bytes) and isinstance(cid, int) and len(found.ranges) < MAX_CODES:
            found.ranges.append((int.from_bytes(code, "big"),) * 2 + (cid,))


def _add_cid_ranges(found: CMap, operands: list[Any]) -> None:
    for low, high, cid in zip(operands[::3], operands[1::3], operands[2::3], strict=False):
        is_range = isinstance(low, bytes) and isinstance(high, bytes) and isinstance(cid, int)
        if is_range and len(found.ranges) < MAX_CODES:
            found.ranges.append((int.from_bytes(low, "big"), int.from_bytes(high, "big"), cid))


_SECTIONS: Final = {
    "endcodespacerange": _add_spaces,
    "endbfchar": _add_texts,
    "endbfrange": _add_text_ranges,
    "endcidchar": _add_cids,
    "endcidrange": _add_cid_ranges,
}


def _hex(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" if len(packed) % 2 else packed).decode("ascii"))


def _text(data: bytes) -> str:
    """The text of UTF-16; U+FFFD for the values that text never has."""
    text = data.decode("utf-16-be", "replace") if len(data) > 1 else data.decode("latin-1")
    return MISSING if any(c in text for c in "\0\ufeff\ufffe") else text.replace(MISSING, UNKNOWN)
