"""Separate signatures (CMS, RFC 5652) of data of any kind, which OpenSSL and other programs validate, too."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import cms, core, x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, select_suitable_signing_md
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_self_reported_ts

from circulars.errors import Place, Problem
from circulars.signing.cms import CmsValidation, in_utc
from circulars.signing.keys import Key, check_key, name_of
from circulars.signing.timestamp_server import TimestampServer
from circulars.signing.trust import SIGN_AGAIN, TrustStore, given_trust
from circulars.signing.values import DetachedData, SignatureReport, TrustedSigners


def detached_signature(data: bytes, key: Key, moment: datetime, timestamp: str, proxies: Mapping[str, str]) -> bytes:
    """The signature of some bytes, in DER, with the certificates that belong to it.

    Raises:
        SigningError, UsageError: see :func:`circulars.signing.sign`.
    """
    check_key(key, moment)
    server = TimestampServer(timestamp, proxies) if timestamp else None
    certificate = key.signer.signing_cert
    assert certificate is not None
    signature = asyncio.run(
        key.signer.async_sign_general_data(
            data,
            select_suitable_signing_md(certificate.public_key),
            timestamper=server,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=moment),
        )
    )
    return bytes(signature.dump())


def validate_detached(
    signed: DetachedData, trusted: TrustedSigners, now: datetime | None = None, file: str = ""
) -> SignatureReport:
    """A report on a separate signature.

    With ``now``, a certificate that has expired since it was used is a problem, unless a time-stamp proves the time.

    Raises:
        SigningError: one of the certificates or lists cannot be read.
    """
    store = given_trust(trusted.certificates, trusted.revocations)
    try:
        return _validated(_read(signed), store, trusted, now, Place(file))
    except Exception:  # a signature can be broken in countless ways
        fact = "the signature cannot be read"
        problem = Problem(Place(file), "unreadable-signature", fact, SIGN_AGAIN)
        return SignatureReport("signature", "", "an unknown signer", problems=(problem,))


@dataclass(frozen=True, slots=True)
class _Detached:
    """A signature that was read, and what it signs."""

    signed_data: cms.SignedData
    data: bytes

    @property
    def signer_info(self) -> cms.SignerInfo:
        """The only signer."""
        return extract_signer_info(self.signed_data)

    @property
    def md_algorithm(self) -> str:
        """The digest algorithm."""
        return str(self.signer_info["digest_algorithm"]["algorithm"].native)

    def compute_digest(self) -> bytes:
        """The digest of what is signed."""
        return hashlib.new(self.md_algorithm, self.data).digest()


def _read(signed: DetachedData) -> _Detached:
    """The signature, if it signs nothing else than the data, and states what it signs (RFC 5652, 5.3 and 11)."""
    content = cms.ContentInfo.load(signed.signature, strict=True)
    found = _Detached(content["content"], signed.data)
    inner = found.signed_data["encap_content_info"]
    if content["content_type"].native != "signed_data" or inner["content_type"].native != "data":
        raise ValueError("not signed data")
    # Without signed attributes, the bytes of those of another signature could be taken for the data.
    if inner["content"].native is not None or found.signer_info["signed_attrs"] is core.VOID:
        raise ValueError("not a separate signature")
    return found


def _validated(
    signature: _Detached, store: TrustStore, trusted: TrustedSigners, now: datetime | None, place: Place
) -> SignatureReport:
    certificates = extract_certs_for_validation(signature.signed_data)
    certificate, others = certificates.signer_cert, tuple(certificates.other_certs)
    if hashlib.sha256(certificate.dump()).hexdigest() in trusted.fingerprints:
        store = replace(store, roots=(*store.roots, certificate))
    validation = CmsValidation(signature, store, now, place)
    validation.check_bytes(certificate)
    validation.check_strength(certificate)
    stamp = validation.valid_time_stamp()
    claimed = in_utc(extract_self_reported_ts(signature.signer_info))
    trust = validation.check_trust(certificate, others, stamp, claimed)
    if claimed is None:
        validation.add_problem("wrong-signature", "the signature does not say when it was made", SIGN_AGAIN)
    elif now and stamp is None and claimed <= certificate.not_valid_after < now:
        validation.add_problem("expired-certificate", _expired(certificate), SIGN_AGAIN)
    return validation.reported("signature", certificate, claimed, stamp, trust)


def _expired(certificate: x509.Certificate) -> str:
    since = f"the certificate of {name_of(certificate)} expired on {certificate.not_valid_after:%Y-%m-%d}"
    return f"{since}, and no time-stamp proves that it was used before then"
