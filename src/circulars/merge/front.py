"""The front door of merging: what ``circulars merge`` and ``circulars merge status`` do, as functions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.files.output import delete_files, save_all
from circulars.merge.cluster.access import Scheduler
from circulars.merge.looking.audit import Audit, audit
from circulars.merge.looking.estimate import Estimate, estimate
from circulars.merge.looking.problem_file import check_problem_file, delete_problems, problem_file, save_problems
from circulars.merge.looking.statuses import MergeStatus, check_report, merge_report, merge_status, merge_statuses
from circulars.merge.looking.warnings import all_warnings
from circulars.merge.looking.window import beyond_window, without_address
from circulars.merge.making.copies import Copy, Kit
from circulars.merge.making.iterate import merge
from circulars.merge.making.pool import WorkerPool
from circulars.merge.making.run import Makers, Merge, Progress, Summary
from circulars.merge.paper.stock import ENVELOPES, LABELS, Stock
from circulars.merge.planning.folders import folder_of, folder_of_address, is_address
from circulars.merge.planning.found import FoundProblems, ListProblem, MergeRefusedError
from circulars.merge.planning.kinds import KINDS
from circulars.merge.planning.ledger import Entry, Ledger
from circulars.merge.planning.merge_plan import MergePlan
from circulars.merge.planning.opening import ledger_path, open_merge, record_name, scratch_merge
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.order import check_order as check_fields
from circulars.merge.planning.plan import counting_faults
from circulars.merge.post.letters import DraftMaker, MessageMaker
from circulars.merge.post.mailbox import read_mailbox
from circulars.merge.post.mailing import mailing_of
from circulars.merge.results import BeyondWindow, DryRun, Merged, Previewed, Rejected
from circulars.model.letter import Letter
from circulars.review.approval_check import check_approvals
from circulars.source.addressees import AddresseeList, ColumnsRead, open_list
from circulars.workspace import Workspace

__all__ = [
    "ENVELOPES",
    "KINDS",
    "LABELS",
    "Audit",
    "BeyondWindow",
    "ColumnsRead",
    "Copy",
    "DryRun",
    "Estimate",
    "FoundProblems",
    "ListProblem",
    "MergeOrder",
    "MergeRefusedError",
    "MergeStatus",
    "Merged",
    "Previewed",
    "Progress",
    "Rejected",
    "Scheduler",
    "Stock",
    "Summary",
    "audit",
    "check_order",
    "check_problem_file",
    "check_report",
    "delete_problems",
    "folder_of_address",
    "ledger_of",
    "merge",
    "merge_report",
    "merge_status",
    "merge_statuses",
    "plan_merge",
    "planned_encoding",
    "preview_merge",
    "problem_file",
    "run_merge",
    "save_problems",
]

_DEFAULT_ORDER: Final = MergeOrder()


def _drafts(kit: Kit, plan: MergePlan) -> DraftMaker:
    sender = read_mailbox(plan.order.sender)
    mailing = mailing_of(plan.order, plan.facts, plan.workspace.folder)
    return DraftMaker(MessageMaker(kit, plan.facts.messages_plan, plan.letter.name, sender, mailing))


_MAKERS: Final[Makers] = {"eml": _drafts}
"""Makers of files that are not the letters themselves, by kind of output."""
T = TypeVar("T")


def check_order(order: MergeOrder) -> None:
    """Refuses an order that no merge can carry out, before any file is read or written.

    Raises:
        UsageError: the kind or a format is unknown, a field of the order does not fit, or a required one is missing.
    """
    check_fields(order)
    if order.sender:
        read_mailbox(order.sender)


def _ignore(_: object) -> None:
    """Does nothing: a callback for callers that need none."""


@dataclass(frozen=True, slots=True)
class _Task:
    """The checked arguments of a merge."""

    letter: Letter
    listed: AddresseeList
    workspace: Workspace
    order: MergeOrder
    folder: Path
    address: str
    cluster: Scheduler | None
    jobs: int
    add: bool
    resume: bool

    @classmethod
    def of(
        cls, letter: Letter, addressees: AddresseeList | str, workspace: Workspace, order: MergeOrder,
        out: str | Path, *, cluster: Scheduler | str = "", jobs: int = 0, add: bool = False, resume: bool = False,
    ) -> _Task:  # fmt: skip
        check_order(order)
        if order.output.stock:
            order = replace(order, formats=())
        listed = open_list(addressees, folder=workspace.folder) if isinstance(addressees, str) else addressees
        folder = folder_of(letter, workspace, str(out), cluster=bool(cluster))
        address = str(out) if is_address(str(out)) else folder.parent.resolve().as_uri()
        named = Scheduler(cluster) if isinstance(cluster, str) and cluster else cluster or None
        assert not isinstance(named, str)
        return cls(letter, listed, workspace, order, folder, address, named, jobs, add, resume)

    @contextmanager
    def pool(self) -> Iterator[WorkerPool]:
        """The processes of this machine: only one with a cluster, or if letters are joined into one file."""
        alone = self.cluster or (self.order.output.bound and not self.order.output.stock)
        pool = WorkerPool(1 if alone else self.jobs, ("pdf",) if self.order.output.stock else self.order.formats)
        try:
            yield pool
        finally:
            pool.end()

    def merge(
        self, ledger: Ledger, pool: WorkerPool | None = None, *, measure: bool = False,
        on_measured: Callable[[int], object] = _ignore,
    ) -> Merge:  # fmt: skip
        """The merge on this machine."""
        return Merge(
            self.letter, self.listed, self.workspace, self.order, self.folder, ledger, pool,
            add=self.add, continued=self.resume, measure=measure, on_measured=on_measured, makers=_MAKERS,
        )  # fmt: skip

    def local_or_cluster(
        self, ledger: Ledger, pool: WorkerPool, on_measured: Callable[[int], object] = _ignore
    ) -> Merge:
        """The merge on this machine or, if a cluster is named, on its workers."""
        if not self.cluster:
            return self.merge(ledger, pool, on_measured=on_measured)
        from circulars.merge.cluster.workers import ClusterMerge  # Dask is an extra

        arguments = (self.letter, self.listed, self.workspace, self.order, self.folder, ledger)
        return ClusterMerge(*arguments, add=self.add, continued=self.resume).on(self.cluster, self.address)


def run_merge(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder = _DEFAULT_ORDER,
    *,
    out: str | Path = "",
    resume: bool = False,
    again: bool = False,
    add: bool = False,
    jobs: int = 0,
    cluster: Scheduler | str = "",
    require_approval: Sequence[str] = (),
    now: datetime.datetime | None = None,
    on_measured: Callable[[int], object] = _ignore,
    on_planned: Callable[[int], object] = _ignore,
    on_progress: Callable[[Progress], object] = _ignore,
) -> Merged:
    """Merges a letter with a list into a folder named after the letter, in ``out``; returns what was made.

    ``addressees`` may be the name of a list, relative to the workspace's folder. ``out`` defaults to the workspace's
    output. ``cluster`` is a Dask scheduler, or its address; ``out`` may then be any address that fsspec knows. ``jobs``
    is the number of processes, by default one for each core.

    ``resume`` continues a merge that was stopped, ``again`` begins anew, and ``add`` adds the list to the finished
    merge in the folder.

    The letter must have the approvals that its kind or the settings of the folder require, and those as the roles of
    ``require_approval``, each with a certificate that is valid at the time ``now``.

    ``on_measured`` receives how many addresses have been measured for their labels; ``on_planned`` how many addressees
    the merge has, once the plan is in the ledger; ``on_progress`` the progress. An exception in one of these, or a
    KeyboardInterrupt, stops the merge as kill -9 does: the ledger stays consistent, and ``resume`` continues.

    Raises:
        MergeRefusedError: the list or the letter has problems.
        LetterError: the letter lacks approvals.
        CircularsError: the merge cannot begin with these arguments, or cannot continue. Finished copies are kept.
    """
    check_approvals(letter, workspace, require_approval, now=now)
    if resume and again:
        fact = "a merge cannot both continue and begin anew"
        choices = (Choice("resume", "continues what was begun"), Choice("again", "begins anew"))
        raise UsageError(Problem(Place(), "wrong-option", fact, "leave out one of the two", choices))
    task = _Task.of(letter, addressees, workspace, order, out, cluster=cluster, jobs=jobs, add=add, resume=resume)
    with open_merge(task.folder, record_name(task.folder, order)) as ledger, task.pool() as pool:
        made = task.local_or_cluster(ledger, pool, on_measured)
        with counting_faults(made.planner):
            made.plan(resume=resume, again=again)
            file = made.save_rejected()
            on_planned(made.facts.count)
            made.run(on_progress)
            file = made.trim_rejected() or file
        beyond = tuple(beyond_window(made))
        return Merged(
            summary=made.summary(),
            ledger=ledger.path,
            changed=made.changed,
            rejected=_rejected(made, file),
            beyond_window=_without_cells(beyond),
            warnings=(warnings := (*made.planner.warnings(), *without_address(made))),
            found=_found(made, warnings, beyond),
            columns=made.planner.columns_read(),
        )


def plan_merge(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder = _DEFAULT_ORDER,
    *,
    clock: Callable[[], float],
    out: str | Path = "",
    resume: bool = False,
    again: bool = False,
    add: bool = False,
    jobs: int = 0,
    cluster: Scheduler | str = "",
    on_measured: Callable[[int], object] = _ignore,
) -> DryRun:
    """What :func:`run_merge` would make. Files are written only to a temporary folder.

    ``clock`` returns seconds, as ``time.monotonic`` does. Some copies are made to estimate the time for all of them.

    Raises:
        CircularsError: as :func:`run_merge` does.
    """
    started = clock()
    task = _Task.of(letter, addressees, workspace, order, out, cluster=cluster, jobs=jobs, add=add, resume=resume)
    with scratch_merge(task.folder, record_name(task.folder, order), copied=True) as ledger, task.pool() as pool:
        address = task.local_or_cluster(ledger, pool).address
        planned, refusal = _planned_or_refused(task, ledger, pool, on_measured, resume=resume, again=again)
        with counting_faults(planned.planner):
            if order.output.stock and not order.skip_bad:
                started = clock()  # a real merge would not measure the addresses before it prints them
            estimated = estimate(planned, ledger.path.parent, clock, started)
        beyond = tuple(beyond_window(planned))
        return DryRun(
            estimate=estimated,
            address=address,
            added=estimated.addressees - planned.first if add else 0,
            already=planned.first,
            fell_back=planned.planner.findings.fell_back,
            rejected=_rejected(planned, None),
            beyond_window=_without_cells(beyond),
            warnings=(warnings := (*planned.planner.warnings(), *without_address(planned))),
            columns=planned.planner.columns_read(),
            refusal=refusal,
            stock=order.sheet,
            found=_found(planned, warnings, beyond),
        )


def _planned_or_refused(
    task: _Task, ledger: Ledger, pool: WorkerPool, on_measured: Callable[[int], object], *, resume: bool, again: bool
) -> tuple[Merge, tuple[Problem, ...]]:
    """The planned merge, and the reason why a real merge would not begin with these arguments.

    If a real merge would refuse to replace a finished one, the dry run still plans: it is useful with part of a list.
    """
    planned = task.merge(ledger, pool, measure=True, on_measured=on_measured)
    try:
        with counting_faults(planned.planner):
            planned.plan(resume=resume and task.add, again=resume or again)
    except UsageError as error:
        if any(problem.code != "finished-merge" for problem in error.problems):
            raise
        planned = task.merge(ledger, pool, measure=True, on_measured=on_measured)
        with counting_faults(planned.planner):
            planned.plan(again=True)
        return planned, error.problems
    return planned, ()


def preview_merge(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder = _DEFAULT_ORDER,
    *,
    out: str | Path = "",
    again: bool = False,
    add: bool = False,
) -> Previewed:
    """Writes a contact sheet of the copies that are worth checking before all are made, and nothing else.

    With ``add`` it shows the addressees who would be added to the existing merge.

    Raises:
        CircularsError: as :func:`run_merge` does.
    """
    from circulars.merge.looking.preview import outdated, preview, preview_order  # they read and draw PDFs

    task = _Task.of(letter, addressees, workspace, order if add else preview_order(order), out, add=add)
    with scratch_merge(task.folder, record_name(task.folder, task.order), copied=add) as ledger:
        planned = task.merge(ledger)
        with counting_faults(planned.planner):
            planned.plan(again=again)
        made = preview(planned)
        files = save_all(task.folder, made.files, private=True)
        delete_files(task.folder, outdated(task.folder, made.files))
        planner, warnings = planned.planner, planned.planner.warnings()
        found = _found(planned, warnings, tuple(beyond_window(planned)))
        return Previewed(tuple(files), made.about, made.shown, warnings, planner.columns_read(), found)


def _rejected(planned: Merge, file: Path | None) -> Rejected:
    found = planned.planner.findings
    return Rejected(len(found.rejected), file, tuple(found.problems), found.faults)


def _found(planned: Merge, warnings: Iterable[Problem], beyond: Sequence[Entry]) -> FoundProblems:
    return FoundProblems((), planned.planner.findings.all_problems, all_warnings(planned, warnings, beyond))


def _without_cells(beyond: Iterable[Entry]) -> tuple[BeyondWindow, ...]:
    return tuple(BeyondWindow(entry.id, entry.row) for entry in beyond)


def planned_encoding(ledger: Path, source: str) -> str:
    """The encoding that the user named for the list ``source`` when its merge or sending began; "" for none."""
    if not ledger.is_file():
        return ""
    with closing(Ledger(ledger, read_only=True)) as there:
        facts = there.facts()
    return facts.inputs.encoding if facts and facts.list == source else ""


def ledger_of(
    letter: Letter, workspace: Workspace, order: MergeOrder = _DEFAULT_ORDER, *, out: str | Path = ""
) -> Path:
    """The ledger file of a merge into ``out``."""
    folder = folder_of(letter, workspace, str(out), cluster=True)
    return ledger_path(folder, record_name(folder, order))
