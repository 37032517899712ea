"""Understands the languages of a list: codes of ISO 639 and BCP 47, names of languages, and the letters of the ITU."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from circulars.characters import bare_letters
from circulars.language import MESSAGES, own_names
from circulars.source.addressees.countries import (
    letters_of_languages,
    meaning_of,
    names_are_read_in,
    names_of_languages,
)

_LONGEST: Final = 60
"""The maximum length of a language's name, in characters."""
_TAG: Final = re.compile(r"([A-Za-z]{2,3})[-_]([A-Za-z]{2}|[0-9]{3})")
_OF_COUNTRY: Final = re.compile(r"([^()]+?)\s*(?:\(([^()]+)\)|\s[–—-]\s(.+))")


@functools.cache
def language_codes() -> frozenset[str]:
    """The codes of languages, from CLDR, some with a region: "en", "haw", "en-US"."""
    from babel import Locale

    return frozenset(str(code).replace("_", "-") for code in Locale(MESSAGES).languages)


@functools.lru_cache(maxsize=4096)
def language_meant(typed: str) -> str:
    """The code of the language that a cell means: "es" for "español", "es-MX" for "Español (México)"; "" if open."""
    if typed in letters_of_languages():
        return letters_of_languages()[typed]
    if len(typed) > _LONGEST:
        return ""
    if tag := _TAG.fullmatch(typed):
        return _with_region(_by_code(tag[1]), tag[2].upper())
    if found := _by_code(typed) or _names().get(_key(typed), ""):
        return found
    parts = _OF_COUNTRY.fullmatch(typed)
    if not parts or not (language := language_meant(parts[1])):
        return ""
    of = parts[2] or parts[3]
    if language_meant(of) == language:  # "English (en)"
        return language
    country = meaning_of(of).code
    return _with_region(language, country) if country else ""


def _by_code(typed: str) -> str:
    """The code for a code of two or three letters; those of three letters are bibliographic or terminological."""
    from babel.core import get_global

    code = typed.lower()
    if not (code.isascii() and code.isalpha() and 2 <= len(code) <= 3):
        return ""
    found = str(get_global("language_aliases").get(code, code)).replace("_", "-")
    return found if found in language_codes() else ""


def _with_region(language: str, region: str) -> str:
    """The code with a region: "es-AR"; "" for two languages, such as "en-fr"."""
    from babel.languages import get_official_languages

    official = get_official_languages(region, regional=True, de_facto=True)
    if not language or (region.lower() in letters_of_languages().values() and language not in official):
        return ""
    return f"{language}-{region}"


@functools.cache
def _names() -> Mapping[str, str]:
    """The codes of languages by the keys of their names: in the six languages, and in their own."""
    names: dict[str, str] = {}
    for code, name in _pairs():
        names.setdefault(_key(name), code)
    return names


def _pairs() -> Iterator[tuple[str, str]]:
    from babel import Locale

    for reader in names_are_read_in():
        for code, name in Locale.parse(reader).languages.items():
            yield str(code).replace("_", "-"), str(name)
    yield from own_names()
    for language, names in names_of_languages().items():
        yield from ((language, name) for name in names)


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, bare_letters(name)))
