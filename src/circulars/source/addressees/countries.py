"""Understands the countries of a list: codes, and names as offices write them.

The names are those of CLDR and ISO 3166 in the six languages of the United Nations, those that letters print, each
country's name in its own languages, and the further ones of ``countries.yaml``.
"""

from __future__ import annotations

import functools
import gettext
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from circulars.characters import bare_letters
from circulars.errors import nearest, quoted
from circulars.language import MESSAGES, country_codes, country_in, known_languages, load_language
from circulars.syntax.own_tables import own_table

_OTHER_CODES: Final = {"EL": "GR"}  # used by the European Union (Interinstitutional style guide, 7.1)
_LONGEST: Final = 200
"""The maximum length of a country's name, in characters."""
_ALIKE: Final = 0.85
_SHORTEST: Final = 4

_ELISION: Final = re.compile(r"\b[dl]['’]|['’‘ʼ`´]")
_AND: Final = re.compile(r"\bو\s+")  # Arabic writes it together with the next word
_WORD: Final = re.compile(r"[^\W_]+")
_ARTICLE: Final = "ال"
_BETWEEN: Final = re.compile(r"[/;|()\[\],–—-]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a cell with a country means: its ISO code, "" if that stays open.

    ``others`` are the codes of other countries that may be meant. ``former`` says whether the name is that of a country
    that has another name now, or is no more.
    """

    code: str = ""
    others: tuple[str, ...] = ()
    former: bool = False

    @property
    def is_guess(self) -> bool:
        """Whether the code should be shown to the sender before letters are made."""
        return bool(self.code) and (self.former or bool(self.others))


UNKNOWN: Final = Meaning()


@functools.lru_cache(maxsize=4096)
def meaning_of(typed: str) -> Meaning:
    """What a cell with a country means."""
    if len(typed) > _LONGEST:
        return UNKNOWN
    upper = typed.upper()
    if upper in country_codes():
        return Meaning(upper)
    if found := _by_other_code(upper):
        return found
    if found := _names().get(key := _key(typed)):
        return found
    if found := _own_names().get(key):
        return found
    return _in_parts(typed)


def fault_of(typed: str, *, suggest: bool = True) -> tuple[str, str, str]:
    """The code, the fact and the hint of the problem of a cell whose country is not certain.

    Without ``suggest``, no similar name is looked for, which takes some milliseconds.
    """
    meaning, shown = meaning_of(typed), quoted(typed)
    if meaning.others:
        is_gone = "is not a country any more, and its places belong to several"
        fact = is_gone if meaning.former else "is the name of more than one country"
        return "ambiguous-country", f"{shown} {fact}", f"write the code of the right one: {choices_of(meaning)}"
    fact = f"{shown} is not the name or the code of a country"
    if suggest and (suggested := _similar(typed)):
        return "unknown-country", fact, f"if {choices_of(suggested)} is meant, write the code"
    return "unknown-country", fact, "write its name, or its code of two letters in ISO 3166-1, for example CH"


def choices_of(meaning: Meaning) -> str:
    """The countries that may be meant: "KR (Republic of Korea), KP (Democratic People's Republic of Korea)"."""
    codes = [code for code in (meaning.code, *meaning.others) if code]
    return ", ".join(f"{code} ({country_in(MESSAGES, code)})" for code in codes)


@functools.lru_cache(maxsize=256)
def _similar(typed: str) -> Meaning | None:
    """What the most similar name means, if it has no initials: of those, too many are alike."""
    if len(typed) > _LONGEST or len(key := _key(typed)) < _SHORTEST:
        return None
    names = {**_own_names(), **_names()}
    similar = nearest(key, (name for name in names if all(len(word) > 1 for word in name.split())), _ALIKE)
    return names.get(similar)


def described(meaning: Meaning) -> str:
    """What a name is read as, for the sender: "SZ (Eswatini), its name today"."""
    read_as = choices_of(Meaning(meaning.code))
    if meaning.former:
        return f"{read_as}, the country's name today"
    return f"{read_as}; others that it may mean: {choices_of(Meaning(others=meaning.others))}"


def _by_other_code(code: str) -> Meaning | None:
    """What another code means: three letters or three figures of ISO 3166, or a code that was withdrawn."""
    from babel.core import get_global

    if code in _OTHER_CODES:
        return Meaning(_OTHER_CODES[code])
    codes = tuple(other for other in get_global("territory_aliases").get(code, ()) if other in country_codes())
    if len(codes) > 1:
        return Meaning(others=codes, former=True)
    return Meaning(codes[0]) if codes else None


def _in_parts(typed: str) -> Meaning:
    """What several names of one country mean ("Suisse / CH"), or a territory's and its state's ("Aruba (NL)")."""
    parts = [part for part in map(str.strip, _BETWEEN.split(typed)) if part]
    if len(parts) < 2 or len(parts) > 5:
        return UNKNOWN
    codes = {meaning_of(part).code for part in parts}
    if len(codes) == 2:
        territories = _data()["territories"]
        codes = {code for code in codes for state in codes if code in territories.get(state, ())} or codes
    return Meaning(codes.pop()) if len(codes) == 1 and "" not in codes else UNKNOWN


@functools.cache
def _names() -> Mapping[str, Meaning]:
    """What each name means, by its key."""
    data = _data()
    names = {_key(name): Meaning(code) for code, name in itertools.chain(_current(), _pairs(data["names"]))}
    for code, name in _pairs(data["former"]):
        names.setdefault(_key(name), Meaning(code, former=True))
    for entry in data["doubtful"]:
        meaning = Meaning(entry["country"], tuple(entry["others"]))
        names |= dict.fromkeys(map(_key, entry["names"]), meaning)
    for group, former in (("shared", False), ("split", True)):
        for entry in data[group]:
            meaning = Meaning(others=tuple(entry["countries"]), former=former)
            names |= dict.fromkeys(map(_key, entry["names"]), meaning)
    return names


def _current() -> Iterator[tuple[str, str]]:
    """The codes of countries, each with a name that CLDR, ISO 3166 or a letter gives the country now."""
    from babel import Locale

    codes = country_codes()
    for locale in names_are_read_in():
        yield from ((code, str(name)) for code, name in Locale.parse(locale).territories.items() if code in codes)
    yield from _iso_names()
    for language in known_languages():
        yield from load_language(language).addressees.countries.items()


def _iso_names() -> Iterator[tuple[str, str]]:
    import pycountry

    translations = [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
        for language in _data()["languages"]["translations"]
    ]
    for country in pycountry.countries:
        for kind in ("name", "official_name", "common_name"):
            if name := getattr(country, kind, ""):
                yield country.alpha_2, name
                yield from ((country.alpha_2, translation.gettext(name)) for translation in translations)


@functools.cache
def _own_names() -> Mapping[str, Meaning]:
    """Each country by its names in its own languages: "Schweiz", "日本"."""
    from babel import Locale, UnknownLocaleError
    from babel.languages import get_official_languages

    names: dict[str, Meaning] = {}
    for code in sorted(country_codes()):
        for language in get_official_languages(code, de_facto=True):
            try:
                name = Locale.parse(language).territories.get(code)
            except (UnknownLocaleError, ValueError):
                continue
            if name:
                names.setdefault(_key(str(name)), Meaning(code))
    return names


def names_are_read_in() -> tuple[str, ...]:
    """The locales in which the names of countries and languages are understood in any list."""
    return tuple(_data()["languages"]["locales"])


def letters_of_languages() -> Mapping[str, str]:
    """The letters that stand for languages in the documents of the ITU, with the languages' codes."""
    letters: dict[str, str] = _data()["languages"]["letters"]
    return letters


def names_of_languages() -> Mapping[str, Sequence[str]]:
    """Names of languages besides those of CLDR, by the languages' codes."""
    names: dict[str, list[str]] = _data()["languages"]["names"]
    return names


@functools.cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = own_table(__package__, "countries.yaml")
    return data


def _pairs(names: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    return ((code, name) for code, others in names.items() for name in others)


@functools.cache
def _ignored() -> frozenset[str]:
    return frozenset(_data()["words"]["ignored"])


@functools.cache
def _alike() -> Mapping[str, str]:
    return {word: first for first, others in _data()["words"]["alike"].items() for word in others}


def _key(name: str) -> str:
    """A name in lower case, its words sorted, without accents and punctuation: "Korea (Rep. of)" is "korea rep"."""
    words = _joined_initials(_WORD.findall(_AND.sub("و", _ELISION.sub("", bare_letters(name)))))
    ignored, alike = _ignored(), _alike()
    bare = [word[2:] if word.startswith(_ARTICLE) and len(word) > 4 else word for word in words]
    kept = {alike.get(word, word) for word in bare if word not in ignored}
    return " ".join(sorted(kept or bare))


def _joined_initials(words: Iterable[str]) -> Iterator[str]:
    """The words, with initials in a row as one word: "u", "s", "a" is "usa"."""
    for is_initial, run in itertools.groupby(words, lambda word: len(word) == 1):
        if is_initial:
            yield "".join(run)
        else:
            yield from run
