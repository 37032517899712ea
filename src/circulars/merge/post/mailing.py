"""What the messages of a sending have besides the letter: further addresses, files, and where they come back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from circulars.addressing.emails import mailboxes_in
from circulars.errors import Place
from circulars.merge.planning.attachments import media_type, names_in, unchanged_attachment
from circulars.merge.planning.facts import PlanFacts
from circulars.merge.planning.mail_checks import PLACE
from circulars.merge.planning.order import MergeOrder
from circulars.merge.post.mailbox import Mailbox, mailbox_of, read_mailbox
from circulars.merge.post.message import Attached, Headers
from circulars.merge.post.tokens import bounce_address, token_of


@dataclass(frozen=True, slots=True)
class Mailing:
    """What an order says about messages. ``folder`` is the one to which its paths are relative.

    ``sums`` has the SHA-256 of each file, as :class:`circulars.merge.planning.facts.PlanInputs` has them. ``key`` is
    the secret from which tokens are made.
    """

    reply_to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    attach: tuple[str, ...] = ()
    attach_folder: str = ""
    unsubscribe: tuple[str, ...] = ()
    no_auto_replies: bool = False
    bounces_to: Mailbox | None = None
    folder: Path = Path()
    sums: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    def headers(self, heading: Headers, columns: Mapping[str, str], row: Place) -> Headers:
        """The headers of an addressee's message, with the addresses of its row.

        Each address is there once: in "To", else in "Cc", else in "Bcc".
        """
        seen = {_same(heading.to)}
        cc = _new([*self.cc, *_cell(columns, "cc", row)], seen)
        bcc = _new([*self.bcc, *_cell(columns, "bcc", row)], seen)
        reply_to = _new(_cell(columns, "reply-to", row) or self.reply_to, set())
        token = self.token(heading)
        unsubscribe = tuple(address.replace(PLACE, token) for address in self.unsubscribe)
        # Without the token the server could not know who unsubscribes (RFC 8058, 3.1).
        one_click = any(address.lower().startswith("https:") and PLACE in address for address in self.unsubscribe)
        return Headers(
            heading.sender, heading.to, heading.message_id, heading.date,
            reply_to, cc, bcc, unsubscribe, one_click, self.no_auto_replies,
        )  # fmt: skip

    def token(self, heading: Headers) -> str:
        """The token of a message."""
        return token_of(self.key, heading.message_id, heading.to.address)

    def envelope_sender(self, heading: Headers) -> Mailbox:
        """The address to which a message comes back if it cannot be delivered."""
        return bounce_address(self.bounces_to, self.token(heading)) if self.bounces_to else heading.sender

    def files(self, columns: Mapping[str, str]) -> list[Attached]:
        """The files of an addressee's message besides the letter.

        Raises:
            ChangedAttachmentError: a file has changed since it was checked.
        """
        read = []
        for path in self.attach:
            read.append((Path(path).name, unchanged_attachment(self.folder / path, self.sums.get(path, ""))))
        for name in names_in(columns.get("attachment", "")):
            file = self.folder / self.attach_folder / name
            read.append((name, unchanged_attachment(file, self.sums.get(f"/{name}", ""), links=False)))
        return [Attached(name, "", data, media_type(name, data)) for name, data in read]


def count_copies(mailing: Mailing, rows: Iterable[Mapping[str, str]]) -> int:
    """How many different addresses get copies of messages to the addressees with these cells."""
    addresses = {_same(one) for one in (*mailing.cc, *mailing.bcc)}
    for columns in rows:
        own = columns.get("email", "").casefold()
        cells = (columns.get(column, "") for column in ("cc", "bcc"))
        found = (address.casefold() for cell in cells if cell for _, address in mailboxes_in(cell))
        addresses |= {address for address in found if address != own}
    return len(addresses)


def count_files(mailing: Mailing, rows: Iterable[Mapping[str, str]]) -> int:
    """How many different files messages to the addressees with these cells have besides the letter."""
    return len(mailing.attach) + len({name for columns in rows for name in names_in(columns.get("attachment", ""))})


NOTHING_MORE: Final = Mailing()
"""Messages with nothing but the letter."""


def mailing_of(order: MergeOrder, facts: PlanFacts, folder: Path) -> Mailing:
    """What an order says about messages. Without a secret, as for drafts, tokens are made from the plan's id.

    Raises:
        UsageError: an address is not valid.
    """
    cc, bcc, reply_to = (
        tuple(map(read_mailbox, filter(None, texts))) for texts in (order.cc, order.bcc, (order.reply_to,))
    )
    return Mailing(
        reply_to, cc, bcc, order.attach, order.attach_folder, order.unsubscribe, order.no_auto_replies,
        read_mailbox(order.bounces_to) if order.bounces_to else None,
        folder, facts.inputs.attachments, facts.token_key or facts.messages_plan,
    )  # fmt: skip


def _cell(columns: Mapping[str, str], column: str, row: Place) -> list[Mailbox]:
    return [mailbox_of(address, name, row) for name, address in mailboxes_in(columns.get(column, ""))]


def _new(mailboxes: Iterable[Mailbox], seen: set[str]) -> tuple[Mailbox, ...]:
    """The mailboxes whose addresses were not seen before."""
    found = []
    for one in mailboxes:
        if (address := _same(one)) not in seen:
            seen.add(address)
            found.append(one)
    return tuple(found)


def _same(mailbox: Mailbox) -> str:
    return mailbox.address.casefold()
