"""Faults of keys, certificates, signatures and time-stamps that are rarely met, each with its code."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from circulars import signing
from circulars.errors import SigningError
from signing.authority import SIGNER, Authority, Holder, issue
from signing.samples import DETAILS, KeyOf, codes, codes_by_signature
from signing.timestamp_server import LocalTimestampServer, stamper


def _rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@pytest.fixture(scope="module")
def signed(letter: bytes, authority: Authority, key_of: KeyOf) -> bytes:
    """A letter, signed once."""
    return signing.sign(letter, key_of(authority.director), DETAILS)


def _signature(signed: bytes) -> tuple[cms.SignerInfo, int]:
    """The signature in a PDF, and where its hexadecimal digits begin."""
    [found] = re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{1000,})>", signed)
    info = cms.ContentInfo.load(bytes.fromhex(found[1].decode()), strict=False)
    [signer] = info["content"]["signer_infos"]
    return signer, found.start(1)


def _flipped(data: bytes, part: bytes, at: int, start: int) -> bytes:
    """The file with one bit changed in a part of its signature, ``at`` hexadecimal digits after its beginning."""
    place = data.lower().index(part[1:].hex().encode(), start) + at
    return data[:place] + b"%X" % (int(data[place : place + 1], 16) ^ 1) + data[place + 1 :]


def test_a_short_key_signs_nothing(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """Readers do not accept an RSA key of 1024 bits."""
    short = issue("Kurt Kurz", authority.issuing, key=_rsa(1024), extensions=SIGNER)

    with pytest.raises(SigningError) as caught:
        signing.sign(letter, key_of(short), DETAILS)
    assert codes(caught) == ["weak-key"]


def test_a_key_of_a_kind_that_readers_do_not_know_is_refused(authority: Authority) -> None:
    """Few readers know Ed25519."""
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    with pytest.raises(SigningError) as caught:
        signing.read_key(key, "key.pem", lambda: b"", authority.director.pem_certificates, "certificate.pem")
    assert codes(caught) == ["wrong-key"]


def test_a_pdf_with_two_tables_of_objects_is_not_signed(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """With hybrid cross-references, readers can disagree about what was signed."""
    stream = int(re.findall(rb"startxref\s+(\d+)", letter)[-1])
    size, root = re.findall(rb"/Size (\d+)", letter)[-1], re.findall(rb"/Root (\d+ 0 R)", letter)[-1]
    trailer = b"<< /Size %s /Root %s /XRefStm %d /Prev %d >>" % (size, root, stream, stream)
    hybrid = letter + b"\nxref\n0 0\ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(letter) + 1)

    with pytest.raises(SigningError) as caught:
        signing.sign(hybrid, key_of(authority.director), DETAILS)
    assert codes(caught) == ["hybrid-pdf"]


def test_a_pdf_that_is_broken_where_it_is_signed_is_reported(
    letter: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """The form to which a signature belongs is a number."""
    broken = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        pdf.Root.AcroForm = 5
        pdf.save(broken)

    with pytest.raises(SigningError) as caught:
        signing.sign(broken.getvalue(), key_of(authority.director), DETAILS)
    assert codes(caught) == ["cannot-sign"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"/ByteRange [0", b"/ByteRange [9", "gap"),
        (b"/ByteRange", b"/BiteRange", "unreadable-signature"),
        (b"/Contents <3082", b"/Contents <zzzz", "unreadable-signature"),
    ],
)
def test_a_signature_that_was_edited_is_reported(old: bytes, new: bytes, code: str, signed: bytes) -> None:
    """It leaves out a part of the file, or cannot be read."""
    [found] = codes_by_signature(signing.signatures_of(signed.replace(old, new)))

    assert code in found


def test_a_signature_of_another_key_is_reported(signed: bytes) -> None:
    """The value of the signature is not what the key of the certificate makes."""
    signer, start = _signature(signed)

    forged = _flipped(signed, signer["signature"].native, 20, start)

    assert codes_by_signature(signing.signatures_of(forged)) == [["forged-signature"]]


def test_a_signature_without_its_attributes_is_reported(signed: bytes) -> None:
    """One of the signed attributes has another name, so a required one is missing."""
    signer, start = _signature(signed)

    wrong = _flipped(signed, signer["signed_attrs"].dump(), 14, start)

    assert codes_by_signature(signing.signatures_of(wrong)) == [["wrong-signature"]]


def test_a_certificate_by_somebody_who_may_not_issue_any_is_reported(
    letter: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """The director's certificate is for signatures, not for issuing certificates."""
    child = issue("Petra Muster", authority.director, extensions=SIGNER)

    signed = signing.sign(letter, key_of(child), DETAILS)

    assert codes_by_signature(signing.signatures_of(signed, [authority.trusted])) == [["wrong-certificate"]]


def test_a_certificate_that_was_made_with_sha_1_is_reported(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """Another certificate with the same digest can be made."""
    holder = issue("Petra Muster", authority.issuing, extensions=SIGNER)
    made = asn1_x509.Certificate.load(holder.certificate.public_bytes(serialization.Encoding.DER))
    made["tbs_certificate"]["signature"] = made["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    assert isinstance(authority.issuing.key, ec.EllipticCurvePrivateKey)
    value = authority.issuing.key.sign(made["tbs_certificate"].dump(force=True), ec.ECDSA(hashes.SHA1()))
    made["signature_value"] = value
    weak = Holder(holder.key, x509.load_der_x509_certificate(made.dump(force=True)), holder.chain)

    signed = signing.sign(letter, key_of(weak), DETAILS)

    assert codes_by_signature(signing.signatures_of(signed, [authority.trusted])) == [["weak-certificate"]]


def test_a_time_stamp_that_was_changed_is_reported(
    letter: bytes, authority: Authority, key_of: KeyOf, stamps: LocalTimestampServer
) -> None:
    """One bit of the time-stamp's own signature is different."""
    signed = signing.sign(letter, key_of(authority.director), DETAILS, timestamp=stamps.address)
    signer, start = _signature(signed)
    [token] = [one["values"][0] for one in signer["unsigned_attrs"] if one["type"].native.endswith("time_stamp_token")]
    [inner] = token["content"]["signer_infos"]

    broken = _flipped(signed, inner["signature"].native, 10, start)

    assert codes_by_signature(signing.signatures_of(broken, [authority.trusted])) == [["broken-time-stamp"]]


def _stamped(letter: bytes, holder: Holder, digest: str) -> bytes:
    """The letter with a time-stamp of its own."""
    stamping = PdfTimeStamper(stamper(holder), field_name="Stamp")
    made = asyncio.run(stamping.async_timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(letter)), digest))
    whole: bytes = made.getvalue()
    return whole


@pytest.mark.parametrize(
    ("holder", "digest", "code"),
    [
        (lambda authority: authority.stamper, "sha1", "weak-time-stamp"),
        (
            lambda authority: issue("Example Signer", authority.issuing, key=_rsa(2048), extensions=SIGNER),
            "sha256",
            "not-for-time-stamps",
        ),
    ],
)
def test_a_time_stamp_that_proves_too_little_is_reported(
    holder: Callable[[Authority], Holder], digest: str, code: str, letter: bytes, authority: Authority
) -> None:
    """It uses SHA-1, or was made with a certificate that is not meant for time-stamps."""
    stamped = _stamped(letter, holder(authority), digest)

    [found] = codes_by_signature(signing.signatures_of(stamped, [authority.trusted]))
    assert code in found
