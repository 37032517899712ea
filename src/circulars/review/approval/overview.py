"""The state of letters: their problems, stale translations and approvals, and when they were last built."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from circulars.build import Built
from circulars.errors import CircularsError, Place, Problem
from circulars.review.approval.judging import ApprovalJudge, JudgedApproval, approved_languages
from circulars.review.approval.record import approval_files, read_approval, role_in
from circulars.review.approval.requiring import approvals_of, required_always
from circulars.review.approval.settings import RequiredApproval, read_approval_settings
from circulars.review.rules import check_letters
from circulars.source.letters import read_letter
from circulars.workspace import Workspace, shown

_STALE: Final = "stale-translation"
RoleState = Literal["approved", "in part", "void", "not valid", "missing", "unknown", "without letter"]


@dataclass(frozen=True, slots=True)
class RoleApproval:
    """Whether a letter is approved as a role: its ``state``, and the approvals that there are.

    It is approved in ``languages``. The state is "in part" if others are missing, and "unknown" as long as the letter
    cannot be built; it is "without letter" if there is no file of the letter any more.
    """

    role: str
    state: RoleState
    languages: tuple[str, ...] = ()
    approvals: tuple[JudgedApproval, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterState:
    """The state of a letter. ``warnings`` are those other than ``stale`` translations.

    ``built`` is when the newest of its files in the folder ``output`` was written; with ``is_older``, the letter's file
    was changed since.
    """

    name: str
    file: str
    problems: int
    warnings: int
    stale: int
    roles: tuple[RoleApproval, ...]
    built: datetime.datetime | None = None
    is_older: bool = False


def letter_states(
    sources: Sequence[Path], workspace: Workspace, now: datetime.datetime | None = None
) -> Iterator[LetterState]:
    """The state of each letter, in order. With ``now``, the certificates of approvals must still be valid.

    Raises:
        UsageError: the settings of the folder have problems.
    """
    settings = read_approval_settings(workspace.folder)
    judge = ApprovalJudge(settings, now)
    files = {folder: approval_files(folder) for folder in {source.parent for source in sources}}
    outputs = workspace.built_files()
    for source, checked in zip(sources, check_letters(sources, workspace), strict=True):
        roles = _roles(source, files[source.parent].get(source.stem, ()), judge, workspace)
        yield _state(source, checked, roles, outputs.get(source.stem, 0), workspace)


def approvals_without_letter(workspace: Workspace, now: datetime.datetime | None = None) -> Iterator[LetterState]:
    """The approvals of letters whose files are not in the folder of letters any more, by letter.

    Raises:
        UsageError: the settings of the folder have problems.
    """
    judge = ApprovalJudge(read_approval_settings(workspace.folder), now)
    for name, files in approval_files(workspace.letters).items():
        letter = workspace.letters / f"{name}.yaml"
        if not letter.is_file():
            given = [_without_letter(path, shown(path, workspace), name, judge) for path in files]
            roles = dict.fromkeys(one.role for one in given)
            of_role = {role: tuple(one for one in given if one.role == role) for role in roles}
            states = tuple(RoleApproval(role, "without letter", (), own) for role, own in of_role.items())
            yield LetterState(name, shown(letter, workspace), 0, 0, 0, states)


def _without_letter(path: Path, file: str, letter: str, judge: ApprovalJudge) -> JudgedApproval:
    fact = f"there is no letter '{letter}' beside this approval"
    hint = "if the letter has another name now, rename this file with it; otherwise delete it"
    missing = Problem(Place(file), "no-such-letter", fact, hint)
    try:
        approval = read_approval(path, file)
    except CircularsError as error:
        return JudgedApproval(role_in(path), file, faults=(missing, *error.problems))
    signer, faults = judge.signer_of(approval)
    return JudgedApproval(role_in(path), file, approval, signer, faults=(missing, *faults))


def _state(
    source: Path, checked: Built, roles: tuple[RoleApproval, ...], built: int, workspace: Workspace
) -> LetterState:
    stale = sum(one.code == _STALE for one in checked.warnings)
    return LetterState(
        source.stem,
        shown(source, workspace),
        len(checked.problems),
        len(checked.warnings) - stale,
        stale,
        roles,
        datetime.datetime.fromtimestamp(built // 10**9, datetime.UTC) if built else None,
        bool(built) and source.stat().st_mtime_ns > built,
    )


def _roles(source: Path, files: Sequence[Path], judge: ApprovalJudge, workspace: Workspace) -> tuple[RoleApproval, ...]:
    """Whether a letter is approved as each role that is required, or as which somebody has approved it."""
    required = {one.role: one for one in judge.settings.required}
    given = dict.fromkeys(map(role_in, files))
    try:
        letter = read_letter(source, shown(source, workspace), workspace.language_folders)
        required = {one.role: one for one in required_always(letter, workspace, judge.settings)}
        if not (required or given):
            return ()
        judged, prints = approvals_of(letter, workspace, judge)
    except CircularsError:
        names = dict.fromkeys([*required, *given])
        return tuple(RoleApproval(name, "unknown" if name in given else "missing") for name in names)
    names, wanted = dict.fromkeys([*required, *given]), tuple(prints.words)
    return tuple(_role(required.get(name, RequiredApproval(name)), judged, wanted) for name in names)


def _role(required: RequiredApproval, judged: Iterable[JudgedApproval], wanted: Sequence[str]) -> RoleApproval:
    own = tuple(one for one in judged if one.role == required.role)
    approved = approved_languages(own, required.role, with_looks=required.looks)
    languages = tuple(code for code in wanted if code in approved)
    return RoleApproval(required.role, _word(own, languages, wanted), languages, own)


def _word(own: Sequence[JudgedApproval], languages: Sequence[str], wanted: Sequence[str]) -> RoleState:
    if languages:
        return "approved" if len(languages) == len(wanted) else "in part"
    if not own:
        return "missing"
    return "not valid" if all(one.faults for one in own) else "void"
