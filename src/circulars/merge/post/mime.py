"""Writes e-mail messages as bytes: headers and parts (RFC 5322, RFC 2045 to 2047, RFC 2231).

The standard library writes them too, but folds and quotes headers differently from release to release. Here the same
message has the same bytes with every Python, and no value can inject a header.
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

_LINE: Final = 76  # the most characters in a line of a header (RFC 5322, 2.1.1) or an encoded body (RFC 2045, 6.7, 6.8)
_WORD: Final = 39  # the most bytes in an encoded word: in Base64 they fill a line after "Reply-To: " (RFC 2047, 2)
_HIGH: Final = bytes(range(0x80, 0x100))
_ASCII: Final = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class MimePart:
    """A part of a message: its headers, each of one or more lines, and its encoded body."""

    headers: tuple[bytes, ...]
    body: bytes

    @property
    def data(self) -> bytes:
        """The bytes of the part."""
        return b"\r\n".join((*self.headers, b"", self.body))


def words(name: str, text: str) -> bytes:
    """A header of text, such as a subject. Line breaks and control characters become spaces."""
    text = plain_line(text)
    return _folded(name, text.split(" ") if _is_bare(text) else _encoded(text))


def mailboxes(name: str, named: Iterable[tuple[str, str]]) -> bytes:
    """A header with mailboxes, each a display name and an address: ``To: "Ana Ejemplo" <ana@example.int>``."""
    tokens: list[str] = []
    for display, address in named:
        if tokens:
            tokens[-1] += ","
        tokens += _mailbox(plain_line(display), address)
    return _folded(name, tokens)


def _mailbox(display: str, address: str) -> list[str]:
    if not display:
        return [address]
    if _is_bare(display):
        escaped = re.sub(r'(["\\])', r"\\\1", display)
        return [*f'"{escaped}"'.split(" "), f"<{address}>"]
    return [*_encoded(display), f"<{address}>"]


def token(name: str, value: str) -> bytes:
    """A header whose value is ASCII and safe."""
    return f"{name}: {value}".encode("ascii")


def plain_line(text: str) -> str:
    """A text on one line: invisible characters and every run of white space become one space."""
    return " ".join(UNPRINTED.sub(" ", text).split())


def text_part(subtype: str, text: str, language: str) -> MimePart:
    """A text in UTF-8."""
    data = "\n".join(text.splitlines()).encode() + b"\n"
    # For text that is mostly not ASCII, quoted-printable ("=D8=B9") would be much longer than Base64.
    dense = (len(data) - len(data.translate(None, _HIGH))) * 6 > len(data)
    body = _base64(data) if dense else binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n")
    return MimePart(
        (
            token("Content-Type", f'text/{subtype}; charset="utf-8"'),
            token("Content-Transfer-Encoding", "base64" if dense else "quoted-printable"),
            token("Content-Language", language),
        ),
        body,
    )


def file_part(media_type: str, data: bytes, *, name: str = "", content_id: str = "") -> MimePart:
    """A file: attached under its name, or shown where the page names its content id."""
    headers = [token("Content-Type", media_type), token("Content-Transfer-Encoding", "base64")]
    if name:
        headers.append(b"Content-Disposition: attachment;\r\n " + _file_name(name))
        if not _ASCII.fullmatch(name):
            headers[0] += b";\r\n " + _name_for_outlook(name)
    if content_id:
        headers += [token("Content-ID", f"<{content_id}>"), token("Content-Disposition", "inline")]
    return MimePart(tuple(headers), _base64(data))


def multipart(kind: str, parts: Sequence[MimePart], seed: str, *, first: str = "") -> MimePart:
    """Several parts as one. ``first`` is the media type of the first part of a "related" one (RFC 2387).

    The boundary is derived from the seed. It contains "=_", which no encoded body can contain (RFC 2045, 6.7).
    """
    boundary = f"=_{hashlib.sha256(f'{kind} {seed}'.encode()).hexdigest()[:32]}"
    type = f'; type="{first}"' if first else ""
    lines = [line for part in parts for line in (b"--" + boundary.encode(), part.data.removesuffix(b"\r\n"))]
    body = b"\r\n".join((*lines, b"--" + boundary.encode() + b"--", b""))
    return MimePart((token("Content-Type", f'multipart/{kind}{type};\r\n boundary="{boundary}"'),), body)


def _is_bare(text: str) -> bool:
    """Whether a text needs no encoding in a header: short words of ASCII, and nothing like an encoded word."""
    return bool(_ASCII.fullmatch(text)) and "=?" not in text and all(len(word) < _LINE - 20 for word in text.split(" "))


def _encoded(text: str) -> list[str]:
    """The text as encoded words (RFC 2047); no character is split."""
    pieces, piece = [], b""
    for sign in text:
        encoded = sign.encode()
        if len(piece) + len(encoded) > _WORD:
            pieces.append(piece)
            piece = b""
        piece += encoded
    return [f"=?utf-8?B?{binascii.b2a_base64(one, newline=False).decode()}?=" for one in (*pieces, piece)]


def _folded(name: str, tokens: Iterable[str]) -> bytes:
    """A header of tokens, joined by spaces and folded before spaces."""
    line, lines = f"{name}:", []
    for part in tokens:
        if len(line) + 1 + len(part) > _LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {part}"
    return "\r\n".join((*lines, line)).encode()


def _file_name(name: str) -> bytes:
    """The ``filename`` parameter; names beyond ASCII are encoded by RFC 2231."""
    if _ASCII.fullmatch(name):
        escaped = re.sub(r'(["\\])', r"\\\1", name)
        return f'filename="{escaped}"'.encode()
    return f"filename*=utf-8''{quote(name, safe='')}".encode()


def _name_for_outlook(name: str) -> bytes:
    """The ``name`` parameter of a name beyond ASCII, in encoded words.

    No standard allows them there, but versions of Outlook read no other. There is no ``filename`` in ASCII beside
    ``filename*``: programs that know both take it, and lose the accents (Python's email package does).
    """
    return 'name="{}"'.format("\r\n ".join(_encoded(name))).encode()


def _base64(data: bytes) -> bytes:
    text = binascii.b2a_base64(data, newline=False)
    return b"".join(text[start : start + _LINE] + b"\r\n" for start in range(0, len(text), _LINE))
