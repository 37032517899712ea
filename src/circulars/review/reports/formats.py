"""The table of formats that changes are reported in: one row for each."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from circulars.errors import Choice, Place, Problem, UsageError, did_you_mean
from circulars.files.names import same
from circulars.review.reports.report import ChangeReport, LanguageChanges, LetterChanges
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """How changes are reported in one format.

    ``module`` has the function ``write``. It is imported when it is first used. ``scope`` says what one file is about,
    and what ``write`` takes: the whole report (:class:`ReportWriter`), or a letter in one language
    (:class:`LanguageWriter`). A format that is not ``printed`` is always written to a file.
    """

    module: str
    suffix: str
    scope: Literal["report", "language"]
    printed: bool = False


REPORT_FORMATS = {
    "text": ReportFormat("circulars.review.reports.text_file", ".txt", "report", printed=True),
    "json": ReportFormat("circulars.review.reports.json_file", ".json", "report", printed=True),
    "html": ReportFormat("circulars.review.reports.page", ".html", "report"),
    "docx": ReportFormat("circulars.review.reports.docx_file", ".docx", "language"),
    "pdf": ReportFormat("circulars.review.reports.marked_pdf", ".pdf", "language"),
}


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """What a writer needs beside the changes.

    ``author`` made the changes. ``worded`` puts a problem's choices into words. With ``everything`` a report in text
    shows changes of typography, too.
    """

    workspace: Workspace
    author: str = ""
    worded: Callable[[Choice], str] = str
    everything: bool = False


class ReportWriter(Protocol):
    """The function ``write`` of formats with one file for all letters."""

    def __call__(self, report: ChangeReport, order: ReportOrder) -> bytes:
        """The report as a file."""


class LanguageWriter(Protocol):
    """The function ``write`` of formats with one file for each letter and language."""

    def __call__(self, letter: LetterChanges, changes: LanguageChanges, order: ReportOrder) -> bytes:
        """The changes of a letter in one language, which both versions have, as a file."""


def known_report_formats(names: Sequence[str]) -> tuple[str, ...]:
    """The formats with some names, without duplicates.

    Raises:
        UsageError: there is no format with a name.
    """
    for name in names:
        if name not in REPORT_FORMATS:
            hint = did_you_mean(name, REPORT_FORMATS, "the formats are " + ", ".join(REPORT_FORMATS))
            raise UsageError(Problem(Place(), "unknown-format", f"there is no format '{name}'", hint))
    return tuple(dict.fromkeys(names))


def report_files(report: ChangeReport, formats: Sequence[str], order: ReportOrder) -> dict[str, bytes]:
    """The files of a report, by their names: "changes.json", "NAME.en.changes.docx".

    Files about one language are made of letters that differ, and of languages in both versions.

    Raises:
        UsageError: two letters that differ would have the same files, or a format cannot be written.
    """
    if any(REPORT_FORMATS[format].scope != "report" for format in formats):
        _check_names(report)
    return {name: data for format in formats for name, data in _files(report, REPORT_FORMATS[format], order)}


def _check_names(report: ChangeReport) -> None:
    """Raises UsageError if two letters that differ have the same name, as two in different folders may."""
    first: dict[str, LetterChanges] = {}
    for letter in report.letters:
        if letter.differs and (other := first.setdefault(same(letter.name), letter)) is not letter:
            fact = f"{other.shown} and {letter.shown} would have the same files"
            raise UsageError(Problem(Place(), "same-name", fact, "compare one after the other, each to its own folder"))


def _files(report: ChangeReport, format: ReportFormat, order: ReportOrder) -> Iterator[tuple[str, bytes]]:
    write = importlib.import_module(format.module).write
    suffix = f"changes{format.suffix}"
    if format.scope == "report":
        yield suffix, cast(ReportWriter, write)(report, order)
        return
    for letter in (letter for letter in report.letters if letter.differs):
        for one in letter.languages:
            if one.state == "both":
                yield f"{letter.name}.{one.language}.{suffix}", cast(LanguageWriter, write)(letter, one, order)
