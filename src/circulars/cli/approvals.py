"""Refuses letters that lack approvals: for ``build``, ``merge`` and ``send``."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from circulars.build import Built
from circulars.cli.show import print_problems
from circulars.errors import LetterError, Problem
from circulars.model.letter import Letter
from circulars.review.settings_file import has_settings
from circulars.source.letters import read_letter
from circulars.workspace import Workspace, shown


def lacking_approvals(
    options: argparse.Namespace, letter: Letter, path: Path, workspace: Workspace, *, with_settings: bool = True
) -> tuple[Problem, ...]:
    """Which approvals a letter lacks that the options require, or the folder or the kind does, and why."""
    if not options.require_approval and not (with_settings and _may_require(letter, workspace)):
        return ()
    from circulars.review.approval import approval_problems  # needs libraries that take long to import

    return approval_problems(
        letter,
        path,
        workspace,
        options.require_approval,
        now=datetime.datetime.now(datetime.UTC),
        languages=vars(options).get("languages", ()),
        with_settings=with_settings,
    )


def _may_require(letter: Letter, workspace: Workspace) -> bool:
    """Whether the settings of the folder, or the letter's kind, may require approvals."""
    kind = workspace.pack_of(letter).kinds.get(letter.kind.name)
    return has_settings(workspace.folder) or bool(kind and kind.approvals)


def refuse_unapproved(
    options: argparse.Namespace, letter: Letter, path: Path, workspace: Workspace, *, is_trial: bool
) -> None:
    """Refuses a letter that lacks approvals. A trial, such as a preview, needs only those that the options require.

    Raises:
        LetterError: the letter lacks approvals.
    """
    if problems := lacking_approvals(options, letter, path, workspace, with_settings=not is_trial):
        raise LetterError(*problems)


def print_lacking(options: argparse.Namespace, letter: Letter, path: Path, workspace: Workspace) -> int:
    """Prints which approvals a letter lacks, after a dry run; returns the exit code that this adds."""
    problems = lacking_approvals(options, letter, path, workspace)
    print_problems(problems, sys.stderr)
    return LetterError.exit_code if problems else 0


def unapproved(sources: Sequence[Path], workspace: Workspace, options: argparse.Namespace) -> Iterable[Built]:
    """A result for each letter that lacks approvals which the options require; what cannot be read is left out."""
    for source in sources:
        try:
            letter = read_letter(source, shown(source, workspace), workspace.language_folders)
            problems = lacking_approvals(options, letter, source, workspace, with_settings=False)
        except LetterError:  # reported when it is built
            continue
        if problems:
            yield Built(source, problems=problems, exit_code=LetterError.exit_code)
