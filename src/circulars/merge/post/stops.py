"""The errors that stop a sending because a refusal concerns the sender, so that no addressee is marked as failed."""

from __future__ import annotations

from typing import Final

from circulars.errors import Choice, MachineError, Place, Problem, UsageError
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.refusals import DAY, HOUR, Concern, seconds_named

_RESUME: Final = Choice("resume", "sends the rest")


class SenderLimited(MachineError):  # noqa: N818  # a state that often passes, not a fault
    """The server accepts no more messages from this sender for now.

    ``seconds`` is the time after which the limit ends; 0 if it is unknown, or if waiting does not help.
    """

    def __init__(self, *problems: Problem, seconds: float = 0.0) -> None:
        super().__init__(*problems)
        self.seconds = seconds


def stop_for(
    concerns: Concern, reply: str, sender: Mailbox, server: str, resets: float = 0.0
) -> UsageError | SenderLimited:
    """The error for a refusal that concerns the sender; ``server`` is the server's name in problems.

    ``resets`` is the number of seconds after which such limits end; 0 if it is unknown.
    """
    place = Place(server)
    match concerns:
        case "sender" | "login":
            return _sender_refused(concerns, reply, sender, place)
        case "size":
            fact = f"the server accepts no messages of this size: {reply}"
            hint = "attach fewer or smaller files, or put them on a page and link to it"
            return UsageError(Problem(place, "message-too-large", fact, hint))
        case "account":
            fact = f"the server accepts no messages from this account: {reply}"
            hint = "nobody was marked as failed for it: ask who runs the server, then resume"
            return SenderLimited(Problem(place, "account-blocked", fact, hint, (_RESUME,)))
        case _:
            seconds = seconds_named(reply) or resets
            fact = f"the server accepts no more messages from you for now: {reply}"
            after = f"the limit ends after {duration(seconds)}" if seconds else "ask who runs the server when it ends"
            hint = f"nobody was marked as failed for it; {after}"
            return SenderLimited(Problem(place, "sender-limit", fact, hint, (_RESUME,)), seconds=seconds)


def _sender_refused(concerns: Concern, reply: str, sender: Mailbox, place: Place) -> UsageError:
    fact = f"the server accepts no messages from {sender.address}: {reply}"
    log_in = Choice("user", "log in: name the user with {}", "NAME")
    choice = log_in if concerns == "login" else Choice("sender", "is {} right?", "ADDRESS")
    return UsageError(Problem(place, "sender-refused", fact, choices=(choice,)))


def same_refusals(count: int, reply: str, server: str) -> SenderLimited:
    """The error for refusals in a row in the same words."""
    fact = f"the server refused {count} addressees in a row in the same words: {reply}"
    hint = "this concerns the sender or the letter, so nobody was marked as failed for it: ask who runs the server"
    return SenderLimited(Problem(Place(server), "same-refusals", fact, hint, (_RESUME,)))


def duration(seconds: float) -> str:
    """A time in words, rounded up: "45 minutes", "24 hours"."""
    unit, name = (HOUR, "hour") if seconds > HOUR else (60.0, "minute")
    if seconds >= 3 * DAY:
        unit, name = DAY, "day"
    count = max(1, -int(-seconds // unit))
    return f"{count} {name}{'' if count == 1 else 's'}"
