"""Reads decades: "the 1990s", "los años 90", "90-е годы", "20世纪90年代"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from circulars.east_asian import HAN, has_unspaced
from circulars.language import Language
from circulars.model.phrases import Gap, Pattern
from circulars.review.rules.names import any_of
from circulars.review.rules.stated import Expression, Reading, number_atom

_SPACE: Final = "[ \u00a0\u2009\u202f]"
_DASH: Final = "[-‐‑–—−]"
_ROUND: Final = rf"\d{{1,3}}0(?!\d|[.,'’\u066b\u066c]\d|{_SPACE}\d{{3}}(?!\d))"
"""A number that ends with 0 and is not the beginning of a longer one: "20 000", "10,5"."""
_JOINT: Final = rf"{_SPACE}?(?:{_DASH}|[,،、~～]|[^\W\d_]{{1,3}}){_SPACE}?"
_PLACES: Final = {"century": r"\d{2}", "decade": _ROUND}
_OTHERS: Final = rf"(?P<others>(?:\d+{_JOINT})*)"
"""Other decades after the same words: "les années 1980 et 1990"."""
_MORE: Final = rf"(?P<more>(?:\d{{1,3}}0{_JOINT}){{0,4}})"
"""Other decades before the same words: "20世纪80、90年代"."""
_BEGIN: Final = rf"(?<![^\W\d_{HAN}])"
_NEAR: Final = 40
_CENTURY: Final = 100


@dataclass(frozen=True, slots=True)
class Decades:
    """Finds decades: ``patterns`` are pairs of what is before the first digit, and what begins there."""

    patterns: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]

    def at(self, place: int, text: str) -> tuple[Expression, ...]:
        """The decades that are written together, the first of which has its first digit at a place of a text."""
        for before, pattern in self.patterns:
            if (found := pattern.match(text, place)) and (words := before.search(text, max(place - _NEAR, 0), place)):
                typed = words[0] + found[0] if not words["others"] else found[0]
                return tuple(_expressions(found, typed))
        return ()


def decades_of(language: Language) -> Decades:
    """The decades of a language."""
    return Decades(tuple(map(_compiled, language.reading.decades)))


def _compiled(pattern: Pattern) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words, *rest = pattern.pieces if isinstance(pattern.pieces[0], str) else ("", *pattern.pieces)
    before = (
        f"(?:{any_of([words.rstrip()])}){_SPACE}?{_OTHERS}$"
        if isinstance(words, str) and words
        else f"{_BEGIN}(?P<others>)$"
    )
    follows = [*rest[1:], ""]
    pieces = "".join(_piece(piece, following) for piece, following in zip(rest, follows, strict=True))
    return re.compile(before, re.IGNORECASE), re.compile(pieces, re.IGNORECASE)


def _piece(piece: str | Gap, following: str | Gap) -> str:
    """An expression for a piece of a pattern before another one; Han may have spaces around them."""
    if isinstance(piece, Gap):
        more = _MORE if piece.name == "decade" and following else ""
        return f"{more}(?P<{piece.name}>{_PLACES[piece.name]})"
    words = re.escape(piece).replace(r"\ ", _SPACE).replace(r"\-", _DASH)
    if has_unspaced(piece):
        return f"{_SPACE}?{words}{_SPACE}?" if following else f"{_SPACE}?{words}"
    return words if following else rf"{words}(?![^\W\d_])"


def _expressions(found: re.Match[str], typed: str) -> Iterator[Expression]:
    groups = found.groupdict()
    for decade in (*re.findall(r"\d+", groups.get("more") or ""), groups["decade"]):
        yield Expression("number", typed, found.end() - len(typed), _readings(int(decade), groups.get("century")))


def _readings(decade: int, century: str | None) -> tuple[Reading, ...]:
    """What a decade may mean: "90" is that of 1990; without its century, it may be that of 2090 as well."""
    numbers: tuple[int, ...]
    if century:
        numbers = ((int(century) - 1) * _CENTURY + decade, decade)
    elif decade < _CENTURY:
        numbers = (decade, 1900 + decade, 2000 + decade)
    else:
        numbers = (decade, decade % _CENTURY)
    return tuple(frozenset({number_atom(number)}) for number in numbers)
