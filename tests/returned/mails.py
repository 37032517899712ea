"""Returned mail as mail servers, mail programs and people write it, made from a message that was sent.

Each function takes the message's bytes and its addressee's address, and returns the mail that comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from email import message_from_bytes
from email.message import EmailMessage

Returning = Callable[[bytes, str], bytes]
DATE = "Sat, 14 Mar 2026 12:00:00 +0000"
DOMAIN = "relay.example.net"


def heads(original: bytes) -> str:
    """The headers of a message."""
    return original.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").replace("\r\n", "\n") + "\n"


def message_id(original: bytes) -> str:
    """The Message-ID of a message, with "<" and ">"."""
    return str(message_from_bytes(original)["Message-ID"])


def mail(headers: Mapping[str, str], text: str) -> bytes:
    """A message with these headers and this body."""
    usual = {"Date": DATE, "Message-ID": "<returned.1@relay.example.net>", "To": "bounces@example.int"}
    lines = [f"{name}: {value}" for name, value in {**usual, **headers}.items() if value]
    return ("\n".join(lines) + "\n\n" + text).encode()


def report(
    original: bytes,
    recipients: Iterable[Mapping[str, str]],
    *,
    subject: str = "Undelivered Mail Returned to Sender",
    sender: str = f"MAILER-DAEMON@{DOMAIN}",
    words: str = "The message could not be delivered.",
    returned: str = "message/rfc822",
    status: str = "message/delivery-status",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A report in the form of RFC 3464: in words, by recipient, and with the original or its headers."""
    groups = [{"Reporting-MTA": f"dns; {DOMAIN}", "Arrival-Date": DATE}, *recipients]
    fields = "\n\n".join("\n".join(f"{name}: {value}" for name, value in group.items()) for group in groups)
    original_text = original.decode("utf-8", "replace").replace("\r\n", "\n")
    whole = {"message/rfc822": original_text, "text/rfc822-headers": heads(original)}.get(returned, "")
    last = f"--=_r\nContent-Type: {returned}\n\n{whole}\n" if returned else ""
    text = (
        f"This is a report.\n\n--=_r\nContent-Type: text/plain; charset=utf-8\nContent-Description: Notification\n\n"
        f"{words}\n\n--=_r\nContent-Type: {status}\n\n{fields}\n\n{last}--=_r--\n"
    )
    kind = 'multipart/report; report-type=delivery-status;\n boundary="=_r"'
    return mail(
        {"From": f"Mail Delivery System <{sender}>", "Return-Path": "<>", "Subject": subject, "MIME-Version": "1.0",
         "Content-Type": kind, "Auto-Submitted": "auto-replied", **(headers or {})},
        text,
    )  # fmt: skip


def failed(address: str, status: str = "5.1.1", words: str = "550 5.1.1 no such user", **more: str) -> dict[str, str]:
    """The fields of a recipient whom a message did not reach."""
    fields = {"Final-Recipient": f"rfc822; {address}", "Action": "failed", "Status": status}
    return {**fields, "Diagnostic-Code": f"smtp; {words}", **{name.replace("_", "-"): more[name] for name in more}}


def dsn(status: str = "5.1.1", words: str = "550 5.1.1 no such user") -> Returning:
    """A report of RFC 3464 with a reason."""
    return lambda original, address: report(original, [failed(address, status, words)])


def postfix(original: bytes, address: str) -> bytes:
    """Postfix: the reason in words and in fields, and the whole original."""
    said = (
        f"<{address}>: host mx.example.org[192.0.2.1] said: 550 5.1.1 <{address}>: no such user (in reply to RCPT TO)"
    )
    return report(original, [failed(address, Original_Recipient=f"rfc822;{address}")], words=said)


def exchange(original: bytes, address: str) -> bytes:
    """Exchange Online: a report whose status says little, and whose reason says more; the headers of the original."""
    words = "550 5.4.1 Recipient address rejected: Access denied. For more information see https://support.example"
    return report(
        original, [failed(address, "5.4.1", words)], subject="Undeliverable: A meeting", returned="text/rfc822-headers",
        sender="MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.int",
        headers={"In-Reply-To": message_id(original), "References": message_id(original)},
    )  # fmt: skip


def gmail(original: bytes, address: str) -> bytes:
    """Gmail: a report with a subject of its own, and the names of failed recipients in a header."""
    return report(
        original, [failed(address, "5.2.2", "552-5.2.2 The inbox is out of storage space and inactive.")],
        subject="Delivery Status Notification (Failure)", sender="mailer-daemon@mail.example.com",
        headers={"X-Failed-Recipients": address},
    )  # fmt: skip


def exim(original: bytes, address: str) -> bytes:
    """Exim of before 4.90: plain text with the original below."""
    return mail(
        {"From": f"Mail Delivery System <Mailer-Daemon@{DOMAIN}>", "Return-Path": "<>",
         "X-Failed-Recipients": address, "Auto-Submitted": "auto-replied",
         "Subject": "Mail delivery failed: returning message to sender"},
        "This message was created automatically by mail delivery software.\n\n"
        "A message of yours reached none of its recipients. This error will not go away. Here is the address:\n\n"
        f"  {address}\n    host mx.example.org [192.0.2.1]\n"
        "    SMTP error from remote mail server after RCPT TO: 550 unknown user\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        + original.decode("utf-8", "replace").replace("\r\n", "\n"),
    )  # fmt: skip


def qmail(original: bytes, address: str) -> bytes:
    """qmail: QSBMF, with the original below."""
    return mail(
        {"From": f"MAILER-DAEMON@{DOMAIN}", "Return-Path": "<>", "Subject": "failure notice"},
        f"Hi. This is the qmail-send program at {DOMAIN}.\nThese addresses did not work, and will not work later.\n\n"
        f"<{address}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <tsb@example.int>\n"
        + original.decode("utf-8", "replace").replace("\r\n", "\n"),
    )  # fmt: skip


def sendmail(original: bytes, address: str) -> bytes:
    """Sendmail of old: no report by recipient, a transcript, and the headers of the original."""
    return mail(
        {"From": f"Mail Delivery Subsystem <MAILER-DAEMON@{DOMAIN}>", "Return-Path": "<>",
         "Subject": "Returned mail: User unknown"},
        "The original message was received from localhost\n\n"
        "   ----- The following addresses had permanent fatal errors -----\n"
        f"<{address}>\n\n   ----- Transcript of session follows -----\n"
        "... while talking to mx.example.org.:\n>>> RCPT To:\n<<< 550 5.1.1 unknown user\n\n"
        "   ----- Original message follows -----\n\n" + heads(original),
    )  # fmt: skip


def yahoo(original: bytes, address: str) -> bytes:
    """Yahoo: plain text, with the headers of the original below."""
    return mail(
        {"From": "MAILER-DAEMON@yahoo.com", "Return-Path": "<>", "Subject": "Failure Notice"},
        "Sorry, we were unable to deliver your message to the following address.\n\n"
        f"<{address}>:\n554: delivery error: dd This user doesn't have an account here [0] - mta1.example\n\n"
        "--- Below this line is a copy of the message.\n\n" + heads(original),
    )  # fmt: skip


def domino(original: bytes, address: str) -> bytes:
    """Domino: a report whose words are of its own, and no original."""
    fields = failed(address, "5.0.0", f"550 {address} (not listed in the Domino Directory)")
    return report(
        original, [fields], subject="DELIVERY FAILURE: User not listed", sender="postmaster@notes.example.org",
        returned="", headers={"References": message_id(original)},
    )  # fmt: skip


def global_report(original: bytes, address: str) -> bytes:
    """A report for addresses in all scripts (RFC 6533)."""
    fields = {"Final-Recipient": f"utf-8; {address}", "Action": "failed", "Status": "5.1.1"}
    return report(original, [fields], status="message/global-delivery-status", returned="message/rfc822")


def in_words(original: bytes, address: str) -> bytes:
    """A server that sends words alone, in another language, with the original's headers in the text."""
    return mail(
        {"From": f"Postmaster <postmaster@{DOMAIN}>", "Return-Path": "<>", "Subject": "Unzustellbare Nachricht"},
        f"Ihre Nachricht an {address} konnte nicht zugestellt werden: Postfach des Empfängers ist voll.\n\n"
        + "".join(f"> {line}\n" for line in heads(original).splitlines()),
    )  # fmt: skip


def in_html(original: bytes, address: str) -> bytes:
    """A server that sends a page alone, with the reason in words, and names the message by its Message-ID."""
    return mail(
        {"From": f"Microsoft Exchange <postmaster@{DOMAIN}>", "Subject": "Undeliverable: A meeting",
         "In-Reply-To": message_id(original), "Content-Type": "text/html; charset=utf-8"},
        "<html><head><style>p { color: red }</style></head><body><p>Your message did not reach some of the\n"
        f"recipients:</p><p>{address} on 14/03/2026<br>The e-mail account does not exist at the organization.\n"
        "&lt;mx #5.1.1 smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found&gt;</p></body></html>\n",
    )  # fmt: skip


FAILURES: Mapping[str, Returning] = {
    "RFC 3464": dsn(), "Postfix": postfix, "Exchange": exchange, "Gmail": gmail, "Exim": exim, "qmail": qmail,
    "Sendmail": sendmail, "Yahoo": yahoo, "Domino": domino, "RFC 6533": global_report, "words alone": in_words,
    "HTML alone": in_html,
}  # fmt: skip
"""Reports of failures, each of which names the message by its Message-ID."""


def address_alone(original: bytes, address: str) -> bytes:
    """A report that names the address and nothing of the message."""
    return report(original, [failed(address)], returned="")


def delay(original: bytes, address: str) -> bytes:
    """A warning that a server still tries."""
    fields = {"Final-Recipient": f"rfc822; {address}", "Action": "delayed", "Status": "4.4.1"}
    return report(original, [fields], subject="Delayed Mail (still being retried)")


def delivered(original: bytes, address: str) -> bytes:
    """A report of success."""
    fields = {"Final-Recipient": f"rfc822; {address}", "Action": "delivered", "Status": "2.0.0"}
    return report(original, [fields], subject="Successful Mail Delivery Report")


def absence(subject: str = "Automatic reply: A meeting", **headers: str) -> Returning:
    """An out-of-office reply, which may quote the original."""

    def made(original: bytes, address: str) -> bytes:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        usual = {"From": f"<{address}>", "Subject": subject, "In-Reply-To": message_id(original)}
        return mail({**usual, **more}, "I am back on Monday.\n\n> " + heads(original).replace("\n", "\n> "))

    return made


def challenge(original: bytes, address: str) -> bytes:
    """A program that wants the sender to confirm the message."""
    return mail(
        {"From": f"<{address}>", "Subject": "Please confirm your message", "Auto-Submitted": "auto-replied",
         "In-Reply-To": message_id(original)},
        "Click here so that your message is delivered.\n",
    )  # fmt: skip


def person(original: bytes, address: str) -> bytes:
    """An answer of a person, who quotes the original's headers and says that something failed."""
    return mail(
        {"From": f"Ana Ejemplo <{address}>", "Subject": "Re: A meeting", "In-Reply-To": message_id(original)},
        "Thank you. My other address failed: 550 5.1.1 user unknown.\n\n> " + heads(original).replace("\n", "\n> "),
    )  # fmt: skip


def complaint(original: bytes, address: str) -> bytes:
    """A report that the addressee marked the message as spam (RFC 5965)."""
    return mail(
        {"From": "feedback@mail.example.com", "Subject": "complaint about message",
         "MIME-Version": "1.0", "Content-Type": 'multipart/report; report-type=feedback-report; boundary="=_r"'},
        "--=_r\nContent-Type: text/plain\n\nThis is an e-mail abuse report.\n\n--=_r\n"
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: Example/1\nVersion: 1\n\n"
        f"--=_r\nContent-Type: message/rfc822\n\n{heads(original)}\n\n--=_r--\n",
    )  # fmt: skip


def receipt(original: bytes, address: str) -> bytes:
    """A read receipt (RFC 8098)."""
    return mail(
        {"From": f"<{address}>", "Subject": "Read: A meeting", "MIME-Version": "1.0",
         "Content-Type": 'multipart/report; report-type=disposition-notification; boundary="=_r"'},
        "--=_r\nContent-Type: text/plain\n\nYour message was displayed.\n\n--=_r\n"
        f"Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; {address}\n"
        f"Original-Message-ID: {message_id(original)}\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n\n--=_r--\n",
    )  # fmt: skip


OTHERS: Mapping[str, tuple[str, Returning]] = {
    "a warning": ("delay", delay),
    "a report of success": ("delivered", delivered),
    "out of office, RFC 3834": ("absence", absence(Auto_Submitted="auto-replied")),
    "out of office, X-Autoreply": ("absence", absence("A meeting", X_Autoreply="yes")),
    "out of office, Precedence": ("absence", absence("A meeting", Precedence="auto_reply")),
    "out of office, null sender": ("absence", absence(Return_Path="<>")),
    "out of office, en": ("absence", absence("Out of office: A meeting")),
    "out of office, es": ("absence", absence("Respuesta automática: Reunión")),
    "out of office, fr": ("absence", absence("Réponse automatique : Réunion")),
    "out of office, ru": ("absence", absence("Автоматический ответ: Встреча")),
    "out of office, zh": ("absence", absence("自动回复: 会议")),
    "out of office, ar": ("absence", absence("رد تلقائي: اجتماع")),
    "out of office, de": ("absence", absence("Abwesenheitsnotiz: Sitzung")),
    "a request to confirm": ("challenge", challenge),
    "an answer": ("person", person),
    "a complaint": ("complaint", complaint),
    "a read receipt": ("receipt", receipt),
}
"""Mail that is no report of a failure, and what it is."""


def mbox(mails: Iterable[bytes]) -> bytes:
    """An mbox."""
    return b"".join(
        b"From MAILER-DAEMON Sat Mar 14 12:00:00 2026\n" + one.replace(b"\nFrom ", b"\n>From ") + b"\n\n"
        for one in mails
    )


def sample(to: str = "ana@example.org", name: str = "circular.1@example.int") -> bytes:
    """A message as it was sent."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "TSB <tsb@example.int>", to, "A meeting"
    message["Message-ID"] = f"<{name}>"
    message.set_content("You are invited.\n")
    message.add_attachment(b"%PDF-1.7 " * 50, maintype="application", subtype="pdf", filename="meeting.en.pdf")
    return message.as_bytes().replace(b"\n", b"\r\n")
