"""The locales of CLDR: names of countries, plural forms, scripts and directions."""

from __future__ import annotations

import functools
from typing import Any, Final

from circulars.errors import PackError, Place, Problem
from circulars.model.document import Direction

_COUNTED: Final = 1000
"""The largest count of anything in a letter for which a language file must have words."""


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


@functools.cache
def plural_forms(locale: str) -> frozenset[str]:
    """The plural forms of CLDR that counts in letters need: "one", "few"."""
    return frozenset(map(locale_of(locale).plural_form, range(1, _COUNTED)))


@functools.cache
def ordinal_forms(locale: str) -> frozenset[str]:
    """The forms of ordinals of CLDR that numbers in letters need."""
    return frozenset(map(locale_of(locale).ordinal_form, range(1, _COUNTED)))
