"""Whose signature counts: ``--trust`` needs the signer that the pack or the user names, and lists must apply."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from circulars import signing
from circulars.build import Order, build
from circulars.errors import SigningError
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from commands import run_here
from conftest import ROOT
from signing.authority import AUTHORITY, NOW, SIGNER, YEARS, Authority, Holder, issue, pem
from signing.samples import DETAILS, KeyOf, codes, codes_by_signature
from signing.test_validation import signed_elsewhere
from signing.timestamp_server import stamping

NAME = "br-circular-letter-cr-430"


@pytest.fixture
def folder(letter: bytes, authority: Authority, key_of: KeyOf, tmp_path: Path) -> Path:
    """A folder with a letter that the secretary signed, the unsigned letter, and the certificate to trust."""
    (tmp_path / "unsigned.pdf").write_bytes(letter)
    (tmp_path / "letter.pdf").write_bytes(signing.sign(letter, key_of(authority.secretary), DETAILS))
    (tmp_path / "authority.pem").write_bytes(authority.trusted)
    return tmp_path


def verified(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of ``circulars verify``, and the codes of the problems that it prints."""
    done = run_here(folder, "verify", *arguments)
    lines = [line for line in done.stderr.splitlines() if not line.startswith(" ")]
    return done.returncode, [line.split("  ")[1] for line in lines]


@pytest.mark.parametrize(
    "name",
    ["Erika Mustermann", "CN=Erika Mustermann,O=Example Union", "O=Example Union,CN=Erika  Mustermann", "fingerprint"],
)
def test_the_signer_is_named_by_name_subject_or_fingerprint(name: str, folder: Path, authority: Authority) -> None:
    """Each of them names the secretary's certificate."""
    if name == "fingerprint":
        name = authority.secretary.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    assert verified(folder, "letter.pdf", "--trust", "authority.pem", "--signer", name) == (0, [])


@pytest.mark.parametrize(
    "name", ["Max Mustermann", "Erika", "erika mustermann", "CN=Erika Mustermann,O=Another Union", "CN", "=", "a" * 64]
)
def test_a_letter_signed_by_another_holder_of_the_authority_is_reported(name: str, folder: Path) -> None:
    """A genuine certificate of the same authority is not enough."""
    assert verified(folder, "letter.pdf", "--trust", "authority.pem", "--signer", name) == (1, ["other-signer"])


def test_trust_without_a_signer_is_reported(folder: Path) -> None:
    """Neither the pack nor the user says whose signature the letter needs."""
    assert verified(folder, "letter.pdf", "--trust", "authority.pem") == (1, ["no-signer-named"])


def test_a_signer_without_trust_is_reported(folder: Path) -> None:
    """Anybody can make a certificate with any name."""
    assert verified(folder, "letter.pdf", "--signer", "Erika Mustermann") == (1, ["no-signer-named"])


def test_an_unsigned_letter_does_not_have_the_signature_that_was_asked_for(folder: Path) -> None:
    """It is the same bytes, but nobody signed it."""
    assert verified(folder, "unsigned.pdf", "--trust", "authority.pem", "--signer", "Erika Mustermann") == (
        1,
        ["not-signed"],
    )


def test_the_kind_of_a_letter_names_its_signers(authority: Authority, key_of: KeyOf, tmp_path: Path) -> None:
    """With ``signers:`` in the pack, the director's signature is accepted and the secretary's is not."""
    pack = tmp_path / "templates" / "itu"
    shutil.copytree(ROOT / "templates" / "itu", pack)
    facts = (pack / "pack.yaml").read_text()
    (pack / "pack.yaml").write_text(
        facts.replace("  br-circular-letter:\n", "  br-circular-letter:\n    signers: [Max Mustermann]\n")
    )
    letter = read_letter(ROOT / "letters" / f"{NAME}.yaml")
    [output] = build(letter, Workspace(tmp_path), Order(("en",), ("pdf",)))
    for name, holder in (("director", authority.director), ("secretary", authority.secretary)):
        (tmp_path / f"{name}.pdf").write_bytes(signing.sign(output.data, key_of(holder), DETAILS))
    (tmp_path / "authority.pem").write_bytes(authority.trusted)

    assert verified(tmp_path, "director.pdf", "--trust", "authority.pem") == (0, [])
    assert verified(tmp_path, "secretary.pdf", "--trust", "authority.pem") == (1, ["other-signer"])


def test_a_signed_file_without_source_proves_nothing_without_trust(
    authority: Authority, key_of: KeyOf, tmp_path: Path
) -> None:
    """Anybody can make and sign a PDF."""
    letter = read_letter(ROOT / "letters" / f"{NAME}.yaml")
    [output] = build(letter, Workspace(ROOT), Order(("en",), ("pdf",), source=False))
    (tmp_path / "letter.pdf").write_bytes(signing.sign(output.data, key_of(authority.director), DETAILS))

    assert verified(tmp_path, "letter.pdf") == (1, ["unknown-origin"])


def test_a_list_that_cannot_be_applied_is_reported(
    letter: bytes, authority: Authority, key_of: KeyOf, tmp_path: Path
) -> None:
    """The signature does not have its issuer's certificate, so nothing shows that the list is genuine."""
    alone = Holder(authority.director.key, authority.director.certificate)
    (tmp_path / "letter.pdf").write_bytes(signing.sign(letter, key_of(alone), DETAILS))
    revoked = authority.revoking(authority.secretary, NOW - datetime.timedelta(days=30))
    (tmp_path / "crl.pem").write_bytes(revoked)
    (tmp_path / "issuer.pem").write_bytes(pem(authority.issuing.certificate))
    trusted = ("--trust", "issuer.pem", "--signer", "Max Mustermann")

    assert verified(tmp_path, "letter.pdf", "--crl", "crl.pem") == (1, ["unknown-revocation", "unused-list"])
    assert verified(tmp_path, "letter.pdf", "--crl", "crl.pem", *trusted) == (0, [])


def test_a_list_of_another_authority_is_not_ignored_silently(
    folder: Path, authority: Authority, stranger: Authority
) -> None:
    """Beside the right list, a list that says nothing about any signature is reported."""
    (folder / "right.pem").write_bytes(authority.revoking(authority.director, NOW))
    (folder / "wrong.pem").write_bytes(stranger.revoking(authority.director, NOW))
    lists = ("--crl", "right.pem", "--crl", "wrong.pem")

    assert verified(folder, "letter.pdf", *lists) == (1, ["unused-list"])
    assert verified(folder, "unsigned.pdf", "--crl", "right.pem") == (1, ["unused-list"])


def _list(authority: Authority, start: datetime.datetime, end: datetime.datetime, *limits: x509.ExtensionType) -> bytes:
    builder = x509.CertificateRevocationListBuilder(authority.issuing.certificate.subject, start, end)
    for limit in limits:
        builder = builder.add_extension(limit, critical=True)
    return pem_list(builder.sign(authority.issuing.key, hashes.SHA256()))


def pem_list(made: x509.CertificateRevocationList) -> bytes:
    """A revocation list in PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return made.public_bytes(Encoding.PEM)


def test_a_list_that_is_too_old_or_partial_says_nothing(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """A list that has expired, or that names only some of the revoked certificates, cannot clear a certificate."""
    signed = signing.sign(letter, key_of(authority.director), DETAILS)
    only_authorities = x509.IssuingDistributionPoint(None, None, False, True, None, False, False)
    lists = {
        "current": _list(authority, NOW - YEARS / 5, NOW + YEARS),
        "old": _list(authority, NOW - YEARS / 5, NOW - datetime.timedelta(days=1)),
        "changes": _list(authority, NOW - YEARS / 5, NOW + YEARS, x509.DeltaCRLIndicator(1)),
        "authorities": _list(authority, NOW - YEARS / 5, NOW + YEARS, only_authorities),
    }

    found = {
        name: codes_by_signature(signing.signatures_of(signed, revocations=[made], now=NOW))
        for name, made in lists.items()
    }
    assert found == {
        "current": [[]],
        "old": [["unknown-revocation"]],
        "changes": [["unknown-revocation"]],
        "authorities": [["unknown-revocation"]],
    }


def test_a_list_by_an_issuer_of_the_same_name_says_nothing(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """An attacker adds a certificate with the issuer's name to the signature, and a list that its key signed."""
    false_issuer = issue("Example Issuing Authority", None, extensions=AUTHORITY)
    holder = Holder(authority.director.key, authority.director.certificate, (false_issuer.certificate,))
    made = x509.CertificateRevocationListBuilder(false_issuer.certificate.subject, NOW, NOW + YEARS)
    false_list = pem_list(made.sign(false_issuer.key, hashes.SHA256()))

    signed = signing.sign(letter, key_of(holder), DETAILS)

    assert codes_by_signature(signing.signatures_of(signed, revocations=[false_list])) == [["unknown-revocation"]]


OTHER_PURPOSES = {
    "TLS servers": [ExtendedKeyUsageOID.SERVER_AUTH],
    "TLS clients": [ExtendedKeyUsageOID.CLIENT_AUTH],
    "TLS": [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
    "code": [ExtendedKeyUsageOID.CODE_SIGNING],
    "OCSP": [ExtendedKeyUsageOID.OCSP_SIGNING],
    "time-stamps": [ExtendedKeyUsageOID.TIME_STAMPING],
    "log-in": [ExtendedKeyUsageOID.SMARTCARD_LOGON],
}


@pytest.mark.parametrize("purpose", OTHER_PURPOSES)
def test_a_certificate_for_another_purpose_signs_nothing(
    purpose: str, letter: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """Its extended key usage is checked when signing, and again when validating what another program signed."""
    usage = (x509.ExtendedKeyUsage(OTHER_PURPOSES[purpose]), False)
    key = key_of(issue("Max Mustermann", authority.issuing, extensions=(*SIGNER, usage)))

    with pytest.raises(SigningError) as caught:
        signing.sign(letter, key, DETAILS)
    assert codes(caught) == ["not-for-signatures"]
    assert codes_by_signature(signing.signatures_of(signed_elsewhere(letter, key))) == [["not-for-signatures"]]


@pytest.mark.parametrize("purpose", ["1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "2.5.29.37.0", "1.2.840.113583.1.1.5"])
def test_a_certificate_for_documents_e_mail_or_any_purpose_signs(
    purpose: str, letter: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """These are the purposes of the certificates that persons have."""
    usage = (x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose), ExtendedKeyUsageOID.CLIENT_AUTH]), False)
    key = key_of(issue("Max Mustermann", authority.issuing, extensions=(*SIGNER, usage)))

    assert codes_by_signature(signing.signatures_of(signing.sign(letter, key, DETAILS), [authority.trusted])) == [[]]


def test_an_authority_for_another_purpose_is_reported(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """A trusted root's authority for web servers issued the signer's certificate."""
    usage = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    servers = issue("Example Server Authority", authority.root, extensions=(*AUTHORITY, usage))
    signed = signing.sign(letter, key_of(issue("Max Mustermann", servers, extensions=SIGNER)), DETAILS)

    assert codes_by_signature(signing.signatures_of(signed, [authority.trusted])) == [["not-for-signatures"]]


@pytest.mark.parametrize("critical", [True, False])
def test_a_time_stamp_by_a_certificate_for_several_purposes_is_refused(
    critical: bool, letter: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """The certificate of a time-stamp server is for time-stamps alone, and says that this matters (RFC 3161, 2.3)."""
    usages = [ExtendedKeyUsageOID.TIME_STAMPING, *([ExtendedKeyUsageOID.CODE_SIGNING] if critical else [])]
    usage = (x509.ExtendedKeyUsage(usages), critical)
    server = issue("Example Time", authority.issuing, key=authority.stamper.key, extensions=(usage,))

    with stamping(server) as stamps, pytest.raises(SigningError) as caught:
        signing.sign(letter, key_of(authority.director), DETAILS, timestamp=stamps.address)
    assert codes(caught) == ["wrong-time-stamp"]
