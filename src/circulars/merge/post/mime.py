"""Writes e-mail messages as bytes: headers and parts (RFC 5322, RFC 2045 to 2047, RFC 2231).

The standard library writes them, too, but folds and quotes headers otherwise from one release to the next; here the
same message has the same bytes with every Python, and no value can become a header of its own.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from circulars.errors import UNPRINTED

_LINE: Final = 76  # characters of a line of a header (RFC 5322, 2.1.1) or of an encoded body (RFC 2045, 6.7 and 6.8)
_WORD: Final = 39  # bytes in an encoded word, which with "Reply-To: =?utf-8?B?" "?=" fill a line (RFC 2047, 2)
_HIGH: Final = bytes(range(0x80, 0x100))
_ASCII: Final = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message: its headers, each a line or several, and its body, encoded."""

    headers: tuple[bytes, ...]
    body: bytes

    @property
    def data(self) -> bytes:
        """The part as it travels."""
        return b"\r\n".join((*self.headers, b"", self.body))


def words(name: str, text: str) -> bytes:
    """A header of words: a subject. Line breaks and control characters in them are spaces."""
    text = plain_line(text)
    return _folded(name, text.split(" ") if _is_bare(text) else _encoded(text))


def mailbox(name: str, display: str, address: str) -> bytes:
    """A header with one mailbox: ``To: "Ana Ejemplo" <ana@example.int>``."""
    display = plain_line(display)
    if not display:
        return _folded(name, [address])
    if _is_bare(display):
        escaped = re.sub(r'(["\\])', r"\\\1", display)
        return _folded(name, [*f'"{escaped}"'.split(" "), f"<{address}>"])
    return _folded(name, [*_encoded(display), f"<{address}>"])


def token(name: str, value: str) -> bytes:
    """A header whose value is written here and needs no encoding."""
    return f"{name}: {value}".encode("ascii")


def plain_line(text: str) -> str:
    """A text on one line: what cannot be seen, and every run of white space, is a space."""
    return " ".join(UNPRINTED.sub(" ", text).split())


def text_part(subtype: str, text: str, language: str) -> Part:
    """A text in UTF-8."""
    data = "\n".join(text.splitlines()).encode() + b"\n"
    # Where most characters need three bytes, "=D8=B9" for each byte would be three times longer than Base64.
    dense = (len(data) - len(data.translate(None, _HIGH))) * 6 > len(data)
    body = _base64(data) if dense else binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n")
    return Part(
        (
            token("Content-Type", f'text/{subtype}; charset="utf-8"'),
            token("Content-Transfer-Encoding", "base64" if dense else "quoted-printable"),
            token("Content-Language", language),
        ),
        body,
    )


def file_part(media_type: str, data: bytes, *, name: str = "", content_id: str = "") -> Part:
    """A file: attached under its name, or shown where the page names its content id."""
    headers = [token("Content-Type", media_type), token("Content-Transfer-Encoding", "base64")]
    if name:
        headers.append(b"Content-Disposition: attachment;\r\n " + _file_name(name))
    if content_id:
        headers += [token("Content-ID", f"<{content_id}>"), token("Content-Disposition", "inline")]
    return Part(tuple(headers), _base64(data))


def multipart(kind: str, parts: Sequence[Part], seed: str, *, first: str = "") -> Part:
    """Several parts as one; ``first`` is the media type of the part that a "related" one begins with (RFC 2387).

    The boundary comes from the seed. "=_" stands in no encoded body (RFC 2045, 6.7), so no part can hold it.
    """
    boundary = f"=_{hashlib.sha256(f'{kind} {seed}'.encode()).hexdigest()[:32]}"
    type = f'; type="{first}"' if first else ""
    lines = [line for part in parts for line in (b"--" + boundary.encode(), part.data.removesuffix(b"\r\n"))]
    body = b"\r\n".join((*lines, b"--" + boundary.encode() + b"--", b""))
    return Part((token("Content-Type", f'multipart/{kind}{type};\r\n boundary="{boundary}"'),), body)


def _is_bare(text: str) -> bool:
    """Whether a text can stand in a header as it is: short words of ASCII, and nothing like an encoded word."""
    return bool(_ASCII.fullmatch(text)) and "=?" not in text and all(len(word) < _LINE - 20 for word in text.split(" "))


def _encoded(text: str) -> list[str]:
    """The text as encoded words (RFC 2047), each of whole characters."""
    pieces, piece = [], b""
    for sign in text:
        encoded = sign.encode()
        if len(piece) + len(encoded) > _WORD:
            pieces.append(piece)
            piece = b""
        piece += encoded
    return [f"=?utf-8?B?{binascii.b2a_base64(one, newline=False).decode()}?=" for one in (*pieces, piece)]


def _folded(name: str, tokens: Iterable[str]) -> bytes:
    """A header whose tokens, joined by spaces, are broken into lines before the space."""
    line, lines = f"{name}:", []
    for part in tokens:
        if len(line) + 1 + len(part) > _LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {part}"
    return "\r\n".join((*lines, line)).encode()


def _file_name(name: str) -> bytes:
    """The parameter that names a file; names beyond ASCII by RFC 2231."""
    if _ASCII.fullmatch(name):
        escaped = re.sub(r'(["\\])', r"\\\1", name)
        return f'filename="{escaped}"'.encode()
    return f"filename*=utf-8''{quote(name, safe='')}".encode()


def _base64(data: bytes) -> bytes:
    text = binascii.b2a_base64(data, newline=False)
    return b"".join(text[start : start + _LINE] + b"\r\n" for start in range(0, len(text), _LINE))
