"""The findings of a check: which rule a file breaks, where, and how severely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from circulars.errors import Choice, Place, Problem

Severity = Literal["error", "warning"]
_MAX_QUOTED = 60  # characters


@dataclass(frozen=True, slots=True, order=True)
class Spot(Place):
    """A place in a finished file: the ``part`` ("paragraph 12", "page 3"), counted from 1, and the ``words`` there."""

    part: str = ""
    words: str = ""

    def __str__(self) -> str:
        words = f' "{self.words}"' if self.words else ""
        return (f"{self.file}, {self.part}" if self.part else self.file) + words


@dataclass(frozen=True, slots=True, order=True)
class Finding(Problem):
    """A problem of a finished file: an error makes a part unreadable for someone, a warning makes reading harder."""

    severity: Severity = "error"

    def text(self, worded: Callable[[Choice], str] = str) -> str:
        """The finding for people: one line, and a second one with the remedy if there is one."""
        remedy = self.remedy(worded)
        return f"{self.where}  {self.severity}: {self.code}  {self.message}" + (
            f"\n    hint: {remedy}" if remedy else ""
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for finished files: what it requires, what to do if a file breaks it, and its source."""

    code: str
    severity: Severity
    requirement: str
    remedy: str
    source: str

    def finding(self, spot: Spot, fact: str, remedy: str = "") -> Finding:
        """The finding that a file breaks the rule at a place, with the rule's remedy unless there is a better one.

        U+FFFD is shown for bytes in the fact that are not text.
        """
        shown = fact.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return Finding(spot, self.code, shown, remedy or self.remedy, severity=self.severity)


def table_of(*rules: Rule) -> dict[str, Rule]:
    """Rules by their codes."""
    return {rule.code: rule for rule in rules}


def quoted(text: str) -> str:
    """A short quotation of a text, on one line and without unprintable characters."""
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "�" for c in text[: _MAX_QUOTED * 8]).split())
    return line if len(line) <= _MAX_QUOTED else line[: _MAX_QUOTED - 1].rstrip() + "…"
