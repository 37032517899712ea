"""The words of a language for measures and currencies, and how to find that of a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from circulars.language import Language
from circulars.review.rules.names import any_of

_SPACE: Final = "[ \u00a0\u2009\u202f]"
_SHORT: Final = rf"(?:[^\W\d_]{{1,3}}(?:['’]|{_SPACE}))?"  # "5 millions de francs", "d'euros"


@dataclass(frozen=True, slots=True)
class Units:
    """Finds the unit of a number ``before`` or ``after`` it; ``words`` has an expression for each symbol."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    words: tuple[tuple[str, re.Pattern[str]], ...]

    def beside(self, before: str, after: str, scales: re.Pattern[str]) -> tuple[str, int, int]:
        """The symbol of a number's unit, and how many characters before and after the number belong to it.

        ``scales`` are words such as "million", which may be between. Without a unit the symbol is "".
        """
        if not self.words:
            return "", 0, 0
        end = 0
        while scale := scales.match(after, end):
            end = scale.end()
        if found := self.after.match(after, end):
            return self._symbol(found[1]), 0, found.end()
        if found := self.before.search(before):
            return self._symbol(found[1]), len(before) - found.start(), 0
        return "", 0, 0

    def _symbol(self, typed: str) -> str:
        """The symbol of a unit as typed; capitals count if there is a unit that they make: "MW", "mW"."""
        matching = [symbol for symbol, words in self.words if words.fullmatch(typed)]
        return next((symbol for symbol in matching if symbol == typed), matching[0] if len({*matching}) == 1 else "")


def units_of(language: Language) -> Units:
    """The units of a language: its words for them, and their symbols."""
    units = {symbol: (symbol, *words) for symbol, words in language.reading.units.items()}
    every = any_of(word for words in units.values() for word in words)
    return Units(
        re.compile(rf"(?<!\w)({every}){_SPACE}?$", re.IGNORECASE),
        re.compile(rf"{_SPACE}?{_SHORT}({every})", re.IGNORECASE),
        tuple((symbol, re.compile(any_of(words), re.IGNORECASE)) for symbol, words in units.items()),
    )
