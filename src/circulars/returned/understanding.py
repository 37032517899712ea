"""Says what a message in a mailbox of returned mail is: a report of a failure, an automatic reply, an answer."""

from __future__ import annotations

import datetime
import email.utils
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from circulars.returned.delivery_status import TYPE, RecipientReport, recipient_reports
from circulars.returned.parsing import (
    AnyMessage,
    addresses_in,
    message_ids_in,
    parsed,
    parts_of,
    references_in,
    text_of,
    value_of,
    values_of,
    within,
)
from circulars.returned.plain_reports import plain_reports, words_of
from circulars.syntax.own_tables import own_table

MailKind = Literal[
    "failure", "delay", "delivered", "receipt", "complaint", "absence", "challenge", "person", "unclear"
]  # fmt: skip
"""What a message is.

- ``failure``: a report that a message was not delivered; ``delay``: that a server still tries; ``delivered``: that it
  was delivered, or handed on.
- ``receipt``: a read receipt. ``complaint``: the addressee marked the message as spam.
- ``absence``: an automatic reply. ``challenge``: one that asks the sender to confirm the message.
- ``person``: none of these, so that somebody must read it. ``unclear``: a server sent it, and it is not known why.
"""

_MAX_IDS: Final = 50
_MAX_SHOWN: Final = 200  # characters of a subject or a sender
_CAME_TO: Final = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to", "to", "cc"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A message of a mailbox for returned mail.

    ``originals`` are the Message-IDs of the messages that it returns or answers, without "<" and ">", the most certain
    first. ``came_to`` are the addresses that it was sent to. ``reports`` say what became of the original, by recipient.
    ``words`` are what a failure without reports says to its reader.
    """

    kind: MailKind
    sender: str
    subject: str
    at: datetime.datetime | None = None
    originals: tuple[str, ...] = ()
    came_to: tuple[str, ...] = ()
    reports: tuple[RecipientReport, ...] = ()
    words: str = ""


def understand(data: bytes) -> ReturnedMail:
    """What a message is. ``data`` is the message, or its beginning; any bytes are a message."""
    message = parsed(data)
    parts = [*parts_of(message)]
    kind, reports = _kind_of(message, parts)
    return ReturnedMail(
        kind,
        value_of(message, "from")[:_MAX_SHOWN],
        value_of(message, "subject")[:_MAX_SHOWN],
        _date(value_of(message, "date")),
        tuple(dict.fromkeys(_originals(message, parts)))[:_MAX_IDS],
        tuple(dict.fromkeys(_came_to(message)))[:_MAX_IDS],
        tuple(reports),
        words_of(parts) if kind == "failure" and not reports else "",
    )


@functools.cache
def _phrases() -> dict[str, re.Pattern[str]]:
    table: dict[str, list[str]] = own_table(__package__, "phrases.yaml")
    return {name: re.compile("|".join(f"(?:{row})" for row in rows), re.IGNORECASE) for name, rows in table.items()}


def _kind_of(message: AnyMessage, parts: Sequence[AnyMessage]) -> tuple[MailKind, Sequence[RecipientReport]]:
    types = {part.get_content_type() for part in parts}
    if "message/feedback-report" in types:
        return "complaint", ()
    reports = [report for part in parts if part.get_content_type() == TYPE for report in recipient_reports(part)]
    if reports:
        return _kind_of_reports(reports), reports
    subject, is_daemon = value_of(message, "subject"), _is_daemon(message)
    said = functools.partial(_says, subject=subject)
    is_receipt = "message/disposition-notification" in types
    may_be_failure = is_daemon or is_receipt or said("failure") or said("delay")
    is_reply = said("answer") or (said("absence") and not said("failure"))
    if may_be_failure and not is_reply and (reports := plain_reports(message, parts)):
        return _kind_of_reports(reports), reports
    if is_receipt:
        return "receipt", ()
    if said("delay") and is_daemon:
        return "delay", ()
    if said("failure") and is_daemon:
        return "failure", ()
    if _is_challenge(message, parts, subject):
        return "challenge", ()
    if _is_automatic(message) or (said("absence") and not said("answer")):
        return "absence", ()
    return ("unclear" if is_daemon else "person"), ()


def _says(name: str, subject: str) -> bool:
    return bool(_phrases()[name].search(subject))


def _kind_of_reports(reports: Sequence[RecipientReport]) -> MailKind:
    actions = {report.action for report in reports}
    return "failure" if "failed" in actions else "delay" if "delayed" in actions else "delivered"


def _is_daemon(message: AnyMessage) -> bool:
    """Whether a server sent the message, as far as its headers say."""
    if value_of(message, "return-path") == "<>" or message.get("x-failed-recipients"):
        return True
    found = addresses_in(value_of(message, "from"))
    local = found[0].rpartition("@")[0] if found else value_of(message, "from").strip("<> ")
    return bool(_phrases()["daemons"].fullmatch(local))


def _is_automatic(message: AnyMessage) -> bool:
    """Whether a program replied (RFC 3834, and what older programs write)."""
    submitted = value_of(message, "auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(message.get(name) for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from")):
        return True
    if value_of(message, "precedence").lower() in ("auto_reply", "auto-reply", "autoreply"):
        return True
    return bool(re.search("auto.?(repl|respon)|vacation", value_of(message, "x-mailer") or "", re.IGNORECASE))


def _is_challenge(message: AnyMessage, parts: Sequence[AnyMessage], subject: str) -> bool:
    challenge = _phrases()["challenge"]
    if _says("answer", subject) and not _is_automatic(message):
        return False
    if challenge.search(subject):
        return True
    return _is_automatic(message) and any(challenge.search(text[:4000]) for text in _texts(parts))


def _texts(parts: Sequence[AnyMessage]) -> Iterator[str]:
    for part in parts:
        if part.get_content_maintype() == "text":
            yield text_of(part)


def _originals(message: AnyMessage, parts: Sequence[AnyMessage]) -> Iterator[str]:
    """The Message-IDs of messages that a message returns or answers."""
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global", "message/global-headers", "text/rfc822-headers"):
            for original in within(part):
                yield from references_in(value_of(original, "message-id"))
            yield from message_ids_in(text_of(part))
    for text in _texts(parts):
        yield from message_ids_in(text)
    for part in parts:
        if part.get_content_type() in ("message/feedback-report", "message/disposition-notification", TYPE):
            for block in within(part) or [parsed(text_of(part).encode())]:
                for name in ("original-message-id", "message-id", "x-original-message-id"):
                    yield from references_in(value_of(block, name))
    for name in ("x-original-message-id", "x-ms-exchange-message-id", "in-reply-to", "references"):
        yield from references_in(value_of(message, name))


def _came_to(message: AnyMessage) -> Iterator[str]:
    for name in _CAME_TO:
        for value in values_of(message, name):
            yield from addresses_in(value)
    for value in values_of(message, "received"):
        if found := re.search(r"\bfor <?([^\s<>;]+@[^\s<>;]+)", value):
            yield found[1]


def _date(value: str) -> datetime.datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(value[:100])
        return (at if at.tzinfo else at.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
