"""Reads the numbers, dates, times, references and addresses in a text of one language."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from circulars.addressing.lookalikes import skeleton
from circulars.east_asian import HAN
from circulars.language import Language
from circulars.review.rules.date_extents import with_dates
from circulars.review.rules.decades import Decades, decades_of
from circulars.review.rules.half_days import joint_of, with_half_days
from circulars.review.rules.lettered import NumberLetters, has_own_letter, number_letters
from circulars.review.rules.names import WORD, Named, Names, any_of, han_numbers, names_of, roman_numbers
from circulars.review.rules.stated import Expression, Reading, number_atom, time_atom
from circulars.review.rules.unit_words import Units, units_of

_SPACE: Final = "[ \u00a0\u2009\u202f]"
_MARK: Final = "[.,'’\u066b\u066c，．]"
_DASH: Final = "[-‐‑–—−]"
_NUMBER: Final = rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:{_MARK}\d+)*"
_LETTERS: Final = re.compile(rf"(?<![^\W{HAN}])[^\W\d_a-z{HAN}]{{1,3}}\.{_SPACE}?$")
_CODE: Final = re.compile(rf"\d+(?:\.\d+)*(?:{_DASH}\d+)?(?!\d)")
_BEGIN: Final = re.compile(r"[\d+](?:(?<=\d)|(?=\d))")  # digits and "+" before one; the set is found fast
_HYPHEN: Final = re.compile(r"[-‐‑_]")
_PERCENT_SIGNS: Final = "%％٪"
_PERCENT_AFTER: Final = re.compile(rf"\s?[{_PERCENT_SIGNS}]")
_PHONE: Final = rf"\+\d(?:[\d().-]|{_SPACE}){{6,}}\d"
_DATE: Final = r"\d{4}-\d{2}-\d{2}(?!\d)|(?<!\d)\d{1,2}(?P<mark>[./])\d{1,2}(?P=mark)\d{4}(?!\d)"
_PERCENTAGE: Final = re.compile(rf"(?<!\d)(?<!\d[.,])\d++(?:[.,]\d++)*+\s?[{_PERCENT_SIGNS}]")
_NEAR_DIGIT: Final = re.compile(r"\d[^\w]{0,3}(?:[^\W\d_]{1,3}[^\w]+){0,2}$")
_DIGIT_NEAR: Final = re.compile(r"^[^\w]{0,3}(?:[^\W\d_]{1,3}[^\w]+){0,2}\d")
_LONGEST: Final = 200
_CENTURY: Final = re.compile(r"(?<!\d)(\d\d)\d\d\s?[-–/]\s?$")
_ABBREVIATED: Final = re.compile(rf"[^\W\d_]{{2}}{_DASH}$")
_REVERSED: Final = re.compile(rf"\d{{3}}(?:[.,]\d+)?(?:{_SPACE}\d{{3}})*{_SPACE}\d{{1,3}}")
_NEAR: Final = 20
_FAR: Final = 40
_NOON: Final = 12
_HOURS, _MINUTES, _MONTHS, _DAYS = 24, 60, 12, 31
_TEN: Final = 10
_LONG: Final = 3


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts of one language.

    ``expressions`` begin with a digit or "+", and ``times`` follow the words that are ``before`` them. One of
    ``percent`` is in each text with a percentage.
    """

    language: Language
    names: Names
    expressions: re.Pattern[str]
    before: re.Pattern[str] | None
    times: re.Pattern[str]
    scales: re.Pattern[str]
    units: Units
    percent: tuple[str, ...]
    decades: Decades
    letters: NumberLetters
    between_times: re.Pattern[str]

    def items(self, text: str, *, with_words: bool = True) -> list[Expression]:
        """The expressions in a text without addresses, in order.

        Unless it is ``with_words``, numbers in words are left out where nothing is in digits.
        """
        found = sorted(self._items(text, with_words), key=lambda item: item.at)
        if any(item.kind == "time" for item in found):
            found = with_half_days(found, text, self.between_times)
        return with_dates(found, text) if any(item.kind == "date" for item in found) else found

    def _items(self, text: str, with_words: bool) -> Iterator[Expression]:
        rest = text
        if self.names.phrases:
            for found in self.names.phrases.finditer(text):
                if named := self.names.phrase(found[0]):
                    yield from self._named(named, found[0], found.start(), text)
                if found[0][0].isdecimal():  # the rest of it is no number
                    rest = rest[: found.start()] + " " * len(found[0]) + rest[found.end() :]
        yield from self._expressions(rest)
        folded = text.casefold()
        if any(map(folded.__contains__, self.percent)):
            yield from (
                Expression("number", found[0], found.start(), (_PERCENT,)) for found in _PERCENTAGE.finditer(text)
            )
            yield Expression("number", "%", 0, (_PERCENT,), demanded=False)
        for at, typed, number in (*han_numbers(text), *roman_numbers(text)):
            yield Expression("number", typed, at, (frozenset({number_atom(number)}),), demanded=False)
        if with_words or _BEGIN.search(text) or self.names.has_weekday(text):
            yield from self._words(text)

    def _expressions(self, text: str) -> Iterator[Expression]:
        """What begins with a digit, with the letters of a Recommendation, or with a word before a time."""
        end = 0
        while begin := _BEGIN.search(text, end):
            at = begin.start()
            near = text[max(end, at - _NEAR) : at]
            if "." in near and (letters := _letters(near)) and (code := _CODE.match(text, at)):
                typed, end = letters[0] + code[0], code.end()
                yield Expression("reference", typed, at - len(letters[0]), (_code(typed),))
            elif (before := self.before and self.before.search(near)) and (time := self.times.match(text, at)):
                typed, end = before[0] + time[0], time.end()
                yield self._time(typed, at - len(before[0]))
            elif decades := self._decades(at, text):
                yield from decades
                end = decades[0].at + len(decades[0].typed)
            else:
                found = self.expressions.match(text, at)
                if found:
                    yield self._expression(found, text)
                end = found.end() if found else at + 1

    def _decades(self, at: int, text: str) -> tuple[Expression, ...]:
        """The decades that begin at a digit; a number with a unit or "million", and a time, are none."""
        if not (found := self.decades.at(at, text)):
            return ()
        end = found[0].at + len(found[0].typed)
        after = text[end : end + _FAR]
        number = self.expressions.match(text, at)
        is_other = (
            self.scales.match(after) or self.units.beside("", after, self.scales)[0] or _PERCENT_AFTER.match(after)
        )
        is_number = number is None or number.lastgroup == "number"
        return found if is_number and not is_other else ()

    def _words(self, text: str) -> Iterator[Expression]:
        if not self.names.is_any({*WORD.findall(text)}):
            return
        numbers: list[tuple[int, int]] = []
        for place, found in enumerate(WORD.finditer(text)):
            if named := self.names.of(found[0]):
                yield from self._named(named, found[0], found.start(), text)
                if named.kind == "number":
                    numbers.append((place, named.number))
        for (place, one), (next_place, other) in pairwise(numbers):
            tens, units = max(one, other), min(one, other)
            if next_place - place <= 2 and tens % _TEN == 0 and units < _TEN:
                yield Expression("number", "", 0, (frozenset({number_atom(tens + units)}),), demanded=False)

    def _named(self, named: Named, typed: str, at: int, text: str) -> Iterator[Expression]:
        if named.kind == "number":
            yield Expression("number", typed, at, (frozenset({number_atom(named.number)}),), demanded=False)
        elif named.kind == "time":
            hours = (named.number, 0) if named.number == _HOURS else (named.number,)
            yield Expression(
                "time", typed, at, tuple(frozenset({time_atom(hour, 0)}) for hour in hours), demanded=False
            )
        elif named.kind == "weekday":
            readings = (frozenset({("weekday", str(named.number))}),)
            shown = ("", 0) if named.is_doubtful else (typed, at)
            yield Expression("weekday", *shown, readings, named.is_certain)
        else:
            before, after = text[max(at - _NEAR, 0) : at], text[at + len(typed) : at + len(typed) + _NEAR]
            is_date = bool(typed[0].isdecimal() or _NEAR_DIGIT.search(before) or _DIGIT_NEAR.search(after))
            yield Expression("date", typed, at, (frozenset({("month", str(named.number))}),), demanded=is_date)

    def _expression(self, found: re.Match[str], text: str) -> Expression:
        typed, at = found[0], found.start()
        if len(typed) > _LONGEST:  # no number, date or time: Python limits the digits of numbers
            return Expression("number", typed, at, (frozenset({("digits", re.sub(r"\D", "", typed))}),))
        match found.lastgroup:
            case "phone":
                return Expression("number", typed, at, (frozenset({("phone", re.sub(r"\D", "", typed))}),))
            case "date":
                return Expression("date", typed, at, tuple(_numeric_dates(typed)))
            case "time":
                return self._time(typed, at)
            case _:
                return self._number(typed, at, text)

    def _time(self, typed: str, at: int) -> Expression:
        readings = tuple(self._times(typed))
        has_half = _is_any((*self.language.reading.morning, *self.language.reading.afternoon), typed)
        is_certain = has_half and any(kind == "time" for reading in readings[:1] for kind, _ in reading)
        return Expression("time", typed, at, readings, certain=int(is_certain))

    def _times(self, typed: str) -> Iterator[Reading]:
        """What a time may mean: "9" and "24 hours" may be a number."""
        digits = [int(one) for one in re.findall(r"\d+", typed)]
        minute = digits[1] if len(digits) > 1 else 0
        hour = digits[0]
        if hour > _HOURS:
            hour, minute = divmod(hour, 100)
        is_afternoon = _is_any(self.language.reading.afternoon, typed)
        if is_afternoon and hour < _NOON:
            hour += _NOON
        elif hour == _NOON and _is_any(self.language.reading.morning, typed):
            hour = 0
        if hour <= _HOURS and minute < _MINUTES:
            yield frozenset({time_atom(hour, minute)})
        if len(digits) == 1:
            yield frozenset({number_atom(digits[0])})
        elif minute and not (is_afternoon and minute < _MINUTES):
            yield frozenset(map(number_atom, digits))

    def _number(self, typed: str, at: int, text: str) -> Expression:
        end = at + len(typed)
        after = text[end : end + _FAR]
        scaled = [*_scaled(typed, after[:_NEAR], self)]
        readings = [*scaled, *_numbers(typed), *_years(typed, text[max(at - _NEAR, 0) : at])]
        if self.language.direction == "rtl" and (reversed_groups := _REVERSED.fullmatch(typed)):
            readings.append(_in_reverse(reversed_groups[0]))
        is_free = _is_free(text[max(at - 2, 0) : at], text[end : end + _NEAR], typed)
        if lettered := self.letters.after(typed, end, text):
            if is_free and lettered.is_whole:
                return Expression("number", text[at : end + lettered.length], at, (lettered.reading,))
            readings.append(lettered.reading)
        own = Expression("number", typed, at, tuple(readings), is_free, certain=len(scaled))
        unit, start, stop = self.units.beside(text[max(at - _NEAR, 0) : at], after, self.scales)
        return (
            replace(own, unit=unit, typed=text[at - start : end + stop], at=at - start, demanded=True) if unit else own
        )


_PERCENT: Final[Reading] = frozenset({("percent", "")})


def _letters(near: str) -> re.Match[str] | None:
    """The letters of a Recommendation before its number: "X.", "МСЭ-T X.", but not "п."."""
    found = _LETTERS.search(near)
    return None if found and found[0].islower() else found


def _is_any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text.casefold() for word in words)


def _is_free(before: str, after: str, typed: str) -> bool:
    """Whether a number stands for itself, as in "No. 246D" and "12A/17", but not in "U4SSC", "5G" and "COVID-19"."""
    if before and _HYPHEN.match(before[-1]):
        before = before[:-1]
    if before and _is_cased(before[-1]):
        return False
    return len(typed) >= _LONG or not after[:1].isupper() or (len(typed) > 1 and has_own_letter(after))


def _is_cased(character: str) -> bool:
    return character.upper() != character.lower()


def _code(typed: str) -> Reading:
    letters, _, numbers = typed.partition(".")
    numbers = re.sub(_DASH, "-", numbers).strip()
    digits = "".join(str(int(one)) if one.isdecimal() else one for one in numbers)
    return frozenset({("code", f"{skeleton(letters).lower()}.{digits}")})


def _numeric_dates(typed: str) -> Iterator[Reading]:
    """The dates that digits may mean: 12/07/2024 is in July, or in December."""
    one, two, three = (int(part) for part in re.findall(r"\d+", typed))
    orders = [(one, two, three)] if one > _DAYS else [(three, two, one), (three, one, two)]
    for year, month, day in orders:
        if month <= _MONTHS and day <= _DAYS:
            yield frozenset({number_atom(year), ("month", str(month)), number_atom(day)})
    yield frozenset(map(number_atom, (one, two, three)))


@functools.lru_cache(maxsize=4000)
def _numbers(typed: str) -> tuple[Reading, ...]:
    """What digits and the marks between them may mean: 2,000 is a number or a decimal, 9.30 also a time."""
    return tuple(_meanings(typed))


def _meanings(typed: str) -> Iterator[Reading]:
    parts = [str(int(part)) if n == 0 else _digits(part) for n, part in enumerate(re.findall(r"\d+", typed))]
    first, *others = parts
    marks = re.findall(r"\D+", typed)
    if not others:
        yield frozenset({number_atom(first)})
        if len(typed) == 4 and int(first) // 100 <= _HOURS and int(first) % 100 < _MINUTES:
            yield frozenset({time_atom(*divmod(int(first), 100))})
        return
    grouped = [len(part) == 3 for part in others]
    if all(grouped) and len({*marks}) == 1:
        yield frozenset({number_atom("".join(parts))})
    is_decimal = not marks[-1].isspace() and others[-1] != "000"
    if is_decimal and all(grouped[:-1]) and (len(others) == 1 or marks[-1] != marks[0]):
        yield frozenset({number_atom(f"{first}{''.join(others[:-1])}.{others[-1]}")})
    if len(others) == 1 and len(others[0]) == 2 and int(first) <= _HOURS and int(others[0]) < _MINUTES:
        yield frozenset({time_atom(int(first), int(others[0]))})
    if (len(others) > 1 or marks[0].isspace()) and not any(part.startswith("0") and len(part) > 1 for part in others):
        yield frozenset(map(number_atom, parts))


def _digits(typed: str) -> str:
    return "".join(str(int(digit)) for digit in typed)


def _years(typed: str, before: str) -> Iterator[Reading]:
    """The years that two digits may mean: "2024-27" is also 2027, "WTSA-24" 2024."""
    if len(typed) == len("27"):
        if century := _CENTURY.search(before):
            yield frozenset({number_atom(century[1] + typed)})
        elif _ABBREVIATED.search(before):
            yield from (frozenset({number_atom(f"{century}{typed}")}) for century in ("19", "20"))


def _in_reverse(typed: str) -> Reading:
    """The number whose groups are typed from right to left: "500 63" is shown as 63 500 among Arabic words."""
    first, *others = re.split(_SPACE, typed)
    whole, *decimals = re.split("[.,]", first)
    return frozenset({number_atom(".".join(("".join((*reversed(others), whole)), *decimals)))})


def _scaled(typed: str, after: str, reader: Reader) -> Iterator[Reading]:
    """The number with the words after it: "2 million" is 2000000."""
    factor, end = 1, 0
    while found := reader.scales.match(after, end):
        factor *= _scale(found[1], reader)
        end = found.end()
    if factor > 1:
        for reading in _numbers(typed):
            (kind, value), *others = reading
            if kind == "number" and not others:
                yield frozenset({number_atom(Decimal(value) * factor)})


def _scale(word: str, reader: Reader) -> int:
    folded = word.casefold()
    for number, words in reader.language.reading.scales.items():
        if any(folded.startswith(one[:-1]) if one.endswith("*") else folded == one for one in words):
            return int(number)
    return 1


def reader_of(language: Language) -> Reader:
    """The reader of a language's texts, which is made once for each language."""
    key = language.code, language.fingerprint
    if key not in _READERS:
        _READERS[key] = _made(language)
    return _READERS[key]


_READERS: dict[tuple[str, str], Reader] = {}


def _made(language: Language) -> Reader:
    words = language.reading
    scales = any_of(word for several in words.scales.values() for word in several)
    before = (*words.morning, *words.afternoon, *words.before_hours)
    plain, after_word = _times_of(language)
    number = rf"{_REVERSED.pattern}(?![\d.,]\d)(?!\d)|{_NUMBER}" if language.direction == "rtl" else _NUMBER
    return Reader(
        language,
        names_of(language),
        re.compile(rf"(?P<phone>{_PHONE})|(?P<date>{_DATE})|(?P<time>{plain})|(?P<number>{number})"),
        re.compile(rf"(?:{any_of(before)}){_SPACE}?$") if before else None,
        re.compile(after_word),
        re.compile(rf"{_SPACE}?({scales})", re.IGNORECASE),
        units_of(language),
        (*_PERCENT_SIGNS, *(word.rstrip("*") for word in words.percent)),
        decades_of(language),
        number_letters(language),
        joint_of(language),
    )


def _times_of(language: Language) -> tuple[str, str]:
    """Expressions for times of day: 0930 hours, 9 h 30, 2 p.m., 9:30; and for those after a word: 上午9时30分."""
    words = language.reading
    hours, minutes = f"(?i:{any_of(words.hours)})", any_of(words.minutes)
    half = f"(?i:{any_of((*words.morning, *words.afternoon))})"
    hour, digits = r"(?<![\d.,])\d{1,2}", r"\d{2}(?!\d)"
    joint = rf"{_SPACE}?(?i:{'|'.join(map(re.escape, words.hours)) or '(?!)'}){_SPACE}?"
    end = rf"(?:{_SPACE}?(?:{half}))?"
    joined = rf"{hour}{joint}{digits}(?:{_SPACE}?(?:{minutes}))?{end}"
    clock = rf"{hour}(?:[:.：]{digits})?"
    return (
        rf"{joined}|{clock}{_SPACE}?(?:{half}|{hours})|\d{{4}}{_SPACE}?(?:{hours})|{hour}[:：]{digits}",
        rf"{joined}|\d{{4}}(?!\d)|{clock}{end}",
    )
