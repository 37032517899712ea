"""Starts languages, and checks what they still lack."""

from __future__ import annotations

from circulars.translation.checking import check_language
from circulars.translation.listing import LanguageState, languages_of
from circulars.translation.new import NewLanguage, new_language

__all__ = ["LanguageState", "NewLanguage", "check_language", "languages_of", "new_language"]
