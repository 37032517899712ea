"""One e-mail message for one addressee: the letter as its text, and the letter's files."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from circulars.formats import WRITERS
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.mime import Part, file_part, mailbox, multipart, text_part, token, words
from circulars.merge.post.page import page_of
from circulars.merge.post.plain import plain_text
from circulars.model.document import Document, filled


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a message: its name, its format (a key of :data:`circulars.formats.WRITERS`), its bytes."""

    name: str
    format: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Headers:
    """What stands above a message. A draft has no date: it gets one when it is sent."""

    sender: Mailbox
    to: Mailbox
    message_id: str
    date: datetime.datetime | None = None
    reply_to: Mailbox | None = None


def message_id(plan: str, id: str, sender: Mailbox) -> str:
    """The Message-ID of an addressee's message in a plan: the same whenever it is made, without its "<" and ">"."""
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
    """The message's bytes: the document, its holes filled, as plain text and as a page, and the files attached.

    With ``draft`` mail programs open it as one that is still to be sent (``X-Unsent``). The same input makes the
    same bytes. A person sends a circular and reads what comes back, so nothing in it says that a program wrote it
    (RFC 3834, 5: ``Auto-Submitted`` is for those), nor is it bulk (``Precedence`` stands in no standard).
    """
    letter = filled(document, values)
    body = _body(letter, heading)
    if files:
        attached = [file_part(WRITERS[file.format].media_type, file.data, name=file.name) for file in files]
        body = multipart("mixed", [body, *attached], heading.message_id)
    headers = [*_headers(heading, letter), *([token("X-Unsent", "1")] if draft else [])]
    return Part((*headers, *body.headers), body.body).data


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


def _body(letter: Document, heading: Headers) -> Part:
    """The letter twice, the plainer first (RFC 2046, 5.1.4), the page with its pictures."""
    page = page_of(letter, heading.sender.domain)
    shown = text_part("html", page.html, letter.language)
    if page.pictures:
        pictures = [
            file_part(picture.media_type, picture.data, content_id=name) for name, picture in page.pictures.items()
        ]
        shown = multipart("related", [shown, *pictures], heading.message_id, first="text/html")
    plain = text_part("plain", plain_text(letter), letter.language)
    return multipart("alternative", [plain, shown], heading.message_id)
