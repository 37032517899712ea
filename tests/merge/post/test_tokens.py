"""Tokens in addresses: the ledger can resolve them, and nobody else can make them."""

from __future__ import annotations

import pytest

from circulars.merge.post.mailbox import read_mailbox
from circulars.merge.post.tokens import bounce_address, by_token, token_in, token_of

KEY = "0123456789abcdef"
MESSAGES = [(f"circular.{n}@example.int", f"a{n}@example.org") for n in range(100)]
TOKEN = token_of(KEY, *MESSAGES[7])


@pytest.mark.parametrize("base", ["bounces@example.int", "bounces-{token}@example.int", "{token}@bounces.example.int"])
def test_an_address_is_read_back(base: str) -> None:
    """In any case, because servers change it; the address of another sending is not."""
    mailbox = read_mailbox(base)
    address = bounce_address(mailbox, TOKEN).address

    assert token_in(address, mailbox) == TOKEN
    assert token_in(address.upper(), mailbox) == TOKEN
    assert token_in(address, read_mailbox("other@example.int")) == ""
    assert len(address.partition("@")[0]) <= 64


def test_a_token_belongs_to_one_message() -> None:
    """To its Message-ID and its address; the ledger finds it."""
    known = by_token(KEY, MESSAGES)

    assert len(known) == 100
    assert known[TOKEN] == MESSAGES[7]


@pytest.mark.parametrize(
    "forged",
    [
        token_of("another key", *MESSAGES[7]),
        token_of("", *MESSAGES[7]),
        TOKEN[:-1] + ("a" if TOKEN[-1] != "a" else "b"),
        "a" * 20,
    ],
)
def test_a_token_cannot_be_made_without_the_key(forged: str) -> None:
    """Not even by somebody who knows the Message-ID and the address."""
    assert forged not in by_token(KEY, MESSAGES)
    assert not by_token("", MESSAGES)


@pytest.mark.parametrize(
    "address",
    ["", "bounces@example.int", "bounces+@example.int", "bounces+short@example.int", f"bounces+{TOKEN}x@example.int",
     f"xbounces+{TOKEN}@example.int", f"bounces+{TOKEN}@example.org", f"bounces+{'1' * 20}@example.int"],
)  # fmt: skip
def test_other_addresses_have_no_token(address: str) -> None:
    """They are not taken for one of ours."""
    assert token_in(address, read_mailbox("bounces@example.int")) == ""
