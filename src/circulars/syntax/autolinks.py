"""Finds autolinks: web and e-mail addresses without any mark around them."""

from __future__ import annotations

import re

from circulars.east_asian import HANGUL, UNSPACED

_TRAILING = ".,;:!?'\"»”‘’…—"
_EAST_ASIAN = UNSPACED + HANGUL
# An address ends before Han and Hangul, for words without spaces follow it, and before Arabic commas and semicolons.
_BARE_URL = re.compile(rf'(?:https?://|www\.)[^\s<>*\[\]{{}}\\"«»“”،؛؟{_EAST_ASIAN}]+')
_BARE_EMAIL = re.compile(
    rf"(?:(?<![\w.+-])|(?<=[{_EAST_ASIAN}]))"
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
