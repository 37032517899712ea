"""Independent readers find signatures valid, and signing leaves the rest of the PDF unchanged."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm

from circulars import signing
from circulars.errors import CircularsError, SigningError
from circulars.signing import Block
from circulars.signing.keys import Key
from signing.authority import NOW, PHRASE, Authority, Holder
from signing.samples import DETAILS, KeyOf, codes
from signing.timestamp_server import LocalTimestampServer


def parts(data: bytes, number: int = -1) -> tuple[bytes, bytes]:
    """The CMS of a signature, and the bytes that it signs."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        signature = pdf.Root.AcroForm.Fields[number].V
        first, length, start, rest = map(int, signature.ByteRange)
        return cms.ContentInfo.load(bytes(signature.Contents)).dump(), data[first : first + length] + data[
            start : start + rest
        ]


@pytest.mark.parametrize("who", ["director", "secretary"])
def test_openssl_finds_a_signature_valid(
    who: str, authority: Authority, key_of: KeyOf, letter: bytes, tmp_path: Path
) -> None:
    """OpenSSL, which shares no code with pyHanko, verifies RSA and EC signatures up to the root."""
    signed = signing.sign(letter, key_of(getattr(authority, who)), DETAILS)

    signature, content = parts(signed)
    (tmp_path / "cms").write_bytes(signature)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "root").write_bytes(authority.trusted)
    command = "openssl cms -verify -inform DER -binary -purpose any -CAfile root -in cms -content content -out read"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
    assert "successful" in done.stderr
    assert (tmp_path / "read").read_bytes() == content


def test_poppler_finds_two_signatures_valid(authority: Authority, key_of: KeyOf, letter: bytes, tmp_path: Path) -> None:
    """According to poppler, the first signature stays valid when somebody else signs."""
    once = signing.sign(letter, key_of(authority.director), DETAILS)
    twice = signing.sign(once, key_of(authority.secretary), DETAILS)
    (tmp_path / "twice.pdf").write_bytes(twice)

    output = subprocess.run(["pdfsig", "twice.pdf"], cwd=tmp_path, capture_output=True, text=True).stdout
    assert output.count("Signature is Valid") == 2
    assert re.findall(r"Common Name: (.+)", output) == ["Max Mustermann", "Erika Mustermann"]
    assert "ETSI.CAdES.detached" in output


def test_the_old_bytes_stay(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """A signature is appended: no byte of the original file changes."""
    signed = signing.sign(letter, key_of(authority.director), DETAILS)

    assert signed.startswith(letter)


def test_title_dates_and_xmp_stay(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """The document information and the XMP metadata are unchanged, so they still agree."""
    signed = signing.sign(letter, key_of(authority.director), DETAILS)

    with pikepdf.open(io.BytesIO(letter)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        assert dict(before.docinfo) == dict(after.docinfo)
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert before.trailer.ID[0] == after.trailer.ID[0]
        assert before.trailer.ID[1] != after.trailer.ID[1]


def test_a_baseline_signature_holds_what_pades_requires(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """PAdES B-B: the certificates are included, the signer's certificate is signed, and only the PDF has the time."""
    signature, _ = parts(signing.sign(letter, key_of(authority.director), DETAILS))

    content = cms.ContentInfo.load(signature)["content"]
    signed = {one["type"].native for one in content["signer_infos"][0]["signed_attrs"]}
    assert {"content_type", "message_digest", "signing_certificate_v2"} <= signed
    assert "signing_time" not in signed
    assert len(content["certificates"]) == 3
    assert content["signer_infos"][0]["digest_algorithm"]["algorithm"].native == "sha256"


def test_the_same_input_makes_the_same_bytes(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """An RSA key gives the same signature for the same letter and time."""
    key = key_of(authority.director)

    assert signing.sign(letter, key, DETAILS) == signing.sign(letter, key, DETAILS)


def test_a_time_stamp_comes_from_the_server(
    authority: Authority, key_of: KeyOf, letter: bytes, stamps: LocalTimestampServer
) -> None:
    """PAdES B-T: the signature holds the time-stamp, the report names its authority, and the server got one query."""
    signed = signing.sign(letter, key_of(authority.director), DETAILS, timestamp=stamps.address)

    [report] = signing.signatures_of(signed, [authority.trusted])
    assert (report.stamped, report.authority, report.problems) == (NOW, "Example Time", ())
    assert len(stamps.queries) == 1


def test_no_server_is_asked_unless_it_is_named(
    authority: Authority, key_of: KeyOf, letter: bytes, stamps: LocalTimestampServer
) -> None:
    """Without ``timestamp`` no query is sent."""
    signing.sign(letter, key_of(authority.director), DETAILS)

    assert stamps.queries == []


@pytest.mark.parametrize(
    "behaviour", ["garbage", "too long", "500", "302", "refusing", "another digest", "another nonce"]
)
def test_a_server_that_misbehaves_is_a_problem(
    behaviour: str, authority: Authority, key_of: KeyOf, letter: bytes, stamps: LocalTimestampServer
) -> None:
    """An answer that is not a time-stamp for this signature is refused."""
    stamps.behaviour = behaviour

    with pytest.raises(SigningError) as caught:
        signing.sign(letter, key_of(authority.director), DETAILS, timestamp=stamps.address)
    assert codes(caught)[0] in ("no-time-stamp", "wrong-time-stamp")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://127.0.0.1:9/tsa", "no-time-stamp"),
        ("ftp://127.0.0.1/tsa", "wrong-address"),
        ("file:///etc/passwd", "wrong-address"),
        ("http://somebody:secret@127.0.0.1/tsa", "wrong-address"),
        ("127.0.0.1", "wrong-address"),
        ("http://[", "wrong-address"),
    ],
)
def test_a_wrong_server_address_is_reported(
    address: str, code: str, authority: Authority, key_of: KeyOf, letter: bytes
) -> None:
    """No server answers there, or it is not a web address. The message does not show a password."""
    with pytest.raises(CircularsError) as caught:
        signing.sign(letter, key_of(authority.director), DETAILS, timestamp=address)
    assert codes(caught) == [code]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("file", ["key.p12", "key.pem", "locked.pem", "both.pem"])
def test_keys_come_from_pkcs12_and_pem(file: str, authority: Authority, letter: bytes) -> None:
    """The key may be encrypted or not, and its certificate may be in the same file or in another one."""
    who = authority.director
    data, certificates = {
        "key.p12": (who.pkcs12(), b""),
        "key.pem": (who.pem_key(), who.pem_certificates),
        "locked.pem": (who.pem_key(PHRASE), who.pem_certificates),
        "both.pem": (who.pem_key() + who.pem_certificates, b""),
    }[file]

    key = signing.read_key(data, file, lambda: PHRASE, certificates)

    assert signing.signatures_of(signing.sign(letter, key, DETAILS), [authority.trusted])[0].trust == "trusted"


def test_an_unencrypted_key_needs_no_pass_phrase(authority: Authority) -> None:
    """``ask`` is not called for a file that is not encrypted."""

    def ask() -> bytes:
        raise AssertionError("asked")

    assert signing.read_key(authority.director.pkcs12(b""), "open.p12", ask).name == "Max Mustermann"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda who, other: (who.pkcs12(b"another"), b""), "wrong-pass-phrase"),
        (lambda who, other: (who.pem_key(b"another"), who.pem_certificates), "wrong-pass-phrase"),
        (lambda who, other: (who.pem_key(), b""), "no-certificate"),
        (lambda who, other: (who.pem_key(), other.pem_certificates), "no-certificate"),
        (lambda who, other: (who.pem_certificates, b""), "no-key"),
        (lambda who, other: (b"%PDF-1.7", b""), "no-key"),
        (lambda who, other: (b"", b""), "no-key"),
        (lambda who, other: (who.pkcs12()[:-40], b""), "no-key"),
        (lambda who, other: (who.pem_key(), b"text"), "not-a-certificate"),
    ],
)
def test_unusable_keys_are_reported(
    make: Callable[[Holder, Holder], tuple[bytes, bytes]], code: str, authority: Authority
) -> None:
    """A wrong pass phrase, no certificate, another person's certificate, or a file without a key."""
    data, certificates = make(authority.director, authority.secretary)

    with pytest.raises(SigningError) as caught:
        signing.read_key(data, "key", lambda: PHRASE, certificates, "certificate")
    assert codes(caught) == [code]
    assert PHRASE.decode() not in str(caught.value)


@pytest.mark.parametrize(
    ("who", "code"),
    [("expired", "expired-certificate"), ("future", "early-certificate"), ("cipher", "not-for-signatures")],
)
def test_a_certificate_that_may_not_sign_is_reported(
    who: str, code: str, authority: Authority, key_of: KeyOf, letter: bytes
) -> None:
    """It has expired, is not yet valid, or is for another purpose."""
    with pytest.raises(SigningError) as caught:
        signing.sign(letter, key_of(getattr(authority, who)), DETAILS)
    assert codes(caught) == [code]


def _encrypted(data: bytes) -> bytes:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    return locked.getvalue()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_encrypted, "encrypted-pdf"),
        (lambda data: b"", "unreadable-pdf"),
        (lambda data: b"PK\x03\x04", "unreadable-pdf"),
        (lambda data: data[: len(data) // 2], "unreadable-pdf"),
        (lambda data: data.replace(b"startxref", b"startxyzf"), "unreadable-pdf"),
    ],
)
def test_a_file_that_cannot_be_signed_is_reported(
    spoil: Callable[[bytes], bytes], code: str, authority: Authority, key_of: KeyOf, letter: bytes
) -> None:
    """It is encrypted, broken, or not a PDF."""
    with pytest.raises(SigningError) as caught:
        signing.sign(spoil(letter), key_of(authority.director), DETAILS, file="letter.pdf")
    assert codes(caught) == [code]
    assert caught.value.problems[0].where.file == "letter.pdf"


def certified(data: bytes, key: Key, permission: MDPPerm) -> bytes:
    """The PDF, certified as another program would do it."""
    meta = signers.PdfSignatureMetadata(field_name="Author", certify=True, docmdp_permissions=permission)
    signed = asyncio.run(signers.PdfSigner(meta, key.signer).async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data))))
    whole: bytes = signed.getvalue()
    return whole


def test_a_locked_pdf_gets_no_signature(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """A certification can forbid all changes; then another signature would invalidate it."""
    locked = certified(letter, key_of(authority.director), MDPPerm.NO_CHANGES)

    with pytest.raises(SigningError) as caught:
        signing.sign(locked, key_of(authority.secretary), DETAILS)
    assert codes(caught) == ["locked-pdf"]


def test_a_certified_pdf_gets_no_block(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """A certification forbids additions to the pages."""
    locked = certified(letter, key_of(authority.director), MDPPerm.FILL_FORMS)
    block = Block(signing.spot_at(locked, 1, 20, 20, (50, 10)), b"", "", "en")

    with pytest.raises(SigningError) as caught:
        signing.sign(locked, key_of(authority.secretary), replace(DETAILS, block=block))
    assert codes(caught) == ["locked-pdf"]


def test_a_certified_pdf_gets_an_invisible_signature(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """A certification that allows form filling allows further signatures, and both stay valid."""
    locked = certified(letter, key_of(authority.director), MDPPerm.FILL_FORMS)

    twice = signing.sign(locked, key_of(authority.secretary), DETAILS)

    assert [report.problems for report in signing.signatures_of(twice, [authority.trusted])] == [(), ()]
