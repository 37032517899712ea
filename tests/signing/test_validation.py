"""Validation of signatures: the signer, the time, later changes to the file, and trust in the certificate."""

from __future__ import annotations

import asyncio
import datetime
import io
import re
from collections.abc import Callable, Iterable
from contextlib import suppress

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from circulars import signing
from circulars.errors import SigningError
from circulars.signing import Signing
from circulars.signing.keys import Key
from signing.authority import NOW, YEARS, Authority
from signing.samples import DETAILS, KeyOf, codes, codes_by_signature
from signing.timestamp_server import LocalTimestampServer


def signed_elsewhere(data: bytes, key: Key, **settings: str | bool | MDPPerm) -> bytes:
    """The PDF, signed as another program would do it that checks nothing."""
    meta = signers.PdfSignatureMetadata(field_name="Elsewhere", subfilter=SigSeedSubFilter.PADES, **settings)  # type: ignore[arg-type]
    made = asyncio.run(signers.PdfSigner(meta, key.signer).async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data))))
    whole: bytes = made.getvalue()
    return whole


def room_of_signature(signed: bytes) -> tuple[int, int]:
    """The start and the end of the only signature's hexadecimal digits."""
    [found] = re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{1000,})>", signed)
    return found.span(1)


def update(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The PDF with a change appended, as an editor saves it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def signed(authority: Authority, key_of: KeyOf, letters: dict[str, bytes]) -> bytes:
    """A letter of two pages, signed once."""
    return signing.sign(letters["tsb-circular-213"], key_of(authority.director), DETAILS)


def test_the_report_on_a_valid_signature_in_words(signed: bytes, authority: Authority) -> None:
    """Who signed, when, why and where; and that no time-stamp confirms the time."""
    [report] = signing.signatures_of(signed, [authority.trusted])

    assert (report.signer, report.claimed, report.trust, report.whole, report.sound) == (
        "Max Mustermann", NOW, "trusted", True, True,
    )  # fmt: skip
    assert report.lines() == (
        "signed by Max Mustermann (Common Name: Max Mustermann, Organization: Example Union)",
        f"on {NOW:%Y-%m-%d %H:%M:%S} UTC, according to the signer; no time-stamp confirms it",
        "reason: I agree",
        "place: Geneva",
    )


def test_an_unsigned_letter_has_no_reports(letter: bytes) -> None:
    """It is not a problem when a letter is not signed."""
    assert signing.signatures_of(letter) == ()


def flipped_unnoticed(signed: bytes, positions: Iterable[int], authority: Authority) -> list[int]:
    """The positions at which changing one bit gives a file whose signatures are still found valid."""
    unnoticed = []
    for position in positions:
        changed = bytearray(signed)
        changed[position] ^= 1
        with suppress(SigningError):
            reports = signing.signatures_of(bytes(changed), [authority.trusted])
            if reports and not any(report.problems for report in reports):
                unnoticed.append(position)
    return unnoticed


def test_every_flipped_byte_is_noticed(signed: bytes, authority: Authority) -> None:
    """Changing one bit anywhere in the letter makes the signature invalid."""
    start, end = room_of_signature(signed)
    positions = [*range(1000, start, 1499), start - 1, end, *range(end + 1, len(signed) - 10, 97)]

    assert len(positions) > 30
    assert flipped_unnoticed(signed, positions, authority) == []


def test_every_flipped_byte_of_the_signature_is_noticed(signed: bytes, authority: Authority) -> None:
    """In the signature itself, its value and its signed attributes are protected from changes (RFC 5652, 5.4).

    The list of algorithms and unused certificates are not protected: they say nothing about the letter.
    """
    start, end = room_of_signature(signed)
    info = cms.ContentInfo.load(bytes.fromhex(signed[start:end].decode()), strict=False)
    [signer] = info["content"]["signer_infos"]
    positions: list[int] = []
    for part in (signer["signed_attrs"].dump(), signer["signature"].native):
        first = signed.lower().index(part[1:].hex().encode(), start)
        positions += range(first, first + 2 * len(part) - 2, 61)

    assert len(positions) > 10
    assert flipped_unnoticed(signed, positions, authority) == []


def test_a_changed_text_is_reported_as_a_change(signed: bytes) -> None:
    """The message says that the file was changed, not that it is broken."""
    [report] = signing.signatures_of(signed.replace(b"<dc:title>", b"<dc:tutle>"))

    assert codes_by_signature((report,)) == [["changed-bytes"]]
    assert report.problems[0].message == "the file has been changed since it was signed"


def test_a_swapped_page_is_noticed(signed: bytes) -> None:
    """An update that reverses the pages leaves the signed bytes unchanged, but not the letter."""

    def swap(writer: IncrementalPdfFileWriter) -> None:
        kids = writer.root["/Pages"]["/Kids"]
        kids.reverse()
        writer.update_container(kids)

    assert codes_by_signature(signing.signatures_of(update(signed, swap))) == [["changed-later"]]


def test_a_text_over_the_page_is_noticed(signed: bytes) -> None:
    """An update that draws over a page is reported, with the number of signed bytes."""

    def draw(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = generic.ArrayObject(
            [page.raw_get("/Contents"), writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))]
        )
        writer.update_container(page)

    [report] = signing.signatures_of(update(signed, draw))

    assert codes_by_signature((report,)) == [["changed-later"]]
    assert str(len(signed)) in report.problems[0].message


@pytest.mark.parametrize("what", ["structure", "words", "parents", "annotation"])
def test_changes_that_a_signature_does_not_need_are_noticed(what: str, signed: bytes) -> None:
    """Other changes to the structure tree are reported, and so is a note on a page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        root = writer.root["/StructTreeRoot"]
        top = root["/K"]
        if what == "structure":
            kids = top["/K"]
            kids.append(writer.add_object(generic.DictionaryObject({"/S": generic.NameObject("/P")})))
            writer.update_container(kids)
        elif what == "words":
            top["/K"][0]["/ActualText"] = generic.pdf_string("something else")
            writer.update_container(top["/K"][0])
        elif what == "parents":
            root["/ParentTree"]["/Nums"][1] = generic.ArrayObject()
            writer.update_container(root["/ParentTree"]["/Nums"])
        else:
            page = writer.root["/Pages"]["/Kids"][0]
            note = writer.add_object(generic.DictionaryObject({"/Subtype": generic.NameObject("/FreeText")}))
            page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), note])
            writer.update_container(page)

    assert codes_by_signature(signing.signatures_of(update(signed, change))) == [["changed-later"]]


def test_a_change_is_noticed_behind_another_signature(signed: bytes, authority: Authority, key_of: KeyOf) -> None:
    """A second signature covers a change before it, but the first signature still reveals it."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        first = writer.root["/StructTreeRoot"]["/K"]["/K"][0]
        first["/ActualText"] = generic.pdf_string("something else")
        writer.update_container(first)

    twice = signing.sign(update(signed, change), key_of(authority.secretary), DETAILS)

    assert codes_by_signature(signing.signatures_of(twice)) == [["changed-later"], []]


def test_bytes_behind_the_file_are_noticed(signed: bytes) -> None:
    """Bytes after the end of the signed file are reported; white space is not."""
    assert codes_by_signature(signing.signatures_of(signed + b"% a remark")) == [["added-bytes"]]
    assert codes_by_signature(signing.signatures_of(signed + b"\n")) == [[]]


def test_bytes_beside_the_signature_are_noticed(signed: bytes) -> None:
    """More bytes are reserved for a signature than it needs; nothing may hide in the rest."""
    end = signed.index(b">", signed.rindex(b"/Contents <"))
    assert signed[end - 40 : end] == b"0" * 40

    hidden = signed[: end - 40] + b"4869646465" + signed[end - 30 :]

    assert codes_by_signature(signing.signatures_of(hidden)) == [["hidden-bytes"]]


def test_a_second_signature_is_harmless(signed: bytes, authority: Authority, key_of: KeyOf) -> None:
    """The first one stays valid, and its report mentions the later signature."""
    twice = signing.sign(signed, key_of(authority.secretary), DETAILS)

    first, second = signing.signatures_of(twice, [authority.trusted])

    assert (first.signer, first.whole, first.problems) == ("Max Mustermann", False, ())
    assert (second.signer, second.whole, second.problems) == ("Erika Mustermann", True, ())
    assert first.remarks == ("added later: 1 more signature; everything else is unchanged",)


def test_a_signature_taken_from_another_file_is_noticed(
    signed: bytes, letters: dict[str, bytes], authority: Authority, key_of: KeyOf
) -> None:
    """The signature of one letter does not fit another letter."""
    other = signing.sign(letters["tsb-circular-213"] + b"\n", key_of(authority.director), DETAILS)

    def contents(data: bytes) -> slice:
        start = data.rindex(b"/Contents <") + 11
        return slice(start, data.index(b">", start))

    forged = bytearray(other)
    forged[contents(other)] = signed[contents(signed)]

    assert codes_by_signature(signing.signatures_of(bytes(forged))) == [["changed-bytes"]]


def test_a_stranger_is_not_trusted(letter: bytes, authority: Authority, stranger: Authority, key_of: KeyOf) -> None:
    """The same name in a certificate from an untrusted authority does not help."""
    signed = signing.sign(letter, key_of(stranger.director), DETAILS)

    [report] = signing.signatures_of(signed, [authority.trusted])

    assert (report.signer, report.trust, codes_by_signature((report,))) == (
        "Max Mustermann", "untrusted", [["untrusted-certificate"]],
    )  # fmt: skip
    assert "Stranger Issuing Authority" in report.problems[0].message


def test_without_trusted_certificates_trust_is_unknown(signed: bytes) -> None:
    """A remark says that nobody checked whether the certificate is genuine."""
    [report] = signing.signatures_of(signed)

    assert (report.trust, report.problems) == ("unknown", ())
    assert report.remarks == ("the signer's certificate was not checked: no trusted certificates were given",)


@pytest.mark.parametrize("trusting", [True, False])
@pytest.mark.parametrize(
    ("who", "code"),
    [("expired", "expired-certificate"), ("future", "early-certificate"), ("cipher", "not-for-signatures")],
)
def test_a_certificate_that_was_not_valid_is_reported(
    who: str, code: str, trusting: bool, letter: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """Another program may sign with a certificate that has expired, is not yet valid, or has another purpose."""
    signed = signed_elsewhere(letter, key_of(getattr(authority, who)))

    assert codes_by_signature(signing.signatures_of(signed, [authority.trusted] if trusting else [])) == [[code]]


def test_a_weak_digest_is_reported(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """A signature with SHA-1 can be forged."""
    signed = signed_elsewhere(letter, key_of(authority.director), md_algorithm="sha1")

    assert codes_by_signature(signing.signatures_of(signed)) == [["weak-digest"]]


def test_a_revoked_certificate_is_reported(signed: bytes, authority: Authority) -> None:
    """A revocation list by its authority says that the certificate was revoked before it was used."""
    revoked = authority.revoking(authority.director, NOW - datetime.timedelta(days=3))

    for trusted in ([authority.trusted], []):
        [report] = signing.signatures_of(signed, trusted, revocations=[revoked])
        assert codes_by_signature((report,)) == [["revoked-certificate"]]
        assert "before it was used" in report.problems[0].message


def test_a_revoked_authority_is_reported(signed: bytes, authority: Authority) -> None:
    """A list by the root says that the signer's authority was revoked; the list by that authority counts, too."""
    day = NOW - datetime.timedelta(days=3)
    lists = [authority.revoking(authority.secretary, day), authority.revoking(authority.issuing, day)]

    [report] = signing.signatures_of(signed, [authority.trusted], revocations=lists)

    assert codes_by_signature((report,)) == [["revoked-certificate"]]
    assert "Example Issuing Authority was revoked" in report.problems[0].message
    assert report.applied == {0, 1}


def test_the_list_of_the_root_alone_leaves_the_signer_unknown(signed: bytes, authority: Authority) -> None:
    """The root's list says nothing about the certificates that its authorities issue."""
    by_root = authority.revoking(authority.issuing, NOW - datetime.timedelta(days=3))

    [report] = signing.signatures_of(signed, [authority.trusted], revocations=[by_root])

    assert codes_by_signature((report,)) == [["revoked-certificate", "unknown-revocation"]]


def test_a_revocation_list_by_another_authority_proves_nothing(
    signed: bytes, authority: Authority, stranger: Authority
) -> None:
    """Only the issuer of a certificate can revoke it, so the report says that it is unknown whether it was revoked."""
    revoked = stranger.revoking(authority.director, NOW - datetime.timedelta(days=3))

    [report] = signing.signatures_of(signed, [authority.trusted], revocations=[revoked])

    assert codes_by_signature((report,)) == [["unknown-revocation"]]
    assert report.applied == frozenset()


def test_a_time_stamp_protects_a_signature_from_a_later_revocation(
    letter: bytes, authority: Authority, key_of: KeyOf, stamps: LocalTimestampServer
) -> None:
    """A signature made before the revocation stays valid only if a time-stamp proves its time."""
    key = key_of(authority.director)
    revoked = authority.revoking(authority.director, NOW + datetime.timedelta(days=3))
    stamped = signing.sign(letter, key, DETAILS, timestamp=stamps.address)

    assert codes_by_signature(signing.signatures_of(stamped, [authority.trusted], revocations=[revoked])) == [[]]
    assert codes_by_signature(
        signing.signatures_of(signing.sign(letter, key, DETAILS), [authority.trusted], revocations=[revoked])
    ) == [["revoked-certificate"]]


def test_a_time_stamp_by_an_untrusted_authority_proves_nothing(
    letter: bytes, stranger: Authority, authority: Authority, key_of: KeyOf, stamps: LocalTimestampServer
) -> None:
    """The report then gives only the signer's own time."""
    signed = signing.sign(letter, key_of(stranger.director), DETAILS, timestamp=stamps.address)

    [report] = signing.signatures_of(signed, [stranger.trusted])

    assert (report.stamped, report.claimed, report.problems) == (None, NOW, ())
    assert report.remarks[0].startswith("the time-stamp proves nothing: the certificate of Example Time does not lead")


def test_a_certificate_that_expired_since_is_reported(signed: bytes, authority: Authority) -> None:
    """Years later a remark says so. It is not a problem, because the certificate was valid when it was used."""
    [report] = signing.signatures_of(signed, [authority.trusted], now=NOW + 2 * YEARS)

    assert report.problems == ()
    assert "has expired since" in report.remarks[0]


def test_a_signature_with_a_future_time_is_reported(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """The signer's time cannot be right if it is in the future."""
    signed = signing.sign(letter, key_of(authority.director), Signing(NOW + YEARS / 5))

    assert codes_by_signature(signing.signatures_of(signed, [authority.trusted], now=NOW)) == [["future-signature"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/ByteRange [0", b"/ByteRange [9"),
        (b"/ByteRange", b"/BiteRange"),
        (b"/Contents <3082", b"/Contents <0000"),
        (b"/Contents <3082", b"/Contents <zzzz"),
        (b"/FT /Sig", b"/FT /Sgg"),
        (b"/V ", b"/W "),
        (b"/Fields [", b"/Fields <"),
        (b"/Fields", b"/Feelds"),
        (b"/Type /Sig\n", b"/Type /Sog\n"),
        (b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /ETSI.CAdES.datached"),
    ],
)
def test_a_broken_signature_gives_a_problem_and_no_traceback(old: bytes, new: bytes, signed: bytes) -> None:
    """However a signature is broken, it is not found valid."""
    assert old in signed

    try:
        reports = signing.signatures_of(signed.replace(old, new), file="letter.pdf")
    except SigningError as error:
        assert error.problems[0].where.file == "letter.pdf"
        return
    assert not reports or reports[0].problems


def test_files_that_are_not_certificates_or_lists_are_reported(signed: bytes) -> None:
    """Text is neither a trusted certificate nor a revocation list."""
    with pytest.raises(SigningError) as caught:
        signing.signatures_of(signed, [b"text"])
    assert codes(caught) == ["not-a-certificate"]
    with pytest.raises(SigningError) as caught:
        signing.signatures_of(signed, revocations=[b"text"])
    assert codes(caught) == ["not-a-list"]
