"""Finds where dates begin and end: which days and which year beside a month are of its date."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from circulars.east_asian import HAN, MEASURES
from circulars.review.rules.dates import days_of
from circulars.review.rules.stated import Expression

_BETWEEN: Final = 12
_JOINT: Final = re.compile(rf"[^\w\n]*(?:(?:[^\W\d_{HAN}]{{1,3}}|[{HAN}])[^\w\n]*){{0,2}}")
_BRACKET: Final = re.compile(r"[()\[\]（）]")
_MEASURE: Final = re.compile(rf"[{MEASURES}]")
_BEFORE_DATE: Final = re.compile(r"\.?,?[\s،，]*")
_AFTER_DATE: Final = re.compile(r"[\s,،，]*")
_BRACKETED: Final = re.compile(rf"(?:[^\w\n]*(?:[^\W\d_{HAN}]{{1,6}}\.?)?)?\s?[(\[（]\s?")
"""What is between a date and a day of the week in brackets: " года ("."""
_CLOSED: Final = re.compile(r"[)\]）.]")
_LAST_WORD: Final = re.compile(rf"(?<![^\W_])[^\W\d_{HAN}]+(?=\s*$)")
_DAYS: Final = 31
_YEAR_DIGITS: Final = 4


def with_dates(items: list[Expression], text: str) -> list[Expression]:
    """The items with the days and years beside a month as those of its date, which is typed as a whole.

    A date has days before its month or after it ("9-18 April", "April 9-18"), and one year: in "213 of 5 March, to 10
    January" 213 and 10 are not of March.
    """
    numbers = [item for item in items if item.kind == "number" and item.typed.isdecimal() and item.demanded]
    months = [item for item in items if item.kind == "date" and item.demanded]
    near = _Near(numbers, [number.at for number in numbers], [month.at for month in months], text)
    dates: dict[Expression, Expression] = {}
    whole: list[tuple[Expression, ...]] = []
    for month in months:
        own = [month, *near.numbers_of(month)]
        start, end = min(one.at for one in own), max(_end(one) for one in own)
        if measure := _MEASURE.match(text, end):  # "2025年5月12日"
            end = measure.end()
        parts = tuple(replace(one, kind="date", typed=text[start:end], at=start) for one in own)
        dates |= {one: part for one, part in zip(own, parts, strict=True) if one not in dates}
        whole.append(parts)
    days = DatesBeside([parts[0] for parts in whole], text)
    parts_of = {parts[0]: parts for parts in whole}
    return [_as_day(item, days, parts_of, text) if item.kind == "weekday" else dates.get(item, item) for item in items]


class DatesBeside:
    """Finds the dates directly before and after an item of a text."""

    def __init__(self, dates: Iterable[Expression], text: str) -> None:
        self._dates = sorted(dates, key=lambda date: date.at)
        self._starts = [date.at for date in self._dates]
        self._text = text

    def of(self, item: Expression) -> Iterator[tuple[Expression, str]]:
        """The date before an item and the one after it, each with what is between them."""
        place = bisect_left(self._starts, item.at)
        for first, last in ((self._at(place - 1), item), (item, self._at(place))):
            if first and last and 0 <= last.at - _end(first) <= _BETWEEN:
                yield (last if first is item else first), self._text[_end(first) : last.at]

    def _at(self, place: int) -> Expression | None:
        return self._dates[place] if 0 <= place < len(self._dates) else None


def _as_day(
    weekday: Expression, days: DatesBeside, parts_of: Mapping[Expression, Sequence[Expression]], text: str
) -> Expression:
    """A day of the week; a name that may also be another word, as "среда" or "Sun", is one beside a date on such a day.

    No word is between them, and the name stands alone: "the Sun (8 April 2024)" and "среды" in "окружающей среды, 5
    июня 2024 года" are no days.
    """
    if weekday.demanded or not weekday.typed:
        return weekday
    ((_, number),) = weekday.readings[0]
    for date, between in days.of(weekday):
        is_named = _is_before(weekday, between, text) if weekday.at < date.at else _is_after(weekday, between, text)
        if is_named and int(number) in (one.weekday() for one in days_of(date, parts_of[date])):
            return replace(weekday, demanded=True)
    return weekday


def _is_before(weekday: Expression, between: str, text: str) -> bool:
    """Whether a name before a date stands alone: no word is before it but one as short as a preposition."""
    word = _LAST_WORD.search(text[max(weekday.at - _BETWEEN, 0) : weekday.at])
    longest = 2 if word is None or word[0].lower() != word[0].upper() else 3
    return _BEFORE_DATE.fullmatch(between) is not None and (word is None or len(word[0]) <= longest)


def _is_after(weekday: Expression, between: str, text: str) -> bool:
    """Whether a name after a date stands alone: in brackets, or at the end of a phrase."""
    after = text[_end(weekday) : _end(weekday) + 1]
    if _BRACKETED.fullmatch(between):
        return _CLOSED.match(after) is not None
    return _AFTER_DATE.fullmatch(between) is not None and not after.isalnum() and not after.isspace()


@dataclass(frozen=True, slots=True)
class _Near:
    """The numbers and months of a text, in their order, with the characters where they begin."""

    numbers: Sequence[Expression]
    starts: Sequence[int]
    months: Sequence[int]
    text: str

    def numbers_of(self, month: Expression) -> Iterator[Expression]:
        """The numbers of a month's date."""
        start, end = month.at, _end(month)
        first, following = bisect_left(self.starts, start), bisect_left(self.starts, end)
        days, years = 0, 0
        for number in (self.numbers[place] for place in range(first - 1, -1, -1)):
            if not (_is_day(number) and self._is_joined(_end(number), start)):
                break
            start, days = number.at, days + 1
            yield number
        for number in (self.numbers[place] for place in range(following, len(self.numbers))):
            is_year = len(number.typed) == _YEAR_DIGITS
            if years or not (is_year or (_is_day(number) and not days)) or not self._is_joined(end, number.at):
                break
            end, years = _end(number), years + is_year
            yield number
        if first and not years:
            before = self.numbers[first - 1]
            if len(before.typed) == _YEAR_DIGITS and self._is_joined(_end(before), start):
                yield before

    def _is_joined(self, start: int, end: int) -> bool:
        """Whether what is between two numbers, or a number and a month, can be within one date: no month is."""
        if end - start > _BETWEEN or bisect_left(self.months, start) < bisect_left(self.months, end):
            return False
        between = self.text[start:end]
        return is_near(between) and not _BRACKET.search(between)


def _is_day(number: Expression) -> bool:
    return 0 < int(number.typed) <= _DAYS


def _end(item: Expression) -> int:
    return item.at + len(item.typed)


def is_near(between: str) -> bool:
    """Whether what is between two parts of a date is short: punctuation, and at most two short words."""
    return len(between) <= _BETWEEN and _JOINT.fullmatch(between) is not None
