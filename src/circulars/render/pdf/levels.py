"""Resolves the directions of text by the Unicode Bidirectional Algorithm (UAX #9).

A level is even for what is read from left to right, and odd for what is read from right to left. Pango, which sets the
lines, computes the levels of a paragraph with FriBidi.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

LEFT_TO_RIGHT: Final = "\u2066"
RIGHT_TO_LEFT: Final = "\u2067"
FIRST_STRONG: Final = "\u2068"
"""Characters that begin an isolate: text whose direction does not affect the text around it."""
END: Final = "\u2069"
OBJECT: Final = "\ufffc"
"""What stands for a picture or a box in a paragraph."""
DECLARATION: Final = """
unsigned char *pango_log2vis_get_embedding_levels(const char *text, int length, int *direction);
void g_free(void *memory);
"""
_BACKWARD: Final = re.compile(
    "[\u0590-\u08ff\u061c\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PARAGRAPH: Final = re.compile("[^\n\r\x1c-\x1e\x85\u2029]*[\n\r\x1c-\x1e\x85\u2029]?")
_SEPARATOR: Final = re.compile("[\t\n\v\r\x1c-\x1f\x85\u2029]")
_STRONG: Final = frozenset(("L", "R", "AL"))
_AT_END: Final = frozenset(("WS", "S", "B", "BN", "LRI", "RLI", "FSI", "PDI"))
_BEGINNINGS: Final = (LEFT_TO_RIGHT, RIGHT_TO_LEFT, FIRST_STRONG)
_BOUNDS: Final = re.compile("[\u2066-\u2069]")  # all of these, and the end
_MOST_TEXTS, _LONGEST = 512, 1_000  # of what is kept

Levels = Callable[[str, bool], bytes]
"""The level of each character of a text; true for a paragraph that is read from right to left."""


def levels_with(pango: Any, ffi: Any, gobject: Any) -> Levels:
    """The function that has Pango compute levels."""

    @functools.lru_cache(maxsize=_MOST_TEXTS)
    def of_line(line: str, is_rtl: bool) -> bytes:
        if _has_one_level(line, is_rtl):
            return bytes([is_rtl]) * len(line)
        data = line.encode()
        direction = ffi.new("int *", pango.PANGO_DIRECTION_RTL if is_rtl else pango.PANGO_DIRECTION_LTR)
        levels = pango.pango_log2vis_get_embedding_levels(data, len(data), direction)
        found = bytes(ffi.buffer(levels, len(line)))
        gobject.g_free(levels)
        return found

    def computed(text: str, is_rtl: bool) -> bytes:
        lines = filter(None, _PARAGRAPH.findall(text))
        return b"".join([_with_isolates(line, is_rtl, of_line) for line in lines])

    cached = functools.lru_cache(maxsize=_MOST_TEXTS)(computed)

    def levels_of(text: str, is_rtl: bool) -> bytes:
        if _has_one_level(text, is_rtl):
            return bytes([is_rtl]) * len(text)
        return (cached if len(text) <= _LONGEST else computed)(text, is_rtl)

    return levels_of


def _has_one_level(line: str, is_rtl: bool) -> bool:
    """Whether nothing in a line is read against the direction of its paragraph; all of it then has the same level."""
    keeping, turning = _KEEPING[is_rtl], _TURNING[is_rtl]
    if keeping.issuperset(line):
        return True
    if turning.isdisjoint(line):
        against = _AGAINST[is_rtl]
        for sign in line:
            (turning if unicodedata.bidirectional(sign) in against else keeping).add(sign)
    return turning.isdisjoint(line)


_FORMATTING: Final = ("", "B", "BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_AGAINST: Final = (frozenset((*_FORMATTING, "R", "AL", "AN")), frozenset((*_FORMATTING, "L", "EN", "AN")))
_KEEPING: Final[tuple[set[str], set[str]]] = (set(), set())
"""Characters that were found to be read in the direction of their paragraph: from left to right, from right to left."""
_TURNING: Final[tuple[set[str], set[str]]] = (set(), set())
"""Characters that were found to be read against it, or to affect the direction of others."""


def _with_isolates(line: str, is_rtl: bool, levels_of: Levels) -> bytes:
    """The levels of a line; what is in an isolate is resolved by itself, and is one object for what is around it.

    FriBidi 1.0 resolves the beginning of an isolate with the end of the one before it: a number in it is reversed.
    """
    isolates = [*_isolates_in(line)] if END in line else []
    around, end = "", 0
    for start, stop in isolates:
        around += line[end:start] + OBJECT * 2
        end = stop
    levels = levels_of(around + line[end:], is_rtl)
    found, end, taken = bytearray(), 0, 0
    for start, stop in isolates:
        begin = taken + start - end + 1
        inner = isolate_levels(line[start], line[start + 1 : stop - 1], is_rtl, levels_of)
        found += levels[taken:begin] + inner + levels[begin : begin + 1]
        end, taken = stop, begin + 1
    return bytes(found) + levels[taken:]


def isolate_levels(beginning: str, text: str, is_rtl: bool, levels_of: Levels) -> bytes:
    """The levels of a text in an isolate that begins with a character, in a paragraph of a direction."""
    is_inner_rtl = _is_rtl(beginning, text)
    inner = _with_isolates(text, is_inner_rtl, levels_of) if END in text else levels_of(text, is_inner_rtl)
    # The next level above that of the paragraph (rules X5a to X5c), less that of the isolate by itself.
    return inner if is_inner_rtl and not is_rtl else inner.translate(_TWO_HIGHER)


_TWO_HIGHER: Final = bytes(min(level + 2, 255) for level in range(256))


def _isolates_in(line: str) -> Iterator[tuple[int, int]]:
    """Where each isolate that is in no other begins and ends, with the characters that begin and end it."""
    opened = list[int]()
    found = list[tuple[int, int]]()
    for one in _BOUNDS.finditer(line):
        place = one.start()
        if line[place] in _BEGINNINGS:
            opened.append(place)
        elif opened:
            start = opened.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, place + 1))
    return iter(found)


def _is_rtl(beginning: str, text: str) -> bool:
    """Whether an isolate is read from right to left: its first letter decides, if nothing else does (rules P2, P3)."""
    if beginning != FIRST_STRONG:
        return beginning == RIGHT_TO_LEFT
    end = 0
    for start, stop in (*(_isolates_in(text) if END in text else ()), (len(text), len(text))):
        for sign in text[end:start]:
            kind = unicodedata.bidirectional(sign)
            if kind in _STRONG:
                return kind != "L"
        end = stop
    return False


def has_backward(text: str) -> bool:
    """Whether anything in a text is read from right to left."""
    return not text.isascii() and _BACKWARD.search(text) is not None


def ends_with_space(text: str) -> bool:
    """Whether the level of the last character of a text is that of the paragraph if it is at the end of a line."""
    return unicodedata.bidirectional(text[-1]) in _AT_END


def line_levels(text: str, levels: Sequence[int], base: int) -> list[int]:
    """The levels of a line of a paragraph: spaces at its end, and before tabs, have that of the paragraph (rule L1)."""
    found = [*levels]
    for end in (len(text), *(separator.end() for separator in _SEPARATOR.finditer(text))):
        place = end
        while place and unicodedata.bidirectional(text[place - 1]) in _AT_END:
            place -= 1
            found[place] = base
    return found


def level_runs(levels: Sequence[int]) -> list[tuple[int, int, int]]:
    """The stretches of one level: where each begins and ends, and its level."""
    if levels and levels.count(levels[0]) == len(levels):
        return [(0, len(levels), levels[0])]
    ends = [place for place in range(1, len(levels)) if levels[place] != levels[place - 1]]
    bounds = [0, *ends, len(levels)] if levels else []
    return [(start, end, levels[start]) for start, end in itertools.pairwise(bounds)]


def visual_order(levels: Sequence[int]) -> list[int]:
    """The places of what has these levels on a line, from left to right (rule L2): [0, 2, 1] shows the third second."""
    order = [*range(len(levels))]
    if len({*levels}) == 1:
        return order[::-1] if levels[0] % 2 else order
    for level in range(max(levels, default=0), 0, -1):
        place = 0
        while place < len(order):
            end = place
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[place:end] = reversed(order[place:end])
            place = end + 1
    return order


def ranks_of(levels: Sequence[int]) -> list[int]:
    """The places of what has these levels on a line, counted from the left."""
    ranks = [0] * len(levels)
    for rank, place in enumerate(visual_order(levels)):
        ranks[place] = rank
    return ranks


def is_kept(parts: Sequence[tuple[int, int, int, int]], alone: Sequence[int]) -> bool:
    """Whether a text that is set by itself is shown in the order that it has on its line.

    Each of its ``parts`` on the line is where it begins and ends in the text, its level, and its place, counted from
    the left. ``alone`` are the levels of the text by itself.
    """
    ranks, runs = [part[3] for part in parts], level_runs(alone)
    first = min(ranks)
    return (
        max(ranks) - first < len(ranks)
        and [(start, end, level % 2) for start, end, level in runs]
        == [(start, end, level % 2) for start, end, level, _ in parts]
        and ranks_of([level for *_, level in runs]) == [rank - first for rank in ranks]
    )
