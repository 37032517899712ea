"""Signs with keys that never leave their token: a smart card, a USB stick or a security module (PKCS#11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pkcs11
from asn1crypto import x509
from pkcs11.exceptions import (
    MultipleObjectsReturned,
    NoSuchKey,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
)
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from circulars.errors import MachineError, Place, Problem, SigningError
from circulars.signing.keys import Key, as_asn1, name_of, read_certificates
from circulars.signing.values import GIVE_CERTIFICATE, AskSecret


@contextmanager
def open_token(module: str, token: str, key_label: str, ask: AskSecret, certificates: bytes = b"") -> Iterator[Key]:
    """A key in a token, while the token is open; its certificate is in the token, or in ``certificates``.

    Raises:
        SigningError, MachineError: see :func:`circulars.signing.open_token`.
    """
    _load(module)
    try:
        slots = pkcs11.lib(module).get_slots(token_present=True)
        labels = [one.get_token().label.strip() for one in slots]
    except PKCS11Error:
        labels = []
    if token not in labels:
        known = ", ".join(f"'{label}'" for label in labels if label) or "none"
        raise _error(token, "no-token", f"there is no token '{token}'", f"the tokens are: {known}")
    given = [as_asn1(one) for one in read_certificates(certificates, "")] if certificates else []
    try:
        session = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=ask().decode())
    except PinLocked:
        hint = "unlock it with the software that came with it"
        raise _error(token, "locked-token", "the token is locked", hint) from None
    except (PinIncorrect, PinInvalid, PinLenRange, UnicodeDecodeError):
        hint = "take care: some tokens lock after a few wrong PINs"
        raise _error(token, "wrong-pin", "the PIN does not open the token", hint) from None
    except PKCS11Error as error:
        raise _error(token, "token-failed", f"the token cannot be opened ({type(error).__name__})", "") from None
    with session:
        yield _key(session, token, key_label, given)


def _load(module: str) -> None:
    try:
        pkcs11.lib(module)
    except (PKCS11Error, RuntimeError, OSError):
        fact = "this is not a PKCS#11 module, or it cannot be loaded"
        hint = "name the library of your token (SoftHSM: /usr/lib/softhsm/libsofthsm2.so)"
        raise MachineError(Problem(Place(module), "no-module", fact, hint)) from None


def _key(session: pkcs11.Session, token: str, label: str, given: list[x509.Certificate]) -> Key:
    try:
        session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    except NoSuchKey:
        found = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})
        names = ", ".join(f"'{name}'" for one in found if (name := getattr(one, "label", ""))) or "none"
        raise _error(token, "no-key", f"there is no key '{label}' in the token", f"its keys are: {names}") from None
    except MultipleObjectsReturned:
        fact = f"several keys in the token have the label '{label}'"
        raise _error(token, "several-keys", fact, "give each key its own label") from None
    signer = PKCS11Signer(
        session,
        cert_label=None if given else label,
        key_label=label,
        signing_cert=given[0] if given else None,
        ca_chain=given[1:],
        other_certs_to_pull=None if not given else (),
    )
    try:
        certificate = signer.signing_cert
    except PKCS11Error:
        certificate = None
    if certificate is None:
        fact = f"there is no certificate '{label}' in the token"
        raise SigningError(Problem(Place(token), "no-certificate", fact, choices=(GIVE_CERTIFICATE,)))
    # Few tokens compute the digest for an EC key themselves.
    signer.use_raw_mechanism = certificate.public_key.algorithm == "ec"
    return Key(name_of(certificate), signer)


def _error(token: str, code: str, fact: str, hint: str) -> SigningError:
    return SigningError(Problem(Place(token), code, fact, hint))
