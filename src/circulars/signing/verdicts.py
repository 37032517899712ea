"""Says what is to be thought of the signatures in a PDF (ISO 32000-1, 12.8; ETSI EN 319 102-1; RFC 5652)."""

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

from circulars.errors import Place, Problem
from circulars.signing.keys import LEAST_BITS, name_of
from circulars.signing.opening import entries, entry, opened
from circulars.signing.stamped import WEAK_DIGESTS, Stamp, stamp_in, stamp_of
from circulars.signing.trust import Belief, belief_in, faults_of
from circulars.signing.updates import POLICY
from circulars.signing.values import SignatureReport, Trust

_AGAIN = "ask who signed it for the file as it was signed"
_NOBODY = "somebody unknown"


def verdicts(
    data: bytes, trusted: Sequence[bytes], revocations: Sequence[bytes], now: datetime | None, file: str
) -> tuple[SignatureReport, ...]:
    """What is to be thought of each signature, the oldest first.

    Raises:
        SigningError: as :func:`circulars.signing.signatures_of` says.
    """
    reader = opened(data, file)
    belief = belief_in(trusted, revocations, reader)
    fields: list[tuple[int, str, Any]] = []
    try:
        for name, value, reference in enumerate_sig_fields(reader, filled_status=True):
            fields.append((_revision(reader, value), str(name), reference))
    except Exception:  # a form that is broken, on purpose or not, has no end of ways to be broken
        return (_unreadable("", Place(file)),)
    fields.sort(key=lambda one: one[:2])
    return tuple(_verdict(reader, name, reference, belief, now, Place(file)) for _, name, reference in fields)


def _revision(reader: PdfFileReader, value: Any) -> int:
    reference = getattr(value, "reference", None) or value.get_object().container_ref
    return int(reader.xrefs.get_last_change(reference))


def _verdict(
    reader: PdfFileReader, name: str, reference: Any, belief: Belief, now: datetime | None, place: Place
) -> SignatureReport:
    try:
        signature = EmbeddedPdfSignature(reader, reference.get_object(), name)
        return _Judgement(signature, belief, now, place).report()
    except Exception:  # as above
        return _unreadable(name, place)


def _unreadable(name: str, place: Place) -> SignatureReport:
    problem = Problem(place, "unreadable-signature", f"the signature {name or 'of the file'} cannot be read", _AGAIN)
    return SignatureReport("signature", name, _NOBODY, problems=(problem,))


@dataclass(slots=True)
class _Judgement:
    """One signature, looked at from each side; each step adds what it finds."""

    signature: EmbeddedPdfSignature
    belief: Belief
    now: datetime | None
    place: Place
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def report(self) -> SignatureReport:
        signature, said = self.signature, self.signature.sig_object
        is_stamp = signature.sig_object_type == "/DocTimeStamp"
        certificates = extract_certs_for_validation(signature.signed_data)
        certificate, others = certificates.signer_cert, tuple(certificates.other_certs)
        self._check_bytes(certificate, is_stamp)
        self._check_strength(certificate)
        self._check_later()
        stamp = self._stamp(is_stamp)
        claimed = signature.self_reported_timestamp
        trust = self._trust(certificate, others, stamp, claimed, is_stamp)
        return SignatureReport(
            "time-stamp" if is_stamp else "signature",
            signature.field_name,
            name_of(certificate),
            certificate.subject.human_friendly,
            certificate.issuer.human_friendly,
            _utc(claimed),
            _utc(stamp.moment) if stamp else None,
            stamp.authority if stamp else "",
            str(entry(said, "/Reason") or ""),
            str(entry(said, "/Location") or ""),
            signature.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            trust,
            tuple(self.remarks),
            tuple(sorted(set(self.problems))),
        )

    def _add(self, code: str, fact: str, hint: str = _AGAIN) -> None:
        self.problems.append(Problem(self.place, code, fact, hint))

    def _check_bytes(self, certificate: x509.Certificate, is_stamp: bool) -> None:
        """Whether what was signed is what stands there now, and the key of the certificate signed it."""
        signature = self.signature
        if is_stamp:
            return  # a stamp's own check does it
        digest = signature.compute_digest()
        try:
            intact, valid = validate_sig_integrity(signature.signer_info, certificate, "data", digest)
        except SignatureValidationError as error:
            self._add("wrong-signature", f"the signature is not made as it must be: {error.failure_message}")
            return
        if not valid:
            self._add("forged-signature", f"the key of {name_of(certificate)} has not made this signature")
        elif not intact:
            self._add("changed-bytes", "the file has been changed since it was signed")

    def _check_strength(self, certificate: x509.Certificate) -> None:
        digest = self.signature.md_algorithm
        if digest in WEAK_DIGESTS:
            fact = (
                f"the signature is made with {digest.upper()}, for which another file with the same digest can be made"
            )
            self._add("weak-digest", fact, "ask who signed it to sign again")
        public = certificate.public_key
        if public.algorithm == "rsa" and public.bit_size < LEAST_BITS:
            fact = f"the key of {name_of(certificate)} has only {public.bit_size} bits, and can be found out"
            self._add("weak-key", fact, "ask who signed it to sign again")

    def _check_later(self) -> None:
        """Whether the signature covers all that it should, and what was added behind it."""
        signature = self.signature
        signature.compute_integrity_info(POLICY)
        if not self._is_whole() or signature.coverage in (
            SignatureCoverageLevel.UNCLEAR,
            SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START,
        ):
            self._add("gap", "the signature leaves out a part of the file, which anybody may have changed")
            return
        contents = signature.pkcs7_content
        if contents[parser.peek(contents) :].strip(b"\0"):
            self._add("hidden-bytes", "bytes that nobody has signed are hidden beside the signature")
        if signature.coverage == SignatureCoverageLevel.ENTIRE_FILE:
            return
        later = signature.reader.xrefs.total_revisions - 1 - signature.signed_revision
        change, end = signature.diff_result, self._end()
        if not later:
            if rest := self._after(end):
                self._add("added-bytes", f"{rest} bytes that nobody has signed stand behind the signed file")
            return
        if not isinstance(change, DiffResult) or not self._allowed(change):
            fact = "the file has been changed after this signature; what is signed are its first "
            self._add("changed-later", f"{fact}{end} bytes")
            return
        self.remarks.append(self._harmless(change))

    def _is_whole(self) -> bool:
        """Whether the two parts that were signed leave out the signature itself, and no more."""
        first, length, start, _ = (int(number) for number in self.signature.byte_range)
        stream = self.signature.reader.stream
        stream.seek(length)
        hole = stream.read(max(start - length, 0))
        return first == 0 and hole[:1] == b"<" and hole[-1:] == b">" and not set(hole[1:-1]) - _HEXADECIMAL

    def _end(self) -> int:
        _, _, start, length = (int(number) for number in self.signature.byte_range)
        return start + length

    def _after(self, end: int) -> int:
        """How many bytes stand behind the signed ones, white space apart."""
        stream = self.signature.reader.stream
        stream.seek(end)
        return len(stream.read().strip())

    def _allowed(self, change: DiffResult) -> bool:
        """Whether who signed has allowed such changes (ISO 32000-1, 12.8.2.2)."""
        permitted = self.signature.docmdp_level
        level = change.modification_level
        return level != ModificationLevel.OTHER and (permitted is None or level.value <= permitted.value)

    def _harmless(self, change: DiffResult) -> str:
        reader, own = self.signature.reader, self.signature.signed_revision
        signed = [
            (str(name), field.get_object())
            for name, value, field in enumerate_sig_fields(reader, filled_status=True)
            if _revision(reader, value) > own
        ]
        filled = set(change.changed_form_fields) - {name for name, _ in signed}
        seen = sum(1 for _, widget in signed if _is_seen(widget))
        said = "later there came "
        said += f"{len(signed)} more signature{'s' * (len(signed) != 1)}" if signed else "what helps to check it"
        if seen:
            said += ", which can be seen" if seen == len(signed) else f", {seen} of which can be seen"
        if filled:
            said += "; fields of a form were filled in, too: " + ", ".join(sorted(filled))
        return said + "; all else is as it was signed"

    def _stamp(self, is_stamp: bool) -> Stamp | None:
        """The time-stamp, when it is in order."""
        signature = self.signature
        try:
            stamp = (
                stamp_in(signature.signed_data, signature.compute_digest)
                if is_stamp
                else stamp_of(signature.signer_info)
            )
        except (ValueError, KeyError, TypeError, SignatureValidationError):
            self._add("broken-time-stamp", "the time-stamp cannot be read", "ask who signed it to sign again")
            return None
        if stamp is None:
            return None
        for fault in stamp.faults:
            self._add(*fault)
        if stamp.faults:
            return None
        if is_stamp:
            return stamp
        trust, faults = faults_of(
            stamp.certificate, stamp.others, self.belief, stamp.moment, True, usage="time_stamping"
        )
        if not faults:
            if trust == "unknown":
                self.remarks.append("who gave the time-stamp was not checked: nothing was given to trust")
            return stamp
        for code, fact, _ in faults:
            self.remarks.append(f"the time-stamp proves nothing: {fact} ({code})")
        return None

    def _trust(
        self,
        certificate: x509.Certificate,
        others: tuple[x509.Certificate, ...],
        stamp: Stamp | None,
        claimed: datetime | None,
        is_stamp: bool,
    ) -> Trust:
        moment = _utc(stamp.moment if stamp else claimed) or self.now
        if moment is None:
            self.remarks.append("nobody says when it was signed, so the certificate was not checked")
            return "unknown"
        usage = "time_stamping" if is_stamp else ""
        trust, faults = faults_of(certificate, others, self.belief, moment, stamp is not None, usage)
        for fault in faults:
            self._add(*fault)
        if trust == "unknown":
            self.remarks.append("whether the certificate is genuine was not checked: nothing was given to trust")
        expired = certificate.not_valid_after
        if self.now and self.now > expired and stamp is None and moment <= expired:
            since = f"the certificate has expired since, on {expired:%Y-%m-%d}"
            self.remarks.append(f"{since}; no time-stamp proves that it was used before")
        if self.now and moment > self.now + timedelta(minutes=5):
            self._add("future-signature", "the signature says that it was made in the future")
        return trust


_HEXADECIMAL = set(b"0123456789abcdefABCDEF")


def _is_seen(widget: Any) -> bool:
    sides = [float(side) for side in entries(widget, "/Rect")]
    return len(sides) == 4 and sides[0] != sides[2] and sides[1] != sides[3]


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
