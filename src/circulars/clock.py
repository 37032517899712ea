"""The system clock, for callers of ``api`` without a clock of their own. Nothing below them reads it."""

from __future__ import annotations

import datetime
import threading
import time


class MachineClock:
    """The clock of a sending (:class:`circulars.merge.post.dispatch.Timekeeper`). Any thread may stop it."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> datetime.datetime:
        """The current time, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def time(self) -> float:
        """Seconds from a fixed but arbitrary moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Waits until the time is over or the clock is stopped. Returns whether it is stopped."""
        return self._stopped.wait(max(seconds, 0))

    def stop(self) -> None:
        """Ends all waiting. A sending with this clock stops after its current message."""
        self._stopped.set()
