"""``circulars check --fix``: shows what is fixed in letters, and writes it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from circulars.cli.show import plural, print_problems
from circulars.errors import Problem
from circulars.review.rules import fixes, write_fixes
from circulars.workspace import Workspace


def run(sources: Sequence[Path], workspace: Workspace, stream: TextIO, *, unsafe: bool, dry_run: bool) -> int:
    """Shows the diff of each letter, writes it unless it is a dry run, and returns the exit code."""
    words = letters = 0
    refused: list[Problem] = []
    for one in fixes(sources, workspace, unsafe=unsafe):
        refused += one.problems
        if not one.fixed:
            continue
        print(one.diff, end="", file=stream)
        if not dry_run:
            write_fixes(one)
        words += one.fixed
        letters += 1
    print_problems(refused, sys.stderr)
    done = "would be fixed" if dry_run else "fixed"
    print(f"{words} {plural(words, 'problem')} {done} in {letters} {plural(letters, 'letter')}", file=sys.stderr)
    return int(bool(refused))
