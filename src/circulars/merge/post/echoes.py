"""Keeps a server's words, unless they repeat the password that it was told."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import unquote

from circulars.merge.post.mime import plain_line

_WORDS: Final = 500  # characters of a server's words that are kept
_LEFT_OUT: Final = "(the server's words are left out: they contain the password or the token)"


def without_echo(words: str, password: str) -> str:
    """A server's words on one line, shortened; a note in their place if they contain the password in a usual encoding.

    It is looked for as it is, backwards, in Base64 (at any offset, as in ``AUTH PLAIN``, or twice), Base32 and Base85,
    as hexadecimal or decimal numbers, in percent, quoted-printable, HTML and JSON encoding, in any case and width, and
    with anything between its letters and digits.
    """
    if password:
        decoded = (words, unquote(words), unquote(words.replace("=", "%")), unescape(words), _unescaped(words))
        seen = {form for text in decoded for form in (text, _compact(text), _squeezed(text))}
        if any(form in text for form in _forms(password) for text in seen):
            return _LEFT_OUT
    return short_line(words)


def short_line(words: str) -> str:
    """What a server says, on one line and shortened."""
    return plain_line(words)[:_WORDS]


def _forms(password: str) -> Iterator[str]:
    """What the password may look like."""
    secret = password.encode()
    plain = [password, password[::-1], secret.decode("latin-1")]
    coded = [secret.hex(), " ".join(map(str, secret)), base64.b32encode(secret).decode().rstrip("=")]
    coded += [base64.b85encode(secret).decode(), base64.b64encode(base64.b64encode(secret)).decode().rstrip("=")]
    # In Base64 the first and the last characters depend on what surrounds the password.
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + secret).decode().rstrip("=")
        coded.append(text[(0, 2, 3)[offset] : len(text) - ((offset + len(secret)) % 3 > 0)])
    yield password
    yield from (form for text in plain if len(form := _compact(text)) > 2)
    for text in (*plain, *coded):
        squeezed = _squeezed(text)
        if len(squeezed) > 2 or squeezed == text.casefold():
            yield squeezed


def _unescaped(text: str) -> str:
    """A text without JSON's escapes."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text).replace("\\", "")


def _compact(text: str) -> str:
    """A text in lower case and one width, without white space and what nobody sees."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in text if character.isprintable() and not character.isspace())


def _squeezed(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(character for character in _compact(text) if character.isalnum())
