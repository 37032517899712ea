"""Collects all warnings about a list: for each row, where a summary names only the first ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from circulars.errors import Problem
from circulars.merge.looking.window import FILL_IN, rows_without_address
from circulars.merge.making.copies import addressee_of
from circulars.merge.making.run import Merge
from circulars.merge.planning.found import RowProblems
from circulars.merge.planning.ledger import Entry
from circulars.merge.planning.row_warnings import row_warnings
from circulars.model.addressee import Addressee


def all_warnings(merge: Merge, summarized: Iterable[Problem], beyond: Sequence[Entry]) -> RowProblems:
    """The warnings about the list of a merge.

    ``summarized`` are those that its planner gave, ``beyond`` the addressees whose address is too long for the window.
    """
    planner, summarized = merge.planner, tuple(summarized)
    warnings = row_warnings(planner, summarized)
    if any(problem.code == "no-address" for problem in summarized):
        for id, row in rows_without_address(merge):
            problem = Problem(
                planner.listed.place(row), "no-address", "the letter has no address in the block", FILL_IN
            )
            warnings.add(Addressee(id, {}, row), [problem])
    for entry in beyond:
        fact = "address: it has more lines than an envelope's window shows"
        hint = "shorten it, or use envelopes without a window"
        where = merge.planner.listed.place(entry.row, "address")
        problem = Problem(where, "beyond-window", fact, hint)
        warnings.add(addressee_of(entry, merge.facts.inputs.columns), [problem])
    return warnings
