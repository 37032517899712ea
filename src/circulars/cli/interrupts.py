"""Signals that end a command early: Ctrl-C, a request of another program, a closed terminal."""

from __future__ import annotations

import datetime
import signal
import time
from contextlib import suppress
from types import FrameType
from typing import Any


class Terminated(KeyboardInterrupt):
    """A termination signal, treated like Ctrl-C. ``exit_code`` is what shells expect: 128 and the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def raise_on_termination_signals() -> None:
    """Makes SIGTERM and SIGHUP raise ``Terminated``, so that temporary files are removed.

    A signal that is ignored (nohup) stays ignored.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Python allows signal handlers in the main thread only; a program that calls from another thread keeps its own.
        with suppress(ValueError):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _terminate)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated(number)


class GracefulStop:
    """Inside its ``with`` block, the first Ctrl-C stops after the current message; the second stops at once.

    It is also a clock (:class:`circulars.merge.post.dispatch.Timekeeper`): a request to stop ends waiting at once.
    ``is_requested`` says whether there was a request, and ``exit_code`` is the code that shells then expect.
    """

    def __init__(self) -> None:
        self.is_requested = False
        self.exit_code = 0
        self._waiting = False
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> GracefulStop:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(ValueError):  # not the main thread
                    self._former[number] = signal.signal(number, self._request)
        return self

    def __exit__(self, *error: object) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)

    def _request(self, number: int, frame: FrameType | None) -> None:
        again, self.is_requested = self.is_requested, True
        self.exit_code = 128 + number
        if again or self._waiting:
            raise KeyboardInterrupt

    def now(self) -> datetime.datetime:
        """The current time, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def time(self) -> float:
        """Seconds from a fixed but arbitrary moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Waits; returns whether to stop."""
        with suppress(KeyboardInterrupt):
            self._waiting = True
            try:
                if seconds > 0 and not self.is_requested:
                    time.sleep(seconds)
            finally:
                self._waiting = False
        return self.is_requested
