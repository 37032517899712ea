"""Reads the letter after a number: "No. 246D", "المادة 12 ألف"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from circulars.addressing.lookalikes import skeleton
from circulars.east_asian import HAN
from circulars.language import Language
from circulars.review.rules.names import any_of
from circulars.review.rules.stated import Reading

_SPACE: Final = "[ \u00a0\u2009\u202f]"
_CAPITAL: Final = re.compile(rf"({_SPACE}?)([^\W\d_])(?![^\W{HAN}])")
"""The capital after a number: in "246D" it is part of it, in "246 D" it may be."""
_OF_UNITS: Final = frozenset("GHKMTVW")
"""Capitals that are symbols of units, of their multiples or of hours in any language: "100W", "10G", "1400H"."""


@dataclass(frozen=True, slots=True)
class Lettered:
    """A number with a letter, which ``is_whole`` if nothing else is possible; ``length`` is that after the digits."""

    reading: Reading
    length: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class NumberLetters:
    """Finds the letter after a number: a capital, or its name in the language."""

    spelled: re.Pattern[str]
    letters: dict[str, str]

    def after(self, typed: str, end: int, text: str) -> Lettered | None:
        """A number that ends at a place of a text, with its letter; None if it has none."""
        if (found := _CAPITAL.match(text, end)) and found[2].isupper():
            is_whole = not found[1] and not _is_of_unit(found[2])
            return Lettered(_reading(typed, found[2]), len(found[0]), is_whole)
        if self.letters and (found := self.spelled.match(text, end)):
            return Lettered(_reading(typed, self.letters[found[1]]), len(found[0]), is_whole=False)
        return None


def number_letters(language: Language) -> NumberLetters:
    """The letters of a language after numbers."""
    letters = {word: letter for letter, words in language.reading.letters.items() for word in words}
    return NumberLetters(re.compile(rf"{_SPACE}?({any_of(letters)})"), letters)


def has_own_letter(after: str) -> bool:
    """Whether what is after a number begins with a capital that belongs to it, and to no unit."""
    found = _CAPITAL.match(after)
    return found is not None and not _is_of_unit(found[2])


def _is_of_unit(letter: str) -> bool:
    return skeleton(letter) in _OF_UNITS


def _reading(typed: str, letter: str) -> Reading:
    return frozenset({("lettered", f"{typed}{skeleton(letter).casefold()}")})
