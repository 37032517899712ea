"""Validates e-mail addresses, by one rule for lists of addressees, letters and messages."""

from __future__ import annotations

import re

# RFC 5322, 3.2.3: the atoms of an address without quotation marks. RFC 5321, 4.5.3.1: 64 octets before the "@", 254
# in all. RFC 1034, 3.5: the labels of a domain.
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ASCII = re.compile(rf"(?=.{{1,64}}@)(?=.{{1,254}}\Z){_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}\Z")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
_SEVERAL = re.compile(r"@[^,;\s]*[,;\s]+\S+@")
_NAMED = re.compile(r"<\s*([^<>@\s]+@[^<>\s]+)\s*>")
_AT = re.compile(r"\s+at\s+|\s*[(\[]at[)\]]\s*", re.IGNORECASE)
_AROUND = re.compile(r"\s*([@.])\s*")
_MAILBOX = re.compile(r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^<>"]*?))\s*<(?P<address>[^<>]*)>\s*')

is_plain = _ASCII.match
"""Whether a text is a valid address in ASCII."""


def name_and_address(text: str) -> tuple[str, str]:
    """The display name and the address of a mailbox, neither validated: ``TSB <tsb@example.int>``, or an address."""
    if "<" not in text or not (found := _MAILBOX.fullmatch(text)):
        return "", text.strip()
    name = re.sub(r"\\(.)", r"\1", found["quoted"]) if found["quoted"] else found["plain"] or ""
    return name, found["address"].strip()


def mailboxes_in(cell: str) -> list[tuple[str, str]]:
    """The display names and addresses in a cell with several mailboxes, separated by ";"."""
    return [name_and_address(part) for part in cell.split(";") if part.strip()]


def email_fault(text: str) -> tuple[str, str] | None:
    """The fact and the remedy for an invalid address; None for a valid one.

    Addresses in other scripts are valid (RFC 6531), and so are domains that IDNA can write in ASCII (RFC 5891).
    """
    if is_plain(text):
        return None
    if "\n" in text or "\r" in text:
        return "it has a line break", "write the address on one line"
    if _SEVERAL.search(text):
        return "these are several addresses", "keep one; put the others in rows of their own"
    if named := _NAMED.search(text):
        return "it includes a name", f"write {named[1]} only; names have columns of their own"
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return "it has a space or an invisible character", _without_spaces(text)
    if text.count("@") != 1:
        return "it has no '@'" if "@" not in text else "it has more than one '@'", "write it like ana@example.int"
    local, domain = text.split("@")
    return _local_fault(local) or _domain_fault(domain) or _length_fault(local, domain)


def ascii_domain(domain: str) -> str:
    """The domain in ASCII, as mail servers use it ("xn--bcher-kva.example"); "" for a domain that is not valid.

    Capital letters are mapped by UTS 46. IDNA 2008 (RFC 5891), which keeps ß distinct from ss, does the conversion.
    """
    if domain.isascii():
        return domain.lower()
    import idna  # its tables take long to load, and few lists need them

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _without_spaces(text: str) -> str:
    """The hint for an address with spaces: the address, where they are around "@", "at" or a dot."""
    closed = _AROUND.sub(r"\1", _AT.sub("@", text) if "@" not in text else text)
    return f"write {closed}" if is_plain(closed) else "delete it"


def _local_fault(local: str) -> tuple[str, str] | None:
    if not local:
        return "there is nothing before the '@'", "write it like ana@example.int"
    plain = "".join(sign if sign.isascii() else "x" for sign in local)
    if not re.fullmatch(rf"{_WORD}(?:\.{_WORD})*", plain):
        wrong = next((sign for sign in plain if not re.match(r"[\w.!#$%&'*+/=?^`{|}~-]", sign)), "")
        misplaced = "the part before the '@' begins or ends with a dot, or has two dots in a row"
        return f"'{wrong}' is not allowed before the '@'" if wrong else misplaced, "correct the part before the '@'"
    return None


def _domain_fault(domain: str) -> tuple[str, str] | None:
    if "." not in domain.strip("."):
        fact = f"'{domain}' is not a domain" if domain else "there is nothing after the '@'"
        return fact, "write it like ana@example.int"
    if not _DOMAIN.fullmatch(ascii_domain(domain)):
        return f"'{domain}' is not a domain", "correct the part after the '@'"
    return None


def _length_fault(local: str, domain: str) -> tuple[str, str] | None:
    whole = f"{local}@{ascii_domain(domain)}"
    if len(local.encode("utf-8", "replace")) > 64 or len(whole.encode("utf-8", "replace")) > 254:
        return "it is too long: the limits are 64 before the '@' and 254 in all", "check the address"
    return None
