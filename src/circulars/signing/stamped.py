"""Reads the time-stamp of a signature (RFC 3161), and says whether it is in order."""

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
from circulars.signing.trust import Fault

WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})
"""Digests for which another file with the same one can be made (ETSI TS 119 312)."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp: its time, who gave it, and what is wrong with it."""

    moment: datetime
    authority: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    faults: tuple[Fault, ...] = ()


def stamp_of(signer: cms.SignerInfo) -> Stamp | None:
    """The stamp of a signature, the first that is in order, or nothing when it has none.

    Raises:
        ValueError, KeyError, TypeError: the stamp cannot be read.
    """
    found = None
    value = signer["signature"].native
    for token in extract_tst_data_iter(signer, signed=False):
        found = stamp_in(token, lambda algorithm: hashlib.new(algorithm, value).digest())
        if not found.faults:
            break
    return found


def stamp_in(token: cms.SignedData, digest_of: Any) -> Stamp:
    """The stamp that a token holds; ``digest_of`` gives the digest, in an algorithm, of what should be stamped."""
    content = token["encap_content_info"]["content"]
    said = content.parsed
    if not isinstance(said, tsp.TSTInfo):
        raise ValueError("the token holds no time")
    certificates = extract_certs_for_validation(token)
    signer = extract_signer_info(token)
    algorithm = signer["digest_algorithm"]["algorithm"].native
    digest = hashlib.new(algorithm, bytes(content)).digest()
    intact, valid = validate_sig_integrity(signer, certificates.signer_cert, "tst_info", digest)
    imprint = said["message_imprint"]
    method = imprint["hash_algorithm"]["algorithm"].native
    right = imprint["hashed_message"].native == digest_of(method)
    return Stamp(
        said["gen_time"].native,
        name_of(certificates.signer_cert),
        certificates.signer_cert,
        tuple(certificates.other_certs),
        tuple(_faults(intact and valid, right, {algorithm, method})),
    )


def _faults(valid: bool, right: bool, digests: set[str]) -> Sequence[Fault]:
    again = "ask who signed it to sign again"
    faults = []
    if not valid:
        faults.append(("broken-time-stamp", "the time-stamp has been changed, or is forged", again))
    if not right:
        faults.append(("wrong-time-stamp", "the time-stamp is not one of this signature", again))
    if digests & WEAK_DIGESTS:
        faults.append(("weak-time-stamp", "the time-stamp was made in a way that can be forged today", again))
    return faults
