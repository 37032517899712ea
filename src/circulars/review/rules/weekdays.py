"""The rule for days of the week that the date beside them does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from circulars.errors import quoted
from circulars.language import Language
from circulars.model.letter import NO_DATE, Letter
from circulars.model.text import Spans
from circulars.model.written import WrittenText
from circulars.review.rules.date_extents import DatesBeside, is_near
from circulars.review.rules.dates import days_of, written_out
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.reader import reader_of
from circulars.review.rules.stated import Expression, shown_date


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
    words = written_out(spans, letter, language)
    reader = reader_of(language)
    likely = [letter.date.year, letter.date.year + 1] if letter.date != NO_DATE else []
    found = reader.items(words) if reader.names.has_weekday(words) else []
    dates_beside = DatesBeside((one for one in found if one.kind == "date" and one.demanded), words)
    for day in found:
        if day.kind != "weekday" or not reader.names.is_certain(day.typed) or not (date := _beside(day, dates_beside)):
            continue
        ((_, number),) = day.readings[0]
        dates = [*days_of(date, found, likely)]
        if dates and all(one.weekday() != int(number) for one in dates):
            right = shown_date(dates[0], "EEEE")
            fact = f"{quoted(date.typed)} is a {right}, not {quoted(day.typed)}"
            hint = "correct the day or the date; '{{ NAME | weekday }}' writes the day of a fact"
            discrepancy = Discrepancy("wrong-weekday", fact, hint, (code, words, day.typed))
            yield source.problem(discrepancy, text.ranges[code], day.typed, text.ranges.values())


def _beside(day: Expression, dates: DatesBeside) -> Expression | None:
    """The nearest date directly before or after a day of the week; None if there is none."""
    near = ((len(between), date) for date, between in dates.of(day) if is_near(between))
    return min(near, key=lambda one: one[0], default=(0, None))[1]
