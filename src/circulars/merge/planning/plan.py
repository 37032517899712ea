"""The plan of a merge: who gets which edition of the letter, settled before a byte is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Final

from circulars.errors import Choice, LetterError, Place, Problem, UsageError
from circulars.merge.planning.facts import PlanFacts, PlanInputs, plan_id
from circulars.merge.planning.ledger import Ledger, Row
from circulars.merge.planning.planner import Planner

_WORDS: Final = {"kind": "kind of output", "whole": "full layout", "stock": "size of labels or envelopes"}
"""Parts of an order that are not called as people call them."""


def write_plan(planner: Planner, ledger: Ledger, *, keeping: Place | None = None, measure: bool = False) -> PlanFacts:
    """The facts of a plan, which is now in the ledger instead of an earlier one.

    With ``keeping``, where the earlier one is as people are told, everybody of it must be in this one. With ``measure``
    addresses are measured for their labels or envelopes first.

    Raises:
        LetterError: rows are wrong, and the order does not skip them: the ledger stays as it was. Or nobody is left.
        UsageError: somebody of the earlier plan is left out; the ledger stays as it was.
    """
    read = planner.read
    with ledger.change():
        if keeping:
            ledger.remember()
        ledger.begin()
        put_rows(planner, planner.batches(measure=measure), ledger)
        if keeping:
            rejected = (addressee.id for addressee, _ in read.rejected)
            _refuse_to_leave_out(*ledger.left_out(rejected), keeping)
        if planner.order.sort:
            ledger.put_in_order()
        inputs, list_sha256 = planner.identity(), read.digest.hexdigest()
        facts = PlanFacts(
            inputs=inputs,
            list=planner.listed.name,
            list_sha256=list_sha256,
            characters="".join(sorted(read.all_characters())),
            forms=tuple(read.forms),
            categories=read.categories,
            count=read.count,
            rows=read.rows,
            fell_back=read.fell_back,
            rejected=len(read.rejected),
            plan=plan_id(inputs, list_sha256),
        )
        ledger.keep(facts)
    return facts


def _refuse_to_leave_out(count: int, first: str, place: Place) -> None:
    if count:
        who = f"'{first}' is" if count == 1 else f"{count:,} of its addressees ('{first}' …) are"
        fact = f"a finished merge is here, and {who} not in this list"
        choices = (
            Choice("add", "adds this list to it"),
            Choice("again", "puts this one in its place"),
            Choice("out", "makes it in another folder", "FOLDER"),
        )
        raise UsageError(Problem(place, "finished-merge", fact, choices=choices))


def put_rows(planner: Planner, batches: Iterable[list[Row]], ledger: Ledger) -> None:
    """Puts a planner's rows into the ledger, many at a time.

    Raises:
        LetterError: as :func:`write_plan` does.
    """
    for batch in batches:
        ledger.plan(batch)
    _refuse(planner)


def same_plan(planner: Planner, before: PlanInputs, list_sha256: str) -> tuple[str, ...]:
    """What has changed since a plan was made, in words; nothing when all is as it was. Reads the list again."""
    now = planner.identity()
    changed = list(changes(now, before))
    for _ in planner.batches():
        pass
    _refuse(planner)
    if now.columns != before.columns or planner.read.digest.hexdigest() != list_sha256:
        changed.append(THE_LIST)
    return tuple(changed)


THE_LIST: Final = "the list of addressees"
"""What is said to have changed when the list has."""
ASKED_FOR: Final = "what was asked for"
"""What is said to have changed when another order is given; in parentheses behind it, its parts."""


def changes(now: PlanInputs, before: PlanInputs) -> Iterator[str]:
    """What differs in what two plans are made of, besides their lists, in words."""
    if (now.letter, now.letter_sha256, now.pictures) != (before.letter, before.letter_sha256, before.pictures):
        yield "the letter"
    if (now.pack, now.pack_sha256) != (before.pack, before.pack_sha256):
        yield "the template pack"
    if now.languages != before.languages:
        yield "a language"
    if differing := sorted(
        _WORDS.get(part.name, part.name.replace("_", " "))
        for part in fields(now.order)
        if getattr(now.order, part.name) != getattr(before.order, part.name)
    ):
        yield f"{ASKED_FOR} ({', '.join(differing)})"
    if now.circulars != before.circulars:
        yield "circulars itself"


def _refuse(planner: Planner) -> None:
    read = planner.read
    if read.problems and not planner.order.skip_bad:
        raise LetterError(*read.problems)
    if not read.count:
        fact = "no addressee is left to write to" if read.rows or planner.order.where else "the list has no addressees"
        asked = read.rows or planner.order.where
        hint = "look at whom you asked for, and which rows are left out" if asked else "add rows below the head row"
        raise LetterError(*read.problems, Problem(Place(planner.listed.name), "no-addressees", fact, hint))
