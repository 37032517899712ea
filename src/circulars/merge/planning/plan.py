"""The plan of a merge: who gets which edition of the letter, settled before a byte is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from circulars.errors import LetterError, Place, Problem, UsageError
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.planner import Planner

_OPTIONS: Final = {"kind": "--as", "whole": "--full-layout", "source": "--no-source", "sender": "--from"}
"""Parts of an order that are not named as their options are."""


def write_plan(
    planner: Planner, ledger: Ledger, *, keeping: Place | None = None, measure: bool = False
) -> dict[str, Any]:
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
        facts = planner.identity() | {
            "list": planner.listed.name,
            "list-sha256": read.digest.hexdigest(),
            "characters": "".join(sorted(read.all_characters())),
            "forms": read.forms,
            "categories": read.categories,
            "count": read.count,
            "rows": read.rows,
            "fell-back": read.fell_back,
            "rejected": len(read.rejected),
            "done": False,
        }
        facts["plan"] = plan_id(facts)
        ledger.note(facts)
    return facts


def _refuse_to_leave_out(count: int, first: str, place: Place) -> None:
    if count:
        who = f"'{first}' is" if count == 1 else f"{count:,} of its addressees ('{first}' …) are"
        fact = f"a finished merge is here, and {who} not in this list"
        hint = "--add adds this list to it; --again puts this one in its place; --out makes it in another folder"
        raise UsageError(Problem(place, "finished-merge", fact, hint))


def put_rows(planner: Planner, batches: Iterable[list[tuple[Any, ...]]], ledger: Ledger) -> None:
    """Puts a planner's rows into the ledger, many at a time.

    Raises:
        LetterError: as :func:`write_plan` does.
    """
    for batch in batches:
        ledger.plan(batch)
    _refuse(planner)


def same_plan(planner: Planner, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What has changed since a plan was made, in words; nothing when all is as it was. Reads the list again."""
    now = planner.identity()
    changed = list(changes(now, facts))
    for _ in planner.batches():
        pass
    _refuse(planner)
    if now["columns"] != facts.get("columns") or planner.read.digest.hexdigest() != facts.get("list-sha256"):
        changed.append("the list of addressees")
    return tuple(changed)


def changes(now: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[str]:
    """What differs in what two plans are made of, besides their lists, in words."""
    if any(now[name] != facts.get(name) for name in ("letter", "letter-sha256", "pictures")):
        yield "the letter"
    if any(now[name] != facts.get(name) for name in ("pack", "pack-sha256")):
        yield "the template pack"
    if now["languages"] != facts.get("languages"):
        yield "a language"
    order, before = now["order"], facts.get("order") or {}
    if differing := sorted({_options_of(name, order) for name in order if order[name] != before.get(name)}):
        yield f"the options of the command ({', '.join(differing)})"
    if now["circulars"] != facts.get("circulars"):
        yield "circulars itself"


def _options_of(name: str, order: Mapping[str, Any]) -> str:
    """The option by which a part of an order is told."""
    if name == "stock":
        return "--envelope" if order["kind"] == "envelopes" else "--labels"
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def plan_id(facts: Mapping[str, Any]) -> str:
    """The name of a plan: the hash of what it is made of (SHA-256, in hexadecimal)."""
    made_of = ("letter", "letter-sha256", "pictures", "pack", "pack-sha256", "languages", "order", "list-sha256")
    return hashlib.sha256(json.dumps({name: facts[name] for name in made_of}, sort_keys=True).encode()).hexdigest()


def _refuse(planner: Planner) -> None:
    read = planner.read
    if read.problems and not planner.order.skip_bad:
        raise LetterError(*read.problems)
    if not read.count:
        fact = "no addressee is left to write to" if read.rows or planner.order.where else "the list has no addressees"
        asked = read.rows or planner.order.where
        hint = "look at --where, --only and --skip-bad" if asked else "add rows below the head row"
        raise LetterError(*read.problems, Problem(Place(planner.listed.name), "no-addressees", fact, hint))
