"""Runs a merge from its plan to its last file, and resumes it after it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from circulars.errors import LetterError
from circulars.files.names import can_be_stored
from circulars.files.output import machine_fault, save_sums
from circulars.merge.making.archive import Archive, SoleAllocator, end_offset
from circulars.merge.making.copies import Kit, Maker, addressee_of, copy_name
from circulars.merge.making.kit import Repertoire, make_kit
from circulars.merge.making.pool import MAX_CHUNK, Destination, WorkerPool, make_copies
from circulars.merge.planning.adding import undo_addition
from circulars.merge.planning.earlier_copies import former_files
from circulars.merge.planning.ledger import CopyRecord, Ledger
from circulars.merge.planning.merge_plan import MergePlan
from circulars.merge.planning.order import MergeOrder, bound_names
from circulars.merge.planning.samples import sample
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.merge.making.bound import Binder

SAMPLES: Final = 40
"""The number of addressees on which the masters of an edition are tested."""
Makers = Mapping[str, Callable[[Kit, MergePlan], Maker]]
"""Functions that return a merge's maker, by kind of output. For other kinds the kit is the maker."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a merge is: the addressees done, the total, and the language of the last one."""

    done: int
    total: int
    language: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a merge in numbers.

    - ``names``: the files in ``path``, if all copies are bound into a few files. ``late``: further ones, which hold the
      addressees who were added in this run, and nobody else.
    - ``whole``: copies that were laid out in full. ``every_whole``: whether the order required it.
    - ``languages``: addressees by language. ``fell_back``: addressees who get the fallback language.
    - ``added``: addressees who were added in this run. ``former``: files of earlier merges that are still there.
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
    late: tuple[str, ...] = ()


class Merge(MergePlan):
    """A merge: a plan, and the copies that are made from it."""

    def __init__(
        self,
        letter: Letter,
        listed: AddresseeList,
        workspace: Workspace,
        order: MergeOrder,
        folder: Path,
        ledger: Ledger,
        pool: WorkerPool | None = None,
        *,
        add: bool = False,
        continued: bool = False,
        also_taken: Callable[[], Iterable[str]] = tuple,
        measure: bool = False,
        on_measured: Callable[[int], object] = bool,
        makers: Makers = MappingProxyType({}),
    ) -> None:
        """Begins a merge with an empty plan: see :class:`MergePlan`. Without ``pool`` this process does all work."""
        self.pool: Final = pool or WorkerPool(1, ())
        self._makers: Final = makers
        super().__init__(
            letter, listed, workspace, order, folder, ledger,
            add=add, continued=continued, also_taken=also_taken, on_long_list=self.pool.start,
            parallel_map=self.pool.map, measure=measure, on_measured=on_measured,
        )  # fmt: skip

    def kit(self, order: MergeOrder | None = None) -> Kit:
        """The kit for the merge's order, or for another order for the same addressees.

        Editions are in the order of the letter's languages.
        """
        columns = self.facts.inputs.columns
        codes = self.planner.languages
        samples = {
            key: [addressee_of(entry, columns) for entry in sample(self.ledger, *key, SAMPLES)]
            for key in sorted(self.ledger.editions(), key=lambda key: (codes.index(key[0]), key[1]))
        }
        repertoire = Repertoire(frozenset(self.facts.characters), self.facts.forms)
        return make_kit(
            self.letter, self.workspace, order or self.order, columns, samples, repertoire, self.pool.lay_out
        )

    def destination(self, folder: Path | None = None) -> Destination:
        """The destination of the copies, in the merge's folder or another one."""
        folder = folder or self.folder
        path = folder / self._unfinished_archive.name if self.order.output.zipped else folder
        return Destination(path, self.order.output.zipped, self.letter.date)

    def names(self) -> tuple[str, ...]:
        """The names of the files that hold all copies; empty for other kinds of output."""
        return bound_names(self.order, self.letter.name)

    def late_names(self) -> tuple[str, ...]:
        """The names of the files that hold the copies of this list alone, if it is added to files that hold all."""
        return bound_names(self.order, self.letter.name, self.facts.late_numbers[-1]) if self.add else ()

    @property
    def address(self) -> str:
        """Where the copies go, for messages."""
        return str(self.folder)

    @property
    def _in_files(self) -> bool:
        return self.order.output.in_files

    @property
    def starts_at(self) -> int:
        """The first addressee whose copies this merge makes.

        When a list is added, the files of earlier addressees are not made again: they may have been moved. A bound file
        is made anew.
        """
        return self.first if self._in_files else 0

    @property
    def archive(self) -> Path:
        """The path of the ZIP file."""
        return self.folder / f"{self.letter.name}.zip"

    @property
    def _unfinished_archive(self) -> Path:
        return self.folder / f"{self.letter.name}.zip.unfinished"

    def run(self, on_progress: Callable[[Progress], object]) -> None:
        """Makes every copy that the ledger does not list as written; reports progress now and then.

        Raises:
            CircularsError: a copy cannot be made or written. Copies that are in the ledger stay.
        """
        total = self.facts.count
        kit = self.kit()
        if self.order.output.bound:
            self._bind(kit, total, on_progress)
            return
        if self.order.output.zipped and self.facts.done and self._archive_is_intact():
            on_progress(self._progress(total, total))
            return
        maker = self.maker(kit)
        start, offset = self._resume_point()
        on_progress(self._progress(start, total))
        for done in make_copies(maker, self.pool, self.ledger, self.destination(), start, offset):
            on_progress(self._progress(done, total))
        self._finish()

    def _archive_is_intact(self) -> bool:
        """Whether the ZIP file is complete and unchanged."""
        if self.archive.is_symlink() or not self.archive.is_file():
            return False
        total = self.facts.count
        with closing(Archive(self.archive, self.letter.date, SoleAllocator(0), finished=True)) as made:
            first, offset = first_incomplete(self.ledger, made, len(self.order.formats))
            return first == total and made.is_finished(self.ledger, offset)

    def maker(self, kit: Kit) -> Maker:
        """The maker of each addressee's files."""
        make = self._makers.get(self.order.kind)
        return make(kit, self) if make else kit

    def binder(self, kit: Kit, order: MergeOrder) -> Binder:
        """The binder that makes one file for many addressees, as the order says."""
        # Takes a tenth of a second to import, and only some kinds of output need it.
        from circulars.merge.making.bound import Binder

        return Binder(kit, order, self.facts.list_of, self.pool.map)

    def _bind(self, kit: Kit, total: int, on_progress: Callable[[Progress], object]) -> None:
        """Makes one file for all, always from the first addressee on; and one for the list that is added, if any.

        The labels that are used already are those of the first list in the one file, and those of this list in the
        other.
        """
        if total > MAX_CHUNK:
            self.pool.start()
        whole = self.binder(kit, replace(self.order, skip=self.facts.inputs.order.skip))
        try:
            records = whole.bind(
                self.ledger.entries, self.folder, self.names(), lambda done: on_progress(self._progress(done, total))
            )
        except LetterError:
            if self.add:  # an address does not fit; the merge stays as it was
                undo_addition(self.ledger)
            raise
        if late := self.late_names():
            self.binder(kit, self.order).bind(lambda: self.ledger.entries(self.first), self.folder, late)
        with self.ledger.change():
            self.ledger.forget_copies(0)
            self.ledger.record(records)
        self._mark_done((*self.names(), *late))

    def _mark_done(self, names: Iterable[str] = (), known: Mapping[str, str] = MappingProxyType({})) -> None:
        """Saves the checksums of the files ``names`` and the ``known`` checksums, and marks the plan as done.

        A ZIP file holds its own checksums.
        """
        if names or known:
            save_sums(self.folder, names, known, private=True)
        with self.ledger.change():
            self.ledger.mark_done()

    def _progress(self, done: int, total: int) -> Progress:
        return Progress(done, total, self.ledger.entry(max(done - 1, 0)).language)

    def _resume_point(self) -> tuple[int, int]:
        """The first addressee whose copies are incomplete, and the end of the earlier copies in a ZIP file.

        Recorded copies are checked, because after a power cut the ledger may be ahead of the disk.
        """
        destination = self.destination()
        sink = destination.sink(SoleAllocator(0))
        try:
            formats = 1 if self.order.output.drafted else len(self.order.formats)
            first, offset = first_incomplete(self.ledger, sink, formats, self.starts_at)
            with self.ledger.change():
                self.ledger.forget_copies(first)
            if isinstance(sink, Archive):
                sink.truncate(offset)
        finally:
            sink.close()
        return first, offset

    def _finish(self) -> None:
        """Renames the finished ZIP file, or saves the checksums of the copies."""
        if not self.order.output.zipped:
            self._mark_done([], dict(self._names_and_sums()))
            return
        with closing(Archive(self._unfinished_archive, self.letter.date, SoleAllocator(0))) as sink:
            sink.finish(self.ledger, self.end_offset_of(self.facts.count - 1))
        try:
            self._unfinished_archive.replace(self.archive)
        except OSError as error:
            raise machine_fault(error, self.archive) from None
        self._mark_done()

    def end_offset_of(self, n: int) -> int:
        """The offset in a ZIP file just after the copies of addressee ``n``; 0 for ``n`` = -1 or without a ZIP file."""
        if n < 0 or not self.order.output.zipped:
            return 0
        entry = self.ledger.entry(n)
        records = takewhile(lambda record: record.n == n, self.ledger.records(n))
        return max(end_offset(record, copy_name(entry.id, entry.language, record.format)) for record in records)

    def _names_and_sums(self) -> Iterator[tuple[str, str]]:
        for id, language, record in self.ledger.named_records():
            name = copy_name(id, language, record.format)
            if record.n >= self.first or (self.folder / name).is_file():
                yield name, record.sha256.hex()

    def summary(self) -> Summary:
        """The result of the merge, from the ledger."""
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
            former=self._count_former(),
            late=self.late_names(),
        )

    def _count_former(self) -> int:
        if not self._in_files:
            return sum(1 for _ in self._former_parts())
        names = (name for name, _ in former_files(self.ledger.connection))
        return sum(can_be_stored(name) and (self.folder / name).is_file() for name in names)

    def _former_parts(self) -> Iterator[str]:
        """The files of lists that were added to an earlier plan, and not to this one."""
        for part in range(1, self.facts.added_before + 1):
            names = bound_names(self.order, self.letter.name, part)
            yield from (name for name in names if (self.folder / name).is_file())


class CopyStore(Protocol):
    """A place that holds copies."""

    def holds(self, record: CopyRecord, name: str) -> bool:
        """Whether a copy is there as recorded."""


def first_incomplete(ledger: Ledger, sink: CopyStore, formats: int, start: int = 0) -> tuple[int, int]:
    """The first addressee, from ``start`` on, with a copy that is missing or not as recorded.

    Also returns the end of the earlier copies in a ZIP file.
    """
    first, offset = start, 0
    for n, group in groupby(ledger.named_records(start), key=lambda named: named[2].n):
        copies = [(copy_name(id, language, record.format), record) for id, language, record in group]
        if n != first or len(copies) != formats or not all(sink.holds(record, name) for name, record in copies):
            break
        name, last = copies[-1]
        first, offset = n + 1, end_offset(last, name)
    return first, offset
