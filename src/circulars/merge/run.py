"""A merge from its plan to its last file, and on again after it was stopped."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from circulars.build import Workspace
from circulars.errors import LetterError, MachineError, Place, Problem, UsageError
from circulars.letter import Letter
from circulars.merge.archive import Alone, Archive, end_of
from circulars.merge.copies import Kit, Maker, addressee_of, copy_name
from circulars.merge.kit import Signs, make_kit
from circulars.merge.ledger import Ledger, Record
from circulars.merge.order import BOUND, MergeOrder, bound_names
from circulars.merge.plan import Planner, same_plan, write_plan
from circulars.merge.work import Crew, Goal, make_copies
from circulars.output import machine_fault, save_sums
from circulars.source.addressees import AddresseeList

if TYPE_CHECKING:
    from circulars.merge.bound import Binder

SAMPLES = 40
"""How many addressees of each edition its masters are tried on."""


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
    ``whole`` the copies that were laid out in full; ``fell_back`` those who get the fallback language; ``rejected`` the
    rows that were left out; ``former`` the files of earlier merges that stand in the folder and are none of these.
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
    rejected: int
    former: int


class Merge:
    """One letter and one list on their way to a folder, with the ledger that is open for them."""

    def __init__(
        self,
        letter: Letter,
        listed: AddresseeList,
        workspace: Workspace,
        order: MergeOrder,
        folder: Path,
        ledger: Ledger,
        crew: Crew | None = None,
    ) -> None:
        """Sets a merge up; without ``crew`` this process does all of the work."""
        self.letter, self.workspace, self.order, self.folder, self.ledger = letter, workspace, order, folder, ledger
        self.crew = crew or Crew(1, ())
        self.planner = Planner(letter, listed, workspace, order, on_many=self.crew.begin)
        self.facts: Mapping[str, Any] = {}

    def plan(self, *, resume: bool = False, again: bool = False) -> None:
        """Settles who gets what; with ``resume`` the plan in the ledger is the one, when nothing has changed.

        Raises:
            CircularsError: the list or the letter has problems; a merge was stopped and it is not said what to do.
        """
        if resume:
            self._go_on(self.ledger.facts())
            return
        if not again:
            refuse_unfinished(self.ledger)
        self.facts = write_plan(self.planner, self.ledger)

    def _go_on(self, earlier: Mapping[str, Any]) -> None:
        place = Place(str(self.ledger.path))
        if not earlier:
            raise UsageError(Problem(place, "no-merge", "no merge was begun here", "leave out --resume"))
        if changed := same_plan(self.planner, earlier):
            fact = f"since the merge began, {' and '.join(changed)} changed"
            hint = "take the change back, or begin anew with --again"
            raise LetterError(Problem(place, "changed-plan", fact, hint))
        self.facts = earlier

    def kit(self) -> Kit:
        """What the copies are made with; the editions in the order of the letter's languages, not of the list."""
        columns = tuple(self.facts["columns"])
        codes = self.planner.languages
        some = {
            key: [addressee_of(entry, columns) for entry in self.ledger.some(*key, SAMPLES)]
            for key in sorted(self.ledger.editions(), key=lambda key: (codes.index(key[0]), key[1]))
        }
        forms = tuple((title, country) for title, country in self.facts["forms"])
        signs = Signs(frozenset(self.facts["characters"]), forms)
        return make_kit(self.letter, self.workspace, self.order, columns, some, signs, self.crew.map)

    @property
    def goal(self) -> Goal:
        """Where the copies go."""
        path = self._archive_in_work if self.order.kind == "zip" else self.folder
        return Goal(path, self.order.kind, self.letter.date)

    def names(self) -> tuple[str, ...]:
        """The names of the files, where the merge makes one for all."""
        if self.order.kind not in BOUND:
            return ()
        return bound_names(self.order, self.letter.name)

    @property
    def _in_files(self) -> bool:
        return self.order.kind in ("files", "eml")

    @property
    def archive(self) -> Path:
        """The one ZIP file."""
        return self.folder / f"{self.letter.name}.zip"

    @property
    def _archive_in_work(self) -> Path:
        return self.folder / f"{self.letter.name}.zip.unfinished"

    def run(self, tell: Callable[[Progress], None]) -> None:
        """Makes every copy that the ledger does not know as written; ``tell`` hears from time to time how far it is.

        Raises:
            CircularsError: a copy cannot be made or written. What is in the ledger by then stays.
        """
        total = int(self.facts["count"])
        kit = self.kit()
        if self.order.kind in BOUND:
            self._bind(kit, total, tell)
            return
        if self.order.kind == "zip" and self.facts.get("done") and self._is_there():
            tell(self._progress(total, total))
            return
        maker = self.maker(kit)
        start, place = self._begun()
        tell(self._progress(start, total))
        for done in make_copies(maker, self.crew, self.ledger, self.goal, start, place):
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
        if self.order.kind != "eml":
            return kit
        from circulars.merge.post.letters import Drafts, Letters
        from circulars.merge.post.mailbox import read_mailbox

        return Drafts(Letters(kit, self.facts["plan"], self.letter.name, read_mailbox(self.order.sender)))

    def binder(self, kit: Kit) -> Binder:
        """What makes one file for all."""
        # What joins and draws pages takes a tenth of a second to import, and other kinds of merges never need it.
        from circulars.merge.bound import Binder

        return Binder(kit, self.order, self.letter.name, str(self.facts["list"]))

    def _bind(self, kit: Kit, total: int, tell: Callable[[Progress], None]) -> None:
        """Makes one file for all, from the first addressee on: half of it is of no use."""
        binder = self.binder(kit)
        with self.ledger.change():
            self.ledger.forget(0)
        records = binder.bind(self.ledger.entries, self.folder, lambda done: tell(self._progress(done, total)))
        with self.ledger.change():
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
        goal = self.goal
        sink = goal.sink(Alone(0))
        try:
            first, place = sound(self.ledger, sink, 1 if self.order.kind == "eml" else len(self.order.formats))
            with self.ledger.change():
                self.ledger.forget(first)
            if isinstance(sink, Archive):
                sink.cut(place)
        finally:
            sink.close()
        return first, place

    def _finish(self) -> None:
        """Puts the ZIP file in its place, and the sums beside the copies."""
        if self.order.kind != "zip":
            self._done([], _names_and_sums(self.ledger))
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
        if n < 0 or self.order.kind != "zip":
            return 0
        entry = self.ledger.entry(n)
        records = takewhile(lambda record: record.n == n, self.ledger.records(n))
        return max(end_of(record, copy_name(entry.id, entry.language, record.format)) for record in records)

    def summary(self) -> Summary:
        """What the ledger says of the merge."""
        facts = self.ledger.facts()
        copies, size, whole = self.ledger.totals()
        return Summary(
            path=self.archive if self.order.kind == "zip" else self.folder,
            names=self.names(),
            addressees=facts["count"],
            copies=copies,
            whole=whole,
            every_whole=self.order.whole,
            bytes=size,
            languages=self.ledger.languages(),
            fell_back=facts["fell-back"],
            rejected=facts["rejected"],
            former=sum((self.folder / name).is_file() for name, _ in self.ledger.former()) if self._in_files else 0,
        )


def refuse_unfinished(ledger: Ledger) -> None:
    """Refuses to begin anew where a merge was stopped.

    Raises:
        UsageError: some of its copies were written, and not all.
    """
    earlier = ledger.facts()
    if earlier and not earlier.get("done") and (done := ledger.written()):
        fact = f"a merge was stopped here after {done:,} of {earlier.get('count', 0):,} addressees"
        hint = "--resume goes on with it; --again begins anew"
        raise UsageError(Problem(Place(str(ledger.path)), "unfinished-merge", fact, hint))


class Kept(Protocol):
    """Where copies were put."""

    def holds(self, record: Record, name: str) -> bool:
        """Whether a copy is there as it was noted."""


def sound(ledger: Ledger, sink: Kept, formats: int) -> tuple[int, int]:
    """The first addressee of whom a copy is missing or not as noted, and the place behind the copies before."""
    first = place = 0
    for n, group in groupby(ledger.named_records(), key=lambda named: named[2].n):
        copies = [(copy_name(id, language, record.format), record) for id, language, record in group]
        if n != first or len(copies) != formats or not all(sink.holds(record, name) for name, record in copies):
            break
        name, last = copies[-1]
        first, place = n + 1, end_of(last, name)
    return first, place


def _names_and_sums(ledger: Ledger) -> dict[str, str]:
    records = ledger.named_records()
    return {copy_name(id, language, record.format): record.sha256.hex() for id, language, record in records}


@contextmanager
def open_merge(folder: Path, kind: str) -> Iterator[Ledger]:
    """The ledger of a kind of merge in a folder, which is nobody else's until the end of the block.

    Raises:
        MachineError: another merge is writing here, or the folder cannot be written to.
    """
    path = ledger_path(folder, kind)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise machine_fault(error, path) from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fact, hint = "another merge is writing here", "let it end, or name another folder with --out"
            raise MachineError(Problem(Place(str(path)), "folder-busy", fact, hint)) from None
        with closing(Ledger(path)) as ledger:
            yield ledger
    finally:
        os.close(lock)  # last: a process that closes a file lets go of the locks that SQLite has on it


def ledger_path(folder: Path, kind: str) -> Path:
    """Where the ledger of a kind of merge is: it knows addressees, so only its owner may read it."""
    return folder / f"merge-{kind}.sqlite"
