"""Finds whom a server's refusal concerns, and when a limit ends, in the table of refusals (``refusals.yaml``)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from circulars.syntax.own_tables import own_table

Concern = Literal["addressee", "rate", "quota", "size", "sender", "login", "account"]
"""What a refusal concerns, in the words of the table. Only "addressee" concerns the addressee, all others the sender.
"""

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Refusal:
    """A kind of refusal: a row of the table.

    ``resets`` is the number of seconds after which the limit ends; 0 if it is unknown, or if waiting does not help.
    """

    concerns: Concern
    pattern: re.Pattern[str]
    resets: float
    examples: tuple[str, ...]


@functools.cache
def refusals() -> tuple[Refusal, ...]:
    """The rows of the table."""
    table: dict[str, Any] = own_table(__package__, "refusals.yaml")

    def pattern(words: list[str]) -> re.Pattern[str]:
        named = "|".join(words).replace("LIMIT", table["limit"]).replace("EXCEEDED", table["exceeded"])
        return re.compile(named, re.IGNORECASE)

    return tuple(
        Refusal(row["concerns"], pattern(row["words"]), float(row.get("hours", 0)) * HOUR, tuple(row["examples"]))
        for row in table["rows"]
    )


def known_refusal(reply: str) -> Refusal | None:
    """The first kind of refusal that fits a reply; None for words that servers use for many reasons."""
    return next((row for row in refusals() if row.pattern.search(reply)), None)


_AFTER: Final = re.compile(
    r"\b(?:in|after|within|for|next|wait|last|past)(?: (?:about|the next|up to|at least|the|another))?\s+"
    r"(?P<count>\d{1,6})\s*(?P<unit>s|sec|seconds?|m|min|minutes?|h|hrs?|hours?|d|days?)\b",
    re.IGNORECASE,
)
_UNITS: Final = {"s": 1.0, "m": 60.0, "h": HOUR, "d": DAY}


def seconds_named(reply: str) -> float:
    """The time after which the server wants to be tried again, in seconds, if a reply says it; otherwise 0."""
    found = _AFTER.search(reply)
    return int(found["count"]) * _UNITS[found["unit"][0].lower()] if found else 0.0
