"""Saves all problems of a list in a file when the terminal does not show all of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final, TextIO

from circulars.cli.show import option_words, plural
from circulars.merge import front
from circulars.merge.front import FoundProblems

NAMED: Final = 10
"""The maximum number of addressees that a line names."""


def save_found(
    found: FoundProblems, options: argparse.Namespace, ledger: Path, stream: TextIO, *, is_cut: bool
) -> bool:
    """Saves all problems and warnings if ``--problems`` asks for it or the terminal does not show all of them.

    By default the file is beside the ledger. If the terminal shows everything, the file of an earlier run is deleted.
    Returns whether a file was saved.
    """
    target = Path(options.problems) if options.problems else front.problem_file(ledger)
    if not (options.problems or is_cut or found.warnings > NAMED):
        front.delete_problems(target)
        return False
    problems, warnings = sum(found.counts.values()), found.warnings
    counts = [f"{problems:,} {plural(problems, 'problem')}"] if problems or not warnings else []
    if warnings:
        counts.append(f"{warnings:,} {plural(warnings, 'warning')}")
    path = front.save_problems(found, target, option_words)
    if problems > found.kept:
        print(f"the first {found.kept:,} of {' and '.join(counts)}: {path}", file=stream)
    else:
        print(f"all {' and '.join(counts)}, with row, column, value and remedy: {path}", file=stream)
    return True
