"""Writes the cells of a list in a letter's language: ``{{ addressee.due | date }}``.

What a cell means is never guessed. A date is in ISO 8601, as workbooks and databases give it: 2026-05-03, also with a
time after it. A time is 14:30, and a number has digits and a decimal point.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Final

from circulars.language import DATE_FORMATS, NUMBER_FORMATS, Language

CELL_FORMATS: Final = (*DATE_FORMATS, "time", *NUMBER_FORMATS)
"""The formats of a field that shows a column of the list."""

_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_TIME: Final = re.compile(r"(?:\d{4}-\d{2}-\d{2}[ T])?(\d{1,2}):(\d{2})(?::\d{2})?", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,15}", re.ASCII)
_FIGURES: Final = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{1,4})", re.ASCII)
_GROUPED: Final = re.compile(r"(-?\d{1,3})[,.](\d{3})", re.ASCII)
_SERIAL: Final = re.compile(r"[2-6]\d{4}", re.ASCII)
_FIRST_DAY: Final = datetime.date(1899, 12, 30)  # day 0 of a spreadsheet
_WRITE_DATE: Final = "write year, month and day: 2026-05-03"


def written(cell: str, form: str, language: Language) -> str:
    """A cell in a format, as the language writes it; a cell that :func:`fault_of` reports stays as typed."""
    if not cell or fault_of(cell, form):
        return cell
    if _is_date(form):
        return language.date(_date(cell), form)
    if form == "time":
        hour, minute = _time(cell)
        return language.time(hour, minute)
    return language.number(Decimal(cell), form)


def fault_of(cell: str, form: str) -> tuple[str, str, str] | None:
    """The code, the fact and the hint of the problem of a cell that does not fit a format; None for no problem."""
    quoted = f"'{cell}'" if len(cell) <= 40 else f"'{cell[:39]}…'"
    if _is_date(form):
        if not _DATE.fullmatch(cell):
            days = _days(cell)
            fact = "may be two dates" if len(days) > 1 else "is not a date in the form 2026-05-03"
            return "not-a-date", f"{quoted} {fact}", _date_hint(days)
        try:
            _date(cell)
        except ValueError:
            return "not-a-date", f"there is no day {quoted}", _WRITE_DATE
    elif form == "time":
        found = _TIME.fullmatch(cell)
        if not found or int(found[1]) > 24 or int(found[2]) > 59 or (int(found[1]) == 24 and int(found[2])):
            return "not-a-time", f"{quoted} is not a time of day", "write hours and minutes of 24 hours: 14:30"
    elif form == "number":
        if not _NUMBER.fullmatch(cell):
            grouped = _GROUPED.fullmatch(cell)
            fact, hint = "is not a number", "write it in digits, with a decimal point: 1250.5"
            if grouped:
                fact, hint = "may be two numbers", f"write {grouped[1]}{grouped[2]} or {grouped[1]}.{grouped[2]}"
            return "not-a-number", f"{quoted} {fact}", hint
    elif not _WHOLE.fullmatch(cell):
        return "not-a-number", f"{quoted} is not a whole number", "write it in digits: 4"
    return None


def possible_characters(form: str, language: Language) -> frozenset[str]:
    """All characters that cells in a format can have in a language, besides those of the cells themselves."""
    if _is_date(form):
        days = (datetime.date(2024, month, day) for month in range(1, 13) for day in range(1, 29))
        return frozenset("".join(language.date(day, form) for day in days) + "0123456789")
    if form == "time":
        return frozenset(language.time(12, 30) + "0123456789")
    numbers = (*map(Decimal, range(1, 40)), Decimal("-1234567.5"))
    values = (language.number(number, form) for number in numbers if form == "number" or number > 0)
    return frozenset("".join(values) + "0123456789")


def _is_date(form: str) -> bool:
    """Whether a format is one of dates: any that a language may name, but those of times and of numbers."""
    return form not in ("time", "number") and not form.startswith("ordinal")


def _date(cell: str) -> datetime.date:
    return datetime.date.fromisoformat(cell[:10])


def _time(cell: str) -> tuple[int, int]:
    found = _TIME.fullmatch(cell)
    assert found
    return int(found[1]), int(found[2])


def _days(cell: str) -> list[str]:
    """The days that may be meant by a cell that is not a date in ISO 8601."""
    if _SERIAL.fullmatch(cell):
        return [str(_FIRST_DAY + datetime.timedelta(int(cell)))]
    found = _FIGURES.fullmatch(cell)
    if not found or (4 not in map(len, found.groups()) and len(found[3]) != 2):
        return []
    first, second, last = map(int, found.groups())
    orders = [(first, second, last)] if len(found[1]) == 4 else [(last, second, first), (last, first, second)]
    century = 2000 if len(found[1]) < 3 and len(found[3]) == 2 else 0
    days = (_iso(year + century, month, number) for year, month, number in orders)
    return list(dict.fromkeys(filter(None, days)))


def _date_hint(days: list[str]) -> str:
    in_sheet = "in a spreadsheet, format the column as yyyy-mm-dd"
    return f"write {' or '.join(days) or 'year, month and day: 2026-05-03'}; {in_sheet}"


def _iso(year: int, month: int, day: int) -> str:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""
