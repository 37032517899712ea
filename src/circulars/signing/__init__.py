"""Signs PDF files and validates their signatures (PAdES, ETSI EN 319 142-1).

The library pyHanko does the cryptography. It is an extra (``sign``), so this module imports it only when
a function needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from circulars.errors import Problem
from circulars.signing.library import require
from circulars.signing.placement import find_spot, language_of, spot_at
from circulars.signing.values import (
    AskSecret,
    Block,
    Box,
    DetachedData,
    Placement,
    SignatureReport,
    Signing,
    TrustedSigners,
    fingerprint_in,
)

if TYPE_CHECKING:
    from circulars.signing.keys import Key

__all__ = [
    "Block",
    "Box",
    "DetachedData",
    "Placement",
    "SignatureReport",
    "Signing",
    "TrustedSigners",
    "detached_signature_of",
    "find_spot",
    "fingerprint_in",
    "is_signed_by",
    "language_of",
    "open_token",
    "read_key",
    "read_trust_file",
    "sign",
    "sign_detached",
    "signatures_of",
    "signer_problem",
    "spot_at",
]


def read_key(data: bytes, file: str, ask: AskSecret, certificates: bytes = b"", certificates_file: str = "") -> Key:
    """The key in a PKCS#12 or PEM file, with its certificate and the chain of certificates above it.

    ``ask`` returns the pass phrase; it is only called when the file is encrypted. ``certificates`` (PEM or DER) holds
    the certificate, and optionally its chain, when the key's file does not.

    Raises:
        SigningError: the file holds no key, the pass phrase is wrong, or no certificate belongs to the key.
        MachineError: pyHanko is not installed.
    """
    require()
    from circulars.signing import keys

    return keys.read_key(data, file, ask, certificates, certificates_file)


@contextmanager
def open_token(module: str, token: str, key_label: str, ask: AskSecret, certificates: bytes = b"") -> Iterator[Key]:
    """A key that never leaves its token (PKCS#11), while the token is open; ``ask`` returns the PIN.

    Raises:
        SigningError: there is no such token or key, the PIN is wrong, or no certificate belongs to the key.
        MachineError: the module cannot be loaded, or python-pkcs11 is not installed.
    """
    require()
    require("pkcs11", "pkcs11")
    from circulars.signing import tokens

    with tokens.open_token(module, token, key_label, ask, certificates) as key:
        yield key


def sign(
    data: bytes,
    key: Key,
    signing: Signing,
    *,
    timestamp: str = "",
    proxies: Mapping[str, str] | None = None,
    file: str = "",
) -> bytes:
    """The PDF with one more signature: the old bytes unchanged, followed by an incremental update.

    The signature is PAdES B-B. With ``timestamp``, the address of a time-stamp server, it is B-T (RFC 3161); this is
    the only use of the network. ``file`` is the name that problems show.

    Raises:
        SigningError: the PDF cannot be signed, the key may not sign now, or the server returns no time-stamp.
        UsageError: ``timestamp`` is not a web address.
        MachineError: pyHanko is not installed.
    """
    require()
    from circulars.signing.embedding import sign_pdf

    return sign_pdf(data, key, signing, timestamp, proxies or {}, file)


def sign_detached(
    data: bytes, key: Key, moment: datetime, *, timestamp: str = "", proxies: Mapping[str, str] | None = None
) -> bytes:
    """A separate signature of the bytes of any file (CMS, RFC 5652), in DER, with the certificates that belong to it.

    ``openssl cms -verify -binary -inform DER -in SIGNATURE -content FILE -CAfile AUTHORITY`` validates it.
    ``timestamp`` is the address of a time-stamp server (RFC 3161).

    Raises:
        SigningError, UsageError, MachineError: see :func:`sign`.
    """
    require()
    from circulars.signing.detached import detached_signature

    return detached_signature(data, key, moment, timestamp, proxies or {})


def detached_signature_of(
    signed: DetachedData, trusted: TrustedSigners, now: datetime | None = None, file: str = ""
) -> SignatureReport:
    """A report on a separate signature. Nothing is fetched. ``file`` is the name that problems show.

    With ``now``, a certificate that has expired since it was used is a problem, unless a time-stamp proves the time.

    Raises:
        SigningError: one of the trusted certificates or revocation lists cannot be read.
        MachineError: pyHanko is not installed.
    """
    require()
    from circulars.signing.detached import validate_detached

    return validate_detached(signed, trusted, now, file)


def signatures_of(
    data: bytes,
    trusted: Sequence[bytes] = (),
    *,
    revocations: Sequence[bytes] = (),
    now: datetime | None = None,
    file: str = "",
) -> tuple[SignatureReport, ...]:
    """A report on each signature of a PDF, the oldest first; ``()`` when the PDF is not signed.

    ``trusted`` are the trusted certificates and ``revocations`` the revocation lists (CRL), all in PEM or DER. Nothing
    is fetched. With ``now``, the reports also mention certificates that have expired since they were used, and
    signatures that claim a time in the future. ``file`` is the name that problems show.

    Raises:
        SigningError: the PDF cannot be read, one of ``trusted`` is not a certificate, or one of ``revocations`` is not
            a revocation list.
        MachineError: pyHanko is not installed.
    """
    require()
    from circulars.signing.validation import validate_signatures

    return validate_signatures(data, trusted, revocations, now, file)


def signer_problem(reports: Sequence[SignatureReport], names: Sequence[str], file: str = "") -> Problem | None:
    """What is wrong with the signers of a file; ``None`` if one of ``names`` signed it.

    A name is the name in a certificate ("Max Mustermann"), several attributes of its subject as in RFC 4514
    ("CN=Max Mustermann,O=Example Union"), or the SHA-256 of the certificate in hexadecimal. Only a signature without
    problems counts, by a certificate that leads to a trusted one.

    Raises:
        MachineError: pyHanko is not installed.
    """
    require()
    from circulars.signing.signers import signer_problem

    return signer_problem(reports, names, file)


def is_signed_by(report: SignatureReport, names: Sequence[str]) -> bool:
    """Whether a signature has no problem, and is by a trusted certificate that has one of ``names``.

    Raises:
        MachineError: pyHanko is not installed.
    """
    require()
    from circulars.signing import signers

    return signers.is_signed_by(report, names)


def read_trust_file(data: bytes, file: str = "") -> tuple[list[bytes], list[bytes]]:
    """The certificates and the revocation lists (CRL) in a PEM or DER file, each in DER.

    Raises:
        SigningError: the file holds neither.
        MachineError: pyHanko is not installed.
    """
    require()
    from circulars.signing.trust import read_trust_file

    return read_trust_file(data, file)
