"""Languages: the words that the package adds to a letter, and how dates, times and numbers are written."""

from __future__ import annotations

from circulars.language.bases import SHIPPED, base_of
from circulars.language.beside import RANGE, Beside, last_word, with_capital
from circulars.language.codes import begun_by, code_hint, own_names, usual_code
from circulars.language.consistency import asked_forms, missing_forms
from circulars.language.language import (
    DATE_FORMATS,
    NUMBER_FORMATS,
    REFERENCE,
    TEXT,
    Language,
    without_capital,
)
from circulars.language.loading import (
    country_in,
    doubts_of,
    file_faults,
    file_of,
    forget_languages,
    formats_in,
    has_country_names,
    known_languages,
    load_language,
    no_language,
    noun_forms_in,
    range_formats_in,
)
from circulars.language.locales import PLURALS, direction_of, has_locale, locale_of, script_of
from circulars.language.names import (
    LANGUAGE_CODE,
    MESSAGES,
    TAKEN,
    TO_TRANSLATE,
    country_codes,
    is_known_code,
    language_name,
    named_language,
)
from circulars.language.nearest import nearest_language
from circulars.language.words import FootnoteWords

__all__ = [
    "DATE_FORMATS",
    "LANGUAGE_CODE",
    "MESSAGES",
    "NUMBER_FORMATS",
    "PLURALS",
    "RANGE",
    "REFERENCE",
    "SHIPPED",
    "TAKEN",
    "TEXT",
    "TO_TRANSLATE",
    "Beside",
    "FootnoteWords",
    "Language",
    "asked_forms",
    "base_of",
    "begun_by",
    "code_hint",
    "country_codes",
    "country_in",
    "direction_of",
    "doubts_of",
    "file_faults",
    "file_of",
    "forget_languages",
    "formats_in",
    "has_country_names",
    "has_locale",
    "is_known_code",
    "known_languages",
    "language_name",
    "last_word",
    "load_language",
    "locale_of",
    "missing_forms",
    "named_language",
    "nearest_language",
    "no_language",
    "noun_forms_in",
    "own_names",
    "range_formats_in",
    "script_of",
    "usual_code",
    "with_capital",
    "without_capital",
]
