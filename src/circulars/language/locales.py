"""The locales of CLDR: names of countries, plural forms, scripts and directions."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Final

from circulars.errors import PackError, Place, Problem
from circulars.model.document import Direction

PLURALS: Final = ("zero", "one", "two", "few", "many", "other")
"""The plural categories of CLDR, in its order."""
_COUNTED: Final = range(1, 1000)
"""The counts of anything in a letter for which a language file must have words."""
_HOURS: Final = range(24)


@functools.cache
def locale_of(name: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise PackError(Problem(Place(), "unknown-locale", f"CLDR has no locale '{name}'", "")) from None


def has_locale(name: str) -> bool:
    """Whether CLDR has a locale with a name."""
    try:
        return bool(locale_of(name))
    except PackError:
        return False


@functools.cache
def locale_names() -> tuple[str, ...]:
    """The names of the locales of CLDR: "pt", "pt_BR"."""
    from babel.localedata import locale_identifiers

    return tuple(sorted(locale_identifiers()))


@functools.cache
def territory_of(locale: str, code: str) -> str:
    return str(locale_of(locale).territories.get(code, code))


@functools.cache
def script_of(code: str) -> str:
    """The script of a language, by ISO 15924: "Latn" for "pt", "Cyrl" for "ru"; "" if CLDR does not know it."""
    from babel.core import get_global

    subtags = code.replace("-", "_").split("_")
    if named := [one for one in subtags[1:] if len(one) == 4]:
        return named[0]
    likely = get_global("likely_subtags")
    known: str = likely.get("_".join(subtags)) or likely.get(subtags[0]) or ""
    return next((one for one in known.split("_") if len(one) == 4), "")


def direction_of(code: str) -> Direction:
    """The direction in which a language is written."""
    return "rtl" if script_of(code) in _RIGHT_TO_LEFT else "ltr"


_RIGHT_TO_LEFT = ("Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa")
"""The scripts in use that are written from right to left; CLDR has the direction of locales only."""


@dataclass(frozen=True, slots=True)
class Plurals:
    """The plural categories of a language in CLDR: all of them, and those that some numbers of letters need."""

    all: frozenset[str]
    needed: frozenset[str]


def plurals_of_counts(locale: str) -> Plurals:
    """The plural categories of counts: "one", "few"."""
    return _plurals(locale_of(locale).plural_form, _COUNTED)


def plurals_of_hours(locale: str) -> Plurals:
    """The plural categories of hours of the day."""
    return _plurals(locale_of(locale).plural_form, _HOURS)


def plurals_of_ordinals(locale: str) -> Plurals:
    """The categories of ordinals."""
    return _plurals(locale_of(locale).ordinal_form, _COUNTED)


def _plurals(rule: Any, numbers: range) -> Plurals:
    return Plurals(frozenset(rule.tags) | {"other"}, frozenset(map(rule, numbers)))
