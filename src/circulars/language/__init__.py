"""Languages: the words that the package adds to a letter, and how dates, times and numbers are written."""

from __future__ import annotations

from circulars.language.language import DATE_FORMATS, NUMBER_FORMATS, Language
from circulars.language.loading import SHIPPED, forget_languages, known_languages, load_language
from circulars.language.locales import direction_of, locale_of, script_of
from circulars.language.names import LANGUAGE_CODE, is_known_code, language_name, named_language
from circulars.language.nearest import MESSAGES, nearest_language
from circulars.language.patterns import worded
from circulars.language.words import FootnoteWords

__all__ = [
    "DATE_FORMATS",
    "LANGUAGE_CODE",
    "MESSAGES",
    "NUMBER_FORMATS",
    "SHIPPED",
    "FootnoteWords",
    "Language",
    "direction_of",
    "forget_languages",
    "is_known_code",
    "known_languages",
    "language_name",
    "load_language",
    "locale_of",
    "named_language",
    "nearest_language",
    "script_of",
    "worded",
]
