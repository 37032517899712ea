"""The expressions that find what a language does not write, made once for each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from circulars.language import Language, locale_of

NO_BREAK: Final = "\u00a0"
_NOTHING: Final = r"(?!)()"
_GROUPED: Final = r"(?<![\d+(,./-])(?<!\d[ \u00a0])(?<!\w-)\d{1,3}( )\d{3}(?= [^\W\d_]{2})"


@dataclass(frozen=True, slots=True)
class WritingPatterns:
    """Expressions for a language, each of which has what is wrong as a group.

    ``spaces`` are those beside marks at which no line may end, ``number_spaces`` those beside numbers, ``number_signs``
    other signs before a number, ``decimals`` numbers with another decimal sign before what they measure, ``months``
    those with a capital before a year, and ``spelt`` the words of other spellings, without regard to capitals.
    """

    spaces: tuple[re.Pattern[str], ...]
    number_spaces: tuple[re.Pattern[str], ...]
    number_signs: re.Pattern[str]
    decimals: re.Pattern[str]
    months: re.Pattern[str]
    spelt: frozenset[str]


def patterns_of(language: Language) -> WritingPatterns:
    """The expressions of a language."""
    key = language.code, language.fingerprint
    if key not in _PATTERNS:
        _PATTERNS[key] = WritingPatterns(
            tuple(map(re.compile, _spaces(language))),
            tuple(map(re.compile, _number_spaces(language))),
            re.compile(_number_signs(language)),
            re.compile(_decimals(language)),
            re.compile(_months(language)),
            frozenset(word.casefold() for word in language.writing.spellings),
        )
    return _PATTERNS[key]


_PATTERNS: dict[tuple[str, str], WritingPatterns] = {}


# Where an expression begins with the space itself, it is found much faster.
def _spaces(language: Language) -> Iterator[str]:
    words = language.writing
    if words.no_break_before:
        yield rf"( )(?<=\S )[{_characters(words.no_break_before)}](?!\w)"
    if words.no_break_after:
        yield rf"[{_characters(words.no_break_after)}]( )(?=\S)"


def _number_spaces(language: Language) -> Iterator[str]:
    words = language.writing
    if words.units:
        yield rf"( )(?<=\d )(?:{_any(words.units)})(?![\w/]|\.\s\w)"
    if words.number_signs:
        yield rf"(?<!\w){re.escape(words.number_signs[0])}( )(?=\d)"
    if language.numbers.thousands == NO_BREAK:
        yield _GROUPED


def _number_signs(language: Language) -> str:
    signs = language.writing.number_signs[1:]
    return rf"(?<!\w)({_any(signs)})[ \u00a0]?(?=\d)" if signs else _NOTHING


def _decimals(language: Language) -> str:
    """Numbers before a unit, percent or millions, but not before hours: "9.30 h" is a time."""
    reading = language.reading
    hours = {*reading.hours, *reading.minutes, *reading.before_hours}
    scales = [word for words in reading.scales.values() for word in words]
    words = [word for word in (*language.writing.units, *reading.percent, *scales) if word not in hours]
    if language.numbers.decimal not in (".", ",") or not words:
        return _NOTHING
    other = "," if language.numbers.decimal == "." else r"\."
    return rf"(?<![\w.,/-])(\d+{other}(?:\d\d?|\d{{4,}}))(?=[ \u00a0]?(?:{_any(words)})(?!\w))"


def _months(language: Language) -> str:
    if not language.writing.small_months:
        return _NOTHING
    calendar = locale_of(language.locale).months
    names = {str(name) for form in ("format", "stand-alone") for name in calendar[form]["wide"].values()}
    names |= {name for own in language.calendar.months.values() for name in own}
    capital = _any(name[:1].upper() + name[1:] for name in names)
    return rf"(?:(?<=[\w,][ \u00a0])|(?<=\())({capital})(?=[ \u00a0](?:\w{{2,3}}[ \u00a0])?\d{{4}})"


def _characters(marks: Iterable[str]) -> str:
    return re.escape("".join(marks))


def _any(words: Iterable[str]) -> str:
    """Any of some words, the longest first; one that ends with "*" has any ending."""
    ordered = sorted({*words}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in ordered)
