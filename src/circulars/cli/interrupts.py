"""What ends a command early: Ctrl-C, another program's request, a terminal that closes."""

from __future__ import annotations

import datetime
import signal
import time
from contextlib import suppress
from types import FrameType
from typing import Any


class Terminated(KeyboardInterrupt):
    """A request to end, which is treated as Ctrl-C is; ``exit_code`` tells a shell which."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def hear_requests_to_end() -> None:
    """Makes such requests exceptions, so that nothing half done is left lying; what is ignored (nohup) stays so."""
    for request in (signal.SIGTERM, signal.SIGHUP):
        # Only the first thread of a program hears signals; in another one it is for the program to decide.
        with suppress(ValueError):
            if signal.getsignal(request) is signal.SIG_DFL:
                signal.signal(request, _terminate)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated(number)


class GentleStop:
    """As long as it is entered, the first request to end is a wish: what is in hand is ended first.

    It is a clock as well (:class:`circulars.merge.post.dispatch.Timekeeper`): waiting ends at once when it is asked to
    stop. A second request interrupts whatever is done.
    """

    def __init__(self) -> None:
        self.asked = False
        self.exit_code = 0
        self._waiting = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> GentleStop:
        for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(request) is not signal.SIG_IGN:
                with suppress(ValueError):  # only the first thread of a program hears signals
                    self._before[request] = signal.signal(request, self._hear)
        return self

    def __exit__(self, *error: object) -> None:
        for request, before in self._before.items():
            signal.signal(request, before)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        again, self.asked = self.asked, True
        self.exit_code = 128 + number
        if again or self._waiting:
            raise KeyboardInterrupt

    def now(self) -> datetime.datetime:
        """The time of day, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def time(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Waits; says whether to stop."""
        with suppress(KeyboardInterrupt):
            self._waiting = True
            try:
                if seconds > 0 and not self.asked:
                    time.sleep(seconds)
            finally:
                self._waiting = False
        return self.asked
