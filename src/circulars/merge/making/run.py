"""A merge from its plan to its last file, and on again after it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby, takewhile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from circulars.errors import LetterError, Place, Problem, UsageError
from circulars.files.output import machine_fault, save_sums
from circulars.merge.making.archive import Alone, Archive, end_of
from circulars.merge.making.copies import Kit, Maker, addressee_of, copy_name
from circulars.merge.making.kit import Signs, make_kit
from circulars.merge.making.work import CHUNK, Crew, Goal, make_copies
from circulars.merge.planning.adding import changed_since, extend_plan, first_plan, list_of, newcomers, withdraw
from circulars.merge.planning.ledger import CopyRecord, Ledger
from circulars.merge.planning.opening import ledger_path
from circulars.merge.planning.order import MergeOrder, bound_names
from circulars.merge.planning.plan import changes, same_plan, write_plan
from circulars.merge.planning.planner import Planner
from circulars.merge.planning.rejected import is_rejected, save_rejected
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList, rejected_rows
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.merge.making.bound import Binder

SAMPLES = 40
"""How many addressees of each edition its masters are tried on."""
_TAKEN = {
    False: "has got this letter already in this merge",
    True: "is among those already whom this letter is sent to",
}
"""What is told of an addressee who is to be added, and is there: of a merge, and of a sending."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a merge is: addressees done, of how many, and the language of the last one."""

    done: int
    total: int
    language: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a merge.

    ``names`` are the files' in ``path``, where there are only a few; ``languages`` counts addressees by language;
    ``whole`` the copies that were laid out in full; ``fell_back`` those who get the fallback language; ``added``
    those who were added to others just now; ``former`` the files of earlier merges that stand in the folder and are
    none of these.
    """

    path: Path | str
    names: tuple[str, ...]
    addressees: int
    copies: int
    whole: int
    every_whole: bool
    bytes: int
    languages: Mapping[str, int]
    fell_back: int
    added: int
    former: int


class Merge:
    """One letter and one list on their way to a folder, with the ledger that is open for them.

    ``first`` is the place of the first addressee in the plan who is this list's: 0 unless ``add``.
    """

    def __init__(
        self,
        letter: Letter,
        listed: AddresseeList,
        workspace: Workspace,
        order: MergeOrder,
        folder: Path,
        ledger: Ledger,
        crew: Crew | None = None,
        *,
        add: bool = False,
        read_from: Path | None = None,
        also_taken: Callable[[], Iterable[str]] = tuple,
        measure: bool = False,
        on_measured: Callable[[int], object] = bool,
    ) -> None:
        """Sets a merge up; without ``crew`` this process does all of the work.

        With ``add`` the list's addressees are added to those of the plan that is there; ``also_taken`` are more ids
        that none of them may have. ``read_from`` is the file that the list is read from, if it is one. ``measure`` and
        ``on_measured`` are the :class:`Planner`'s.
        """
        self.letter, self.workspace, self.order, self.folder, self.ledger = letter, workspace, order, folder, ledger
        self.listed = listed
        self.crew = crew or Crew(1, ())
        self.add, self.read_from, self.first = add, read_from, 0
        rows = newcomers(listed, lambda: chain(ledger.ids(self.first), also_taken()), _TAKEN[self._is_sent])
        self.planner = Planner(
            letter, rows if add else listed, workspace, order, self.crew.begin, self.crew.map,
            measure=measure, on_measured=on_measured,
        )  # fmt: skip
        self.facts: Mapping[str, Any] = {}
        self.superseded: tuple[Mapping[str, Any], ...] = ()
        self.changed: tuple[str, ...] = ()  # what changed since the finished merge that was here, in words

    def plan(self, *, resume: bool = False, again: bool = False) -> None:
        """Settles who gets what; with ``resume`` the plan in the ledger is the one, when nothing has changed.

        With ``again`` an earlier plan is none; or, of a merge that adds, the addition that was stopped.

        Raises:
            CircularsError: the list or the letter has problems; a merge was stopped and it is not said what to do;
                there is none to add to; the list is one of rejected rows, and it is not said what they are for; a
                finished merge is here of people who are not in the list.
        """
        if resume:
            self._go_on(self.ledger.facts())
            return
        earlier = self.ledger.facts()
        if earlier and not earlier.get("done") and not again and (written := self._written(earlier)):
            fact = f"a merge was stopped here after {written:,} of {earlier.get('count', 0):,} addressees"
            hint = "--resume goes on with it; --again begins anew"
            raise UsageError(Problem(self._place, "unfinished-merge", fact, hint))
        if self.add:
            self._begin_to_add(earlier, again=again)
            return
        if not again and self.reads_left_out(earlier):
            fact = "these rows were left out of the merge that is here"
            hint = "--add adds those that you have mended to it; --again begins anew, with these rows alone"
            raise UsageError(Problem(Place(self.planner.listed.name), "rejected-rows", fact, hint))
        done = bool(earlier.get("done"))
        keeping = self._place if done and not again and not self._is_sent else None
        if done:
            now = self.planner.identity()
            self.changed = tuple(changes(now, earlier | {"order": now["order"]}))
        # A list that is refused takes no finished merge's place.
        self.facts = write_plan(self.planner, self.ledger, keeping=keeping, measure=done)
        self.superseded = tuple(earlier.get("rejected-files", ()))

    @property
    def _is_sent(self) -> bool:
        return not self.order.output.merged

    @property
    def _place(self) -> Place:
        return Place(str(ledger_path(self.folder, self.order.kind)))

    def reads_left_out(self, earlier: Mapping[str, Any]) -> bool:
        """Whether the list is a file of rows that were left out of the merge that is here, and not its own list."""
        if not earlier or self.read_from is None or not is_rejected(self.read_from, self.folder):
            return False
        return (self.workspace.folder / str(earlier["list"])).resolve() != self.read_from.resolve()

    def _written(self, earlier: Mapping[str, Any]) -> int:
        """How many addressees have their copies; of a stopped addition none, while only those before it have."""
        done, added = self.ledger.written(), earlier.get("added")
        return 0 if self.add and added and done <= added[-1]["first"] else done

    def _go_on(self, earlier: Mapping[str, Any]) -> None:
        added = earlier.get("added", ())
        if not earlier or (self.add and not added):
            fact = "nothing was added here" if earlier else "no merge was begun here"
            raise UsageError(Problem(self._place, "no-merge", fact, "leave out --resume"))
        part: Mapping[str, Any] = added[-1] if self.add else {}
        self.first = int(part.get("first", 0))
        changed = same_plan(self.planner, {**earlier, **part})
        self._refuse(changed, f"; or name {added[-1]['list']} with --add --resume" if added and not self.add else "")
        self.facts = earlier

    def _begin_to_add(self, earlier: Mapping[str, Any], *, again: bool) -> None:
        if not earlier:
            fact, hint = "no merge is here that addressees could be added to", "leave out --add"
            raise UsageError(Problem(self._place, "no-merge", fact, hint))
        if again and earlier.get("done"):
            fact = "--add keeps the merge that is here, and --again begins anew"
            raise UsageError(Problem(self._place, "wrong-option", fact, "leave out one of the two"))
        with self.ledger.change():
            if not earlier.get("done"):
                if not earlier.get("added"):
                    fact, hint = "the merge that is here was stopped", "--resume goes on with it, without --add"
                    raise UsageError(Problem(self._place, "unfinished-merge", fact, hint))
                withdraw(self.ledger)
            self.extend()

    def extend(self) -> None:
        """Adds the list's addressees to the plan that is there.

        Raises:
            CircularsError: rows are wrong; the letter, or something else that copies are made of, is another one now.
        """
        earlier = self.ledger.facts()
        self.first = int(earlier["count"])
        self._refuse(changed_since(self.planner, earlier))
        left = [file for file in earlier.get("rejected-files", ()) if not self._reads(file["file"])]
        there = "this sending" if self._is_sent else "this merge"
        self.facts = extend_plan(self.planner, self.ledger, left, there)

    def _reads(self, name: str) -> bool:
        """Whether the list is a file of this name in the merge's folder."""
        return self.read_from is not None and self.read_from.resolve() == (self.folder / name).resolve()

    def _refuse(self, changed: tuple[str, ...], choice: str = "") -> None:
        if changed:
            fact = f"since the merge began, {' and '.join(changed)} changed"
            anew = "send it with --changed, and the whole list" if self._is_sent else "begin anew with --again"
            raise LetterError(Problem(self._place, "changed-plan", fact, f"take the change back, or {anew}{choice}"))

    def save_rejected(self) -> Path | None:
        """The file of the rows that were left out of this list; nothing when there are none.

        Of a merge that goes on it is the one that was written when it began, whatever was mended in it since.
        """
        if not (rejected := self.planner.read.rejected):
            return None
        part, known = len(self.facts.get("added", ())), list[Mapping[str, Any]]()
        for file in self.facts.get("rejected-files", ()):
            if file["part"] != part:
                known.append(file)
            elif (path := self.folder / str(file["file"])).exists():
                return path
        data = b"".join(rejected_rows(self.planner.listed.columns, rejected))
        path, digest = save_rejected(self.folder, data, self.read_from, self.superseded)
        written = {"file": path.name, "rows": len(rejected), "sha256": digest, "part": part}
        with self.ledger.change():
            self.ledger.note({"rejected-files": [*known, written]})
        return path

    def kit(self, order: MergeOrder | None = None) -> Kit:
        """What the copies are made with; the editions in the order of the letter's languages, not of the list.

        It is of the merge's order, or of another one for the same people.
        """
        columns = tuple(self.facts["columns"])
        codes = self.planner.languages
        some = {
            key: [addressee_of(entry, columns) for entry in self.ledger.some(*key, SAMPLES)]
            for key in sorted(self.ledger.editions(), key=lambda key: (codes.index(key[0]), key[1]))
        }
        forms = tuple((title, country) for title, country in self.facts["forms"])
        signs = Signs(frozenset(self.facts["characters"]), forms)
        return make_kit(self.letter, self.workspace, order or self.order, columns, some, signs, self.crew.lay_out)

    def goal(self, folder: Path | None = None) -> Goal:
        """Where the copies go: into the merge's folder, or another one."""
        folder = folder or self.folder
        path = folder / self._archive_in_work.name if self.order.output.zipped else folder
        return Goal(path, self.order.output.zipped, self.letter.date)

    def names(self) -> tuple[str, ...]:
        """The names of the files, where the merge makes one for all."""
        return bound_names(self.order, self.letter.name)

    @property
    def address(self) -> str:
        """Where the copies go, as people are told."""
        return str(self.folder)

    @property
    def _in_files(self) -> bool:
        return self.order.output.in_files

    @property
    def starts_at(self) -> int:
        """The first addressee whose copies are this merge's to make: a file for all is made again when some are added.

        Those who were there keep theirs, and have them perhaps elsewhere by now.
        """
        return self.first if self._in_files else 0

    @property
    def archive(self) -> Path:
        """The one ZIP file."""
        return self.folder / f"{self.letter.name}.zip"

    @property
    def _archive_in_work(self) -> Path:
        return self.folder / f"{self.letter.name}.zip.unfinished"

    def run(self, tell: Callable[[Progress], object]) -> None:
        """Makes every copy that the ledger does not know as written; ``tell`` hears from time to time how far it is.

        Raises:
            CircularsError: a copy cannot be made or written. What is in the ledger by then stays.
        """
        total = int(self.facts["count"])
        kit = self.kit()
        if self.order.output.bound:
            self._bind(kit, total, tell)
            return
        if self.order.output.zipped and self.facts.get("done") and self._is_there():
            tell(self._progress(total, total))
            return
        maker = self.maker(kit)
        start, place = self._begun()
        tell(self._progress(start, total))
        for done in make_copies(maker, self.crew, self.ledger, self.goal(), start, place):
            tell(self._progress(done, total))
        self._finish()

    def _is_there(self) -> bool:
        """Whether the ZIP file is the one that was made."""
        if not self.archive.is_file():
            return False
        total = int(self.facts["count"])
        with closing(Archive(self.archive, self.letter.date, Alone(0))) as made:
            first, place = sound(self.ledger, made, len(self.order.formats))
            return first == total and made.is_finished(self.ledger, place)

    def maker(self, kit: Kit) -> Maker:
        """What makes the files of one addressee."""
        if not self.order.output.drafted:
            return kit
        from circulars.merge.post.letters import Drafts, Letters
        from circulars.merge.post.mailbox import read_mailbox

        return Drafts(Letters(kit, first_plan(self.facts), self.letter.name, read_mailbox(self.order.sender)))

    def binder(self, kit: Kit) -> Binder:
        """What makes one file for all."""
        # What joins and draws pages takes a tenth of a second to import, and other kinds of merges never need it.
        from circulars.merge.making.bound import Binder

        return Binder(kit, self.order, self.letter.name, partial(list_of, self.facts), self.crew.map)

    def _bind(self, kit: Kit, total: int, tell: Callable[[Progress], object]) -> None:
        """Makes one file for all, from the first addressee on: half of it is of no use."""
        if total > CHUNK:
            self.crew.begin()
        binder = self.binder(kit)
        try:
            records = binder.bind(self.ledger.entries, self.folder, lambda done: tell(self._progress(done, total)))
        except LetterError:
            if self.add:  # an address does not fit: what there was is as it was
                withdraw(self.ledger)
            raise
        with self.ledger.change():
            self.ledger.forget(0)
            self.ledger.record(records)
        self._done(self.names())

    def _done(self, names: Iterable[str] = (), known: Mapping[str, str] = MappingProxyType({})) -> None:
        """Puts the sums beside what was made: of the named files, and those that are known; a ZIP file has its own."""
        if names or known:
            save_sums(self.folder, names, known)
        with self.ledger.change():
            self.ledger.note({"done": True})

    def _progress(self, done: int, total: int) -> Progress:
        return Progress(done, total, self.ledger.entry(max(done - 1, 0)).language)

    def _begun(self) -> tuple[int, int]:
        """The first addressee whose copies are not all there, and the place behind the copies before in a ZIP file.

        What was noted is looked at: after a power cut the ledger may know more than the disk.
        """
        goal = self.goal()
        sink = goal.sink(Alone(0))
        try:
            formats = 1 if self.order.output.drafted else len(self.order.formats)
            first, place = sound(self.ledger, sink, formats, self.starts_at)
            with self.ledger.change():
                self.ledger.forget(first)
            if isinstance(sink, Archive):
                sink.cut(place)
        finally:
            sink.close()
        return first, place

    def _finish(self) -> None:
        """Puts the ZIP file in its place, and the sums beside the copies."""
        if not self.order.output.zipped:
            self._done([], dict(self._names_and_sums()))
            return
        with closing(Archive(self._archive_in_work, self.letter.date, Alone(0))) as sink:
            sink.finish(self.ledger, self.end(int(self.facts["count"]) - 1))
        try:
            self._archive_in_work.replace(self.archive)
        except OSError as error:
            raise machine_fault(error, self.archive) from None
        self._done()

    def end(self, n: int) -> int:
        """The place in a ZIP file behind the copies of an addressee, or its beginning for ``n`` = -1."""
        if n < 0 or not self.order.output.zipped:
            return 0
        entry = self.ledger.entry(n)
        records = takewhile(lambda record: record.n == n, self.ledger.records(n))
        return max(end_of(record, copy_name(entry.id, entry.language, record.format)) for record in records)

    def _names_and_sums(self) -> Iterator[tuple[str, str]]:
        for id, language, record in self.ledger.named_records():
            name = copy_name(id, language, record.format)
            if record.n >= self.first or (self.folder / name).is_file():
                yield name, record.sha256.hex()

    def summary(self) -> Summary:
        """What the ledger says of the merge."""
        facts = self.ledger.facts()
        copies, size, whole = self.ledger.totals()
        return Summary(
            path=self.archive if self.order.output.zipped else self.folder,
            names=self.names(),
            addressees=facts["count"],
            copies=copies,
            whole=whole,
            every_whole=self.order.whole,
            bytes=size,
            languages=self.ledger.languages(),
            fell_back=facts["fell-back"],
            added=facts["count"] - self.first if self.add else 0,
            former=sum((self.folder / name).is_file() for name, _ in self.ledger.former()) if self._in_files else 0,
        )


class Kept(Protocol):
    """Where copies were put."""

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether a copy is there as it was noted."""


def sound(ledger: Ledger, sink: Kept, formats: int, start: int = 0) -> tuple[int, int]:
    """The first addressee of whom a copy is missing or not as noted, and the place behind the copies before.

    Those before ``start`` are not looked at.
    """
    first, place = start, 0
    for n, group in groupby(ledger.named_records(start), key=lambda named: named[2].n):
        copies = [(copy_name(id, language, record.format), record) for id, language, record in group]
        if n != first or len(copies) != formats or not all(sink.holds(record, name) for name, record in copies):
            break
        name, last = copies[-1]
        first, place = n + 1, end_of(last, name)
    return first, place
