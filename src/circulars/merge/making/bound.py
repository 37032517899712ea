"""Makes one file for all addressees: printed letters, labels or envelopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from circulars.addressing.postal import name_of
from circulars.files.output import atomic_file
from circulars.language import MESSAGES
from circulars.merge.making.copies import Copy, Kit, addressee_of
from circulars.merge.making.sums import Sums
from circulars.merge.paper.address_field import AddressField, address_field
from circulars.merge.paper.docx import join as join_documents
from circulars.merge.paper.envelopes import print_envelopes, sender_lines
from circulars.merge.paper.labels import print_labels
from circulars.merge.paper.pdf import join as join_pages
from circulars.merge.planning.ledger import CopyRecord, Entry
from circulars.merge.planning.order import MergeOrder
from circulars.model.document import Direction, Properties
from circulars.pack import Pack
from circulars.processes import ParallelMap, serial_map

SHEET = "Sheet {n}"
"""The bookmark of a sheet of labels, in English like all words of the command itself."""


class Binder:
    """Makes one file for all addressees of a plan.

    ``list_of`` returns the list that addressee ``n`` comes from. ``parallel_map`` may use several processes.
    """

    def __init__(
        self,
        kit: Kit,
        order: MergeOrder,
        list_of: Callable[[int], str],
        parallel_map: ParallelMap = serial_map,
    ) -> None:
        self._kit, self._order, self._list_of = kit, order, list_of
        self._parallel_map, self._sums = parallel_map, Sums()

    def bind(
        self,
        entries: Callable[[], Iterator[Entry]],
        folder: Path,
        names: Iterable[str],
        on_done: Callable[[int], object] = bool,
    ) -> list[CopyRecord]:
        """Writes the files; returns the records of the copies in them, none for labels and envelopes.

        Each file in ``names`` has the format of its suffix. ``on_done`` receives how many addressees are in a file.

        Raises:
            CircularsError: an address does not fit, a copy cannot be made, or a file cannot be written.
        """
        records: list[CopyRecord] = []
        for name in names:
            with atomic_file(folder, name) as stream:
                if self._order.output.stock:
                    self._address(entries(), stream, on_done)
                else:
                    self._print(self._reporting(entries(), on_done), name.rpartition(".")[2], stream, records)
        return records

    def _reporting(self, entries: Iterator[Entry], on_done: Callable[[int], object]) -> Iterator[Entry]:
        for entry in entries:
            yield entry
            on_done(entry.n + 1)

    def _print(self, entries: Iterator[Entry], format: str, stream: BinaryIO, records: list[CopyRecord]) -> None:
        copies = ((self._label(entry), copy) for entry in entries for copy in self._kit.copies(entry))
        wanted = ((label, self._recorded(copy, records)) for label, copy in copies if copy.format == format)
        _JOINERS[format](wanted, stream, duplex=self._order.duplex, title=self._properties().title)

    def _recorded(self, copy: Copy, records: list[CopyRecord]) -> bytes:
        crc, digest = self._sums.of(copy)
        records.append(CopyRecord(copy.n, copy.format, len(copy.head) + len(copy.tail), 0, crc, digest, copy.whole))
        return copy.data

    def _label(self, entry: Entry) -> str:
        columns = addressee_of(entry, self._kit.columns).columns
        return f"{entry.id}: {name_of(columns)}".removesuffix(": ")

    def _address(self, entries: Iterator[Entry], stream: BinaryIO, on_done: Callable[[int], object]) -> None:
        addressed, order, properties = map(self._addressed, entries), self._order, self._properties()
        direction = next(iter(self._kit.editions.values())).language.direction
        pack = self._kit.pack
        _PRINTERS[order.kind](addressed, order, stream, pack, properties, direction, self._parallel_map, on_done)

    def _addressed(self, entry: Entry) -> AddressField:
        language, pack = self._kit.editions[entry.language, entry.audience].language, self._kit.pack
        field = address_field(addressee_of(entry, self._kit.columns), language, pack, self._list_of(entry.n))
        return replace(field, sender=sender_lines(pack, language.code)) if self._order.output.has_sender else field

    def _properties(self) -> Properties:
        """The file's properties: those of the letter in its first language, with a title that says what the file is."""
        edition = next(iter(self._kit.editions.values()))
        source = edition.document.properties
        called = self._order.output.title
        language = MESSAGES if called else source.language
        return replace(source, title=f"{source.reference}: {called or source.title}", language=language)


def _print_labels(
    addressed: Iterable[AddressField], order: MergeOrder, stream: BinaryIO, pack: Pack, properties: Properties,
    direction: Direction, parallel_map: ParallelMap, on_done: Callable[[int], object],
) -> None:  # fmt: skip
    print_labels(
        addressed, order.stock, stream, pack, properties,
        skip=order.skip, sheet_words=SHEET, direction=direction, parallel_map=parallel_map, on_done=on_done,
    )  # fmt: skip


def _print_envelopes(
    addressed: Iterable[AddressField], order: MergeOrder, stream: BinaryIO, pack: Pack, properties: Properties,
    direction: Direction, parallel_map: ParallelMap, on_done: Callable[[int], object],
) -> None:  # fmt: skip
    print_envelopes(
        addressed,
        order.stock,
        stream,
        pack,
        properties,
        direction=direction,
        parallel_map=parallel_map,
        on_done=on_done,
    )


_PRINTERS: Final = {"labels": _print_labels, "envelopes": _print_envelopes}
"""Functions that print addresses, by kind of output."""
_JOINERS: Final = {"docx": join_documents, "pdf": join_pages}
"""Functions that join letters into one file, by format."""
