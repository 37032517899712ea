"""E-mail addresses are validated by one rule, for lists, letters and messages."""

from __future__ import annotations

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from circulars.addressing.emails import ascii_domain, email_fault
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
def test_valid_addresses_are_accepted(address: str) -> None:
    """Addresses may be in any script, if the domain is valid in the DNS."""
    assert email_fault(address) is None


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
def test_invalid_addresses_are_reported(address: str) -> None:
    """Several addresses, names, line breaks and invalid domains are reported with a fact and a remedy."""
    wrong = email_fault(address)

    assert wrong is not None
    assert all(wrong)


@given(DOMAINS)
@example("☕.example")
@example("Bücher.example")
@example("straße.example")
@example("例え.テスト")
@example("a\u200db.example")
def test_a_domain_beyond_ascii_is_written_as_idna_2008_writes_it(domain: str) -> None:
    """A domain is converted as the library ``idna`` does; a domain that the library refuses is refused."""
    domain = f"ü{domain}"
    try:
        expected = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        expected = ""

    assert ascii_domain(domain) == expected
    if not expected:
        assert email_fault(f"ana@{domain}") is not None


@given(DOMAINS)
@example("☕.example")
@example("Bücher.example")
@example("ex_ample.int")
def test_the_address_of_a_list_is_valid_when_a_message_can_be_sent_to_it(domain: str) -> None:
    """An address passes the check exactly if a mailbox can be made of it."""
    address = f"ana@{domain}"

    if email_fault(address) is None:
        assert mailbox_of(address).domain == (
            domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
        )
    else:
        with pytest.raises(LetterError):
            mailbox_of(address)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("ana at example.int", "write ana@example.int"),
        ("ana (at) example.int", "write ana@example.int"),
        ("ana @ example. int", "write ana@example.int"),
        ("Ana ana@example.int", "delete it"),
        ("ana\u00a0ejemplo@example.int", "delete it"),
    ],
)
def test_the_hint_for_a_space_is_the_address_where_it_is_plain(typed: str, hint: str) -> None:
    """A space may be a name or a part that is missing: only around "@", "at" and dots it is certain what was meant."""
    assert email_fault(typed) == ("it has a space or an invisible character", hint)


@pytest.mark.parametrize("address", ["ana@☕.example", "ana@example", "ana@ex_ample.int", "ana @example.int"])
def test_the_address_of_a_letter_s_contact_follows_the_same_rule(address: str) -> None:
    """An address to which no message can be sent is refused in a contact."""
    with pytest.raises(LetterError, match="wrong-email"):
        letter(f'contact: {{email: "{address}"}}\n')


def test_a_letter_s_contact_may_have_an_address_in_another_script() -> None:
    """The letter shows it as typed."""
    assert letter("contact: {email: ana@bücher.example}\n").contact[0].email["en"] == "ana@bücher.example"
