"""The rule for the time that a kind of letter gives its readers: until the meeting, and until each deadline."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from typing import Final

from circulars.model.letter import NO_DATE, DateRange, Deadlines, Letter
from circulars.model.text import plain
from circulars.pack import Kind
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.stated import shown_date

_PERIOD: Final = re.compile(r"(\d+) (working day|day|week|month)s?")
_HINT: Final = "correct a date; if the letter is to go out nevertheless, allow 'short-notice' and say why"
_SATURDAY: Final = 5
_YEAR: Final = 12  # months


def short_notice(letter: Letter, kind: Kind) -> Iterator[RuleProblem]:
    """A problem for a meeting and for each deadline that is too soon after the letter's date."""
    if letter.date == NO_DATE or not (kind.meeting_notice or kind.deadline_notice):
        return
    source = Source(letter.file, letter.origin.text)
    if kind.meeting_notice and (first := _first_day(letter)):
        at = source.at(letter.places.get("subject", letter.kind.where))
        for found in _too_soon("the meeting", first, kind.meeting_notice, letter):
            yield source.problem(found, (at, at + 1))
    if kind.deadline_notice:
        places = {id(spans): text.ranges for text in letter.texts for spans in next(iter(text.paragraphs.values()))[:1]}
        parts = (*letter.body, *(part for annex in letter.annexes for part in annex.body))
        for entry in (entry for part in parts if isinstance(part, Deadlines) for entry in part.entries):
            text = next(iter(entry.text.values()))
            ranges = places[id(text)]
            for found in _too_soon("this deadline", entry.date, kind.deadline_notice, letter, plain(text)):
                yield source.problem(found, next(iter(ranges.values())), of=ranges.values())


def _too_soon(what: str, day: datetime.date, period: str, letter: Letter, about: str = "") -> Iterator[Discrepancy]:
    if day == NO_DATE or day < letter.date:  # another rule reports a date before the letter
        return
    if day < (earliest := after(letter.date, period)):
        least = shown_date(earliest)
        fact = f"{what}, {shown_date(day)}, is less than {period} after the letter; the first day possible is {least}"
        yield Discrepancy("short-notice", fact, _HINT, (what, about, shown_date(day), shown_date(letter.date)))


def after(day: datetime.date, period: str) -> datetime.date:
    """The day that is a period after another: "7 working days" (without Saturdays and Sundays), "3 months"."""
    try:
        return _after(day, period)
    except (ValueError, OverflowError):  # after the last day of the calendar
        return datetime.date.max


def _after(day: datetime.date, period: str) -> datetime.date:
    found = _PERIOD.fullmatch(period)
    count, unit = (int(found[1]), found[2]) if found else (0, "day")
    if unit == "month":
        months = day.month - 1 + count
        year, month = day.year + months // _YEAR, months % _YEAR + 1
        return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
    if unit == "working day":
        while count:
            day += datetime.timedelta(days=1)
            count -= day.weekday() < _SATURDAY
        return day
    return day + datetime.timedelta(days=count * (7 if unit == "week" else 1))


def _first_day(letter: Letter) -> datetime.date | None:
    """The first day of the meeting: the earliest date or range that the subject shows; None if it shows none."""
    subject = next(iter(letter.subject.values()), ()) if letter.subject else ()
    facts = [letter.facts.get(span.hole.partition("|")[0]) for span in subject if span.hole]
    days = [fact.first if isinstance(fact, DateRange) else fact for fact in facts]
    return min((day for day in days if isinstance(day, datetime.date)), default=None)
