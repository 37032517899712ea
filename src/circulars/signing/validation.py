"""Validates the signatures in a PDF (ISO 32000-1, 12.8; ETSI EN 319 102-1; RFC 5652)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import parser
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from circulars.errors import Place, Problem
from circulars.signing.cms import ASK_FOR_ORIGINAL, CmsValidation
from circulars.signing.opening import entry, open_pdf
from circulars.signing.permitted import text_of
from circulars.signing.timestamps import TimeStamp, read_time_stamp
from circulars.signing.trust import SIGN_AGAIN, TrustStore, trust_store_of
from circulars.signing.updates import Update, updates_after
from circulars.signing.values import SignatureReport

_UNKNOWN = "an unknown signer"


def validate_signatures(
    data: bytes, trusted: Sequence[bytes], revocations: Sequence[bytes], now: datetime | None, file: str
) -> tuple[SignatureReport, ...]:
    """A report on each signature, the oldest first.

    Raises:
        SigningError: see :func:`circulars.signing.signatures_of`.
    """
    reader = open_pdf(data, file)
    store = trust_store_of(trusted, revocations, reader)
    fields: list[tuple[int, str, Any]] = []
    try:
        for name, value, reference in enumerate_sig_fields(reader, filled_status=True):
            fields.append((_revision(reader, value), str(name), reference))
    except Exception:  # a form can be broken in countless ways, sometimes on purpose
        return (_unreadable("", Place(file)),)
    fields.sort(key=lambda one: one[:2])
    signatures = [(name, _signature(reader, name, reference)) for _, name, reference in fields]
    ends = [_signed_end(one) for _, one in signatures if one and _leaves_out_only_itself(one)]
    updates = updates_after(data, min(ends)) if ends else ()
    reports = [_report(name, one, updates, store, now, Place(file)) for name, one in signatures]
    known = [[int(number) for number in one.byte_range] for _, one in signatures if one]
    removed = _removed_ends(data, known) if len(known) == len(signatures) else ()
    return (*reports, *(_removed(end, Place(file)) for end in removed))


def _removed_ends(data: bytes, known: Sequence[Sequence[int]]) -> Iterator[int]:
    """Where the bytes end that a signature covers which the file contains, but which no field has any more."""
    for found in _BYTE_RANGE.finditer(data):
        first, length, start, rest = numbers = [int(number) for number in found.groups()]
        gap = data[length:start]
        if numbers not in known and first == 0 and gap[:1] == b"<" and gap[-1:] == b">" and start + rest <= len(data):
            yield start + rest


def _removed(end: int, place: Place) -> SignatureReport:
    fact = f"a signature that covers the first {end} bytes was removed from the file later"
    return SignatureReport(
        "signature", "", _UNKNOWN, problems=(Problem(place, "changed-later", fact, ASK_FOR_ORIGINAL),)
    )


def _revision(reader: PdfFileReader, value: Any) -> int:
    reference = getattr(value, "reference", None) or value.get_object().container_ref
    return int(reader.xrefs.get_last_change(reference))


def _signature(reader: PdfFileReader, name: str, reference: Any) -> EmbeddedPdfSignature | None:
    try:
        signature = EmbeddedPdfSignature(reader, reference.get_object(), name)
        signature.compute_integrity_info(skip_diff=True)
        _signed_end(signature)
        return signature
    except Exception:  # a signature can be broken in countless ways
        return None


def _signed_end(signature: EmbeddedPdfSignature) -> int:
    """Where the signed part of the file ends, in bytes from the beginning."""
    _, _, start, length = (int(number) for number in signature.byte_range)
    return start + length


def _leaves_out_only_itself(signature: EmbeddedPdfSignature) -> bool:
    """Whether the two signed ranges leave out the signature itself and nothing else."""
    first, length, start, _ = (int(number) for number in signature.byte_range)
    stream = signature.reader.stream
    stream.seek(length)
    gap = stream.read(max(start - length, 0))
    return first == 0 and gap[:1] == b"<" and gap[-1:] == b">" and not set(gap[1:-1]) - _HEXADECIMAL


def _report(
    name: str,
    signature: EmbeddedPdfSignature | None,
    updates: Sequence[Update],
    store: TrustStore,
    now: datetime | None,
    place: Place,
) -> SignatureReport:
    if signature is None:
        return _unreadable(name, place)
    try:
        return _Validation(signature, store, now, place, updates=updates).report()
    except Exception:  # a signature can be broken in countless ways
        return _unreadable(name, place)


def _unreadable(name: str, place: Place) -> SignatureReport:
    fact = f"the signature '{name}' cannot be read" if name else "the file's signatures cannot be read"
    problem = Problem(place, "unreadable-signature", fact, ASK_FOR_ORIGINAL)
    return SignatureReport("signature", name, _UNKNOWN, problems=(problem,))


@dataclass(slots=True)
class _Validation(CmsValidation):
    """Validates one signature of a PDF."""

    signature: EmbeddedPdfSignature
    updates: Sequence[Update] = ()

    def report(self) -> SignatureReport:
        signature, dictionary = self.signature, self.signature.sig_object
        is_stamp = signature.sig_object_type == "/DocTimeStamp"
        certificates = extract_certs_for_validation(signature.signed_data)
        certificate, others = certificates.signer_cert, tuple(certificates.other_certs)
        if not is_stamp:  # ``_stamp_of`` checks the bytes of time-stamps
            self.check_bytes(certificate)
        self.check_strength(certificate)
        self._check_changes()
        stamp = self._stamp_of_file() if is_stamp else self.valid_time_stamp()
        claimed = signature.self_reported_timestamp
        trust = self.check_trust(certificate, others, stamp, claimed, is_stamp=is_stamp)
        report = self.reported("time-stamp" if is_stamp else "signature", certificate, claimed, stamp, trust)
        return replace(
            report,
            field=signature.field_name,
            reason=str(entry(dictionary, "/Reason") or ""),
            location=str(entry(dictionary, "/Location") or ""),
            whole=signature.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        )

    def _check_changes(self) -> None:
        """Checks that the signature covers all it should, and that later changes to the file are allowed."""
        signature = self.signature
        if not _leaves_out_only_itself(signature) or signature.coverage in (
            SignatureCoverageLevel.UNCLEAR,
            SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START,
        ):
            self.add_problem("gap", "the signature leaves out a part of the file, which anybody may have changed")
            return
        contents = signature.pkcs7_content
        if contents[parser.peek(contents) :].strip(b"\0"):
            self.add_problem("hidden-bytes", "unsigned bytes are hidden in the space for the signature")
        end = _signed_end(signature)
        later = [one for one in self.updates if one.end > end]
        changes = [words for one in later for words in (*one.changes, *self._forbidden(one))]
        if changes and later[0].stray:
            count = later[0].end - end
            self.add_problem("added-bytes", f"the signed file is followed by {count} unsigned bytes: {changes[0]}")
        elif changes:
            fact = f"the file was changed after this signature, which covers only the first {end} bytes"
            self.add_problem("changed-later", f"{fact}: {'; '.join(changes)}")
        elif later:
            self.remarks.append(_in_words(later))

    def _forbidden(self, update: Update) -> Iterator[str]:
        """What an update adds although this signature does not permit it (ISO 32000-1, 12.8.2.2 and 12.8.2.4)."""
        permitted, locked = self.signature.docmdp_level, self.signature.fieldmdp
        persons = [one for one in update.signatures if not one.is_stamp]
        if permitted == MDPPerm.NO_CHANGES and persons:
            yield "another signature, which this one forbids"
        elif permitted == MDPPerm.FILL_FORMS and update.visible:
            yield "a visible signature, which this one forbids"
        if any(one.filled and locked and locked.is_locked(text_of(one.name)) for one in update.signatures):
            yield "a signature in a field that this one locks"

    def _stamp_of_file(self) -> TimeStamp | None:
        """The time-stamp of the whole file, if it is valid."""
        try:
            stamp = read_time_stamp(self.signature.signed_data, self.signature.compute_digest)
        except (ValueError, KeyError, TypeError, SignatureValidationError):
            self.add_problem("broken-time-stamp", "the time-stamp cannot be read", SIGN_AGAIN)
            return None
        return stamp if self.is_faultless(stamp) else None


_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_HEXADECIMAL = set(b"0123456789abcdefABCDEF")


def _in_words(updates: Sequence[Update]) -> str:
    """A remark on harmless updates."""
    added = [one for update in updates for one in update.signatures]
    stamps, visible = sum(one.is_stamp for one in added), sum(update.visible for update in updates)
    pieces = []
    if signatures := len(added) - stamps:
        words = f"{signatures} more signature{'s' * (signatures != 1)}"
        if visible:
            words += " (visible)" if visible == signatures else f" ({visible} of them visible)"
        pieces.append(words)
    if stamps:
        pieces.append(f"{stamps} time-stamp{'s' * (stamps != 1)}")
    if any(update.evidence for update in updates):
        pieces.append("data for validation")
    return f"added later: {', '.join(pieces)}; everything else is unchanged"
