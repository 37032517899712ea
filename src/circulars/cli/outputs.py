"""``circulars check --outputs``: what is wrong with finished files, of any maker."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Final, TextIO

from circulars.accessibility import SUFFIXES, Finding, check_output, unreadable
from circulars.build import Workspace
from circulars.cli.show import problems_json
from circulars.errors import Place, Problem, UsageError

MAX_BYTES: Final = 200_000_000
"""The most bytes that a file may have."""
_SHOWN: Final = 3  # findings of one kind that are shown without --all
_COLOURS: Final = {"error": "1;31", "warning": "1;33"}


def check(options: argparse.Namespace, workspace: Workspace) -> int:
    """The exit code: 1 when there is an error, or with ``--strict`` a warning."""
    if options.outputs is None or options.letters:
        fact = "letters cannot be checked together with --outputs" if options.letters else "no --outputs was given"
        raise UsageError(
            Problem(Place(), "not-outputs", fact, "'circulars check --outputs FILE' checks finished files alone")
        )
    files = _files([Path(name) for name in options.outputs], workspace)
    findings = [finding for file in files for finding in _findings(file)]
    if options.format == "json":
        print(problems_json(findings))
    else:
        _print(findings, options.all, sys.stdout)
        print(_summary(len(files), findings), file=sys.stderr)
    return int(any(finding.severity == "error" or options.strict for finding in findings))


def _files(named: Sequence[Path], workspace: Workspace) -> list[Path]:
    """The files named, and those in the folders named; without names those in ``output/``."""
    found: dict[Path, Path] = {}
    others = 0
    for name in named or [workspace.output]:
        path = next((path for path in (name, workspace.folder / name) if _exists(path)), None)
        if path is None:
            raise UsageError(Problem(Place(), "no-such-file", f"there is no file '{name}'"))
        for file in sorted(_below(path)) if path.is_dir() else [path]:
            if file.suffix.lower() in SUFFIXES:
                found.setdefault(file.resolve(), file)
            else:
                others += not path.is_dir()
    if others:
        print(f"{others} {_plural(others, 'file')} of other kinds not checked", file=sys.stderr)
    if not found:
        where = ", ".join(map(str, named or [workspace.output]))
        hint = "name files that end in .docx or .pdf, or a folder that holds some"
        raise UsageError(Problem(Place(), "no-files", f"there is no Word file and no PDF in {where}", hint))
    return list(found.values())


def _exists(path: Path) -> bool:
    with suppress(OSError, ValueError):  # no file has a name that is too long for one, or a NUL in it
        return path.exists()
    return False


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder and below it, without hidden ones and those by which Word marks open files."""
    for path in folder.rglob("*"):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            own = path.relative_to(folder).parts
            if not any(part.startswith((".", "~$")) for part in own):
                yield path


def _findings(file: Path) -> tuple[Finding, ...]:
    try:
        if file.stat().st_size > MAX_BYTES:
            return (unreadable(str(file), f"it is larger than {MAX_BYTES // 1_000_000} MB"),)
        data = file.read_bytes()
    except OSError as error:
        return (unreadable(str(file), f"it cannot be read: {(error.strerror or 'unknown fault').lower()}"),)
    return check_output(data, str(file))


def _print(findings: Iterable[Finding], all: bool, stream: TextIO) -> None:
    """Prints findings in groups: a file's errors, then its warnings; each kind with its hint once."""
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
        for hint, _ in groupby(finding.hint for finding in shown):
            print(f"    hint: {hint}", file=stream)


def _line(finding: Finding, stream: TextIO) -> str:
    said = f"{finding.severity}: {finding.code}"
    if stream.isatty() and not os.environ.get("NO_COLOR"):
        said = f"\x1b[{_COLOURS[finding.severity]}m{said}\x1b[0m"
    return f"{finding.where}  {said}  {finding.message}"


def _summary(files: int, findings: Sequence[Finding]) -> str:
    """One sentence: "14 files, 2 errors and 1 warning in 3"."""
    counts = {kind: sum(finding.severity == kind for finding in findings) for kind in _COLOURS}
    said = " and ".join(f"{count} {_plural(count, kind)}" for kind, count in counts.items() if count)
    faulty = len({finding.where.file for finding in findings})
    found = f"{said} in {faulty}" if said else "no problems"
    return f"{files} {_plural(files, 'file')}, {found}"


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
