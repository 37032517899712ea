"""Adds the addressees of another list to the plan of a merge, behind those who are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from circulars.errors import AddresseesError, LetterError, Place, Problem, did_you_mean
from circulars.merge.planning.facts import AddedList, PlanFacts, PlanInputs, RejectedFile, extended_plan_id
from circulars.merge.planning.ledger import Ledger, Row, joined, parted
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.plan import changes, put_rows
from circulars.merge.planning.planner import TAKEN, Planner
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, FaultyRow
from circulars.source.addressees.seen import Seen


def newcomers(listed: AddresseeList, taken: Callable[[], Iterable[str]], why: str) -> AddresseeList:
    """The list, of which every row is faulty whose id is taken; ``taken`` is asked when the list is read.

    ``why`` is what is told of an addressee whose id is taken.
    """

    def rows() -> Iterator[Addressee]:
        known = Seen()
        for row, id in enumerate(taken(), start=1):
            known.first(id, row)
        for addressee in listed:
            yield _taken(addressee, listed, why) if known.holds(addressee.id) else addressee

    return replace(listed, rows=rows)


def _taken(addressee: Addressee, listed: AddresseeList, why: str) -> FaultyRow:
    fact = f"id: '{addressee.id}' {why}"
    hint = "take the row out; for somebody else, write an id of their own: capitals make no difference"
    problem = Problem(listed.place(addressee.row, "id"), TAKEN, fact, hint)
    known, beyond = (addressee.problems, addressee.beyond) if isinstance(addressee, FaultyRow) else ((), ())
    return FaultyRow(addressee.id, addressee.columns, addressee.row, (problem, *known), beyond)


def _refuse_all_taken(planner: Planner, there: str) -> None:
    """Says in one sentence that a list adds nobody, where it would be told of each of its rows."""
    read = planner.read
    if read.rows > 1 and read.taken == read.rows:
        fact = f"all {read.rows:,} addressees of this list are in {there} already: nothing to add"
        hint = "are they other people? Then write ids of their own"
        raise AddresseesError(Problem(Place(planner.listed.name), TAKEN, fact, hint))


def changed_since(planner: Planner, before: PlanInputs) -> tuple[str, ...]:
    """What keeps a planner's list from being added to a plan, in words; who of the list is meant may be another."""
    now = planner.identity()
    return tuple(changes(replace(now, order=_making(now.order)), replace(before, order=_making(before.order))))


def _making(order: MergeOrder) -> MergeOrder:
    """What an order says of what is to be made, and nothing of whom of a list is meant: each list may have its own."""
    return replace(order, where=(), sort="", sample=0, only=(), skip_bad=False)


def extend_plan(planner: Planner, ledger: Ledger, left: Iterable[RejectedFile], there: str) -> PlanFacts:
    """The facts of the plan in the ledger, to which a planner's addressees were added.

    They are numbered on from those who are there. ``left`` are the files of rejected rows that are still to be mended;
    ``there`` is what people call what is added to.

    Raises:
        CircularsError: rows are wrong, and the order does not skip them; the list has other columns: the ledger stays
            as it was. Or nobody is left, or all are there already.
    """
    earlier, read, files = ledger.facts(), planner.read, tuple(left)
    assert earlier
    _check_columns(planner.listed, earlier.inputs.columns)
    with ledger.change():
        start = earlier.count
        put_rows(planner, _placed(planner, earlier.inputs.columns, start, there), ledger)
        if planner.order.sort:
            ledger.put_in_order(start)
        now, list_sha256 = planner.identity(), read.digest.hexdigest()
        facts = replace(
            earlier,
            characters="".join(sorted(set(earlier.characters) | read.all_characters())),
            forms=tuple(sorted({*earlier.forms, *read.forms})),
            categories=dict((Counter(earlier.categories) + Counter(read.categories)).most_common()),
            count=start + read.count,
            rows=earlier.rows + read.rows,
            fell_back=earlier.fell_back + read.fell_back,
            rejected=len(read.rejected) + sum(file.rows for file in files),
            rejected_files=files,
            done=False,
            plan=extended_plan_id(earlier.plan, list_sha256),
            first_plan=earlier.messages_plan,
            added=(*earlier.added, AddedList(planner.listed.name, list_sha256, now.columns, now.order, start)),
            before=replace(earlier, before=None),
        )
        ledger.keep(facts)
    return facts


def _check_columns(listed: AddresseeList, known: Iterable[str]) -> None:
    columns = tuple(known)
    problems = []
    for column in listed.columns:
        if column not in columns:
            fact = f"the list of this merge has no column '{column}'"
            hint = did_you_mean(column, columns, f"take it out; the list has: {', '.join(columns)}")
            problems.append(Problem(listed.place(1, column), "unknown-column", fact, hint))
    if problems:
        raise LetterError(*problems)


def _placed(planner: Planner, columns: Iterable[str], start: int, there: str) -> Iterator[list[Row]]:
    """A planner's rows, numbered from a place on, with their cells in the columns of the list that was first.

    Raises:
        AddresseesError: when all were read, and all of them are there already.
    """
    own = {name: place for place, name in enumerate(planner.listed.columns)}
    places = [own.get(name) for name in columns]

    def placed(cells: str) -> str:
        had = parted(cells)
        return joined("" if place is None else had[place] for place in places)

    for batch in planner.batches():
        yield [
            (start + n, id, language, audience, placed(cells), row, rank)
            for n, id, language, audience, cells, row, rank in batch
        ]
    _refuse_all_taken(planner, there)


def withdraw(ledger: Ledger) -> PlanFacts:
    """The facts of the plan as it was before the last list was added, whose addressees are not in it any more."""
    facts = ledger.facts()
    assert facts
    assert facts.before
    with ledger.change():
        ledger.cut(facts.added[-1].first, facts.before)
    return facts.before
