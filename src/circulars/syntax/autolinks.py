"""Finds autolinks: web and e-mail addresses without any mark around them."""

from __future__ import annotations

import re
from typing import Final

from circulars.east_asian import HANGUL, UNSPACED

_TRAILING = ".,;:!?'\"»”‘’…—"
ADDRESS_END: Final = UNSPACED + HANGUL
"""What ends an address, for use in such a class: Han and Hangul, for words without spaces follow it."""

# An address ends before Arabic commas and semicolons as well.
_BARE_URL = re.compile(rf'(?:https?://|www\.)[^\s<>*\[\]{{}}\\"«»“”،؛؟{ADDRESS_END}]+')
_BARE_EMAIL = re.compile(
    rf"(?:(?<![\w.+-])|(?<=[{ADDRESS_END}]))"
    r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)


def autolinks(text: str) -> list[tuple[int, str, str]]:
    """Each bare address in a text, in order: its start, the address as typed, and the URL that it links to."""
    found = []
    if "://" in text or "www." in text:
        for match in _BARE_URL.finditer(text):
            address = _trimmed(match.group())
            found.append((match.start(), address, address if address.startswith("http") else f"https://{address}"))
    if "@" in text:
        found += [(m.start(), m.group(), f"mailto:{m.group()}") for m in _BARE_EMAIL.finditer(text)]
    return sorted(found)


def _trimmed(address: str) -> str:
    """The address without punctuation that belongs to the sentence around it."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in _TRAILING or (address[end - 1] == ")" and unopened > 0)):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]
