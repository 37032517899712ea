"""Adds a signature to a PDF as an incremental update (ISO 32000-1, 12.8; ETSI EN 319 142-1)."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Mapping
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import select_suitable_signing_md
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from circulars.errors import Choice, CircularsError, Place, Problem, SigningError
from circulars.signing.keys import Key, check_key
from circulars.signing.opening import entries, entry, open_pdf
from circulars.signing.placement import covers_something
from circulars.signing.timestamp_server import TimestampServer
from circulars.signing.validation import validate_signatures
from circulars.signing.values import Signing
from circulars.signing.widget import add_appearance

_TIME_STAMP_BYTES = 8_192
"""How many bytes are reserved for a time-stamp; those of public servers have 3,000 to 7,000."""

# A widget on the page must be in the structure tree (ISO 14289-1, 7.18.1), and no widget may be hidden
# (ISO 19005-3, 6.3.2). So the widget of an invisible signature is placed outside the page.
_INVISIBLE = InvisSigSettings(box_out_of_bounds=True)


def sign_pdf(
    data: bytes, key: Key, signing: Signing, timestamp: str, proxies: Mapping[str, str], file: str = ""
) -> bytes:
    """The PDF with one more signature, which has been validated before it is returned.

    Raises:
        SigningError, UsageError: see :func:`circulars.signing.sign`.
    """
    server = TimestampServer(timestamp, proxies) if timestamp else None
    check_key(key, signing.moment)
    try:
        signed = _sign(data, key, signing, server, file)
        last = validate_signatures(signed, (), (), None, file)[-1]
    except CircularsError:
        raise
    except Exception as error:  # a PDF can be broken in countless ways
        fact = f"the PDF cannot be signed: {type(error).__name__}"
        raise SigningError(Problem(Place(file), "cannot-sign", fact, "build or export it again")) from error
    if last.problems:
        raise SigningError(*last.problems)
    if server and not last.stamped:
        fact = last.remarks[0] if last.remarks else "the time-stamp proves nothing"
        raise SigningError(Problem(Place(server.host), "wrong-time-stamp", fact, "name another time-stamp server"))
    return signed


def _sign(data: bytes, key: Key, signing: Signing, server: TimestampServer | None, file: str) -> bytes:
    reader = open_pdf(data, file)
    _check_locks(reader, bool(signing.block), file)
    _check_spot(data, signing, file)
    size = _expected_size(key, server)
    while True:
        try:
            return _update(reader, data, key, signing, server, size)
        except _TooSmallError as error:
            size = error.args[0]


class _TooSmallError(Exception):
    """The signature is longer than the bytes reserved for it; the argument is how many it needs."""


class _Writer(IncrementalPdfFileWriter):
    """Writes an update that leaves the document information and the XMP metadata unchanged.

    pyHanko would write today's date and its own name into both.
    """

    def __init__(self, reader: PdfFileReader, data: bytes, moment: str) -> None:
        super().__init__(io.BytesIO(data), prev=reader)
        # Computed, not random, so that the same input gives the same bytes.
        version = hashlib.sha256(data + moment.encode()).digest()[:16]
        self._document_id[1] = generic.ByteStringObject(version)

    def _update_meta(self) -> None:
        pass


def _update(
    reader: PdfFileReader, data: bytes, key: Key, signing: Signing, server: TimestampServer | None, size: int
) -> bytes:
    writer = _Writer(PdfFileReader(io.BytesIO(data)), data, signing.moment.isoformat())
    name = _free_name(reader)
    block = signing.block
    box = block.spot.box if block else None
    spec = SigFieldSpec(
        name,
        on_page=block.spot.page if block else 0,
        box=(box.left, box.bottom, box.right, box.top) if box else None,  # type: ignore[arg-type]  # pyHanko accepts floats
        invis_sig_settings=_INVISIBLE,
    )
    steps: Any = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, writer)
    field = next(steps)
    writer.register_extension(ESIC_EXTENSION_1)
    if block:
        add_appearance(writer, field, block)
    steps.send(
        SigObjSetup(
            SignatureObject(
                timestamp=signing.moment,
                subfilter=SigSeedSubFilter.PADES,
                name=signing.name or None,
                location=signing.location or None,
                reason=signing.reason or None,
                bytes_reserved=2 * size,
            )
        )
    )
    algorithm = _algorithm(key)
    prepared, output = steps.send(SigIOSetup(md_algorithm=algorithm))
    signature = _cms(key, prepared.document_digest, algorithm, server)
    if len(signature) > size:
        raise _TooSmallError(len(signature) + 512)
    steps.send(signature)
    signed: bytes = output.getvalue()
    return signed


def _algorithm(key: Key) -> str:
    certificate = key.signer.signing_cert
    assert certificate is not None
    return str(select_suitable_signing_md(certificate.public_key))


def _cms(key: Key, digest: bytes, algorithm: str, server: TimestampServer | None, dry_run: bool = False) -> bytes:
    signature: cms.ContentInfo = asyncio.run(
        key.signer.async_sign(digest, algorithm, dry_run=dry_run, use_pades=True, timestamper=server)
    )
    encoded: bytes = signature.dump()
    return encoded


def _expected_size(key: Key, server: TimestampServer | None) -> int:
    """How many bytes to reserve for the signature: the size of a dry run, and a margin."""
    algorithm = _algorithm(key)
    digest = hashlib.new(algorithm).digest()
    return len(_cms(key, digest, algorithm, None, dry_run=True)) + 256 + (_TIME_STAMP_BYTES if server else 0)


def _free_name(reader: PdfFileReader) -> str:
    """A name for the new field that is not taken: "Signature1", "Signature2", …"""
    fields = entries(reader.root, "/AcroForm", "/Fields")
    taken = {str(entry(field.get_object(), "/T")) for field in fields}
    return next(name for number in range(1, len(taken) + 2) if (name := f"Signature{number}") not in taken)


def _check_spot(data: bytes, signing: Signing, file: str) -> None:
    """Checks that the block covers nothing, because validation reports a block that hides a part of the letter.

    Raises:
        SigningError: it covers something.
    """
    spot = signing.block.spot if signing.block else None
    if spot and covers_something(data, spot.page, spot.box):
        fact = f"the block of the signature would cover something on page {spot.page + 1}"
        choice = Choice("box", "put the block elsewhere: {}", "PAGE,X,Y,WIDTH,HEIGHT")
        raise SigningError(Problem(Place(file), "covered-page", fact, choices=(choice,)))


def _check_locks(reader: PdfFileReader, visible: bool, file: str) -> None:
    """Checks that the existing signatures allow another one (ISO 32000-1, 12.8.2.2).

    Raises:
        SigningError: they forbid any further signature, or a visible one.
    """
    certified = read_certification_data(reader)
    locked = certified is not None and certified.permission == MDPPerm.NO_CHANGES
    for _, _, field in enumerate_sig_fields(reader, filled_status=True):
        locked = locked or entry(field.get_object(), "/Lock", "/P") == MDPPerm.NO_CHANGES.value
    if locked:
        fact = "an earlier signature forbids all changes to the PDF, including further signatures"
        raise SigningError(Problem(Place(file), "locked-pdf", fact, "ask its signer for a file that others can sign"))
    if certified is not None and visible:
        fact = "the PDF is certified, and its certification forbids additions to its pages"
        choice = Choice("block", "sign it without {}", "BLOCK")
        raise SigningError(Problem(Place(file), "locked-pdf", fact, choices=(choice,)))
