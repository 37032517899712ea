"""An approval that was forged, copied, swapped or edited never counts."""

from __future__ import annotations

import base64
import json
import shutil
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from circulars.api import LetterError, UsageError
from circulars.review.approval.record import parse_approval
from review.approval.desk import LETTER, SETTINGS, Desk, made_desk
from signing.authority import NOW, SIGNER, Authority, issue, pem

Values = dict[str, Any]


def tamper(desk: Desk, change: Callable[[Values], object]) -> None:
    """Changes the values in the only approval of a letter."""
    [path] = desk.records
    values = json.loads(path.read_text("utf-8"))
    change(values)
    path.write_text(json.dumps(values, ensure_ascii=False), "utf-8")


def another_sum(values: Values, *keys: str) -> None:
    """Changes the last digit of a sum."""
    for key in keys[:-1]:
        values = values[key]
    last = keys[-1]
    values[last] = values[last][:-1] + ("0" if values[last][-1] != "0" else "1")


def another_text(values: Values) -> None:
    """Puts another text in the place of the letter that was approved."""
    data = b"kind: tsb-circular\n"
    values["text"] = [base64.b64encode(zlib.compress(data)).decode()]


def another_text_and_sum(values: Values) -> None:
    """The same, with its sum."""
    import hashlib

    another_text(values)
    values["source"] = hashlib.sha256(b"kind: tsb-circular\n").hexdigest()


def swapped(words: dict[str, str]) -> dict[str, str]:
    """The sums of two languages, each in the place of the other."""
    return dict(zip(words, reversed(words.values()), strict=True))


def flip(values: Values, place: float) -> None:
    """Changes one bit of what the signer states and signs, ``place`` of which comes before it."""
    data = bytearray(base64.b64decode("".join(values["signature"])))
    signed = cms.ContentInfo.load(bytes(data))["content"]["signer_infos"].dump()
    data[len(data) - len(signed) + int(place * len(signed))] ^= 1
    text = base64.b64encode(bytes(data)).decode()
    values["signature"] = [text[at : at + 100] for at in range(0, len(text), 100)]


EDITS: dict[str, Callable[[Values], object]] = {
    "version": lambda one: one.update(version="2"),
    "letter": lambda one: one.update(letter=["tsb-circular", "8"]),
    "role": lambda one: one.update(role="drafter"),
    "name": lambda one: one.update(name="Erika Mustermann"),
    "time": lambda one: one.update(time="2026-01-01T00:00:00Z"),
    "words of a language": lambda one: another_sum(one, "words", "es"),
    "words of two languages": lambda one: one.update(words=swapped(one["words"])),
    "a language less": lambda one: one["words"].pop("es"),
    "a language more": lambda one: one["words"].update(fr="0" * 64),
    "looks": lambda one: another_sum(one, "looks"),
    "program": lambda one: one.update(program="9.9.9"),
    "source": lambda one: another_sum(one, "source"),
    "text": another_text,
    "text and source": another_text_and_sum,
    "no signature": lambda one: one.update(signature=[]),
    "an unknown key": lambda one: one.update(more="x"),
    "a missing key": lambda one: one.pop("looks"),
}  # fmt: skip
"""Every value of an approval, changed."""


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_approval_never_counts(edit: Callable[[Values], object], desk: Desk) -> None:
    """Whatever is changed, the approval is not valid; nothing fails otherwise."""
    desk.approve("director")
    assert desk.lacks("director") == []

    tamper(desk, edit)

    found = desk.problems("director")
    assert found[0].code == "missing-approval"
    assert len(found) > 1, "no reason is given"


@pytest.mark.parametrize("place", range(24))
def test_a_changed_signature_never_counts(place: int, desk: Desk) -> None:
    """Whichever bit is changed. Certificates of authorities beside it are not signed, and nobody relies on them."""
    desk.approve("director")

    tamper(desk, lambda one: flip(one, place / 24))

    assert desk.lacks("director")[0] == "missing-approval"


def test_every_value_of_an_approval_is_edited_above(desk: Desk) -> None:
    """A new value would need an edit."""
    desk.approve("director")
    keys = json.loads(desk.records[0].read_text("utf-8"))

    assert {"letter" if key == "signature" else key for key in keys} <= {name.partition(" ")[0] for name in EDITS}


def test_an_approval_of_another_letter_does_not_count(desk: Desk) -> None:
    """Not even if the other letter has the same words, but its number."""
    desk.approve("director")
    other = Desk(desk.folder, desk.authority, "two")
    other.write(
        LETTER.replace("number: 7", "number: 8").replace("facts:", "reference: {en: TSB Circular 7, es: x}\nfacts:")
    )
    shutil.copy(desk.records[0], desk.records[0].with_name(desk.records[0].name.replace("one.", "two.", 1)))

    assert other.lacks("director") == ["missing-approval", "other-letter"]


def test_a_renamed_letter_keeps_its_approvals(desk: Desk) -> None:
    """What identifies a letter is its number, not the name of its file, whose approvals are renamed with it."""
    desk.approve("director")
    for path in (desk.letter, *desk.records):
        path.rename(path.with_name(path.name.replace("one.", "two.", 1)))

    assert Desk(desk.folder, desk.authority, "two").lacks("director") == []


def test_an_approval_cannot_be_moved_to_another_role(desk: Desk) -> None:
    """Neither by the name of its file, nor by the role in it."""
    desk.approve("drafter")
    path = desk.records[0]
    path.rename(path.with_name(path.name.replace(".drafter.", ".director.")))

    assert desk.lacks("director") == ["missing-approval", "other-letter"]
    assert desk.lacks("drafter") == ["missing-approval"]

    tamper(desk, lambda one: one.update(role="director"))
    assert desk.lacks("director") == ["missing-approval", "changed-bytes"]


def test_a_signature_cannot_be_moved_to_another_approval(desk: Desk) -> None:
    """The signature of the director under an earlier version is not one under this version."""
    desk.approve("director")
    signature = json.loads(desk.records[0].read_text("utf-8"))["signature"]
    desk.edit("a badge", "two badges")
    desk.approve("director")

    tamper(desk, lambda one: one.update(signature=signature))

    assert desk.lacks("director") == ["missing-approval", "changed-bytes"]


def test_a_stranger_with_the_same_name_does_not_count(desk: Desk, stranger: Authority) -> None:
    """Only certificates that lead to a trusted one do."""
    approved = desk.approve("director", stranger.director)

    assert [one.code for one in approved.judged.faults] == ["untrusted-certificate"]
    assert desk.lacks("director") == ["missing-approval", "untrusted-certificate"]


def test_another_holder_of_the_authority_does_not_count(desk: Desk) -> None:
    """The drafter may not approve as the director."""
    desk.approve("director", desk.authority.secretary)

    [_, problem] = desk.problems("director")
    assert problem.code == "other-approver"
    assert problem.message == "Erika Mustermann has signed, and the role 'director' is that of Max Mustermann"


def test_a_role_without_names_does_not_count(tmp_path: Path, authority: Authority) -> None:
    """Nobody is named who may approve."""
    desk = made_desk(tmp_path, authority, '[approval]\ntrust = ["authority.pem"]\n')
    desk.approve("director")

    assert desk.lacks("director") == ["missing-approval", "no-approver-named"]


@pytest.mark.parametrize(
    ("holder", "code"),
    [("expired", "expired-certificate"), ("future", "early-certificate"), ("cipher", "not-for-signatures")],
)
def test_a_certificate_that_may_not_sign_does_not_count(
    holder: str, code: str, tmp_path: Path, authority: Authority
) -> None:
    """Even if somebody signs with it nevertheless: with another program, or with a wrong clock."""
    person = getattr(authority, holder)
    name = {"expired": "Jan Voorbeeld", "future": "Kofi Exemple", "cipher": "Ana Ejemplo"}[holder]
    desk = made_desk(tmp_path, authority, SETTINGS.replace("Max Mustermann", name))
    desk.approve("director")

    def sign(one: Values) -> None:
        statement = parse_approval(json.dumps(one).encode(), "").statement
        builder = (
            pkcs7.PKCS7SignatureBuilder()
            .set_data(statement)
            .add_signer(person.certificate, person.key, hashes.SHA256())
        )
        builder = builder.add_certificate(authority.issuing.certificate)
        data = builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
        one["signature"] = [base64.b64encode(data).decode()[at : at + 100] for at in range(0, 9000, 100)]
        one["signature"] = [line for line in one["signature"] if line]

    tamper(desk, sign)

    assert desk.lacks("director") == ["missing-approval", code]


def test_a_certificate_that_has_expired_since_does_not_count(desk: Desk, authority: Authority) -> None:
    """Whoever has the old key could state any day before that."""
    short = issue("Max Mustermann", authority.issuing, end=NOW + timedelta(days=30), extensions=SIGNER)
    desk.approve("director", short)

    assert desk.lacks("director") == []
    assert desk.lacks("director", now=NOW + timedelta(days=31)) == ["missing-approval", "expired-certificate"]


def test_a_revoked_certificate_does_not_count(desk: Desk, authority: Authority) -> None:
    """The settings name lists of revoked certificates."""
    desk.approve("director")
    (desk.folder / "authority.crl").write_bytes(authority.revoking(authority.director, NOW - timedelta(days=1)))
    (desk.folder / "circulars.toml").write_text(
        SETTINGS.replace("trust =", 'revoked = ["authority.crl"]\ntrust ='), "utf-8"
    )

    assert desk.lacks("director") == ["missing-approval", "revoked-certificate"]


def test_a_name_without_a_trusted_authority_does_not_count(tmp_path: Path, authority: Authority) -> None:
    """Anybody can make a certificate with any name."""
    desk = made_desk(tmp_path, authority, SETTINGS.replace('trust = ["authority.pem"]\n', ""))
    desk.approve("director")

    [_, problem] = desk.problems("director")
    assert problem.message == "the certificate of Max Mustermann does not lead to one that circulars.toml trusts"


def test_settings_that_are_a_link_to_nowhere_are_a_problem(desk: Desk) -> None:
    """Otherwise nothing would be required."""
    (desk.folder / "circulars.toml").unlink()
    (desk.folder / "circulars.toml").symlink_to("gone.toml")

    with pytest.raises(UsageError, match="unreadable-file"):
        desk.problems()


def test_a_certificate_that_a_role_names_may_not_sign_for_others(tmp_path: Path, authority: Authority) -> None:
    """The drafter's own certificate is trusted for the drafter, whatever name is in it."""
    own = issue("Max Mustermann", None, extensions=SIGNER)
    settings = SETTINGS.replace('"Erika Mustermann"', '"drafter.pem"')
    desk = made_desk(tmp_path, authority, settings)
    (tmp_path / "drafter.pem").write_bytes(pem(own.certificate))
    desk.approve("drafter", own)
    desk.approve("director", own)

    assert desk.lacks("drafter") == []
    assert desk.lacks("director") == ["missing-approval", "untrusted-certificate"]


def test_a_certificate_that_a_role_names_makes_no_others_trusted(tmp_path: Path, authority: Authority) -> None:
    """Its holder cannot issue further certificates."""
    own = issue("Erika Mustermann", None)
    below = issue("Erika Mustermann", own, extensions=SIGNER)
    desk = made_desk(tmp_path, authority, SETTINGS.replace('"Erika Mustermann"', '"drafter.pem", "Erika Mustermann"'))
    (tmp_path / "drafter.pem").write_bytes(pem(own.certificate))
    desk.approve("drafter", below)

    assert desk.lacks("drafter") == ["missing-approval", "untrusted-certificate"]


def test_a_signature_with_its_own_content_does_not_count(desk: Desk) -> None:
    """A signature that carries what it signs would be one of something else."""
    desk.approve("director")
    person = desk.authority.director

    def sign(one: Values) -> None:
        builder = pkcs7.PKCS7SignatureBuilder().set_data(b"something else")
        assert person.key is not None
        builder = builder.add_signer(person.certificate, person.key, hashes.SHA256())
        text = base64.b64encode(builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])).decode()
        one["signature"] = [text[at : at + 100] for at in range(0, len(text), 100)]

    tamper(desk, sign)

    assert desk.lacks("director") == ["missing-approval", "unreadable-signature"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\x00",
        b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n",
        b'{"version": 1, "version": 1}',
        b"{" * 100,
    ],
)
def test_a_file_that_is_no_approval_has_places_for_its_problems(data: bytes) -> None:
    """Each problem names the file, and what to do."""
    with pytest.raises(LetterError) as caught:
        parse_approval(data, "one.director.00000000.approval.json")

    for problem in caught.value.problems:
        assert problem.where.file == "one.director.00000000.approval.json"
        assert problem.hint == "restore the file from git, or delete it and approve again"


def test_a_text_that_unpacks_to_gigabytes_is_refused(desk: Desk) -> None:
    """No more is unpacked than a letter may have."""
    desk.approve("director")
    bomb = base64.b64encode(zlib.compress(b"a" * 50_000_000)).decode()

    tamper(desk, lambda one: one.update(text=[bomb[at : at + 100] for at in range(0, len(bomb), 100)]))

    assert desk.lacks("director") == ["missing-approval", "wrong-approval"]
