"""What a check of a finished file finds: which rule is broken, where in the file, and how badly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from circulars.errors import Choice, Place, Problem

Severity = Literal["error", "warning"]
_WORDS = 60  # as many characters of a place's own words are quoted


@dataclass(frozen=True, slots=True, order=True)
class Spot(Place):
    """A point in a finished file: ``part`` as people count ("paragraph 12", "page 3"), and the ``words`` there."""

    part: str = ""
    words: str = ""

    def __str__(self) -> str:
        words = f' "{self.words}"' if self.words else ""
        return (f"{self.file}, {self.part}" if self.part else self.file) + words


@dataclass(frozen=True, slots=True, order=True)
class Finding(Problem):
    """A problem of a finished file: an error keeps somebody from reading it, a warning makes it harder."""

    severity: Severity = "error"

    def text(self, worded: Callable[[Choice], str] = str) -> str:
        """The finding as people read it: one line, and a second with the remedy if there is one."""
        remedy = self.remedy(worded)
        return f"{self.where}  {self.severity}: {self.code}  {self.message}" + (
            f"\n    hint: {remedy}" if remedy else ""
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for finished files: what it asks for, what to do where it is broken, and who says so."""

    code: str
    severity: Severity
    what: str
    remedy: str
    source: str

    def broken(self, spot: Spot, fact: str) -> Finding:
        """The finding that says so."""
        return Finding(spot, self.code, fact, self.remedy, severity=self.severity)


def table_of(*rules: Rule) -> dict[str, Rule]:
    """Rules by their codes."""
    return {rule.code: rule for rule in rules}


def quoted(text: str) -> str:
    """Words as a place quotes them: on one line, and no more than it takes to find them."""
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "�" for c in text[: _WORDS * 8]).split())
    return line if len(line) <= _WORDS else line[: _WORDS - 1].rstrip() + "…"
