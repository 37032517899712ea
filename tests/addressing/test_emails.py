"""One rule says which e-mail addresses are valid: for lists, for letters and for messages."""

from __future__ import annotations

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from circulars.addressing.emails import ascii_domain, fault
from circulars.errors import LetterError
from circulars.merge.post.mailbox import mailbox_of
from source.letters.test_letters import letter

DOMAINS = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=3).map(".".join)


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.int",
        "a.b+c@sub.example.com",
        "o'neill@example.com",
        "ana@muñoz.example",
        "josé@example.int",
        "x@1.example",
        "ana@straße.example",
        "ana@xn--bcher-kva.example",
    ],
)
def test_addresses_that_can_be_written_to_are_taken(address: str) -> None:
    """Of any script, with a domain that the name service can know."""
    assert fault(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "ana", "@example.int", "ana@", "ana@example", "ana@@example.int", "a@b@example.int", ".ana@example.int",
        "a..b@example.int", "ana.@example.int", "ana@-example.int", "ana@example-.int", "ana@example..int",
        "ana@.example.int", "ana@example.int.", "ana@1.2.3.4", "ana@[127.0.0.1]", '"ana"@example.int',
        "Ana <ana@example.int>", "ana@example.int, max@example.int", "ana@example.int;max@example.int",
        "ana @example.int", "ana@example.int\r\nBcc: max@example.int", "ana@example.int\n", "ana\0@example.int",
        "ana@exam\u202eple.int", f"{'a' * 65}@example.int", f"a@{'b' * 64}.int", f"a@{'b.' * 130}int", "=cmd|'/c'!A1",
        "ana@ex_ample.int", "ana(x)@example.int", "<script>@example.int", "ana@xn--.int\udc80",
        "ana@☕.example", "ana@a☕b.example", "ana@xn--bücher.example", f"a@{'ü' * 60}.example",
    ],
)  # fmt: skip
def test_addresses_that_cannot_are_told(address: str) -> None:
    """Several of them, names beside them, line breaks, what is no domain: each with a remedy."""
    wrong = fault(address)

    assert wrong is not None
    assert all(wrong)


@given(DOMAINS)
@example("☕.example")
@example("Bücher.example")
@example("straße.example")
@example("例え.テスト")
@example("a\u200db.example")
def test_a_domain_beyond_ascii_is_written_as_idna_2008_writes_it(domain: str) -> None:
    """What the library takes is written as it writes it; what the library refuses is refused."""
    domain = f"ü{domain}"
    try:
        expected = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        expected = ""

    assert ascii_domain(domain) == expected
    if not expected:
        assert fault(f"ana@{domain}") is not None


@given(DOMAINS)
@example("☕.example")
@example("Bücher.example")
@example("ex_ample.int")
def test_the_address_of_a_list_is_valid_when_a_message_can_be_sent_to_it(domain: str) -> None:
    """What passes has a domain that the library knows; what fails makes no mailbox."""
    address = f"ana@{domain}"

    if fault(address) is None:
        assert mailbox_of(address).domain == (
            domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
        )
    else:
        with pytest.raises(LetterError):
            mailbox_of(address)


@pytest.mark.parametrize("address", ["ana@☕.example", "ana@example", "ana@ex_ample.int", "ana @example.int"])
def test_a_letters_contact_is_held_to_the_same_rule(address: str) -> None:
    """An address that no message can be sent to is no contact's."""
    with pytest.raises(LetterError, match="wrong-email"):
        letter(f'contact: {{email: "{address}"}}\n')


def test_a_letters_contact_may_have_an_address_in_another_script() -> None:
    """It stands in the letter as it was written."""
    assert letter("contact: {email: ana@bücher.example}\n").contact.email == "ana@bücher.example"
