"""Reads and validates the time-stamp of a signature (RFC 3161)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp, x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
    validate_sig_integrity,
)

from circulars.signing.keys import name_of
from circulars.signing.trust import SIGN_AGAIN, Fault

WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})
"""Digest algorithms that are no longer collision-resistant (ETSI TS 119 312)."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A time-stamp: its time, its authority, the authority's certificate, other certificates, and its faults."""

    moment: datetime
    authority: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    faults: tuple[Fault, ...] = ()


def time_stamp_of(signer: cms.SignerInfo) -> TimeStamp | None:
    """The first valid time-stamp of a signature, else the last one, else ``None``.

    Raises:
        ValueError, KeyError, TypeError: a time-stamp cannot be read.
    """
    found = None
    value = signer["signature"].native
    for token in extract_tst_data_iter(signer, signed=False):
        found = read_time_stamp(token, lambda algorithm: hashlib.new(algorithm, value).digest())
        if not found.faults:
            break
    return found


def read_time_stamp(token: cms.SignedData, digest_of: Any) -> TimeStamp:
    """The time-stamp in a time-stamp token.

    ``digest_of(algorithm)`` returns the digest of the data that should have been time-stamped.

    Raises:
        ValueError, KeyError, TypeError: the token cannot be read.
    """
    content = token["encap_content_info"]["content"]
    info = content.parsed
    if not isinstance(info, tsp.TSTInfo):
        raise ValueError("the token holds no time")
    certificates = extract_certs_for_validation(token)
    signer = extract_signer_info(token)
    algorithm = signer["digest_algorithm"]["algorithm"].native
    digest = hashlib.new(algorithm, bytes(content)).digest()
    intact, valid = validate_sig_integrity(signer, certificates.signer_cert, "tst_info", digest)
    imprint = info["message_imprint"]
    imprint_algorithm = imprint["hash_algorithm"]["algorithm"].native
    matches = imprint["hashed_message"].native == digest_of(imprint_algorithm)
    return TimeStamp(
        info["gen_time"].native,
        name_of(certificates.signer_cert),
        certificates.signer_cert,
        tuple(certificates.other_certs),
        tuple(_faults(intact and valid, matches, {algorithm, imprint_algorithm})),
    )


def _faults(valid: bool, matches: bool, digests: set[str]) -> Sequence[Fault]:
    faults = []
    if not valid:
        faults.append(("broken-time-stamp", "the time-stamp has been changed, or is forged", SIGN_AGAIN))
    if not matches:
        faults.append(("wrong-time-stamp", "the time-stamp does not belong to this signature", SIGN_AGAIN))
    if digests & WEAK_DIGESTS:
        fact = "the time-stamp uses an algorithm that is no longer secure"
        faults.append(("weak-time-stamp", fact, SIGN_AGAIN))
    return faults
