"""Finds the language of an addressee's letter among those that the letter has."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Final

from circulars.errors import Problem, nearest, quoted
from circulars.language import MESSAGES
from circulars.source.addressees.languages import language_codes
from circulars.source.addressees.lists import AddresseeList

_MAX_REGIONAL: Final = 1_000
_NAMED: Final = 12
"""The most languages that a warning names."""


class SpokenLanguages:
    """The languages of a letter, and the fallback for addressees whose language it does not have, or ""."""

    def __init__(self, languages: tuple[str, ...], fallback: str) -> None:
        self.plain = frozenset(languages) | (language_codes() | {""} if fallback else frozenset())
        """The codes that are certainly right."""
        self._languages = languages
        self._by_code = {code.casefold(): code for code in languages}
        self._regional: dict[str, None] = {}

    def of(self, typed: str) -> str:
        """The letter's language for a code: that of its region, or else the language without a region; "" if none."""
        found = self._by_code.get(typed.casefold())
        if found is not None or "-" not in typed:
            return found or ""
        without = self._by_code.get(typed.partition("-")[0].casefold(), "")
        if without and len(self._regional) < _MAX_REGIONAL:
            self._regional[typed] = None
        return without

    def guesses(self, listed: AddresseeList) -> Iterator[Problem]:
        """A warning with what each language that is not a plain code is read as. The list must have been read."""
        read = {typed: self.of(code) or code for typed, code in listed.languages_read.items()}
        read |= {code: self.of(code) for code in self._regional if code not in listed.languages_read.values()}
        if read:
            named = ", ".join(f"'{typed}' is read as {code}" for typed, code in [*read.items()][:_NAMED])
            more = ", …" if len(read) > _NAMED else ""
            hint = f"if another language is meant, write its code: {', '.join(self._languages)}"
            yield Problem(listed.place(), "guessed-language", f"language: {named}{more}", hint)

    def fault(self, typed: str) -> tuple[str, str, str] | None:
        """The problem code, the fact and the hint of a cell whose language is wrong."""
        if typed in self.plain or self.of(typed):
            return None
        choices = f"write one of: {', '.join(self._languages)}"
        if not typed:
            return "missing-language", "the addressee has no language, and no fallback language is given", choices
        if typed in language_codes():
            fact = f"the letter is not in the language '{typed}', and no fallback language is given"
            return "unknown-language", fact, choices
        meant = nearest(typed, _languages_by_name(self._languages))
        hint = f"write {_languages_by_name(self._languages)[meant]}" if meant else choices
        return "unknown-language", f"{quoted(typed)} is not a language code (ISO 639)", hint


@functools.cache
def _languages_by_name(languages: tuple[str, ...]) -> Mapping[str, str]:
    """The codes of ``languages`` by their names in English and in each of these languages, in lower case."""
    from babel import Locale

    return {
        str(Locale.parse(reader, sep="-").languages.get(code, code)).casefold(): code
        for code in languages
        for reader in (MESSAGES, *languages)
    }
