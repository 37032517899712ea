"""Makes the plan of a merge, resumes it, or adds a list to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from circulars.errors import Choice, LetterError, Place, Problem, UsageError
from circulars.merge.planning.adding import adding_changes, extend_plan, reject_taken, renumbered, undo_addition
from circulars.merge.planning.earlier_postcodes import EarlierPostcodes
from circulars.merge.planning.facts import PlanFacts, RejectedFile
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path, record_name, replaced_record
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.plan import input_changes, plan_changes, write_plan
from circulars.merge.planning.planner import Planner
from circulars.merge.planning.rejections import Rejections, as_rejected
from circulars.merge.planning.repeats import EarlierRows, no_earlier
from circulars.model.letter import Letter
from circulars.processes import ParallelMap, serial_map
from circulars.source.addressees import AddresseeList, parse_sort, remembering
from circulars.workspace import Workspace

_TAKEN: Final = {
    True: "already has this letter from this merge",
    False: "is already in this sending",
}
"""The fact about an addressee who is already in the plan: of a merge (True), and of a sending."""


class MergePlan:
    """The plan for one list and one letter, in an open ledger. Only its methods change it."""

    def __init__(
        self,
        letter: Letter,
        listed: AddresseeList,
        workspace: Workspace,
        order: MergeOrder,
        folder: Path,
        ledger: Ledger,
        *,
        add: bool = False,
        continued: bool = False,
        also_taken: Callable[[], Iterable[str]] = tuple,
        on_long_list: Callable[[], object] = bool,
        parallel_map: ParallelMap = serial_map,
        measure: bool = False,
        on_measured: Callable[[int], object] = bool,
    ) -> None:
        """Begins an empty plan.

        With ``add`` or ``continued``, the columns of the list are read as those of the plan in the ledger were, except
        where the user settles it anew. With ``add`` the list is added to the plan in the ledger; ``also_taken`` returns
        further ids that are taken. ``on_long_list``, ``parallel_map``, ``measure`` and ``on_measured`` are those of
        :class:`Planner`.
        """
        self.letter: Final = letter
        if add or continued:
            listed = _read_as_before(listed, ledger.facts())
        self.listed = listed
        self.workspace: Final = workspace
        order = _sorted_alike(order, listed, ledger) if add else order
        self.order: Final = order
        self.folder: Final = folder
        self.ledger: Final = ledger
        self.add: Final = add
        self._first = 0
        self._facts: PlanFacts | None = None
        self._superseded: tuple[RejectedFile, ...] = ()
        self._changed: tuple[str, ...] = ()
        self._rejections: Final = Rejections(listed, ledger, ledger_path(folder, record_name(folder, order)))
        if add and (source := self._rejections.source):
            listed = self.listed = as_rejected(listed, source.file, self._target)
        taken = _TAKEN[order.output.merged]
        choices = (
            () if order.output.merged else (Choice("corrected", "sends the letter to addresses that were corrected"),)
        )
        known = lambda: chain(ledger.ids(self._first), also_taken())  # noqa: E731
        rows = reject_taken(listed, known, taken, choices) if add else listed
        self.planner: Final = Planner(
            letter, rows, workspace, order, on_long_list, parallel_map, measure=measure, on_measured=on_measured,
            earlier=self._earlier_rows if add else no_earlier, postcode_before=EarlierPostcodes(ledger.path),
        )  # fmt: skip

    @property
    def facts(self) -> PlanFacts:
        """The facts of the plan that was made or resumed."""
        assert self._facts
        return self._facts

    @property
    def first(self) -> int:
        """The number of this list's first addressee in the plan: 0 unless the list is added."""
        return self._first

    @property
    def changed(self) -> tuple[str, ...]:
        """What changed since the finished merge that this plan replaces, in words."""
        return self._changed

    @property
    def _place(self) -> Place:
        return Place(str(ledger_path(self.folder, record_name(self.folder, self.order))))

    @property
    def _target(self) -> str:
        return "this merge" if self.order.output.merged else "this sending"

    def plan(self, *, resume: bool = False, again: bool = False) -> None:
        """Makes the plan.

        ``resume`` continues the plan in the ledger if nothing has changed. ``again`` discards an earlier plan or, with
        ``add``, a stopped addition.

        Raises:
            CircularsError: the list or the letter has problems; neither ``resume`` nor ``again`` is given for a stopped
                merge; there is no merge to add to; the list is a file of rejected rows, and neither ``add`` nor
                ``again`` is given; the list lacks addressees of a finished merge.
        """
        earlier = self.ledger.facts()
        if resume:
            self._resume(earlier)
            return
        if earlier and not earlier.done and not again and (written := self._count_written(earlier)):
            fact = f"a merge was stopped here after {written:,} of {earlier.count:,} addressees"
            choices = (Choice("resume", "continues it"), Choice("again", "begins anew"))
            raise UsageError(Problem(self._place, "unfinished-merge", fact, choices=choices))
        if self.add:
            self._begin_addition(earlier, again=again)
        else:
            self._begin(earlier, again=again)

    def adopt(self, facts: PlanFacts) -> None:
        """Continues the plan in the ledger; the caller has checked that nothing has changed."""
        self._facts = facts

    def extend(self) -> None:
        """Adds the list's addressees to the plan in the ledger.

        Raises:
            CircularsError: rows are faulty; the letter or another input of the copies has changed.
        """
        earlier = self.ledger.facts()
        assert earlier
        self._first = earlier.count
        self._refuse_changes(adding_changes(self.planner, earlier.inputs))
        self._facts = extend_plan(self.planner, self.ledger, self._target)

    def reads_rejected_rows(self, earlier: PlanFacts | None) -> bool:
        """Whether the list is a file of rows that the earlier merge rejected, and not the list of that merge."""
        file = self.listed.file
        if not earlier or file is None or not (self._rejections.are_the_list or self._rejections.source):
            return False
        return (self.workspace.folder / earlier.list).resolve() != file.resolve()

    @property
    def rejected_rows(self) -> str:
        """What the list was taken for, if :meth:`reads_rejected_rows`, as the subject of a sentence."""
        source = self._rejections.source
        return f"the rows of this list are those of {source.file}, which" if source else "these rows"

    def save_rejected(self) -> Path | None:
        """Saves the rows that were rejected from this list: see :meth:`Rejections.save`."""
        is_known = not self.add or self._rejections.source is not None
        path = self._rejections.save(self.planner.findings.rejected, self._superseded, by_id=is_known)
        self._facts = self.ledger.facts()
        return path

    def trim_rejected(self) -> Path | None:
        """Removes rows that are merged from the file of rejected rows that is the list: see :meth:`Rejections.trim`."""
        path = self._rejections.trim(self.planner.findings.rejected, self._first)
        self._facts = self.ledger.facts()
        return path

    def _earlier_rows(self) -> EarlierRows:
        """The addressees to whom the list is added."""
        facts = self.ledger.facts()
        assert facts
        starts = [0, *(part.first for part in facts.added if part.first < self._first)]
        entries = self.ledger.entries(0, self._first)
        columns = facts.inputs.columns
        rows = (
            (dict(zip(columns, entry.cells, strict=False)), entry.row, bisect_right(starts, entry.n) - 1)
            for entry in entries
        )
        return len(starts), rows

    def _begin(self, earlier: PlanFacts | None, *, again: bool) -> None:
        """Makes a new plan in place of an earlier one."""
        if not again and self.reads_rejected_rows(earlier):
            fact = f"{self.rejected_rows} were left out of the merge that is here"
            choices = (
                Choice("add", "adds the corrected rows to it"),
                Choice("again", "begins anew, with these rows alone"),
            )
            raise UsageError(Problem(Place(self.planner.listed.name), "rejected-rows", fact, choices=choices))
        if not again and (other := replaced_record(self.folder, self.order)):
            fact = "a merge into a file of the same name is here, which this one would replace"
            choices = (Choice("again", "replaces it"), Choice("out", "makes this one in another folder", "FOLDER"))
            raise UsageError(Problem(Place(str(other)), "finished-merge", fact, choices=choices))
        done = earlier if earlier and earlier.done else None
        keeping = self._place if done and not again and self.order.output.merged else None
        if done:
            now = self.planner.inputs()
            self._changed = tuple(input_changes(now, replace(done.inputs, order=now.order, hidden=now.hidden)))
        # If this refuses the list, the ledger keeps the finished merge.
        self._facts = write_plan(self.planner, self.ledger, keeping=keeping, measure=bool(done))
        self._superseded = earlier.rejected_files if earlier else ()

    def _count_written(self, earlier: PlanFacts) -> int:
        """How many addressees have their copies; 0 for a stopped addition that has no copies yet."""
        done = self.ledger.count_written()
        return 0 if self.add and earlier.added and done <= earlier.added[-1].first else done

    def _resume(self, earlier: PlanFacts | None) -> None:
        if not earlier or (self.add and not earlier.added):
            fact = "nothing was added here" if earlier else "no merge was begun here"
            raise UsageError(Problem(self._place, "no-merge", fact, choices=(Choice("resume", "leave out {}"),)))
        if self.add and self._rejections.is_trimmed(earlier):
            self._first, self._facts = earlier.added[-1].first, earlier
            return
        inputs, list_sha256, others = earlier.inputs, earlier.list_sha256, tuple[Choice, ...]()
        rows, places = self.planner.batches(), earlier.first_places
        if earlier.added:
            part = earlier.added[-1]
            if self.add:
                inputs = replace(inputs, columns=part.columns, order=part.order, hidden=self.listed.takes_hidden)
                list_sha256 = part.list_sha256
                self._first = part.first
                places = range(part.first, earlier.count)
                rows = renumbered(self.planner, earlier.inputs.columns, part.first, self._target)
            else:
                others = (Choice("add", f"continues the addition; name {part.list} as the list"),)
        changed = plan_changes(self.planner, inputs, list_sha256, self.ledger, rows, places)
        self._refuse_changes(changed, *others)
        self._facts = earlier

    def _begin_addition(self, earlier: PlanFacts | None, *, again: bool) -> None:
        leave_out = Choice("add", "leave out {}")
        if not earlier:
            fact = "there is no merge here to add addressees to"
            raise UsageError(Problem(self._place, "no-merge", fact, choices=(leave_out,)))
        if again and earlier.done:
            fact = "a merge cannot both be added to and begin anew"
            choices = (Choice("add", "keeps the merge that is here"), Choice("again", "begins anew"))
            raise UsageError(Problem(self._place, "wrong-option", fact, "leave out one of the two", choices))
        with self.ledger.change():
            if not earlier.done:
                if not earlier.added:
                    fact = "the merge that is here was stopped"
                    choices = (leave_out, Choice("resume", "continues it"))
                    raise UsageError(Problem(self._place, "unfinished-merge", fact, choices=choices))
                undo_addition(self.ledger)
            self.extend()

    def _refuse_changes(self, changed: tuple[str, ...], *others: Choice) -> None:
        if changed:
            fact = f"since the merge began, {' and '.join(changed)} changed"
            anew = Choice("again", "begins anew")
            if not self.order.output.merged:
                anew = Choice("changed", "sends the letter as it is now, to the whole list", "rest")
            raise LetterError(Problem(self._place, "changed-plan", fact, "undo the change", choices=(anew, *others)))


def _read_as_before(listed: AddresseeList, facts: PlanFacts | None) -> AddresseeList:
    """The list, with what was settled about the columns of the lists of a plan."""
    if not facts:
        return listed
    added = facts.added[-1].settled if facts.added else ()
    # The list that was added last decides.
    settled = {text.partition("=")[0]: text for text in (*facts.inputs.settled, *added)}
    return remembering(listed, settled.values(), facts.inputs.judged)


def _sorted_alike(order: MergeOrder, listed: AddresseeList, ledger: Ledger) -> MergeOrder:
    """The order for a list that is added: sorted as the first list is, unless it says otherwise.

    A list without the columns to sort by keeps its order, and so do messages.
    """
    facts = ledger.facts()
    if order.sort or not facts or not facts.inputs.order.sort or not order.output.merged:
        return order
    try:
        parse_sort(facts.inputs.order.sort, listed.columns)
    except UsageError:
        return order
    return replace(order, sort=facts.inputs.order.sort)
