"""Finds out which messages of sendings a mailbox of returned mail returns, and records them as come back.

The evidence is a message's Message-ID, or the token of its address for returned mail: both are known only to those who
got the message or passed it on. An e-mail address alone is none, for everybody may know it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from circulars.merge.post.history import is_same_mailbox
from circulars.merge.post.matching import Evidence, SentMessage, SentMessages
from circulars.merge.post.returns import Return, came_back
from circulars.returned.delivery_status import RecipientReport
from circulars.returned.parsing import addresses_in
from circulars.returned.plain_reports import report_in_words
from circulars.returned.reasons import Reason, reason_of
from circulars.returned.sources import FoundMail
from circulars.returned.understanding import ReturnedMail, understand

MailResult = Literal[
    "came-back", "known", "probable", "copy", "foreign", "not-sent",
    "delay", "delivered", "receipt", "complaint", "absence", "challenge", "person", "unclear",
]  # fmt: skip
"""What a message of a mailbox is, and for a report of a failure, whose.

- ``came-back``: a message of a sending came back. ``known``: one that is recorded already, or that a person decided.
- ``probable``: it looks like one, but there is no evidence. ``copy``: the copy of a message, to somebody else, came
  back. ``not-sent``: one that was never sent. ``foreign``: none of a sending that is known here.
- The others are as :data:`circulars.returned.understanding.MailKind` says.
"""
RESULTS: Final[tuple[MailResult, ...]] = (
    "came-back", "known", "probable", "copy", "foreign", "not-sent",
    "delay", "complaint", "unclear", "person", "absence", "challenge", "receipt", "delivered",
)  # fmt: skip
"""The results in the order in which people want to know of them."""

_MAX_LISTED: Final = 100_000
"""How many messages of each result are listed; further ones are only counted."""
_RECORDED: Final = frozenset[MailResult](("came-back", "probable"))
"""What is recorded: listed all the same, and no more often than messages were sent."""
_LISTED: Final = frozenset(RESULTS) - {"foreign"}


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message of a mailbox: what it is, who sent it and, if it is about a message of a sending, about which.

    ``letter``, ``ledger``, ``id``, ``email`` and ``message_id`` are those of the message of the sending; ``evidence``
    says by what it was found. ``status`` is the code of RFC 3463, ``reason`` what it means, and ``words`` what the
    server said.
    """

    result: MailResult
    sender: str
    subject: str
    at: datetime.datetime | None
    letter: str = ""
    ledger: Path = field(default_factory=Path)
    id: str = ""
    email: str = ""
    message_id: str = ""
    evidence: Evidence | Literal[""] = ""
    reason: Reason | None = None
    words: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class BouncesRead:
    """What was in a mailbox: the number of messages by result, and those worth naming, in order.

    ``cut`` messages were so large that only their beginning was read. ``recorded`` messages were recorded as come back
    by this call.
    """

    mailbox: str
    counts: Mapping[MailResult, int]
    bounces: tuple[Bounce, ...]
    cut: int = 0
    recorded: int = 0

    def of(self, *results: MailResult) -> tuple[Bounce, ...]:
        """The messages with one of these results."""
        return tuple(one for one in self.bounces if one.result in results)


def read_bounces(
    mailbox: str,
    messages: Iterable[FoundMail],
    sent: SentMessages,
    on_read: Callable[[int], object],
) -> BouncesRead:
    """What the messages of a mailbox are. Nothing is recorded."""
    counts: Counter[MailResult] = Counter()
    listed: list[Bounce] = []
    seen: set[tuple[Path, int]] = set()
    cut = 0
    for one in messages:
        mail = understand(one.data)
        cut += one.is_cut
        for bounce in _bounces(mail, sent, seen):
            counts[bounce.result] += 1
            is_kept = bounce.result in _RECORDED or counts[bounce.result] <= _MAX_LISTED
            if bounce.result in _LISTED and is_kept:
                listed.append(bounce)
        on_read(one.read)
    return BouncesRead(mailbox, counts, tuple(listed), cut)


def record(read: BouncesRead, *, probable: bool, clock: Callable[[], datetime.datetime]) -> int:
    """Records in their ledgers the messages that came back; returns how many. With ``probable``, those too.

    Raises:
        MachineError: a ledger cannot be used, or another process is sending.
    """
    chosen = read.of("came-back", "probable") if probable else read.of("came-back")
    by_ledger: dict[Path, list[Bounce]] = {}
    for one in chosen:
        by_ledger.setdefault(one.ledger, []).append(one)
    return sum(_recorded(ledger, bounces, clock) for ledger, bounces in by_ledger.items())


def _recorded(ledger: Path, bounces: Sequence[Bounce], clock: Callable[[], datetime.datetime]) -> int:
    returns = [Return(one.message_id, one.reason.status if one.reason else "", _words(one), one.at) for one in bounces]
    return came_back(ledger, returns, clock=clock).count("recorded")


def _words(bounce: Bounce) -> str:
    """The reason in words, and the server's own words."""
    assert bounce.reason
    return f"{bounce.reason.words}: {bounce.words}" if bounce.words else bounce.reason.words


def _bounces(mail: ReturnedMail, sent: SentMessages, seen: set[tuple[Path, int]]) -> list[Bounce]:
    """What a message says of each message of a sending that it is about; one entry if it is about none."""
    found = sent.found(mail.originals, mail.came_to)
    if mail.kind == "failure" and not found:
        return [_without_evidence(mail, sent, seen)]
    if mail.kind == "unclear" and any(one.evidence == "token" for one in found):
        return [_bounce(mail, "probable", one, None) for one in found]
    if not found:
        return [_bounce(mail, mail.kind if mail.kind != "failure" else "foreign", None, None)]
    if mail.kind != "failure":
        return [_bounce(mail, mail.kind, one, _report_on(mail, one, sent)) for one in found[:1]]
    return [_failure(mail, one, sent, seen) for one in found]


def _failure(mail: ReturnedMail, one: SentMessage, sent: SentMessages, seen: set[tuple[Path, int]]) -> Bounce:
    """What a report of a failure says of one message of a sending."""
    result: MailResult = "came-back"
    if mail.reports:
        report = _report_on(mail, one, sent)
    else:
        result, report = _read_words(mail, one, sent.copies_of(one))
    if not report:
        failed = next(report for report in mail.reports if report.action == "failed")
        return _bounce(mail, "copy", one, failed)
    if result == "copy":
        return _bounce(mail, result, one, report)
    place = (one.ledger, one.delivery.number)
    if one.delivery.returned_at or place in seen:
        result = "known"
    elif one.delivery.state not in ("sent", "unknown"):
        result = "not-sent"
    seen.add(place)
    return _bounce(mail, result, one, report)


def _report_on(mail: ReturnedMail, one: SentMessage, sent: SentMessages) -> RecipientReport | None:
    """The report on a message's addressee; None if the reports are only on recipients of copies.

    If the addressee's server passed the message on, a report may name only the address that it was passed on to.
    """
    for report in mail.reports:
        if any(is_same_mailbox(address, one.delivery.email) for address in report.addresses):
            return report if report.action == "failed" or mail.kind != "failure" else None
    copies = sent.copies_of(one)
    others = (one for one in mail.reports if one.action == "failed" and not _is_among(one.addresses, copies))
    return next(others, None)


def _read_words(mail: ReturnedMail, one: SentMessage, copies: Sequence[str]) -> tuple[MailResult, RecipientReport]:
    """Whose message a failure that reports on nobody returns, by the addresses in its words; and what they say.

    If they name none, and others got a copy, nobody knows whose it is.
    """
    named = addresses_in(mail.words)
    if _is_among(named, [one.delivery.email]):
        return "came-back", report_in_words(one.delivery.email, mail.words)
    if others := [copy for copy in copies if _is_among(named, [copy])]:
        return "copy", report_in_words(others[0], mail.words)
    return "probable" if copies else "came-back", report_in_words(one.delivery.email, mail.words)


def _is_among(addresses: Iterable[str], copies: Sequence[str]) -> bool:
    return any(is_same_mailbox(address, copy) for address in addresses for copy in copies)


def _without_evidence(mail: ReturnedMail, sent: SentMessages, seen: set[tuple[Path, int]]) -> Bounce:
    """What a report of a failure is that names no message: probable, if one address alone can be meant."""
    for report in mail.reports:
        if report.action == "failed":
            for address in report.addresses:
                if one := sent.only_message_to(address):
                    if one.delivery.returned_at:
                        return _bounce(mail, "known", one, report)
                    if (place := (one.ledger, one.delivery.number)) not in seen:
                        seen.add(place)
                        return _bounce(mail, "probable", one, report)
                    return _bounce(mail, "known", one, report)
    return _bounce(mail, "foreign", None, next(iter(mail.reports), None))


def _bounce(mail: ReturnedMail, result: MailResult, one: SentMessage | None, report: RecipientReport | None) -> Bounce:
    status, words = (report.status, report.words) if report else ("", "")
    is_report = result in ("came-back", "known", "probable", "copy", "not-sent", "foreign", "delay")
    reason = reason_of(status, words) if is_report else None
    recipient = next(iter(report.addresses), "") if report else ""
    about = Bounce(result, mail.sender, mail.subject, mail.at, reason=reason, words=words, recipient=recipient)
    if not one:
        return about
    return Bounce(
        result, mail.sender, mail.subject, mail.at, one.letter, one.ledger, one.delivery.id, one.delivery.email,
        one.delivery.message_id, one.evidence, reason, words, recipient,
    )  # fmt: skip
