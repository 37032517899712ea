"""Collects the warnings about the rows of a list: for each row, where a summary names only the first ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from circulars.errors import Problem
from circulars.merge.planning.found import RowProblems
from circulars.merge.planning.planner import Planner

_FOR_ALL: Final = frozenset(
    ("no-address", "row-left-out", "same-address", "same-email", "same-left-out", "same-person", "unknown-title")
)
"""The codes of warnings that name only the first rows or titles."""


def row_warnings(planner: Planner, summarized: Iterable[Problem]) -> RowProblems:
    """The warnings about a list that has been read; ``summarized`` are those that its planner gave."""
    warnings, codes = RowProblems("warning"), set[str]()
    for problem in summarized:
        codes.add(problem.code)
        if problem.code not in _FOR_ALL:
            warnings.add_general(problem)
    for problem in planner.listed.each_left_out():
        warnings.add_general(problem)
    warnings.add_later(planner.repeated.counts, planner.repeated.each)
    for title, count in planner.findings.titles.items() if "unknown-title" in codes else ():
        for problem in planner.unknown_titles({title: count}):
            warnings.add_general(problem)
    return warnings
