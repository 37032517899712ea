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
_BEFORE: Final = r"[0-9+#@&$€£][0-9.,:/+#@&$€£-]{0,20}"
_AFTER: Final = r"[/+%#°*]+"
_RIGHTWARD: Final = re.compile(f"(?:{_BEFORE})?{_LETTER}{_WORD}*(?:{_BETWEEN}*{_WORD}+)*(?:{_AFTER})?")
_LEFTWARD: Final = re.compile(
    f"[{_BACKWARD}]+(?:(?:(?![{_BACKWARD}\n{OPAQUE}])[\\W\\d_])*[{_BACKWARD}]+)*(?:[-/.:][0-9]+)*"
)
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
_MOST_BRACKETS: Final = 10
_FOLLOWING: Final = 100
_NEAR: Final = 20  # characters in which a number is sought
_LAST_NUMBER: Final = re.compile(rf"[\s,]+{_NUMBER}$")
_NEXT_WORD: Final = re.compile(f"\\s+([{_BACKWARD}]+)")
_MARKS: Final[dict[Direction, str]] = {"ltr": "\u200e", "rtl": "\u200f"}
_OTHER: Final[dict[Direction, Direction]] = {"ltr": "rtl", "rtl": "ltr"}
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
    found = [one.span() for one in _NUMBERS.finditer(text)] if direction == "rtl" else []
    start = 0
    for line in text.split("\n"):
        parts = _of_line(line, direction, frozenset(months))
        found += ((start + first, start + last) for first, last in parts)
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


def marks_around(whole: str, start: int, end: int, around: Direction) -> tuple[str, str]:
    """The marks before and after a stretch of a text, for programs that look at the characters only.

    ``around`` is the direction of the text; the stretch has the other one. A mark has a direction, and no looks.
    """
    text, direction, following = whole[start:end], _OTHER[around], whole[end : end + _FOLLOWING].partition("\n")[0]
    before = _MARKS[direction] if _strong(text[:1]) != direction else ""
    after = _MARKS[direction] if _strong(text[-1:]) != direction and not text[-1:].isdecimal() else ""
    following_one = next((sign for sign in following if _strong(sign) or sign.isdecimal()), "")
    apart = _MARKS[around] if following_one and _strong(following_one) != around else ""
    return before, after + apart


def _strong(sign: str) -> Direction | None:
    """The direction of a character that has one."""
    return _STRONG.get(unicodedata.bidirectional(sign)) if sign else None


def _of_line(line: str, direction: Direction, months: frozenset[str]) -> Iterator[Stretch]:
    if direction == "ltr" and not has_backward(line):
        return
    if OPAQUE not in line and {*map(_strong, line)} - {None} == {_OTHER[direction]}:
        yield len(line) - len(line.lstrip()), len(line.rstrip())
    elif direction == "ltr":
        for found in _LEFTWARD.finditer(line):
            yield found.start(), _closed(line, *found.span())
    else:
        for found in _RIGHTWARD.finditer(line):
            yield _with_numbers(line, *found.span(), months)


def _with_numbers(line: str, start: int, end: int, months: frozenset[str]) -> Stretch:
    """Words that are read from left to right, with the number of a house before them, and without a day behind them."""
    if (house := _HOUSE.search(line, max(0, start - _NEAR), start)) and _is_word(line[start:end]):
        start = house.start()
    number, word = _LAST_NUMBER.search(line, max(start, end - _NEAR), end), _NEXT_WORD.match(line, end)
    if number and word and word[1] in months:
        end = number.start()
    return start, _closed(line, start, end)


def _is_word(text: str) -> bool:
    """Whether a text begins with a word, as "Example", rather than with an abbreviation or a unit."""
    word = _FIRST_WORD.match(text)
    return word is not None and len(word[0]) >= _SHORTEST and not word[0].isupper()


def _closed(line: str, start: int, end: int) -> int:
    """The end of a stretch, behind the brackets that close those in it."""
    for _ in range(_MOST_BRACKETS):
        rest = line[end : end + 2]
        sign = rest[1:] if rest[:1] == "." else rest[:1]
        opening = _PAIRS.get(sign, "")
        if not opening or line.count(opening, start, end) <= line.count(sign, start, end):
            break
        end += rest.index(sign) + 1
    return end
