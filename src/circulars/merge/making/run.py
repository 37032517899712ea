"""A merge from its plan to its last file, and on again after it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from circulars.errors import LetterError
from circulars.files.output import machine_fault, save_sums
from circulars.merge.making.archive import Alone, Archive, end_of
from circulars.merge.making.copies import Kit, Maker, addressee_of, copy_name
from circulars.merge.making.kit import Signs, make_kit
from circulars.merge.making.work import CHUNK, Crew, Goal, make_copies
from circulars.merge.planning.adding import undo_addition
from circulars.merge.planning.ledger import CopyRecord, Ledger
from circulars.merge.planning.merge_plan import MergePlan
from circulars.merge.planning.order import MergeOrder, bound_names
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.merge.making.bound import Binder

SAMPLES: Final = 40
"""How many addressees of each edition its masters are tried on."""
Makers = Mapping[str, Callable[[Kit, MergePlan], Maker]]
"""What makes an addressee's files of a planned merge, by kind of output; the kit itself makes those of other kinds."""


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


class Merge(MergePlan):
    """A plan on its way to a folder: the copies that are made of it."""

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
        also_taken: Callable[[], Iterable[str]] = tuple,
        measure: bool = False,
        on_measured: Callable[[int], object] = bool,
        makers: Makers = MappingProxyType({}),
    ) -> None:
        """Begins a merge that has nobody yet: see :class:`MergePlan`. Without ``crew`` this process does all work."""
        self.crew: Final = crew or Crew(1, ())
        self._makers: Final = makers
        super().__init__(
            letter, listed, workspace, order, folder, ledger,
            add=add, also_taken=also_taken, on_long_list=self.crew.begin, spread=self.crew.map,
            measure=measure, on_measured=on_measured,
        )  # fmt: skip

    def kit(self, order: MergeOrder | None = None) -> Kit:
        """What the copies are made with; the editions in the order of the letter's languages, not of the list.

        It is of the merge's order, or of another one for the same people.
        """
        columns = self.facts.inputs.columns
        codes = self.planner.languages
        some = {
            key: [addressee_of(entry, columns) for entry in self.ledger.sample(*key, SAMPLES)]
            for key in sorted(self.ledger.editions(), key=lambda key: (codes.index(key[0]), key[1]))
        }
        signs = Signs(frozenset(self.facts.characters), self.facts.forms)
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
        total = self.facts.count
        kit = self.kit()
        if self.order.output.bound:
            self._bind(kit, total, tell)
            return
        if self.order.output.zipped and self.facts.done and self._is_there():
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
        total = self.facts.count
        with closing(Archive(self.archive, self.letter.date, Alone(0))) as made:
            first, place = sound(self.ledger, made, len(self.order.formats))
            return first == total and made.is_finished(self.ledger, place)

    def maker(self, kit: Kit) -> Maker:
        """What makes the files of one addressee."""
        make = self._makers.get(self.order.kind)
        return make(kit, self) if make else kit

    def binder(self, kit: Kit) -> Binder:
        """What makes one file for all."""
        # What joins and draws pages takes a tenth of a second to import, and other kinds of merges never need it.
        from circulars.merge.making.bound import Binder

        return Binder(kit, self.order, self.letter.name, self.facts.list_of, self.crew.map)

    def _bind(self, kit: Kit, total: int, tell: Callable[[Progress], object]) -> None:
        """Makes one file for all, from the first addressee on: half of it is of no use."""
        if total > CHUNK:
            self.crew.begin()
        binder = self.binder(kit)
        try:
            records = binder.bind(self.ledger.entries, self.folder, lambda done: tell(self._progress(done, total)))
        except LetterError:
            if self.add:  # an address does not fit: what there was is as it was
                undo_addition(self.ledger)
            raise
        with self.ledger.change():
            self.ledger.forget_copies(0)
            self.ledger.record(records)
        self._done(self.names())

    def _done(self, names: Iterable[str] = (), known: Mapping[str, str] = MappingProxyType({})) -> None:
        """Puts the sums beside what was made: of the named files, and those that are known; a ZIP file has its own."""
        if names or known:
            save_sums(self.folder, names, known)
        with self.ledger.change():
            self.ledger.mark_done()

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
                self.ledger.forget_copies(first)
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
            sink.finish(self.ledger, self.end(self.facts.count - 1))
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
        facts = self.facts
        copies, size, whole = self.ledger.totals()
        return Summary(
            path=self.archive if self.order.output.zipped else self.folder,
            names=self.names(),
            addressees=facts.count,
            copies=copies,
            whole=whole,
            every_whole=self.order.whole,
            bytes=size,
            languages=self.ledger.languages(),
            fell_back=facts.fell_back,
            added=facts.count - self.first if self.add else 0,
            former=sum((self.folder / name).is_file() for name, _ in self.ledger.former_files())
            if self._in_files
            else 0,
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
