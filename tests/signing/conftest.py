"""Who signs, what is signed, and by which clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from circulars import signing
from circulars.build import Order, Workspace, build
from circulars.signing.keys import Key
from circulars.source.letters import read_letter
from conftest import ROOT
from signing.authority import PHRASE, Authority, Holder, make_authority
from signing.stamp_server import StampServer, stamping


@pytest.fixture(scope="session")
def authority() -> Authority:
    """An authority that the tests trust."""
    return make_authority()


@pytest.fixture(scope="session")
def stranger() -> Authority:
    """An authority of the same names that nobody trusts."""
    return make_authority("Stranger")


@pytest.fixture
def stamps(authority: Authority) -> Iterator[StampServer]:
    """A time-stamp server."""
    with stamping(authority.stamper) as server:
        yield server


@pytest.fixture(scope="session")
def letters() -> dict[str, bytes]:
    """Two letters as PDF: one that has room for a hand, and one of two pages that says "(signed)" and has a code."""
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
    """The key of somebody."""
    return lambda holder: signing.read_key(holder.pkcs12(), "key.p12", lambda: PHRASE)
