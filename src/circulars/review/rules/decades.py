"""Reads decades: "the 1990s", "los años 90", "90-е годы", "20世纪90年代"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from circulars.east_asian import has_unspaced
from circulars.language import Language
from circulars.model.phrases import Gap, Pattern
from circulars.review.rules.names import any_of
from circulars.review.rules.stated import Expression, Reading, number_atom

_SPACE: Final = "[ \u00a0\u2009\u202f]"
_PLACES: Final = {"century": r"\d{2}", "decade": r"\d{1,3}0(?!\d)"}
_OTHERS: Final = rf"(?P<others>(?:\d+{_SPACE}?(?:[-,–]|[^\W\d_]{{1,3}}){_SPACE}?)*)"
"""Other decades after the same words: "les années 1980 et 1990"."""
_NEAR: Final = 40
_CENTURY: Final = 100


@dataclass(frozen=True, slots=True)
class Decades:
    """Finds decades: ``patterns`` are pairs of what is before the first digit, and what begins there."""

    patterns: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]

    def at(self, place: int, text: str) -> Expression | None:
        """The decade whose digits begin at a place of a text."""
        for before, pattern in self.patterns:
            if (found := pattern.match(text, place)) and (words := before.search(text, max(place - _NEAR, 0), place)):
                typed = words[0] + found[0] if not words["others"] else found[0]
                return Expression("number", typed, found.end() - len(typed), _readings(found))
        return None


def decades_of(language: Language) -> Decades:
    """The decades of a language."""
    return Decades(tuple(map(_compiled, language.reading.decades)))


def _compiled(pattern: Pattern) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words, *rest = pattern.pieces if isinstance(pattern.pieces[0], str) else ("", *pattern.pieces)
    before = (
        f"(?:{any_of([words.rstrip()])}){_SPACE}?{_OTHERS}$" if isinstance(words, str) and words else "(?P<others>)$"
    )
    return re.compile(before, re.IGNORECASE), re.compile("".join(map(_piece, rest)), re.IGNORECASE)


def _piece(piece: str | Gap) -> str:
    if isinstance(piece, Gap):
        return f"(?P<{piece.name}>{_PLACES[piece.name]})"
    end = "" if has_unspaced(piece[-1:]) else r"(?![^\W\d_])"
    return re.escape(piece).replace(r"\ ", _SPACE) + end


def _readings(found: re.Match[str]) -> tuple[Reading, ...]:
    """What a decade may mean: "90" is that of 1990; without its century, it may be that of 2090 as well."""
    groups = found.groupdict()
    decade = int(groups["decade"])
    numbers: tuple[int, ...]
    if century := groups.get("century"):
        numbers = ((int(century) - 1) * _CENTURY + decade, decade)
    elif decade < _CENTURY:
        numbers = (decade, 1900 + decade, 2000 + decade)
    else:
        numbers = (decade, decade % _CENTURY)
    return tuple(frozenset({number_atom(number)}) for number in numbers)
