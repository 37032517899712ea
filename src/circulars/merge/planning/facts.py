"""The facts of a plan, as the ledger stores them. Only this module reads and writes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, TypeAlias

from circulars.cache.coding import coded
from circulars.merge.planning.kinds import KINDS
from circulars.merge.planning.order import MergeOrder
from circulars.source.addressees import SameAddress

Record: TypeAlias = dict[str, Any]
"""A JSON object."""
_PLAN_OF: Final = ("letter", "letter-sha256", "pictures", "pack", "pack-sha256", "languages", "order", "attachments")
"""The facts that identify a plan, besides the hash of its list."""
_LATER: Final = (
    "hidden", "encoding", "once_per_address", "settled", "judged", "read", "reply_to", "cc", "bcc", "attach",
    "attach_folder", "unsubscribe", "no_auto_replies", "bounces_to", "attachments", "ids",
)  # fmt: skip
"""Inputs, and fields of an order or of a file, that are written only if they are set: ledgers and ids of plans are
older."""


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """The inputs of a plan besides the list. If any of them changes, it is a different plan.

    ``pictures`` and ``languages`` are SHA-256 hashes by name; ``circulars`` is the version of this program. ``hidden``
    says whether hidden rows and columns of a workbook were taken, ``encoding`` which encoding the user named for the
    list. ``settled`` says what the user settled about the list's columns, ``judged`` what its values decided, and
    ``read`` what each column was made of. ``attachments`` are the hashes of the files that messages have besides the
    letter, by name or path.
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
    hidden: bool = False
    encoding: str = ""
    settled: tuple[str, ...] = ()
    judged: str = ""
    read: Mapping[str, str] = field(default_factory=dict)
    attachments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddedList:
    """A list that was added to a plan: its name and hash, the order it came with, and its first addressee's number."""

    list: str
    list_sha256: str
    columns: tuple[str, ...]
    order: MergeOrder
    first: int
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file of rejected rows; ``part`` is 0 for the first list and n for the nth list that was added.

    ``ids`` has the id of each row, in the form of :func:`circulars.files.names.same`; "" for one whose id may be
    somebody else's. It is empty if the file has very many rows, and in ledgers of earlier versions.
    """

    file: str
    rows: int
    sha256: str
    part: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The facts of a plan.

    - ``characters``: the characters of all cells. ``forms``: the pairs of title and country that occur.
    - ``categories``: the number of addressees by category.
    - ``count``: how many addressees the plan has, of ``rows`` read; ``rejected`` rows were left out.
    - ``plan``: the plan's id. ``first_plan``: its id before any list was added.
    - ``before``: the facts before the last list was added. ``added_before``: how many lists were added to the plans
      that this one replaced.
    - ``same``: addressees with the address of another, who were left out; ``same_count``: how many there are.
    - ``changed``: who gets a letter that changed while it was being sent.
    - ``token_key``: the secret from which the tokens of messages are made; "" if they have none.
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
    same: tuple[SameAddress, ...] = ()
    same_count: int = 0
    changed: str = ""
    before: PlanFacts | None = None
    token_key: str = ""
    added_before: int = 0

    @property
    def messages_plan(self) -> str:
        """The plan's id in Message-IDs. It stays the same when lists are added."""
        return self.first_plan or self.plan

    @property
    def first_places(self) -> range:
        """The numbers of the addressees of the first list."""
        return range(self.added[0].first if self.added else self.count)

    @property
    def late_numbers(self) -> range:
        """The numbers of the lists that were added; no list that was added to a replaced plan has one of them."""
        return range(self.added_before + 1, self.added_before + len(self.added) + 1)

    def list_at(self, part: int) -> str:
        """The name of the first list (0), or of the nth that was added."""
        return self.added[part - 1].list if part else self.list

    def list_of(self, n: int) -> str:
        """The name of the list that the plan's addressee ``n`` comes from."""
        return next((part.list for part in reversed(self.added) if n >= part.first), self.list)


def letter_version(inputs: PlanInputs) -> str:
    """The version of the letter that a plan's addressees get: the SHA-256 of all inputs but the list and its selection.

    Plans of different lists have the same version if an addressee would get the same letter from both.
    """
    # Neither who sends it nor who else gets it makes another letter of it.
    order = replace(
        output_only(inputs.order), sender="", reply_to="", cc=(), bcc=(), unsubscribe=(), no_auto_replies=False,
        bounces_to="",
    )  # fmt: skip
    record = _record(replace(inputs, order=order))
    made_of = {name: record[name] for name in _PLAN_OF if name in record}
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def output_only(order: MergeOrder) -> MergeOrder:
    """The order without what may differ for each list: the selection of addressees, and the labels that are used."""
    return replace(order, where=(), sort="", sample=0, only=(), skip_bad=False, skip=0, once_per_address=False)


def plan_id(inputs: PlanInputs, list_sha256: str) -> str:
    """The id of a plan: the SHA-256 of its inputs and list, in hexadecimal."""
    record = _record(inputs)
    made_of = {name: record[name] for name in _PLAN_OF if name in record} | {"list-sha256": list_sha256}
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def extended_plan_id(plan: str, list_sha256: str) -> str:
    """The id of a plan to which a list was added."""
    return hashlib.sha256(json.dumps([plan, list_sha256]).encode()).hexdigest()


def written_facts(facts: PlanFacts) -> dict[str, str]:
    """Facts as the ledger stores them: JSON by name."""
    return {name: json.dumps(value, ensure_ascii=False) for name, value in _plan_record(facts).items()}


def read_facts(rows: Mapping[str, str]) -> PlanFacts | None:
    """The facts stored in a ledger; None if it has no plan.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: this program did not write them.
    """
    if not rows:
        return None
    facts = _plan_facts({name: json.loads(value) for name, value in rows.items()})
    coded(facts, PlanFacts)  # annotations alone check nothing
    return facts


# Omitted, because most plans have none of these.
_OMITTED_WHEN_EMPTY: Final = (
    "first_plan", "added", "rejected_files", "same", "same_count", "changed", "before", "token_key",
    "added_before",
)  # fmt: skip


def _plan_record(facts: PlanFacts) -> Record:
    record = {field.name: getattr(facts, field.name) for field in fields(facts)}
    record |= {
        "added": [_record(part) for part in facts.added],
        "rejected_files": [_record(file) for file in facts.rejected_files],
        "same": [_record(one) for one in facts.same],
        "before": _plan_record(facts.before) if facts.before else None,
    }
    del record["inputs"]
    kept = {name: value for name, value in record.items() if value or name not in _OMITTED_WHEN_EMPTY}
    return _record(facts.inputs) | _hyphenated(kept)


def _record(value: PlanInputs | AddedList | RejectedFile | SameAddress) -> Record:
    record = asdict(value)
    if "order" in record:
        record["order"] = _without_unset(record["order"])
    return _hyphenated(_without_unset(record))


def _without_unset(record: Record) -> Record:
    """A record without what came later and is not set."""
    return {name: value for name, value in record.items() if value or name not in _LATER}


def _hyphenated(record: Record) -> Record:
    return {name.replace("_", "-"): value for name, value in record.items()}


def _plan_facts(record: Record) -> PlanFacts:
    before = record.get("before")
    return PlanFacts(
        inputs=PlanInputs(
            letter=record["letter"],
            letter_sha256=record["letter-sha256"],
            pictures=record["pictures"],
            pack=record["pack"],
            pack_sha256=record["pack-sha256"],
            languages=record["languages"],
            columns=tuple(record["columns"]),
            order=_order(record["order"]),
            circulars=record["circulars"],
            hidden=record.get("hidden", False),
            encoding=record.get("encoding", ""),
            settled=tuple(record.get("settled", ())),
            judged=record.get("judged", ""),
            read=record.get("read", {}),
            attachments=record.get("attachments", {}),
        ),
        list=record["list"],
        list_sha256=record["list-sha256"],
        characters=record["characters"],
        forms=tuple((title, country) for title, country in record["forms"]),
        categories=record["categories"],
        count=record["count"],
        rows=record["rows"],
        fell_back=record["fell-back"],
        rejected=record["rejected"],
        plan=record["plan"],
        done=record["done"],
        first_plan=record.get("first-plan", ""),
        added=tuple(map(_added_list, record.get("added", ()))),
        rejected_files=tuple(
            RejectedFile(**{**file, "ids": tuple(file.get("ids", ()))}) for file in record.get("rejected-files", ())
        ),
        same=tuple(map(_same_address, record.get("same", ()))),
        same_count=record.get("same-count", 0),
        changed=record.get("changed", ""),
        before=_plan_facts(before) if before else None,
        token_key=record.get("token-key", ""),
        added_before=record.get("added-before", 0),
    )


def _added_list(record: Record) -> AddedList:
    columns, order = tuple(record["columns"]), _order(record["order"])
    settled = tuple(record.get("settled", ()))
    return AddedList(record["list"], record["list-sha256"], columns, order, record["first"], settled)


def _same_address(record: Record) -> SameAddress:
    return SameAddress(**{name.replace("-", "_"): value for name, value in record.items()})


def _order(record: Record) -> MergeOrder:
    parts = {field.name for field in fields(MergeOrder)} & record.keys()
    lists: Record = {part: tuple(record[part]) for part in parts if isinstance(record[part], list)}
    order = MergeOrder(**{part: record[part] for part in parts} | lists)
    if order.kind not in KINDS:
        raise ValueError(order.kind)
    return order
