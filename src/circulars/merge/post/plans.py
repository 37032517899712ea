"""Plans the messages of a sending: a new one, one that goes on, one that is added to, or one whose letter changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.merge.making.run import Merge
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.plan import LIST, REQUEST, plan_changes
from circulars.merge.post.outbox import Outbox
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList
from circulars.workspace import Workspace

Changed = Literal["", "rest", "all"]
"""Who gets a letter that changed after some were sent: those who have none yet, or everybody."""

_SEND_CHANGED: Final = (
    Choice("changed", "sends the letter as it is now to those who have none yet", "rest"),
    Choice("changed", "sends it to everybody", "all"),
)
_SEND_CHANGED_LIST: Final = (
    Choice("add", "sends the letter also to those of this list, when it has none but new ones"),
    Choice("changed", "sends it to those of this list who have none yet", "rest"),
    Choice("changed", "sends it to everybody on it", "all"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a sending begins or goes on, as the caller asks for it: see :func:`circulars.merge.post.dispatch.send`.

    Raises:
        UsageError: it adds a list, and is to send a letter that changed.
    """

    resume: bool = False
    retry: bool = False
    add: bool = False
    changed: Changed = ""

    def __post_init__(self) -> None:
        if self.add and self.changed:
            choices = (
                Choice("add", "sends the letter as the others got it"),
                Choice("changed", "sends the letter as it is now", self.changed),
            )
            fact = "only one letter can be sent at a time"
            raise UsageError(Problem(Place(), "wrong-option", fact, "choose one", choices))


@dataclass(frozen=True, slots=True)
class Job:
    """One letter, one list, and the folder of the ledger that remembers who got it."""

    letter: Letter
    listed: AddresseeList
    workspace: Workspace
    order: MergeOrder
    folder: Path

    def merge(self, ledger: Ledger, *, add: bool) -> Merge:
        """The merge of the letter and the list, not planned yet; with ``add`` the list comes besides an earlier one."""
        of = (self.letter, self.listed, self.workspace, self.order, self.folder, ledger)
        if not add:
            return Merge(*of)
        # Anyone who has the letter as it was gets it as it is now only when everybody was to get it.
        facts = ledger.facts()
        has_rest = facts is not None and facts.changed == "rest"
        taken = Outbox(ledger.connection).sent_before if has_rest else tuple
        return Merge(*of, add=True, also_taken=taken)


@dataclass(frozen=True, slots=True)
class Planned:
    """A merge whose messages are in the outbox.

    ``dropped`` are the ids of those who were to get the letter, have none, and are not in the list that took the place
    of the one before.
    """

    merge: Merge
    dropped: tuple[str, ...] = ()


def plan_messages(job: Job, ledger: Ledger, outbox: Outbox, way: Way) -> Planned:
    """The merge whose messages are in the outbox now: the one that was begun here, one added to it, or a new one.

    Nothing is kept unless the caller's transaction is.

    Raises:
        LetterError: the list or the letter is wrong; or it changed, and the list was to be added.
        UsageError: the way that was asked for does not fit what was begun here.
    """
    if way.add:
        return Planned(_added(job, ledger, outbox, resume=way.resume))
    begun, facts = outbox.plan(), ledger.facts()
    if not begun and way.resume:
        raise nothing_begun(job, ledger, "resume")
    merge = job.merge(ledger, add=False)
    if begun and merge.reads_rejected_rows(facts):
        fact = "these rows were left out of the sending that is here"
        choice = Choice("add", "sends the letter also to those that you have mended")
        raise UsageError(Problem(Place(merge.listed.name), "rejected-rows", fact, choices=(choice,)))
    if begun:
        is_planned = facts is not None and facts.plan == begun
        changed = (
            plan_changes(merge.planner, facts.inputs, facts.list_sha256) if facts and is_planned else ("the plan",)
        )
        if facts and not changed:
            merge.adopt(facts)
            if not (way.resume or way.retry):
                _refuse_unfinished(ledger, outbox)
            return Planned(merge)
        if not way.changed:
            _refuse_changed(ledger, outbox, changed)
        merge = job.merge(ledger, add=False)
    return _begun(merge, ledger, outbox, begun, way.changed)


def nothing_begun(job: Job, ledger: Ledger, parameter: str) -> UsageError:
    """What is said of a sending that cannot go on, for it was not begun; ``parameter`` asked for it."""
    fact = f"no sending of {job.letter.name} was begun here"
    choice = Choice(parameter, "leave out {}")
    return UsageError(Problem(Place(str(ledger.path)), "no-sending", fact, choices=(choice,)))


def _begun(merge: Merge, ledger: Ledger, outbox: Outbox, before: str, changed: Changed) -> Planned:
    """A new plan, whose messages take the place of those of the plan ``before``."""
    merge.plan(again=True)
    ledger.save_facts(replace(merge.facts, changed=changed))
    everybody = ((entry.n, entry.id) for entry in ledger.entries())
    outbox.begin(merge.facts.plan, everybody, rest=changed == "rest")
    rejected = (addressee.id for addressee, _ in merge.planner.findings.rejected)
    return Planned(merge, tuple(outbox.left_out(before, rejected)))


def _added(job: Job, ledger: Ledger, outbox: Outbox, *, resume: bool) -> Merge:
    """The merge of a list that is added; with ``resume`` it was added before, and its sending stopped."""
    # The numbers of a plan whose messages are not in the outbox are of other addressees.
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
    outbox.extend(merge.facts.plan, ((entry.n, entry.id) for entry in ledger.entries(merge.first)))
    return merge


def _refuse_unfinished(ledger: Ledger, outbox: Outbox) -> None:
    """Refuses to begin what was begun; a sending of which nothing was sent yet may begin once more."""
    counts = outbox.counts()
    if counts["planned"] < sum(counts.values()) or outbox.count_before():
        _refuse_planned(ledger, outbox)


def _refuse_planned(ledger: Ledger, outbox: Outbox) -> None:
    """Refuses to go on in another way than with ``resume`` while messages of an earlier run are to be sent."""
    counts = outbox.counts()
    if counts["planned"]:
        fact = f"{counts['planned']:,} of {sum(counts.values()):,} messages of an earlier run are still to be sent"
        choice = Choice("resume", "goes on with them")
        raise UsageError(Problem(Place(str(ledger.path)), "unfinished", fact, choices=(choice,)))


def _refuse_changed(ledger: Ledger, outbox: Outbox, changed: Iterable[str]) -> None:
    """Refuses a new plan in silence, once somebody has the letter of the plan before, or may have it."""
    counts, before = outbox.counts(), outbox.count_before()
    if not (counts["sent"] or counts["unknown"] or before):
        return
    sent, total = counts["sent"], sum(counts.values())
    fact = f"{' and '.join(changed)} changed after {sent:,} of {total:,} messages were sent"
    if before:
        fact += f", and {before:,} {'has' if before == 1 else 'have'} the letter as it was"
    only_list = all(one == LIST or one.startswith(REQUEST) for one in changed)
    choices = _SEND_CHANGED_LIST if only_list and LIST in changed else _SEND_CHANGED
    raise UsageError(Problem(Place(str(ledger.path)), "changed-letter", fact, choices=choices))
