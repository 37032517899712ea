"""Languages: the words that the package adds to a letter, and how dates, times and numbers are written."""

from __future__ import annotations

from circulars.language.language import DATE_FORMATS, NUMBER_FORMATS, Language
from circulars.language.loading import SHIPPED, forget_languages, known_languages, load_language
from circulars.language.nearest import MESSAGES, nearest_language
from circulars.language.patterns import worded
from circulars.language.words import FootnoteWords

__all__ = [
    "DATE_FORMATS",
    "MESSAGES",
    "NUMBER_FORMATS",
    "SHIPPED",
    "FootnoteWords",
    "Language",
    "forget_languages",
    "known_languages",
    "load_language",
    "nearest_language",
    "worded",
]
