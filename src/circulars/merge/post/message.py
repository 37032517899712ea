"""Makes the e-mail message for one addressee: the letter as text, and its files as attachments."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from circulars.formats import WRITERS
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.mime import MimePart, file_part, mailbox, multipart, text_part, token, words
from circulars.merge.post.page import page_of
from circulars.merge.post.plain import plain_text
from circulars.model.document import Document, filled


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment: its name, its format (a key of :data:`circulars.formats.WRITERS`), and its bytes."""

    name: str
    format: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a message. A draft has no date: it gets one when it is sent."""

    sender: Mailbox
    to: Mailbox
    message_id: str
    date: datetime.datetime | None = None
    reply_to: Mailbox | None = None


def message_id(plan: str, id: str, sender: Mailbox) -> str:
    """The Message-ID of an addressee's message, without "<" and ">": always the same for a plan."""
    digest = hashlib.sha256(f"{plan}\0{id}".encode()).hexdigest()
    return f"circular.{digest[:40]}@{sender.domain}"


def message(
    heading: Headers,
    document: Document,
    values: Mapping[str, str],
    files: Sequence[Attached] = (),
    *,
    draft: bool = False,
) -> bytes:
    """The message's bytes: the document, filled with ``values``, as plain text and as HTML, and the attachments.

    With ``draft``, mail programs open it as an unsent message (``X-Unsent``). The same input makes the same bytes.
    Because a person sends a circular and reads the replies, it is not marked as automatic (``Auto-Submitted``,
    RFC 3834, 5) or as bulk (``Precedence``, which is in no standard).
    """
    letter = filled(document, values)
    body = _body(letter, heading)
    if files:
        attached = [file_part(WRITERS[file.format].media_type, file.data, name=file.name) for file in files]
        body = multipart("mixed", [body, *attached], heading.message_id)
    headers = [*_headers(heading, letter), *([token("X-Unsent", "1")] if draft else [])]
    return MimePart((*headers, *body.headers), body.body).data


def _headers(heading: Headers, letter: Document) -> list[bytes]:
    headers = [
        mailbox("From", heading.sender.name, heading.sender.address),
        mailbox("To", heading.to.name, heading.to.address),
        words("Subject", letter.title),
        token("Message-ID", f"<{heading.message_id}>"),
        token("MIME-Version", "1.0"),
        token("Content-Language", letter.language),
    ]
    if heading.reply_to:
        headers.insert(2, mailbox("Reply-To", heading.reply_to.name, heading.reply_to.address))
    if heading.date:
        headers.insert(0, token("Date", format_datetime(heading.date)))
    return headers


def _body(letter: Document, heading: Headers) -> MimePart:
    """The letter as plain text and as HTML with its pictures, the plainer first (RFC 2046, 5.1.4)."""
    page = page_of(letter, heading.sender.domain)
    shown = text_part("html", page.html, letter.language)
    if page.pictures:
        pictures = [
            file_part(picture.media_type, picture.data, content_id=name) for name, picture in page.pictures.items()
        ]
        shown = multipart("related", [shown, *pictures], heading.message_id, first="text/html")
    plain = text_part("plain", plain_text(letter), letter.language)
    return multipart("alternative", [plain, shown], heading.message_id)
