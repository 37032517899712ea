"""Fixtures for signing: an authority, a time-stamp server, letters and keys."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import pytest

from circulars import signing
from circulars.build import Order, build
from circulars.signing.keys import Key
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT
from signing.authority import PHRASE, Authority, Holder, make_authority
from signing.timestamp_server import LocalTimestampServer, stamping


@pytest.fixture(scope="session")
def authority() -> Authority:
    """An authority that the tests trust."""
    return make_authority()


@pytest.fixture(scope="session")
def stranger() -> Authority:
    """An untrusted authority whose holders have the same names."""
    return make_authority("Stranger")


@pytest.fixture
def stamps(authority: Authority) -> Iterator[LocalTimestampServer]:
    """A time-stamp server."""
    with stamping(authority.stamper) as server:
        yield server


@pytest.fixture(scope="session")
def letters() -> dict[str, bytes]:
    """Two letters as PDF: one with room for a signature by hand; one of two pages with "(signed)" and a QR code."""
    made = {}
    for name, language in (("br-circular-letter-cr-430", "en"), ("tsb-circular-213", "es")):
        letter = read_letter(ROOT / "letters" / f"{name}.yaml")
        [output] = build(letter, Workspace(ROOT), Order(languages=(language,), formats=("pdf",)))
        made[name] = output.data
    return made


@pytest.fixture(scope="session")
def letter(letters: dict[str, bytes]) -> bytes:
    """A letter with room for a signature."""
    return letters["br-circular-letter-cr-430"]


@pytest.fixture(scope="session")
def key_of() -> Callable[[Holder], Key]:
    """A function that returns the key of a holder."""
    return functools.cache(lambda holder: signing.read_key(holder.pkcs12(), "key.p12", lambda: PHRASE))
