"""Joins lines of a folded text: with a space, as YAML does, or without one between Han.

YAML makes a space of each line end in a folded, plain or quoted text, before anyone sees the lines. So the last
character of each line that is to be joined without a space is replaced before YAML is parsed, and put back afterwards.
"""

from __future__ import annotations

import re
from typing import Final

from circulars.east_asian import UNSPACED, has_unspaced, is_joined, is_unspaced

_LINE_END = re.compile(r"(?<=(\S))[ \t]*\n[ \t]*(?=(\S))")
_MARK = re.compile(r"\[\^[A-Za-z0-9_-]{1,36}\]$")
_FIRST = re.compile(r"(?:\*|\[\^[A-Za-z0-9_-]{1,36}\]|\[)*+(?:(?P<field>\{\{)|(?P<character>[^\s*\[]))")
# What YAML itself needs at the end of a line: ">-", ":", "-", a quotation mark …
_INDICATOR = re.compile(r"[|>][+-]?[1-9]?[+-]?$|[!-(+-/:-@\[\\^`{|~]$")
_LONGEST: Final = 2_100
"""How many characters of a line are looked at: a mark at its end has no more."""
_LONGEST_MARK: Final = 40
_FIELD: Final = "}}"
# Planes 15 and 16 are for private use. No font shows their characters, so no text has one.
_PLANE: Final = 0xF0000
_REPLACED = re.compile("([\U000f0000-\U0010ffff]) *")
_FOLDED = rf"(\\[}}*)\]]|[{UNSPACED}“”‘’—―…‥·])(?!\[)"


def are_joined(before: str, after: str) -> bool:
    """Whether two lines of a text are joined without a space; they are given without spaces between them.

    What counts are the characters that readers see there, not the marks around them. A field is joined to Han.
    """
    last, first = _last_seen(before[-_LONGEST:]), _FIRST.match(after)
    if not last or first is None:
        return False
    if last == _FIELD or first["field"]:
        return is_unspaced(first["character"] or " ") or is_unspaced(last[0])
    return is_joined(last, first["character"])


def _last_seen(line: str) -> str:
    """The last character of a line that readers see, "}}" for a field; "" if there is none."""
    line = line.rstrip("*")
    while mark := _MARK.search(line, max(len(line) - _LONGEST_MARK, 0)):
        line = line[: mark.start()].rstrip("*")
    if line.endswith(_FIELD):
        return _FIELD
    if line.endswith((")", "}")):
        words = line.rpartition("](" if line.endswith(")") else "]{lang=")[0].rstrip("*")
        line = words if words and " " not in line[len(words) :] else line
    return line[-1:]


def with_joints(text: str) -> str:
    """A YAML file, in which the last character of each line that is joined without a space is replaced by another.

    Nothing is moved: each character keeps its place.
    """
    if not has_unspaced(text) or _REPLACED.search(text):
        return text
    parts, end = [], 0
    for found in _LINE_END.finditer(text):
        start, stop = found.span()
        before = text[max(text.rfind("\n", 0, start) + 1, start - _LONGEST) : start]
        if not _INDICATOR.search(before) and are_joined(before, text[stop : stop + 80]):
            last = ord(before[-1])
            moved = last + _PLANE if last < 0x10000 else last - 0x20000 + _PLANE + 0x10000
            parts += [text[end : start - 1], chr(moved)]
            end = start
    return "".join((*parts, text[end:]))


def without_joints(value: str) -> str:
    """A text that YAML made of such a file, with its own characters, and without the spaces of those line ends."""
    return _REPLACED.sub(lambda found: _original(found[1]), value)


def _original(character: str) -> str:
    number = ord(character) - _PLANE
    return chr(number if number < 0x10000 else number - 0x10000 + 0x20000)


def folded_pattern(pattern: str) -> str:
    """A regular expression for escaped words that may be found with line ends where these are joined."""
    return re.sub(_FOLDED, r"\1(?:[ \\t]*\\n[ \\t]*)?", pattern)
