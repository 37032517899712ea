"""Plans the messages of a sending: a new one, a resumed one, an addition, or a letter that changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal, get_args

from circulars.errors import Choice, Place, Problem, UsageError, check_word
from circulars.files.names import same
from circulars.merge.making.run import Merge
from circulars.merge.planning.cells import split_cells
from circulars.merge.planning.facts import letter_version
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.plan import LIST, READING, REQUEST, plan_changes
from circulars.merge.post.outbox import Outbox
from circulars.merge.post.standing import addressed, corrections, former_ids_with_letter, standing_of
from circulars.merge.post.successor import Addressed, Recipients, corrections_in_words
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList
from circulars.workspace import Workspace

Changed = Literal["", "rest", "all"]
"""Who gets a letter that changed after some were sent: "rest" for those who have none yet, or "all"."""

_SEND_CHANGED: Final = (
    Choice("changed", "sends the letter as it is now to those who have none yet", "rest"),
    Choice("changed", "sends it to everybody", "all"),
)
_SEND_CORRECTED: Final = Choice("corrected", "sends the letter to corrected addresses, and to nobody else")
_SEND_CHANGED_LIST: Final = (
    Choice("add", "sends the letter also to this list, if all its addressees are new"),
    Choice("changed", "sends it to those of this list who have none yet", "rest"),
    Choice("changed", "sends it to everybody on it", "all"),
)


@dataclass(frozen=True, slots=True)
class SendMode:
    """How a sending begins or resumes: see :func:`circulars.merge.post.dispatch.send`.

    Raises:
        UsageError: ``changed`` is an unknown word, or more than one of ``add``, ``changed`` and ``corrected`` is given.
    """

    resume: bool = False
    retry: bool = False
    add: bool = False
    changed: Changed = ""
    corrected: bool = False

    def __post_init__(self) -> None:
        check_word(self.changed, get_args(Changed), "who gets a changed letter")
        if self.add and self.changed:
            choices = (
                Choice("add", "sends the letter as the others got it"),
                Choice("changed", "sends the letter as it is now", self.changed),
            )
            fact = "only one letter can be sent at a time"
            raise UsageError(Problem(Place(), "wrong-option", fact, "choose one", choices))
        if self.corrected and (self.add or self.changed):
            other = Choice("add", "sends the letter to addressees who were not in the list")
            if self.changed:
                other = Choice("changed", "sends the letter as it is now, also to corrected addresses", self.changed)
            choices = (Choice("corrected", "sends the letter to corrected addresses alone"), other)
            raise UsageError(
                Problem(Place(), "wrong-option", "these two cannot be used together", "choose one", choices)
            )


@dataclass(frozen=True, slots=True)
class SendJob:
    """One letter, one list, and the folder of the sending's ledger."""

    letter: Letter
    listed: AddresseeList
    workspace: Workspace
    order: MergeOrder
    folder: Path

    def merge(self, ledger: Ledger, *, add: bool) -> Merge:
        """The merge of the letter and the list, not planned yet; with ``add`` the list is added to an earlier one."""
        arguments = (self.letter, self.listed, self.workspace, self.order, self.folder, ledger)
        if not add:
            return Merge(*arguments, continued=True)
        # If the changed letter went only to the rest, addressees with an earlier version do not get it.
        facts = ledger.facts()
        has_rest = facts is not None and facts.changed in ("rest", "corrected")
        taken = partial(former_ids_with_letter, ledger) if has_rest else tuple
        return Merge(*arguments, add=True, also_taken=taken)


@dataclass(frozen=True, slots=True)
class Planned:
    """A merge whose messages are in the outbox.

    ``dropped`` are the ids of addressees of the replaced list who got no letter and are not in the new list.
    """

    merge: Merge
    dropped: tuple[str, ...] = ()


def plan_messages(job: SendJob, ledger: Ledger, outbox: Outbox, mode: SendMode) -> Planned:
    """Puts the messages of a merge into the outbox: a new merge, one that was begun here, or one that adds a list.

    Nothing is kept unless the caller commits its transaction.

    Raises:
        LetterError: the list or the letter has problems; or a list is to be added, and the letter has changed.
        UsageError: the mode does not fit what was begun here.
    """
    if mode.add:
        return Planned(_added_list(job, ledger, outbox, resume=mode.resume))
    sent_plan, facts = outbox.plan(), ledger.facts()
    if not sent_plan and mode.resume:
        raise nothing_begun(job, ledger, "resume")
    merge = job.merge(ledger, add=False)
    if sent_plan and merge.reads_rejected_rows(facts):
        fact = f"{merge.rejected_rows} were left out of the sending that is here"
        choice = Choice("add", "sends the letter also to the corrected rows")
        raise UsageError(Problem(Place(merge.listed.name), "rejected-rows", fact, choices=(choice,)))
    if not sent_plan and mode.corrected:
        raise nothing_begun(job, ledger, "corrected")
    if sent_plan:
        is_planned = facts is not None and facts.plan == sent_plan
        changed: tuple[str, ...] = ("the plan",)
        if facts and is_planned:
            rows, places = merge.planner.batches(), facts.first_places
            changed = plan_changes(merge.planner, facts.inputs, facts.list_sha256, ledger, rows, places)
        if facts and not changed:
            merge.adopt(facts)
            if mode.corrected:
                outbox.begin(facts.plan, addressed(ledger), "corrected")
            elif not (mode.resume or mode.retry):
                _refuse_unfinished(ledger, outbox)
            return Planned(merge)
        is_same_letter = facts is not None and letter_version(facts.inputs) == letter_version(merge.planner.inputs())
        if not (mode.changed or (mode.corrected and is_same_letter)):
            _refuse_changed(job, ledger, outbox, changed, is_same_letter=is_same_letter)
        merge = job.merge(ledger, add=False)
    return _new_plan(merge, ledger, outbox, mode)


def nothing_begun(job: SendJob, ledger: Ledger, parameter: str) -> UsageError:
    """The error for continuing a sending that was never begun; ``parameter`` is the argument that would continue it."""
    fact = f"no sending of {job.letter.name} was begun here"
    choice = Choice(parameter, "leave out {}")
    return UsageError(Problem(Place(str(ledger.path)), "no-sending", fact, choices=(choice,)))


def _new_plan(merge: Merge, ledger: Ledger, outbox: Outbox, mode: SendMode) -> Planned:
    """Makes a new plan; its messages replace those of the plan that is there."""
    recipients: Recipients = "corrected" if mode.corrected else mode.changed or "all"
    merge.plan(again=True)
    ledger.save_facts(replace(merge.facts, changed="corrected" if mode.corrected else mode.changed))
    dropped = outbox.begin(merge.facts.plan, addressed(ledger), recipients)
    left_out = frozenset(map(same, merge.planner.ids_left_out()))
    return Planned(merge, tuple(id for id in dropped if same(id) not in left_out))


def _added_list(job: SendJob, ledger: Ledger, outbox: Outbox, *, resume: bool) -> Merge:
    """The merge that adds a list. With ``resume`` the list was added earlier, and the sending was stopped."""
    # A list can only be added to the plan whose messages are in the outbox: the numbers of addressees must agree.
    if not outbox.plan():
        raise nothing_begun(job, ledger, "add")
    if outbox.plan() != (facts.plan if (facts := ledger.facts()) else ""):
        fact = "the plan has changed since messages were sent"
        first = (Choice("changed", "send with {} first", "rest|all"), Choice("add", "leave out {}"))
        raise UsageError(Problem(Place(str(ledger.path)), "changed-letter", fact, choices=first))
    if resume:
        merge = job.merge(ledger, add=True)
        merge.plan(resume=True)
        return merge
    _refuse_planned(ledger, outbox)
    merge = job.merge(ledger, add=True)
    merge.extend()
    outbox.extend(merge.facts.plan, addressed(ledger, merge.first))
    return merge


def _refuse_unfinished(ledger: Ledger, outbox: Outbox) -> None:
    """Requires ``resume`` for the rest of a sending, unless nothing has been sent yet."""
    counts = outbox.counts()
    if counts["planned"] < sum(counts.values()) or standing_of(ledger).before:
        _refuse_planned(ledger, outbox)


def _refuse_planned(ledger: Ledger, outbox: Outbox) -> None:
    """Requires ``resume`` while messages of an earlier run are still to be sent."""
    counts = outbox.counts()
    if counts["planned"]:
        fact = f"{counts['planned']:,} of {sum(counts.values()):,} messages of an earlier run are still to be sent"
        choice = Choice("resume", "sends them")
        raise UsageError(Problem(Place(str(ledger.path)), "unfinished", fact, choices=(choice,)))


def _refuse_changed(
    job: SendJob, ledger: Ledger, outbox: Outbox, changed: Iterable[str], *, is_same_letter: bool
) -> None:
    """Refuses to replace a plan without the caller's choice if somebody has, or may have, its letter."""
    counts, standing = outbox.counts(), standing_of(ledger)
    before = standing.before
    if not (counts["sent"] or counts["unknown"] or counts["returned"] or before or standing.moved):
        return
    sent, total = counts["sent"] + counts["returned"], sum(counts.values())
    fact = f"{' and '.join(changed)} changed after {sent:,} of {total:,} messages were sent"
    if counts["returned"]:
        fact += f" ({counts['returned']:,} came back)"
    if before:
        fact += f", and {before:,} {'has' if before == 1 else 'have'} the letter as it was"
    only_list = all(one == LIST or one.startswith((REQUEST, READING)) for one in changed)
    choices = _SEND_CHANGED_LIST if only_list and LIST in changed else _SEND_CHANGED
    if found := corrections(ledger.connection, _addressed_now(job, ledger)):
        fact += f"; {corrections_in_words(found)}"
        choices = (_SEND_CORRECTED, *choices) if is_same_letter else choices
    raise UsageError(Problem(Place(str(ledger.path)), "changed-letter", fact, choices=choices))


def _addressed_now(job: SendJob, ledger: Ledger) -> Iterator[Addressed]:
    """The addressees of the list as it is now."""
    columns, merge = job.listed.columns, job.merge(ledger, add=False)
    place = columns.index("email") if "email" in columns else None
    for batch in merge.planner.batches():
        for n, id, _, _, cells, *_ in batch:
            yield n, id, "" if place is None else split_cells(cells)[place]


def sample_places(connection: sqlite3.Connection, start: int, language: str) -> tuple[int, ...]:
    """The numbers of addressees for samples, from ``start`` on: first ``start``, then the one with the longest cells.

    The next is the first whose language is not ``language``; more follow in order.
    """
    query = "SELECT n FROM addressees WHERE n >= ?"
    longest = connection.execute(f"{query} ORDER BY length(cells) DESC, n LIMIT 1", (start,))
    other = connection.execute(f"{query} AND language != ? ORDER BY n LIMIT 1", (start, language))
    others = connection.execute(f"{query} ORDER BY n LIMIT 3", (start,))
    return tuple(dict.fromkeys([start, *(n for rows in (longest, other, others) for (n,) in rows)]))
