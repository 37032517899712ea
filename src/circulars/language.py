"""Languages: the words that the package adds to a letter, and how dates, times and numbers are written."""

from __future__ import annotations

import datetime
import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from circulars.courtesy import CourtesyTitle, common_key, normalized, titles_of
from circulars.errors import LetterError, PackError, Place, Problem, did_you_mean
from circulars.files.inside import OutsideError, read_in_folder
from circulars.model.document import Direction
from circulars.model.numerals import LATIN
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.nodes import read_tree
from circulars.syntax.own_tables import own_table
from circulars.syntax.scalars import OneOf, Text
from circulars.syntax.shape import Converted, Report, Shape, UnreadableError

SHIPPED = Path(__file__).parent / "languages"

# The formats of a field, after its "|": {{ meeting | weekday }}.
DATE_FORMATS = ("date", "day-month", "month-year", "year", "weekday", "weekday-date")
NUMBER_FORMATS = ("number", "ordinal", "ordinal-feminine")


@dataclass(frozen=True, slots=True)
class AmendmentWords:
    """The words for an amendment: its name ("Corrigendum {number}"), and the word before it in a citation ("to")."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class AnnexWords:
    """The words for annexes: in their headings, in a sentence, and where they are counted."""

    heading: str
    heading_only: str
    name: str
    name_only: str
    parent: str
    count: Mapping[str, str]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FootnoteWords:
    """How the sign of a footnote is written: raised (``mark``), and in plain text; ``label`` is read out."""

    mark: str = "{sign}"
    plain_mark: str = "[{sign}]"
    label: str = ""


@dataclass(frozen=True, slots=True)
class AddresseeWords:
    """The words for addressees: titles by a key that all languages share, and names of countries by their codes."""

    titles: Mapping[str, CourtesyTitle] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The decimal and the thousands separator."""

    decimal: str
    thousands: str


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
    addressees: AddresseeWords = AddresseeWords()
    letters: str = ""
    footnotes: FootnoteWords = FootnoteWords()
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
        pattern = patterns.get(_locale(self.locale).ordinal_form(number)) or patterns["other"]
        return worded(pattern, n=text)

    def counted(self, patterns: Mapping[str, str], count: int) -> str:
        """A count in words ("Annexes: 2"), from the pattern for its CLDR plural form."""
        pattern = patterns.get(_locale(self.locale).plural_form(count)) or patterns["other"]
        return worded(pattern, n=str(count))

    def country(self, code: str) -> str:
        """The name of a country ("Switzerland", "Suiza"); an unknown code stays as it is."""
        return self.addressees.countries.get(code) or _territory(self.locale, code)

    def title(self, typed: str) -> CourtesyTitle | None:
        """This language's form of a title typed in any language; None for an unknown title."""
        return titles_of(self.code, self.addressees.titles, self.title_keys).of(typed)

    def _date(self, date: datetime.date, pattern: str) -> str:
        from babel.dates import format_date

        return format_date(date, pattern, locale=_locale(self.locale))


def worded(pattern: str, **values: str) -> str:
    """A pattern with each ``{name}`` replaced by its value; nothing else in it is interpreted."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: values.get(match[1], match[0]), pattern)


@functools.cache
def _locale(name: str, file: str = "") -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise PackError(Problem(Place(file), "unknown-locale", f"CLDR has no locale '{name}'", "")) from None


@functools.cache
def _territory(locale: str, code: str) -> str:
    return str(_locale(locale).territories.get(code, code))


def known_languages(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The codes of the languages that have a file, in the package or in one of ``folders``, sorted."""
    found = {file.stem for folder in (SHIPPED, *folders) if folder.is_dir() for file in folder.glob("*.yaml")}
    return tuple(sorted(found))


@functools.cache
def load_language(code: str, folders: tuple[Path, ...] = ()) -> Language:
    """The language with a code; a file in one of ``folders`` replaces the package's own.

    Raises:
        PackError: there is no such language, or its file has problems.
    """
    for folder in (*folders, SHIPPED):
        file = folder / f"{code}.yaml"
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", code) and file.is_file():
            language = _read(code, file)
            return replace(language, title_keys=_title_keys(language, folders))
    known = known_languages(folders)
    hint = did_you_mean(code, known, "the languages are " + ", ".join(known))
    raise PackError(Problem(Place(), "unknown-language", f"there is no language '{code}'", hint))


def forget_languages() -> None:
    """Clears the cache of languages, so that changed files are read again."""
    load_language.cache_clear()
    _read.cache_clear()


def _title_keys(language: Language, folders: tuple[Path, ...]) -> dict[str, str]:
    """The keys of titles by their normalized spellings in all languages; the language's own take precedence."""
    keys = _typed_titles(language)
    for folder in (*folders, SHIPPED):
        for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            try:
                others = _typed_titles(_read(file.stem, file))
            except PackError:
                continue  # the problems of its file are reported when that language is used
            for typed, key in others.items():
                keys[typed] = common_key(keys.get(typed, key), key)
    return keys


def _typed_titles(language: Language) -> dict[str, str]:
    keys: dict[str, str] = {}
    for key, title in language.addressees.titles.items():
        for typed in map(normalized, filter(None, (title.written, *title.typed))):
            keys[typed] = common_key(keys.get(typed, key), key)
    return keys


@functools.cache
def _read(code: str, file: Path) -> Language:
    try:
        data = read_in_folder(file.parent, file.name, "YAML")
        report = Report(read_tree(data, str(file)))
        values = _LANGUAGE.read(report.tree.root, report)
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise PackError(Problem(Place(str(file)), "outside-folder", fact, "copy the file here")) from None
    except LetterError as error:
        raise PackError(*error.problems) from None
    except UnreadableError:
        raise PackError(*report.problems) from None
    _locale(values["locale"], str(file))
    time = {"time_pattern": values.pop("time"), "time_zone_pattern": values.pop("time_zone")}
    values.setdefault("letters", _letters().get(code.partition("-")[0], LATIN))
    return Language(code=code, **values, **time, fingerprint=hashlib.sha256(data).hexdigest())


@functools.cache
def _letters() -> dict[str, str]:
    """The letters that label lists, by language."""
    table: dict[str, str] = own_table(__package__, "list_letters.yaml")
    return table


def _words(*names: str) -> Shape[dict[str, str]]:
    return _named(tuple(Field(name, _LABEL, "", required=True) for name in names), "this group of words")


def _named(fields: tuple[Field, ...], part_of: str) -> Shape[dict[str, Any]]:
    """A mapping with known keys, which keep their hyphens."""
    return Record(lambda **values: {key.replace("_", "-"): value for key, value in values.items()}, fields, part_of)


_LABEL = Text()
# CLDR's plural forms; every language has "other".
_PLURAL = _named(
    tuple(Field(name, _LABEL, "", required=name == "other") for name in ("zero", "one", "two", "few", "many", "other")),
    "this plural",
)
_AMENDMENT = Record(
    AmendmentWords,
    (Field("name", _LABEL, "", required=True), Field("to", _LABEL, "", required=True)),
    part_of="this amendment",
)
_TITLE = Record(
    CourtesyTitle,
    (
        Field("written", _LABEL, "How the title is written before a name."),
        Field("salutation", _LABEL, "The salutation: Dear Ms {surname},."),
        Field("salutation-m", _LABEL, "The salutation of a man, if it differs."),
        Field("salutation-f", _LABEL, "The salutation of a woman, if it differs."),
        Field("typed", ListOf(_LABEL, "a list of texts"), "Other spellings of the title in lists."),
    ),
    part_of="this title",
)
_COUNTRIES = MapOf(
    _LABEL, "a group of countries", r"[A-Z]{2}", "a country code of two letters (ISO 3166-1)", "The country's name."
)
_LABELS = tuple(
    """
    reference contact tel fax email web to copy subject references distribution note signed signature-of
    code-of dateline deadline-time entry-end
    """.split()
)
# A language file need not have these, which only some letters use.
_RARE_LABELS = ("attention", "dateline-date", "enclosure", "enclosures", "enclosure-reference", "postscript")
_LABEL_WORDS = _named(
    (
        *(Field(name, _LABEL, "", required=True) for name in _LABELS),
        *(Field(name, _LABEL, "") for name in _RARE_LABELS),
    ),
    "this group of words",
)
_LANGUAGE: Record[dict[str, Any]] = Record(
    dict,
    (
        Field("name", _LABEL, "The language's own name.", required=True),
        Field("locale", _LABEL, "The CLDR locale for its months, days and plural forms.", required=True),
        Field("direction", OneOf(("ltr", "rtl")), "Left to right, or right to left.", required=True),
        Field("dates", _words(*DATE_FORMATS), "How dates are written.", required=True),
        Field("ranges", _words("same-month", "same-year", "other"), "How ranges of days are written.", required=True),
        Field("time", _LABEL, "How a time is written.", required=True),
        Field("time-zone", _LABEL, "How a time is written with its time zone.", required=True),
        Field(
            "numbers",
            Record(
                Numbers,
                (Field("decimal", _LABEL, "", required=True), Field("thousands", Text(blank=True), "", required=True)),
                part_of="this group of marks",
            ),
            "",
            required=True,
        ),
        Field(
            "ordinals",
            _named(
                (Field("ordinal", _PLURAL, "", required=True), Field("ordinal-feminine", _PLURAL, "")),
                "a group of ordinals",
            ),
            "How ordinals are written.",
            required=True,
        ),
        Field("labels", _LABEL_WORDS, "The labels of a letter's parts.", required=True),
        Field(
            "annexes",
            Record(
                AnnexWords,
                (
                    *(
                        Field(name, _LABEL, "", required=True)
                        for name in ("heading", "heading-only", "name", "name-only", "parent")
                    ),
                    *(Field(name, _PLURAL, "", required=True) for name in ("count", "titles")),
                ),
                part_of="this group of words",
            ),
            "How annexes are named.",
            required=True,
        ),
        Field(
            "amendments",
            _named(
                tuple(Field(name, _AMENDMENT, "", required=True) for name in ("corrigendum", "addendum", "revision")),
                "this group of amendments",
            ),
            "How amendments are named.",
            required=True,
        ),
        Field(
            "letters", Text("letters", r"\w{2,}", hint="write them without spaces"), "The letters of lists, in order."
        ),
        Field(
            "footnotes",
            Record(
                FootnoteWords,
                (
                    Field("mark", _LABEL, "How the sign of a footnote is written where it is raised: {sign}."),
                    Field("plain-mark", _LABEL, "How it is written in plain text: [{sign}]."),
                    Field("label", _LABEL, "What the footnotes are called; screen readers say it."),
                ),
                part_of="this group of words",
            ),
            "How footnotes are marked.",
        ),
        Field(
            "conjunctions",
            Converted(ListOf(_LABEL, "a list of texts"), lambda words, *_: tuple(words)),
            "Words at the end of an addressee, after which there is no mark: [and].",
        ),
        Field("blank", _LABEL, "What screen readers say for a line that is to be filled in by hand."),
        Field("page", _LABEL, "The page number, on every page but the first.", required=True),
        Field(
            "addressees",
            Record(
                AddresseeWords,
                (
                    Field("titles", MapOf(_TITLE, "a group of titles"), "Titles of persons, by their keys."),
                    Field("countries", _COUNTRIES, "Names of countries that differ from CLDR's, by their codes."),
                ),
                part_of="this group of words",
            ),
            "How addressees are named.",
        ),
        Field(
            "signing",
            _words("signed-by", "signed-at", "reason", "location", "alternate"),
            "The words of a digital signature's block.",
            required=True,
        ),
    ),
    part_of="a language file",
)
