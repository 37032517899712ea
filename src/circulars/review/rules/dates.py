"""The dates that a text of a letter states, and the days that each may be."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Final

from circulars.compose.fields import fact_text
from circulars.language import Language
from circulars.model.letter import Letter
from circulars.model.text import Spans
from circulars.review.rules.stated import Expression, Reading

_DAYS: Final = 31


def written_out(spans: Spans, letter: Letter, language: Language) -> str:
    """The words of a text with its facts; other fields are gaps."""
    return "".join(_field(span.hole, letter, language) if span.hole else span.text for span in spans if not span.note)


def _field(hole: str, letter: Letter, language: Language) -> str:
    name, _, form = hole.partition("|")
    fact = letter.facts.get(name)
    return " \ufffc " if fact is None else fact_text(language, fact, form)


def days_of(date: Expression, found: Sequence[Expression], years: Sequence[int] = ()) -> Iterator[datetime.date]:
    """The days that a date among all that was ``found`` in its text may be: without a year, those of some ``years``."""
    own = [one for one in found if one.kind == "date" and (one.at, one.typed) == (date.at, date.typed)]
    readings: tuple[Reading, ...] = own[0].readings
    if len(own) > 1:
        readings = (frozenset(atom for one in own for atom in one.readings[0]),)
    for reading in readings:
        months = [int(value) for kind, value in reading if kind == "month"]
        numbers = [int(value) for kind, value in reading if kind == "number"]
        days = [number for number in numbers if number <= _DAYS]
        stated = [number for number in numbers if number > _DAYS]
        if len(months) != 1 or len(days) != 1 or len(stated) > 1:
            continue
        for year in stated or years:
            try:
                yield datetime.date(year, months[0], days[0])
            except ValueError:
                continue
