"""Parses messages of strangers: the beginning of each, within limits that keep the work small.

The email package of the standard library parses; its work grows faster than the message with the length of a header,
the depth of its parts and the number of its lines. So lines and headers are cut before it sees them. What tells why a
message came back is at its beginning.
"""

from __future__ import annotations

import email.header
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any, Final, TypeAlias

MAX_BEGINNING: Final = 512 * 1024
"""How many bytes of a message are read."""
MAX_LINES: Final = 20_000
"""How many lines of a message are read."""
MAX_PARTS: Final = 50
"""How many parts of a message are read: what follows the header of the last one is left out."""
MAX_LINE: Final = 1000
"""How many bytes of a line are read; RFC 5322 allows 998."""
MAX_FOLDED: Final = 30
"""How many lines that begin with white space, as those of a folded header, are read in a row."""
MAX_VALUE: Final = 2000
"""How many characters of a header's value are decoded."""
_GLOBAL: Final = re.compile(rb"(?i)message/global-delivery-status\b")
_MAX_TEXT: Final = 64 * 1024  # characters of a part's text

AnyMessage: TypeAlias = "Message[Any, Any]"


def parsed(data: bytes) -> AnyMessage:
    """The beginning of a message, parsed. Any bytes give a message."""
    # The parser splits only one of the two media types of reports into their groups of fields.
    lines = _cut(_GLOBAL.sub(b"message/delivery-status", data[:MAX_BEGINNING]))
    return BytesParser(policy=compat32).parsebytes(b"\n".join(lines))


def _cut(data: bytes) -> list[bytes]:
    kept: list[bytes] = []
    folded = parts = 0
    for line in data.split(b"\n", MAX_LINES)[:MAX_LINES]:
        line = line[:MAX_LINE].rstrip(b"\r").replace(b"\r", b" ")
        if line[:1] in (b" ", b"\t"):
            folded += 1
            if folded > MAX_FOLDED:
                continue
        else:
            folded = 0
            if line[:13].lower() == b"content-type:":
                parts += 1
                if parts > MAX_PARTS:
                    break
        kept.append(line)
    return kept


def parts_of(message: AnyMessage) -> Iterator[AnyMessage]:
    """A message and all its parts, in order; not those of messages that are attached to it."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if part.get_content_maintype() == "multipart":
            waiting += reversed(within(part))


def within(part: AnyMessage) -> list[AnyMessage]:
    """The parts, the message or the groups of fields in a part, if the parser found any."""
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def value_of(message: AnyMessage, name: str) -> str:
    """The value of a header on one line, decoded; "" if there is none. ``name`` is in small letters."""
    return next(iter(values_of(message, name)), "")


def values_of(message: AnyMessage, name: str) -> list[str]:
    """The values of all headers of a name in small letters, decoded."""
    # Other methods replace what is not ASCII.
    values = [value for key, value in message.raw_items() if key.lower() == name]
    return [decoded(str(value)) for value in values[:MAX_PARTS]]


def decoded(value: str) -> str:
    """A header's value in text, from its encoded words (RFC 2047), or from raw UTF-8."""
    value = " ".join(value[:MAX_VALUE].split())
    raw = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if "=?" not in raw:
        return raw
    try:
        return str(email.header.make_header(email.header.decode_header(raw)))
    except (ValueError, LookupError):  # a wrong encoding, or one that nobody knows
        return raw


def text_of(part: AnyMessage) -> str:
    """The text of a part, decoded as its headers say; "" if it has parts of its own."""
    payload = part.get_payload()
    if not isinstance(payload, str):
        return ""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        text = data[: 4 * _MAX_TEXT].decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = data[: 4 * _MAX_TEXT].decode("latin-1")
    return text.replace("\0", "")[:_MAX_TEXT]


_NAMED: Final = re.compile(r"(?im)^[ \t>|]*(?:X-)?(?:Original-)?Message-ID:\s*<([^<>\s]{3,500})>")
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"()\[\]]{1,250}@[^\s<>,;:\"()\[\]]{1,250}")
_ANGLED: Final = re.compile(r"<([^<>\s]{3,500}@[^<>\s]{1,255})>")


def message_ids_in(text: str) -> list[str]:
    """The Message-IDs in headers that a text quotes, without "<" and ">"."""
    return _NAMED.findall(text)


def references_in(value: str) -> list[str]:
    """The Message-IDs in the value of a header such as In-Reply-To, without "<" and ">"."""
    return _ANGLED.findall(value)


def addresses_in(text: str) -> list[str]:
    """What looks like an e-mail address in a text."""
    return [address.rstrip(".'") for address in _ADDRESS.findall(text)]
