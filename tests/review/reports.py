"""Reports of changes between sample documents, in several languages."""

from __future__ import annotations

from collections.abc import Mapping

from circulars.model.document import Document
from circulars.review.comparing.compare import changes_of
from circulars.review.comparing.comparison import comparison
from circulars.review.comparing.languages import changes_by_place
from circulars.review.reports.report import ChangeReport, LanguageChanges, LetterChanges

Pairs = Mapping[str, tuple[Document, Document]]
"""The old and the new document of each language."""


def letter_of(pairs: Pairs, name: str = "letter") -> LetterChanges:
    """The changes of a letter."""
    languages = tuple(map(_language, pairs.items()))
    compared = {one.language: one.compared for one in languages if one.compared}
    by_place = changes_by_place({one.language: one.changes for one in languages}, compared)
    return LetterChanges(f"main:letters/{name}.yaml", f"letters/{name}.yaml", languages, by_place=by_place)


def report_of(*letters: LetterChanges) -> ChangeReport:
    """The report of some letters."""
    return ChangeReport(letters)


def _language(item: tuple[str, tuple[Document, Document]]) -> LanguageChanges:
    language, (old, new) = item
    compared = comparison(old, new)
    return LanguageChanges(language, changes_of(compared), compared=compared)
