"""The approvals that the options of ``build``, ``merge`` and ``send`` require."""

from __future__ import annotations

import argparse
import datetime
import sys

from circulars.cli.show import print_problems
from circulars.errors import LetterError
from circulars.model.letter import Letter
from circulars.review.approval_check import approval_problems, check_approvals
from circulars.workspace import Workspace


def refuse_unapproved(options: argparse.Namespace, workspace: Workspace, letter: Letter) -> None:
    """Refuses a letter for a build or a trial, such as a preview, which need only the approvals of the options.

    Raises:
        LetterError: the letter lacks approvals.
    """
    roles, languages, now = options.require_approval, vars(options).get("languages", ()), _now()
    check_approvals(letter, workspace, roles, now=now, languages=languages, with_settings=False)


def print_lacking(options: argparse.Namespace, letter: Letter, workspace: Workspace) -> int:
    """Prints which approvals a letter lacks, after a dry run; returns the exit code that this adds."""
    problems = approval_problems(letter, workspace, options.require_approval, now=_now())
    print_problems(problems, sys.stderr)
    return LetterError.exit_code if problems else 0


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
