"""``circulars check --outputs``: checks the accessibility of finished files, made by any program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, TextIO

from circulars.accessibility import Finding, unreadable
from circulars.cli.finished import finished_files
from circulars.cli.show import option_words, plural, problems_json, progress
from circulars.errors import Place, Problem, UsageError, visible
from circulars.files.reading import TooLargeError, read_file
from circulars.finished import check_output
from circulars.workspace import Workspace

_STOPPED: Final = 130
_SHOWN: Final = 3  # findings of each kind, without --all
_COLOURS: Final = {"error": "1;31", "warning": "1;33"}


def check(options: argparse.Namespace, workspace: Workspace) -> int:
    """Checks files and returns the exit code: 1 if there is an error, or with ``--strict`` a warning.

    Ctrl-C ends with the findings about the files that were checked.
    """
    if options.outputs is None:
        fact = "--strict and --all apply to finished files only"
        raise UsageError(Problem(Place(), "not-outputs", fact, "write 'circulars check --outputs FILE'"))
    if options.format not in ("text", "json"):
        fact = f"'{options.format}' is a format for letters, not for finished files"
        raise UsageError(Problem(Place(), "unknown-format", fact, "the formats are text, json"))
    # In "--outputs --strict FILE", argparse takes FILE for a letter.
    files = finished_files([*options.outputs, *options.letters], workspace)
    findings: list[Finding] = []
    checked, stopped = 0, 0
    try:
        with progress("checking", len(files), sys.stderr) as update:
            for file in files:
                findings += _findings(file)
                checked += 1
                update(checked, "")
    except KeyboardInterrupt as interrupt:
        stopped = getattr(interrupt, "exit_code", _STOPPED)
    if options.format == "json":
        print(problems_json(findings))
    else:
        _print(findings, options.all, sys.stdout)
        print(_summary(checked, findings), file=sys.stderr)
    if stopped:
        print(f"stopped; {checked} of {len(files)} files were checked", file=sys.stderr)
        return stopped
    return int(any(finding.severity == "error" or options.strict for finding in findings))


def _findings(file: Path) -> tuple[Finding, ...]:
    try:
        data = read_file(file, "finished file")
    except TooLargeError as error:
        return (unreadable(str(file), str(error.strerror)),)
    except OSError as error:
        return (unreadable(str(file), f"it cannot be read: {(error.strerror or 'unknown fault').lower()}"),)
    return check_output(data, str(file))


def _print(findings: Iterable[Finding], all: bool, stream: TextIO) -> None:
    """Prints findings in groups: a file's errors, then its warnings; a hint that several findings share once."""
    ordered = sorted(findings, key=lambda finding: (finding.where.file, finding.severity))
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in ordered:
        groups.setdefault((finding.where.file, finding.code), []).append(finding)
    for group in groups.values():
        shown = group if all else group[:_SHOWN]
        for finding in shown:
            print(_line(finding, stream), file=stream)
        if left := len(group) - len(shown):
            print(f"    and {left} more like {'this' if len(shown) == 1 else 'these'}; --all shows them", file=stream)
        for hint, _ in groupby(finding.remedy(option_words) for finding in shown):
            print(f"    hint: {visible(hint)}", file=stream)


def _line(finding: Finding, stream: TextIO) -> str:
    heading = f"{finding.severity}: {finding.code}"
    if stream.isatty() and not os.environ.get("NO_COLOR"):
        heading = f"\x1b[{_COLOURS[finding.severity]}m{heading}\x1b[0m"
    return f"{visible(str(finding.where))}  {heading}  {visible(finding.message)}"


def _summary(files: int, findings: Sequence[Finding]) -> str:
    """One sentence: "2 errors and 1 warning in 3 of 14 files"."""
    counts = {kind: sum(finding.severity == kind for finding in findings) for kind in _COLOURS}
    worded = " and ".join(f"{count} {plural(count, kind)}" for kind, count in counts.items() if count)
    faulty = len({finding.where.file for finding in findings})
    all_files = f"{files} {plural(files, 'file')}"
    return f"{worded} in {faulty} of {all_files}" if worded else f"{all_files}, no problems"
