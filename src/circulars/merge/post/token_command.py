"""Tokens from a command, such as one of a program that keeps the office's logins."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import threading
from contextlib import suppress
from typing import Final

from circulars.errors import Place, Problem, UsageError

_LONGEST: Final = 16_384  # bytes of a token
_SECONDS: Final = 120.0  # for the command: a person may have to confirm something
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]+")  # RFC 6750, 2.1
_HINT: Final = "run the command yourself: the first line that it prints must be the token"


class CommandTokens:
    """Tokens from the first line that a command prints. It runs again when the server refuses a token.

    The command is run as it is typed, by no shell, and gets nothing from letters or lists.

    Raises:
        UsageError: the command cannot be split into words.
    """

    def __init__(self, command: str) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError:
            self._words = []
        if not self._words:
            raise _failure("it is not a command", "close the quotation marks")
        self._token, self._is_fresh = "", False

    @property
    def last(self) -> str:
        return self._token

    def token(self) -> str:
        """The token; the command runs if there is none.

        Raises:
            UsageError: the command fails, or prints no token.
        """
        if not self._token:
            self._token, self._is_fresh = self._printed(), True
        return self._token

    def accepted(self) -> None:
        self._is_fresh = False

    def refused(self) -> bool:
        if self._is_fresh:
            return False
        self._token = ""
        return True

    def _printed(self) -> str:
        # What it asks or says goes to the terminal, on standard error.
        try:
            process = subprocess.Popen(  # noqa: S603  # the user typed it
                self._words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
            )
        except (OSError, ValueError) as error:
            raise _failure(f"it cannot be run: {getattr(error, 'strerror', '') or 'wrong name'}", _HINT) from None
        timer = threading.Timer(_SECONDS, _kill, [process])
        timer.start()
        try:
            assert process.stdout
            with process.stdout:
                data = process.stdout.read(_LONGEST + 1)
            code = 0 if len(data) > _LONGEST else process.wait()
        finally:
            timer.cancel()
            _kill(process)
        line = data.split(b"\n", 1)[0].strip().decode("ascii", "replace")
        if code:
            raise _failure(f"it ended with the exit code {code}", _HINT)
        if len(data) > _LONGEST or not _TOKEN.fullmatch(line):
            raise _failure("it printed no token", _HINT)
        return line


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a command with all that it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(fact: str, hint: str) -> UsageError:
    return UsageError(Problem(Place(), "no-login-token", f"the command for the token: {fact}", hint))
