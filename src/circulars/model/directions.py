"""Finds the words of a text that are read in the other direction than the text, with their numbers and signs.

Signs and numbers have no direction of their own: they take that of the letters around them. So a telephone number, an
address or a term, such as "+41 22 730 0000", "99 Example Avenue" or "L.9901 (Rev.1)", would be shown in pieces in the
wrong order in a text of the other direction. Each is a stretch: what is to be isolated from the text around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, Literal

Direction = Literal["ltr", "rtl"]
Stretch = tuple[int, int]
"""Where a stretch begins and ends in a text."""

OPAQUE: Final = "\ufffc"
"""Stands for what has no text of its own: no stretch contains it."""

_BACKWARD: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_HAS_BACKWARD: Final = re.compile(f"[{_BACKWARD}]")
_LETTER: Final = f"(?:(?![{_BACKWARD}])[^\\W\\d_])"
_WORD: Final = f"(?:(?![{_BACKWARD}])\\w)"
# Neither a letter nor a sign of Arabic or Hebrew, the end of a line, or something opaque.
_BETWEEN: Final = f"[^\\w\n{OPAQUE}{_BACKWARD}]"
_NUMBER: Final = r"[0-9]+(?:[.,:/-][0-9]+)*"
# Signs that are written before or after a word: "+a", "#1", "https://www.example.int/", "C++", "50%".
_BEFORE: Final = r"[0-9+#@&$€£][0-9.,:/+#@&$€£-]*"
_AFTER: Final = r"[/+%#°*]+"
_FORWARD: Final = re.compile(f"(?:{_BEFORE})?{_LETTER}{_WORD}*(?:{_BETWEEN}*{_WORD}+)*(?:{_AFTER})?")
_AGAINST_LATIN: Final = re.compile(f"[{_BACKWARD}]+(?:(?:(?![{_BACKWARD}])[\\W\\d_])*[{_BACKWARD}]+)*")
# Telephone numbers, and numbers with a minus sign.
_NUMBERS: Final = re.compile(
    r"\+[0-9]+(?:[ \u00a0()./-]+[0-9]+)*"
    r"|\([0-9]+\)[ \u00a0]?[0-9]+(?:[ \u00a0./-][0-9]+)*"
    r"|(?<![^\s(])[-\u2212][0-9][0-9.,]*"
)
# "99 Example": the number of a house. A year is read apart from the words after it.
_HOUSE: Final = re.compile(rf"(?<![0-9.,/-])(?<!{_WORD})(?!(?:19|20)[0-9][0-9] )[0-9]+ $")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORTEST: Final = 4
_NEAR: Final = 20  # characters in which a number is sought
_LAST_NUMBER: Final = re.compile(rf"[\s,]+{_NUMBER}$")
_NEXT_WORD: Final = re.compile(f"\\s+([{_BACKWARD}]+)")
_MARKS: Final[dict[Direction, str]] = {"ltr": "\u200e", "rtl": "\u200f"}
_STRONG: Final[dict[str, Direction]] = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_PAIRS: Final = {")": "(", "]": "[", "»": "«", "”": "“"}


def has_backward(text: str) -> bool:
    """Whether a text has letters that are read from right to left."""
    return not text.isascii() and _HAS_BACKWARD.search(text) is not None


def is_forward(text: str) -> bool:
    """Whether a text has letters, all of which are read from left to right."""
    return not has_backward(text) and any(unicodedata.bidirectional(sign) == "L" for sign in text)


def stretches(text: str, direction: Direction, months: Iterable[str] = ()) -> list[Stretch]:
    """The stretches of a text that are read against its direction.

    ``months`` are the names of months: a number before one is a day, and belongs to it.
    """
    if direction == "ltr":
        return [found.span() for found in _AGAINST_LATIN.finditer(text)] if has_backward(text) else []
    found = [one.span() for one in _NUMBERS.finditer(text)]
    start = 0
    for line in text.split("\n"):
        found += ((start + first, start + last) for first, last in _of_line(line, frozenset(months)))
        start += len(line) + 1
    return united(found)


def united(found: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order; those that overlap or touch are one."""
    result: list[Stretch] = []
    for start, end in sorted(found):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def marks_around(text: str, direction: Direction, following: str, around: Direction) -> tuple[str, str]:
    """The marks before and after a stretch of a direction, for programs that look at the characters only.

    ``following`` is the text behind the stretch, whose direction is ``around``. A mark has a direction, and no looks.
    """
    before = _MARKS[direction] if _strong(text[:1]) != direction else ""
    after = _MARKS[direction] if _strong(text[-1:]) != direction and not text[-1:].isdecimal() else ""
    following_one = next((sign for sign in following if _strong(sign) or sign.isdecimal()), "")
    apart = _MARKS[around] if following_one and _strong(following_one) != around else ""
    return before, after + apart


def _strong(sign: str) -> Direction | None:
    """The direction of a character that has one."""
    return _STRONG.get(unicodedata.bidirectional(sign)) if sign else None


def _of_line(line: str, months: frozenset[str]) -> Iterator[Stretch]:
    if is_forward(line) and OPAQUE not in line:
        start = len(line) - len(line.lstrip())
        yield start, len(line.rstrip())
        return
    for found in _FORWARD.finditer(line):
        start, end = found.span()
        if (house := _HOUSE.search(line, max(0, start - _NEAR), start)) and _is_word(found[0]):
            start = house.start()
        number, word = _LAST_NUMBER.search(line, max(start, end - _NEAR), end), _NEXT_WORD.match(line, end)
        if number and word and word[1] in months:
            end = number.start()
        yield start, _closed(line, start, end)


def _is_word(text: str) -> bool:
    """Whether a text begins with a word, as "Example", rather than with an abbreviation or a unit."""
    word = _FIRST_WORD.match(text)
    return word is not None and len(word[0]) >= _SHORTEST and not word[0].isupper()


def _closed(line: str, start: int, end: int) -> int:
    """The end of a stretch, behind the brackets that close those in it."""
    while end < len(line):
        rest = line[end : end + 2]
        sign = rest[1:] if rest[:1] == "." else rest[:1]
        opening = _PAIRS.get(sign, "")
        if not opening or line.count(opening, start, end) <= line.count(sign, start, end):
            break
        end += rest.index(sign) + 1
    return end
