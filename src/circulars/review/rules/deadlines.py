"""The rules for deadlines: before the letter's date, past, out of order, on a weekend, or after the meeting."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from circulars.model.letter import NO_DATE, DateRange, Deadline, Deadlines, Letter
from circulars.model.text import plain
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.stated import shown_date

_SATURDAY: Final = 5


def wrong_deadlines(letter: Letter, today: datetime.date | None = None) -> Iterator[RuleProblem]:
    """The problems of the deadlines in lists of them, in the letter and in its annexes.

    With ``today`` also those that are past.
    """
    places = {id(spans): text.ranges for text in letter.texts for spans in next(iter(text.paragraphs.values()))[:1]}
    source = Source(letter.file, letter.origin.text)
    parts = (*letter.body, *(part for annex in letter.annexes for part in annex.body))
    meeting = _meeting(letter)
    for deadlines in (part for part in parts if isinstance(part, Deadlines)):
        latest = NO_DATE
        for entry in deadlines.entries:
            ranges = places[id(next(iter(entry.text.values())))]
            found_here = [*_of(entry, letter, meeting), *_in_time(entry, latest, today)]
            latest = max(latest, entry.date)
            for found in found_here:
                yield source.problem(found, next(iter(ranges.values())), of=ranges.values())


def _of(entry: Deadline, letter: Letter, meeting: datetime.date | None) -> Iterator[Discrepancy]:
    if NO_DATE in (entry.date, letter.date):
        return
    written, sent = shown_date(entry.date), shown_date(letter.date)
    about = (written, plain(next(iter(entry.text.values()))))
    if entry.date < letter.date:
        fact = f"this deadline, {written}, is before the date of the letter, {sent}"
        yield Discrepancy("early-deadline", fact, "correct one of the two dates", about)
    elif meeting and entry.date > meeting:
        fact = f"this deadline, {written}, is after the meeting that the subject names, {shown_date(meeting)}"
        yield Discrepancy("late-deadline", fact, "correct one of the two dates", about)
    if entry.date.weekday() >= _SATURDAY:
        weekday = shown_date(entry.date, "EEEE")
        yield Discrepancy(
            "weekend-deadline", f"this deadline, {written}, is a {weekday}", "choose a working day", about
        )


def _in_time(entry: Deadline, latest: datetime.date, today: datetime.date | None) -> Iterator[Discrepancy]:
    """What is wrong beside the ``latest`` of the deadlines before it, and beside today."""
    if entry.date == NO_DATE:
        return
    written = shown_date(entry.date)
    about = (written, plain(next(iter(entry.text.values()))))
    if entry.date < latest:
        fact = f"this deadline, {written}, follows a later one in its list, {shown_date(latest)}"
        hint = "correct the date, or put the deadlines in the order of their dates"
        yield Discrepancy("unordered-deadlines", fact, hint, about)
    if today and entry.date < today:
        fact = f"this deadline, {written}, is past"
        yield Discrepancy("past-deadline", fact, "set another one, or do not send the letter any more", about)


def _meeting(letter: Letter) -> datetime.date | None:
    """The last day of the meeting: the latest date or range that the subject shows; None if it shows none."""
    subject = next(iter(letter.subject.values()), ()) if letter.subject else ()
    facts = [letter.facts.get(span.hole.partition("|")[0]) for span in subject if span.hole]
    days = [fact.last if isinstance(fact, DateRange) else fact for fact in facts]
    return max((day for day in days if isinstance(day, datetime.date)), default=None)
