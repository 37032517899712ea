"""Decodes a file's bytes as UTF-8, and rejects characters that a letter must not contain."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from circulars.characters import forbidden_at, problem_of
from circulars.errors import LetterError, Place, Problem

MAX_BYTES = 1024 * 1024

_AROUND = 12  # characters on each side of one that is not allowed
_LISTED = 5  # how many more of them are listed
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes, file: str, found: list[Problem] | None = None) -> str:
    """The text of a file, without a byte order mark and with every line end as ``\\n``.

    Problems with control characters and characters that change the reading direction are added to ``found`` if it is
    given; the text is then without these characters.

    Raises:
        LetterError: the data is larger than 1 MiB, binary or not UTF-8; without ``found``, also if it has characters
            that are not allowed.
    """
    if len(data) > MAX_BYTES:
        fact = f"the file is larger than the limit of 1 MiB ({MAX_BYTES:,} bytes)"
        remedy = "make it smaller: keep pictures in files of their own, and split a letter into several"
        raise LetterError(Problem(Place(file), "too-large", fact, remedy))
    try:
        if data.startswith(_UTF_32):
            raise LetterError(Problem(Place(file), "not-utf-8", "this file is encoded as UTF-32", "save it as UTF-8"))
        if data.startswith(_UTF_16) or (b"\0" in data[:2] and data[:2] != b"\0\0"):
            raise LetterError(Problem(Place(file), "not-utf-8", "this file is encoded as UTF-16", "save it as UTF-8"))
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LetterError(_not_utf_8(data, error.start, file)) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if problems := [*forbidden_characters(text, file)]:
        if found is None:
            raise LetterError(*problems)
        found += problems
        text = _without_forbidden(text)
    return text


def forbidden_characters(text: str, file: str) -> Iterator[Problem]:
    """One problem for each kind of forbidden character in a text, at the first character of that kind."""
    places: dict[str, list[int]] = {}
    for at in forbidden_at(text):
        places.setdefault(problem_of(text[at])[0], []).append(at)
    for at, *others in places.values():
        code, fact, hint = problem_of(text[at])
        fact += _neighbour(text, at)
        if others:
            lines = dict.fromkeys(f"{_line(text, other):,}" for other in others[:_LISTED])
            listed = ", ".join(lines) + (", …" if len(others) > _LISTED else "")
            fact += f"; the file has {len(others):,} more of this kind (line {listed})"
        yield Problem(Place(file, _line(text, at), at - text.rfind("\n", 0, at)), code, fact, hint)


def _line(text: str, at: int) -> int:
    """The number of the line with a character, from 1."""
    return text.count("\n", 0, at) + 1


def _neighbour(text: str, at: int) -> str:
    """Words that say where a character is that nobody sees: those after it on its line, or else those before it."""
    before, after = text[max(0, at - _AROUND) : at].rpartition("\n")[2], text[at + 1 :][:_AROUND].partition("\n")[0]
    if shown := _without_forbidden(after).strip():
        return f"; it is before '{shown}'"
    return f"; it is after '{shown}'" if (shown := _without_forbidden(before).strip()) else ""


def _without_forbidden(text: str) -> str:
    """A text without forbidden characters."""
    forbidden = {*forbidden_at(text)}
    return "".join(character for at, character in enumerate(text) if at not in forbidden)


def _not_utf_8(data: bytes, at: int, file: str) -> Problem:
    """The problem of a file that is not UTF-8: it has another encoding, or is not a text file."""
    if b"\0" in data:
        fact = "this is not a text file (a picture or a Word file, perhaps)"
        return Problem(Place(file), "binary-file", fact, "write a text file whose name ends in .yaml")
    line = data.count(b"\n", 0, at) + 1
    before = data[data.rfind(b"\n", 0, at) + 1 : at].decode("utf-8-sig")
    fact = f"{described_byte(data, at)} is not UTF-8"
    return Problem(Place(file, line, len(before) + 1), "not-utf-8", fact, "save the file as UTF-8")


def described_byte(data: bytes, at: int) -> str:
    """A description of the byte at an offset: its value, and its character in Windows-1252, if it has one."""
    character = data[at : at + 1].decode("cp1252", "ignore")
    return f"the byte 0x{data[at]:02X}" + (f" ('{character}' in Windows-1252)" if character else "")
