"""What a plan is made of, and how far it has come: the facts that a ledger keeps, read and written here alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, TypeAlias

from circulars.merge.planning.order import MergeOrder

Record: TypeAlias = dict[str, Any]
"""What JSON knows of one thing, by name."""
VERSION: Final = 1
"""The version of a ledger's tables, and of these facts in them; a ledger of another version is not opened."""
_PLAN_OF: Final = ("letter", "letter-sha256", "pictures", "pack", "pack-sha256", "languages", "order")
"""The facts that a plan is named after, besides the sum of its list."""


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What a plan is made of besides the list: if any of it changes, it is another plan.

    ``pictures`` and ``languages`` are sums (SHA-256) by name; ``circulars`` is the version of this program.
    """

    letter: str
    letter_sha256: str
    pictures: Mapping[str, str]
    pack: str
    pack_sha256: str
    languages: Mapping[str, str]
    columns: tuple[str, ...]
    order: MergeOrder
    circulars: str


@dataclass(frozen=True, slots=True)
class AddedList:
    """A list that was added to a plan: its name and sum, who of it was meant, and the place of its first addressee."""

    list: str
    list_sha256: str
    columns: tuple[str, ...]
    order: MergeOrder
    first: int


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file of rows that were left out; ``part`` is 0 of the first list, and n of the nth that was added."""

    file: str
    rows: int
    sha256: str
    part: int


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The facts of a plan.

    ``characters`` are those of all cells, ``forms`` the titles and countries that occur together, ``categories`` counts
    by category. ``count`` is how many addressees the plan has, of ``rows`` that were read; ``rejected`` were left out.
    ``plan`` is the plan's name, and ``first`` that of the plan to which others were added: what messages are named
    after, which are the same whoever is added. ``before`` are the facts before the last list was added. ``changed``
    says who gets a letter that changed while it was sent.
    """

    inputs: PlanInputs
    list: str
    list_sha256: str
    characters: str
    forms: tuple[tuple[str, str], ...]
    categories: Mapping[str, int]
    count: int
    rows: int
    fell_back: int
    rejected: int
    plan: str
    done: bool = False
    first_plan: str = ""
    added: tuple[AddedList, ...] = ()
    rejected_files: tuple[RejectedFile, ...] = ()
    changed: str = ""
    before: PlanFacts | None = None

    @property
    def messages_plan(self) -> str:
        """The plan that messages are named after: the first, whoever was added to it."""
        return self.first_plan or self.plan

    def list_of(self, n: int) -> str:
        """The list that the addressee at a place of the order is from."""
        return next((part.list for part in reversed(self.added) if n >= part.first), self.list)


def plan_id(inputs: PlanInputs, list_sha256: str) -> str:
    """The name of a plan: the hash of what it is made of (SHA-256, in hexadecimal)."""
    known = _record(inputs)
    made_of = {name: known[name] for name in _PLAN_OF} | {"list-sha256": list_sha256}
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def extended_plan_id(plan: str, list_sha256: str) -> str:
    """The name of a plan to which a list was added."""
    return hashlib.sha256(json.dumps([plan, list_sha256]).encode()).hexdigest()


def written_facts(facts: PlanFacts) -> dict[str, str]:
    """Facts as the ledger keeps them: each a name and JSON."""
    return {name: json.dumps(value, ensure_ascii=False) for name, value in _plan_record(facts).items()}


def read_facts(rows: Mapping[str, str]) -> PlanFacts | None:
    """The facts that a ledger keeps; None where nothing was planned."""
    return _plan_facts({name: json.loads(value) for name, value in rows.items()}) if "plan" in rows else None


# What is left out of a record when it is empty: plans of one list have none of it.
_SELDOM: Final = ("first_plan", "added", "rejected_files", "changed", "before")


def _plan_record(facts: PlanFacts) -> Record:
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    known |= {
        "added": [_record(part) for part in facts.added],
        "rejected_files": [_record(file) for file in facts.rejected_files],
        "before": _plan_record(facts.before) if facts.before else None,
    }
    del known["inputs"]
    kept = {name: value for name, value in known.items() if value or name not in _SELDOM}
    return _record(facts.inputs) | _hyphenated(kept)


def _record(value: PlanInputs | AddedList | RejectedFile) -> Record:
    return _hyphenated(asdict(value))


def _hyphenated(record: Record) -> Record:
    return {name.replace("_", "-"): value for name, value in record.items()}


def _plan_facts(known: Record) -> PlanFacts:
    before = known.get("before")
    return PlanFacts(
        inputs=PlanInputs(
            letter=known["letter"],
            letter_sha256=known["letter-sha256"],
            pictures=known["pictures"],
            pack=known["pack"],
            pack_sha256=known["pack-sha256"],
            languages=known["languages"],
            columns=tuple(known["columns"]),
            order=_order(known["order"]),
            circulars=known["circulars"],
        ),
        list=known["list"],
        list_sha256=known["list-sha256"],
        characters=known["characters"],
        forms=tuple((title, country) for title, country in known["forms"]),
        categories=known["categories"],
        count=known["count"],
        rows=known["rows"],
        fell_back=known["fell-back"],
        rejected=known["rejected"],
        plan=known["plan"],
        done=known["done"],
        first_plan=known.get("first-plan", ""),
        added=tuple(map(_added_list, known.get("added", ()))),
        rejected_files=tuple(RejectedFile(**file) for file in known.get("rejected-files", ())),
        changed=known.get("changed", ""),
        before=_plan_facts(before) if before else None,
    )


def _added_list(known: Record) -> AddedList:
    columns, order = tuple(known["columns"]), _order(known["order"])
    return AddedList(known["list"], known["list-sha256"], columns, order, known["first"])


def _order(known: Record) -> MergeOrder:
    parts = {field.name for field in fields(MergeOrder)} & known.keys()
    lists: Record = {part: tuple(known[part]) for part in parts if isinstance(known[part], list)}
    return MergeOrder(**{part: known[part] for part in parts} | lists)
