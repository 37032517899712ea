"""A language: its words, and how it writes dates, times and numbers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from circulars.courtesy import CourtesyTitle, titles_of
from circulars.language.locales import locale_of, territory_of
from circulars.language.patterns import worded
from circulars.language.words import AddresseeWords, AmendmentWords, AnnexWords, FootnoteWords, Numbers
from circulars.model.document import Direction

# The formats of a field, after its "|": {{ meeting | weekday }}.
DATE_FORMATS = ("date", "day-month", "month-year", "year", "weekday", "weekday-date")
NUMBER_FORMATS = ("number", "ordinal", "ordinal-feminine")


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its words, and how it writes dates, times and numbers.

    An addressee that ends with one of the ``conjunctions`` ("and") gets no mark after it.
    ``letters`` are those that label the entries of lists, in order. ``title_keys`` maps the titles that lists may have,
    in any language with a file, to the keys of ``addressees.titles``; :meth:`title` understands others, too.
    """

    code: str
    name: str
    locale: str
    direction: Direction
    dates: Mapping[str, str]
    ranges: Mapping[str, str]
    time_pattern: str
    time_zone_pattern: str
    numbers: Numbers
    ordinals: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, str]
    annexes: AnnexWords
    amendments: Mapping[str, AmendmentWords]
    page: str
    signing: Mapping[str, str]
    addressees: AddresseeWords = field(default_factory=AddresseeWords)
    letters: str = ""
    footnotes: FootnoteWords = field(default_factory=FootnoteWords)
    blank: str = ""
    conjunctions: tuple[str, ...] = ()
    title_keys: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    def date(self, date: datetime.date, form: str = "date") -> str:
        """The date written out: "12 July 2024", "12 de julio de 2024"; ``form`` is one of :data:`DATE_FORMATS`."""
        return self._date(date, self.dates[form])

    def date_range(self, first: datetime.date, last: datetime.date) -> str:
        """A range of days: "20-28 September 2011", "30 de abril – 4 de mayo de 2018"."""
        if first == last:
            return self.date(first)
        same_year = first.year == last.year
        form = "same-month" if same_year and first.month == last.month else "same-year" if same_year else "other"
        ends = {"a": first, "b": last}
        return re.sub(r"\{([ab]):([^}]*)\}", lambda m: self._date(ends[m[1]], m[2]), self.ranges[form])

    def time(self, hour: int, minute: int, zone: str = "") -> str:
        """A time of day: "2359 hours UTC", "23.59 horas UTC"."""
        words = worded(self.time_pattern, hour=f"{hour:02}", minute=f"{minute:02}")
        return worded(self.time_zone_pattern, time=words, zone=zone) if zone else words

    def number(self, number: Decimal, form: str = "number") -> str:
        """A number ("2 000,5") or an ordinal ("8th", "8.º"); ``form`` is one of :data:`NUMBER_FORMATS`."""
        whole, _, fraction = f"{abs(number):f}".partition(".")
        grouped = f"{int(whole):,}".replace(",", self.numbers.thousands)
        text = ("−" if number < 0 else "") + grouped + (self.numbers.decimal + fraction if fraction else "")
        if form == "number":
            return text
        patterns = self.ordinals.get(form) or self.ordinals["ordinal"]
        pattern = patterns.get(locale_of(self.locale).ordinal_form(number)) or patterns["other"]
        return worded(pattern, n=text)

    def counted(self, patterns: Mapping[str, str], count: int) -> str:
        """A count in words ("Annexes: 2"), from the pattern for its CLDR plural form."""
        pattern = patterns.get(locale_of(self.locale).plural_form(count)) or patterns["other"]
        return worded(pattern, n=str(count))

    def country(self, code: str) -> str:
        """The name of a country ("Switzerland", "Suiza"); an unknown code stays as it is."""
        return self.addressees.countries.get(code) or territory_of(self.locale, code)

    def title(self, typed: str) -> CourtesyTitle | None:
        """This language's form of a title typed in any language; None for an unknown title."""
        return titles_of(self.code, self.addressees.titles, self.title_keys).of(typed)

    def _date(self, date: datetime.date, pattern: str) -> str:
        from babel.dates import format_date

        return format_date(date, pattern, locale=locale_of(self.locale))
