"""Finds which of the required approvals a letter lacks, and why."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from circulars.errors import Place, Problem, UsageError
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


def lacking_approvals(
    letter: Letter,
    workspace: Workspace,
    roles: Sequence[str],
    now: datetime.datetime | None,
    languages: Sequence[str],
    *,
    with_settings: bool,
) -> tuple[Problem, ...]:
    """See :func:`circulars.review.approval_check.approval_problems`."""
    settings = read_approval_settings(workspace.folder)
    always = required_always(letter, workspace, settings) if with_settings else ()
    named = required_approvals([*roles, *map(str, always)])
    if not named:
        return ()
    if now is None:
        fact = "the letter needs approvals, and whether their certificates are valid depends on the time"
        raise UsageError(Problem(Place(), "missing-option", fact, "give the time, in the argument now"))
    judged, prints = approvals_of(letter, workspace, ApprovalJudge(settings, now))
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
    letter: Letter, workspace: Workspace, judge: ApprovalJudge
) -> tuple[tuple[JudgedApproval, ...], Fingerprints]:
    """The approvals of a letter, and its fingerprints as it is now.

    Raises:
        LetterError: the letter cannot be built.
    """
    files = [(one, shown(one, workspace)) for one in approval_files(letter.folder).get(letter.name, ())]
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
