"""The locales of CLDR: names of countries, and plural forms."""

from __future__ import annotations

import functools
from typing import Any

from circulars.errors import PackError, Place, Problem


@functools.cache
def locale_of(name: str, file: str = "") -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise PackError(Problem(Place(file), "unknown-locale", f"CLDR has no locale '{name}'", "")) from None


@functools.cache
def territory_of(locale: str, code: str) -> str:
    return str(locale_of(locale).territories.get(code, code))
