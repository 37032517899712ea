"""The shape of a language file."""

from __future__ import annotations

from typing import Any

from circulars.courtesy import CourtesyTitle
from circulars.language.language import DATE_FORMATS
from circulars.language.words import AddresseeWords, AmendmentWords, AnnexWords, FootnoteWords, Numbers
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.scalars import OneOf, Text
from circulars.syntax.shape import Converted, Shape


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
LANGUAGE_FILE: Record[dict[str, Any]] = Record(
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
