"""Errors and the problems that they report: the place, the fact and the remedy of each."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from circulars.characters import DIRECTION

# Control characters, line ends, direction controls, tags and surrogates.
UNPRINTED = re.compile(
    f"[\x00-\x1f\x7f-\x9f\u2028\u2029\u206a-\u206f\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f{DIRECTION}]"
)


def visible(text: str) -> str:
    """An untrusted text, safe to print on one line: control characters are replaced by escapes such as ``\\x1b``."""
    return UNPRINTED.sub(_escaped, text)


def printable_json(rows: object) -> str:
    """Rows as JSON, with control characters of every kind as escapes."""
    lines = json.dumps(rows, ensure_ascii=False, indent=2).split("\n")
    # The json module escapes only the control characters of ASCII.
    return "\n".join(UNPRINTED.sub(lambda character: json.dumps(character[0])[1:-1], line) for line in lines)


def short(text: str, most: int = 40) -> str:
    """The beginning of a text, on one line, for messages."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def quoted(text: str, most: int = 40) -> str:
    """The beginning of a text as it is typed, in quotation marks, for messages."""
    return f"'{text}'" if len(text) <= most else f"'{text[: most - 1]}…'"


def _escaped(character: re.Match[str]) -> str:
    code = ord(character[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file. ``line`` and ``column`` count from 1; 0 means the whole file."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        file = visible(self.file)
        return f"{file}:{self.line}:{self.column}" if self.line else file


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """A remedy for the caller: to call the same function with another argument.

    ``effect`` says what the argument does. It follows the argument ("continues the merge"), or contains ``{}`` in its
    place ("leave out {}"). ``value`` is the argument's value: "" means True, and capitals are a placeholder that the
    caller fills in. The command line words a choice as an option.
    """

    parameter: str
    effect: str
    value: str = ""

    def named(self, name: str) -> str:
        """The choice in words; ``name`` is the argument or the option as the caller writes it."""
        return self.effect.replace("{}", name, 1) if "{}" in self.effect else f"{name} {self.effect}"

    def __str__(self) -> str:
        plain = self.value.isupper() or self.value.isdigit() or self.value == "False"
        value = self.value if plain else f'"{self.value}"'
        return self.named(f"{self.parameter}={value if self.value else True}")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: its place, a ``code`` for programs, a ``message`` for people, and remedies.

    ``choices`` are remedies for the caller; ``hint`` has all others.
    """

    where: Place
    code: str
    message: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()

    def remedy(self, worded: Callable[[Choice], str] = str) -> str:
        """The hint and the choices in one line; ``worded`` puts a choice into words."""
        return "; ".join(filter(None, [self.hint, *map(worded, self.choices)]))

    def text(self, worded: Callable[[Choice], str] = str) -> str:
        """The problem in words: one line, and a second one with the remedy if there is one."""
        place = f"{self.where}  " if self.where.file else ""
        remedy = visible(self.remedy(worded))
        return f"{place}{self.code}  {visible(self.message)}" + (f"\n    hint: {remedy}" if remedy else "")

    def __str__(self) -> str:
        return self.text()


class CircularsError(Exception):
    """The base class of this package's errors: one or more problems, and the exit code of a command that fails so."""

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[CircularsError], tuple[Problem, ...]]:
        """Lets the error be pickled, to pass from one process to another."""
        return type(self), self.problems


class LetterError(CircularsError):
    """A letter, or data that belongs to it, is wrong."""


class PageError(LetterError):
    """A letter's pages have words that readers do not see where they should. ``words`` has those of each problem."""

    def __init__(self, *found: tuple[Problem, str]) -> None:
        self.words = dict(found)
        super().__init__(*self.words)

    def __reduce__(self) -> tuple[type[PageError], tuple[tuple[Problem, str], ...]]:  # type: ignore[override]  # it is pickled with the words, not with the problems alone
        """Lets the error be pickled, to pass from one process to another."""
        return type(self), tuple(self.words.items())


class AddresseesError(CircularsError):
    """A list of addressees is wrong, or cannot be read."""


class PackError(CircularsError):
    """A template pack or a language file is wrong."""


class SigningError(CircularsError):
    """A file cannot be signed, or the key or certificate is wrong."""


class LimitError(CircularsError):
    """A part of a letter, a pack, a list or a file takes too much time or memory, or crashes what reads it."""


class UsageError(CircularsError):
    """A command or function was used wrongly."""

    exit_code = 2


class MachineError(CircularsError):
    """The machine is at fault: a full disk, a missing font or system library."""

    exit_code = 3


class MissingFonts:
    """Gathers the fonts that are missing for several files, so that all are named at once."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Goes on behind an error about missing fonts."""
        try:
            yield
        except MachineError as error:
            if any(problem.code != "missing-font" for problem in error.problems):
                raise
            self._problems |= dict.fromkeys(error.problems)

    def refuse(self) -> None:
        """Raises an error about all of them, if there are any."""
        if self._problems:
            raise MachineError(*self._problems)


def nearest(name: str, known: Iterable[str], closeness: float = 0.6) -> str:
    """The known name that is most similar to ``name``, or "" if none is. A ``closeness`` of 1 means the same name."""
    by_spelling = {_normalized(other): other for other in known}
    matches = difflib.get_close_matches(_normalized(name), by_spelling, n=1, cutoff=closeness)
    return by_spelling[matches[0]] if matches else ""


def _normalized(name: str) -> str:
    return name.strip().lower().replace("_", "-")


def several(parameter: str, values: Iterable[str], code: str = "wrong-option") -> tuple[str, ...]:
    """The values of an argument that takes several texts, without duplicates.

    Raises:
        UsageError: the argument is one text. Its characters would count as the values.
    """
    if isinstance(values, str):
        hint = f"write {parameter}=({values!r},)"
        raise UsageError(Problem(Place(), code, f"'{parameter}' takes a tuple of texts, not one text", hint))
    return tuple(dict.fromkeys(values))


def check_word(word: object, known: Iterable[str], fact: str) -> None:
    """Refuses an argument that is none of the ``known`` words. ``fact`` says what it is not: "a kind of encryption".

    Raises:
        UsageError: the word is unknown.
    """
    words = tuple(known)
    if word not in words:
        shown = [f"'{one}'" for one in words if one]
        hint = did_you_mean(str(word), filter(None, words), f"write {', '.join(shown[:-1])} or {shown[-1]}")
        raise UsageError(Problem(Place(), "wrong-option", f"'{word}' is not {fact}", hint))


def not_read(error: Exception, otherwise: str = "") -> str:
    """The message that a file cannot be read, with the system's reason, or else with ``otherwise``."""
    return f"the file cannot be read: {getattr(error, 'strerror', None) or otherwise or error}"


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint with the most similar known name, or one of the same letters; ``otherwise`` if there is none."""
    names, letters = tuple(known), sorted(_normalized(name))
    match = nearest(name, names) or next((other for other in names if sorted(_normalized(other)) == letters), "")
    return f"did you mean '{match}'?" if match else otherwise
