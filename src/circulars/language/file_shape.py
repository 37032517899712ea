"""The shape of a language file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from circulars.courtesy import CourtesyTitle
from circulars.errors import nearest
from circulars.language.country_forms import COUNTRY_CODE, COUNTRY_CODE_WORDS, COUNTRY_FORMS
from circulars.language.date_patterns import EXTENTS, RangePattern, RangeText
from circulars.language.forms import (
    BEFORE_DATES,
    FORM,
    FORM_AFTER,
    KNOWN_FORM,
    RIGHT_WORDS,
    date_in_forms,
    noun_in_forms,
    pattern_of_nouns,
)
from circulars.language.language import DATE_FORMATS
from circulars.language.locales import has_locale, locale_names, locale_of
from circulars.language.plural_shapes import ordinal, plural, with_own
from circulars.language.reading_shape import READING
from circulars.language.words import AddresseeWords, FootnoteWords, Numbers, Times, WritingWords
from circulars.model.phrases import Pattern, Term
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, MapOf, OpenGroup, Record, named_group
from circulars.syntax.nodes import Node
from circulars.syntax.phrase_shapes import LABEL_PLACES, LABELS, PLAIN_TEXT, RARE_LABELS, PatternText
from circulars.syntax.scalars import OneOf, Text, YesNo
from circulars.syntax.shape import AnyOf, Converted, Report, Shape


def _known_locale(name: str, node: Node, report: Report) -> str:
    if not has_locale(name):
        meant = nearest(name, locale_names())
        code = Path(report.tree.file).stem
        if has_locale(code) and locale_of(code).language != meant.partition("_")[0]:
            meant = code.replace("-", "_")
        hint = f"did you mean '{meant}'?" if meant else "write a code of CLDR, such as pt"
        raise report.refuse(node, "unknown-locale", f"CLDR has no locale '{name}'", hint)
    return name


def _names(count: int, what: str) -> Shape[dict[str, tuple[str, ...]]]:
    """Lists of names by their form: {accusative: [понедельник, …]}."""

    def checked(names: tuple[str, ...], node: Node, report: Report) -> tuple[str, ...]:
        if len(names) != count:
            fact = f"there are {len(names)} names, and {count} {what}"
            raise report.refuse(node, "missing-words", fact, "write all of them, in order")
        return names

    return MapOf(Converted(ListOf(_LABEL, "a list of names"), checked), "a group of names")


_LABEL: Final = PLAIN_TEXT
_LOCALE: Final = Converted(_LABEL, _known_locale)
_AMENDMENTS: Final = ("corrigendum", "addendum", "revision")
_PLAIN: Final = PatternText()


def _with_hour(pattern: Pattern, node: Node, report: Report) -> Pattern:
    """The pattern of a time, which has one of the two places for the hour."""
    if not (pattern.has("hour") or pattern.has("h")):
        hint = "write {hour}, or {h} for the hour without a zero before it, where it belongs"
        raise report.refuse(node, "missing-place", "this text has lost its place '{hour}'", hint)
    return pattern


def _amendment(**words: Pattern) -> Term:
    """The name of an amendment, with the word before it in a citation as the form "to"."""
    name, to = words["name"], words["to"]
    return Term({"plain": name, "to": Pattern.of(f"{to.text} {name.text}")})


# An amendment in its forms, or its name and the word before it: {name: "Corrigendum {number}", to: to}.
_AMENDMENT: Final = AnyOf(
    {
        "forms": noun_in_forms(("number",)),
        "to": Record(
            _amendment,
            (Field("name", PatternText(("number",)), "", required=True), Field("to", _PLAIN, "", required=True)),
            part_of="this amendment",
        ),
    },
    lambda node: "to" if isinstance(node, nodes.Mapping) and "name" in node.pairs else "forms",
)
_CITED: Final = pattern_of_nouns("amendment", "parent")
# An amendment with the letter that it amends: one pattern, or "other" and those of the amendments that differ.
_AMENDED: Final = AnyOf(
    {
        "one": Converted(_CITED, lambda pattern, *_: {"other": pattern}),
        "several": named_group(
            tuple(Field(name, _CITED, "", required=name == "other") for name in ("other", *_AMENDMENTS)),
            "this group of patterns",
        ),
    },
    lambda node: "several" if isinstance(node, nodes.Mapping) else "one",
)
_SALUTATION: Final = Converted(PatternText(others=("surname", "name")), lambda pattern, *_: pattern.text)
_TITLE: Final = Record(
    CourtesyTitle,
    (
        Field("written", _LABEL, "How the title is written before a name."),
        Field("salutation", _SALUTATION, "The salutation: Dear Ms {surname},."),
        Field("salutation-m", _SALUTATION, "The salutation of a man, if it differs."),
        Field("salutation-f", _SALUTATION, "The salutation of a woman, if it differs."),
        Field("typed", ListOf(_LABEL, "a list of texts"), "Other spellings of the title in lists."),
    ),
    part_of="this title",
)
_WORDS: Final = Converted(ListOf(_LABEL, "a list of texts"), lambda words, *_: tuple(words))


_COUNTRIES: Final = MapOf(_LABEL, "a group of countries", COUNTRY_CODE, COUNTRY_CODE_WORDS, "The country's name.")
_LABEL_WORDS: Final = named_group(
    tuple(
        Field(name, PatternText(LABEL_PLACES.get(name, ())), "", required=name in LABELS)
        for name in (*LABELS, *RARE_LABELS)
    ),
    "this group of words",
)
_DATE_PARTS: Final = {
    "date": "dMy", "day-month": "dM", "month-year": "My", "year": "y", "weekday": "E", "weekday-date": "EdMy",
}  # fmt: skip


_SIGNING: Final = {"signed-by": "name", "reason": "reason", "location": "location"}


_RANGE: Final[Shape[Any]] = RangeText()
_RANGE_FORMAT: Final[Shape[dict[str, RangePattern]]] = named_group(
    tuple(Field(name, RangeText(), "", required=True) for name in EXTENTS), "this format of ranges"
)
_HOURS: Final = AnyOf(
    {
        "one": Converted(Converted(PatternText((), ("hour", "h")), _with_hour), lambda pattern, *_: {"other": pattern}),
        "plural": plural((), ("hour", "h")),
    },
    lambda node: "plural" if isinstance(node, nodes.Mapping) else "one",
)
_WRITTEN: Final = Converted(PatternText(("minute",), ("hour", "h")), _with_hour)
_TIME: Final = AnyOf(
    {
        "one": Converted(_WRITTEN, lambda pattern, *_: Times(pattern)),
        "several": Record(
            Times,
            (
                Field("written", _WRITTEN, "A time: {h} h {minute}.", required=True),
                Field("full-hour", _HOURS, "A time without minutes: {h} h."),
            ),
            part_of="this group of times",
        ),
    },
    lambda node: "several" if isinstance(node, nodes.Mapping) else "one",
)
_ZONE: Final = PatternText(("time", "zone"))
# A time with its zone: one pattern, or "other" and those of zones that have words of their own: {UTC: …, other: …}.
_ZONES: Final = AnyOf(
    {
        "one": Converted(_ZONE, lambda pattern, *_: {"other": pattern}),
        "several": OpenGroup(
            (Field("other", _ZONE, "", required=True),),
            PatternText(("time",), ("zone",)),
            "a group of time zones",
            r"[A-Z]{2,5}",
        ),
    },
    lambda node: "several" if isinstance(node, nodes.Mapping) else "one",
)
_NAME: Final = PatternText(("name", "surname"), ("title",))
_ANNEXES: Final[Record[dict[str, Any]]] = Record(
    dict,
    (
        Field("heading", PatternText(("number",)), "", required=True),
        Field("heading-only", PLAIN_TEXT, "", required=True),
        Field("name", noun_in_forms(("number",)), "", required=True),
        Field("name-only", noun_in_forms(), "", required=True),
        Field("parent", PatternText(("reference",), ("to",)), "The letter that an annex belongs to, as annex-parent."),
        Field("count", with_own(PatternText(("n",))), "", required=True),
        Field("titles", with_own(PatternText((), ("n",))), "", required=True),
        Field("line", PatternText(("sign", "title")), "An annex in the list of annexes: {sign} – {title}."),
        Field("named-line", PatternText(("name", "title")), "The same with its name, if it differs: {name}: {title}."),
    ),
    part_of="this group of words",
)


_PAIR: Final = ListOf(_LABEL, "an opening and a closing mark", least=2, most=2)
_WRITING: Final[Record[WritingWords]] = Record(
    WritingWords,
    (
        Field("quotation-marks", ListOf(_PAIR, "a list of pairs"), "Quotation marks, the outer ones first: [[«, »]]."),
        Field("no-break-before", _WORDS, "Marks with a no-break space before them."),
        Field("no-break-after", _WORDS, "Marks with a no-break space after them."),
        Field("units", _WORDS, "Units that have a no-break space between them and a number."),
        Field("number-signs", _WORDS, "The sign before a number, then those that are taken for it: [N.º, Nº]."),
        Field("accents", _WORDS, "Words that are often typed without their accents."),
        Field("small-months", YesNo(), "Whether months begin with a small letter."),
        Field(
            "opening-marks",
            MapOf(_LABEL, "a group of marks", r"[^\w\s]", "a mark", "The mark at the beginning, by that at the end."),
            "Marks at the beginning of a sentence, by those at its end.",
        ),
        Field(
            "spellings",
            MapOf(_LABEL, "a group of words", r"[^\W\d_]+", "a word", "The usual spelling of this word."),
            "The usual spelling of words, by another one.",
        ),
        Field("doubled", _WORDS, "Words that may come twice in a row."),
    ),
    part_of="this group of words",
)
LANGUAGE_FILE: Final[Record[dict[str, Any]]] = Record(
    dict,
    (
        Field("name", _LABEL, "The language's own name.", required=True),
        Field(
            "locale",
            Converted(_LABEL, _known_locale),
            "The CLDR locale for its months, days and plural forms.",
            required=True,
        ),
        Field("direction", OneOf(("ltr", "rtl"), "a direction"), "Left to right, or right to left.", required=True),
        Field("forms", ListOf(FORM, "a list of names"), "The forms of its nouns, the plain one first."),
        Field(
            "dates",
            OpenGroup(
                tuple(Field(name, date_in_forms(_DATE_PARTS[name]), "", required=True) for name in DATE_FORMATS),
                date_in_forms(),
                "this group of words",
            ),
            "How dates are written.",
            required=True,
        ),
        Field("weekdays", _names(7, "days, from Monday"), "Names of days in forms that CLDR does not have."),
        Field("months", _names(12, "months"), "Names of months in forms that CLDR does not have."),
        Field(
            "days",
            MapOf(PLAIN_TEXT, "a group of days", r"[1-9]|[12][0-9]|3[01]", "the number of a day, from 1 to 31"),
            "Days of the month that are not written as a number alone: {1: 1er}.",
        ),
        Field(
            "after",
            MapOf(FORM_AFTER, "a group of words", r"\w[\w' .-]{0,40}", "a word, or several: 'starting from'"),
            "The form of a date, a reference (ref) or a fact that is a text (text) after a word.",
        ),
        Field(
            "joined",
            MapOf(KNOWN_FORM, "a group of words", r"\w[\w']{0,10}", "the beginning of a word, or a word: لـ, de"),
            "The form of a reference after the beginning of a word, or a word, which it replaces: {لـ: li, de: de}.",
        ),
        Field(
            "before",
            MapOf(
                MapOf(RIGHT_WORDS, "a group of words", r"\w{1,20}(?: \w{1,20}){0,100}", "beginnings of words: a e é"),
                "a group of words",
                r"\w{1,20}'?",
                "a word",
            ),
            "What a word becomes before a value that begins with some letters: {в: {вт: во}}.",
        ),
        Field("before-dates", BEFORE_DATES, "What words become before a date or a range, by format: {date: {à: au}}."),
        Field(
            "contracted",
            MapOf(
                MapOf(_LABEL, "a group of articles", r"\w{1,10}'?", "an article: le"),
                "a group of words",
                r"\w{1,10}",
                "a word",
            ),
            "What a word and the article at the beginning of the value after it become together: {à: {le: au}}.",
        ),
        Field(
            "articles",
            _WORDS,
            "The articles with which values begin, which no second one may be before: [le, la, les, l'].",
        ),
        Field(
            "prefixes",
            MapOf(
                MapOf(_LABEL, "a group of beginnings", r"\w{1,20}", "the beginning of a word, or other"),
                "a group of prefixes",
                r"\w{1,10}",
                "the beginning of a word: لـ",
            ),
            "What the beginning of a word and that of the value after it become together: {لـ: {ال: لل, other: ل}}.",
        ),
        Field(
            "ranges",
            OpenGroup(
                tuple(Field(name, _RANGE, "", required=True) for name in EXTENTS),
                _RANGE_FORMAT,
                "this group of words",
            ),
            "How ranges of days are written, as usual and in formats with names: {from-to: {same-month: …}}.",
            required=True,
        ),
        Field("time", _TIME, "How a time is written.", required=True),
        Field("time-zone", _ZONES, "How a time is written with its time zone, or with some zones.", required=True),
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
            OpenGroup(
                (Field("ordinal", ordinal(), "", required=True),),
                ordinal(),
                "a group of ordinals",
                r"ordinal(?:-[a-z0-9]+)*",
            ),
            "How ordinals are written.",
            required=True,
        ),
        Field("labels", _LABEL_WORDS, "The labels of a letter's parts.", required=True),
        Field("label-line", PatternText(("label", "text")), "A label and what is beside it on its line."),
        Field("deadline", PatternText(("text", "time")), "What is due on a day, with its time: {text} ({time})."),
        Field("annexes", _ANNEXES, "How annexes are named.", required=True),
        Field("annex-parent", pattern_of_nouns("parent"), "The letter that an annex belongs to: (to {parent})."),
        Field(
            "amendments",
            named_group(
                tuple(Field(name, _AMENDMENT, "", required=True) for name in _AMENDMENTS),
                "this group of amendments",
            ),
            "How amendments are named.",
            required=True,
        ),
        Field("amended", _AMENDED, "An amendment and the letter that it amends."),
        Field(
            "letters", Text("letters", r"\w{2,}", hint="write them without spaces"), "The letters of lists, in order."
        ),
        Field(
            "footnotes",
            Record(
                FootnoteWords,
                (
                    Field(
                        "mark",
                        PatternText(("sign",)),
                        "How the sign of a footnote is written where it is raised: {sign}.",
                    ),
                    Field("plain-mark", PatternText(("sign",)), "How it is written in plain text: [{sign}]."),
                    Field("label", _LABEL, "What the footnotes are called; screen readers say it."),
                ),
                part_of="this group of words",
            ),
            "How footnotes are marked.",
        ),
        Field(
            "conjunctions",
            _WORDS,
            "Words at the end of an addressee, after which there is no mark: [and].",
        ),
        Field(
            "small-in-closing",
            Converted(ListOf(_LABEL, "a list of words"), lambda words, *_: tuple(words)),
            "Words of a salutation that begin with a small letter where a closing takes it up: [Cher, Chère].",
        ),
        Field("to-words", _WORDS, "Words that say at the beginning of an addressee what the label 'to' says: [a, al]."),
        Field("blank", _LABEL, "What screen readers say for a line that is to be filled in by hand."),
        Field("box", _LABEL, "What screen readers say for a box that is to be ticked."),
        Field(
            "page",
            Converted(PatternText(("page",)), lambda pattern, *_: pattern.text),
            "The page number, on every page but the first.",
            required=True,
        ),
        Field("reading", READING, "The words by which checks know numbers, times and references in texts."),
        Field("writing", _WRITING, "How texts are written: what checks warn of."),
        Field(
            "addressees",
            Record(
                AddresseeWords,
                (
                    Field("titles", MapOf(_TITLE, "a group of titles"), "Titles of persons, by their keys."),
                    Field("countries", _COUNTRIES, "Names of countries that differ from CLDR's, by their codes."),
                    Field("country-forms", COUNTRY_FORMS, "Names of countries within a sentence: the Netherlands."),
                    Field("full-name", _NAME, "A person's name: {surname}{name}{title}."),
                    Field("other-name", _NAME, "A person's name in another script."),
                    Field("largest-first", YesNo(), "Whether addresses in Han go from the country to the person."),
                    Field("surname-particles", _WORDS, "Words that begin a surname with a capital: Sra. De la Torre."),
                    Field("whole-name", YesNo(), "Whether salutations have a whole name whose surname is not known."),
                ),
                part_of="this group of words",
            ),
            "How addressees are named.",
        ),
        Field(
            "signing",
            named_group(
                (
                    *(Field(name, PatternText((place,)), "", required=True) for name, place in _SIGNING.items()),
                    Field("signed-at", PatternText(("date", "time")), "", required=True),
                    Field("alternate", PatternText(("name",), ("date", "time")), "", required=True),
                ),
                "this group of words",
            ),
            "The words of a digital signature's block.",
            required=True,
        ),
    ),
    part_of="a language file",
)
