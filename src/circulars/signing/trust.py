"""Says whether a certificate leads to one that is trusted, and was valid at a time (RFC 5280); nothing is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import pem, x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

from circulars.errors import Place, Problem, SigningError
from circulars.signing.keys import as_asn1, name_of, read_certificates
from circulars.signing.values import Trust

Fault = tuple[str, str, str]
"""A problem without its place: code, fact, remedy."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed, and what may be used as evidence: trusted certificates, others, lists and answers (DER)."""

    roots: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()
    revocations: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()


def belief_in(trusted: Sequence[bytes], revocations: Sequence[bytes], reader: PdfFileReader) -> Belief:
    """What the user trusts, with what the PDF itself has kept as evidence (its DSS, ISO 32000-2, 12.8.4.3).

    Raises:
        SigningError: one of ``trusted`` is no certificate, or one of ``revocations`` no list.
    """
    roots = [as_asn1(one) for data in trusted for one in read_certificates(data, "")]
    lists = [_list(data) for data in revocations]
    others: list[x509.Certificate] = []
    answers: list[bytes] = []
    try:
        kept = DocumentSecurityStore.read_dss(reader)
        others = list(kept.load_certs())
        lists += [one.get_object().data for one in kept.crls]
        answers = [one.get_object().data for one in kept.ocsps]
    except Exception:  # noqa: S110  # evidence that is not there, or broken, is no evidence
        pass
    return Belief(tuple(roots), tuple(others), tuple(lists), tuple(answers))


def evidence_in(data: bytes, file: str) -> tuple[list[bytes], list[bytes]]:
    """The certificates and the lists of revoked ones in a file, each in DER.

    Raises:
        SigningError: the file holds neither.
    """
    try:
        if pem.detect(data):
            blocks = [(kind, der) for kind, _, der in pem.unarmor(data, multiple=True)]
            certificates = [der for kind, der in blocks if kind in ("CERTIFICATE", "TRUSTED CERTIFICATE")]
            lists = [der for kind, der in blocks if kind == "X509 CRL"]
            for der in certificates:
                pyca_x509.load_der_x509_certificate(der)
            for der in lists:
                pyca_x509.load_der_x509_crl(der)
            if certificates or lists:
                return certificates, lists
        else:
            for load, kind in ((pyca_x509.load_der_x509_certificate, 0), (pyca_x509.load_der_x509_crl, 1)):
                with suppress(ValueError):
                    load(data)
                    return ([data], []) if kind == 0 else ([], [data])
    except ValueError:
        pass
    fact = "this is neither a certificate nor a list of revoked ones"
    raise SigningError(Problem(Place(file), "not-a-certificate", fact, "take a file in PEM or DER"))


def _list(data: bytes) -> bytes:
    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        pyca_x509.load_der_x509_crl(der)
    except ValueError:
        fact = "this is no list of revoked certificates"
        raise SigningError(Problem(Place(), "not-a-list", fact, "take a file in PEM or DER (.crl)")) from None
    return bytes(der)


def faults_of(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    belief: Belief,
    moment: datetime,
    proven: bool,
    usage: str = "",
) -> tuple[Trust, list[Fault]]:
    """Whether a certificate is trusted at a moment, and what is wrong with it.

    ``proven`` says that a time-stamp confirms the moment; a revocation after it does no harm then. ``usage`` is what
    the certificate must be for ("time_stamping"), if it is not for signatures.
    """
    own = list(_own_faults(certificate, moment, usage))
    evidence = (*others, *belief.others, *belief.roots)
    own += _revocations(certificate, evidence, belief, moment, proven)
    if not belief.roots:
        return "unknown", own
    trust, path = _path_faults(certificate, evidence, belief, moment)
    told = {code for code, *_ in own}
    return trust, own + [fault for fault in path if fault[0] not in told]


def _own_faults(certificate: x509.Certificate, moment: datetime, usage: str) -> Iterator[Fault]:
    name = name_of(certificate)
    if moment > certificate.not_valid_after:
        fact = f"the certificate of {name} had expired when it was used: on {certificate.not_valid_after:%Y-%m-%d}"
        yield "expired-certificate", fact, "ask who signed it to sign again"
    if moment < certificate.not_valid_before:
        fact = f"the certificate of {name} was not yet valid when it was used: {certificate.not_valid_before:%Y-%m-%d}"
        yield "early-certificate", fact, "ask who signed it to sign again"
    if usage:
        extended = certificate.extended_key_usage_value
        if extended is None or usage not in extended.native:
            yield "not-for-time-stamps", f"the certificate of {name} is not for time-stamps", "take another server"
        return
    use = certificate.key_usage_value
    if use is not None and not use.native & {"digital_signature", "non_repudiation"}:
        yield (
            "not-for-signatures",
            f"the certificate of {name} is not for signatures",
            "ask who signed it to sign again",
        )


def _revocations(
    certificate: x509.Certificate,
    evidence: Sequence[x509.Certificate],
    belief: Belief,
    moment: datetime,
    proven: bool,
) -> Iterator[Fault]:
    """What the lists say of a certificate, those that its issuer has signed."""
    issuers = [one for one in evidence if one.subject == certificate.issuer]
    for data in belief.revocations:
        revocations = pyca_x509.load_der_x509_crl(data)
        if revocations.issuer.public_bytes() != certificate.issuer.dump() or not _signed(revocations, issuers):
            continue
        entry = revocations.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None:
            continue
        day = entry.revocation_date_utc
        if day <= moment or not proven:
            since = "before it was used" if day <= moment else "and no time-stamp proves that it was used before"
            fact = f"the certificate of {name_of(certificate)} was revoked on {day:%Y-%m-%d}, {since}"
            yield "revoked-certificate", fact, "do not rely on it; ask who signed it"


def _signed(revocations: pyca_x509.CertificateRevocationList, issuers: Sequence[x509.Certificate]) -> bool:
    for issuer in issuers:
        public = pyca_x509.load_der_x509_certificate(issuer.dump()).public_key()
        try:
            if revocations.is_signature_valid(public):  # type: ignore[arg-type]  # other kinds raise TypeError
                return True
        except (TypeError, ValueError, UnsupportedAlgorithm):
            continue
    return False


def _path_faults(
    certificate: x509.Certificate, evidence: Sequence[x509.Certificate], belief: Belief, moment: datetime
) -> tuple[Trust, list[Fault]]:
    """Whether a chain of certificates leads to a trusted one, each valid at the moment."""
    context = ValidationContext(
        trust_roots=list(belief.roots),
        other_certs=list(evidence),
        moment=moment.astimezone(UTC),
        best_signature_time=moment.astimezone(UTC),
        crls=list(belief.revocations),
        ocsps=list(belief.answers),
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )
    name = name_of(certificate)
    ask = "ask who signed it, or whoever issued the certificate"
    try:
        asyncio.run(CertificateValidator(certificate, validation_context=context).async_validate_path())
    except PathBuildingError:
        issuer = certificate.issuer.human_friendly
        fact = f"the certificate of {name} does not lead to one that you trust; it was issued by {issuer}"
        return "untrusted", [("untrusted-certificate", fact, "if you trust its issuer, name the certificate: --trust")]
    except InvalidCertificateError as error:
        fact = f"the certificate of {name} is not in order: {error.failure_msg}"
        if certificate.self_signed == "no":
            return "untrusted", [("wrong-certificate", fact, ask)]
        fact = f"the certificate of {name} is vouched for by nobody but itself, and is not one that you trust"
        return "untrusted", [("untrusted-certificate", fact, "if you trust it, name it: --trust")]
    except RevokedError as error:
        day = f"{error.revocation_dt:%Y-%m-%d}"
        return "untrusted", [("revoked-certificate", f"a certificate above {name} was revoked on {day}", ask)]
    except ExpiredError as error:
        fact = f"a certificate above {name} had expired when it was used: on {error.expired_dt:%Y-%m-%d}"
        return "untrusted", [("expired-certificate", fact, ask)]
    except NotYetValidError:
        fact = f"a certificate above {name} was not yet valid when it was used"
        return "untrusted", [("early-certificate", fact, ask)]
    except DisallowedAlgorithmError:
        fact = f"the certificate of {name}, or one above it, was made in a way that can be forged today"
        return "untrusted", [("weak-certificate", fact, ask)]
    except ValidationError as error:
        fact = f"the certificate of {name} is not in order: {error.failure_msg}"
        return "untrusted", [("wrong-certificate", fact, ask)]
    return "trusted", []
