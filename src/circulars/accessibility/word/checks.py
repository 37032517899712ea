"""Checks a Word file against every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from circulars.accessibility.finding import Finding, Spot
from circulars.accessibility.word import objects, package, tables, text
from circulars.accessibility.word.file import UncheckableFileError, WordFile, open_word
from circulars.accessibility.word.rules import WORD

_CHECKS: Final[tuple[Callable[[WordFile], Iterator[Finding]], ...]] = (
    package.check_properties,
    package.check_settings,
    package.check_active_content,
    package.check_revisions,
    package.check_traces,
    objects.check_objects,
    objects.check_watermarks,
    tables.check_tables,
    text.check_headings,
    text.check_blanks,
    text.check_lists,
    text.check_runs,
    text.check_links,
    text.check_fields,
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
        return tuple(package.check_active_content(open_word(data, name)))
    except UncheckableFileError:
        return ()
