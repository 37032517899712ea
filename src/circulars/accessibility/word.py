"""Checks a Word file against every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from circulars.accessibility import word_objects, word_package, word_tables, word_text
from circulars.accessibility.finding import Finding, Spot
from circulars.accessibility.word_file import UncheckableFileError, WordFile, open_word
from circulars.accessibility.word_rules import WORD

_CHECKS: Final[tuple[Callable[[WordFile], Iterator[Finding]], ...]] = (
    word_package.check_properties,
    word_package.check_settings,
    word_package.check_active_content,
    word_package.check_revisions,
    word_package.check_traces,
    word_objects.check_objects,
    word_objects.check_watermarks,
    word_tables.check_tables,
    word_text.check_headings,
    word_text.check_blanks,
    word_text.check_lists,
    word_text.check_runs,
    word_text.check_links,
    word_text.check_fields,
)


def check_word(data: bytes, name: str) -> tuple[Finding, ...]:
    """The findings about a Word file; for a file that cannot be checked, one finding that says why."""
    try:
        file = open_word(data, name)
    except UncheckableFileError as error:
        return (WORD[error.code].finding(Spot(name), error.fact, error.remedy),)
    return tuple(finding for check in _CHECKS for finding in check(file))


def active_content(data: bytes, name: str) -> tuple[Finding, ...]:
    """The findings about what a Word file runs or fetches; empty for a file that cannot be checked."""
    try:
        return tuple(word_package.check_active_content(open_word(data, name)))
    except UncheckableFileError:
        return ()
