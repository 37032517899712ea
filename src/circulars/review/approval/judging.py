"""Finds the approvals of a letter, and decides which of them count."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from circulars import __version__
from circulars.errors import Choice, CircularsError, Place, Problem
from circulars.finished import detached_signature_of
from circulars.model.letter import Letter
from circulars.review.approval.fingerprints import Fingerprints
from circulars.review.approval.record import Approval, letter_identity, read_approval, role_in
from circulars.review.approval.settings import ApprovalSettings
from circulars.signing import DetachedData, SignatureReport, TrustedSigners, is_signed_by

_AGAIN: Final = "approve it again with 'circulars approve'"
_TRUST: Final = "if you trust it, add it to trust or roles in circulars.toml"
_SIGN: Final = "approve with a key, by 'circulars approve'"


@dataclass(frozen=True, slots=True)
class JudgedApproval:
    """An approval, or a file that should be one, and why it does not count.

    ``changed`` are the languages whose words have changed since. ``faults`` are all other reasons. With
    ``other_looks`` the looks of the letter have changed; they count only if they are required.
    """

    role: str
    file: str
    approval: Approval | None = None
    signer: str = ""
    changed: tuple[str, ...] = ()
    other_looks: bool = False
    faults: tuple[Problem, ...] = ()

    @property
    def state(self) -> str:
        """One word for a table: "approved", "void", "unsigned" or "not valid"."""
        if any(one.code != "unsigned-approval" for one in self.faults):
            return "not valid"
        if self.changed:
            return "void"
        return "unsigned" if self.faults else "approved"

    @property
    def counts(self) -> bool:
        """Whether the words are approved, whatever the letter looks like now."""
        return self.approval is not None and not self.faults and not self.changed


@dataclass(frozen=True, slots=True)
class ApprovalJudge:
    """Judges approvals by the settings of a folder; with ``now``, also whether certificates are valid still."""

    settings: ApprovalSettings
    now: datetime.datetime | None = None
    _known: dict[str, tuple[tuple[str, ...], TrustedSigners]] = field(default_factory=dict, repr=False)

    def _signers(self, role: str) -> tuple[tuple[str, ...], TrustedSigners]:
        """The names of those who may sign as a role, and whose signatures are trusted for it."""
        if role not in self._known:
            names = self.settings.names(role)
            self._known[role] = names, self.settings.trusted(names)
        return self._known[role]

    def judge(
        self, letter: Letter, prints: Fingerprints, files: Sequence[tuple[Path, str]]
    ) -> tuple[JudgedApproval, ...]:
        """The approvals of a letter, which are in ``files``, each with its name for messages."""
        return tuple(self._judged(letter, prints, path, shown) for path, shown in files)

    def _judged(self, letter: Letter, prints: Fingerprints, path: Path, shown: str) -> JudgedApproval:
        try:
            approval = read_approval(path, shown)
        except CircularsError as error:
            return JudgedApproval(role_in(path), shown, faults=error.problems)
        signer, of_signature = self.signer_of(approval)
        faults = (*foreign(approval, letter, role_in(path)), *of_signature)
        changed = tuple(code for code, sum in approval.words.items() if prints.words.get(code, sum) != sum)
        return JudgedApproval(role_in(path), shown, approval, signer, changed, approval.looks != prints.looks, faults)

    def signer_of(self, approval: Approval) -> tuple[str, tuple[Problem, ...]]:
        """Who gave an approval, and why nobody can know that, or who may not."""
        if not approval.signature:
            fact = f"this approval by {approval.name} is not signed, so anybody may have written it"
            return approval.name, (Problem(approval.place, "unsigned-approval", fact, _SIGN),)
        report = self._report(approval)
        return report.signer, tuple(self._signature_faults(report, approval))

    def _report(self, approval: Approval) -> SignatureReport:
        signed = DetachedData(approval.statement, approval.signature)
        try:
            _, trusted = self._signers(approval.role)
            return detached_signature_of(signed, trusted, self.now, approval.place.file)
        except CircularsError as error:
            found = tuple(replace(one, where=one.where if one.where.file else approval.place) for one in error.problems)
            return SignatureReport("signature", "", approval.name, problems=found)

    def _signature_faults(self, report: SignatureReport, approval: Approval) -> Iterator[Problem]:
        yield from map(_for_settings, report.problems)
        if report.problems:
            return
        named = self.settings.roles.get(approval.role, ())
        if not named:
            fact = f"{report.signer} has signed, but nobody is named for the role '{approval.role}'"
            hint = "name those who may approve in circulars.toml, under [approval.roles]"
            yield Problem(approval.place, "no-approver-named", fact, hint)
        elif not is_signed_by(report, self._signers(approval.role)[0]):
            wanted = " or ".join(named)
            fact = f"{report.signer} has signed, and the role '{approval.role}' is that of {wanted}"
            if report.trust != "trusted":
                fact = f"the certificate of {report.signer} does not lead to one that circulars.toml trusts"
            hint = "correct [approval] in circulars.toml, or ask somebody who is named there"
            yield Problem(approval.place, "other-approver", fact, hint)


def _for_settings(problem: Problem) -> Problem:
    """The problem of a signature with the remedy for approvals: settings say what is trusted, not options."""
    return replace(problem, hint=problem.hint or _TRUST, choices=()) if problem.choices else problem


def foreign(approval: Approval, letter: Letter, role: str) -> Iterator[Problem]:
    """The problem of an approval that is of another letter, or as another role than the name of its file says."""
    if approval.letter != letter_identity(letter):
        fact = f"this is the approval of another letter: {' '.join(approval.letter)}"
        yield Problem(approval.place, "other-letter", fact, "delete the file, and approve this letter")
    elif approval.role != role:
        fact = f"this is an approval as '{approval.role}', and its file is named as if it were one as '{role}'"
        yield Problem(approval.place, "other-letter", fact, "restore the name of the file")


def void_problem(one: JudgedApproval, letter: Letter, *, with_looks: bool) -> Problem | None:
    """Why an approval without faults does not count any more; None if it does."""
    approval = one.approval
    if approval is None or not (one.changed or (with_looks and one.other_looks)):
        return None
    who = f"{one.signer} approved this letter as {one.role} on {approval.day}"
    if one.changed and approval.source == letter.origin.text.encode():
        fact = f"{who}; the letter is the same, but words of its pack or of the language have changed since"
        if approval.program != __version__:
            fact += f", or circulars has ({approval.program} became {__version__})"
        return Problem(Place(letter.file), "void-approval", fact, f"read it, and {_AGAIN}")
    if one.changed:
        fact = f"{who}; what it says in {', '.join(one.changed)} has changed since"
        command = f"circulars diff {shlex.quote(_argument(letter))}"
        choice = Choice("since_approval", f"'{command} {{}}' shows the change", one.role)
        return Problem(Place(letter.file), "void-approval", fact, f"read what changed, and {_AGAIN}", (choice,))
    fact = f"{who}; it looks different since, by its pack, its layout, or bold and italic type"
    return Problem(Place(letter.file), "changed-looks", fact, "look at it, and approve it again")


def _argument(letter: Letter) -> str:
    """How a command names a letter: by its name, or by its file if that is not in the folder of letters."""
    return letter.name if Path(letter.file).as_posix() == f"letters/{letter.name}.yaml" else letter.file


def approved_languages(judged: Sequence[JudgedApproval], role: str, *, with_looks: bool) -> Mapping[str, str]:
    """The languages that are approved as a role, each with the name of a signer."""
    found: dict[str, str] = {}
    for one in judged:
        if one.counts and one.role == role and not (with_looks and one.other_looks):
            assert one.approval
            found |= dict.fromkeys(one.approval.words, one.signer)
    return found
