"""Which codes are those of languages and of countries, and the English names of languages for messages."""

from __future__ import annotations

import functools
import re

MESSAGES = "en"
"""The language of the program's own messages: what is in it can be read by everybody who uses the program."""
TO_TRANSLATE = re.compile(r"[ \t]#[ \t]*TODO\b")
"""The mark of a line that is still to be translated: a comment at its end."""
TAKEN = {"id": "id-ID"}
"""Codes of languages that are keys of other things in letters, each with the code to write for the language."""
LANGUAGE_CODE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


def named_language(code: str) -> str:
    """A language in a message: "Spanish (es)", or the code in quotation marks if it has no name."""
    name = language_name(code)
    return f"{name} ({code})" if name != code else f"'{code}'"


@functools.cache
def language_name(code: str) -> str:
    """The English name of a language, or its code if it has no name."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_language_name(MESSAGES) or code
    except (ValueError, UnknownLocaleError):
        return str(Locale(MESSAGES).languages.get(code, code))


@functools.cache
def is_known_code(code: str) -> bool:
    """Whether CLDR knows a language by this code, in the usual spelling: "pt" or "pt-BR", not "por" or "pt-Br"."""
    from babel import Locale

    known = Locale(MESSAGES)
    language, *subtags = code.split("-") if re.fullmatch(LANGUAGE_CODE, code) else ("",)
    tags = {*known.territories, *known.scripts}
    return language in known.languages and language not in _NO_LANGUAGES and tags.issuperset(subtags)


@functools.cache
def country_codes() -> frozenset[str]:
    """The codes of all countries (ISO 3166-1), from CLDR, and "XK" (Kosovo), which postal services use."""
    from babel import Locale

    codes = map(str, Locale(MESSAGES).territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


_NO_LANGUAGES = ("mul", "und", "zxx")
"""What CLDR has under languages, but is none: several languages, an unknown one, and no words."""
# Codes of CLDR that ISO 3166-1 does not have: groups of countries, exceptional reservations, and test data.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
