"""Makes the e-mail message for one addressee: the letter as text, and its files as attachments."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from circulars.formats import WRITERS
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.mime import MimePart, file_part, mailboxes, multipart, text_part, token, words
from circulars.merge.post.page import USUAL_FONTS, page_of
from circulars.merge.post.plain import plain_text
from circulars.model.document import Document
from circulars.model.filling import filled_in_directions
from circulars.model.fonts import PackFonts


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment: its name, its format (a key of :data:`circulars.formats.WRITERS`), and its bytes.

    A file that is not of the letter has a media type instead of a format.
    """

    name: str
    format: str
    data: bytes
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a message. A draft has no date: it gets one when it is sent.

    ``unsubscribe`` are addresses to unsubscribe at (RFC 2369); with ``one_click`` a mail program may do it alone
    (RFC 8058). ``no_auto_replies`` asks for no automatic replies.
    """

    sender: Mailbox
    to: Mailbox
    message_id: str
    date: datetime.datetime | None = None
    reply_to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    unsubscribe: tuple[str, ...] = ()
    one_click: bool = False
    no_auto_replies: bool = False


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
    fonts: PackFonts = USUAL_FONTS,
    draft: bool = False,
) -> bytes:
    """The message's bytes: the document, filled with ``values``, as plain text and as HTML, and the attachments.

    With ``draft``, mail programs open it as an unsent message (``X-Unsent``). Only a draft has its blind copies in a
    header: the program that sends it removes it. The same input makes the same bytes.

    A person sends a circular and reads the replies, so it is marked as automatic (``Auto-Submitted``, RFC 3834, 5) only
    if the sender wants no automatic replies, and never as bulk (``Precedence``, which is in no standard).
    """
    letter = filled_in_directions(document, values)
    body = _body(letter, heading, fonts)
    if files:
        attached = [file_part(_media_type(file), file.data, name=file.name) for file in files]
        body = multipart("mixed", [body, *attached], heading.message_id)
    headers = _headers(heading, letter)
    if draft:
        headers += [_mailboxes("Bcc", heading.bcc)] if heading.bcc else []
        headers.append(token("X-Unsent", "1"))
    return MimePart((*headers, *body.headers), body.body).data


def _media_type(file: Attached) -> str:
    return file.media_type or WRITERS[file.format].media_type


def _headers(heading: Headers, letter: Document) -> list[bytes]:
    headers = [token("Date", format_datetime(heading.date))] if heading.date else []
    headers.append(_mailboxes("From", [heading.sender]))
    if heading.reply_to:
        headers.append(_mailboxes("Reply-To", heading.reply_to))
    headers.append(_mailboxes("To", [heading.to]))
    if heading.cc:
        headers.append(_mailboxes("Cc", heading.cc))
    headers += [
        words("Subject", letter.title),
        token("Message-ID", f"<{heading.message_id}>"),
        token("MIME-Version", "1.0"),
        token("Content-Language", letter.language),
    ]
    if heading.unsubscribe:
        headers.append(token("List-Unsubscribe", ",\r\n ".join(f"<{address}>" for address in heading.unsubscribe)))
        if heading.one_click:
            headers.append(token("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    if heading.no_auto_replies:
        headers.append(token("Auto-Submitted", "auto-generated"))
        # Exchange knows no Auto-Submitted. Reports of messages that did not arrive are still wanted.
        headers.append(token("X-Auto-Response-Suppress", "OOF, AutoReply"))
    return headers


def _mailboxes(name: str, those: Sequence[Mailbox]) -> bytes:
    return mailboxes(name, [(one.name, one.address) for one in those])


def _body(letter: Document, heading: Headers, fonts: PackFonts) -> MimePart:
    """The letter as plain text and as HTML with its pictures, the plainer first (RFC 2046, 5.1.4)."""
    page = page_of(letter, heading.sender.domain, fonts)
    shown = text_part("html", page.html, letter.language)
    if page.pictures:
        pictures = [
            file_part(picture.media_type, picture.data, content_id=name) for name, picture in page.pictures.items()
        ]
        shown = multipart("related", [shown, *pictures], heading.message_id, first="text/html")
    plain = text_part("plain", plain_text(letter), letter.language)
    return multipart("alternative", [plain, shown], heading.message_id)
