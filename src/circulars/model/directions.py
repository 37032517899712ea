"""Finds the words of a text that are read in the other direction than the text, with their numbers and signs.

Signs and numbers have no direction of their own: they take that of the letters around them. So a telephone number, an
address or a term, such as "+41 22 730 0000", "99 Example Avenue" or "L.9901 (Rev.1)", would be shown in pieces in the
wrong order in a text of the other direction. Each is a stretch: what is to be isolated from the text around it.

A stretch begins with the first letter of its direction and ends with the last one. The signs and numbers that are
directly beside it belong to it, and so do one number behind its last word ("Study Group 5") and a pair of brackets
behind it ("A.1 (2024)"). A bracket or quotation mark is in a stretch only if the other one of its pair is, too.

In a text from right to left, a number is a stretch together with its signs and its unit (:mod:`.quantities`). The first
number of a range is at the right there: each of the two is a stretch.
"""

from __future__ import annotations

import bisect
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from circulars.model.quantities import BACKWARD, NUMBER, SPACE, SUPERSCRIPTS, Quantity, quantities, ranges

Direction = Literal["ltr", "rtl"]
Stretch = tuple[int, int]
"""Where a stretch begins and ends in a text."""

OPAQUE: Final = "\ufffc"
"""Stands for what has no text of its own: no stretch contains it."""

_HAS_BACKWARD: Final = re.compile(f"[{BACKWARD}]")
# Text without a letter of the direction of its surroundings, the end of a line, or something opaque.
_SEGMENT: Final[dict[Direction, re.Pattern[str]]] = {
    "rtl": re.compile(f"[^\n{OPAQUE}{BACKWARD}]+"),
    "ltr": re.compile(f"(?:[{BACKWARD}]|(?![\n{OPAQUE}])[\\W\\d_])+"),
}
_DIGIT: Final = re.compile("[0-9]")
_JOINING: Final = ("-", "\u2212")
_LETTER: Final[dict[Direction, re.Pattern[str]]] = {
    "ltr": re.compile(f"[^\\W\\d_{SUPERSCRIPTS}{BACKWARD}]"),
    "rtl": _HAS_BACKWARD,
}
_PAIRS: Final = "()[]{}«»“”（）［］｛｝｟｠〈〉《》「」『』【】〔〕〖〗〘〙〚〛"  # each before the one that closes it
_CLOSING: Final = dict(zip(_PAIRS[1::2], _PAIRS[::2], strict=True))
_QUOTE: Final = '"'  # opens and closes
_BRACKETS: Final = re.escape(_PAIRS + _QUOTE)
_BRACKET: Final = re.compile(f"[{_BRACKETS}]")
# Signs and numbers that are written directly before or behind a word: "+a", "#1", "C++", "L.9901", "https://…/".
_BEFORE: Final = re.compile(r"[0-9+#@&$€£°][0-9.,:/+#@&$€£°-]{0,20}$")
_BEHIND: Final[dict[Direction, re.Pattern[str]]] = {
    "ltr": re.compile(rf"\w*(?:[^\w\s{_BRACKETS}{BACKWARD}{OPAQUE}]{{1,3}}[0-9]\w*)*[/+%#°*\u207a\u207b]*"),
    "rtl": re.compile(r"(?:[-/.:][0-9]+)*"),
}
# The number of a word: "Study Group 5", "No. 5", "Geneva, 2022".
_NUMBER_BEHIND: Final = re.compile(rf"(?:,|(?<![A-Z]{{2}})\.)?{SPACE}\+?{NUMBER}(?:-{NUMBER})*(?![\w-])")
_PAIR_BEHIND: Final = re.compile(f"{SPACE}?[(\\[（［]")
# "99 Example": the number of a house. A year is read apart from the words after it.
_HOUSE: Final = re.compile(r"(?<![\w.,/-])(?!(?:19|20)[0-9][0-9] )[0-9]+ $")
_DIGITS: Final = re.compile(r"[0-9][0-9./-]*$")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORTEST: Final = 4
_NEAR: Final = 20  # characters in which a number is sought
_NEXT_WORD: Final = re.compile(f"\\s+([{BACKWARD}]+)")
_FOLLOWING: Final = 100
_FOLLOWING_WORD: Final = re.compile(f"{SPACE}+[{BACKWARD}]")
_EMBEDDED: Final[dict[Direction, str]] = {"ltr": "\u202a", "rtl": "\u202b"}
_END_OF_EMBEDDED: Final = "\u202c"
MARKS: Final[dict[Direction, str]] = {"ltr": "\u200e", "rtl": "\u200f"}
"""Characters without looks that have a direction."""
OTHER: Final[dict[Direction, Direction]] = {"ltr": "rtl", "rtl": "ltr"}
"""The other direction than each."""
_STRONG: Final[dict[str, Direction]] = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def has_backward(text: str) -> bool:
    """Whether a text has letters that are read from right to left."""
    return not text.isascii() and _HAS_BACKWARD.search(text) is not None


def has_both(text: str) -> bool:
    """Whether a text has letters of both directions."""
    return has_backward(text) and _LETTER["ltr"].search(text) is not None


def is_backward_only(text: str) -> bool:
    """Whether a text begins with a letter from right to left, and has no numbers and no letters of the other direction.

    So it has no :func:`moved_stretches`.
    """
    if _strong(text[:1]) != "rtl":
        return False
    if not _BACKWARD_ONLY.issuperset(text):
        _BACKWARD_ONLY.update(filter(_is_backward_or_sign, text))
    return _BACKWARD_ONLY.issuperset(text)


def _is_backward_or_sign(sign: str) -> bool:
    kind = unicodedata.bidirectional(sign)
    return kind in _BACKWARD_KINDS or (kind in _SIGN_KINDS and not sign.isalnum() and sign != OPAQUE)


_BACKWARD_KINDS: Final = ("R", "AL", "NSM", "WS")
_SIGN_KINDS: Final = ("ON", "CS", "ES", "ET")
_BACKWARD_ONLY: Final[set[str]] = set()
"""Characters that were found to be such letters, their marks, spaces and signs."""


def is_forward(text: str) -> bool:
    """Whether a text has letters, all of which are read from left to right."""
    return not has_backward(text) and any(unicodedata.bidirectional(sign) == "L" for sign in text)


def stretches(text: str, direction: Direction, months: Iterable[str] = ()) -> list[Stretch]:
    """The stretches of a text that are read against its direction.

    ``months`` are the names of months: a number before one is a day, and belongs to it.
    """
    found, start = list[Stretch](), 0
    names = frozenset(months)
    for line in text.split("\n"):
        numbers, known = _numbers_of(line, names) if direction == "rtl" else ([], line)
        found += ((start + first, start + last) for first, last in (*numbers, *_of_line(known, direction, names)))
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


def direction_of(text: str, usual: Direction) -> Direction:
    """The direction of the first letter of a text; the usual one, if it has none."""
    return next(filter(None, map(_strong, text)), usual)


def moved_stretches(text: str, direction: Direction) -> list[Stretch]:
    """The stretches of a text that would be shown otherwise if they were not isolated."""
    return [one for one in stretches(text, direction) if any(marks_around(text, *one, direction))]


def is_moved(whole: str, start: int, end: int) -> bool:
    """Whether words from right to left at a place of a text from left to right would be shown otherwise in an isolate.

    Signs before and after them belong to the text around them. Other such words after a space, as a surname after a
    name, are read with them.
    """
    start, end = core(whole, start, end)
    if _FOLLOWING_WORD.match(whole, end):
        whole = whole[:end]
    return any(_strong(sign) == "ltr" for sign in whole[start:end]) or any(marks_around(whole, start, end, "ltr"))


def core(whole: str, start: int, end: int) -> Stretch:
    """A stretch of a text without the signs and spaces before its first and behind its last letter or digit.

    A bracket or quotation mark stays if the other one of its pair does.
    """
    first = next((place for place in range(start, end) if _is_ordered(whole[place])), start)
    last = next((place for place in range(end - 1, first, -1) if _is_ordered(whole[place])), first)
    if start < first or last + 1 < end:
        pairs = [pair for pair in _paired(whole, start, end)[0].items() if pair[0] <= last and pair[1] >= first]
        first, last = min([first, *(one for one, _ in pairs)]), max([last, *(other for _, other in pairs)])
    return first, min(last + 1, end)


def is_read_on(text: str, around: Direction) -> bool:
    """Whether a value of the other direction before a text would be shown together with its beginning.

    It would, if a number follows, or behind a sign other such words or what is not known (:data:`OPAQUE`). In a text
    from right to left, such words need no sign before them: they are isolated by themselves.
    """
    line = text[:_FOLLOWING].partition("\n")[0]
    place = next((nth for nth, sign in enumerate(line) if _is_ordered(sign) or sign == OPAQUE), -1)
    following = line[place] if place >= 0 else ""
    if following.isdecimal() or _strong(following) == around or not following:
        return following.isdecimal()
    return line[:place].strip() != "" or (around == "rtl" and following != OPAQUE)


def _is_ordered(sign: str) -> bool:
    """Whether a character is a letter or a digit."""
    return sign.isdecimal() or _strong(sign) is not None


def marks_around(whole: str, start: int, end: int, around: Direction) -> tuple[str, str]:
    """The marks before and after a stretch of a text, for programs that look at the characters only.

    ``around`` is the direction of the text; the stretch has the other one. A mark has a direction, and no looks. The
    text has an :data:`OPAQUE` character for what is not known. Words with others in them that are read in the direction
    around are embedded (U+202A or U+202B, and U+202C): there are programs that know no isolates in isolates.
    """
    text, direction, following = whole[start:end], OTHER[around], whole[end : end + _FOLLOWING].partition("\n")[0]
    if any(_strong(sign) == around for sign in text) or (around == "ltr" and moved_stretches(text, "rtl")):
        return _EMBEDDED[direction], f"{_END_OF_EMBEDDED}{MARKS[around]}"
    last = next((sign for sign in reversed(text) if not unicodedata.combining(sign)), "")
    before = MARKS[direction] if _strong(text[:1]) != direction else ""
    after = MARKS[direction] if _strong(last) != direction and not last.isdecimal() else ""
    following_one = next((sign for sign in following if _is_ordered(sign) or sign == OPAQUE), "")
    apart = MARKS[around] if following_one and _strong(following_one) != around else ""
    return before, after + apart


def _strong(sign: str) -> Direction | None:
    """The direction of a character that has one."""
    return _STRONG.get(unicodedata.bidirectional(sign)) if sign else None


def _numbers_of(line: str, months: frozenset[str]) -> tuple[list[Stretch], str]:
    """The numbers of a line that would be shown otherwise, and the line, in which no stretch has the dash of a range.

    A number is shown as it is if it has neither signs nor a unit. A hyphen joins two of them, but not behind Arabic
    letters; a dash does not.
    """
    if not _DIGIT.search(line):
        return [], line
    found = quantities(line)
    apart = {one for one in found if not one.is_plain}
    ends = sorted(one.end for one in apart)
    signs = [*line]
    for one, other in _free_ranges(line, found, months):
        dash = line[one.end : other.start]
        signs[one.end : other.start] = OPAQUE * len(dash)
        if dash in _JOINING:
            before = bisect.bisect_right(ends, one.start)
            begin = max(ends[before - 1] if before else 0, one.start - _FOLLOWING)
            if one in apart or not _is_arabic(line[begin : one.start]):
                apart |= {one, other}
    return [(one.start, one.end) for one in found if one in apart], "".join(signs)


def _free_ranges(line: str, found: Sequence[Quantity], months: frozenset[str]) -> Iterator[tuple[Quantity, Quantity]]:
    """The ranges of a line that no phrase contains: "Articles 5-7" is read as a whole."""
    pairs = [*ranges(line, found)]
    if not pairs:
        return
    ends = [0, *(place for one in found for place in (one.start, one.end)), len(line)]
    words = "".join(
        line[start:end] if nth % 2 == 0 else OPAQUE * (end - start)
        for nth, (start, end) in enumerate(itertools.pairwise(ends))
    )
    letter = _LETTER["ltr"]
    phrases = [one for one in _of_line(line, "rtl", months) if letter.search(words, *one)]
    starts = [start for start, _ in phrases]
    for one, other in pairs:
        place = bisect.bisect_right(starts, one.start) - 1
        if place < 0 or phrases[place][1] < other.end:
            yield one, other


def _is_arabic(before: str) -> bool:
    """Whether numbers behind a text take their direction from Arabic letters in it."""
    last = next((sign for sign in reversed(before) if sign.isalpha() or sign == OPAQUE), "")
    return last != "" and unicodedata.bidirectional(last) == "AL"


def _of_line(line: str, direction: Direction, months: frozenset[str]) -> Iterator[Stretch]:
    if direction == "ltr" and not has_backward(line):
        return
    is_other = OPAQUE not in line and {*map(_strong, {*line})} - {None} == {OTHER[direction]}
    if is_other and (direction == "ltr" or not has_backward(line)):  # Arabic commas between terms are of an Arabic text
        yield len(line) - len(line.lstrip()), len(line.rstrip())
        return
    letter = _LETTER[OTHER[direction]]
    for segment in _SEGMENT[direction].finditer(line):
        if not letter.search(segment[0]):
            continue
        pairs, alone = _paired(line, *segment.span())
        start = segment.start()
        for end in (*alone, segment.end()):
            yield from _Passage(line, start, end, pairs, OTHER[direction], months).stretches()
            start = end + 1


def _paired(line: str, start: int, end: int) -> tuple[dict[int, int], list[int]]:
    """Where each bracket or quotation mark that is opened here is closed, and the places of those without the other."""
    pairs, alone, opened = dict[int, int](), list[int](), list[int]()
    count = Counter[str]()
    for one in _BRACKET.finditer(line, start, end):
        opening = _CLOSING.get(one[0]) or (_QUOTE if one[0] == _QUOTE and count[_QUOTE] else "")
        if not opening:
            opened.append(one.start())
            count[one[0]] += 1
        elif not count[opening]:
            alone.append(one.start())
        else:
            while line[opened[-1]] != opening:
                alone.append(opened.pop())
                count[line[alone[-1]]] -= 1
            pairs[opened.pop()] = one.start()
            count[opening] -= 1
    return pairs, sorted([*alone, *opened])


@dataclass(frozen=True, slots=True)
class _Passage:
    """A part of a line without letters of the direction around it, in which every bracket is one of a pair."""

    line: str
    start: int
    end: int
    pairs: Mapping[int, int]
    direction: Direction
    months: frozenset[str]

    def stretches(self) -> Iterator[Stretch]:
        """What is in brackets before the first word, and what begins with the first word that is in none."""
        place = self.start
        while place < self.end:
            sign = self.line[place]
            if _LETTER[self.direction].match(sign):
                yield self._begin(place), self._end(place)
                return
            if place not in self.pairs:
                place += 1
                continue
            close = self.pairs[place]
            if _LETTER[self.direction].search(self.line, place, close):
                number = _DIGITS.search(self.line, max(self.start, place - _NEAR), place)
                if number and self.direction == "ltr":  # "2.1.3(b)"
                    yield number.start(), close + 1
                else:
                    text = self.line[place + 1 : close]
                    yield place + 1 + len(text) - len(text.lstrip()), close - len(text) + len(text.rstrip())
            place = close + 1

    def _begin(self, place: int) -> int:
        """Where a stretch begins whose first letter is here: with signs, or the number of a house, before it."""
        if self.direction == "rtl":
            return place
        near = max(self.start, place - _NEAR)
        if before := _BEFORE.search(self.line, near, place):
            return before.start()
        word = _FIRST_WORD.match(self.line, place)
        house = _HOUSE.search(self.line, near, place)
        is_word = word is not None and len(word[0]) >= _SHORTEST and not word[0].isupper()
        return house.start() if house and is_word else place

    def _end(self, begin: int) -> int:
        """Where a stretch ends: behind its last letter, the pair of brackets that has it, and what belongs to it."""
        letter = _LETTER[self.direction]
        last = next(place for place in range(self.end - 1, begin - 1, -1) if letter.match(self.line[place]))
        end, place = last + 1, begin
        while place < last:
            close = self.pairs.get(place, place)
            end = max(end, close + 1) if close > last else end
            place = close + 1
        while (longer := self._longer(end)) > end:
            end = longer
        return end

    def _longer(self, end: int) -> int:
        """The end of a stretch with the next number or pair of brackets behind it that belongs to it."""
        if found := _BEHIND[self.direction].match(self.line, end, self.end):
            end = found.end()
        if self.direction == "rtl":
            return end
        number = _NUMBER_BEHIND.match(self.line, end, self.end)
        if number and self.line[end - 1].isalpha() and not self.line.startswith(OPAQUE, number.end()):
            word = _NEXT_WORD.match(self.line, number.end())
            if word is None or word[1] not in self.months:
                return number.end()
        pair = _PAIR_BEHIND.match(self.line, end, self.end)
        return self.pairs[pair.end() - 1] + 1 if pair and pair.end() - 1 in self.pairs else end
