"""The rate of sending, which also holds when a sending is stopped and resumed."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from circulars.errors import Place, Problem, UsageError

DELAYS: Final = (60.0, 300.0, 600.0, 1200.0, 2400.0)
"""Seconds before each retry of a message that the server deferred; greylisting usually takes five minutes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate of sending: messages per minute (0: no limit), and messages per connection.

    Messages are spread evenly. No ``window`` of seconds has more of them than the rate allows, counting those of
    earlier runs: 100 per hour are ``per_minute=100 / 60`` with a window of 3600.

    ``delays`` are the seconds before the second try, the third, and so on. A message that still cannot be sent after
    the last delay has failed.

    Raises:
        UsageError: a number is negative, or no message per connection is allowed.
    """

    per_minute: float = 60.0
    per_connection: int = 100
    delays: tuple[float, ...] = DELAYS
    window: float = 60.0

    def __post_init__(self) -> None:
        if not self.per_minute >= 0:
            fact, hint = f"{self.per_minute} messages per minute cannot be sent", "write 0 for no limit"
        elif not self.per_connection >= 1:
            fact, hint = f"{self.per_connection} messages per connection cannot be sent", "write 1 or more"
        elif not all(seconds >= 0 for seconds in self.delays):
            fact, hint = "a delay cannot be negative", "write the seconds before each retry"
        elif not 0 < self.window < math.inf:
            fact, hint = f"a rate cannot be for {self.window} seconds", "write 60 for a minute, 3600 for an hour"
        else:
            return
        raise UsageError(Problem(Place(), "wrong-option", fact, hint))

    @property
    def interval(self) -> float:
        """The seconds from one message to the next; 0 without a limit."""
        return 60.0 / self.per_minute if self.per_minute else 0.0

    @property
    def in_window(self) -> int:
        """How many messages a window may have; 0 without a limit."""
        return max(1, math.floor(self.per_minute * self.window / 60 + 1e-6)) if self.per_minute else 0

    def seconds_for(self, count: int) -> float:
        """How long ``count`` messages take at least, in seconds."""
        return count * self.interval


class Timetable:
    """When the next message may go, by a pace. Times are those of the clock that sends."""

    def __init__(self, pace: Pace, now: float, ages: Iterable[float] = ()) -> None:
        """``ages`` says how many seconds ago earlier messages went."""
        self._pace = pace
        # An age beyond the pace's window no longer counts, nor does one of a clock that was set back.
        earlier = sorted(now - age for age in ages if 0 <= age < pace.window)
        self._sent = deque(earlier, maxlen=pace.in_window)

    @property
    def next(self) -> float:
        """When the next message may go."""
        if not self._sent:
            return -math.inf
        last = self._sent[-1] + self._pace.interval
        return max(last, self._sent[0] + self._pace.window) if len(self._sent) == self._pace.in_window else last

    def note(self, now: float) -> None:
        """Notes that a message goes now."""
        if self._pace.per_minute:
            self._sent.append(now)
