"""What is said of a signature: who, when, whether anything was changed, and whether it can be believed."""

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
from pyhanko.sign.fields import SigSeedSubFilter

from circulars import signing
from circulars.errors import SigningError
from circulars.signing import Signing
from circulars.signing.keys import Key
from signing.authority import NOW, YEARS, Authority
from signing.said import SAID, KeyOf, codes, told
from signing.stamp_server import StampServer


def signed_elsewhere(data: bytes, key: Key, **settings: str) -> bytes:
    """The PDF as another program signs it, which asks no questions."""
    meta = signers.PdfSignatureMetadata(field_name="Elsewhere", subfilter=SigSeedSubFilter.PADES, **settings)  # type: ignore[arg-type]
    made = asyncio.run(signers.PdfSigner(meta, key.signer).async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data))))
    whole: bytes = made.getvalue()
    return whole


def room_of_signature(signed: bytes) -> tuple[int, int]:
    """Where the only signature's hexadecimal digits begin, and where they end."""
    [found] = re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{1000,})>", signed)
    return found.span(1)


def update(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The PDF with a change added behind it, as an editor saves it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def signed(authority: Authority, key_of: KeyOf, letters: dict[str, bytes]) -> bytes:
    """A letter of two pages, signed once."""
    return signing.sign(letters["tsb-circular-213"], key_of(authority.director), SAID)


def test_a_sound_signature_is_told_in_words(signed: bytes, authority: Authority) -> None:
    """Who, when, why and where; and that nobody confirms the time."""
    [report] = signing.signatures_of(signed, [authority.trusted])

    assert (report.signer, report.claimed, report.trust, report.whole, report.sound) == (
        "Max Mustermann", NOW, "trusted", True, True,
    )  # fmt: skip
    assert report.lines() == (
        "signed by Max Mustermann (Common Name: Max Mustermann, Organization: Example Union)",
        f"on {NOW:%Y-%m-%d %H:%M:%S} UTC, as the signer says; no time-stamp confirms it",
        "reason: I agree",
        "place: Geneva",
    )


def test_a_letter_that_nobody_signed_has_no_signature(letter: bytes) -> None:
    """No signature is no problem, and no report."""
    assert signing.signatures_of(letter) == ()


def flipped_unnoticed(signed: bytes, positions: Iterable[int], authority: Authority) -> list[int]:
    """The positions where one changed bit leaves a file in which everything is found in order."""
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
    """Wherever one bit of the letter is changed, the file is no more found in order."""
    start, end = room_of_signature(signed)
    positions = [*range(1000, start, 1499), start - 1, end, *range(end + 1, len(signed) - 10, 97)]

    assert len(positions) > 30
    assert flipped_unnoticed(signed, positions, authority) == []


def test_every_flipped_byte_of_what_is_signed_is_noticed(signed: bytes, authority: Authority) -> None:
    """Of the signature itself, its value and its signed attributes are proof against changes (RFC 5652, 5.4).

    The list of algorithms and the certificates that nobody needs are not: they say nothing of the letter.
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


def test_a_changed_text_is_said_to_be_changed(signed: bytes) -> None:
    """The words are those of a change, not of a broken file."""
    [report] = signing.signatures_of(signed.replace(b"<dc:title>", b"<dc:tutle>"))

    assert told((report,)) == [["changed-bytes"]]
    assert report.problems[0].message == "the file has been changed since it was signed"


def test_a_swapped_page_is_noticed(signed: bytes) -> None:
    """An update that turns the pages round leaves the signature whole, but not the letter."""

    def swap(writer: IncrementalPdfFileWriter) -> None:
        kids = writer.root["/Pages"]["/Kids"]
        kids.reverse()
        writer.update_container(kids)

    assert told(signing.signatures_of(update(signed, swap))) == [["changed-later"]]


def test_a_text_over_the_page_is_noticed(signed: bytes) -> None:
    """An update that draws something over a page is told, and how much of the file is signed."""

    def draw(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = generic.ArrayObject(
            [page.raw_get("/Contents"), writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))]
        )
        writer.update_container(page)

    [report] = signing.signatures_of(update(signed, draw))

    assert told((report,)) == [["changed-later"]]
    assert str(len(signed)) in report.problems[0].message


@pytest.mark.parametrize("what", ["structure", "words", "parents", "annotation"])
def test_what_a_signature_may_not_bring_along_is_noticed(what: str, signed: bytes) -> None:
    """Changes of the tree that screen readers follow are told, and so is a note on a page."""

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

    assert told(signing.signatures_of(update(signed, change))) == [["changed-later"]]


def test_a_change_is_noticed_behind_another_signature(signed: bytes, authority: Authority, key_of: KeyOf) -> None:
    """Who signs after a change signs what was changed; the first signature still tells."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        first = writer.root["/StructTreeRoot"]["/K"]["/K"][0]
        first["/ActualText"] = generic.pdf_string("something else")
        writer.update_container(first)

    twice = signing.sign(update(signed, change), key_of(authority.secretary), SAID)

    assert told(signing.signatures_of(twice)) == [["changed-later"], []]


def test_bytes_behind_the_file_are_noticed(signed: bytes) -> None:
    """Whatever stands behind the end was signed by nobody."""
    assert told(signing.signatures_of(signed + b"% a remark")) == [["added-bytes"]]
    assert told(signing.signatures_of(signed + b"\n")) == [[]]


def test_bytes_beside_the_signature_are_noticed(signed: bytes) -> None:
    """The room that is kept for a signature is larger than it; in what is left over nothing may hide."""
    end = signed.index(b">", signed.rindex(b"/Contents <"))
    assert signed[end - 40 : end] == b"0" * 40

    hidden = signed[: end - 40] + b"4869646465" + signed[end - 30 :]

    assert told(signing.signatures_of(hidden)) == [["hidden-bytes"]]


def test_a_second_signature_is_harmless(signed: bytes, authority: Authority, key_of: KeyOf) -> None:
    """The first one is still in order, and it is said that somebody signed later."""
    twice = signing.sign(signed, key_of(authority.secretary), SAID)

    first, second = signing.signatures_of(twice, [authority.trusted])

    assert (first.signer, first.whole, first.problems) == ("Max Mustermann", False, ())
    assert (second.signer, second.whole, second.problems) == ("Erika Mustermann", True, ())
    assert first.remarks == ("later there came 1 more signature; all else is as it was signed",)


def test_a_signature_taken_from_another_file_is_noticed(
    signed: bytes, letters: dict[str, bytes], authority: Authority, key_of: KeyOf
) -> None:
    """The signature of one letter does not fit another one."""
    other = signing.sign(letters["tsb-circular-213"] + b"\n", key_of(authority.director), SAID)

    def contents(data: bytes) -> slice:
        start = data.rindex(b"/Contents <") + 11
        return slice(start, data.index(b">", start))

    forged = bytearray(other)
    forged[contents(other)] = signed[contents(signed)]

    assert told(signing.signatures_of(bytes(forged))) == [["changed-bytes"]]


def test_a_stranger_is_not_trusted(letter: bytes, authority: Authority, stranger: Authority, key_of: KeyOf) -> None:
    """The same name in a certificate of another authority is another person."""
    signed = signing.sign(letter, key_of(stranger.director), SAID)

    [report] = signing.signatures_of(signed, [authority.trusted])

    assert (report.signer, report.trust, told((report,))) == (
        "Max Mustermann", "untrusted", [["untrusted-certificate"]],
    )  # fmt: skip
    assert "Stranger Issuing Authority" in report.problems[0].message


def test_without_anything_to_trust_it_is_said_so(signed: bytes) -> None:
    """Whether the certificate is genuine is left open, in words."""
    [report] = signing.signatures_of(signed)

    assert (report.trust, report.problems) == ("unknown", ())
    assert report.remarks == ("whether the certificate is genuine was not checked: nothing was given to trust",)


@pytest.mark.parametrize("trusting", [True, False])
@pytest.mark.parametrize(
    ("who", "code"),
    [("expired", "expired-certificate"), ("future", "early-certificate"), ("cipher", "not-for-signatures")],
)
def test_a_certificate_that_was_not_valid_is_told(
    who: str, code: str, trusting: bool, letter: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """Another program may sign with a certificate that has expired, is not yet valid, or is for something else."""
    signed = signed_elsewhere(letter, key_of(getattr(authority, who)))

    assert told(signing.signatures_of(signed, [authority.trusted] if trusting else [])) == [[code]]


def test_a_weak_digest_is_told(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """SHA-1 can be forged, whoever signs with it."""
    signed = signed_elsewhere(letter, key_of(authority.director), md_algorithm="sha1")

    assert told(signing.signatures_of(signed)) == [["weak-digest"]]


def test_a_revoked_certificate_is_told(signed: bytes, authority: Authority) -> None:
    """A list of its authority, given as a file, says that the certificate was revoked before it signed."""
    revoked = authority.revoking(authority.director, NOW - datetime.timedelta(days=3))

    for trusted in ([authority.trusted], []):
        [report] = signing.signatures_of(signed, trusted, revocations=[revoked])
        assert told((report,)) == [["revoked-certificate"]]
        assert "before it was used" in report.problems[0].message


def test_a_list_of_somebody_else_proves_nothing(signed: bytes, authority: Authority, stranger: Authority) -> None:
    """Only the authority that issued a certificate can revoke it."""
    revoked = stranger.revoking(authority.director, NOW - datetime.timedelta(days=3))

    [report] = signing.signatures_of(signed, [authority.trusted], revocations=[revoked])

    assert report.problems == ()


def test_a_time_stamp_saves_what_is_revoked_later(
    letter: bytes, authority: Authority, key_of: KeyOf, stamps: StampServer
) -> None:
    """What was signed before a revocation stays valid if a stamp proves the time, and only then."""
    key = key_of(authority.director)
    revoked = authority.revoking(authority.director, NOW + datetime.timedelta(days=3))
    stamped = signing.sign(letter, key, SAID, timestamp=stamps.address)

    assert told(signing.signatures_of(stamped, [authority.trusted], revocations=[revoked])) == [[]]
    assert told(signing.signatures_of(signing.sign(letter, key, SAID), [authority.trusted], revocations=[revoked])) == [
        ["revoked-certificate"]
    ]


def test_a_stamp_of_a_stranger_proves_nothing(
    letter: bytes, stranger: Authority, authority: Authority, key_of: KeyOf, stamps: StampServer
) -> None:
    """Where the time-stamp authority is not trusted, the time is the signer's own."""
    signed = signing.sign(letter, key_of(stranger.director), SAID, timestamp=stamps.address)

    [report] = signing.signatures_of(signed, [stranger.trusted])

    assert (report.stamped, report.claimed, report.problems) == (None, NOW, ())
    assert report.remarks[0].startswith("the time-stamp proves nothing: the certificate of Example Time does not lead")


def test_a_certificate_that_expired_since_is_told(signed: bytes, authority: Authority) -> None:
    """Years later it is said that no stamp proves the time; that is a remark, for it was valid when it was used."""
    [report] = signing.signatures_of(signed, [authority.trusted], now=NOW + 2 * YEARS)

    assert report.problems == ()
    assert "has expired since" in report.remarks[0]


def test_a_signature_of_the_future_is_told(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """A time that has not come yet is one that somebody made up."""
    signed = signing.sign(letter, key_of(authority.director), Signing(NOW + YEARS / 5))

    assert told(signing.signatures_of(signed, [authority.trusted], now=NOW)) == [["future-signature"]]


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
def test_a_broken_signature_is_no_traceback(old: bytes, new: bytes, signed: bytes) -> None:
    """Whatever is broken in a signature: it is not found in order, and nothing else happens."""
    assert old in signed

    try:
        reports = signing.signatures_of(signed.replace(old, new), file="letter.pdf")
    except SigningError as error:
        assert error.problems[0].where.file == "letter.pdf"
        return
    assert not reports or reports[0].problems


def test_what_is_no_certificate_is_told(signed: bytes) -> None:
    """Neither a text nor a letter can be trusted or believed."""
    with pytest.raises(SigningError) as caught:
        signing.signatures_of(signed, [b"text"])
    assert codes(caught) == ["not-a-certificate"]
    with pytest.raises(SigningError) as caught:
        signing.signatures_of(signed, revocations=[b"text"])
    assert codes(caught) == ["not-a-list"]
