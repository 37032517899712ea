"""Reads the values in a text that are the same in every language: months, weekdays, currencies, units and addresses."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from circulars.language import MESSAGES
from circulars.review.comparing.expressions import LINK, UNIT, currency_names, expressions, month_names, weekday_names

# Digits with what separates them in numbers and times of any language: 1 250, 1.250,50, 09:30, 9 h 30.
_NUMBER: Final = re.compile(
    r"\d+(?:[.,:٫٬]\d+|(?:\s?h\s?|[时時点點])\d{2}(?!\d)|[ \u00a0\u202f]\d{3}(?!\d))*"
    r"(?:(?P<afternoon>\s?p\.?\s?m\b)|(?P<hours>\s(?:hours|horas|heures)\b))?",
    re.IGNORECASE,
)
_SEPARATED: Final = re.compile(r"\d{1,2}\D+\d{2}(?!\d)")
_NOON: Final = 12
_HOURS: Final = 2  # digits
_DAYS: Final = 31
_ISO_DATE: Final = re.compile(r"\d{4}-(\d{2})-(\d{2})")
_CJK_DATE: Final = re.compile(r"(\d{1,2})月(\d{1,2})日")
_WORD: Final = re.compile(r"[^\W\d_][\w.]*")
_ADDRESS: Final = re.compile(rf"{LINK}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LONGEST_ADDRESS: Final = 300
_SAME_UNIT: Final = {
    "US$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "SFr.": "CHF", "Fr.": "CHF", "₽": "RUB", "руб.": "RUB",
    "RMB": "CNY", "SDR": "XDR", "₹": "INR", "₩": "KRW", "bits/s": "bit/s", "bps": "bit/s", "٪": "%",
}  # fmt: skip
_LATIN_UNITS: Final = (("Гц", "Hz"), ("Вт", "W"), ("байт", "B"), ("кг", "kg"))
_LATIN: Final = str.maketrans("кМГТмс", "kMGTmc")


class Value(NamedTuple):
    """A number in a text, and the month or the weekday ("5") or the currency or the unit ("USD", "GHz") with it."""

    kind: str
    number: str
    of: str


def values_of(text: str, locale: str) -> dict[Value, str]:
    """The dates and the amounts in a text, each as in every language, and as typed."""
    found: dict[Value, str] = {}
    for start, stop in expressions(text, locale):
        for value in _values(text[start:stop], locale):
            found.setdefault(value, text[start:stop])
    return found


def numbers_in(text: str) -> Iterator[tuple[str, str]]:
    """The numbers in a text, each as in every language, and as typed.

    "1 250", "1,250" and "١٬٢٥٠" are "1250". 2 p.m. is 14, and so are 14:00, 14 h 00 and 1400 hours.
    """
    for match in _NUMBER.finditer(text):
        digits = "".join(str(unicodedata.decimal(sign)) for sign in match[0] if sign.isdecimal())
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > _HOURS else (digits, "")
        if len(hours) <= _HOURS:
            if match["afternoon"] and int(hours) < _NOON:
                hours = str(int(hours) + _NOON)
            is_clock = match["hours"] and len(digits) == 2 * _HOURS  # 1400 hours, not 100 hours
            is_time = match["afternoon"] or is_clock or _SEPARATED.match(match[0])
            digits = hours if minutes == "00" and is_time else f"{hours}{minutes}"
        yield digits.lstrip("0") or "0", match[0].strip()


def addresses_in(text: str) -> set[str]:
    """The addresses of pages and of mailboxes in a text."""
    words = (word for word in text.split() if "@" in word or "/" in word or "www." in word)
    return {match[0] for word in words if len(word) <= _LONGEST_ADDRESS for match in _ADDRESS.finditer(word)}


def _values(expression: str, locale: str) -> Iterator[Value]:
    for pattern in (_ISO_DATE, _CJK_DATE):
        if match := pattern.search(expression):
            yield Value("month", match[2].lstrip("0"), match[1].lstrip("0"))
            return
    numbers = [number for number, _ in numbers_in(expression)]
    words = [word.rstrip(".").casefold() for word in _WORD.findall(expression)]
    if month := next((_months(locale)[word] for word in words if word in _months(locale)), ""):
        days = [number for number in numbers if len(number) <= len(str(_DAYS)) and int(number) <= _DAYS]
        weekday = next((_weekdays(locale)[word] for word in words if word in _weekdays(locale)), "")
        yield from (Value("month", number, month) for number in days or numbers)
        yield from (Value("weekday", number, weekday) for number in days if weekday)
    elif unit := _unit(expression, locale):
        yield from (Value("unit", number, unit) for number in numbers)


def _unit(expression: str, locale: str) -> str:
    """The currency or the unit of an amount; "" if it has none that is known."""
    name = " ".join(_WORD.findall(expression)).casefold()
    for prefix in ("", "de "):
        if currency := _currencies(locale).get(name.removeprefix(prefix)):
            return currency
    found = UNIT.search(expression)
    if not found:
        return ""
    typed = found["before"] or found["after"]
    unit = _SAME_UNIT.get(typed, "%" if " " in typed or typed.startswith("процент") else typed)
    for own, latin in _LATIN_UNITS:
        unit = unit.replace(own, latin)
    return unit.translate(_LATIN)


@functools.cache
def _months(locale: str) -> Mapping[str, str]:
    return _numbered(month_names(locale) | month_names(MESSAGES))


@functools.cache
def _weekdays(locale: str) -> Mapping[str, str]:
    return _numbered(weekday_names(locale) | weekday_names(MESSAGES))


def _numbered(names: Mapping[str, int]) -> dict[str, str]:
    return {name.rstrip(".").casefold(): str(number) for name, number in names.items()}


@functools.cache
def _currencies(locale: str) -> Mapping[str, str]:
    names = currency_names(MESSAGES) | currency_names(locale)
    return {" ".join(_WORD.findall(name)).casefold(): code for name, code in names.items()}
