"""Makes messages from the letters of a plan: to send, or to save as drafts."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from circulars.addressing.postal import name_of
from circulars.errors import Place
from circulars.merge.making.copies import Copy, Kit, addressee_of
from circulars.merge.planning.ledger import Entry
from circulars.merge.post.mailbox import Mailbox, mailbox_of
from circulars.merge.post.mailing import NOTHING_MORE, Mailing
from circulars.merge.post.message import Attached, Headers, message, message_id
from circulars.merge.post.sending import Mail


@dataclass(frozen=True, slots=True)
class MessageMaker:
    """Makes the messages of a plan. ``plan`` is the plan's id and ``name`` the letter's name."""

    kit: Kit
    plan: str
    name: str
    sender: Mailbox
    mailing: Mailing = NOTHING_MORE

    def mail(self, entry: Entry, date: datetime.datetime, *, known: str = "", earlier: int = 0) -> Mail:
        """The message to an addressee, with its ``known`` Message-ID or, after ``earlier`` messages, another one.

        Raises:
            LetterError: the addressee has no e-mail address.
            CircularsError: a copy cannot be laid out in full.
        """
        plan = f"{self.plan} {earlier}" if earlier else self.plan
        return self._mail(entry, self.mailbox(entry), date, known or message_id(plan, entry.id, self.sender))

    def sample(self, entry: Entry, to: Mailbox, date: datetime.datetime) -> Mail:
        """An addressee's message, addressed to somebody who checks it first."""
        # Mail programs hide a second message with the same Message-ID.
        seen = message_id(f"{self.plan} sample {date.isoformat()}", entry.id, self.sender)
        return replace(self._mail(entry, to, date, seen), copies=())

    def mailbox(self, entry: Entry) -> Mailbox:
        """An addressee's mailbox.

        Raises:
            LetterError: there is no e-mail address, or it is not valid.
        """
        columns = self._columns(entry)
        return mailbox_of(columns.get("email", ""), name_of(columns), Place(entry.id))

    def draft(self, entry: Entry) -> bytes:
        """The message to an addressee as a draft that mail programs can open.

        Raises:
            LetterError: the addressee has no e-mail address.
        """
        name = message_id(self.plan, entry.id, self.sender)
        heading = self._headers(entry, Headers(self.sender, self.mailbox(entry), name))
        return self._data(entry, heading, self._files(entry), draft=True)

    def _headers(self, entry: Entry, heading: Headers) -> Headers:
        return self.mailing.headers(heading, self._columns(entry), Place(entry.id))

    def _columns(self, entry: Entry) -> Mapping[str, str]:
        return addressee_of(entry, self.kit.columns).columns

    def _mail(self, entry: Entry, to: Mailbox, date: datetime.datetime, name: str) -> Mail:
        heading, files = self._headers(entry, Headers(self.sender, to, name, date)), self._files(entry)
        sums = "\n".join(f"{hashlib.sha256(file.data).hexdigest()}  {file.name}" for file in files)
        return Mail(
            self.sender, to, name, self._data(entry, heading, files), entry.language, entry.audience, sums,
            (*heading.cc, *heading.bcc), self.mailing.envelope_sender(heading),
        )  # fmt: skip

    def _files(self, entry: Entry) -> list[Attached]:
        letters = [
            Attached(f"{self.name}.{copy.language}.{copy.format}", copy.format, copy.data)
            for copy in self.kit.copies(entry)
        ]
        return letters + self.mailing.files(self._columns(entry))

    def _data(self, entry: Entry, heading: Headers, files: Sequence[Attached], *, draft: bool = False) -> bytes:
        edition = self.kit.editions[entry.language, entry.audience]
        return message(heading, edition.document, self.kit.values(entry), files, fonts=self.kit.pack.fonts, draft=draft)


@dataclass(frozen=True, slots=True)
class DraftMaker:
    """Makes the copies of a plan as drafts, one for each addressee."""

    letters: MessageMaker

    def copies(self, entry: Entry) -> Iterator[Copy]:
        """The addressee's draft.

        Raises:
            LetterError: the addressee has no e-mail address.
        """
        yield Copy(entry.n, entry.id, entry.language, "eml", b"", self.letters.draft(entry), whole=False)
