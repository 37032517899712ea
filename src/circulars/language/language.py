"""A language: its words, and how it writes dates, times and numbers."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from circulars.courtesy import CourtesyTitle, titles_of
from circulars.errors import Problem
from circulars.language.beside import Beside
from circulars.language.date_patterns import EXTENTS, Calendar, DatePattern, RangePattern
from circulars.language.locales import locale_of, territory_of
from circulars.language.words import (
    AddresseeWords,
    AnnexWords,
    FootnoteWords,
    Numbers,
    ReadingWords,
    Times,
    WritingWords,
)
from circulars.model.addressee import CAPITAL
from circulars.model.document import Direction
from circulars.model.phrases import Manner, Pattern, Term
from circulars.model.text import as_one_line

DATE_FORMATS: Final = ("date", "day-month", "month-year", "year", "weekday", "weekday-date")
NUMBER_FORMATS: Final = ("number", "ordinal", "ordinal-feminine")
"""The formats of a field that every language has, after its "|": {{ meeting | weekday }}."""

_SPACES: Final = " \u00a0\n"
_NUMBERED: Final = re.compile(r"[ \u00a0]+\d+(?:\.\d+)*[ \u00a0\n]*$")
"""The number of a paragraph or a table at the end of some words."""
_LAST_IN_DATE: Final = re.compile(r"'(?:[^']* )?([^' ]+)'$")
"""The last word of a pattern of dates that ends with words: "d MMMM y 'года'"."""
_DISTANT: Final = 3
"""The number of words before a field among which one may ask for its form."""
REFERENCE: Final = "ref"
"""What is said of references to parts where formats of dates have their names."""
TEXT: Final = "text"
"""What is said of facts that are texts where formats of dates have their names."""
_NOUNS: Final = (REFERENCE, TEXT)


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its words, and how it writes dates, times and numbers.

    ``forms`` are the names of the forms of its nouns, the plain one first. ``after`` has the form that a word asks for
    of the date after it, by the date's format, or by "" for any: {"в": {"weekday": "accusative"}}. ``asks_of_dates``
    and ``asks_of_texts`` say whether any word asks for a form of dates or of texts, and not only of references.
    ``beside`` has what words themselves become beside a value. ``range_formats`` are those of ranges of days with names
    ("from-to").
    ``amended`` names an amendment with the letter that it amends, by its kind or "other"; ``annex_parent`` what an
    annex belongs to. ``joined`` has the form of a reference that begins with what is before it, and which replaces
    that: {"لـ": "li", "de": "de"}.

    An addressee that ends with one of the ``conjunctions`` ("and") gets no mark after it; one that begins with one of
    the ``to_words`` ("Al Director") needs no label "A:".
    ``letters`` are those that label the entries of lists, in order. ``title_keys`` maps the titles that lists may have,
    in any language with a file, to the keys of ``addressees.titles``; :meth:`title` understands others, too.
    ``warnings`` are what its file lacks.
    """

    code: str
    name: str
    locale: str
    direction: Direction
    calendar: Calendar
    dates: Mapping[str, Mapping[str, DatePattern]]
    ranges: Mapping[str, RangePattern]
    range_formats: Mapping[str, Mapping[str, RangePattern]]
    time_words: Times
    time_zone: Mapping[str, Pattern]
    numbers: Numbers
    ordinals: Mapping[str, Mapping[str, Pattern]]
    labels: Mapping[str, Pattern]
    annexes: AnnexWords
    amendments: Mapping[str, Term]
    amended: Mapping[str, Pattern]
    annex_parent: Pattern
    page: str
    signing: Mapping[str, Pattern]
    deadline: Pattern | None = None
    label_line: Pattern | None = None
    forms: tuple[str, ...] = ("plain",)
    after: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    asks_of_dates: bool = False
    asks_of_texts: bool = False
    joined: Mapping[str, str] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)
    addressees: AddresseeWords = field(default_factory=AddresseeWords)
    letters: str = ""
    footnotes: FootnoteWords = field(default_factory=FootnoteWords)
    blank: str = ""
    box: str = ""
    conjunctions: tuple[str, ...] = ()
    reading: ReadingWords = field(default_factory=ReadingWords)
    writing: WritingWords = field(default_factory=WritingWords)
    small_in_closing: tuple[str, ...] = ()
    to_words: tuple[str, ...] = ()
    title_keys: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    warnings: tuple[Problem, ...] = ()

    def date(self, date: datetime.date, form: str = "date") -> str:
        """The date written out: "12 July 2024", "12 de julio de 2024".

        ``form`` is a format, the form of a noun ("accusative"), or both: "weekday-date|accusative". Without a format of
        that name the date is in its usual one, without the form in the plain one.
        """
        name, _, case = form.partition("|")
        if name not in self.dates:
            name, case = "date", case or name
        patterns = self.dates[name]
        pattern = patterns.get(case) or next(iter(patterns.values()))
        return pattern.written(date, self.calendar)

    def date_range(
        self, first: datetime.date, last: datetime.date, form: str = "", before: str = "", after: str = ""
    ) -> str:
        """A range of days: "20-28 September 2011", "30 de abril – 4 de mayo de 2018".

        ``form`` is a format of ranges: "from 20 to 28 September 2011". A range stands so, too, where the words
        ``before`` it are those with which a format begins. They are not in the result; so "du" is before "20 au 28".
        If the words ``after`` the range go on to another, it stands as usual.
        """
        if first == last:
            return self.date(first)
        extent = _extent(first, last)
        own = self.range_formats.get(form)
        formats = [own] if own else [*self.range_formats.values()]
        for pattern in (patterns[extent] for patterns in formats):
            if _ends_with(before, pattern.lead) and (own or not _begins_with(after, pattern.joint)):
                return pattern.written(first, last, self.calendar).removeprefix(pattern.lead)
        return (own or self.ranges)[extent].written(first, last, self.calendar)

    def time(self, hour: int, minute: int, zone: str = "") -> str:
        """A time of day: "2359 hours UTC", "23.59 horas UTC", "9 h 30"."""
        hours = {} if minute else self.time_words.full_hour
        plural = locale_of(self.locale).plural_form(hour)
        pattern = hours.get(plural) or hours.get("other") or self.time_words.written
        words = pattern.filled(hour=f"{hour:02}", h=str(hour), minute=f"{minute:02}")
        pattern = self.time_zone.get(zone) or self.time_zone["other"]
        return pattern.filled(time=words, zone=zone) if zone else words

    def number(self, number: Decimal, form: str = "number") -> str:
        """A number ("2 000,5") or an ordinal ("8th", "8.º", "الثامن"); ``form`` is "number" or an ordinal's format.

        Numbers have no forms of a noun: with one, a number is written as without it.
        """
        whole, _, fraction = f"{abs(number):f}".partition(".")
        grouped = f"{int(whole):,}".replace(",", self.numbers.thousands)
        text = ("−" if number < 0 else "") + grouped + (self.numbers.decimal + fraction if fraction else "")
        format = form.partition("|")[0]
        if not format.startswith("ordinal"):
            return text
        patterns = self.ordinals.get(format) or self.ordinals["ordinal"]
        endings = (f"*{whole[at:]}" for at in range(len(whole)))  # the longest first
        own = patterns.get(text) or next((patterns[one] for one in endings if one in patterns), None)
        own = own or patterns.get(locale_of(self.locale).ordinal_form(number)) or patterns["other"]
        return own.filled(n=text)

    def counted(self, patterns: Mapping[str, Pattern], count: int) -> str:
        """A count in words ("Annexes: 2"), from the pattern for the number itself, or for its CLDR plural form."""
        pattern = patterns.get(str(count)) or patterns.get(locale_of(self.locale).plural_form(count))
        pattern = pattern or patterns["other"]
        return pattern.filled(n=self.number(Decimal(count)))

    def form_after(self, words: str, format: str) -> str:
        """The form that the last of some ``words`` asks for of what follows; "" for the plain form.

        What follows is a date in a format, a reference to a part (:data:`REFERENCE`), or a :data:`TEXT`.
        """
        before = words.rstrip(_SPACES)
        if not self.after or before == words or not (self.asks_of_dates or format in _NOUNS):
            return ""
        before = before.casefold()
        asked = self.after.get(self._asking(before), {})
        if not asked and format == REFERENCE and (numbered := _NUMBERED.search(before)):
            # "пункт 2 Приложения 1": only nouns, which ask for the form of a reference alone, have numbers.
            noun = self.after.get(self._asking(before[: numbered.start()]), {})
            asked = noun if set(noun) == {REFERENCE} else {}
        return asked.get(format, "" if format in _NOUNS else asked.get("", ""))

    def unsettled_word(self, words: str) -> str:
        """The last of some ``words`` if it asks for a form of a :data:`TEXT`, and several may be right; "" otherwise.

        It is a word that asks for forms of dates, but of none of texts.
        """
        before = words.rstrip(_SPACES)
        word = self._asking(before.casefold()) if self.asks_of_texts and before != words else ""
        return word if word and self.after[word].keys() - {REFERENCE} and TEXT not in self.after[word] else ""

    def _asking(self, words: str) -> str:
        """The longest word of :attr:`after` with which some words end; "" without any."""
        ends = (word for word in self.after if words.endswith(word))
        found = (word for word in ends if not words.removesuffix(word)[-1:].isalnum())
        return max(found, key=len, default="")

    def distant_word(self, words: str, format: str) -> tuple[str, str]:
        """A word of :attr:`after` that has one or two other words after it in ``words``, and the form that it asks for.

        Both are "" without such a word.
        """
        if not (self.asks_of_dates or format == REFERENCE):
            return "", ""
        clause = re.split(r"[^\w\s'’-]", words)[-1]
        if clause.rstrip() == clause:
            return "", ""
        found = clause.split()[-_DISTANT:]
        for end in range(len(found) - 1, 0, -1):
            if found[end].casefold() in self.after:
                break
            is_noun = set(self.after.get(found[end - 1].casefold(), ())) == {REFERENCE}
            if not is_noun and (case := self.form_after(" ".join(found[:end]) + " ", format)):
                return found[end - 1], case
        return "", ""

    def joins_fields(self, words: str) -> bool:
        """Whether words between two fields make a row of them: a comma, or a conjunction."""
        joint = words.strip(_SPACES)
        return joint != "" and joint.removeprefix(",").strip(_SPACES) in ("", *self.conjunctions)

    def is_range(self, before: str, between: str) -> bool:
        """Whether some words before and between two fields are those of a range: "с" and "по"."""
        patterns = (one for formats in self.range_formats.values() for one in formats.values())
        joints = {(one.lead, one.joint.strip(_SPACES)) for one in patterns} if self.after else set()
        return any(_ends_with(before, lead) and between.strip(_SPACES) == joint for lead, joint in joints)

    def amended_by(self, kind: str) -> Pattern:
        """The pattern of a kind of amendment with the letter that it amends."""
        return self.amended.get(kind, self.amended["other"])

    @property
    def date_ends(self) -> tuple[str, ...]:
        """The words of the language with which dates end, in any format: "года" and "г."."""
        texts = (pattern.text for patterns in self.dates.values() for pattern in patterns.values())
        return tuple(dict.fromkeys(found[1] for text in texts if (found := _LAST_IN_DATE.search(text))))

    def has_format(self, form: str) -> bool:
        """Whether the language has a format of dates or numbers, or a form of nouns, or both: "weekday|accusative"."""
        if form in DATE_FORMATS or form in NUMBER_FORMATS:
            return True
        name, _, case = form.partition("|")
        own = {*self.dates, *self.range_formats, *self.ordinals, *NUMBER_FORMATS, *self.forms}
        return name in own and (not case or case in self.forms)

    def country(self, code: str, form: str = "") -> str:
        """The name of a country ("Switzerland", "Suiza"), or a form of it ("la Suisse").

        Without the form the name is as it stands alone; an unknown code stays as it is.
        """
        name = self.addressees.countries.get(code) or territory_of(self.locale, code)
        pattern = self.addressees.country_forms.get(form, {}).get(code)
        return pattern.filled(name=name) if pattern else name

    def called(self, salutation: str) -> str:
        """A salutation within a sentence, as a closing takes it up: without the mark at its end, in one line.

        The words that begin with a small letter there do so: "chers collègues". A full stop may be an abbreviation's.
        """
        called = as_one_line(salutation.split("\n"))
        while called and called[-1] != "." and unicodedata.category(called[-1]) == "Po":
            called = called[:-1].rstrip()
        if self.small_in_closing:
            words = "|".join(map(re.escape, self.small_in_closing))
            called = re.sub(rf"\b(?:{words})\b", lambda word: word[0][:1].lower() + word[0][1:], called)
        return called

    def title(self, typed: str) -> CourtesyTitle | None:
        """This language's form of a title typed in any language; None for an unknown title."""
        return titles_of(self.code, self.addressees.titles, self.title_keys).of(typed)

    def manner_of(self, salutation: str) -> Manner:
        """How a salutation addresses somebody: by name, by a style, or otherwise."""
        return titles_of(self.code, self.addressees.titles, self.title_keys).manner_of(salutation, self.conjunctions)


def without_capital(form: str) -> tuple[str, bool]:
    """A format without "capital" at its end, and whether it had that."""
    parts = form.split("|")
    is_capital = parts[-1] == CAPITAL
    return "|".join(parts[:-1] if is_capital else parts), is_capital


def _extent(first: datetime.date, last: datetime.date) -> str:
    """Which of the patterns of a range its days need."""
    if first.year != last.year:
        return EXTENTS[2]
    return EXTENTS[first.month != last.month]


def _ends_with(words: str, lead: str) -> bool:
    """Whether some words end with the words with which a range begins, and a space."""
    typed, sought = words.rstrip(_SPACES), lead.strip(_SPACES)
    return bool(sought) and typed != words and bool(re.search(rf"(?<!\w){re.escape(sought)}$", typed, re.IGNORECASE))


def _begins_with(words: str, joint: str) -> bool:
    """Whether some words begin with the words between the days of a range."""
    sought = joint.strip(_SPACES)
    return bool(sought) and bool(re.match(rf"[ \u00a0\n]+{re.escape(sought)}(?!\w)", words, re.IGNORECASE))
