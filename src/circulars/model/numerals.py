"""Letters and Roman numerals that count the entries of lists."""

from __future__ import annotations

from typing import Final

LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_ROMANS: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def letter(alphabet: str, number: int) -> str:
    """The ``number``-th label (from 1) of a list with letters, in Word's sequence: a … z, aa, bb …"""
    turns, place = divmod(number - 1, len(alphabet))
    return alphabet[place] * (turns + 1)


def roman(number: int) -> str:
    """A number from 1 in small Roman numerals."""
    result = ""
    for value, numeral in _ROMANS:
        times, number = divmod(number, value)
        result += numeral * times
    return result
