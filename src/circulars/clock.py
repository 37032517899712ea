"""The machine's clock, for callers that have no clock of their own. Nothing below ``api`` and ``cli`` reads it."""

from __future__ import annotations

import datetime
import threading
import time


class MachineClock:
    """A clock to send by (:class:`circulars.merge.post.dispatch.Timekeeper`), which any thread may stop."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> datetime.datetime:
        """The time of day, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def time(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Waits, and returns at once when the clock is stopped; whether it is stopped."""
        return self._stopped.wait(max(seconds, 0))

    def stop(self) -> None:
        """Ends whatever waits by this clock: a sending ends after the message that is on its way."""
        self._stopped.set()
