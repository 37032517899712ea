"""A certificate authority with two levels and the holders of its certificates, created for each test run."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
"""The time of signing: the current time, because the command takes no other and certificates expire."""
YEARS = 5 * datetime.timedelta(days=365)
PHRASE = b"a sentence that occurs nowhere else"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a key, a certificate, and the certificates above it."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def pkcs12(self, phrase: bytes = PHRASE) -> bytes:
        """Key and certificates in one file; without a pass phrase it is not encrypted."""
        lock = serialization.BestAvailableEncryption(phrase) if phrase else serialization.NoEncryption()
        return pkcs12.serialize_key_and_certificates(b"key", self.key, self.certificate, self.chain, lock)

    def pem_key(self, phrase: bytes = b"") -> bytes:
        """Only the key."""
        lock = serialization.BestAvailableEncryption(phrase) if phrase else serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)

    @property
    def pem_certificates(self) -> bytes:
        """The certificate and those above it."""
        return b"".join(map(pem, (self.certificate, *self.chain)))


def pem(certificate: x509.Certificate) -> bytes:
    """A certificate in PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


@functools.cache
def _spare_key(number: int) -> PrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def issue(
    name: str,
    issuer: Holder | None,
    *,
    key: PrivateKey | None = None,
    start: datetime.datetime = NOW - YEARS / 5,
    end: datetime.datetime = NOW + YEARS,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> Holder:
    """A person with a certificate from an issuer; without an issuer it is self-signed."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Union"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = x509.CertificateBuilder(
        issuer_name=issuer.certificate.subject if issuer else subject,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=start,
        not_valid_after=end,
    )
    above = issuer.certificate.public_key() if issuer else key.public_key()
    assert isinstance(above, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Holder(key, certificate, (issuer.certificate, *issuer.chain) if issuer else ())


def _usage(*names: str) -> x509.KeyUsage:
    known = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in names for name in known})


_END = (x509.BasicConstraints(ca=False, path_length=None), True)
AUTHORITY = ((x509.BasicConstraints(ca=True, path_length=None), True), (_usage("key_cert_sign", "crl_sign"), True))
SIGNER = (_END, (_usage("digital_signature", "content_commitment"), True))
CIPHER = (_END, (_usage("key_encipherment"), True))
STAMPER = (
    (_usage("digital_signature"), True),
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
)


@dataclass(frozen=True, slots=True)
class Authority:
    """A root, the issuing authority below it, and the holders of its certificates."""

    root: Holder
    issuing: Holder
    director: Holder
    secretary: Holder
    expired: Holder
    future: Holder
    cipher: Holder
    stamper: Holder

    @property
    def trusted(self) -> bytes:
        """The root certificate, which people who trust this authority trust."""
        return pem(self.root.certificate)

    def revoking(self, holder: Holder, day: datetime.datetime) -> bytes:
        """A revocation list by a holder's issuer that says that the holder's certificate was revoked on a day."""
        issuer = self.root if holder is self.issuing else self.issuing
        entry = x509.RevokedCertificateBuilder(holder.certificate.serial_number, day).build()
        builder = x509.CertificateRevocationListBuilder(
            issuer.certificate.subject, day, day + YEARS, revoked_certificates=[entry]
        )
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def make_authority(name: str = "Example") -> Authority:
    """A new authority with all its holders."""
    root = issue(f"{name} Root", None, extensions=AUTHORITY)
    issuing = issue(f"{name} Issuing Authority", root, extensions=AUTHORITY)
    long_ago = NOW - 2 * YEARS
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return Authority(
        root,
        issuing,
        issue("Max Mustermann", issuing, key=rsa_key, extensions=SIGNER),
        issue("Erika Mustermann", issuing, extensions=SIGNER),
        issue("Jan Voorbeeld", issuing, start=long_ago, end=NOW - YEARS / 5, extensions=SIGNER),
        issue("Kofi Exemple", issuing, start=NOW + YEARS / 5, extensions=SIGNER),
        issue("Ana Ejemplo", issuing, extensions=CIPHER),
        issue(f"{name} Time", issuing, key=_spare_key(0), extensions=STAMPER),
    )
