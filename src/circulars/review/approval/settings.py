"""The settings of a folder for approvals: ``[approval]`` in ``circulars.toml``."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from circulars.errors import Place, Problem, UsageError, did_you_mean, not_read
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.reading import Kind
from circulars.finished import read_trust_file
from circulars.review.settings_file import SettingsFile, read_group, refuse
from circulars.signing import TrustedSigners, fingerprint_in
from circulars.syntax.groups import NAME, NAME_IN_WORDS

_LISTS: Final = ("required", "trust", "revoked")
_KEYS: Final = (*_LISTS, "roles")
_CERTIFICATE: Final = re.compile(r".*\.(pem|crt|cer|der)", re.IGNORECASE)
_LOOKS: Final = "looks"


@dataclass(frozen=True, slots=True)
class RequiredApproval:
    """An approval that is required: its role, and whether the looks of the letter must be as they were approved."""

    role: str
    looks: bool = False

    def __str__(self) -> str:
        return f"{self.role}:{_LOOKS}" if self.looks else self.role


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """Which approvals are required, and whose signature counts for each role.

    A name of a signer is that in the certificate, several attributes of its subject, the SHA-256 of the certificate, or
    a file with the certificate. ``trust`` and ``revoked`` are files with certificates of authorities, and with lists of
    revoked certificates. All files are in ``folder``.
    """

    folder: Path
    required: tuple[RequiredApproval, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trust: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()

    def names(self, role: str) -> tuple[str, ...]:
        """The names of the signers of a role; a file with a certificate is its SHA-256.

        Raises:
            UsageError, SigningError, MachineError: see :meth:`trusted`.
        """
        return tuple(one for name in self.roles.get(role, ()) for one in self._named(name))

    def trusted(self, names: Sequence[str]) -> TrustedSigners:
        """Whose signatures are trusted where somebody with one of ``names`` should sign.

        A certificate that is named by its SHA-256 is trusted for this alone: who holds it may not sign for others.

        Raises:
            UsageError: one of the files cannot be read.
            SigningError: one of the files has neither certificates nor revocation lists.
            MachineError: pyHanko is not installed.
        """
        certificates, lists = self._read(self.trust, "key"), self._read(self.revoked, "revocation list")
        return TrustedSigners(
            tuple(der for found, _ in certificates for der in found),
            frozenset(filter(None, map(fingerprint_in, names))),
            tuple(der for _, found in (*certificates, *lists) for der in found),
        )

    def _named(self, name: str) -> Iterator[str]:
        if not _CERTIFICATE.fullmatch(name):
            yield name
            return
        for found, _ in self._read([name], "key"):
            yield from (hashlib.sha256(der).hexdigest() for der in found)

    def _read(self, names: Sequence[str], kind: Kind) -> list[tuple[list[bytes], list[bytes]]]:
        return [read_trust_file(_data(self.folder, name, kind), name) for name in names]


def _data(folder: Path, name: str, kind: Kind) -> bytes:
    try:
        return read_in_folder(folder, name, kind)
    except OutsideError:
        fact = "this file is outside the folder that you work in"
        raise UsageError(Problem(Place(name), "outside-folder", fact, "copy it into the folder")) from None
    except OSError as error:
        hint = "correct its name in circulars.toml"
        raise UsageError(Problem(Place(name), "unreadable-file", not_read(error), hint)) from None


def required_approvals(texts: Iterable[str]) -> tuple[RequiredApproval, ...]:
    """The approvals that texts name, such as "director" and "director:looks", each role once.

    Raises:
        UsageError: a text names no role.
    """
    found: dict[str, RequiredApproval] = {}
    for text in texts:
        role, colon, more = text.partition(":")
        if not re.fullmatch(NAME, role) or (colon and more != _LOOKS):
            hint = "write a role, as director, or director:looks if the looks must be as they were approved, too"
            raise UsageError(Problem(Place(), "wrong-role", f"'{text}' is not a role", hint))
        looks = bool(colon) or (role in found and found[role].looks)
        found[role] = RequiredApproval(role, looks)
    return tuple(found.values())


def read_approval_settings(folder: Path) -> ApprovalSettings:
    """The settings for approvals of a folder to work in.

    Raises:
        UsageError: the file cannot be read, or has problems; the error has all of them.
    """
    read = read_group(folder, "approval")
    refuse(itertools.chain(read.problems, _problems(read)))
    values = read.values
    return ApprovalSettings(
        folder,
        required_approvals(values.get("required", ())),
        {role: tuple(names) for role, names in values.get("roles", {}).items()},
        tuple(values.get("trust", ())),
        tuple(values.get("revoked", ())),
    )


def _problems(read: SettingsFile) -> Iterator[Problem]:
    yield from read.unknown((name for name in read.values if name not in _KEYS), _KEYS)
    roles = read.values.get("roles", {})
    examples = {"required": '["director"]', "trust": '["authority.pem"]', "revoked": '["authority.crl"]'}
    for name in _LISTS:
        if not _is_texts(read.values.get(name, [])):
            yield read.problem(name, f"'{name}' is a list of texts", f"write {name} = {examples[name]}")
    if not isinstance(roles, dict):
        yield read.problem("roles", "'roles' is a group of settings", "write [approval.roles]")
        return
    for role, names in roles.items():
        if not re.fullmatch(NAME, role):
            yield read.problem(role, f"'{role}' is not the name of a role", f"use {NAME_IN_WORDS}")
        if not _is_texts(names) or not names:
            fact = f"the role '{role}' is a list of those who may approve"
            yield read.problem(role, fact, f'write {role} = ["Max Mustermann"], with the name in the certificate')
    if _is_texts(required := read.values.get("required", [])):
        yield from _wrong_roles(required, roles, read)


def _wrong_roles(required: Iterable[str], roles: Iterable[str], read: SettingsFile) -> Iterator[Problem]:
    for text in required:
        try:
            [one] = required_approvals([text])
        except UsageError as error:
            yield read.problem(text, error.problems[0].message, error.problems[0].hint)
            continue
        if one.role not in roles:
            hint = did_you_mean(one.role, roles, f'add {one.role} = ["NAME"] under [approval.roles]')
            yield read.problem(one.role, f"nobody is named for the role '{one.role}'", hint)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
