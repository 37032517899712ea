"""What can go wrong, said so that a letter writer can act on it: place, fact, remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

# What a terminal obeys, what ends a line, and what changes the order in which others are read.
UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """A stranger's text as a terminal may show it, on one line: what cannot be seen stands there by its number."""
    return UNPRINTED.sub(_number, text)


def _number(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a file: ``line`` and ``column`` count from 1; 0 means the file as a whole."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        file = visible(self.file)
        return f"{file}:{self.line}:{self.column}" if self.line else file


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what (``code`` for programs, ``message`` for people), and what to do."""

    where: Place
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}  " if self.where.file else ""
        hint = f"\n    hint: {visible(self.hint)}" if self.hint else ""
        return f"{place}{self.code}  {visible(self.message)}{hint}"


class CircularsError(Exception):
    """The base of every error of this package: one or more problems, and the exit code that they mean."""

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[CircularsError], tuple[Problem, ...]]:
        """What another process makes the same error of."""
        return type(self), self.problems


class LetterError(CircularsError):
    """A letter, or the data beside it, is wrong."""


class AddresseesError(CircularsError):
    """A list of addressees is wrong, or cannot be read."""


class PackError(CircularsError):
    """A template pack or a language file is wrong."""


class SigningError(CircularsError):
    """A file cannot be signed, or what it is to be signed with is wrong."""


class UsageError(CircularsError):
    """The command or the function was used wrongly."""

    exit_code = 2


class MachineError(CircularsError):
    """The machine cannot do it: a full disk, a missing font or system library."""

    exit_code = 3


def nearest(name: str, known: Iterable[str], closeness: float = 0.6) -> str:
    """The known name that is closest to ``name``, or ``""`` when none is close; as close as 1 is the same name."""
    by_look = {_look(other): other for other in known}
    matches = difflib.get_close_matches(_look(name), by_look, n=1, cutoff=closeness)
    return by_look[matches[0]] if matches else ""


def _look(name: str) -> str:
    return name.strip().lower().replace("_", "-")


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest known name, or else says ``otherwise``."""
    match = nearest(name, known)
    return f"did you mean '{match}'?" if match else otherwise
