"""The files of the bench: for each condition, files that pass and files that fail it.

A case is a function that changes a sound report. Its condition, and whether it passes, is in its decorator; its name
and its docstring say what is in the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from accessibility.matterhorn.conditions import BY_NUMBER
from accessibility.matterhorn.report import Report

Change = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A file of the bench.

    ``also`` are rules that a failing file necessarily breaks, too. ``exception`` says why veraPDF's verdict differs.
    """

    condition: str
    passes: bool
    change: Change
    also: frozenset[str]
    exception: str

    @property
    def name(self) -> str:
        """The number, the clause of ISO 14289-1, the verdict, and what is in the file."""
        verdict = "pass" if self.passes else "fail"
        what = self.change.__name__.replace("_", "-")
        return f"{self.condition}-clause-{BY_NUMBER[self.condition].clause}-{verdict}-{what}"

    def file(self) -> bytes:
        """The bytes of the file."""
        report = Report()
        self.change(report)
        return report.saved()


CASES: Final[list[Case]] = []
"""The cases of all modules, in the order in which they are imported."""


def passes(*conditions: str, exception: str = "") -> Callable[[Change], Change]:
    """Adds a file that passes the conditions."""
    return _adder(conditions, True, (), exception)


def fails(condition: str, *, also: tuple[str, ...] = (), exception: str = "") -> Callable[[Change], Change]:
    """Adds a file that fails a condition."""
    return _adder((condition,), False, also, exception)


def _adder(
    conditions: tuple[str, ...], passes: bool, also: tuple[str, ...], exception: str
) -> Callable[[Change], Change]:
    def add(change: Change) -> Change:
        CASES.extend(Case(condition, passes, change, frozenset(also), exception) for condition in conditions)
        return change

    return add
