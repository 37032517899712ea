"""Checks whether a certificate was valid at a time and chains to a trusted one (RFC 5280). Fetches nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import pem, x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
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

from circulars.errors import Choice, Place, Problem, SigningError
from circulars.signing.keys import (
    as_asn1,
    is_for_signatures,
    may_be_for_documents,
    may_sign,
    name_of,
    not_for_signatures,
    read_certificates,
)
from circulars.signing.values import Trust

Fault = tuple[str, str, str] | tuple[str, str, str, tuple[Choice, ...]]
"""A problem without its place: code, fact, hint, and what the caller may do."""

SIGN_AGAIN = "ask the signer to sign again"
_ASK_ISSUER = "ask the signer or the issuer of the certificate"
_MOST_AUTHORITIES = 10


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The trusted certificates and the evidence for validation.

    ``others`` are certificates that may be part of a chain, but are not trusted by themselves. ``revocations`` are
    revocation lists (CRL), and ``responses`` OCSP responses, each in DER. The user gave the first ``given`` of the
    lists; the file itself carries the others.
    """

    roots: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()
    revocations: tuple[bytes, ...] = ()
    responses: tuple[bytes, ...] = ()
    given: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about a certificate: whether it is trusted, what is wrong with it, and which lists were used.

    ``applied`` are the positions of the user's revocation lists that say whether the certificate was revoked.
    """

    trust: Trust
    faults: tuple[Fault, ...]
    applied: frozenset[int] = frozenset()


def given_trust(trusted: Sequence[bytes], revocations: Sequence[bytes]) -> TrustStore:
    """The user's trusted certificates and revocation lists.

    Raises:
        SigningError: one of ``trusted`` is not a certificate, or one of ``revocations`` is not a revocation list.
    """
    roots = tuple(as_asn1(one) for data in trusted for one in read_certificates(data, ""))
    lists = tuple(_revocation_list(data) for data in revocations)
    return TrustStore(roots, revocations=lists, given=len(lists))


def trust_store_of(trusted: Sequence[bytes], revocations: Sequence[bytes], reader: PdfFileReader) -> TrustStore:
    """The user's trusted certificates and revocation lists, and the PDF's own evidence.

    That evidence is in its document security store (ISO 32000-2, 12.8.4.3).

    Raises:
        SigningError: see :func:`given_trust`.
    """
    given = given_trust(trusted, revocations)
    lists = [*given.revocations]
    others: list[x509.Certificate] = []
    responses: list[bytes] = []
    try:
        embedded = DocumentSecurityStore.read_dss(reader)
        others = list(embedded.load_certs())
        lists += [one.get_object().data for one in embedded.crls]
        for der in lists[len(revocations) :]:
            pyca_x509.load_der_x509_crl(der)
        responses = [one.get_object().data for one in embedded.ocsps]
    except Exception:  # missing or broken evidence is treated as none
        del lists[len(revocations) :]
    return replace(given, others=tuple(others), revocations=tuple(lists), responses=tuple(responses))


def read_trust_file(data: bytes, file: str) -> tuple[list[bytes], list[bytes]]:
    """The certificates and the revocation lists in a PEM or DER file, each in DER.

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
    fact = "this is neither a certificate nor a list of revoked certificates"
    raise SigningError(Problem(Place(file), "not-a-certificate", fact, "use a file in PEM or DER"))


def _revocation_list(data: bytes) -> bytes:
    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        pyca_x509.load_der_x509_crl(der)
    except ValueError:
        fact = "this is not a list of revoked certificates"
        raise SigningError(Problem(Place(), "not-a-list", fact, "use a file in PEM or DER (.crl)")) from None
    return bytes(der)


def check_certificate(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    store: TrustStore,
    moment: datetime,
    proven: bool,
    usage: str = "",
    now: datetime | None = None,
) -> Checked:
    """Whether a certificate was trusted at ``moment``, and what is wrong with it.

    ``proven`` means that a time-stamp confirms the moment; then a later revocation is not a fault. ``usage`` is the
    extended key usage that the certificate must have ("time_stamping"). If it is empty, the certificate must be for
    signatures. A revocation list must be valid at ``moment`` if it is proven, else at ``now``.
    """
    own = list(_own_faults(certificate, moment, usage))
    evidence = (*others, *store.others, *store.roots)
    revoked, applied = _revocations(certificate, evidence, store, moment, proven, now)
    own += revoked
    for authority in _authorities(certificate, evidence):
        revoked, others_applied = _revocations(authority, evidence, store, moment, proven, now)
        applied |= others_applied
        # Users seldom have the lists of all authorities. Only the signer's own revocation must be known.
        own += (fault for fault in revoked if fault[0] == "revoked-certificate")
    if not store.roots:
        return Checked("unknown", tuple(own), applied)
    trust, path = _path_faults(certificate, evidence, store, moment, usage)
    reported = {code for code, *_ in own}
    return Checked(trust, (*own, *(fault for fault in path if fault[0] not in reported)), applied)


def _authorities(certificate: x509.Certificate, evidence: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates above a certificate, each once, in the order of their distance from it."""
    found = [certificate]
    for below in found:
        if len(found) > _MOST_AUTHORITIES:
            break
        found += (
            one for one in evidence if one not in found and one.subject == below.issuer and _has_issued(one, below)
        )
    return found[1:]


def _own_faults(certificate: x509.Certificate, moment: datetime, usage: str) -> Iterator[Fault]:
    name = name_of(certificate)
    if moment > certificate.not_valid_after:
        fact = f"the certificate of {name} had expired on {certificate.not_valid_after:%Y-%m-%d}, before it was used"
        yield "expired-certificate", fact, SIGN_AGAIN
    if moment < certificate.not_valid_before:
        start = f"{certificate.not_valid_before:%Y-%m-%d}"
        yield "early-certificate", f"the certificate of {name} was used before {start}, its first valid day", SIGN_AGAIN
    if usage:
        if not _is_only_for(certificate, usage):
            yield "not-for-time-stamps", f"the certificate of {name} is not for time-stamps", "use another server"
        return
    if not is_for_signatures(certificate):
        yield "not-for-signatures", not_for_signatures(name), SIGN_AGAIN


def _is_only_for(certificate: x509.Certificate, usage: str) -> bool:
    """Whether a certificate allows signatures, and only for this critical extended key usage (RFC 3161, 2.3)."""
    extended = certificate.extended_key_usage_value
    return (
        may_sign(certificate)
        and extended is not None
        and extended.native == [usage]
        and "extended_key_usage" in certificate.critical_extensions
    )


def _revocations(
    certificate: x509.Certificate,
    evidence: Sequence[x509.Certificate],
    store: TrustStore,
    moment: datetime,
    proven: bool,
    now: datetime | None,
) -> tuple[list[Fault], frozenset[int]]:
    """The faults that revocation lists show, and the positions of the user's lists that say something.

    If the user gave lists, and none of them says whether the certificate was revoked, this is a fault.
    """
    faults: list[Fault] = []
    applied: set[int] = set()
    issuers = [one for one in evidence if one.subject == certificate.issuer and _has_issued(one, certificate)]
    until = moment if proven or now is None else now
    reason = "none of the revocation lists is by its issuer"
    for position, data in enumerate(store.revocations):
        revocations = pyca_x509.load_der_x509_crl(data)
        if revocations.issuer.public_bytes() != certificate.issuer.dump():
            continue
        if not _is_signed_by(revocations, issuers):
            reason = "the certificate of its issuer, which the revocation list needs, is not known"
            continue
        entry = revocations.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None and not _is_complete(revocations):
            reason = "the revocation list is not complete"
        elif entry is None and (revocations.next_update_utc is None or revocations.next_update_utc < until):
            reason = "the revocation list is too old"
        else:
            applied.add(position)
        if entry is not None and (entry.revocation_date_utc <= moment or not proven):
            faults.append(_revoked(certificate, entry.revocation_date_utc, moment))
    own = frozenset(position for position in applied if position < store.given)
    if store.given and not own and certificate not in store.roots:
        fact = f"it is unknown whether the certificate of {name_of(certificate)} was revoked: {reason}"
        choice = Choice("trusted", "name the issuer's certificate: {}", "FILE")
        faults.append(("unknown-revocation", fact, "get a current list from its issuer", (choice,)))
    return faults, own


def _revoked(certificate: x509.Certificate, day: datetime, moment: datetime) -> Fault:
    order = "before it was used" if day <= moment else "and no time-stamp proves that it was used before then"
    fact = f"the certificate of {name_of(certificate)} was revoked on {day:%Y-%m-%d}, {order}"
    return "revoked-certificate", fact, "do not rely on the signature; ask the signer"


def _is_complete(revocations: pyca_x509.CertificateRevocationList) -> bool:
    """Whether a list names all revoked certificates of its issuer: no critical extension limits it (RFC 5280, 5.2)."""
    return not any(one.critical for one in revocations.extensions)


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    own, above = (pyca_x509.load_der_x509_certificate(one.dump()) for one in (certificate, issuer))
    try:
        own.verify_directly_issued_by(above)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _is_signed_by(revocations: pyca_x509.CertificateRevocationList, issuers: Sequence[x509.Certificate]) -> bool:
    for issuer in issuers:
        use = issuer.key_usage_value
        if use is not None and "crl_sign" not in use.native:
            continue
        public = pyca_x509.load_der_x509_certificate(issuer.dump()).public_key()
        try:
            if revocations.is_signature_valid(public):  # type: ignore[arg-type]  # other keys raise TypeError
                return True
        except (TypeError, ValueError, UnsupportedAlgorithm):
            continue
    return False


def _path_faults(
    certificate: x509.Certificate,
    evidence: Sequence[x509.Certificate],
    store: TrustStore,
    moment: datetime,
    usage: str,
) -> tuple[Trust, list[Fault]]:
    """Whether the certificate chains to a trusted one, with each link valid at ``moment``; and what is wrong."""
    context = ValidationContext(
        trust_roots=list(store.roots),
        other_certs=list(evidence),
        moment=moment.astimezone(UTC),
        best_signature_time=moment.astimezone(UTC),
        crls=list(store.revocations),
        ocsps=list(store.responses),
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )
    name = name_of(certificate)
    try:
        path = asyncio.run(CertificateValidator(certificate, validation_context=context).async_validate_path())
    except PathBuildingError:
        issuer = certificate.issuer.human_friendly
        fact = f"the certificate of {name} does not lead to one that you trust; it was issued by {issuer}"
        choice = Choice("trusted", "if you trust the issuer, name its certificate: {}", "FILE")
        return "untrusted", [("untrusted-certificate", fact, "", (choice,))]
    except InvalidCertificateError as error:
        fact = f"the certificate of {name} is not valid: {error.failure_msg}"
        if certificate.self_signed == "no":
            return "untrusted", [("wrong-certificate", fact, _ASK_ISSUER)]
        fact = f"the certificate of {name} is self-signed, and is not one that you trust"
        choice = Choice("trusted", "if you trust it, name it: {}", "FILE")
        return "untrusted", [("untrusted-certificate", fact, "", (choice,))]
    except RevokedError as error:
        fact = f"a certificate in the chain above {name} was revoked on {error.revocation_dt:%Y-%m-%d}"
        return "untrusted", [("revoked-certificate", fact, _ASK_ISSUER)]
    except ExpiredError as error:
        fact = f"a certificate in the chain above {name} had expired on {error.expired_dt:%Y-%m-%d}, before it was used"
        return "untrusted", [("expired-certificate", fact, _ASK_ISSUER)]
    except NotYetValidError:
        fact = f"a certificate in the chain above {name} was not yet valid when it was used"
        return "untrusted", [("early-certificate", fact, _ASK_ISSUER)]
    except DisallowedAlgorithmError:
        fact = f"the certificate of {name}, or one above it, uses an algorithm that is no longer secure"
        return "untrusted", [("weak-certificate", fact, _ASK_ISSUER)]
    except ValidationError as error:
        fact = f"the certificate of {name} is not valid: {error.failure_msg}"
        return "untrusted", [("wrong-certificate", fact, _ASK_ISSUER)]
    for above in list(path.iter_certs(include_root=False))[:-1]:
        if not _may_lead_to(above, usage):
            fact = f"the certificate of {name_of(above)}, above {name}, is for another purpose"
            return "untrusted", [("not-for-time-stamps" if usage else "not-for-signatures", fact, _ASK_ISSUER)]
    return "trusted", []


def _may_lead_to(authority: x509.Certificate, usage: str) -> bool:
    """Whether the extended key usage of an authority, if it has one, includes that of the certificates below it."""
    extended = authority.extended_key_usage_value
    if usage and extended is not None:
        return bool({usage, "any_extended_key_usage"} & set(extended.native))
    return may_be_for_documents(authority)
