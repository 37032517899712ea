"""Finds out in which encoding the text of a list is: by its bytes, or by what the caller says."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from circulars.errors import AddresseesError, Choice, Place, Problem, UsageError, did_you_mean
from circulars.files.reading import open_file
from circulars.source.addressees.bounds import MAX_ROW, UTF_8, ListText
from circulars.source.addressees.likelihood import likelihood
from circulars.source.addressees.meaning import head_meaning
from circulars.syntax.decoding import described_byte

_BLOCK: Final = 1 << 16
_MAX_LINE: Final = 4 * MAX_ROW
_SAMPLED, _SAMPLED_BYTES, _LONGEST = 300, 100_000, 1_000
"""The lines by which an encoding is judged, besides those with bytes that no line before them has; their size in bytes
together, and the part of each that is looked at."""
_MIXED: Final = 5
"""A file is damaged UTF-8 if it has at least one line in UTF-8 for so many lines that are not."""
_READINGS: Final = 4
_WORDS, _LONG_WORD = 3, 30
# A list is read in an encoding if its letters are so much likelier than in any other encoding that would show something
# else (a natural logarithm), and twice as much if the words are rare in that encoding, too, or only few.
_MOST_USUAL, _CERTAIN, _UNUSUAL = 8.0, 14.0, 30.0
_KNOWN_HEAD: Final = 8.0
"""How much likelier a reading is for each head of the list that is understood in it."""
_FEW: Final = 3
_RARE: Final = -9.5
"""The likelihood of a letter, below which the words are rare."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding: its name, its codec, the languages that it is for, and how usual it is (a logarithm).

    ``certain`` is how much more likely it must be than any other to be taken; one with None is only a suggestion.
    """

    name: str
    codec: str
    models: tuple[str, ...]
    usual: float = 0.0
    certain: float | None = _CERTAIN

    @property
    def label(self) -> str:
        """The name as it is written in text."""
        if self.name.startswith("mac"):
            return self.name.replace("-", " ").title()
        return self.name.capitalize() if self.name.startswith("windows") else self.name.upper()


_WESTERN: Final = ("german", "french", "iberian", "nordic", "icelandic")
_CENTRAL: Final = ("polish", "czech", "hungarian", "balkan", "romanian", "german")
_CYRILLIC: Final = ("east-slavic", "south-slavic")
_BALTIC: Final = ("lithuanian", "latvian", "estonian")
LEGACY: Final = (
    Encoding("windows-1252", "cp1252", _WESTERN, 0, _MOST_USUAL),
    Encoding("windows-1250", "cp1250", _CENTRAL),
    Encoding("windows-1251", "cp1251", _CYRILLIC),
    Encoding("windows-1253", "cp1253", ("greek",)),
    Encoding("windows-1254", "cp1254", ("turkish", "german")),
    Encoding("windows-1255", "cp1255", ("hebrew",)),
    Encoding("windows-1256", "cp1256", ("arabic", "french")),
    Encoding("windows-1257", "cp1257", _BALTIC, certain=None),
    Encoding("windows-1258", "cp1258", ("vietnamese",), -2, None),
    Encoding("windows-874", "cp874", ("thai",), 0, _UNUSUAL),
    Encoding("gb18030", "gb18030", ("chinese",), 0, _UNUSUAL),
    Encoding("big5", "big5", ("traditional-chinese",), 0, _UNUSUAL),
    Encoding("shift_jis", "cp932", ("japanese",), 0, _UNUSUAL),
    Encoding("euc-jp", "euc_jp", ("japanese",), -3, _UNUSUAL),
    Encoding("euc-kr", "cp949", ("korean",), 0, _UNUSUAL),
    Encoding("mac-roman", "mac_roman", _WESTERN, -4),
    Encoding("mac-cyrillic", "mac_cyrillic", _CYRILLIC, -4, _UNUSUAL),
    Encoding("mac-latin2", "mac_latin2", _CENTRAL, -5, None),
    Encoding("iso-8859-2", "iso8859_2", _CENTRAL, -2, None),
    Encoding("iso-8859-5", "iso8859_5", _CYRILLIC, -4, _UNUSUAL),
    Encoding("iso-8859-15", "iso8859_15", _WESTERN, -4, None),
    Encoding("koi8-r", "koi8_r", _CYRILLIC, -3, _UNUSUAL),
    Encoding("koi8-u", "koi8_u", _CYRILLIC, -3, _UNUSUAL),
    Encoding("cp866", "cp866", _CYRILLIC, -3, _UNUSUAL),
    Encoding("cp850", "cp850", _WESTERN, -4, None),
    Encoding("cp437", "cp437", _WESTERN, -4, None),
    Encoding("cp852", "cp852", _CENTRAL, -4, None),
)
"""The encodings of before Unicode, the usual ones first."""
_UNICODE: Final = {"utf-8": UTF_8, "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}
_CODECS: Final = _UNICODE | {one.name: one.codec for one in LEGACY}
# What Python calls other encodings whose characters are among those of one here.
_INCLUDED: Final = {
    "ascii": "utf-8",
    "utf-8": "utf-8",
    "iso8859-1": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp950": "big5",
    "euc_kr": "euc-kr",
    "shift_jis": "shift_jis",
    "tis-620": "windows-874",
}

_BETWEEN: Final = r"\x00-\x26\x28-\x40\x5b-\x60\x7b-\x7f\u3000"
_WORD: Final = re.compile(rf"[^{_BETWEEN}]*[^\x00-\x7f][^{_BETWEEN}]*")
_BETWEEN_CELLS: Final = re.compile("[,;\t|\r]")
_NO_TEXT: Final = re.compile("[\x80-\x9f\ufffd\ue000-\uf8ff]")


def list_text(path: Path, name: str, wanted: str = "") -> ListText:
    """The text of a list's file, with a remark if its encoding had to be found out.

    ``wanted`` is the encoding, or "" to find it out by the bytes.

    A file that has lines in UTF-8 and other lines is taken for damaged UTF-8: reading it reports the place.

    Raises:
        AddresseesError: it is not certain which encoding the file has. The problem shows what it could be.
        UsageError: there is no encoding of the name.
    """
    codec = _codec(wanted) if wanted else ""
    with open_file(path, "list") as stream:
        begin = stream.read(4096)
    has_mark = begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if codec.startswith("utf-16") and b"\0" not in begin:
        raise AddresseesError(_not_utf_16(name))
    if codec == "utf-16" and not has_mark:  # which Python's codec requires
        codec = _utf_16_without_mark(begin) or "utf-16-le"
    if codec:
        return ListText(path, name, codec)
    if has_mark:
        return ListText(path, name, "utf-16")
    if codec := _utf_16_without_mark(begin):
        return ListText(path, name, codec, (_remark(name, codec.upper(), ()),))
    text = ListText(path, name, UTF_8)
    if b"\0" in begin or _is_utf_8(path):
        return text
    sample = _Sample.of(path)
    if sample.is_damaged_utf_8:
        return text
    readings = sample.readings()
    if (found := _certain(readings)) is None:
        raise AddresseesError(_undecided(text, sample, readings))
    return ListText(path, name, found.encoding.codec, (_remark(name, found.encoding.label, found.words),))


def _not_utf_16(name: str) -> Problem:
    choice = Choice("encoding", "leave out {}", "utf-16")
    return Problem(Place(name), "wrong-encoding", "this file is not in UTF-16", choices=(choice,))


def undecodable(text: ListText) -> Problem:
    """The problem of a list's file at its first byte that its encoding does not have."""
    label = next((one.label for one in LEGACY if one.codec == text.codec), text.codec.upper())
    is_utf_8 = text.codec == UTF_8
    hint = _AS_UTF_8 if is_utf_8 else "check whether the list has another encoding"
    choices = () if is_utf_8 else (Choice("encoding", "names the right one", "NAME"),)
    code, shown = ("not-utf-8" if is_utf_8 else "wrong-encoding"), ("UTF-8" if is_utf_8 else label)
    line, column, fault = 1, 1, f"the file is not {shown}"
    decoder = codecs.getincrementaldecoder(text.codec)()
    with open_file(text.path, "list") as stream:
        try:
            while block := stream.read(_BLOCK):
                line, column = _moved(line, column, decoder.decode(block))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(text.codec.replace("-sig", ""), "ignore")
            line, column = _moved(line, column, before)
            fault = f"{described_byte(error.object, error.start)} is not {shown}"
    return Problem(Place(text.name, line, column), code, fault, hint, choices)


_AS_UTF_8: Final = (
    "correct this row if the others are in UTF-8; otherwise export the list again as 'CSV UTF-8' or .xlsx"
)


def _moved(line: int, column: int, text: str) -> tuple[int, int]:
    """The line and column after some more text."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    breaks = text.count("\n")
    return line + breaks, len(text) - text.rfind("\n") if breaks else column + len(text)


def _codec(name: str) -> str:
    """The codec of an encoding that the caller names, by its name here or any other name that Python knows.

    Raises:
        UsageError: the name is unknown.
    """
    if known := _CODECS.get(name.lower()):
        return known
    try:
        other = codecs.lookup(name).name
    except (LookupError, ValueError):
        other = ""
    for codec in _CODECS.values():
        if other and codecs.lookup(codec).name == other:
            return codec
    if included := _INCLUDED.get(other):
        return _CODECS[included]
    hint = did_you_mean(name.lower(), _CODECS, f"it can be {', '.join(_CODECS)}")
    raise UsageError(Problem(Place(), "unknown-encoding", f"'{name}' is not the name of a known encoding", hint))


def _utf_16_without_mark(begin: bytes) -> str:
    """The codec of a text whose bytes are UTF-16 without a byte order mark; "" for any other.

    At least one in ten of its characters is ASCII, as the separators are, so one of its two bytes is zero.
    """
    even, odd = begin[::2].count(0), begin[1::2].count(0)
    if max(even, odd) * 20 < len(begin) or max(even, odd) < 20 * min(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf_8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_file(path, "list") as stream:
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a sample is in an encoding: its words that are not ASCII, and how likely they are."""

    encoding: Encoding
    text: str
    words: tuple[str, ...]
    likelihood: float

    @property
    def is_rare(self) -> bool:
        """Whether the words are rare in the languages of the encoding."""
        return self.likelihood / max(sum(not sign.isascii() for word in self.words for sign in word), 1) < _RARE


@dataclass(frozen=True, slots=True)
class _Sample:
    """Lines of a file that is not UTF-8, and how many of its lines that are not ASCII are UTF-8, and are not."""

    lines: tuple[bytes, ...]
    valid: int
    invalid: int

    @classmethod
    def of(cls, path: Path) -> _Sample:
        lines: list[bytes] = []
        seen: set[int] = set()
        valid = invalid = size = 0
        with open_file(path, "list") as stream:
            for line in iter(lambda: stream.readline(_MAX_LINE), b""):
                if line.isascii():
                    continue
                if _decodes(line):
                    valid += 1
                else:
                    invalid += 1
                part = _beginning(line)
                if (len(lines) < _SAMPLED and size < _SAMPLED_BYTES) or not seen.issuperset(part):
                    seen |= {*part}
                    lines.append(part)
                    size += len(part)
        return cls(tuple(lines), valid, invalid)

    @property
    def is_damaged_utf_8(self) -> bool:
        """Whether the file is UTF-8 with some wrong bytes. In other encodings, hardly a line is UTF-8 by chance."""
        return self.valid * _MIXED >= self.invalid and self.valid > 0

    def readings(self) -> list[_Reading]:
        """The encodings that can be meant, the likeliest first."""
        data, found = b"".join(self.lines), list[_Reading]()
        for encoding in LEGACY:
            try:
                text = data.decode(encoding.codec)
            except UnicodeDecodeError:
                continue
            if not _NO_TEXT.search(text):
                words = tuple(dict.fromkeys(_WORD.findall(text)))
                likely = likelihood(encoding.models, words) + encoding.usual + _KNOWN_HEAD * _known_heads(text)
                found.append(_Reading(encoding, text, words, likely))
        return sorted(found, key=lambda reading: -reading.likelihood)


def _known_heads(text: str) -> int:
    """The number of heads that are understood in the first line, of those whose letters depend on the encoding."""
    cells = {cell.strip(' "') for cell in _BETWEEN_CELLS.split(text.partition("\n")[0])}
    return sum(not cell.isascii() and bool(head_meaning(cell).field) for cell in cells)


def _beginning(line: bytes) -> bytes:
    """The first cells of a line. A separator below 0x30 is never a part of another character."""
    if len(line) <= _LONGEST:
        return line
    part = line[:_LONGEST]
    return part[: max(map(part.rfind, (b",", b"\t", b" ", b'"'))) + 1]


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _certain(readings: Sequence[_Reading]) -> _Reading | None:
    """The likeliest reading, if it is certain that no other is meant: in the most usual encoding that reads so."""
    alike = [reading for reading in readings if reading.text == readings[0].text]
    usual = [reading for encoding in LEGACY for reading in alike if reading.encoding == encoding and encoding.certain]
    if not usual:
        return None
    best, rival = alike[0], next((reading for reading in readings if reading.text != alike[0].text), None)
    needed = (usual[0].encoding.certain or 0) * (2 if best.is_rare or len(best.words) < _FEW else 1)
    return usual[0] if rival is None or best.likelihood - rival.likelihood >= needed else None


def _remark(name: str, label: str, words: Iterable[str]) -> Problem:
    shown = _shown(words)
    fact = f"this file is not UTF-8; it is read as {label}" + (f": {shown}" if shown else "")
    choice = Choice("encoding", "names another encoding, if these words are wrong", "NAME")
    return Problem(Place(name), "read-as", fact, choices=(choice,))


def _undecided(text: ListText, sample: _Sample, readings: Sequence[_Reading]) -> Problem:
    """The problem of a file whose encoding is not certain, with what its words are in each encoding."""
    place = undecodable(text).where
    fact = "this file is not UTF-8, and it is not certain in which other encoding it is"
    choices = tuple(_choices(readings))
    hint = "choose the encoding that reads the words well" if choices else "export the list again as CSV UTF-8 or .xlsx"
    return Problem(place, "not-utf-8", fact, hint, choices)


def _choices(readings: Iterable[_Reading]) -> Iterator[Choice]:
    """A choice for each of the likeliest readings that differ in their first words."""
    names: dict[str, list[Encoding]] = {}
    for reading in readings:
        names.setdefault(_shown(reading.words), []).append(reading.encoding)
    for words, encodings in islice(names.items(), _READINGS):
        yield Choice("encoding", f"reads {words}", min(encodings, key=LEGACY.index).name)


def _shown(words: Iterable[str]) -> str:
    """The first words, in quotation marks."""
    shown = (word if len(word) <= _LONG_WORD else f"{word[:_LONG_WORD]}…" for word in islice(words, _WORDS))
    return ", ".join(f"'{word}'" for word in shown)
