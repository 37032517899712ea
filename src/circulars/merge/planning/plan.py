"""The plan of a merge: which addressee gets which edition, complete before the first copy is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Final

from circulars.errors import Choice, LetterError, MachineError, Place, Problem, UsageError
from circulars.merge.planning.checksums import sum_of_rows
from circulars.merge.planning.facts import PlanFacts, PlanInputs, plan_id
from circulars.merge.planning.found import FoundProblems, MergeRefusedError
from circulars.merge.planning.ledger import Ledger, Row
from circulars.merge.planning.planner import Planner

_NAMES: Final = {"kind": "kind of output", "whole": "full layout", "stock": "size of labels or envelopes"}
"""What messages call a field of an order whose name is not plain English."""
_MAX_NAMED: Final = 5
"""The maximum number of attachments that a message names."""


def write_plan(planner: Planner, ledger: Ledger, *, keeping: Place | None = None, measure: bool = False) -> PlanFacts:
    """Writes a plan into the ledger in place of an earlier one; returns its facts.

    With ``keeping`` the new plan must have all addressees of the earlier one; its value is the ledger's place in
    messages. ``measure`` also checks that addresses fit their labels or envelopes.

    Raises:
        LetterError: rows are faulty and the order does not skip them, or no addressee is left. The ledger is unchanged.
        UsageError: an addressee of the earlier plan is missing. The ledger is unchanged.
    """
    found, earlier = planner.findings, ledger.facts()
    with ledger.change():
        if keeping:
            ledger.remember_ids()
        ledger.clear()
        put_rows(planner, planner.batches(measure=measure), ledger)
        if keeping:
            _refuse_to_leave_out(*ledger.missing_ids(planner.ids_left_out()), keeping)
        if planner.order.sort:
            ledger.sort_by_rank()
        inputs, list_sha256 = planner.inputs(), found.digest.hexdigest()
        facts = PlanFacts(
            inputs=inputs,
            list=planner.listed.name,
            list_sha256=list_sha256,
            characters="".join(sorted(found.all_characters())),
            forms=tuple(found.forms),
            categories=found.categories,
            count=found.count,
            rows=found.rows,
            fell_back=found.fell_back,
            rejected=len(found.rejected),
            plan=plan_id(inputs, list_sha256),
            same=tuple(planner.repeated.left_out),
            same_count=planner.repeated.count,
            added_before=earlier.added_before + len(earlier.added) if earlier else 0,
        )
        ledger.save_facts(facts)
    return facts


def _refuse_to_leave_out(count: int, first: str, place: Place) -> None:
    if count:
        who = f"'{first}' is" if count == 1 else f"{count:,} of its addressees ('{first}' …) are"
        fact = f"a finished merge is here, and {who} not in this list"
        choices = (
            Choice("add", "adds this list to it"),
            Choice("again", "replaces it with this one"),
            Choice("out", "makes it in another folder", "FOLDER"),
        )
        raise UsageError(Problem(place, "finished-merge", fact, choices=choices))


def put_rows(planner: Planner, batches: Iterable[list[Row]], ledger: Ledger) -> None:
    """Puts a planner's rows into the ledger, a batch at a time.

    Raises:
        LetterError: as :func:`write_plan` does.
    """
    with counting_faults(planner):
        for batch in batches:
            ledger.add_addressees(batch)
        _refuse(planner)


def plan_changes(
    planner: Planner, before: PlanInputs, list_sha256: str, ledger: Ledger, rows: Iterable[list[Row]], places: range
) -> tuple[str, ...]:
    """What has changed since a plan was made, in words; empty if nothing has. Reads the list again.

    ``rows`` are the list's, as they are put into a plan; those in the ledger have the numbers in ``places``.

    Raises:
        MachineError: nothing has changed, but the ledger has other rows.
    """
    with counting_faults(planner):
        expected = sum_of_rows(rows)
        _refuse(planner)
    now = planner.inputs()  # with the files that the rows name
    changed = list(input_changes(now, before))
    if now.columns != before.columns or planner.findings.digest.hexdigest() != list_sha256:
        changed += [LIST, *_reading_changes(now.read, before.read)]
    if not changed:
        ledger.check_rows(expected, places)
    return tuple(changed)


LIST: Final = "the list of addressees"
"""The words for a changed list."""
READING: Final = "the reading of its columns"
"""The words for columns that are made of other heads than before; which ones follows in parentheses."""
REQUEST: Final = "the request"
"""The words for a changed order; the names of the changed fields follow in parentheses."""


def input_changes(now: PlanInputs, before: PlanInputs) -> Iterator[str]:
    """The differences between the inputs of two plans, in words."""
    if (now.letter, now.letter_sha256, now.pictures) != (before.letter, before.letter_sha256, before.pictures):
        yield "the letter"
    if (now.pack, now.pack_sha256) != (before.pack, before.pack_sha256):
        yield "the template pack"
    if now.languages != before.languages:
        yield "a language"
    order = now.order
    if order.kind == "send" and not before.order.sender:
        # Earlier versions did not record who sends.
        order = replace(order, sender="", reply_to=before.order.reply_to)
    if differing := sorted(
        _NAMES.get(part.name, part.name.replace("_", " "))
        for part in fields(order)
        if getattr(order, part.name) != getattr(before.order, part.name)
    ):
        yield f"{REQUEST} ({', '.join(differing)})"
    if now.hidden != before.hidden:
        yield f"{REQUEST} (hidden rows and columns)"
    if others := [name for name, sum in now.attachments.items() if before.attachments.get(name) != sum]:
        named = ", ".join(name.removeprefix("/") for name in others[:_MAX_NAMED])
        more = f" and {len(others) - _MAX_NAMED:,} more" if len(others) > _MAX_NAMED else ""
        yield f"the attachment {named}{more}" if len(others) == 1 else f"the attachments {named}{more}"
    if now.circulars != before.circulars:
        yield "circulars itself"


def _reading_changes(now: Mapping[str, str], before: Mapping[str, str]) -> Iterator[str]:
    """What has changed in how columns are made of the heads of a list, in words."""
    words = [
        f"{column} was {before.get(column) or 'a column'}, now {now.get(column) or 'a column'}"
        for column in {**before, **now}
        if before.get(column) != now.get(column)
    ]
    if words:
        yield f"{READING} ({'; '.join(words)})"


@contextmanager
def counting_faults(planner: Planner) -> Iterator[None]:
    """Raises a letter's or a list's problems as a :class:`MergeRefusedError`, which counts the faulty rows."""
    try:
        yield
    except MergeRefusedError:
        raise
    except LetterError as error:
        found, name, head = planner.findings, planner.listed.name, planner.listed.head_row
        lines = [one.where.line for one in error.problems if one.where.file == name and one.where.line > head]
        in_rows = frozenset(found.problems)
        general = [problem for problem in error.problems if problem not in in_rows]
        # Problems of a list are raised when all of it has been read; those of an edition of the letter, before.
        is_read = any(problem.where.file == name for problem in error.problems)
        raise MergeRefusedError(
            *error.problems,
            rows=found.rows,
            faulty=max(len(set(lines)), found.faulty),
            faults=max(len(lines), found.faults),
            found=FoundProblems(general, found.all_problems),
            columns=planner.columns_read() if is_read else None,
            remarks=planner.listed.remarks() if is_read else (),
        ) from None


def _refuse(planner: Planner) -> None:
    found, fonts = planner.findings, planner.glyph_check.missing_fonts()
    if found.problems and not planner.order.skip_bad:
        raise LetterError(*found.problems, *fonts)
    if fonts:
        raise MachineError(*fonts)
    if not found.count:
        unseen = [one for one in planner.listed.remarks() if one.code in ("hidden-rows", "row-left-out")]
        selected = found.rows or planner.order.where or unseen
        fact = "no addressee is left to write to" if selected else "the list has no addressees"
        check = "check which addressees you selected and which rows are left out"
        hint = check if selected else "add rows below the head row"
        raise LetterError(*found.problems, *unseen, Problem(Place(planner.listed.name), "no-addressees", fact, hint))
