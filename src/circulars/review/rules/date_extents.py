"""Finds where dates begin and end: which days and which year beside a month are of its date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from circulars.east_asian import HAN, MEASURES
from circulars.review.rules.stated import Expression

_BETWEEN: Final = 12
_JOINT: Final = re.compile(rf"[^\w\n]*(?:(?:[^\W\d_{HAN}]{{1,3}}|[{HAN}])[^\w\n]*){{0,2}}")
_BRACKET: Final = re.compile(r"[()\[\]（）]")
_MEASURE: Final = re.compile(rf"[{MEASURES}]")
_DAYS: Final = 31
_YEAR_DIGITS: Final = 4


def with_dates(items: list[Expression], text: str) -> list[Expression]:
    """The items with the days and years beside a month as those of its date, which is typed as a whole.

    A date has days before its month or after it ("9-18 April", "April 9-18"), and one year: in "213 of 5 March, to 10
    January" 213 and 10 are not of March.
    """
    numbers = [item for item in items if item.kind == "number" and item.typed.isdecimal() and item.demanded]
    months = [item for item in items if item.kind == "date" and item.demanded]
    dates: dict[Expression, Expression] = {}
    for month in months:
        own = [month, *_beside(month, numbers, months, text)]
        start, end = min(one.at for one in own), max(_end(one) for one in own)
        if measure := _MEASURE.match(text, end):  # "2025年5月12日"
            end = measure.end()
        typed = text[start:end]
        dates |= {one: replace(one, kind="date", typed=typed, at=start) for one in own if one not in dates}
    whole = [dates[month] for month in months]
    return [_as_day(item, whole, text) if item.kind == "weekday" else dates.get(item, item) for item in items]


def _as_day(weekday: Expression, dates: Sequence[Expression], text: str) -> Expression:
    """A day of the week; beside a date, a name that may also be another word is one, as "среда" or "Mon"."""
    if weekday.demanded or not any(_is_beside(weekday, date, text) for date in dates):
        return weekday
    return replace(weekday, demanded=True)


def _is_beside(one: Expression, other: Expression, text: str) -> bool:
    first, last = sorted((one, other), key=lambda item: item.at)
    return _end(first) <= last.at and is_near(text[_end(first) : last.at])


def _beside(
    month: Expression, numbers: Sequence[Expression], months: Sequence[Expression], text: str
) -> Iterator[Expression]:
    """The numbers of a month's date."""
    others = [one.at for one in months if one is not month]
    start, end = month.at, _end(month)
    before = [one for one in reversed(numbers) if one.at < start]
    after = [one for one in numbers if one.at >= end]
    days, years = 0, 0
    for number in before:
        if not (_is_day(number) and _is_joined(_end(number), start, text, others)):
            break
        start, days = number.at, days + 1
        yield number
    for number in after:
        is_year = len(number.typed) == _YEAR_DIGITS
        if years or not (is_year or (_is_day(number) and not days)) or not _is_joined(end, number.at, text, others):
            break
        end, years = _end(number), years + is_year
        yield number
    if (
        before
        and not years
        and len(before[0].typed) == _YEAR_DIGITS
        and _is_joined(_end(before[0]), start, text, others)
    ):
        yield before[0]


def _is_joined(start: int, end: int, text: str, others: Sequence[int]) -> bool:
    """Whether what is between two numbers, or a number and a month, can be within one date: no other month is."""
    if end - start > _BETWEEN:
        return False
    between = text[start:end]
    return is_near(between) and not _BRACKET.search(between) and not any(start <= other < end for other in others)


def _is_day(number: Expression) -> bool:
    return 0 < int(number.typed) <= _DAYS


def _end(item: Expression) -> int:
    return item.at + len(item.typed)


def is_near(between: str) -> bool:
    """Whether what is between two parts of a date is short: punctuation, and at most two short words."""
    return len(between) <= _BETWEEN and _JOINT.fullmatch(between) is not None
