"""Validates a signature (CMS, RFC 5652), whatever it signs: its bytes, strength, time and trust."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Protocol

from asn1crypto import cms, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from circulars.errors import Choice, Place, Problem
from circulars.signing.keys import MINIMUM_RSA_BITS, name_of
from circulars.signing.timestamps import WEAK_DIGESTS, TimeStamp, time_stamp_of
from circulars.signing.trust import SIGN_AGAIN, TrustStore, check_certificate
from circulars.signing.values import SignatureReport, Trust

ASK_FOR_ORIGINAL: Final = "ask the signer for the file as it was signed"


class CmsSignature(Protocol):
    """A signature, and the digest of what it signs; one in a PDF is pyHanko's."""

    @property
    def signer_info(self) -> cms.SignerInfo:
        """What the signer states, and the signature of it."""

    @property
    def md_algorithm(self) -> str:
        """The digest algorithm."""

    def compute_digest(self) -> bytes:
        """The digest of what is signed, as it is now."""


@dataclass(slots=True)
class CmsValidation:
    """Validates one signature; each step adds the problems and remarks that it finds."""

    signature: CmsSignature
    store: TrustStore
    now: datetime | None
    place: Place
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    applied: set[int] = field(default_factory=set)

    def add_problem(self, code: str, fact: str, hint: str = ASK_FOR_ORIGINAL, choices: tuple[Choice, ...] = ()) -> None:
        """Adds a problem."""
        self.problems.append(Problem(self.place, code, fact, hint, choices))

    def reported(
        self,
        kind: Literal["signature", "time-stamp"],
        certificate: x509.Certificate,
        claimed: datetime | None,
        stamp: TimeStamp | None,
        trust: Trust,
    ) -> SignatureReport:
        """The report with what was found."""
        return SignatureReport(
            kind,
            "",
            name_of(certificate),
            certificate.subject.human_friendly,
            certificate.issuer.human_friendly,
            in_utc(claimed),
            in_utc(stamp.moment) if stamp else None,
            stamp.authority if stamp else "",
            trust=trust,
            remarks=tuple(self.remarks),
            problems=tuple(sorted(set(self.problems))),
            certificate=certificate.dump(),
            applied=frozenset(self.applied),
        )

    def check_bytes(self, certificate: x509.Certificate) -> None:
        """Checks that the signed bytes are unchanged, and that the certificate's key signed them."""
        signature = self.signature
        digest = signature.compute_digest()
        try:
            intact, valid = validate_sig_integrity(signature.signer_info, certificate, "data", digest)
        except SignatureValidationError as error:
            self.add_problem("wrong-signature", f"the signature does not follow the standard: {error.failure_message}")
            return
        if not valid:
            self.add_problem("forged-signature", f"the signature was not made with the key of {name_of(certificate)}")
        elif not intact:
            self.add_problem("changed-bytes", "the file has been changed since it was signed")

    def check_strength(self, certificate: x509.Certificate) -> None:
        """Checks that digest and key are secure."""
        digest = self.signature.md_algorithm
        if digest in WEAK_DIGESTS:
            fact = f"the signature uses {digest.upper()}, which is not secure: another file can have the same digest"
            self.add_problem("weak-digest", fact, SIGN_AGAIN)
        public = certificate.public_key
        if public.algorithm == "rsa" and public.bit_size < MINIMUM_RSA_BITS:
            fact = f"the key of {name_of(certificate)} has only {public.bit_size} bits, which is not secure"
            self.add_problem("weak-key", fact, SIGN_AGAIN)

    def is_faultless(self, stamp: TimeStamp) -> bool:
        """Whether a time-stamp belongs to the signature and is intact; otherwise its faults are added."""
        for fault in stamp.faults:
            self.add_problem(*fault)
        return not stamp.faults

    def valid_time_stamp(self) -> TimeStamp | None:
        """The time-stamp of the signature, if it is valid."""
        try:
            stamp = time_stamp_of(self.signature.signer_info)
        except (ValueError, KeyError, TypeError, SignatureValidationError):
            self.add_problem("broken-time-stamp", "the time-stamp cannot be read", SIGN_AGAIN)
            return None
        if stamp is None or not self.is_faultless(stamp):
            return None
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

    def check_trust(
        self,
        certificate: x509.Certificate,
        others: tuple[x509.Certificate, ...],
        stamp: TimeStamp | None,
        claimed: datetime | None,
        *,
        is_stamp: bool = False,
    ) -> Trust:
        """Whether the certificate leads to a trusted one; its faults are added."""
        moment = in_utc(stamp.moment if stamp else claimed) or self.now
        if moment is None:
            self.remarks.append("the file does not say when it was signed, so the certificate was not checked")
            return "unknown"
        usage = "time_stamping" if is_stamp else ""
        proven = stamp is not None
        checked = check_certificate(certificate, others, self.store, moment, proven, usage, self.now)
        self.applied |= checked.applied
        for fault in checked.faults:
            self.add_problem(*fault)
        if checked.trust == "unknown":
            self.remarks.append("the signer's certificate was not checked: no trusted certificates were given")
        expired = certificate.not_valid_after
        if self.now and self.now > expired and stamp is None and moment <= expired:
            since = f"the certificate has expired since, on {expired:%Y-%m-%d}"
            self.remarks.append(f"{since}; no time-stamp proves that it was used before then")
        if self.now and moment > self.now + timedelta(minutes=5):
            self.add_problem("future-signature", "the time of the signature is in the future")
        return checked.trust


def in_utc(moment: datetime | None) -> datetime | None:
    """A moment in UTC, also one without a time zone."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
