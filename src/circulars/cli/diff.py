"""``circulars diff``: reports what a reader would notice between two versions of letters."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Callable
from pathlib import Path

from circulars.cli.show import option_words, print_problems
from circulars.errors import Choice, LetterError, Place, Problem, UsageError, visible
from circulars.files.output import save, save_all
from circulars.review.diffing import diff
from circulars.review.reports.formats import REPORT_FORMATS, ReportOrder, known_report_formats, report_files
from circulars.review.reports.report import ChangeReport
from circulars.review.reports.summary import summary
from circulars.workspace import Workspace


def run(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> int:
    """Reports the changes, and returns the exit code: 0 if there is none, 1 if there are some.

    ``source`` finds a letter's file by its name.
    """
    formats = known_report_formats(options.format)
    _check_out(formats, options)
    try:
        if options.since_approval is None:
            report = _since_version(options, workspace)
        else:
            report = _since_approval(options, workspace, source)
    except LetterError as error:
        # Its exit code says that something changed.
        raise UsageError(*error.problems) from None
    order = ReportOrder(workspace, options.author, option_words, options.all)
    if options.out:
        written = _save(report_files(report, formats, order), Path(options.out), formats)
        if not options.quiet:
            print(summary(report), file=sys.stderr)
            print("".join(f"{visible(str(path))}\n" for path in written), end="")
    elif not options.quiet:
        print(summary(report) if options.summary else _printed(report, formats[0], order))
    return int(report.differs)


def _since_version(options: argparse.Namespace, workspace: Workspace) -> ChangeReport:
    old, new, *letters = (*options.versions, None, None)[: max(2, len(options.versions))]
    return diff(old, new, workspace, options.languages, letters=letters, staged=options.staged)


def _since_approval(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> ChangeReport:
    """The changes of one letter since its last approval; what is wrong with that is printed."""
    from circulars.review.approval import diff_since_approval  # needs libraries that take long to import

    if len(options.versions) != 1 or options.staged:
        fact = "--since-approval compares one letter, as it is in the folder"
        hint = "circulars diff LETTER --since-approval"
        raise UsageError(Problem(Place(), "wrong-option", fact, hint))
    now = datetime.datetime.now(datetime.UTC)
    found = diff_since_approval(
        source(options.versions[0]), workspace, options.since_approval, options.languages, now=now
    )
    print_problems(found.faults, sys.stderr)
    return found.report


def _check_out(formats: tuple[str, ...], options: argparse.Namespace) -> None:
    """Checks that no more than one report is printed.

    Raises:
        UsageError: the reports must be written to files, and no folder is named.
    """
    if options.out or (len(formats) == 1 and REPORT_FORMATS[formats[0]].printed):
        return
    files = [name for name in formats if not REPORT_FORMATS[name].printed]
    fact = f"{files[0]} is written to files, not printed" if files else "only one report can be printed"
    choice = Choice("out", "names the folder to write to", "FOLDER")
    raise UsageError(Problem(Place(), "missing-option", fact, choices=(choice,)))


def _printed(report: ChangeReport, format: str, order: ReportOrder) -> str:
    if format == "text":
        return report.text(sys.stdout.isatty() and not os.environ.get("NO_COLOR"), order.worded, order.everything)
    (data,) = report_files(report, formats=(format,), order=order).values()
    return data.decode().rstrip("\n")


def _save(files: dict[str, bytes], out: Path, formats: tuple[str, ...]) -> tuple[Path, ...]:
    """Writes the files to a folder, or the only one to the file that ``out`` names by its suffix.

    Raises:
        UsageError: ``out`` names one file, and there are several.
    """
    if out.suffix not in {one.suffix for one in REPORT_FORMATS.values()} or out.is_dir():
        return save_all(out, files)
    if len(files) > 1 or out.suffix != REPORT_FORMATS[formats[0]].suffix:
        fact = f"'{out}' is the name of one file, and these are {len(files)}: {', '.join(files)}"
        if len(files) == 1:
            fact = f"'{out}' is not the name of a file of the format {formats[0]}"
        choice = Choice("out", "names a folder for them", "FOLDER")
        raise UsageError(Problem(Place(), "wrong-option", fact, choices=(choice,)))
    return tuple(save(out.parent, out.name, data) for data in files.values())
