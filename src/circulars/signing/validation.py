"""Validates the signatures in a PDF (ISO 32000-1, 12.8; ETSI EN 319 102-1; RFC 5652)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import parser, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from circulars.errors import Choice, Place, Problem
from circulars.signing.keys import MINIMUM_RSA_BITS, name_of
from circulars.signing.opening import entry, open_pdf
from circulars.signing.permitted import text_of
from circulars.signing.timestamps import WEAK_DIGESTS, TimeStamp, read_time_stamp, time_stamp_of
from circulars.signing.trust import SIGN_AGAIN, TrustStore, check_certificate, trust_store_of
from circulars.signing.updates import Update, updates_after
from circulars.signing.values import SignatureReport, Trust

_ASK_FOR_ORIGINAL = "ask the signer for the file as it was signed"
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
        "signature", "", _UNKNOWN, problems=(Problem(place, "changed-later", fact, _ASK_FOR_ORIGINAL),)
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
        return _Validation(signature, updates, store, now, place).report()
    except Exception:  # a signature can be broken in countless ways
        return _unreadable(name, place)


def _unreadable(name: str, place: Place) -> SignatureReport:
    fact = f"the signature '{name}' cannot be read" if name else "the file's signatures cannot be read"
    problem = Problem(place, "unreadable-signature", fact, _ASK_FOR_ORIGINAL)
    return SignatureReport("signature", name, _UNKNOWN, problems=(problem,))


@dataclass(slots=True)
class _Validation:
    """Validates one signature; each step adds the problems and remarks that it finds."""

    signature: EmbeddedPdfSignature
    updates: Sequence[Update]
    store: TrustStore
    now: datetime | None
    place: Place
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    applied: set[int] = field(default_factory=set)

    def report(self) -> SignatureReport:
        signature, dictionary = self.signature, self.signature.sig_object
        is_stamp = signature.sig_object_type == "/DocTimeStamp"
        certificates = extract_certs_for_validation(signature.signed_data)
        certificate, others = certificates.signer_cert, tuple(certificates.other_certs)
        self._check_bytes(certificate, is_stamp)
        self._check_strength(certificate)
        self._check_changes()
        stamp = self._valid_time_stamp(is_stamp)
        claimed = signature.self_reported_timestamp
        trust = self._check_trust(certificate, others, stamp, claimed, is_stamp)
        return SignatureReport(
            "time-stamp" if is_stamp else "signature",
            signature.field_name,
            name_of(certificate),
            certificate.subject.human_friendly,
            certificate.issuer.human_friendly,
            _utc(claimed),
            _utc(stamp.moment) if stamp else None,
            stamp.authority if stamp else "",
            str(entry(dictionary, "/Reason") or ""),
            str(entry(dictionary, "/Location") or ""),
            signature.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            trust,
            tuple(self.remarks),
            tuple(sorted(set(self.problems))),
            certificate.dump(),
            frozenset(self.applied),
        )

    def _add(self, code: str, fact: str, hint: str = _ASK_FOR_ORIGINAL, choices: tuple[Choice, ...] = ()) -> None:
        self.problems.append(Problem(self.place, code, fact, hint, choices))

    def _check_bytes(self, certificate: x509.Certificate, is_stamp: bool) -> None:
        """Checks that the signed bytes are unchanged, and that the certificate's key signed them."""
        signature = self.signature
        if is_stamp:
            return  # ``_valid_time_stamp`` checks this for time-stamps
        digest = signature.compute_digest()
        try:
            intact, valid = validate_sig_integrity(signature.signer_info, certificate, "data", digest)
        except SignatureValidationError as error:
            self._add("wrong-signature", f"the signature does not follow the standard: {error.failure_message}")
            return
        if not valid:
            self._add("forged-signature", f"the signature was not made with the key of {name_of(certificate)}")
        elif not intact:
            self._add("changed-bytes", "the file has been changed since it was signed")

    def _check_strength(self, certificate: x509.Certificate) -> None:
        digest = self.signature.md_algorithm
        if digest in WEAK_DIGESTS:
            fact = f"the signature uses {digest.upper()}, which is not secure: another file can have the same digest"
            self._add("weak-digest", fact, SIGN_AGAIN)
        public = certificate.public_key
        if public.algorithm == "rsa" and public.bit_size < MINIMUM_RSA_BITS:
            fact = f"the key of {name_of(certificate)} has only {public.bit_size} bits, which is not secure"
            self._add("weak-key", fact, SIGN_AGAIN)

    def _check_changes(self) -> None:
        """Checks that the signature covers all it should, and that later changes to the file are allowed."""
        signature = self.signature
        if not _leaves_out_only_itself(signature) or signature.coverage in (
            SignatureCoverageLevel.UNCLEAR,
            SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START,
        ):
            self._add("gap", "the signature leaves out a part of the file, which anybody may have changed")
            return
        contents = signature.pkcs7_content
        if contents[parser.peek(contents) :].strip(b"\0"):
            self._add("hidden-bytes", "unsigned bytes are hidden in the space for the signature")
        end = _signed_end(signature)
        later = [one for one in self.updates if one.end > end]
        changes = [words for one in later for words in (*one.changes, *self._forbidden(one))]
        if changes and later[0].stray:
            count = later[0].end - end
            self._add("added-bytes", f"the signed file is followed by {count} unsigned bytes: {changes[0]}")
        elif changes:
            fact = f"the file was changed after this signature, which covers only the first {end} bytes"
            self._add("changed-later", f"{fact}: {'; '.join(changes)}")
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

    def _valid_time_stamp(self, is_stamp: bool) -> TimeStamp | None:
        """The time-stamp, if it is valid."""
        signature = self.signature
        try:
            stamp = (
                read_time_stamp(signature.signed_data, signature.compute_digest)
                if is_stamp
                else time_stamp_of(signature.signer_info)
            )
        except (ValueError, KeyError, TypeError, SignatureValidationError):
            self._add("broken-time-stamp", "the time-stamp cannot be read", SIGN_AGAIN)
            return None
        if stamp is None:
            return None
        for fault in stamp.faults:
            self._add(*fault)
        if stamp.faults:
            return None
        if is_stamp:
            return stamp
        checked = check_certificate(
            stamp.certificate, stamp.others, self.store, stamp.moment, True, usage="time_stamping", now=self.now
        )
        self.applied |= checked.applied
        if not checked.faults:
            if checked.trust == "unknown":
                self.remarks.append("the time-stamp's authority was not checked: no trusted certificates were given")
            return stamp
        for code, fact, *_ in checked.faults:
            self.remarks.append(f"the time-stamp proves nothing: {fact} ({code})")
        return None

    def _check_trust(
        self,
        certificate: x509.Certificate,
        others: tuple[x509.Certificate, ...],
        stamp: TimeStamp | None,
        claimed: datetime | None,
        is_stamp: bool,
    ) -> Trust:
        moment = _utc(stamp.moment if stamp else claimed) or self.now
        if moment is None:
            self.remarks.append("the file does not say when it was signed, so the certificate was not checked")
            return "unknown"
        usage = "time_stamping" if is_stamp else ""
        proven = stamp is not None
        checked = check_certificate(certificate, others, self.store, moment, proven, usage, self.now)
        self.applied |= checked.applied
        for fault in checked.faults:
            self._add(*fault)
        if checked.trust == "unknown":
            self.remarks.append("the signer's certificate was not checked: no trusted certificates were given")
        expired = certificate.not_valid_after
        if self.now and self.now > expired and stamp is None and moment <= expired:
            since = f"the certificate has expired since, on {expired:%Y-%m-%d}"
            self.remarks.append(f"{since}; no time-stamp proves that it was used before then")
        if self.now and moment > self.now + timedelta(minutes=5):
            self._add("future-signature", "the time of the signature is in the future")
        return checked.trust


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


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
