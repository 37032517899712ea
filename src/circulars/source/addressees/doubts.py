"""Collects problems of cells that need not be refused into one warning for each kind and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from circulars.errors import Problem

_ROWS_NAMED: Final = 5
"""The most rows that a warning names."""


@dataclass(slots=True)
class _Doubt:
    first: Problem
    rows: list[int] = field(default_factory=list)
    count: int = 0


class Doubts:
    """Problems of cells that are warnings only."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Doubt] = {}

    def note(self, problem: Problem, column: str) -> None:
        """Adds the problem of a cell."""
        doubt = self._found.setdefault((problem.code, column), _Doubt(problem))
        doubt.count += 1
        if len(doubt.rows) < _ROWS_NAMED:
            doubt.rows.append(problem.where.line)

    def warnings(self) -> Iterator[Problem]:
        """A warning for each kind of problem in each column: its first cell, and the rows that have it."""
        for doubt in self._found.values():
            if doubt.count == 1:
                yield doubt.first
            else:
                rows = ", ".join(f"{row:,}" for row in doubt.rows) + (", …" if doubt.count > len(doubt.rows) else "")
                fact = f"{doubt.first.message} ({doubt.count:,} cells like it, in the rows {rows})"
                yield replace(doubt.first, message=fact)
