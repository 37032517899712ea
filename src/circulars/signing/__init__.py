"""Signs PDF files, and says what is to be thought of their signatures (PAdES, ETSI EN 319 142-1).

The library pyHanko does what is cryptography. It is an extra (``sign``), so this module imports it only when
a function needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from circulars.signing.library import need
from circulars.signing.place import find_spot, language_of, spot_at
from circulars.signing.values import Ask, Block, Box, SignatureReport, Signing, Spot

if TYPE_CHECKING:
    from circulars.signing.keys import Key

__all__ = [
    "Block",
    "Box",
    "SignatureReport",
    "Signing",
    "Spot",
    "evidence_in",
    "find_spot",
    "language_of",
    "open_token",
    "read_key",
    "sign",
    "signatures_of",
    "spot_at",
]


def read_key(data: bytes, file: str, ask: Ask, certificates: bytes = b"", certificates_file: str = "") -> Key:
    """The key in a PKCS#12 or PEM file, with its certificate and those that lead up to a trusted one.

    ``ask`` gives the pass phrase, and is only called when the file is locked. ``certificates`` (PEM or DER) are the
    certificate, and perhaps its chain, when the key's file has none.

    Raises:
        SigningError: the file holds no key, the pass phrase is wrong, or no certificate belongs to the key.
        MachineError: pyHanko is not installed.
    """
    need()
    from circulars.signing import keys

    return keys.read_key(data, file, ask, certificates, certificates_file)


@contextmanager
def open_token(module: str, token: str, key_label: str, ask: Ask, certificates: bytes = b"") -> Iterator[Key]:
    """A key that never leaves its token (PKCS#11); ``ask`` gives the PIN.

    Raises:
        SigningError: there is no such token or key, the PIN is wrong, or no certificate belongs to the key.
        MachineError: the module cannot be loaded, or python-pkcs11 is not installed.
    """
    need()
    need("pkcs11", "pkcs11")
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
    """The PDF with one more signature: the old bytes as they are, and an update behind them.

    The signature is PAdES B-B; with ``timestamp``, the address of a server, it is B-T (RFC 3161), and that is the only
    use of the network. ``file`` is the name that problems show.

    Raises:
        SigningError: the PDF cannot be signed, the key may not sign now, or the server gives no time-stamp.
        UsageError: the address of the server is none.
        MachineError: pyHanko is not installed.
    """
    need()
    from circulars.signing.seal import sealed

    return sealed(data, key, signing, timestamp, proxies or {}, file)


def signatures_of(
    data: bytes,
    trusted: Sequence[bytes] = (),
    *,
    revocations: Sequence[bytes] = (),
    now: datetime | None = None,
    file: str = "",
) -> tuple[SignatureReport, ...]:
    """What is to be thought of each signature of a PDF, the oldest first; ``()`` when nobody has signed it.

    ``trusted`` are certificates that are believed, and ``revocations`` lists of those that are not any more (CRL), all
    as PEM or DER. Nothing is fetched. With ``now`` it is also said what has become of a certificate since. ``file`` is
    the name that problems show.

    Raises:
        SigningError: the PDF cannot be read, one of ``trusted`` is no certificate, or one of ``revocations`` no list.
        MachineError: pyHanko is not installed.
    """
    need()
    from circulars.signing.verdicts import verdicts

    return verdicts(data, trusted, revocations, now, file)


def evidence_in(data: bytes, file: str = "") -> tuple[list[bytes], list[bytes]]:
    """The certificates and the lists of revoked ones (CRL) in a PEM or DER file, each in DER.

    Raises:
        SigningError: the file holds neither.
        MachineError: pyHanko is not installed.
    """
    need()
    from circulars.signing.trust import evidence_in

    return evidence_in(data, file)
