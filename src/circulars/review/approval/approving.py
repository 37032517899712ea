"""Approves letters, and withdraws approvals."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from circulars import __version__
from circulars.characters import forbidden_in
from circulars.errors import CircularsError, Place, Problem, UsageError, did_you_mean
from circulars.files.output import delete_files, save
from circulars.review.approval.fingerprints import fingerprints
from circulars.review.approval.judging import ApprovalJudge, JudgedApproval
from circulars.review.approval.record import (
    LONGEST,
    Approval,
    approval_file,
    approval_files,
    letter_identity,
    no_approval,
    read_approval,
    role_in,
    written,
)
from circulars.review.approval.settings import ApprovalSettings, read_approval_settings, required_approvals
from circulars.source.letters import read_letter
from circulars.source.letters.listed import no_such_language
from circulars.workspace import Workspace, shown

Sign = Callable[[bytes], bytes]
"""Returns a separate signature (CMS, RFC 5652) of some bytes, in DER."""


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approves: a ``name``, and with a key, the SHA-256 of its ``certificate`` and what signs with it."""

    name: str
    certificate: str = ""
    sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval that was given: its file, its languages, and how it is judged in the folder."""

    file: Path
    languages: tuple[str, ...]
    judged: JudgedApproval


def approve_letter(
    letter: Path,
    role: str,
    approver: Approver,
    workspace: Workspace,
    now: datetime.datetime,
    languages: Sequence[str] = (),
) -> Approved:
    """Records that a letter is approved as it is, in some of its languages or in all, in a file beside it.

    Earlier approvals by the same person as the same role are replaced, if they are of no other language. One
    that is signed and not valid replaces only one with the same certificate.

    Raises:
        LetterError: the letter cannot be built.
        UsageError: there is no such role or language, or the settings of the folder have problems.
        SigningError: the key cannot sign.
        MachineError: the file cannot be written.
    """
    settings = read_approval_settings(workspace.folder)
    _check_role(role, settings)
    read = read_letter(letter, shown(letter, workspace), workspace.language_folders)
    prints = fingerprints(read, workspace)
    for code in languages:
        if code not in prints.words:
            raise no_such_language(read, code)
    words = {code: sum for code, sum in prints.words.items() if not languages or code in languages}
    name = _checked_name(approver.name)
    moment = now.astimezone(datetime.UTC).replace(microsecond=0)
    source = read.origin.text.encode()
    approval = Approval(letter_identity(read), role, name, moment, words, prints.looks, __version__, source)
    if approver.sign:
        approval = replace(approval, signature=approver.sign(approval.statement))
    holder = f"signed: {approver.certificate}" if approver.sign else f"unsigned: {name}"
    path = approval_file(letter, role, f"{holder} {' '.join(sorted(words))}")
    save(path.parent, path.name, written(approval))
    files = {one: shown(one, workspace) for one in _files(letter, role)}
    judged = dict(zip(files, ApprovalJudge(settings, now).judge(read, prints, [*files.items()]), strict=True))
    _delete_replaced(judged, path)
    return Approved(path, tuple(words), judged[path])


def _checked_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or forbidden_in(name) or len(name) > LONGEST:
        fact = f"'{name}' cannot be the name of who approves" if name else "who approves has no name"
        hint = f"write a name of at most {LONGEST:,} characters, without control characters"
        raise UsageError(Problem(Place(), "wrong-option", fact, hint))
    return name


def _check_role(role: str, settings: ApprovalSettings) -> None:
    required_approvals([role])
    if ":" in role or (settings.roles and role not in settings.roles):
        hint = did_you_mean(role, settings.roles, f"the roles in circulars.toml are {', '.join(settings.roles)}")
        raise UsageError(Problem(Place(), "wrong-role", f"there is no role '{role}'", hint))


def _delete_replaced(judged: Mapping[Path, JudgedApproval], new: Path) -> None:
    """Deletes the approvals that a new one replaces: of the same person as the same role, in no other language."""
    for path, old in judged.items():
        if path != new and _replaces(judged[new], old):
            delete_files(path.parent, [path.name])


def _replaces(new: JudgedApproval, old: JudgedApproval) -> bool:
    if not (new.approval and old.approval) or (new.approval.signature and new.faults):
        return False  # anybody can have a certificate with this name
    is_same = old.signer == new.signer and bool(old.approval.signature) == bool(new.approval.signature)
    return is_same and old.approval.words.keys() <= new.approval.words.keys()


def withdraw_approval(letter: Path, role: str, workspace: Workspace, name: str = "") -> tuple[Path, ...]:
    """Deletes the approvals of a letter as a role, or only those of a person; returns their files.

    Raises:
        UsageError: there is none.
        MachineError: a file cannot be deleted.
    """
    files = _files(letter, role)
    if name:
        files = [path for path in files if _name_in(path) == " ".join(name.split())]
    if not files:
        whose = f" by {name}" if name else ""
        roles = map(role_in, approval_files(letter.parent).get(letter.stem, ()))
        raise no_approval(shown(letter, workspace), role, roles, whose)
    delete_files(letter.parent, [path.name for path in files])
    return tuple(files)


def _files(letter: Path, role: str) -> list[Path]:
    return [path for path in approval_files(letter.parent).get(letter.stem, ()) if role_in(path) == role]


def _name_in(path: Path) -> str:
    try:
        return read_approval(path, str(path)).name
    except CircularsError:
        return ""
