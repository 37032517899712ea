"""Puts a signature into a PDF, as an update behind its old bytes (ISO 32000-1, 12.8; ETSI EN 319 142-1)."""

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

from circulars.errors import CircularsError, Place, Problem, SigningError
from circulars.signing.keys import Key, check_key
from circulars.signing.opening import entries, entry, opened
from circulars.signing.stamps import StampServer
from circulars.signing.values import Signing
from circulars.signing.verdicts import verdicts
from circulars.signing.widget import show

_STAMP = 8_192
"""How many bytes are kept free for a time-stamp; those of public servers have 3 to 7 thousand."""

# No widget may be outside the structure tree (ISO 14289-1, 7.18.1), but one that is outside the page; and none may be
# hidden (ISO 19005-3, 6.3.2).
_INVISIBLE = InvisSigSettings(box_out_of_bounds=True)


def sealed(
    data: bytes, key: Key, signing: Signing, timestamp: str, proxies: Mapping[str, str], file: str = ""
) -> bytes:
    """The PDF with one more signature. It is read back before it is given away.

    Raises:
        SigningError, UsageError: as :func:`circulars.signing.sign` says.
    """
    server = StampServer(timestamp, proxies) if timestamp else None
    check_key(key, signing.moment)
    try:
        signed = _sealed(data, key, signing, server, file)
        last = verdicts(signed, (), (), None, file)[-1]
    except CircularsError:
        raise
    except Exception as error:  # a broken PDF has no end of ways to be broken
        fact = f"the PDF cannot be signed: {type(error).__name__}"
        raise SigningError(Problem(Place(file), "cannot-sign", fact, "build or export it again")) from error
    if last.problems:
        raise SigningError(*last.problems)
    return signed


def _sealed(data: bytes, key: Key, signing: Signing, server: StampServer | None, file: str) -> bytes:
    reader = opened(data, file)
    _check_locks(reader, bool(signing.block), file)
    room = _room(key, server)
    while True:
        try:
            return _written(reader, data, key, signing, server, room)
        except _NoRoomError as error:
            room = error.args[0]


class _NoRoomError(Exception):
    """The signature is longer than the room that was kept for it; the argument is the room that it needs."""


class _Update(IncrementalPdfFileWriter):
    """An update that leaves the title, the dates and the XMP as they are: all that the file says of itself stays true.

    pyHanko would write today's date and its own name into both.
    """

    def __init__(self, reader: PdfFileReader, data: bytes, moment: str) -> None:
        super().__init__(io.BytesIO(data), prev=reader)
        # Not by chance: the same input makes the same bytes.
        version = hashlib.sha256(data + moment.encode()).digest()[:16]
        self._document_id[1] = generic.ByteStringObject(version)

    def _update_meta(self) -> None:
        pass


def _written(
    reader: PdfFileReader, data: bytes, key: Key, signing: Signing, server: StampServer | None, room: int
) -> bytes:
    writer = _Update(PdfFileReader(io.BytesIO(data)), data, signing.moment.isoformat())
    name = _free_name(reader)
    block = signing.block
    box = block.spot.box if block else None
    spec = SigFieldSpec(
        name,
        on_page=block.spot.page if block else 0,
        box=(box.left, box.bottom, box.right, box.top) if box else None,  # type: ignore[arg-type]  # floats serve
        invis_sig_settings=_INVISIBLE,
    )
    steps: Any = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, writer)
    field = next(steps)
    writer.register_extension(ESIC_EXTENSION_1)
    if block:
        show(writer, field, block)
    steps.send(
        SigObjSetup(
            SignatureObject(
                timestamp=signing.moment,
                subfilter=SigSeedSubFilter.PADES,
                name=signing.name or None,
                location=signing.location or None,
                reason=signing.reason or None,
                bytes_reserved=2 * room,
            )
        )
    )
    algorithm = _algorithm(key)
    prepared, output = steps.send(SigIOSetup(md_algorithm=algorithm))
    signature = _cms(key, prepared.document_digest, algorithm, server)
    if len(signature) > room:
        raise _NoRoomError(len(signature) + 512)
    steps.send(signature)
    signed: bytes = output.getvalue()
    return signed


def _algorithm(key: Key) -> str:
    certificate = key.signer.signing_cert
    assert certificate is not None
    return str(select_suitable_signing_md(certificate.public_key))


def _cms(key: Key, digest: bytes, algorithm: str, server: StampServer | None, dry: bool = False) -> bytes:
    made: cms.ContentInfo = asyncio.run(
        key.signer.async_sign(digest, algorithm, dry_run=dry, use_pades=True, timestamper=server)
    )
    encoded: bytes = made.dump()
    return encoded


def _room(key: Key, server: StampServer | None) -> int:
    """How many bytes to keep free for the signature: as many as one of nothing has, and some for chance."""
    algorithm = _algorithm(key)
    digest = hashlib.new(algorithm).digest()
    return len(_cms(key, digest, algorithm, None, dry=True)) + 256 + (_STAMP if server else 0)


def _free_name(reader: PdfFileReader) -> str:
    """A name for the field that no other one has: "Signature1", "Signature2", …"""
    fields = entries(reader.root, "/AcroForm", "/Fields")
    taken = {str(entry(field.get_object(), "/T")) for field in fields}
    return next(name for number in range(1, len(taken) + 2) if (name := f"Signature{number}") not in taken)


def _check_locks(reader: PdfFileReader, visible: bool, file: str) -> None:
    """Nothing, when the signatures that are there allow another one (ISO 32000-1, 12.8.2.2)."""
    certified = read_certification_data(reader)
    locked = certified is not None and certified.permission == MDPPerm.NO_CHANGES
    for _, _, field in enumerate_sig_fields(reader, filled_status=True):
        locked = locked or entry(field.get_object(), "/Lock", "/P") == MDPPerm.NO_CHANGES.value
    if locked:
        fact = "who signed the PDF before has forbidden every change, also another signature"
        raise SigningError(Problem(Place(file), "locked-pdf", fact, "ask for a file that others may sign, too"))
    if certified is not None and visible:
        fact = "who certified the PDF has forbidden that anything be added to its pages"
        raise SigningError(Problem(Place(file), "locked-pdf", fact, "sign it without --visible"))
