"""A merge's plan, from the list to the ledger: a new one, one that goes on, or one that is added to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from circulars.errors import Choice, LetterError, Place, Problem, UsageError
from circulars.merge.planning.adding import changed_since, extend_plan, newcomers, withdraw
from circulars.merge.planning.facts import PlanFacts, RejectedFile
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.plan import changes, same_plan, write_plan
from circulars.merge.planning.planner import Planner
from circulars.merge.planning.rejected import is_rejected, save_rejected
from circulars.model.letter import Letter
from circulars.processes import Spread, in_turn
from circulars.source.addressees import AddresseeList, rejected_rows
from circulars.workspace import Workspace

_TAKEN: Final = {
    True: "has got this letter already in this merge",
    False: "is among those already whom this letter is sent to",
}
"""What is told of an addressee who is to be added, and is there: of a merge, and of a sending."""


class MergePlan:
    """Who of one list gets which edition of one letter, in the ledger that is open for them.

    Nobody but its own methods changes it.
    """

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
        also_taken: Callable[[], Iterable[str]] = tuple,
        on_many: Callable[[], object] = bool,
        spread: Spread = in_turn,
        measure: bool = False,
        on_measured: Callable[[int], object] = bool,
    ) -> None:
        """Begins a plan that has nobody yet.

        With ``add`` the list's addressees are added to those of the plan that is there; ``also_taken`` are more ids
        that none of them may have. ``on_many``, ``spread``, ``measure`` and ``on_measured`` are the :class:`Planner`'s.
        """
        self.letter: Final = letter
        self.listed: Final = listed
        self.workspace: Final = workspace
        self.order: Final = order
        self.folder: Final = folder
        self.ledger: Final = ledger
        self.add: Final = add
        self._first = 0
        self._facts: PlanFacts | None = None
        self._superseded: tuple[RejectedFile, ...] = ()
        self._changed: tuple[str, ...] = ()
        taken = _TAKEN[order.output.merged]
        rows = newcomers(listed, lambda: chain(ledger.ids(self._first), also_taken()), taken) if add else listed
        self.planner: Final = Planner(
            letter, rows, workspace, order, on_many, spread, measure=measure, on_measured=on_measured
        )

    @property
    def facts(self) -> PlanFacts:
        """The facts of the plan that was made, or that goes on."""
        assert self._facts
        return self._facts

    @property
    def first(self) -> int:
        """The place of the first addressee in the plan who is this list's: 0 unless the list is added."""
        return self._first

    @property
    def changed(self) -> tuple[str, ...]:
        """What changed since the finished merge that was here, in words."""
        return self._changed

    @property
    def _place(self) -> Place:
        return Place(str(ledger_path(self.folder, self.order.kind)))

    def plan(self, *, resume: bool = False, again: bool = False) -> None:
        """Settles who gets what; with ``resume`` the plan in the ledger is the one, when nothing has changed.

        With ``again`` an earlier plan is none; or, of a merge that adds, the addition that was stopped.

        Raises:
            CircularsError: the list or the letter has problems; a merge was stopped and it is not said what to do;
                there is none to add to; the list is one of rejected rows, and it is not said what they are for; a
                finished merge is here of people who are not in the list.
        """
        earlier = self.ledger.facts()
        if resume:
            self._go_on(earlier)
            return
        if earlier and not earlier.done and not again and (written := self._written(earlier)):
            fact = f"a merge was stopped here after {written:,} of {earlier.count:,} addressees"
            choices = (Choice("resume", "goes on with it"), Choice("again", "begins anew"))
            raise UsageError(Problem(self._place, "unfinished-merge", fact, choices=choices))
        if self.add:
            self._begin_to_add(earlier, again=again)
        else:
            self._begin(earlier, again=again)

    def take_up(self, facts: PlanFacts) -> None:
        """Goes on with a plan that is in the ledger, of which the caller knows that nothing has changed."""
        self._facts = facts

    def extend(self) -> None:
        """Adds the list's addressees to the plan that is there.

        Raises:
            CircularsError: rows are wrong; the letter, or something else that copies are made of, is another one now.
        """
        earlier = self.ledger.facts()
        assert earlier
        self._first = earlier.count
        self._refuse(changed_since(self.planner, earlier.inputs))
        left = [file for file in earlier.rejected_files if not self._reads(file.file)]
        there = "this merge" if self.order.output.merged else "this sending"
        self._facts = extend_plan(self.planner, self.ledger, left, there)

    def reads_left_out(self, earlier: PlanFacts | None) -> bool:
        """Whether the list is a file of rows that were left out of the merge that is here, and not its own list."""
        file = self.listed.file
        if not earlier or file is None or not is_rejected(file, self.folder):
            return False
        return (self.workspace.folder / earlier.list).resolve() != file.resolve()

    def save_rejected(self) -> Path | None:
        """The file of the rows that were left out of this list; nothing when there are none.

        Of a merge that goes on it is the one that was written when it began, whatever was mended in it since.
        """
        if not (rejected := self.planner.read.rejected):
            return None
        facts = self.ledger.facts() or self.facts
        part = len(facts.added)
        for file in facts.rejected_files:
            if file.part == part and (path := self.folder / file.file).exists():
                return path
        known = tuple(file for file in facts.rejected_files if file.part != part)
        data = b"".join(rejected_rows(self.planner.listed.columns, rejected))
        path, digest = save_rejected(self.folder, data, self.listed.file, self._superseded)
        written = RejectedFile(path.name, len(rejected), digest, part)
        self._facts = replace(facts, rejected_files=(*known, written))
        with self.ledger.change():
            self.ledger.keep(self._facts)
        return path

    def _begin(self, earlier: PlanFacts | None, *, again: bool) -> None:
        """Makes a new plan, which takes the place of an earlier one."""
        if not again and self.reads_left_out(earlier):
            fact = "these rows were left out of the merge that is here"
            choices = (
                Choice("add", "adds those that you have mended to it"),
                Choice("again", "begins anew, with these rows alone"),
            )
            raise UsageError(Problem(Place(self.planner.listed.name), "rejected-rows", fact, choices=choices))
        done = earlier if earlier and earlier.done else None
        keeping = self._place if done and not again and self.order.output.merged else None
        if done:
            self._changed = tuple(changes(self.planner.identity(), replace(done.inputs, order=self.order)))
        # A list that is refused takes no finished merge's place.
        self._facts = write_plan(self.planner, self.ledger, keeping=keeping, measure=bool(done))
        self._superseded = earlier.rejected_files if earlier else ()

    def _written(self, earlier: PlanFacts) -> int:
        """How many addressees have their copies; of a stopped addition none, while only those before it have."""
        done = self.ledger.written()
        return 0 if self.add and earlier.added and done <= earlier.added[-1].first else done

    def _go_on(self, earlier: PlanFacts | None) -> None:
        if not earlier or (self.add and not earlier.added):
            fact = "nothing was added here" if earlier else "no merge was begun here"
            raise UsageError(Problem(self._place, "no-merge", fact, choices=(Choice("resume", "leave out {}"),)))
        inputs, list_sha256, others = earlier.inputs, earlier.list_sha256, tuple[Choice, ...]()
        if earlier.added:
            part = earlier.added[-1]
            if self.add:
                inputs, list_sha256 = replace(inputs, columns=part.columns, order=part.order), part.list_sha256
                self._first = part.first
            else:
                others = (Choice("add", f"goes on with what was added, when {part.list} is named"),)
        self._refuse(same_plan(self.planner, inputs, list_sha256), *others)
        self._facts = earlier

    def _begin_to_add(self, earlier: PlanFacts | None, *, again: bool) -> None:
        leave_out = Choice("add", "leave out {}")
        if not earlier:
            fact = "no merge is here that addressees could be added to"
            raise UsageError(Problem(self._place, "no-merge", fact, choices=(leave_out,)))
        if again and earlier.done:
            fact = "no merge can both be added to and begin anew"
            choices = (Choice("add", "keeps the merge that is here"), Choice("again", "begins anew"))
            raise UsageError(Problem(self._place, "wrong-option", fact, "leave out one of the two", choices))
        with self.ledger.change():
            if not earlier.done:
                if not earlier.added:
                    fact = "the merge that is here was stopped"
                    choices = (leave_out, Choice("resume", "goes on with it"))
                    raise UsageError(Problem(self._place, "unfinished-merge", fact, choices=choices))
                withdraw(self.ledger)
            self.extend()

    def _reads(self, name: str) -> bool:
        """Whether the list is a file of this name in the merge's folder."""
        file = self.listed.file
        return file is not None and file.resolve() == (self.folder / name).resolve()

    def _refuse(self, changed: tuple[str, ...], *others: Choice) -> None:
        if changed:
            fact = f"since the merge began, {' and '.join(changed)} changed"
            anew = Choice("again", "begins anew")
            if not self.order.output.merged:
                anew = Choice("changed", "sends the letter as it is now, to the whole list", "rest")
            raise LetterError(
                Problem(self._place, "changed-plan", fact, "take the change back", choices=(anew, *others))
            )
