"""Prints the problems of a list, and saves them in a file when the terminal does not show all of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

from circulars.cli.show import are_many, option_words, plural, print_columns, print_many, print_problems
from circulars.errors import Problem
from circulars.merge import front
from circulars.merge.front import FoundProblems, MergeRefusedError
from circulars.source.addressees import MAX_NAMED

NAMED: Final = 10
"""The maximum number of addressees that a line names."""


def print_found(
    problems: Sequence[Problem], found: FoundProblems, options: argparse.Namespace, ledger: Path, stream: TextIO
) -> bool:
    """Prints the problems of a list; of many, the first of each kind below a line that names the file of all.

    Returns whether a file was saved; see :func:`save_found`.
    """
    is_cut = are_many(problems, found.counts)
    saved = save_found(found, options, ledger, stream, is_cut=is_cut)
    print_many(problems, stream, found.counts)
    if is_cut:
        print(f"the others: {saved}", file=stream)
    return saved is not None


def print_refused(error: MergeRefusedError, options: argparse.Namespace, ledger: Path) -> None:
    """Prints the problems for which a list is refused, and how it was read, which may explain them."""
    print_found(error.problems, error.found, options, ledger, sys.stderr)
    print_columns(error.columns, sys.stderr)
    print_problems(error.remarks, sys.stderr)


def save_found(
    found: FoundProblems, options: argparse.Namespace, ledger: Path, stream: TextIO, *, is_cut: bool
) -> Path | None:
    """Saves all problems and warnings if ``--problems`` asks for it or the terminal does not show all of them.

    By default the file is beside the ledger. If the terminal shows everything, the file of an earlier run is deleted.
    Returns the file that was saved, which a line has named.
    """
    target = Path(options.problems) if options.problems else front.problem_file(ledger)
    if not (options.problems or is_cut or found.warnings > MAX_NAMED):
        front.delete_problems(target)
        return None
    front.save_problems(found, target, option_words)
    print(f"{_count(found)}: {target}", file=stream)
    return target


def _count(found: FoundProblems) -> str:
    """What the file of problems has."""
    problems, warnings = sum(found.counts.values()), found.warnings
    counts = [f"{problems:,} {plural(problems, 'problem')}"] if problems or not warnings else []
    if warnings:
        counts.append(f"{warnings:,} {plural(warnings, 'warning')}")
    if problems + warnings > found.kept:
        return f"the first {found.kept:,} of {' and '.join(counts)}"
    return f"all {' and '.join(counts)}, with row, column, value and remedy"
