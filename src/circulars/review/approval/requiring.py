"""Refuses a letter without the approvals that are required."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from circulars.errors import LetterError, Place, Problem
from circulars.model.letter import Letter
from circulars.review.approval.fingerprints import Fingerprints, fingerprints
from circulars.review.approval.judging import ApprovalJudge, JudgedApproval, approved_languages, void_problem
from circulars.review.approval.record import approval_files
from circulars.review.approval.settings import (
    ApprovalSettings,
    RequiredApproval,
    read_approval_settings,
    required_approvals,
)
from circulars.workspace import Workspace, shown


def check_approvals(
    letter: Letter,
    path: Path,
    workspace: Workspace,
    roles: Sequence[str] = (),
    *,
    now: datetime.datetime | None = None,
    languages: Sequence[str] = (),
) -> None:
    """Refuses a letter without the approvals that are required; the arguments are those of :func:`approval_problems`.

    Raises:
        LetterError: an approval is missing, void or not valid; the error has all of them, each with the reasons.
        UsageError: see there.
    """
    if problems := approval_problems(letter, path, workspace, roles, now=now, languages=languages):
        raise LetterError(*problems)


def approval_problems(
    letter: Letter,
    path: Path,
    workspace: Workspace,
    roles: Sequence[str] = (),
    *,
    now: datetime.datetime | None = None,
    languages: Sequence[str] = (),
    with_settings: bool = True,
) -> tuple[Problem, ...]:
    """Which approvals a letter lacks, as it was read from its file at ``path``, and why those that it has do not count.

    ``roles`` are those that are required ("director"), or with ":looks" those who must have approved how it looks, too.
    Those of the folder's ``circulars.toml`` and of the letter's kind in the pack are required as well, unless
    ``with_settings`` is false. Each must have approved all languages of the letter, or those named. With ``now``,
    certificates must still be valid.

    Raises:
        UsageError: the settings have problems, or a text names no role.
        LetterError: the letter cannot be built.
    """
    settings = read_approval_settings(workspace.folder)
    always = required_always(letter, workspace, settings) if with_settings else ()
    named = required_approvals([*roles, *map(str, always)])
    if not named:
        return ()
    judged, prints = approvals_of(letter, path, workspace, ApprovalJudge(settings, now))
    wanted = [code for code in prints.words if not languages or code in languages]
    return tuple(dict.fromkeys(problem for one in named for problem in _lacking(one, letter, judged, wanted)))


def required_always(letter: Letter, workspace: Workspace, settings: ApprovalSettings) -> tuple[RequiredApproval, ...]:
    """The approvals that a letter needs without being asked: by the settings of its folder, and by its kind.

    Raises:
        PackError: see :meth:`circulars.workspace.Workspace.pack_of`.
    """
    kind = workspace.pack_of(letter).kinds.get(letter.kind.name)
    return required_approvals([*map(str, settings.required), *(kind.approvals if kind else ())])


def approvals_of(
    letter: Letter, path: Path, workspace: Workspace, judge: ApprovalJudge
) -> tuple[tuple[JudgedApproval, ...], Fingerprints]:
    """The approvals of a letter that was read from its file at ``path``, and its fingerprints as it is now.

    Raises:
        LetterError: the letter cannot be built.
    """
    files = [(one, shown(one, workspace)) for one in approval_files(path.parent).get(path.stem, ())]
    prints = fingerprints(letter, workspace)
    return judge.judge(letter, prints, files), prints


def _lacking(
    required: RequiredApproval, letter: Letter, judged: Sequence[JudgedApproval], languages: Sequence[str]
) -> Iterator[Problem]:
    """What a letter lacks to be approved as a role, and why each approval that there is does not count."""
    approved = approved_languages(judged, required.role, with_looks=required.looks)
    if missing := [code for code in languages if code not in approved]:
        yield _missing(required.role, letter, [code for code in languages if code in approved], missing)
        for one in judged:
            if one.role == required.role:
                yield from one.faults
                void = None if one.faults else void_problem(one, letter, with_looks=required.looks)
                if void:
                    yield void


def _missing(role: str, letter: Letter, approved: Sequence[str], missing: Sequence[str]) -> Problem:
    fact = f"the letter is not approved as '{role}'"
    if approved:
        fact += f" in {', '.join(missing)}, only in {', '.join(approved)}"
    return Problem(Place(letter.file), "missing-approval", fact, "it is approved with 'circulars approve'")
