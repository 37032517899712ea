"""Adds the addressees of another list to the end of a merge's plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from circulars.errors import AddresseesError, Choice, LetterError, Place, Problem, did_you_mean
from circulars.merge.planning.cells import join_cells, split_cells
from circulars.merge.planning.facts import AddedList, PlanFacts, PlanInputs, extended_plan_id, output_only
from circulars.merge.planning.ledger import Ledger, Row
from circulars.merge.planning.plan import input_changes, put_rows
from circulars.merge.planning.planner import TAKEN, Planner
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, FaultyRow
from circulars.source.addressees.seen import Seen


def reject_taken(
    listed: AddresseeList, taken: Callable[[], Iterable[str]], why: str, choices: tuple[Choice, ...] = ()
) -> AddresseeList:
    """The list, with a problem in each row whose id is taken.

    ``taken`` is called when the list is read. ``why`` completes the sentence "'ID' …" in the problem, whose remedies
    for the caller are ``choices``.
    """

    def rows() -> Iterator[Addressee]:
        known = Seen()
        for row, id in enumerate(taken(), start=1):
            known.first(id, row)
        for addressee in listed:
            yield _taken_row(addressee, listed, why, choices) if known.holds(addressee.id) else addressee

    return replace(listed, rows=rows)


def _taken_row(addressee: Addressee, listed: AddresseeList, why: str, choices: tuple[Choice, ...]) -> FaultyRow:
    fact = f"id: '{addressee.id}' {why}"
    hint = "remove the row; a different person needs a different id (upper and lower case are the same)"
    problem = Problem(listed.place(addressee.row, "id"), TAKEN, fact, hint, choices)
    known, beyond = (addressee.problems, addressee.beyond) if isinstance(addressee, FaultyRow) else ((), ())
    return FaultyRow(addressee.id, addressee.columns, addressee.row, (problem, *known), beyond)


def _refuse_all_taken(planner: Planner, target: str) -> None:
    """Reports once, instead of for each row, that all addressees of a list are already in the plan."""
    found = planner.findings
    if found.rows > 1 and found.taken == found.rows:
        fact = f"all {found.rows:,} addressees of this list are in {target} already: nothing to add"
        hint = "if they are different people, give them different ids"
        raise AddresseesError(Problem(Place(planner.listed.name), TAKEN, fact, hint))


def adding_changes(planner: Planner, before: PlanInputs) -> tuple[str, ...]:
    """The changes, in words, that prevent a list from being added to a plan. Its selection may be different."""
    now = planner.inputs()
    now, before = (replace(inputs, order=output_only(inputs.order), hidden=False) for inputs in (now, before))
    return tuple(input_changes(now, before))


def extend_plan(planner: Planner, ledger: Ledger, target: str) -> PlanFacts:
    """Adds a planner's addressees to the plan in the ledger; returns the new facts.

    ``target`` names the merge or the sending in messages.

    Raises:
        CircularsError: rows are faulty and the order does not skip them, the list has unknown columns, no addressee is
            left, or all are in the plan already. The ledger is unchanged.
    """
    earlier, found = ledger.facts(), planner.findings
    assert earlier
    _check_columns(planner.listed, earlier.inputs.columns)
    with ledger.change():
        start = earlier.count
        put_rows(planner, renumbered(planner, earlier.inputs.columns, start, target), ledger)
        if planner.order.sort:
            ledger.sort_by_rank(start)
        now, list_sha256 = planner.inputs(), found.digest.hexdigest()
        facts = replace(
            earlier,
            inputs=replace(earlier.inputs, attachments={**earlier.inputs.attachments, **now.attachments}),
            characters="".join(sorted(set(earlier.characters) | found.all_characters())),
            forms=tuple(sorted({*earlier.forms, *found.forms})),
            categories=dict((Counter(earlier.categories) + Counter(found.categories)).most_common()),
            count=start + found.count,
            rows=earlier.rows + found.rows,
            fell_back=earlier.fell_back + found.fell_back,
            rejected=earlier.rejected + len(found.rejected),
            same=(*earlier.same, *planner.repeated.left_out),
            same_count=earlier.same_count + planner.repeated.count,
            done=False,
            plan=extended_plan_id(earlier.plan, list_sha256),
            first_plan=earlier.messages_plan,
            added=(*earlier.added, _added(planner, list_sha256, now, start)),
            before=replace(earlier, before=None),
        )
        ledger.save_facts(facts)
    return facts


def _added(planner: Planner, list_sha256: str, now: PlanInputs, start: int) -> AddedList:
    return AddedList(planner.listed.name, list_sha256, now.columns, now.order, start, now.settled)


def _check_columns(listed: AddresseeList, known: Iterable[str]) -> None:
    columns = tuple(known)
    problems = []
    for column in listed.columns:
        if column not in columns:
            fact = f"the list of this merge has no column '{column}'"
            hint = did_you_mean(column, columns, f"remove it; the list of this merge has: {', '.join(columns)}")
            problems.append(Problem(listed.place(listed.head_row, column), "unknown-column", fact, hint))
    if problems:
        raise LetterError(*problems)


def renumbered(planner: Planner, columns: Iterable[str], start: int, target: str) -> Iterator[list[Row]]:
    """A planner's rows, numbered from ``start`` on, with their cells in the order of the first list's columns.

    Raises:
        AddresseesError: all addressees are in the plan already; raised after the last row.
    """
    own = {name: place for place, name in enumerate(planner.listed.columns)}
    places = [own.get(name) for name in columns]

    def rearranged(cells: str) -> str:
        split = split_cells(cells)
        return join_cells("" if place is None else split[place] for place in places)

    for batch in planner.batches():
        yield [
            (start + n, id, language, audience, rearranged(cells), row, rank)
            for n, id, language, audience, cells, row, rank in batch
        ]
    _refuse_all_taken(planner, target)


def undo_addition(ledger: Ledger) -> PlanFacts:
    """Removes the addressees of the last list that was added; returns the facts as they were before."""
    facts = ledger.facts()
    assert facts
    assert facts.before
    with ledger.change():
        ledger.truncate(facts.added[-1].first, facts.before)
    return facts.before
