"""The English names of languages, for messages."""

from __future__ import annotations

import functools

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
        return Locale.parse(code, sep="-").get_language_name("en") or code
    except (ValueError, UnknownLocaleError):
        return code
