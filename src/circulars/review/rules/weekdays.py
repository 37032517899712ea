"""The rule for days of the week that the date beside them does not have."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from circulars.compose.fields import fact_text
from circulars.errors import quoted
from circulars.language import Language
from circulars.model.letter import NO_DATE, Letter
from circulars.model.text import Spans
from circulars.model.written import WrittenText
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.reader import is_near, reader_of
from circulars.review.rules.stated import Expression, Reading, shown_date

_DAYS: Final = 31


def wrong_weekdays(letter: Letter, languages: Mapping[str, Language]) -> Iterator[RuleProblem]:
    """A problem for each day of the week beside a date of another day. Facts are written out before."""
    source = Source(letter.file, letter.origin.text)
    for text in letter.texts:
        seen: set[tuple[int, int]] = set()
        for code, paragraphs in text.paragraphs.items():
            if text.ranges[code] not in seen:
                seen.add(text.ranges[code])
                for spans in paragraphs:
                    yield from _of_paragraph(spans, code, text, letter, languages[code], source)


def _of_paragraph(
    spans: Spans, code: str, text: WrittenText, letter: Letter, language: Language, source: Source
) -> Iterator[RuleProblem]:
    words = _written_out(spans, letter, language)
    reader = reader_of(language)
    found = reader.items(words) if any(name in words for name in reader.names.weekdays) else []
    for day in found:
        if day.kind != "weekday" or not day.demanded or not (date := _date_beside(day, found, words)):
            continue
        ((_, number),) = day.readings[0]
        dates = [*_dates(date, found, letter)]
        if dates and all(one.weekday() != int(number) for one in dates):
            right = shown_date(dates[0], "EEEE")
            fact = f"{quoted(date.typed)} is a {right}, not {quoted(day.typed)}"
            hint = "correct the day or the date; '{{ NAME | weekday }}' writes the day of a fact"
            discrepancy = Discrepancy("wrong-weekday", fact, hint, (code, words, day.typed))
            yield source.problem(discrepancy, text.ranges[code], day.typed, text.ranges.values())


def _written_out(spans: Spans, letter: Letter, language: Language) -> str:
    """The words of a text with its facts; other fields are gaps."""
    return "".join(_field(span.hole, letter, language) if span.hole else span.text for span in spans if not span.note)


def _field(hole: str, letter: Letter, language: Language) -> str:
    name, _, form = hole.partition("|")
    fact = letter.facts.get(name)
    return " \ufffc " if fact is None else fact_text(language, fact, form)


def _date_beside(day: Expression, found: Sequence[Expression], words: str) -> Expression | None:
    """The nearest date directly before or after a day of the week; None if there is none."""
    end = day.at + len(day.typed)
    gaps = []
    for one in found:
        if one.kind == "date" and one.demanded:
            stop = one.at + len(one.typed)
            gap = words[end : one.at] if one.at >= end else words[stop : day.at]
            if (one.at >= end or stop <= day.at) and is_near(gap):
                gaps.append((len(gap), one))
    return min(gaps, key=lambda one: one[0])[1] if gaps else None


def _dates(date: Expression, found: Sequence[Expression], letter: Letter) -> Iterator[datetime.date]:
    """The days that a date may be: without its year, those of the letter's year and of the next one."""
    parts = [one for one in found if one.kind == "date" and (one.at, one.typed) == (date.at, date.typed)]
    readings: tuple[Reading, ...] = parts[0].readings
    if len(parts) > 1:
        readings = (frozenset(atom for one in parts for atom in one.readings[0]),)
    for reading in readings:
        months = [int(value) for kind, value in reading if kind == "month"]
        numbers = [int(value) for kind, value in reading if kind == "number"]
        days = [number for number in numbers if number <= _DAYS]
        years = [number for number in numbers if number > _DAYS]
        if len(months) != 1 or len(days) != 1 or len(years) > 1:
            continue
        likely = [letter.date.year, letter.date.year + 1] if letter.date != NO_DATE else []
        for year in years or likely:
            try:
                yield datetime.date(year, months[0], days[0])
            except ValueError:
                continue
