"""The lines of a report: each copy and each message, of this plan and of earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from circulars.addressing.postal import name_of
from circulars.files.names import same
from circulars.merge.making.copies import copy_name
from circulars.merge.planning.kinds import KINDS
from circulars.merge.planning.ledger import Ledger
from circulars.merge.post.history import Delivery, by_addressee, is_same_mailbox, samples
from circulars.merge.post.outbox import has_messages

_ADDRESSEE: Final = {
    "number": "No.",
    "id": "Id",
    "name": "Name",
    "language": "Language",
    "country": "Country",
    "state": "State",
}
_VERSION: Final = {"version": "Version of the letter", "letter_sha256": "SHA-256 of the letter's file"}
COPIES: Final = _ADDRESSEE | {
    "file": "File", "bytes": "Bytes", "sha256": "SHA-256", "layout": "Laid out",
} | _VERSION  # fmt: skip
"""The columns of a report of copies: headings by field of :class:`ReportLine`."""
SENT: Final = _ADDRESSEE | {
    "email": "E-mail", "attempts": "Attempts", "reply": "The server's words", "at": "At",
    "message_id": "Message-ID", "returned_at": "Came back at", "why_returned": "Why it came back",
    "decided": "A person decided",
    "replaced_by": "Replaced by", "audience": "Audience",
} | _VERSION | {"sha256": "SHA-256 of the message", "files": "SHA-256 of the attachments"}  # fmt: skip
"""The columns of a report of messages."""
DONE: Final = "written"
PLANNED: Final = "still to be sent"
NOT_SENT: Final = "not sent"
MESSAGES: Final[Mapping[str, str]] = {
    "sent": "sent", "failed": "failed", "unknown": "in doubt", "planned": PLANNED,
    "returned": "came back", "skipped": NOT_SENT,
}  # fmt: skip
"""The states of messages, in words."""
SAMPLE: Final = "sample"
"""The state of a message that went to somebody who checked it, and not to its addressee."""
REPLACED: Final = "replaced"
HAS_EARLIER: Final = "has it as it was"
ELSEWHERE: Final = "sent to another address"
LEFT_OUT: Final = "left out: same address as row "
_VERSION_SHOWN: Final = 12  # hexadecimal digits of a version that are shown


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a report: one copy or one message, or an addressee who has none.

    ``number`` is that of the addressee in the plan, from 1; 0 if the addressee is not in the plan any more. ``state``
    is that of the message, if letters are sent, and of the copy otherwise.
    """

    number: int
    id: str
    name: str
    language: str
    country: str
    state: str
    file: str = ""
    bytes: int = 0
    sha256: str = ""
    layout: str = ""
    attempts: int = 0
    email: str = ""
    reply: str = ""
    at: str = ""
    message_id: str = ""
    returned_at: str = ""
    why_returned: str = ""
    decided: str = ""
    replaced_by: str = ""
    audience: int = 0
    version: str = ""
    letter_sha256: str = ""
    files: str = ""


def columns_of(ledger: Ledger) -> Mapping[str, str]:
    """The columns of a report: headings by field of :class:`ReportLine`."""
    return SENT if has_messages(ledger.connection) else COPIES


def lines_of(ledger: Ledger) -> Iterator[ReportLine]:
    """The lines of a report in the order of the plan; then those of addressees who are not in the plan any more.
    Samples are the last.

    Each copy and each message has a line, and each addressee who has none.
    """
    yield from _messages(ledger) if has_messages(ledger.connection) else _copies(ledger)
    yield from _left_out(ledger)


def _left_out(ledger: Ledger) -> Iterator[ReportLine]:
    """A line for each addressee who got nothing, because another one has the same address."""
    if facts := ledger.facts():
        for one in facts.same:
            state = f"{LEFT_OUT}{one.first_row:,} of {facts.list_at(one.first_part)}"
            yield ReportLine(0, one.id, one.name, "", "", state, email=one.email)


def _addressees(ledger: Ledger) -> Iterator[ReportLine]:
    """A line for each addressee of the plan, without a state."""
    columns = facts.inputs.columns if (facts := ledger.facts()) else ()
    for entry in ledger.entries():
        cell = dict(zip(columns, entry.cells, strict=False))
        email, country = cell.get("email", ""), cell.get("country", "")
        yield ReportLine(entry.n + 1, entry.id, name_of(cell), entry.language, country, "", email=email)


# Messages.


def _messages(ledger: Ledger) -> Iterator[ReportLine]:
    run = ledger.connection.execute
    known = dict(by_addressee(ledger.connection))
    version = (run("SELECT version FROM posted JOIN versions USING (plan)").fetchone() or ("",))[0]
    messages = {n: row for n, *row in run("SELECT n, state, attempts, reply, message_id, at, delivery FROM messages")}
    for line in _addressees(ledger):
        deliveries = known.pop(same(line.id), [])
        message = messages.get(line.number - 1)
        yield from _sent_lines(deliveries, line, version)
        if message and not message[-1]:
            state, attempts, reply, message_id, at, _ = message
            more = {"attempts": attempts, "reply": reply, "message_id": message_id, "at": at}
            yield replace(line, state=MESSAGES[state], **more)
    for deliveries in known.values():
        yield from _sent_lines(deliveries, None, version)
    for one in samples(ledger.connection):
        yield line_of(one, SAMPLE)


def _sent_lines(deliveries: Sequence[Delivery], listed: ReportLine | None, version: str) -> Iterator[ReportLine]:
    """The lines of an addressee's deliveries; ``listed`` is the addressee in the plan."""
    for place, one in enumerate(deliveries):
        others = deliveries[place + 1 :]
        line = line_of(one, _state_in_words(one, others, listed, version))
        replaced_by = next((it.message_id for it in others if it.state not in ("planned", "failed")), "")
        line = replace(line, replaced_by=replaced_by)
        if listed:
            line = replace(line, number=listed.number, name=one.name or listed.name, country=listed.country)
        yield line


def line_of(one: Delivery, state: str) -> ReportLine:
    """The line of a delivery; ``state`` is in words."""
    return ReportLine(
        0, one.id, one.name, one.language, "", state,
        sha256=one.sha256.hex(), attempts=one.attempts, email=one.email, reply=one.reply, at=one.at,
        message_id=one.message_id, returned_at=one.returned_at, why_returned=one.why_returned, decided=one.decided,
        audience=one.audience, version=one.version[:_VERSION_SHOWN], letter_sha256=one.letter_sha256,
        files=one.files.replace("\n", "; "),
    )  # fmt: skip


def states_in_words(one: Delivery) -> tuple[str, ...]:
    """The states that a report may give a delivery, whatever the plan is and whatever came later."""
    if one.is_sample:
        return (SAMPLE,)
    if one.state == "sent":
        return MESSAGES["sent"], REPLACED, ELSEWHERE, HAS_EARLIER
    if one.state == "planned":
        return PLANNED, MESSAGES["unknown"] if one.is_to_go_again else NOT_SENT
    return (MESSAGES["unknown" if one.state == "sending" else one.state],)


def _state_in_words(one: Delivery, later: Sequence[Delivery], listed: ReportLine | None, version: str) -> str:
    if one.state == "planned" and (later or not listed):
        return states_in_words(one)[1]
    if one.state != "sent":
        return states_in_words(one)[0]
    if any(other.state == "sent" for other in later):
        return REPLACED
    if listed and not is_same_mailbox(one.email, listed.email):
        return ELSEWHERE
    return MESSAGES["sent"] if one.version == version else HAS_EARLIER


# Copies.

_EARLIER: Final = f"""
    SELECT e.id, e.name, e.language, e.format, e.size, e.sha256, v.version, v.letter_sha256
    FROM earlier_copies e LEFT JOIN versions v ON v.plan = e.plan
    LEFT JOIN (SELECT id, language, format, sha256, {DONE!r} AS made FROM copies JOIN addressees USING (n)) c
    ON c.id = e.id AND c.language = e.language AND c.format = e.format AND c.sha256 = e.sha256
    WHERE c.made IS NULL ORDER BY e.id, e.language, e.format, e.sha256"""  # noqa: S608  # a constant


def _copies(ledger: Ledger) -> Iterator[ReportLine]:
    if not (facts := ledger.facts()):
        return
    run = ledger.connection.execute
    version, letter = run("SELECT version, letter_sha256 FROM versions WHERE plan = ?", (facts.plan,)).fetchone()
    copies = run("SELECT n, format, size, sha256, whole FROM copies ORDER BY n, format")
    waiting = next(copies, None)
    without = DONE if facts.done and KINDS[facts.inputs.order.kind].stock else "planned"
    for line in _addressees(ledger):
        if not waiting or waiting[0] != line.number - 1:
            yield replace(line, state=without)
        while waiting and waiting[0] == line.number - 1:
            _, format, size, sha256, whole = waiting
            layout = "in full" if whole else "from the master"
            file = copy_name(line.id, line.language, format)
            yield replace(
                line, state=DONE, file=file, bytes=size, sha256=sha256.hex(), layout=layout,
                version=version[:_VERSION_SHOWN], letter_sha256=letter,
            )  # fmt: skip
            waiting = next(copies, None)
    for id, name, language, format, size, sha256, version, letter in run(_EARLIER):
        yield ReportLine(
            0, id, name, language, "", REPLACED, file=copy_name(id, language, format) if sha256 else format, bytes=size,
            sha256=sha256.hex(), version=(version or "")[:_VERSION_SHOWN], letter_sha256=letter or "",
        )  # fmt: skip
