"""Keeps a server's words, unless they repeat the password that it was told."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import unquote

from circulars.merge.post.mime import plain_line

_WORDS: Final = 500  # characters of a server's words that are kept
_LEFT_OUT: Final = "(the server's words are left out: they contain the password)"


def without_echo(words: str, password: str) -> str:
    """A server's words on one line, shortened; a note in their place if they contain the password in a usual encoding.

    It is looked for as it is, backwards, in Base64 (at any offset, as in ``AUTH PLAIN``), in hexadecimal digits, in
    percent, quoted-printable and HTML encoding, in any case, and with anything between its letters and digits.
    """
    decoded = (words, unquote(words), unquote(words.replace("=", "%")), unescape(words))
    seen = {*decoded, *map(_squeezed, decoded)}
    if password and any(form in text for form in _forms(password) for text in seen):
        return _LEFT_OUT
    return plain_line(words)[:_WORDS]


def _forms(password: str) -> Iterator[str]:
    """What the password may look like."""
    yield password
    secret = password.encode()
    texts = [password, password[::-1], secret.hex(), secret.decode("latin-1")]
    # In Base64 the first and the last characters depend on what surrounds the password.
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + secret).decode().rstrip("=")
        texts.append(text[(0, 2, 3)[offset] : len(text) - ((offset + len(secret)) % 3 > 0)])
    for text in texts:
        squeezed = _squeezed(text)
        if len(squeezed) > 2 or squeezed == text.casefold():
            yield squeezed


def _squeezed(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())
