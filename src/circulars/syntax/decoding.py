"""Decodes a file's bytes as UTF-8, and rejects characters that a letter must not contain."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from circulars.errors import LetterError, Place, Problem

MAX_BYTES = 1024 * 1024

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff"
_BREAK = "\u2028\u2029"
_BIDI = "\u202a-\u202e"
_SURROGATE = "\ud800-\udfff"
_REPLACEMENT = "\ufffd"
_FORBIDDEN = re.compile(f"[{_CONTROL}{_BREAK}{_BIDI}{_SURROGATE}{_REPLACEMENT}]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes, file: str) -> str:
    """The text of a file, without a byte order mark and with every line end as ``\\n``.

    Raises:
        LetterError: the data is larger than 1 MiB, binary or not UTF-8, or it contains control characters or
            characters that change the reading direction.
    """
    if len(data) > MAX_BYTES:
        fact = f"the file is larger than the limit of 1 MiB ({MAX_BYTES:,} bytes)"
        remedy = "split it into several letters; keep pictures in files of their own"
        raise LetterError(Problem(Place(file), "too-large", fact, remedy))
    try:
        if data.startswith(_UTF_16) or (b"\0" in data[:2] and data[:2] != b"\0\0"):
            raise LetterError(Problem(Place(file), "not-utf-8", "this file is encoded as UTF-16", "save it as UTF-8"))
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LetterError(_not_utf_8(data, error.start, file)) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if problems := [*forbidden_characters(text, file)]:
        raise LetterError(*problems)
    return text


def forbidden_characters(text: str, file: str) -> Iterator[Problem]:
    """One problem for each kind of forbidden character in a text, at the first character of that kind."""
    if not _FORBIDDEN.search(text):
        return
    counts = Counter(_FORBIDDEN.findall(text))
    found: dict[str, list[str]] = {}
    for character in sorted(counts, key=text.index):
        found.setdefault(_problem_of(character)[0], []).append(character)
    for characters in found.values():
        first = text.index(characters[0])
        code, fact, hint = _problem_of(characters[0])
        others = sum(counts[character] for character in characters) - 1
        if others:
            fact += f"; the file has {others:,} more of this kind"
        line = text.count("\n", 0, first) + 1
        yield Problem(Place(file, line, first - text.rfind("\n", 0, first)), code, fact, hint)


def forbidden_in(text: str) -> tuple[str, str, str] | None:
    """The code, fact and remedy for the first forbidden character of a text; None if it has none."""
    match = _FORBIDDEN.search(text)
    return _problem_of(match.group()) if match else None


def _problem_of(character: str) -> tuple[str, str, str]:
    code = f"U+{ord(character):04X}"
    if re.match(f"[{_BIDI}]", character):
        fact = f"the invisible character {code} ({unicodedata.name(character)}) changes the order in which text is read"
        return "bidi-control", fact, "delete it: the direction of Arabic and Hebrew is set automatically"
    if character == _REPLACEMENT:
        fact = f"the character {code} ({character}) replaces one that another program lost"
        return "lost-character", fact, "write the character that belongs here"
    if re.match(f"[{_BREAK}]", character):
        fact = f"the invisible character {code} ({unicodedata.name(character)}) does not end a line here"
        return "control-character", fact, "delete it, and press Enter where a line should end"
    if "\ud800" <= character <= "\udfff":
        return "control-character", f"{code} is half a character", "write the character itself"
    name = unicodedata.name(character, "")
    fact = f"the invisible character {code}{f' ({name})' if name else ''} is not allowed in a letter"
    return "control-character", fact, "delete it"


def _not_utf_8(data: bytes, at: int, file: str) -> Problem:
    """The problem of a file that is not UTF-8: it has another encoding, or is not a text file."""
    if b"\0" in data:
        fact = "this is not a text file (a picture or a Word file, perhaps)"
        return Problem(Place(file), "binary-file", fact, "a letter is a text file whose name ends in .yaml")
    line = data.count(b"\n", 0, at) + 1
    before = data[data.rfind(b"\n", 0, at) + 1 : at].decode("utf-8-sig")
    fact = f"{described_byte(data, at)} is not UTF-8"
    return Problem(Place(file, line, len(before) + 1), "not-utf-8", fact, "save the file as UTF-8")


def described_byte(data: bytes, at: int) -> str:
    """A description of the byte at an offset: its value, and its character in Windows-1252, if it has one."""
    character = data[at : at + 1].decode("cp1252", "ignore")
    return f"the byte 0x{data[at]:02X}" + (f" ('{character}' in Windows-1252)" if character else "")
