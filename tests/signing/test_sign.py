"""A PDF gets a signature that independent readers find valid, and stays what it was."""

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
from signing.said import SAID, KeyOf, codes
from signing.stamp_server import StampServer


def parts(data: bytes, number: int = -1) -> tuple[bytes, bytes]:
    """The CMS of a signature, and the bytes that it signs."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        said = pdf.Root.AcroForm.Fields[number].V
        first, length, start, rest = map(int, said.ByteRange)
        return cms.ContentInfo.load(bytes(said.Contents)).dump(), data[first : first + length] + data[
            start : start + rest
        ]


@pytest.mark.parametrize("who", ["director", "secretary"])
def test_openssl_finds_a_signature_valid(
    who: str, authority: Authority, key_of: KeyOf, letter: bytes, tmp_path: Path
) -> None:
    """OpenSSL, which shares no code with pyHanko, verifies RSA and EC signatures, up to the root."""
    signed = signing.sign(letter, key_of(getattr(authority, who)), SAID)

    signature, content = parts(signed)
    (tmp_path / "cms").write_bytes(signature)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "root").write_bytes(authority.trusted)
    command = "openssl cms -verify -inform DER -binary -purpose any -CAfile root -in cms -content content -out read"
    told = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
    assert "successful" in told.stderr
    assert (tmp_path / "read").read_bytes() == content


def test_poppler_finds_two_signatures_valid(authority: Authority, key_of: KeyOf, letter: bytes, tmp_path: Path) -> None:
    """Who signs second leaves the first signature valid, and poppler says so."""
    once = signing.sign(letter, key_of(authority.director), SAID)
    twice = signing.sign(once, key_of(authority.secretary), SAID)
    (tmp_path / "twice.pdf").write_bytes(twice)

    told = subprocess.run(["pdfsig", "twice.pdf"], cwd=tmp_path, capture_output=True, text=True).stdout
    assert told.count("Signature is Valid") == 2
    assert re.findall(r"Common Name: (.+)", told) == ["Max Mustermann", "Erika Mustermann"]
    assert "ETSI.CAdES.detached" in told


def test_the_old_bytes_stay(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """A signature is an update behind the file: not one of its bytes changes."""
    signed = signing.sign(letter, key_of(authority.director), SAID)

    assert signed.startswith(letter)


def test_title_dates_and_xmp_stay(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """What the file says of itself is the same before and after, so that Info and XMP stay in step."""
    signed = signing.sign(letter, key_of(authority.director), SAID)

    with pikepdf.open(io.BytesIO(letter)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        assert dict(before.docinfo) == dict(after.docinfo)
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert before.trailer.ID[0] == after.trailer.ID[0]
        assert before.trailer.ID[1] != after.trailer.ID[1]


def test_a_baseline_signature_holds_what_pades_asks_for(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """PAdES B-B: the certificates are inside, the signer's is signed too, and the time stands in the PDF only."""
    signature, _ = parts(signing.sign(letter, key_of(authority.director), SAID))

    content = cms.ContentInfo.load(signature)["content"]
    signed = {one["type"].native for one in content["signer_infos"][0]["signed_attrs"]}
    assert {"content_type", "message_digest", "signing_certificate_v2"} <= signed
    assert "signing_time" not in signed
    assert len(content["certificates"]) == 3
    assert content["signer_infos"][0]["digest_algorithm"]["algorithm"].native == "sha256"


def test_the_same_input_makes_the_same_bytes(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """An RSA key signs the same letter at the same time in the same way."""
    key = key_of(authority.director)

    assert signing.sign(letter, key, SAID) == signing.sign(letter, key, SAID)


def test_a_time_stamp_comes_from_the_server(
    authority: Authority, key_of: KeyOf, letter: bytes, stamps: StampServer
) -> None:
    """PAdES B-T: the stamp is in the signature, its authority is named, and one query was enough."""
    signed = signing.sign(letter, key_of(authority.director), SAID, timestamp=stamps.address)

    [report] = signing.signatures_of(signed, [authority.trusted])
    assert (report.stamped, report.authority, report.problems) == (NOW, "Example Time", ())
    assert len(stamps.queries) == 1


def test_nothing_is_asked_of_a_server_that_is_not_named(
    authority: Authority, key_of: KeyOf, letter: bytes, stamps: StampServer
) -> None:
    """Without an address no server hears of the letter."""
    signing.sign(letter, key_of(authority.director), SAID)

    assert stamps.queries == []


@pytest.mark.parametrize("manner", ["garbage", "too long", "500", "302", "refusing", "another digest", "another nonce"])
def test_a_server_that_misbehaves_is_a_problem(
    manner: str, authority: Authority, key_of: KeyOf, letter: bytes, stamps: StampServer
) -> None:
    """What is no stamp for this signature is not taken for one."""
    stamps.manner = manner

    with pytest.raises(SigningError) as caught:
        signing.sign(letter, key_of(authority.director), SAID, timestamp=stamps.address)
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
def test_an_address_without_a_server_is_a_problem(
    address: str, code: str, authority: Authority, key_of: KeyOf, letter: bytes
) -> None:
    """A server that is not there, and an address that is none, are told; a password in one is not repeated."""
    with pytest.raises(CircularsError) as caught:
        signing.sign(letter, key_of(authority.director), SAID, timestamp=address)
    assert codes(caught) == [code]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("file", ["key.p12", "key.pem", "locked.pem", "both.pem"])
def test_keys_come_from_pkcs12_and_pem(file: str, authority: Authority, letter: bytes) -> None:
    """A key may be locked or not, and its certificate may be in a file of its own or in the same."""
    who = authority.director
    data, certificates = {
        "key.p12": (who.pkcs12(), b""),
        "key.pem": (who.pem_key(), who.pem_certificates),
        "locked.pem": (who.pem_key(PHRASE), who.pem_certificates),
        "both.pem": (who.pem_key() + who.pem_certificates, b""),
    }[file]

    key = signing.read_key(data, file, lambda: PHRASE, certificates)

    assert signing.signatures_of(signing.sign(letter, key, SAID), [authority.trusted])[0].trust == "trusted"


def test_a_key_that_is_open_asks_for_nothing(authority: Authority) -> None:
    """Nobody is asked for the pass phrase of a file that has none."""

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
def test_what_is_no_key_is_told(
    make: Callable[[Holder, Holder], tuple[bytes, bytes]], code: str, authority: Authority
) -> None:
    """A wrong phrase, a key without its certificate, another's certificate, and files that are something else."""
    data, certificates = make(authority.director, authority.secretary)

    with pytest.raises(SigningError) as caught:
        signing.read_key(data, "key", lambda: PHRASE, certificates, "certificate")
    assert codes(caught) == [code]
    assert PHRASE.decode() not in str(caught.value)


@pytest.mark.parametrize(
    ("who", "code"),
    [("expired", "expired-certificate"), ("future", "early-certificate"), ("cipher", "not-for-signatures")],
)
def test_who_may_not_sign_is_told(who: str, code: str, authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """A certificate that has expired, is not yet valid, or is for something else signs nothing."""
    with pytest.raises(SigningError) as caught:
        signing.sign(letter, key_of(getattr(authority, who)), SAID)
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
def test_what_cannot_be_signed_is_told(
    spoil: Callable[[bytes], bytes], code: str, authority: Authority, key_of: KeyOf, letter: bytes
) -> None:
    """An encrypted PDF, half of one, and files that are something else."""
    with pytest.raises(SigningError) as caught:
        signing.sign(spoil(letter), key_of(authority.director), SAID, file="letter.pdf")
    assert codes(caught) == [code]
    assert caught.value.problems[0].where.file == "letter.pdf"


def certified(data: bytes, key: Key, permission: MDPPerm) -> bytes:
    """The PDF as another program certifies it."""
    meta = signers.PdfSignatureMetadata(field_name="Author", certify=True, docmdp_permissions=permission)
    signed = asyncio.run(signers.PdfSigner(meta, key.signer).async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data))))
    whole: bytes = signed.getvalue()
    return whole


def test_a_locked_pdf_gets_no_signature(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """Who certifies a PDF may forbid every change; another signature would break that one."""
    locked = certified(letter, key_of(authority.director), MDPPerm.NO_CHANGES)

    with pytest.raises(SigningError) as caught:
        signing.sign(locked, key_of(authority.secretary), SAID)
    assert codes(caught) == ["locked-pdf"]


def test_a_certified_pdf_gets_no_block(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """Who certifies a PDF forbids that anything be added to its pages."""
    locked = certified(letter, key_of(authority.director), MDPPerm.FILL_FORMS)
    block = Block(signing.spot_at(locked, 1, 20, 20, (50, 10)), b"", "", "en")

    with pytest.raises(SigningError) as caught:
        signing.sign(locked, key_of(authority.secretary), replace(SAID, block=block))
    assert codes(caught) == ["locked-pdf"]


def test_a_certified_pdf_gets_an_invisible_signature(authority: Authority, key_of: KeyOf, letter: bytes) -> None:
    """Who allows forms to be filled in allows signatures, and both are in order afterwards."""
    locked = certified(letter, key_of(authority.director), MDPPerm.FILL_FORMS)

    twice = signing.sign(locked, key_of(authority.secretary), SAID)

    assert [report.problems for report in signing.signatures_of(twice, [authority.trusted])] == [(), ()]
