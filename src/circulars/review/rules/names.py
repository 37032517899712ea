"""The words of a language that are numbers, months and days of the week, and how to find them in a text."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

from circulars.east_asian import has_unspaced
from circulars.language import Language, locale_of

_LETTER: Final = r"[^\W\d_]"
_MARKS: Final = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670"  # accents and vowels that are characters of their own
WORD: Final = re.compile(rf"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*")
_MARK: Final = re.compile(f"[{_MARKS}]")
_MOST_PREFIXES: Final = 3
_TEN: Final = 10
_LONGEST: Final = 30  # Han; more are no number: Python limits the digits of numbers
_MOST_KNOWN: Final = 20_000  # words; most letters of a folder use the same


@dataclass(frozen=True, slots=True)
class Named:
    """What a word names: the number of a month or of a day of the week (from 0, Monday), an hour, or a number.

    It ``is_certain`` if it can be nothing else, and ``is_doubtful`` if it is short for a name and a word as well.
    """

    kind: str
    number: int
    is_certain: bool = True
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The words of a language: ``words`` as they are typed, ``stems`` with any ending.

    ``phrases`` finds names of several words and those in scripts without spaces, whose names are in ``phrased``.
    ``weekdays`` are the certain names of days. ``known`` are words that were looked up, ``nothing`` those that name
    nothing.
    """

    words: Mapping[str, Named]
    stems: Mapping[str, Named]
    lengths: tuple[int, ...]
    prefixes: tuple[str, ...]
    phrases: re.Pattern[str] | None
    phrased: Mapping[str, Named]
    weekdays: tuple[str, ...] = ()
    known: dict[str, Named] = field(default_factory=dict, compare=False)
    nothing: set[str] = field(default_factory=set, compare=False)

    def of(self, word: str) -> Named | None:
        """What a word names, also with prefixes; None if that is nothing."""
        if word in self.nothing:
            return None
        if word in self.known:
            return self.known[word]
        if len(self.known) + len(self.nothing) >= _MOST_KNOWN:
            self.known.clear()
            self.nothing.clear()
        if found := self._bare(word if word.isascii() else _MARK.sub("", word), _MOST_PREFIXES):
            self.known[word] = found
        else:
            self.nothing.add(word)
        return found

    def is_any(self, words: set[str]) -> bool:
        """Whether any of some words names something."""
        return any(map(self.of, words - self.nothing))

    def phrase(self, typed: str) -> Named | None:
        """What a name of several words, or one in a script without spaces, names."""
        return self.phrased.get(typed) or self.phrased.get(re.sub(r"\s", " ", typed))

    def is_certain(self, typed: str) -> bool:
        """Whether a name can be nothing else."""
        named = self.phrase(typed) or self.of(typed)
        return named is not None and named.is_certain

    def has_weekday(self, text: str) -> bool:
        """Whether the certain name of a day is anywhere in a text."""
        return any(map(text.__contains__, self.weekdays))

    def _bare(self, word: str, prefixes: int) -> Named | None:
        folded = word.casefold()
        if found := self.words.get(word) or self.words.get(folded):
            return found
        for length in self.lengths:
            if len(folded) >= length and (found := self.stems.get(folded[:length])):
                return found
        if prefixes:
            for prefix in self.prefixes:
                if word.startswith(prefix) and (found := self._bare(word[len(prefix) :], prefixes - 1)):
                    return found
        return None


def names_of(language: Language) -> Names:
    """The names of a language: those of CLDR and of the language's file."""
    calendar = dict(_calendar(language))
    named = {**dict(_without_article(calendar, language)), **dict(_numbers(language)), **calendar}
    stems = {name[:-1]: one for name, one in named.items() if name.endswith("*")}
    whole = {name: one for name, one in named.items() if not name.endswith("*")}
    phrased = {name: one for name, one in whole.items() if not WORD.fullmatch(name) or has_unspaced(name)}
    words = {name: one for name, one in whole.items() if name not in phrased}
    return Names(
        words,
        stems,
        tuple(sorted({len(stem) for stem in stems}, reverse=True)),
        language.reading.prefixes,
        re.compile(any_of(phrased)) if phrased else None,
        phrased,
        tuple(name for name, one in whole.items() if one.kind == "weekday" and one.is_certain),
    )


def any_of(words: Iterable[str]) -> str:
    """An expression for any of some words, the longest first, that does not end within a word with spaces around it."""
    ordered = sorted({*words}, key=lambda word: (-len(word), word))
    # What is before several words is looked at once for all of them, which takes a quarter of the time.
    runs = (f"{before}(?:{'|'.join(map(_to_end, run))})" for before, run in itertools.groupby(ordered, key=_before))
    return "|".join(runs) or r"(?!)"


def _before(word: str) -> str:
    return r"(?<!\d)" if word[:1].isdecimal() else "" if has_unspaced(word) else r"(?<![^\W\d_])"


def _to_end(word: str) -> str:
    ends = "" if has_unspaced(word[-1:]) or word.endswith(("*", ".")) else r"(?![^\W\d_])"
    typed = re.sub(r"\\\*(?=\\ |$)", f"{_LETTER}*".replace("\\", r"\\"), re.escape(word)).replace(r"\ ", r"\s")
    return f"{typed}{ends}"


def _numbers(language: Language) -> Iterator[tuple[str, Named]]:
    for number, words in language.reading.numbers.items():
        for word in words:
            yield word.casefold(), Named("number", int(number), is_certain=False)
    for patterns in language.ordinals.values():
        for number, pattern in patterns.items():
            if number.isdecimal() and not pattern.gaps:
                yield pattern.text.casefold(), Named("number", int(number), is_certain=False)
    for hour, words in language.reading.times.items():
        for word in words:
            yield word.casefold(), Named("time", int(hour), is_certain=False)


def _without_article(calendar: Mapping[str, Named], language: Language) -> Iterator[tuple[str, Named]]:
    """Days of the week without the longest of the prefixes that they have: "خميس" of "الخميس"."""
    for name, day in calendar.items():
        begun = [prefix for prefix in language.reading.prefixes if name.startswith(prefix)]
        if begun and day.kind == "weekday":
            yield name.removeprefix(max(begun, key=len)), replace(day, is_certain=False)


def _calendar(language: Language) -> Iterator[tuple[str, Named]]:
    """The names of months and days, as they are typed, at the beginning of a sentence, and in capitals."""
    cldr = locale_of(language.locale)
    doubtful = {*language.reading.doubtful}
    for kind, calendar, own, first in (
        ("month", cldr.months, language.calendar.months, 1),
        ("weekday", cldr.days, language.calendar.weekdays, 0),
    ):
        for width in ("abbreviated", "wide"):
            for number, name in _forms(calendar, width):
                is_doubtful = name.casefold().rstrip(".") in doubtful
                named = Named(kind, number, width == "wide" and not is_doubtful, width != "wide" and is_doubtful)
                yield from ((typed, named) for typed in _typed(name))
        for names in own.values():
            for number, name in enumerate(names, first):
                named = Named(kind, number, name.casefold() not in doubtful)
                yield from ((typed, named) for typed in _typed(name))


def _forms(calendar: Any, width: str) -> Iterator[tuple[int, str]]:
    for form in ("stand-alone", "format"):
        for number, name in calendar[form][width].items():
            yield number, str(name)


def _typed(name: str) -> Iterator[str]:
    bare = name.rstrip(".")
    if bare.isdecimal():
        return
    yield from (bare, bare[:1].upper() + bare[1:], bare.upper())


@functools.cache
def _numerals() -> re.Pattern[str]:
    """Han that are numerals."""
    signs = [chr(code) for code in (0x3007, *range(0x4E00, 0xA000)) if unicodedata.numeric(chr(code), None) is not None]
    return re.compile(f"[{''.join(signs)}]+")


def han_numbers(text: str) -> Iterator[tuple[int, str, int]]:
    """The numbers in Han in a text: the character where each begins, as it is typed, and its value."""
    if has_unspaced(text):
        for found in _numerals().finditer(text):
            if len(found[0]) <= _LONGEST:
                yield found.start(), found[0], _han_value([int(unicodedata.numeric(sign)) for sign in found[0]])


_ROMAN: Final = re.compile(r"[CLXVI][CLXVI]+")
_ROMAN_NUMBER: Final = re.compile("(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_SIGNS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def roman_numbers(text: str) -> Iterator[tuple[int, str, int]]:
    """The Roman numbers of two signs or more, up to 99, in a text: "XXI века", "XXIe siècle"; see han_numbers."""
    for found in _ROMAN.finditer(text):
        beside = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
        if not (beside[0].isalnum() or beside[1].isupper()) and _ROMAN_NUMBER.fullmatch(found[0]):
            signs = [*map(_ROMAN_SIGNS.__getitem__, found[0]), 0]
            yield found.start(), found[0], sum(-one if one < following else one for one, following in pairwise(signs))


def _han_value(signs: list[int]) -> int:
    if all(sign < _TEN for sign in signs):
        return int("".join(map(str, signs)))
    total = section = digit = 0
    for sign in signs:
        if sign < _TEN:
            digit = sign
        elif sign < 10_000:
            section, digit = section + (digit or 1) * sign, 0
        else:
            total, section, digit = (total + section + digit or 1) * sign, 0, 0
    return total + section + digit
