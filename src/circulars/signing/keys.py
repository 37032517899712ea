"""Reads a signing key and its certificate from PKCS#12 (RFC 7292) or PEM (RFC 7468)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import keys, pem, x509
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509 as pyca_x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers.pdf_cms import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from circulars.errors import Place, Problem, SigningError
from circulars.signing.values import GIVE_CERTIFICATE, AskSecret

MINIMUM_RSA_BITS = 2048
"""The smallest size of an RSA key that is considered secure (ETSI TS 119 312)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key; ``name`` is the name of its holder, as its certificate gives it."""

    name: str
    signer: Signer = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its certificate, in hexadecimal."""
        certificate = self.signer.signing_cert
        assert certificate is not None
        return hashlib.sha256(certificate.dump()).hexdigest()


def read_key(data: bytes, file: str, ask: AskSecret, certificates: bytes = b"", certificates_file: str = "") -> Key:
    """The key in a PKCS#12 or PEM file, with its certificate and the chain of certificates above it.

    ``certificates`` (PEM or DER) holds the certificate, and optionally its chain, when the key's file does not.

    Raises:
        SigningError: the file holds no key, the pass phrase is wrong, or no certificate belongs to the key.
    """
    given = read_certificates(certificates, certificates_file) if certificates else []
    if b"-----BEGIN" in data:
        private = _pem_key(data, file, ask)
        found = given + ([] if b"CERTIFICATE-----" not in data else read_certificates(data, file))
    else:
        private, own = _pkcs12(data, file, ask)
        found = given + own
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        fact = "the key is of a kind that few PDF readers support"
        raise _error(file, "wrong-key", fact, "use an RSA or EC key")
    public = _public_key(private)
    own_certificate = next((one for one in found if _public_key(one) == public), None)
    if own_certificate is None:
        fact = "none of the certificates belongs to the key" if found else "there is no certificate with the key"
        raise SigningError(Problem(Place(file), "no-certificate", fact, choices=(GIVE_CERTIFICATE,)))
    info = keys.PrivateKeyInfo.load(
        private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate = as_asn1(own_certificate)
    store = SimpleCertificateStore()
    store.register_multiple([as_asn1(one) for one in found if one != own_certificate])
    return Key(name_of(certificate), SimpleSigner(certificate, info, store))


def as_pem(key: Key) -> bytes:
    """A key that was read from a file, with its certificates, in PEM without encryption."""
    signer = key.signer
    assert isinstance(signer, SimpleSigner)
    others = [one for one in signer.cert_registry if one != signer.signing_cert]
    found = [("PRIVATE KEY", signer.signing_key), *(("CERTIFICATE", one) for one in (signer.signing_cert, *others))]
    return b"".join(pem.armor(kind, one.dump()) for kind, one in found)


def throwaway_key(moment: datetime) -> Key:
    """A new key that nobody trusts, with a certificate for a day around ``moment``, to try a signature with."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = pyca_x509.Name([pyca_x509.NameAttribute(pyca_x509.NameOID.COMMON_NAME, "Nobody")])
    usage = pyca_x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        pyca_x509.CertificateBuilder(name, name, private.public_key(), 1)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return read_key(secret + certificate.public_bytes(serialization.Encoding.PEM), "", bytes)


def read_certificates(data: bytes, file: str) -> list[pyca_x509.Certificate]:
    """The certificates in a file (PEM or DER).

    Raises:
        SigningError: the file holds none, or one that cannot be read.
    """
    try:
        if b"-----BEGIN" in data:
            return pyca_x509.load_pem_x509_certificates(data)
        return [pyca_x509.load_der_x509_certificate(data)]
    except ValueError:
        raise _error(file, "not-a-certificate", "this is not a certificate", "use a file in PEM or DER") from None


_FOR_DOCUMENTS = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",  # documents (RFC 9336)
        "1.3.6.1.4.1.311.10.3.12",  # documents, as Microsoft names it
        "1.2.840.113583.1.1.5",  # documents, as Adobe names it
        "1.3.6.1.5.5.7.3.4",  # e-mail: the certificates of persons in most organisations
        "2.5.29.37.0",  # any purpose
    }
)
"""The extended key usages of certificates that may sign a letter."""


def is_for_signatures(certificate: x509.Certificate) -> bool:
    """Whether a certificate's key usage and extended key usage allow signatures under documents.

    A certificate without these extensions allows them. One for TLS, code, OCSP or time-stamps alone does not.
    """
    return may_sign(certificate) and may_be_for_documents(certificate)


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether the key usage of a certificate, if it has one, allows signatures."""
    use = certificate.key_usage_value
    return use is None or bool(use.native & {"digital_signature", "non_repudiation"})


def may_be_for_documents(certificate: x509.Certificate) -> bool:
    """Whether the extended key usage of a certificate, if it has one, allows signatures under documents."""
    extended = certificate.extended_key_usage_value
    return extended is None or any(one.dotted in _FOR_DOCUMENTS for one in extended)


def not_for_signatures(name: str) -> str:
    return f"the certificate of {name} is not for signatures"


def as_asn1(certificate: pyca_x509.Certificate) -> x509.Certificate:
    """The certificate in the form that pyHanko needs."""
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def name_of(certificate: x509.Certificate) -> str:
    """The name of a certificate's holder: the common name, else the organisation, else the whole subject."""
    names = certificate.subject.native
    for key in ("common_name", "organization_name"):
        if isinstance(name := names.get(key), str) and name.strip():
            return " ".join(name.split())
    return str(certificate.subject.human_friendly)


def check_key(key: Key, moment: datetime, file: str = "") -> None:
    """Checks that the key may sign at ``moment``.

    Raises:
        SigningError: the certificate is not valid at that time, it is not for signatures, or the key is too short.
    """
    certificate = key.signer.signing_cert
    assert certificate is not None
    problems = [Problem(Place(file), *one) for one in _faults(certificate, moment)]
    if problems:
        raise SigningError(*problems)


def _faults(certificate: x509.Certificate, moment: datetime) -> Sequence[tuple[str, str, str]]:
    faults = []
    name = name_of(certificate)
    if moment > certificate.not_valid_after:
        fact = f"the certificate of {name} expired on {certificate.not_valid_after:%Y-%m-%d}"
        faults.append(("expired-certificate", fact, "ask its issuer for a new one"))
    if moment < certificate.not_valid_before:
        fact = f"the certificate of {name} is not valid before {certificate.not_valid_before:%Y-%m-%d}"
        faults.append(("early-certificate", fact, "wait, or check that this machine's clock is right"))
    if not is_for_signatures(certificate):
        faults.append(("not-for-signatures", not_for_signatures(name), "ask its issuer for one that is"))
    public = certificate.public_key
    if public.algorithm == "rsa" and public.bit_size < MINIMUM_RSA_BITS:
        fact = f"the key of {name} has {public.bit_size} bits; readers refuse fewer than {MINIMUM_RSA_BITS}"
        faults.append(("weak-key", fact, "ask for a certificate with a longer key"))
    return faults


def _pem_key(data: bytes, file: str, ask: AskSecret) -> Any:
    try:
        return serialization.load_pem_private_key(data, None)
    except TypeError:  # it is encrypted
        pass
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(file) from None
    try:
        return serialization.load_pem_private_key(data, ask())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _wrong_pass_phrase(file) from None


def _pkcs12(data: bytes, file: str, ask: AskSecret) -> tuple[Any, list[pyca_x509.Certificate]]:
    if not _is_pkcs12(data):
        raise _no_key(file)
    for open_with in (lambda: None, lambda: b"", ask):
        try:
            private, certificate, others = pkcs12.load_key_and_certificates(data, open_with())
        except (ValueError, UnsupportedAlgorithm):
            continue
        if private is None:
            raise _no_key(file)
        return private, ([certificate] if certificate else []) + list(others)
    raise _wrong_pass_phrase(file)


def _is_pkcs12(data: bytes) -> bool:
    try:
        return bool(asn1_pkcs12.Pfx.load(data)["version"].native == "v3")
    except (ValueError, TypeError, KeyError):
        return False


def _public_key(holder: Any) -> bytes:
    encoded: bytes = holder.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded


def _no_key(file: str) -> SigningError:
    return _error(file, "no-key", "there is no key in this file", "use a file in PKCS#12 (.p12, .pfx) or PEM")


def _wrong_pass_phrase(file: str) -> SigningError:
    return _error(file, "wrong-pass-phrase", "the pass phrase does not open this file", "type it again")


def _error(file: str, code: str, fact: str, hint: str) -> SigningError:
    return SigningError(Problem(Place(file), code, fact, hint))
