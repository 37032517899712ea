"""Checks the sizes of messages whose rows name files against what the server accepts, before the first one is sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from circulars.errors import Problem
from circulars.merge.making.copies import addressee_of
from circulars.merge.planning.ledger import Entry
from circulars.merge.planning.mail_checks import MailChecks
from circulars.merge.post.letters import MessageMaker

_VARIES: Final = 4_000  # bytes by which letters of one edition may differ: names, addresses
_ANY_DATE: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


@dataclass(slots=True)
class SizeCheck:
    """Checks that messages have at most ``limit`` bytes."""

    mail: MailChecks
    maker: MessageMaker
    limit: int
    _without_files: dict[tuple[str, int], int] = field(default_factory=dict)

    def problems(self, entries: Iterable[Entry]) -> Iterator[Problem]:
        """A problem for each message that is too large. Messages without files of their own are not looked at."""
        columns = self.maker.kit.columns
        if "attachment" not in columns:
            return
        for entry in entries:
            cell = addressee_of(entry, columns).columns["attachment"]
            if cell and (size := self._size(entry, cell)) > self.limit:
                place = self.mail.listed.place(entry.row, "attachment")
                fact = (
                    f"attachment: the message to '{entry.id}' has {size:,} bytes, and the server accepts {self.limit:,}"
                )
                yield Problem(
                    place, "message-too-large", fact, "make the files smaller, or link to a page that has them"
                )

    def _size(self, entry: Entry, cell: str) -> int:
        """About how many bytes a message has, at least."""
        files = sum(map(_encoded, self.mail.row_sizes(cell)))
        edition = entry.language, entry.audience
        if edition not in self._without_files:
            whole = len(self.maker.mail(entry, _ANY_DATE).data)
            self._without_files[edition] = whole - files - _VARIES
        return self._without_files[edition] + files


def _encoded(size: int) -> int:
    """The size of a file in Base64, with its line ends."""
    characters = -(-size // 3) * 4
    return characters + 2 * -(-characters // 76)
