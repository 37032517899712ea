"""Checks whether a file is signed by someone who was expected to sign it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from circulars.errors import Choice, Place, Problem
from circulars.signing.keys import as_asn1, name_of
from circulars.signing.values import SignatureReport, fingerprint_in


def signer_problem(reports: Sequence[SignatureReport], names: Sequence[str], file: str) -> Problem | None:
    """What is wrong with the signers of a file; ``None`` if one of ``names`` signed it.

    A name is the name in a certificate ("Max Mustermann"), several attributes of its subject as in RFC 4514
    ("CN=Max Mustermann,O=Example Union"), or the SHA-256 of the certificate in hexadecimal. Only a signature without
    problems by a trusted certificate counts.
    """
    if not names:
        fact = "whose signature the letter needs is not known; the authority may have many certificates"
        choice = Choice("signers", "name the signer: {}", "NAME")
        hint = "name the signers of this kind of letter in the pack ('signers:')"
        return Problem(Place(file), "no-signer-named", fact, hint, (choice,))
    wanted = " or ".join(names)
    signed = [one for one in reports if one.kind == "signature"]
    if not signed:
        return Problem(Place(file), "not-signed", f"the file is not signed; it needs the signature of {wanted}")
    if any(is_signed_by(one, names) for one in signed):
        return None
    found = " and ".join(dict.fromkeys(one.signer for one in signed))
    fact = f"there is no valid signature of {wanted}; the file is signed by {found}"
    return Problem(Place(file), "other-signer", fact, "ask the sender who signed it, and why")


def is_signed_by(report: SignatureReport, names: Sequence[str]) -> bool:
    """Whether a signature has no problem, and is by a trusted certificate that has one of ``names``."""
    return report.sound and report.trust == "trusted" and _is_one_of(report.certificate, names)


def _is_one_of(certificate: bytes, names: Sequence[str]) -> bool:
    try:
        read = x509.load_der_x509_certificate(certificate)
    except ValueError:
        return False
    return any(_is(read, " ".join(name.split())) for name in names)


def _is(certificate: x509.Certificate, name: str) -> bool:
    digest = certificate.fingerprint(hashes.SHA256()).hex()
    if fingerprint_in(name) == digest:
        return True
    if "=" in name:
        try:
            wanted = x509.Name.from_rfc4514_string(name)
        except ValueError:
            return False
        own = {(one.oid, _normal(str(one.value))) for one in certificate.subject}
        return bool(wanted) and all((one.oid, _normal(str(one.value))) in own for one in wanted)
    return _normal(name_of(as_asn1(certificate))) == _normal(name)


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()))
