"""What a text states in any language alike: numbers, dates, times, references and addresses."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from circulars.language import MESSAGES

Kind = Literal["number", "date", "weekday", "time", "reference", "address"]

Atom = tuple[str, str]
"""A value that is the same in every language: ("number", "2000"), ("month", "7"), ("time", "9:30").

("lettered", "246d") is a number with a letter.
"""

Reading = frozenset[Atom]
"""What an expression may mean. Its values must all be in the other language: a date is a day, a month and a year."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of a text: as ``typed``, from character ``at`` on, and what it may mean, in each of ``readings``.

    Unless it is ``demanded``, other languages need not have it: "second" may be "then", "May" may be "can". ``unit`` is
    the symbol of the measure or the currency of a number; "" if it is not known. Where words beside it say what it is,
    as in "2 million" and "2 p.m.", the first readings, as many as are ``certain``, are what it means; the others count
    only where the other language has no such words.
    """

    kind: Kind
    typed: str
    at: int
    readings: tuple[Reading, ...]
    demanded: bool = True
    unit: str = ""
    certain: int = 0

    @property
    def atoms(self) -> Iterator[Atom]:
        """All values that it may state."""
        for reading in self.readings:
            yield from reading


def number_atom(number: Decimal | int | str) -> Atom:
    """The value of a number in digits: "0930" is "930", "2.50" is "2.5"."""
    value = Decimal(number)
    return "number", f"{value.normalize():f}" if value else "0"


def time_atom(hour: int, minute: int) -> Atom:
    """The value of a time of day."""
    return "time", f"{hour}:{minute:02}"


def shown_date(date: datetime.date, pattern: str = "d MMMM y") -> str:
    """A date in the language of the program's messages: "21 April 2018", or its weekday with the pattern "EEEE"."""
    from babel.dates import format_date

    return format_date(date, pattern, locale=MESSAGES)
