"""A key in a token signs without leaving the token; SoftHSM simulates the token."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from circulars import signing
from circulars.errors import CircularsError
from commands import run_here
from review.approval.desk import made_desk
from signing.authority import Authority
from signing.samples import DETAILS, codes

MODULE = next((str(path) for path in Path("/usr/lib").glob("**/libsofthsm2.so")), "")
PIN = b"271828"

pytestmark = [
    pytest.mark.skipif(not (MODULE and shutil.which("softhsm2-util")), reason="SoftHSM is not installed"),
    pytest.mark.xdist_group("softhsm"),
]


@pytest.fixture(scope="module")
def token(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token with the director's key and certificate, and with another key that has no certificate."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    pin = PIN.decode()
    softhsm = ["softhsm2-util", "--token", "office", "--pin", pin]
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "office", "--so-pin", "31415926", "--pin", pin],
        check=True, capture_output=True,
    )  # fmt: skip
    for number, (label, holder) in enumerate((("director", authority.director), ("alone", authority.secretary))):
        (folder / "key.pem").write_bytes(holder.pem_key())
        subprocess.run(
            [*softhsm, "--import", folder / "key.pem", "--label", label, "--id", f"{number:02}"],
            check=True, capture_output=True,
        )  # fmt: skip
    _store_certificate(authority)
    yield "office"
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def _store_certificate(authority: Authority) -> None:
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    der = authority.director.certificate.public_bytes(serialization.Encoding.DER)
    with pkcs11.lib(MODULE).get_token(token_label="office").open(user_pin=PIN.decode(), rw=True) as session:
        attributes = decode_x509_certificate(der)
        session.create_object(attributes | {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "director"})


def test_a_key_in_a_token_signs(token: str, authority: Authority, letter: bytes) -> None:
    """The key and its certificate are found by their label; the chain is not in the token."""
    with signing.open_token(MODULE, token, "director", lambda: PIN) as key:
        signed = signing.sign(letter, key, DETAILS)

    [report] = signing.signatures_of(signed)
    assert (report.signer, report.problems) == ("Max Mustermann", ())


def test_a_certificate_may_be_in_a_file(token: str, authority: Authority, letter: bytes) -> None:
    """For an EC key whose certificate is not in the token, a file gives the certificate and those above it."""
    given = authority.secretary.pem_certificates
    with signing.open_token(MODULE, token, "alone", lambda: PIN, given) as key:
        signed = signing.sign(letter, key, DETAILS)

    [report] = signing.signatures_of(signed, [authority.trusted])
    assert (report.signer, report.trust, report.problems) == ("Erika Mustermann", "trusted", ())


def test_a_letter_is_approved_with_a_key_in_a_token(token: str, authority: Authority, tmp_path: Path) -> None:
    """The file names the certificates above the signer's, of which the folder trusts the first."""
    desk = made_desk(tmp_path, authority)
    (tmp_path / "drafter.pem").write_bytes(authority.secretary.pem_certificates)
    (tmp_path / "pin").write_bytes(PIN)
    (tmp_path / "pin").chmod(0o600)
    key = ("--pkcs11", MODULE, "--token", token, "--key-label", "alone", "--certificate", "drafter.pem")

    done = run_here(tmp_path, "approve", "one", "--role", "drafter", *key, "--passphrase-file", "pin")

    assert (done.returncode, done.stderr) == (0, "")
    assert desk.lacks("drafter", now=None) == []


@pytest.mark.parametrize(
    ("module", "name", "label", "pin", "code"),
    [
        (MODULE, "nowhere", "director", PIN, "no-token"),
        (MODULE, "office", "nobody", PIN, "no-key"),
        (MODULE, "office", "alone", PIN, "no-certificate"),
        (MODULE, "office", "director", b"000000", "wrong-pin"),
        (MODULE, "office", "director", b"", "wrong-pin"),
        ("/nowhere.so", "office", "director", PIN, "no-module"),
        (__file__, "office", "director", PIN, "no-module"),
    ],
)
def test_problems_with_a_token_are_reported(
    module: str, name: str, label: str, pin: bytes, code: str, token: str
) -> None:
    """No such token, key, certificate or module, or a wrong PIN. The message does not show the PIN."""
    with pytest.raises(CircularsError) as caught, signing.open_token(module, name, label, lambda: pin):
        pass
    assert codes(caught) == [code]
    assert not pin or pin.decode() not in str(caught.value)


@pytest.mark.parametrize(("fault", "code"), [("PinLocked", "locked-token"), ("DeviceRemoved", "token-failed")])
def test_a_token_that_does_not_open_is_reported(
    fault: str, code: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has locked itself, or was pulled out. SoftHSM does neither, so the library is made to say so."""
    import pkcs11

    def fails(*_: object, **__: object) -> None:
        raise getattr(pkcs11.exceptions, fault)

    monkeypatch.setattr("circulars.signing.tokens.open_pkcs11_session", fails)

    with pytest.raises(CircularsError) as caught, signing.open_token(MODULE, token, "director", lambda: PIN):
        pass
    assert codes(caught) == [code]


def test_several_keys_of_one_label_are_reported(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be chance which of them signs."""
    import pkcs11

    class Session(nullcontext[None]):
        def __enter__(self) -> Any:
            return self

        def get_key(self, *_: object, **__: object) -> None:
            raise pkcs11.MultipleObjectsReturned

    monkeypatch.setattr("circulars.signing.tokens.open_pkcs11_session", lambda *_, **__: Session())

    with pytest.raises(CircularsError) as caught, signing.open_token(MODULE, token, "director", lambda: PIN):
        pass
    assert codes(caught) == ["several-keys"]


def test_a_certificate_of_another_key_signs_nothing(token: str, authority: Authority, letter: bytes) -> None:
    """A signature by a token's key is validated before it is returned."""
    given = authority.expired.pem_certificates
    with pytest.raises(CircularsError), signing.open_token(MODULE, token, "alone", lambda: PIN, given) as key:
        signing.sign(letter, key, DETAILS)
