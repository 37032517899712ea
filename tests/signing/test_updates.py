"""Updates of built and signed PDFs: signatures and their validation data are allowed, all else is reported."""

from __future__ import annotations

from contextlib import suppress

import pytest

from circulars import signing
from circulars.errors import SigningError
from circulars.signing.updates import updates_after
from signing.attacks import ATTACKS
from signing.authority import Authority
from signing.samples import DETAILS, KeyOf


@pytest.fixture(scope="module")
def made(letters: dict[str, bytes]) -> bytes:
    """A letter of two pages, as it was built."""
    return letters["tsb-circular-213"]


@pytest.fixture(scope="module")
def signed(made: bytes, authority: Authority, key_of: KeyOf) -> bytes:
    """The letter, signed once."""
    return signing.sign(made, key_of(authority.director), DETAILS)


def changes(data: bytes, start: int) -> list[str]:
    """All changes after the first bytes of a file."""
    return [words for update in updates_after(data, start) for words in update.changes]


def faults(data: bytes) -> list[str]:
    """The codes of all problems that validation finds."""
    try:
        return [problem.code for report in signing.signatures_of(data) for problem in report.problems]
    except SigningError as error:
        return [problem.code for problem in error.problems]


@pytest.mark.parametrize("name", ATTACKS)
def test_every_update_of_a_signed_letter_is_reported(name: str, signed: bytes) -> None:
    """Whatever an update changes, the signature before it has a problem."""
    attacked = ATTACKS[name](signed)

    assert changes(attacked, len(signed))
    assert faults(attacked)


@pytest.mark.parametrize("name", ATTACKS)
def test_every_update_before_signing_is_reported(name: str, made: bytes, stranger: Authority, key_of: KeyOf) -> None:
    """A signature by anybody does not make it a part of the letter that was built."""
    attacked = ATTACKS[name](made)
    with suppress(SigningError):  # some files cannot be signed
        attacked = signing.sign(attacked, key_of(stranger.director), DETAILS)

    assert changes(attacked, len(made))
