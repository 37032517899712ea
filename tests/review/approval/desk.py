"""A folder to work in with a letter, and people with keys who approve it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from circulars import signing
from circulars.api import (
    Approved,
    Approver,
    LetterError,
    Problem,
    Workspace,
    approval_problems,
    approve_letter,
    read_letter,
)
from signing.authority import NOW, Authority, Holder

LETTER = """\
kind: tsb-circular
number: 7
date: 2025-01-15
languages: [en, es]
subject: {en: Meeting, es: Reunión}
facts: {meeting: 2025-03-20}
body:
- en: The meeting opens on {{ meeting }}. It is [open](https://example.int/) to all.
  es: La reunión se inaugura el {{ meeting }}. Está [abierta](https://example.int/) a todos.
- {en: Members pay nothing., es: Los miembros no pagan., when: {category: member-state}}
- en: Bring
  es: Traigan
  items:
  - {en: the invitation, es: la invitación}
  - {en: a badge, es: una credencial}
signatory: tsb-director
"""
SETTINGS = """\
[approval]
trust = ["authority.pem"]

[approval.roles]
director = ["Max Mustermann"]
drafter = ["Erika Mustermann"]
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder in which two people, a director and a drafter, may approve."""

    folder: Path
    authority: Authority
    name: str = "one"

    @property
    def workspace(self) -> Workspace:
        """The folder to work in."""
        return Workspace(self.folder)

    @property
    def letter(self) -> Path:
        """The file of the letter."""
        return self.folder / "letters" / f"{self.name}.yaml"

    @property
    def records(self) -> list[Path]:
        """The files of its approvals."""
        return sorted(self.letter.parent.glob("*.approval.json"))

    def write(self, text: str = LETTER) -> None:
        """Writes the letter."""
        self.letter.write_text(text, "utf-8")

    def edit(self, old: str, new: str) -> None:
        """Replaces some words of the letter."""
        text = self.letter.read_text("utf-8")
        assert old in text
        self.write(text.replace(old, new))

    def approve(
        self,
        role: str,
        holder: Holder | None = None,
        *,
        languages: Sequence[str] = (),
        now: datetime = NOW,
        timestamp: str = "",
    ) -> Approved:
        """Approves the letter with the key of a person, by default of the one who may."""
        person = holder or getattr(self.authority, {"drafter": "secretary"}.get(role, role))
        return approve_letter(self.letter, role, approver(person, now, timestamp), self.workspace, now, languages)

    def lacks(self, *roles: str, now: datetime | None = None, languages: Sequence[str] = ()) -> list[str]:
        """The codes of the problems of the letter, if some roles must have approved it."""
        return [one.code for one in self.problems(*roles, now=now, languages=languages)]

    def problems(self, *roles: str, now: datetime | None = None, languages: Sequence[str] = ()) -> tuple[Problem, ...]:
        """The problems of the letter, if some roles must have approved it: by the machine's clock, as other signers."""
        try:
            letter = read_letter(self.letter, f"letters/{self.name}.yaml")
        except LetterError as error:
            return error.problems
        return approval_problems(letter, self.workspace, roles, now=now or datetime.now(UTC), languages=languages)


def approver(holder: Holder, now: datetime = NOW, timestamp: str = "") -> Approver:
    """A person who approves with a key."""
    key = signing.read_key(holder.pkcs12(b""), "key.p12", bytes)
    return Approver(key.name, key.fingerprint, lambda data: signing.sign_detached(data, key, now, timestamp=timestamp))


def made_desk(folder: Path, authority: Authority, settings: str = SETTINGS) -> Desk:
    """A folder with a letter, and the settings for its approvals."""
    (folder / "letters").mkdir()
    (folder / "authority.pem").write_bytes(authority.trusted)
    (folder / "circulars.toml").write_text(settings, "utf-8")
    desk = Desk(folder, authority)
    desk.write()
    return desk
