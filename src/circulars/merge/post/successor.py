"""Decides what becomes of each message when a plan of a sending follows another, by the history of the messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from circulars.files.names import same
from circulars.merge.planning.tables import MessageState
from circulars.merge.post.history import Delivery, is_same_address, is_same_mailbox

Recipients = Literal["all", "rest", "corrected"]
"""Who gets a message of a new plan: "all"; the "rest", who have no letter yet; or those with a "corrected" address."""
Addressed: TypeAlias = tuple[int, str, str]
"""An addressee of a plan: the number in the plan, the id, and the e-mail address."""
MessageRow: TypeAlias = tuple[int, str, str, int, str, str, str, str, int]
"""A row of the table of messages."""
_NAMED: Final = 10  # the most addressees that a sentence names


@dataclass(frozen=True, slots=True)
class Correction:
    """An addressee with another address than their letter was sent to: the id, and the earlier delivery.

    ``email`` is the address now.
    """

    id: str
    email: str
    earlier: Delivery


@dataclass(slots=True)
class Successor:
    """The plan that follows another, and what became of its messages so far.

    ``known`` are the deliveries by addressee; ``version`` is that of the letter in the new plan. ``skipped`` are the
    reasons why some addressees are to get no message, by id. ``unsent`` are the rows of the earlier plan, by id, whose
    messages the new plan takes over if their addressees have nothing but another version of the letter. ``ids`` are
    those of the rows so far, and ``doubts`` is the number of messages in doubt whose addressee has another address now.
    """

    known: Mapping[str, Sequence[Delivery]]
    version: str
    recipients: Recipients
    skipped: Mapping[str, str]
    unsent: Mapping[str, MessageRow] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    doubts: int = 0

    def row(self, addressee: Addressed) -> MessageRow | None:
        """The message to an addressee; None if there is none, because the addressee has the letter."""
        n, id, email = addressee
        self.ids.add(key := same(id))
        if why := self.skipped.get(key):
            return n, id, "skipped", 0, why, "", "", email, 0
        earlier = self.known.get(key, ())
        if self.recipients == "corrected" and earlier and _is_doubtful_elsewhere(earlier[-1], email):
            self.doubts += 1
        if not (message := _state_after(earlier, email, self.version, self.recipients)):
            return self._taken_over(addressee)
        state, of = message
        if of is None:
            return n, id, state, 0, "", "", "", email, 0
        reply, at = (of.why_returned, of.returned_at) if state == "returned" else (of.reply, of.at)
        return n, id, state, of.attempts, reply, of.message_id, at, email, of.number

    def _taken_over(self, addressee: Addressed) -> MessageRow | None:
        """The message of the earlier plan, if it was not sent: as it is, or planned anew for another address."""
        n, id, email = addressee
        if not (row := self.unsent.get(same(id))):
            return None
        _, _, state, attempts, reply, message_id, at, earlier_email, delivery = row
        if not is_same_mailbox(earlier_email, email):
            return n, id, "planned", 0, "", "", "", email, 0
        return n, id, state, attempts, reply, message_id, at, email, delivery


def corrections_of(known: Mapping[str, Sequence[Delivery]], addressees: Iterable[Addressed]) -> Iterator[Correction]:
    """Those of some addressees who have another address than their letter was last sent to."""
    for _, id, email in addressees if known else ():
        if (earlier := known.get(same(id))) and is_corrected(earlier, email):
            yield Correction(id, email, earlier[-1])


def has_letter(known: Iterable[Delivery], email: str) -> bool:
    """Whether a message that was sent, and did not come back, went to an address."""
    return any(one.state == "sent" and is_same_mailbox(one.email, email) for one in known)


def _state_after(
    known: Sequence[Delivery], email: str, version: str, recipients: Recipients
) -> tuple[MessageState, Delivery | None] | None:
    """The state of an addressee's message in a new plan, after ``known`` deliveries to the same addressee.

    The delivery is the one that the message continues. None means that there is no message: the addressee has another
    version of the letter, or has it at another address.
    """
    last = known[-1] if known else None
    continues = last is not None and is_same_address(last.email, email)
    if recipients != "all" and last:
        if had := [one for one in known if one.state == "sent" and is_same_mailbox(one.email, email)]:
            return next((("sent", one) for one in reversed(had) if one.version == version), None)
        if recipients == "rest" and any(one.state == "sent" for one in known):
            return None
        stays = ("returned",) if recipients == "rest" else ("returned", "failed", "unknown", "sending")
        if continues and last.state in stays and not last.is_to_go_again:
            return last.state, last
        if back := _came_back_from(known, email):
            return "returned", back
    is_tried_again = last is not None and last.state in ("planned", "failed") and not last.returned_at
    if last and continues and last.version == version and is_tried_again:
        return "planned", last
    return "planned", None


def _came_back_from(known: Sequence[Delivery], email: str) -> Delivery | None:
    """The last of some deliveries to an address, if it came back and nobody decided to send it again."""
    of = next((one for one in reversed(known) if one.email and is_same_address(one.email, email)), None)
    return of if of and of.state == "returned" and not of.is_to_go_again else None


def is_corrected(known: Sequence[Delivery], email: str) -> bool:
    """Whether an addressee has another address than their letter was last sent to, after ``known`` deliveries."""
    return not has_letter(known, email) and not is_same_address(known[-1].email, email)


def _is_doubtful_elsewhere(last: Delivery, email: str) -> bool:
    return last.state in ("unknown", "sending") and not is_same_address(last.email, email)


def corrections_in_words(found: Sequence[Correction]) -> str:
    """Corrected addresses in words, the first ones by name: "1 addressee has another address than …"."""
    count = len(found)
    have = "addressee has another address" if count == 1 else "addressees have another address"
    named = ", ".join(f"{one.id} {one.earlier.email} → {one.email}" for one in found[:_NAMED])
    more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
    return f"{count:,} {have} than their letter was sent to: {named}{more}"
