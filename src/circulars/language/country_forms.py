"""The shape of the forms of names of countries, as they are within a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from circulars.language.forms import by_known_forms
from circulars.model.phrases import Pattern
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.phrase_shapes import PatternText
from circulars.syntax.scalars import Text
from circulars.syntax.shape import AnyOf, Converted

COUNTRY_CODE: Final = r"[A-Z]{2}"
COUNTRY_CODE_WORDS: Final = "a country code of two letters (ISO 3166-1)"
_IN_SENTENCE: Final = PatternText((), ("name",))


@dataclass(frozen=True, slots=True)
class _CountryForm:
    """How the names of some countries stand in a sentence."""

    words: Pattern
    countries: tuple[str, ...]


def _by_country(listed: Iterable[_CountryForm]) -> dict[str, Pattern]:
    """The patterns of names by the country's code."""
    return {code: one.words for one in listed for code in one.countries}


_TOGETHER: Final = ListOf(
    Record(
        _CountryForm,
        (
            Field("words", _IN_SENTENCE, "The name in a sentence: les {name}.", required=True),
            Field(
                "countries",
                ListOf(Text(COUNTRY_CODE_WORDS, COUNTRY_CODE), "a list of countries"),
                "The codes of the countries.",
                required=True,
            ),
        ),
        part_of="this form of names",
    ),
    "a list of forms",
)
# A form of the names of countries: patterns, each with the countries whose names are so, or one for each country.
COUNTRY_FORMS: Final = Converted(
    MapOf(
        AnyOf(
            {
                "together": Converted(_TOGETHER, lambda listed, *_: _by_country(listed)),
                "each": MapOf(
                    _IN_SENTENCE, "a group of countries", COUNTRY_CODE, COUNTRY_CODE_WORDS, "The country's name."
                ),
            },
            lambda node: "each" if isinstance(node, nodes.Mapping) else "together",
        ),
        "a group of forms",
        doc="A form of nouns, as under 'forms:'.",
    ),
    by_known_forms,
)
