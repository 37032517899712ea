"""Makes an addressee's copies from a letter's masters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol

from circulars.addressing.settle import settle
from circulars.errors import CircularsError, LetterError, MachineError, PageError, Problem
from circulars.formats import WRITERS
from circulars.language import Language
from circulars.merge.planning.ledger import Entry
from circulars.model.addressee import Addressee
from circulars.model.document import Document, spans_of
from circulars.pack import Pack
from circulars.processes.crew import limited
from circulars.processes.limits import TRIES, Part, seconds_for
from circulars.render.master import Master, Shaper, Shelf


@dataclass(frozen=True, slots=True)
class Copy:
    """One file for one addressee: ``head``, which all copies of a master share, and ``tail``.

    ``whole`` is true if the copy was laid out in full; its head is then empty.
    """

    n: int
    id: str
    language: str
    format: str
    head: bytes
    tail: bytes
    whole: bool

    @property
    def name(self) -> str:
        """The file's name: "ch-001.en.pdf"."""
        return copy_name(self.id, self.language, self.format)

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return self.head + self.tail


def copy_name(id: str, language: str, format: str) -> str:
    """The name of an addressee's file."""
    return f"{id}.{language}.{format}"


def addressee_of(entry: Entry, columns: Sequence[str]) -> Addressee:
    """The addressee of an entry; ``columns`` are the names of its cells."""
    return Addressee(entry.id, dict(zip(columns, entry.cells, strict=True)), entry.row)


class Maker(Protocol):
    """Makes the files of an addressee."""

    def copies(self, entry: Entry) -> Iterator[Copy]:
        """An addressee's files."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The letter in one language, with the parts for one audience.

    ``masters`` are by format, all made from ``document``. ``holes`` are the names of the holes that an addressee fills.
    ``shelves`` keep what is laid out for some copies, by format.
    """

    language: Language
    document: Document
    masters: Mapping[str, Master]
    holes: tuple[str, ...]
    shelves: Mapping[str, Shelf] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything that is needed to make copies. A process with a kit needs neither the letter nor the list.

    ``editions`` are by language and audience. With ``whole`` every copy is laid out in full.
    """

    columns: tuple[str, ...]
    pack: Pack
    editions: Mapping[tuple[str, int], Edition]
    whole: bool = False

    def values(self, entry: Entry) -> dict[str, str]:
        """The value of each hole in an addressee's letter."""
        edition = self.editions[entry.language, entry.audience]
        return settle(addressee_of(entry, self.columns), edition.language, self.pack, edition.holes)

    def copies(self, entry: Entry) -> Iterator[Copy]:
        """An addressee's files, one for each format.

        Raises:
            CircularsError: a copy cannot be laid out in full.
        """
        edition = self.editions[entry.language, entry.audience]
        values = settle(addressee_of(entry, self.columns), edition.language, self.pack, edition.holes)
        for format, master in edition.masters.items():
            head = master.head
            tail = None if self.whole else master.tail(values)
            if tail is None and not self.whole and (shaped := shaped_copy(edition, format, values)):
                head, tail = shaped
            if tail is None:
                data = _whole(edition, format, values, entry)
                yield Copy(entry.n, entry.id, entry.language, format, b"", data, whole=True)
            else:
                yield Copy(entry.n, entry.id, entry.language, format, head, tail, whole=False)


_SHAPE_FACTOR: Final = 3  # a letter that was laid out must not be too long for a shape

# By identity: a master's shapes are laid out once in a process. Each master is kept, so that no other gets its id.
_SHAPERS: dict[int, tuple[Master, Shaper | None]] = {}
_MOST_SHAPERS = 32


def shaped_copy(edition: Edition, format: str, values: Mapping[str, str]) -> tuple[bytes, bytes] | None:
    """Head and tail of a copy whose lines differ from the master's, or None if it must be laid out in full."""
    master = edition.masters[format]
    known = _SHAPERS.get(id(master))
    if known is None:
        if len(_SHAPERS) >= _MOST_SHAPERS:
            _SHAPERS.clear()
        lay_out = partial(limited, _shape_part(edition, format), modules=[WRITERS[format].preload])
        shelf = edition.shelves.get(format)
        known = _SHAPERS[id(master)] = master, master.shaper(lay_out, shelf) if shelf else None
    shaper = known[1]
    return shaper.copy(values) if shaper else None


def _whole(edition: Edition, format: str, values: Mapping[str, str], entry: Entry) -> bytes:
    """The bytes of a copy that is laid out in full; an error names the addressee."""
    master = edition.masters[format]
    try:
        return limited(_part(edition, format, values, entry), master.whole, values, modules=[WRITERS[format].preload])
    except PageError as error:
        raise LetterError(*_named(error, entry)) from None
    except MachineError as error:
        raise MachineError(*_named(error, entry)) from None


def _named(error: CircularsError, entry: Entry) -> Iterator[Problem]:
    """The problems of a copy, with its addressee."""
    whose = f"the letter to '{entry.id}' (row {entry.row})"
    return (replace(one, message=f"{whose}: {one.message}") for one in error.problems)


def _part(edition: Edition, format: str, values: Mapping[str, str], entry: Entry) -> Part:
    """What is laid out for an addressee, for the problem that it takes too long."""
    name = f"the letter to '{entry.id}' (row {entry.row}) as {format}"
    size = _size(edition) + sum(map(len, values.values()))
    return Part(name, "shorten the longest cells of this row", seconds=seconds_for(size), tries=TRIES)


def _shape_part(edition: Edition, format: str) -> Part:
    """What is laid out for all copies of a shape. It is the letter, with longer lines, laid out within its own time."""
    name = f"the letter in '{edition.language.code}' as {format}, with lines as the list needs them,"
    seconds = _SHAPE_FACTOR * seconds_for(_size(edition))
    return Part(name, "shorten the longest cells of the list", seconds=seconds, tries=TRIES)


def _size(edition: Edition) -> int:
    return sum(len(span.text) for span in spans_of(edition.document))
