"""Reads reports of failures that are in no standard form, with the detectors of flufl.bounce, which Mailman uses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from circulars.returned.delivery_status import Action, RecipientReport
from circulars.returned.parsing import AnyMessage, text_of, value_of
from circulars.returned.reasons import status_in

_MAX_TEXT: Final = 32 * 1024  # characters that the detectors get
_MAX_LINE: Final = 300  # and of each line: their work grows with its square
_MAX_RECIPIENTS: Final = 50
_NEAR: Final = 6  # lines after an address that say why
_REPLY: Final = re.compile(r"(?<![\d.])[45]\d\d(?=[ \-#])")
_TEXTS: Final = ("text/plain", "text/html")
_HIDDEN: Final = re.compile(r"(?i)<(?:style|script)\b")
_END_OF_HIDDEN: Final = re.compile(r"(?i)</(?:style|script)[^<>]{0,50}>")
_LINE_END: Final = re.compile(r"(?i)<(?:br|/p|/div|/tr|/td|/li|/h[1-6])\b[^<>]{0,500}>")
_TAG: Final = re.compile(r"<[/!a-zA-Z][^<>]{0,2000}>")
_QUOTED_HEADER: Final = re.compile(
    r"(?i)[ \t>|]*(?:return-path|received|from|to|cc|bcc|subject|date|message-id|reply-to)[ \t]*:"
)


def plain_reports(message: AnyMessage, parts: Sequence[AnyMessage]) -> list[RecipientReport]:
    """The reports that a message's text, or a header of Exim and Gmail, has; none if it is not such a report."""
    text = _shown_text(parts)
    found = [*_failed_recipients(message)]
    try:
        delayed, failed = all_failures(_small(message, parts))
    except Exception:  # whatever goes wrong there, the message is only not understood
        delayed, failed = frozenset(), frozenset()
    reports = [("failed", address) for address in (*found, *map(_text, sorted(failed)))]
    reports += [("delayed", address) for address in map(_text, sorted(delayed))]
    unique = dict.fromkeys((action, address) for action, address in reports if "@" in address)
    return [_report(action, address, text) for action, address in [*unique][:_MAX_RECIPIENTS]]  # type: ignore[arg-type]  # these are Actions


def words_of(parts: Sequence[AnyMessage]) -> str:
    """What a message says to its reader, without the headers of a message that it quotes."""
    lines = _shown_text(parts)[:_MAX_TEXT].splitlines()
    return "\n".join(line for line in lines if not _QUOTED_HEADER.match(line))


def report_in_words(address: str, text: str) -> RecipientReport:
    """The report of a failure that a text is for an address that it names, or that somebody knows to be meant."""
    return _report("failed", address, text)


def _shown_text(parts: Sequence[AnyMessage]) -> str:
    """The plain text of a message; if it has none, the text of its HTML."""
    texts = {kind: [text_of(part) for part in parts if part.get_content_type() == kind] for kind in _TEXTS}
    plain = "\n".join(texts["text/plain"])
    return plain if plain.strip() else "\n".join(map(_text_of_html, texts["text/html"]))


def _text_of_html(source: str) -> str:
    first, *hidden = _HIDDEN.split(" ".join(source.split()))
    shown = first + "".join(end[1] for one in hidden if len(end := _END_OF_HIDDEN.split(one, 1)) > 1)
    return html.unescape(_TAG.sub("", _LINE_END.sub("\n", shown)))


def _failed_recipients(message: AnyMessage) -> Iterable[str]:
    return (one.strip().strip("<>") for one in value_of(message, "x-failed-recipients").split(",") if one.strip())


def _text(address: bytes) -> str:
    return address.decode("ascii", "replace").strip("<> ")


def _small(message: AnyMessage, parts: Sequence[AnyMessage]) -> AnyMessage:
    """A message of the same form with little text, so that the detectors' work is small."""
    left = _MAX_TEXT
    small = _headers(message)
    leaves = []
    for part in parts:
        if part.get_content_maintype() == "text" and left > 0:
            lines = (line[:_MAX_LINE] for line in text_of(part)[:left].splitlines())
            text = "\n".join(lines)
            left -= len(text) + 1
            leaf: AnyMessage = small if part is message else _headers(part)
            del leaf["content-transfer-encoding"]
            del leaf["content-type"]
            leaf["Content-Type"] = f"{part.get_content_type()}; charset=utf-8"
            leaf.set_payload(text.encode("ascii", "replace").decode())
            leaves.append(leaf)
    if leaves and leaves[0] is not small:
        small.set_payload([*leaves])
    return small


def _headers(part: AnyMessage) -> AnyMessage:
    small: AnyMessage = Message()
    for name in ("from", "to", "subject", "return-path", "x-mailer", "content-type", "content-description", "received"):
        if value := value_of(part, name):
            small[name] = value.encode("ascii", "replace").decode()
    return small


def _report(action: Action, address: str, text: str) -> RecipientReport:
    words = _reason(text, address)
    return RecipientReport(action, final=address, status=status_in(words), words=words)


def _reason(text: str, address: str) -> str:
    """What the text says near the address: the lines with a server's reply, or the lines that follow the address."""
    lines = [line.strip() for line in text[:_MAX_TEXT].splitlines()]
    places = [place for place, line in enumerate(lines) if address.lower() in line.lower()] or [0]
    for place in places[:20]:
        near = lines[place : place + _NEAR]
        if replies := [*_replies(near)]:
            return " ".join(replies)
    if replies := [*_replies(lines[:200])]:
        return " ".join(replies)
    place = places[0]
    after = [line for line in lines[place : place + 1 + _NEAR] if line and line.strip("<>: ") != address]
    return " ".join(after[:3])


def _replies(lines: Sequence[str]) -> Iterator[str]:
    for place, line in enumerate(lines):
        if _REPLY.search(line) or status_in(line):
            yield line
            if place + 1 < len(lines) and lines[place + 1]:
                yield lines[place + 1]
            return
