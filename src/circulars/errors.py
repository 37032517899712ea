"""What can go wrong, said so that a letter writer can act on it: place, fact, remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
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
class Choice:
    """Something that the caller may do about a problem: call the same function with another argument.

    ``effect`` says what that does, behind the argument's name or around it, where ``{}`` stands for it ("leave out
    {}"). ``value`` is what to give: "" for True; in capitals, a placeholder that the caller fills in. The command line
    words a choice as an option.
    """

    parameter: str
    effect: str
    value: str = ""

    def named(self, name: str) -> str:
        """The choice in words, with what the caller writes called ``name``."""
        return self.effect.replace("{}", name, 1) if "{}" in self.effect else f"{name} {self.effect}"

    def __str__(self) -> str:
        plain = self.value.isupper() or self.value.isdigit() or self.value == "False"
        value = self.value if plain else f'"{self.value}"'
        return self.named(f"{self.parameter}={value if self.value else True}")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what (``code`` for programs, ``message`` for people), and what to do.

    ``choices`` are arguments that the caller may change; ``hint`` is every other remedy.
    """

    where: Place
    code: str
    message: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()

    def remedy(self, worded: Callable[[Choice], str] = str) -> str:
        """What to do, in one line: the hint, then each choice as ``worded`` puts it."""
        return "; ".join(filter(None, [self.hint, *map(worded, self.choices)]))

    def text(self, worded: Callable[[Choice], str] = str) -> str:
        """The problem as people read it: one line, and a second with the remedy if there is one."""
        place = f"{self.where}  " if self.where.file else ""
        remedy = visible(self.remedy(worded))
        return f"{place}{self.code}  {visible(self.message)}" + (f"\n    hint: {remedy}" if remedy else "")

    def __str__(self) -> str:
        return self.text()


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


def not_read(error: Exception, otherwise: str = "") -> str:
    """The fact that a file cannot be read, with the system's reason, or else ``otherwise``."""
    return f"the file cannot be read: {getattr(error, 'strerror', None) or otherwise or error}"


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest known name, or else says ``otherwise``."""
    match = nearest(name, known)
    return f"did you mean '{match}'?" if match else otherwise
