"""Shows what has changed in a letter since it was approved."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from circulars.errors import CircularsError, Problem, UsageError
from circulars.model.letter import Letter
from circulars.review.approval.judging import ApprovalJudge, foreign
from circulars.review.approval.record import Approval, approval_files, no_approval, read_approval, role_in
from circulars.review.approval.settings import read_approval_settings
from circulars.review.diffing import compare_letters
from circulars.review.reports.report import ChangeReport
from circulars.review.versions.git import Version, read_version
from circulars.source.letters import read_letter
from circulars.source.letters.reading import parse_as_far_as_possible
from circulars.workspace import Workspace, shown


@dataclass(frozen=True, slots=True)
class SinceApproval:
    """The changes of a letter since an approval, and why it is not known that this was approved, if so."""

    report: ChangeReport
    approval: Approval
    faults: tuple[Problem, ...] = ()


def diff_since_approval(
    letter: Path,
    workspace: Workspace,
    role: str = "",
    languages: Sequence[str] = (),
    *,
    now: datetime.datetime | None = None,
) -> SinceApproval:
    """The changes of a letter since it was last approved, or since it was last approved as a role.

    What was approved is in the file of the approval.

    Raises:
        UsageError: the letter is not approved, or not as this role.
        LetterError: the letter's file cannot be read.
    """
    approval, signer, faults = last_approval(letter, workspace, role, now=now)
    old = parse_as_far_as_possible(
        approval.source, approval.place.file, letter.stem, letter.parent, workspace.language_folders
    )
    file = shown(letter, workspace)
    data = read_version(Version("", str(letter.absolute())), workspace.folder)
    new = parse_as_far_as_possible(data, file, letter.stem, letter.parent, workspace.language_folders)
    compared = compare_letters(old, new, workspace, tuple(languages))
    name = f"{file} as {signer} approved it as {approval.role} on {approval.day}"
    return SinceApproval(ChangeReport((replace(compared, old=name, new=file),)), approval, faults)


def last_approval(
    letter: Path, workspace: Workspace, role: str = "", *, now: datetime.datetime | None = None
) -> tuple[Approval, str, tuple[Problem, ...]]:
    """The last approval of a letter, or the last one as a role; who gave it, and why that is not certain, if so.

    Of several, those by people who may approve come first.

    Raises:
        UsageError: there is none, or the settings have problems.
    """
    found: dict[Path, Approval] = {}
    problems: list[Problem] = []
    for path in approval_files(letter.parent).get(letter.stem, ()):
        try:
            found[path] = read_approval(path, shown(path, workspace))
        except CircularsError as error:
            problems += error.problems
    judge, current = ApprovalJudge(read_approval_settings(workspace.folder), now), _read(letter, workspace)
    named: list[tuple[Approval, str, tuple[Problem, ...]]] = []
    for path, one in found.items():
        if role in ("", one.role):
            signer, faults = judge.signer_of(one)
            named.append((one, signer, (*faults, *(foreign(one, current, role_in(path)) if current else ()))))
    if named:
        return max(named, key=lambda one: (not one[2], one[0].time, one[0].role, one[1]))
    refused = no_approval(shown(letter, workspace), role, (one.role for one in found.values()))
    raise UsageError(*refused.problems, *problems)


def _read(letter: Path, workspace: Workspace) -> Letter | None:
    """The letter as it is now; None if it cannot be read, so that nobody can say which letter it is."""
    try:
        return read_letter(letter, shown(letter, workspace), workspace.language_folders)
    except CircularsError:
        return None
