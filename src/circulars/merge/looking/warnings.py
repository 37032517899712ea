"""Collects all warnings about a list: for each row, where a summary names only the first ones."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Final

from circulars.errors import Problem
from circulars.merge.looking.window import FILL_IN, beyond_window, rows_without_address
from circulars.merge.making.copies import addressee_of
from circulars.merge.making.run import Merge
from circulars.merge.planning.found import RowProblems
from circulars.model.addressee import Addressee

_FOR_ALL: Final = frozenset(
    ("no-address", "row-left-out", "same-address", "same-email", "same-person", "unknown-title")
)
"""The codes of warnings that name only the first rows or titles."""


def all_warnings(merge: Merge, summarized: Iterable[Problem]) -> RowProblems:
    """The warnings about the list of a merge; ``summarized`` are those that its planner gave."""
    warnings, planner, codes = RowProblems("warning"), merge.planner, set[str]()
    for problem in summarized:
        codes.add(problem.code)
        if problem.code not in _FOR_ALL:
            warnings.add_general(problem)
    is_repeated = any(code.startswith("same-") for code in codes)
    for problem in chain(planner.listed.each_left_out(), planner.repeated.each() if is_repeated else ()):
        warnings.add_general(problem)
    for title, count in planner.findings.titles.items() if "unknown-title" in codes else ():
        for problem in planner.unknown_titles({title: count}):
            warnings.add_general(problem)
    if "no-address" in codes:
        for id, row in rows_without_address(merge):
            problem = Problem(
                planner.listed.place(row), "no-address", "the letter has no address in the block", FILL_IN
            )
            warnings.add(Addressee(id, {}, row), [problem])
    for entry in beyond_window(merge):
        fact = "address: it has more lines than an envelope's window shows"
        hint = "shorten it, or use envelopes without a window"
        where = merge.planner.listed.place(entry.row, "address")
        problem = Problem(where, "beyond-window", fact, hint)
        warnings.add(addressee_of(entry, merge.facts.inputs.columns), [problem])
    return warnings
