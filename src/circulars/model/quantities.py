"""Finds numbers with their signs and units in a text, and the ranges of two of them.

A quantity is read as one word: "-5 %", "№ 5", "1 710", "1 785 MHz", "5 ± 0.5 dB", "+41 22 730 0000", "2025-05-12". Two
quantities with a dash between them are a range: "1 710–1 785 MHz".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

BACKWARD: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""The letters that are read from right to left, for a set of characters in a pattern."""
SPACE: Final = "[ \u00a0\u2009\u202f]"
SUPERSCRIPTS: Final = "\u00b2\u00b3\u00b9\u2070-\u209f"
NUMBER: Final = r"[0-9]+(?:[.,:/][0-9]+)*"
"""A number, a time, a date with strokes or a fraction."""
_APART: Final = f"(?<![^\\W{BACKWARD}])"  # behind no Latin letter and no digit
_ENDED: Final = f"(?![^\\W{BACKWARD}])"
_GROUPED: Final = rf"[0-9]{{1,3}}(?:{SPACE}[0-9]{{3}})+(?:[.,][0-9]+)?(?![0-9])"
_MANY_GROUPS: Final = rf"(?!{_GROUPED}(?!{SPACE}[0-9]))[0-9]+(?:{SPACE}[0-9]+){{2,}}(?:[.,][0-9]+)?"
_SIMPLE: Final = rf"(?:{_GROUPED}|{NUMBER})[\u207a\u207b{SUPERSCRIPTS}]*"
_JOINED: Final = rf"{_SIMPLE}(?:{SPACE}?[×±·⋅+]{SPACE}?{_SIMPLE})*"
_CURRENCY: Final = "$£¥€₪₽₹₺"
# A hyphen is a sign only where a word could begin, or behind a dash: in Hebrew one joins a prefix to a number.
_SIGN: Final = rf"(?:(?<![^\s(\[«“\"\u2013\u2014…])-|[+\u2212±~≈]|(?:№|#|§{{1,2}}|[A-Z]{{0,3}}[{_CURRENCY}]){SPACE}?)"
_PREFIX: Final = "(?:da|[EPTGMkKhcmµμnpf])?"
_BASE: Final = (
    f"{_PREFIX}(?:Hz|bits?|bps|Bd|i?B|Wh?|VA?|A|Ω|\u2126|F|H|m|g|s|J|N|Pa|K|T|lx|lm|cd|mol|eV|Sv|Gy|Bq|[Ll]|t|bar|Wb)"
    f"|dB(?:m|i|d|W|c|[µμ]?V)?|min|h|ha|rad|sr|Np|Erl|px|pt|dpi|ppm|ppb|rpm|fps"
    f"|UTC|GMT|CES?T|CHF|EUR|USD|GBP|JPY|CNY|RUB|[SX]DR|°[CF]?|%|‰"
)
_POWER: Final = f"[\u207a\u207b{SUPERSCRIPTS}]*"
_UNIT: Final = (
    rf"(?:(?:{_BASE}){_POWER}(?:[/·⋅](?:{_BASE}){_POWER})*(?:\((?:{_BASE}){_POWER}(?:[/·⋅](?:{_BASE}){_POWER})*\))?"
    rf"{_ENDED}|[{_CURRENCY}])"
)
_PLACE: Final = rf"{_APART}(?<![0-9{SUPERSCRIPTS}][.,:/])(?<![A-Za-z][.,:/])"
_TELEPHONE: Final = (
    rf"{_APART}(?=\+(?:[ \u00a0()./-]{{0,2}}[0-9]){{7}})"
    rf"\+{NUMBER}(?:[ \u00a0./-]?(?:\([0-9]+\)[ \u00a0./-]?)?{NUMBER})*"
    rf"|\(0[0-9]*\)[ \u00a0]?[0-9]+(?:[ \u00a0./-][0-9]+)*"
)
_WHOLE: Final = rf"{_TELEPHONE}|{_PLACE}(?:{_MANY_GROUPS}(?!{SPACE}?[×±·⋅+])|[0-9]+(?:-[0-9]+){{2,}}(?![0-9]))"
_QUANTITY: Final = re.compile(rf"(?P<whole>{_WHOLE})|(?:{_APART}{_SIGN}|{_PLACE}){_JOINED}(?:{SPACE}?{_UNIT})?")
_PLAIN: Final = re.compile(NUMBER)
_DASH: Final = re.compile(f"{SPACE}?[-\u2010-\u2015\u2212…]{SPACE}?")


class Quantity(NamedTuple):
    """Where a quantity is in a text.

    It ``is_plain`` if it has neither sign, space nor unit. It ``is_whole`` if it can be no end of a range, as a
    telephone number.
    """

    start: int
    end: int
    is_plain: bool
    is_whole: bool


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text, in order."""
    return [
        Quantity(*one.span(), _PLAIN.fullmatch(one[0]) is not None, one["whole"] is not None)
        for one in _QUANTITY.finditer(text)
    ]


def ranges(text: str, found: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """The pairs of a text's quantities that have a dash between them."""
    for one, other in itertools.pairwise(found):
        if not one.is_whole and not other.is_whole and _DASH.fullmatch(text, one.end, other.start):
            yield one, other
