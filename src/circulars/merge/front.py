"""The front door of merging: what ``circulars merge`` and ``circulars merge status`` do, as functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from circulars.errors import Choice, LetterError, Place, Problem, UsageError
from circulars.files.output import delete_files, save_all
from circulars.merge.looking.estimate import Estimate, estimate
from circulars.merge.looking.statuses import MergeStatus, check_report, merge_report, merge_status, merge_statuses
from circulars.merge.looking.window import beyond_window
from circulars.merge.making.copies import Copy, Kit
from circulars.merge.making.iterate import merge
from circulars.merge.making.run import Makers, Merge, Progress, Summary
from circulars.merge.making.work import Crew
from circulars.merge.paper.stock import ENVELOPES, LABELS, Stock
from circulars.merge.planning.folders import folder_of, folder_of_address, is_address
from circulars.merge.planning.kinds import KINDS
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.merge_plan import MergePlan
from circulars.merge.planning.opening import ledger_path, open_merge, trial_merge
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.order import check_order as check_parts
from circulars.merge.post.letters import Drafts, Letters
from circulars.merge.post.mailbox import read_mailbox
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList, open_list
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.merge.looking.contact import Thumbnails

__all__ = [
    "ENVELOPES",
    "KINDS",
    "LABELS",
    "BeyondWindow",
    "Copy",
    "DryRun",
    "Estimate",
    "MergeOrder",
    "MergeRefusedError",
    "MergeStatus",
    "Merged",
    "Previewed",
    "Progress",
    "Rejected",
    "Stock",
    "Summary",
    "check_order",
    "check_report",
    "folder_of_address",
    "ledger_of",
    "merge",
    "merge_report",
    "merge_status",
    "merge_statuses",
    "plan_merge",
    "preview_merge",
    "run_merge",
]

_USUAL: Final = MergeOrder()


def _drafts(kit: Kit, plan: MergePlan) -> Drafts:
    sender = read_mailbox(plan.order.sender)
    return Drafts(Letters(kit, plan.facts.messages_plan, plan.letter.name, sender))


_MAKERS: Final[Makers] = {"eml": _drafts}
"""What makes files that are not the letters themselves, by kind of output."""
T = TypeVar("T")


def check_order(order: MergeOrder) -> None:
    """Refuses an order that no merge can carry out; nothing has been read or touched.

    Raises:
        UsageError: there is no such kind of output, a part of the order does not fit it, or one is missing.
    """
    check_parts(order)
    if order.sender:
        read_mailbox(order.sender)


def _ignore(_: object) -> None:
    """Hears, and does nothing."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The rows that a merge left out, for they are wrong: how many, the file that has them, and some of the problems.

    ``faults`` is how many problems there are in all.
    """

    count: int
    file: Path | None
    problems: tuple[Problem, ...]
    faults: int


@dataclass(frozen=True, slots=True)
class BeyondWindow:
    """An addressee with more lines than an envelope's window shows: the id, and the row in the list."""

    id: str
    row: int


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge has made, and what of it a person should look at.

    ``changed`` names what is not as it was in the finished merge that was here before. ``doubts`` are columns and
    titles of the list that may be misspelt. ``ledger`` is the file that remembers the merge.
    """

    summary: Summary
    ledger: Path
    changed: tuple[str, ...]
    rejected: Rejected
    beyond_window: tuple[BeyondWindow, ...]
    doubts: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a merge would make; nothing of it was written.

    ``address`` is where the copies would go; ``added`` counts the addressees who would be added to those of a merge
    that is there, and ``already`` those. ``fell_back`` is how many would get the fallback language. ``refusal`` says
    why the merge would not begin as it was asked for. ``stock`` is the sheet of labels, or the envelope, if addresses
    are to be printed on some.
    """

    estimate: Estimate
    address: str
    added: int
    already: int
    fell_back: int
    rejected: Rejected
    beyond_window: tuple[BeyondWindow, ...]
    doubts: tuple[Problem, ...]
    refusal: tuple[Problem, ...]
    stock: Stock | None


@dataclass(frozen=True, slots=True)
class Previewed:
    """A contact sheet that was written: its files, the lines at its head, what it shows, and doubts about the list."""

    files: tuple[Path, ...]
    about: tuple[str, ...]
    shown: tuple[Thumbnails, ...]
    doubts: tuple[Problem, ...]


class MergeRefusedError(LetterError):
    """The list or the letter is wrong, and nothing was merged.

    Of ``rows`` rows that were read ``faulty`` are wrong, with ``faults`` problems in all, of which not all may be told.
    """

    def __init__(self, *problems: Problem, rows: int = 0, faulty: int = 0, faults: int = 0) -> None:
        super().__init__(*problems)
        self.rows, self.faulty, self.faults = rows, faulty, faults


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be merged, and where to."""

    letter: Letter
    listed: AddresseeList
    workspace: Workspace
    order: MergeOrder
    folder: Path
    address: str
    cluster: str
    jobs: int
    add: bool

    @classmethod
    def of(
        cls, letter: Letter, addressees: AddresseeList | str, workspace: Workspace, order: MergeOrder,
        out: str | Path, *, cluster: str = "", jobs: int = 0, add: bool = False,
    ) -> _Task:  # fmt: skip
        check_order(order)
        if order.output.stock:
            order = replace(order, formats=())
        listed = open_list(addressees, folder=workspace.folder) if isinstance(addressees, str) else addressees
        folder = folder_of(letter, workspace, str(out), cluster=bool(cluster))
        address = str(out) if is_address(str(out)) else folder.parent.resolve().as_uri()
        return cls(letter, listed, workspace, order, folder, address, cluster, jobs, add)

    @contextmanager
    def crew(self) -> Iterator[Crew]:
        """The processes of this machine; letters are joined by one alone, and a cluster has its own."""
        alone = self.cluster or (self.order.output.bound and not self.order.output.stock)
        crew = Crew(1 if alone else self.jobs, ("pdf",) if self.order.output.stock else self.order.formats)
        try:
            yield crew
        finally:
            crew.end()

    def merge(
        self, ledger: Ledger, crew: Crew | None = None, *, measure: bool = False,
        on_measured: Callable[[int], object] = _ignore,
    ) -> Merge:  # fmt: skip
        """The merge with its ledger, on this machine."""
        return Merge(
            self.letter, self.listed, self.workspace, self.order, self.folder, ledger, crew,
            add=self.add, measure=measure, on_measured=on_measured, makers=_MAKERS,
        )  # fmt: skip

    def merge_where_asked(self, ledger: Ledger, crew: Crew, on_measured: Callable[[int], object] = _ignore) -> Merge:
        """The merge on this machine, or by the workers of the cluster."""
        if not self.cluster:
            return self.merge(ledger, crew, on_measured=on_measured)
        from circulars.merge.cluster.workers import ClusterMerge  # Dask is an extra

        of = (self.letter, self.listed, self.workspace, self.order, self.folder, ledger)
        return ClusterMerge(*of, add=self.add).on(self.cluster, self.address)


def run_merge(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder = _USUAL,
    *,
    out: str | Path = "",
    resume: bool = False,
    again: bool = False,
    add: bool = False,
    jobs: int = 0,
    cluster: str = "",
    on_measured: Callable[[int], object] = _ignore,
    on_planned: Callable[[int], object] = _ignore,
    on_progress: Callable[[Progress], object] = _ignore,
) -> Merged:
    """What was made for the addressees of a list, in a folder of the letter's name in ``out``, beside its ledger.

    ``addressees`` may be the name of a list, as it is typed in the workspace's folder. ``out`` is the workspace's
    output unless it is named; with ``cluster``, the address of a Dask scheduler, it may be any address that fsspec
    knows. ``jobs`` is how many processes work at once: one for each core, unless it is named.

    ``resume`` goes on with a merge that was stopped; ``again`` begins anew, whatever was merged before; ``add`` adds
    the list to the finished merge that is there.

    ``on_measured`` hears how many addresses have been measured for their labels, ``on_planned`` how many addressees
    the merge has as soon as that stands in the ledger, ``on_progress`` how far it is. What raises in these, or a
    KeyboardInterrupt, stops the merge as kill -9 does: what the ledger knows by then is whole, and ``resume`` goes on.

    Raises:
        MergeRefusedError: the list or the letter has problems.
        CircularsError: the merge cannot begin as it is asked for, or cannot go on; what was made is whole.
    """
    if resume and again:
        fact = "no merge can both go on and begin anew"
        choices = (Choice("resume", "goes on with what was begun"), Choice("again", "begins anew"))
        raise UsageError(Problem(Place(), "wrong-option", fact, "leave out one of the two", choices))
    task = _Task.of(letter, addressees, workspace, order, out, cluster=cluster, jobs=jobs, add=add)
    with open_merge(task.folder, order.kind) as ledger, task.crew() as crew:
        made = task.merge_where_asked(ledger, crew, on_measured)
        with _refusing(made):
            made.plan(resume=resume, again=again)
            file = made.save_rejected()
            on_planned(made.facts.count)
            made.run(on_progress)
        return Merged(
            summary=made.summary(),
            ledger=ledger.path,
            changed=made.changed,
            rejected=_rejected(made, file),
            beyond_window=_beyond_window(made),
            doubts=made.planner.doubts(),
        )


def plan_merge(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder = _USUAL,
    *,
    clock: Callable[[], float],
    out: str | Path = "",
    resume: bool = False,
    again: bool = False,
    add: bool = False,
    jobs: int = 0,
    cluster: str = "",
    on_measured: Callable[[int], object] = _ignore,
) -> DryRun:
    """What :func:`run_merge` would make. Nothing is written, but in a folder that is gone afterwards.

    ``clock`` tells seconds (``time.monotonic``): some copies are made, to see how long all of them would take.

    Raises:
        CircularsError: as :func:`run_merge` does.
    """
    started = clock()
    task = _Task.of(letter, addressees, workspace, order, out, cluster=cluster, jobs=jobs, add=add)
    with trial_merge(task.folder, order.kind, copied=True) as ledger, task.crew() as crew:
        address = task.merge_where_asked(ledger, crew).address
        planned, refusal = _planned_or_refused(task, ledger, crew, on_measured, resume=resume, again=again)
        with _refusing(planned):
            if order.output.stock and not order.skip_bad:
                started = clock()  # a merge measures addresses while it prints
            told = estimate(planned, ledger.path.parent, clock, started)
        return DryRun(
            estimate=told,
            address=address,
            added=told.addressees - planned.first if add else 0,
            already=planned.first,
            fell_back=planned.planner.read.fell_back,
            rejected=_rejected(planned, None),
            beyond_window=_beyond_window(planned),
            doubts=planned.planner.doubts(),
            refusal=refusal,
            stock=order.sheet,
        )


def _planned_or_refused(
    task: _Task, ledger: Ledger, crew: Crew, on_measured: Callable[[int], object], *, resume: bool, again: bool
) -> tuple[Merge, tuple[Problem, ...]]:
    """A merge that is planned, and why it would not begin as it was asked for.

    A plan of a part of the list is worth having, even where it would take the place of a finished merge of all.
    """
    planned = task.merge(ledger, crew, measure=True, on_measured=on_measured)
    try:
        with _refusing(planned):
            planned.plan(resume=resume and task.add, again=resume or again)
    except UsageError as error:
        if any(problem.code != "finished-merge" for problem in error.problems):
            raise
        planned = task.merge(ledger, crew, measure=True, on_measured=on_measured)
        with _refusing(planned):
            planned.plan(again=True)
        return planned, error.problems
    return planned, ()


def preview_merge(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder = _USUAL,
    *,
    out: str | Path = "",
    again: bool = False,
    add: bool = False,
) -> Previewed:
    """A contact sheet of the copies that are worth seeing before all are made; nothing else is written.

    With ``add`` it shows those who would be added to the merge that is there.

    Raises:
        CircularsError: as :func:`run_merge` does.
    """
    from circulars.merge.looking.preview import outdated, preview, preview_order  # they read and draw PDFs

    task = _Task.of(letter, addressees, workspace, order if add else preview_order(order), out, add=add)
    with trial_merge(task.folder, task.order.kind, copied=add) as ledger:
        planned = task.merge(ledger)
        with _refusing(planned):
            planned.plan(again=again)
        made = preview(planned)
        files = save_all(task.folder, made.files)
        delete_files(task.folder, outdated(task.folder, made.files))
        return Previewed(tuple(files), made.about, made.shown, planned.planner.doubts())


@contextmanager
def _refusing(planned: Merge) -> Iterator[None]:
    """Says of a wrong list how many of its rows are wrong."""
    try:
        yield
    except LetterError as error:
        read, name = planned.planner.read, planned.listed.name
        lines = [one.where.line for one in error.problems if one.where.file == name and one.where.line > 1]
        faults, faulty = max(len(lines), read.faults), max(len(set(lines)), read.faulty)
        raise MergeRefusedError(*error.problems, rows=read.rows, faulty=faulty, faults=faults) from None


def _rejected(planned: Merge, file: Path | None) -> Rejected:
    read = planned.planner.read
    return Rejected(len(read.rejected), file, tuple(read.problems), read.faults)


def _beyond_window(planned: Merge) -> tuple[BeyondWindow, ...]:
    return tuple(BeyondWindow(entry.id, entry.row) for entry in beyond_window(planned))


def ledger_of(letter: Letter, workspace: Workspace, order: MergeOrder = _USUAL, *, out: str | Path = "") -> Path:
    """The file that remembers a merge into ``out``."""
    return ledger_path(folder_of(letter, workspace, str(out), cluster=True), order.kind)
