"""Validates e-mail addresses: the one rule for lists of addressees, letters and messages."""

from __future__ import annotations

import re

# RFC 5322, 3.2.3: the words of an address without quotation marks. RFC 5321, 4.5.3.1: 64 before the "@", 254 in all.
# RFC 1034, 3.5: the labels of a domain.
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ASCII = re.compile(rf"(?=.{{1,64}}@)(?=.{{1,254}}\Z){_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}\Z")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
_SEVERAL = re.compile(r"@[^,;\s]*[,;\s]+\S+@")
_NAMED = re.compile(r"<\s*([^<>@\s]+@[^<>\s]+)\s*>")

is_plain = _ASCII.match
"""Whether a text is an address in ASCII."""


def fault(text: str) -> tuple[str, str] | None:
    """What is wrong with an address, and what to do; None when a message can be sent to it.

    Addresses in other scripts are valid (RFC 6531), and so are domains that can be written in ASCII (RFC 5891).
    """
    if is_plain(text):
        return None
    if "\n" in text or "\r" in text:
        return "it has a line break", "write the address on one line"
    if _SEVERAL.search(text):
        return "these are several addresses", "keep one; give the others rows of their own"
    if named := _NAMED.search(text):
        return "a name stands beside the address", f"write {named[1]} only; names have columns of their own"
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return "it has a space or an invisible character", "delete it"
    if text.count("@") != 1:
        return "it has no '@'" if "@" not in text else "it has more than one '@'", "write it like ana@example.int"
    local, domain = text.split("@")
    return _local_fault(local) or _domain_fault(domain) or _length_fault(local, domain)


def ascii_domain(domain: str) -> str:
    """The domain as mail servers know it, "xn--bcher-kva.example"; "" when it cannot be written in ASCII.

    By IDNA 2008 (RFC 5891), in which ß is not ss, with the mapping of UTS 46 for capital letters.
    """
    if domain.isascii():
        return domain.lower()
    import idna  # its tables take long to load, and few lists need them

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _local_fault(local: str) -> tuple[str, str] | None:
    if not local:
        return "nothing stands before the '@'", "write it like ana@example.int"
    plain = "".join(sign if sign.isascii() else "x" for sign in local)
    if not re.fullmatch(rf"{_WORD}(?:\.{_WORD})*", plain):
        wrong = next((sign for sign in plain if not re.match(r"[\w.!#$%&'*+/=?^`{|}~-]", sign)), "")
        fact = f"'{wrong}' cannot stand before the '@'" if wrong else "a dot stands at an end, or beside another dot"
        return fact, "look at what stands before the '@'"
    return None


def _domain_fault(domain: str) -> tuple[str, str] | None:
    if "." not in domain.strip("."):
        return f"'{domain}' is no domain" if domain else "nothing stands after the '@'", "write it like ana@example.int"
    if not _DOMAIN.fullmatch(ascii_domain(domain)):
        return f"'{domain}' is no domain", "look at what stands after the '@'"
    return None


def _length_fault(local: str, domain: str) -> tuple[str, str] | None:
    whole = f"{local}@{ascii_domain(domain)}"
    if len(local.encode("utf-8", "replace")) > 64 or len(whole.encode("utf-8", "replace")) > 254:
        return "it is longer than an address can be (64 before the '@', 254 in all)", "look at the address"
    return None
