"""Reads e-mail addresses strictly, and encodes their domains in ASCII."""

from __future__ import annotations

from dataclasses import dataclass

from circulars.addressing.emails import ascii_domain, email_fault, name_and_address
from circulars.errors import LetterError, Place, Problem, UsageError
from circulars.merge.post.mime import plain_line


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An e-mail address with a display name; the domain is in ASCII ("xn--bcher-kva.example")."""

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        """``local@domain``."""
        return f"{self.local}@{self.domain}"

    @property
    def named(self) -> str:
        """``NAME <local@domain>``, or only the address."""
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def is_ascii(self) -> bool:
        """Whether every server accepts the address: others need a server with SMTPUTF8 (RFC 6531)."""
        return self.local.isascii()


def mailbox_of(address: str, name: str = "", place: Place | None = None) -> Mailbox:
    """The mailbox of an address from a list; ``place`` is where it was found, for problems.

    Raises:
        LetterError: it is not a single valid address.
    """
    address = address.strip()
    if wrong := email_fault(address) if address else ("there is no e-mail address", "write one: ana@example.int"):
        fact, hint = wrong
        fact = f"'{address}' is not an e-mail address: {fact}" if address else fact
        raise LetterError(Problem(place or Place(), "wrong-email", fact, hint))
    local, _, domain = address.rpartition("@")
    return Mailbox(plain_line(name), local, ascii_domain(domain))


def read_mailbox(text: str) -> Mailbox:
    """The mailbox that was typed: ``TSB <tsb@example.int>``, or only the address.

    Raises:
        UsageError: it is not a mailbox.
    """
    name, address = name_and_address(text)
    try:
        return mailbox_of(address, name)
    except LetterError:
        fact = f"'{text}' is not a name and an e-mail address"
        raise UsageError(Problem(Place(), "wrong-email", fact, "write it like this: 'TSB <tsb@example.int>'")) from None
