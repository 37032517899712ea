"""Updates of built and signed PDFs: signatures and their validation data are allowed, all else is reported."""

from __future__ import annotations

import asyncio
import datetime
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pikepdf
import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from circulars import signing
from circulars.errors import SigningError
from circulars.signing import Block, Box, Placement
from circulars.signing.keys import Key
from circulars.signing.updates import updates_after
from circulars.signing.widget import add_appearance
from signing.attacks import ATTACKS, appended, numbers_of, stream, value_of, with_entry
from signing.authority import NOW, Authority
from signing.samples import DETAILS, KeyOf, codes_by_signature
from signing.test_block import visible
from signing.test_validation import signed_elsewhere
from signing.timestamp_server import stamper


@pytest.fixture(scope="module")
def made(letters: dict[str, bytes]) -> bytes:
    """A letter of two pages, as it was built."""
    return letters["tsb-circular-213"]


@pytest.fixture(scope="module")
def signed(made: bytes, authority: Authority, key_of: KeyOf) -> bytes:
    """The letter, signed once."""
    return signing.sign(made, key_of(authority.director), DETAILS)


def changes(data: bytes, start: int) -> list[str]:
    """All changes after the first bytes of a file."""
    return [words for update in updates_after(data, start) for words in update.changes]


def faults(data: bytes) -> list[str]:
    """The codes of all problems that validation finds."""
    try:
        return [problem.code for report in signing.signatures_of(data) for problem in report.problems]
    except SigningError as error:
        return [problem.code for problem in error.problems]


@pytest.mark.parametrize("name", ATTACKS)
def test_every_update_of_a_signed_letter_is_reported(name: str, signed: bytes) -> None:
    """Whatever an update changes, the signature before it has a problem."""
    attacked = ATTACKS[name](signed)

    assert changes(attacked, len(signed))
    assert faults(attacked)


@pytest.mark.parametrize("name", ATTACKS)
def test_every_update_before_signing_is_reported(name: str, made: bytes, stranger: Authority, key_of: KeyOf) -> None:
    """A signature by anybody does not make it a part of the letter that was built."""
    attacked = ATTACKS[name](made)
    with suppress(SigningError):  # some files cannot be signed
        attacked = signing.sign(attacked, key_of(stranger.director), DETAILS)

    assert changes(attacked, len(made))


def test_an_update_of_each_object_is_reported(made: bytes, signed: bytes) -> None:
    """Each of the letter's objects is replaced by a slightly different one, after building and after signing."""
    for data in (made, signed):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            numbers = [one.objgen[0] for one in pdf.objects if isinstance(one, pikepdf.Object)]
        unnoticed = [number for number in numbers if not changes(_touched(data, number), len(data))]

        assert len(numbers) > 100
        assert unnoticed == []


def _touched(data: bytes, number: int) -> bytes:
    """The PDF with an update that adds something to an object, whatever it is."""
    body = value_of(data, number)
    if body.startswith(b"<<"):
        return appended(data, {number: with_entry(body, b"/Touched true")})
    return appended(data, {number: b"[ " + body + b" 0 ]"})


@pytest.fixture(scope="module")
def certified(made: bytes, authority: Authority, key_of: KeyOf) -> dict[MDPPerm, bytes]:
    """The letter, certified with each permission."""
    key = key_of(authority.director)
    return {one: signed_elsewhere(made, key, certify=True, docmdp_permissions=one) for one in MDPPerm}


@pytest.mark.parametrize("permission", list(MDPPerm))
@pytest.mark.parametrize("name", ["a page is replaced", "the title", "a note", "a text field", "a deleted object"])
def test_no_certification_permits_changes(name: str, permission: MDPPerm, certified: Mapping[MDPPerm, bytes]) -> None:
    """A certification may permit notes and filled-in fields, but a letter has none."""
    data = certified[permission]

    assert not faults(data)
    assert faults(ATTACKS[name](data))


@pytest.mark.parametrize(
    ("permission", "code"),
    [(MDPPerm.NO_CHANGES, "changed-later"), (MDPPerm.FILL_FORMS, None), (MDPPerm.ANNOTATE, None)],
)
def test_a_certification_decides_whether_others_may_sign(
    permission: MDPPerm, code: str | None, certified: Mapping[MDPPerm, bytes], authority: Authority, key_of: KeyOf
) -> None:
    """With the first permission, no further signature is allowed."""
    twice = signed_by_another_program(certified[permission], key_of(authority.secretary))

    assert faults(twice) == ([code] if code else [])


@pytest.mark.parametrize("permission", list(MDPPerm))
def test_a_built_letter_may_be_certified(permission: MDPPerm, made: bytes, authority: Authority, key_of: KeyOf) -> None:
    """A certification is a signature that also says what may come later; it changes nothing in the letter."""
    done = signed_by_another_program(made, key_of(authority.director), certify=permission)

    assert b"/DocMDP" in done
    assert changes(done, len(made)) == []
    assert faults(done) == []


def test_a_later_certification_by_another_person_is_a_change(
    signed: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """A certification is a file's first signature."""
    done = signed_by_another_program(signed, key_of(authority.secretary), certify=MDPPerm.ANNOTATE)

    assert changes(done, len(signed)) == ["the permissions of the file were changed"]
    assert faults(done) == ["changed-later"]


def test_a_later_certification_is_a_change(signed: bytes) -> None:
    """A certification is a file's first signature; otherwise it could forbid what the first one permits."""
    at = numbers_of(signed)
    catalog = with_entry(value_of(signed, at["catalog"]), b"/Perms << /DocMDP %d 0 R >>" % (at["next"] - 2))

    assert changes(appended(signed, {at["catalog"]: catalog}), len(signed)) == [
        "the permissions of the file were changed"
    ]


def test_a_certification_that_is_no_object_of_its_own_is_a_change(signed: bytes) -> None:
    """A dictionary where a reference to a signature belongs is reported like any other change."""
    at = numbers_of(signed)
    catalog = with_entry(value_of(signed, at["catalog"]), b"/Perms << /DocMDP << /Type /Sig >> >>")

    attacked = appended(signed, {at["catalog"]: catalog})

    assert changes(attacked, len(signed)) == ["the permissions of the file were changed"]
    assert faults(attacked) == ["changed-later"]


def test_annotations_and_tags_may_be_without_objects_of_their_own(
    made: bytes, authority: Authority, key_of: KeyOf
) -> None:
    """Other programs write annotations and marked content into their lists; such a file may be signed twice."""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        last, tags = pdf.pages[1].obj.objgen[0], pdf.Root.StructTreeRoot.K.objgen[0]
    page, element = value_of(made, last), value_of(made, tags)
    link = b"/Annots [ << /Type /Annot /Subtype /Link /Rect [9 9 20 20] /F 4 >>"
    content = b"/K [ << /Type /MCR /Pg %d 0 R /MCID 999 >>" % last
    other = appended(made, {last: page.replace(b"/Annots [", link, 1), tags: element.replace(b"/K [", content, 1)})
    assert link in other
    assert content in other

    once = signing.sign(other, key_of(authority.director), DETAILS)
    twice = signing.sign(once, key_of(authority.secretary), visible(signing.find_spot(once, 75, 18)))

    assert codes_by_signature(signing.signatures_of(twice)) == [[], []]


class Unchanged(IncrementalPdfFileWriter):
    """Leaves the document information and the metadata as they are."""

    def _update_meta(self) -> None:
        pass


def signed_by_another_program(
    data: bytes,
    key: Key,
    name: str = "Elsewhere2",
    box: Box | None = None,
    drawing: bytes = b"",
    certify: MDPPerm | None = None,
) -> bytes:
    """The PDF with a further signature, by a program that heeds neither certifications nor what a block covers."""
    writer = Unchanged(io.BytesIO(data))
    sides = (box.left, box.bottom, box.right, box.top) if box else None
    settings = InvisSigSettings(box_out_of_bounds=True)
    spec = SigFieldSpec(name, box=sides, invis_sig_settings=settings)  # type: ignore[arg-type]  # floats, too
    steps: Any = PdfCMSEmbedder(spec).write_cms(name, writer)
    field = next(steps)
    if box:
        add_appearance(writer, field, Block(Placement(0, box), drawing, "words", "en"))
    value = SignatureObject(timestamp=NOW, subfilter=SigSeedSubFilter.PADES, bytes_reserved=20_000)
    permission = SigMDPSetup("sha256", certify=True, docmdp_perms=certify) if certify else None
    steps.send(SigObjSetup(value, mdp_setup=permission))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    made = asyncio.run(key.signer.async_sign(prepared.document_digest, "sha256", use_pades=True))
    steps.send(made.dump())
    whole: bytes = output.getvalue()
    return whole


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """The PDF with what the writer adds."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _with_evidence(data: bytes, authority: Authority, lists: Sequence[bytes] = ()) -> bytes:
    """The PDF with data for validation, as other programs add them."""
    writer = Unchanged(io.BytesIO(data))
    chain = [authority.issuing.certificate, authority.root.certificate]
    certificates = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in chain]
    crls = [asn1_crl.CertificateList.load(pem.unarmor(one)[2]) for one in lists]
    DocumentSecurityStore.supply_dss_in_writer(writer, b"any signature", certs=certificates, crls=crls)
    return written(writer)


def test_data_for_validation_and_time_stamps_may_be_added(signed: bytes, authority: Authority, key_of: KeyOf) -> None:
    """Years later, certificates and revocation lists are added, and a time-stamp of the whole file, again and again."""
    data = signed
    for day in (NOW, NOW + datetime.timedelta(days=1)):
        data = _with_evidence(data, authority, [authority.revoking(authority.cipher, day)])
        stamping = PdfTimeStamper(stamper(authority.stamper), field_name=f"Stamp{day.day}")
        data = asyncio.run(stamping.async_timestamp_pdf(Unchanged(io.BytesIO(data)), "sha256")).getvalue()

    reports = signing.signatures_of(data, [authority.trusted])
    assert codes_by_signature(reports) == [[], [], []]
    assert reports[0].remarks[0] == ("added later: 2 time-stamps, data for validation; everything else is unchanged")
    assert [update.evidence for update in updates_after(data, len(signed))] == [True, False, True, False]


def test_data_for_validation_of_no_signature_are_reported(made: bytes, authority: Authority) -> None:
    """A letter that nobody has signed needs none."""
    assert changes(_with_evidence(made, authority), len(made))


@pytest.mark.parametrize(
    "store",
    [
        b"<< /Certs [ %d 0 R ] >>",
        b"<< /Certs [ << >> ] >>",
        b"<< /Pages [] >>",
        b"<< /VRI << /A << /Kids [] >> >> >>",
        b"[]",
    ],
)
def test_only_validation_data_are_taken_for_such(store: bytes, signed: bytes) -> None:
    """A stream of other bytes, and other entries, are changes."""
    at = numbers_of(signed)
    store = store.replace(b"%d", b"%d" % at["next"])
    catalog = with_entry(value_of(signed, at["catalog"]), b"/DSS " + store)

    assert changes(appended(signed, {at["catalog"]: catalog, at["next"]: stream(b"\x30\x82 hidden")}), len(signed))


def test_an_empty_signature_field_may_be_signed(letters: dict[str, bytes], authority: Authority, key_of: KeyOf) -> None:
    """A form with two fields is signed by two persons, the second after the first."""
    writer = Unchanged(io.BytesIO(letters["tsb-circular-213"]))
    for name in ("First", "Second"):
        append_signature_field(writer, SigFieldSpec(name, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True)))
    form = written(writer)

    once = signed_by_another_program(form, key_of(authority.director), "First")
    twice = signed_by_another_program(once, key_of(authority.secretary), "Second")

    assert codes_by_signature(signing.signatures_of(twice, [authority.trusted])) == [[], []]
    assert len(changes(form, len(letters["tsb-circular-213"]))) > 1
