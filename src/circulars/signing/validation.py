"""Validates the signatures in a PDF (ISO 32000-1, 12.8; ETSI EN 319 102-1; RFC 5652)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import parser, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from circulars.errors import Choice, Place, Problem
from circulars.signing.keys import MINIMUM_RSA_BITS, name_of
from circulars.signing.opening import entries, entry, open_pdf
from circulars.signing.timestamps import WEAK_DIGESTS, TimeStamp, read_time_stamp, time_stamp_of
from circulars.signing.trust import SIGN_AGAIN, TrustStore, check_certificate, trust_store_of
from circulars.signing.updates import POLICY
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
    return tuple(_report(reader, name, reference, store, now, Place(file)) for _, name, reference in fields)


def _revision(reader: PdfFileReader, value: Any) -> int:
    reference = getattr(value, "reference", None) or value.get_object().container_ref
    return int(reader.xrefs.get_last_change(reference))


def _report(
    reader: PdfFileReader, name: str, reference: Any, store: TrustStore, now: datetime | None, place: Place
) -> SignatureReport:
    try:
        signature = EmbeddedPdfSignature(reader, reference.get_object(), name)
        return _Validation(signature, store, now, place).report()
    except Exception:  # so can a signature
        return _unreadable(name, place)


def _unreadable(name: str, place: Place) -> SignatureReport:
    fact = f"the signature '{name}' cannot be read" if name else "the file's signatures cannot be read"
    problem = Problem(place, "unreadable-signature", fact, _ASK_FOR_ORIGINAL)
    return SignatureReport("signature", name, _UNKNOWN, problems=(problem,))


@dataclass(slots=True)
class _Validation:
    """Validates one signature; each step adds the problems and remarks that it finds."""

    signature: EmbeddedPdfSignature
    store: TrustStore
    now: datetime | None
    place: Place
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

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
        signature.compute_integrity_info(POLICY)
        if not self._leaves_out_only_itself() or signature.coverage in (
            SignatureCoverageLevel.UNCLEAR,
            SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START,
        ):
            self._add("gap", "the signature leaves out a part of the file, which anybody may have changed")
            return
        contents = signature.pkcs7_content
        if contents[parser.peek(contents) :].strip(b"\0"):
            self._add("hidden-bytes", "unsigned bytes are hidden in the space for the signature")
        if signature.coverage == SignatureCoverageLevel.ENTIRE_FILE:
            return
        later = signature.reader.xrefs.total_revisions - 1 - signature.signed_revision
        change, end = signature.diff_result, self._signed_end()
        if not later:
            if count := self._bytes_after(end):
                self._add("added-bytes", f"the signed file is followed by {count} unsigned bytes")
            return
        if not isinstance(change, DiffResult) or not self._is_allowed(change):
            fact = f"the file was changed after this signature, which covers only the first {end} bytes"
            self._add("changed-later", fact)
            return
        self.remarks.append(self._change_in_words(change))

    def _leaves_out_only_itself(self) -> bool:
        """Whether the two signed ranges leave out the signature itself and nothing else."""
        first, length, start, _ = (int(number) for number in self.signature.byte_range)
        stream = self.signature.reader.stream
        stream.seek(length)
        gap = stream.read(max(start - length, 0))
        return first == 0 and gap[:1] == b"<" and gap[-1:] == b">" and not set(gap[1:-1]) - _HEXADECIMAL

    def _signed_end(self) -> int:
        """Where the signed part of the file ends, in bytes from the beginning."""
        _, _, start, length = (int(number) for number in self.signature.byte_range)
        return start + length

    def _bytes_after(self, end: int) -> int:
        """How many bytes follow the signed ones, not counting white space at either end."""
        stream = self.signature.reader.stream
        stream.seek(end)
        return len(stream.read().strip())

    def _is_allowed(self, change: DiffResult) -> bool:
        """Whether the signature permits such a change (ISO 32000-1, 12.8.2.2)."""
        permitted = self.signature.docmdp_level
        level = change.modification_level
        return level != ModificationLevel.OTHER and (permitted is None or level.value <= permitted.value)

    def _change_in_words(self, change: DiffResult) -> str:
        """A remark on a harmless change."""
        reader, own = self.signature.reader, self.signature.signed_revision
        signed = [
            (str(name), field.get_object())
            for name, value, field in enumerate_sig_fields(reader, filled_status=True)
            if _revision(reader, value) > own
        ]
        filled = set(change.changed_form_fields) - {name for name, _ in signed}
        visible = sum(1 for _, widget in signed if _is_visible(widget))
        words = "added later: "
        words += f"{len(signed)} more signature{'s' * (len(signed) != 1)}" if signed else "data for validation"
        if visible:
            words += " (visible)" if visible == len(signed) else f" ({visible} of them visible)"
        if filled:
            words += "; form fields filled in later: " + ", ".join(sorted(filled))
        return words + "; everything else is unchanged"

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
        trust, faults = check_certificate(
            stamp.certificate, stamp.others, self.store, stamp.moment, True, usage="time_stamping"
        )
        if not faults:
            if trust == "unknown":
                self.remarks.append("the time-stamp's authority was not checked: no trusted certificates were given")
            return stamp
        for code, fact, *_ in faults:
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
        trust, faults = check_certificate(certificate, others, self.store, moment, stamp is not None, usage)
        for fault in faults:
            self._add(*fault)
        if trust == "unknown":
            self.remarks.append("the signer's certificate was not checked: no trusted certificates were given")
        expired = certificate.not_valid_after
        if self.now and self.now > expired and stamp is None and moment <= expired:
            since = f"the certificate has expired since, on {expired:%Y-%m-%d}"
            self.remarks.append(f"{since}; no time-stamp proves that it was used before then")
        if self.now and moment > self.now + timedelta(minutes=5):
            self._add("future-signature", "the time of the signature is in the future")
        return trust


_HEXADECIMAL = set(b"0123456789abcdefABCDEF")


def _is_visible(widget: Any) -> bool:
    sides = [float(side) for side in entries(widget, "/Rect")]
    return len(sides) == 4 and sides[0] != sides[2] and sides[1] != sides[3]


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
