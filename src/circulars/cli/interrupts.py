"""What ends a command early: Ctrl-C, another program's request, a terminal that closes."""

from __future__ import annotations

import signal
from contextlib import suppress
from types import FrameType


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
