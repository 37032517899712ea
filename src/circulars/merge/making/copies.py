"""Copies: what a letter's masters make for each addressee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from circulars.addressing.settle import settle
from circulars.errors import MachineError
from circulars.language import Language
from circulars.merge.planning.ledger import Entry
from circulars.model.addressee import Addressee
from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import Master


@dataclass(frozen=True, slots=True)
class Copy:
    """One file for one addressee. All copies of a master share their head; ``whole`` says that it was laid out anew."""

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
    """The addressee of an entry, in a list of these columns."""
    return Addressee(entry.id, dict(zip(columns, entry.cells, strict=True)), entry.row)


class Maker(Protocol):
    """What makes the files of an addressee."""

    def copies(self, entry: Entry) -> Iterator[Copy]:
        """An addressee's files."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A letter as some addressees get it: in one language, with the parts that one audience is shown.

    ``document`` is what all its formats are made of; ``masters`` are by format; ``holes`` are what an addressee fills.
    """

    language: Language
    document: Document
    masters: Mapping[str, Master]
    holes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kit:
    """All that copies are made with. A process that has it needs neither letter nor list.

    ``editions`` are by language and audience; with ``whole`` every copy is laid out in full.
    """

    columns: tuple[str, ...]
    pack: Pack
    editions: Mapping[tuple[str, int], Edition]
    whole: bool = False

    def values(self, entry: Entry) -> dict[str, str]:
        """What stands in each hole of an addressee's letter."""
        edition = self.editions[entry.language, entry.audience]
        return settle(addressee_of(entry, self.columns), edition.language, self.pack, edition.holes)

    def copies(self, entry: Entry) -> Iterator[Copy]:
        """An addressee's files, one for each format.

        Raises:
            CircularsError: a copy that must be laid out in full cannot be.
        """
        edition = self.editions[entry.language, entry.audience]
        values = settle(addressee_of(entry, self.columns), edition.language, self.pack, edition.holes)
        for format, master in edition.masters.items():
            tail = None if self.whole else master.tail(values)
            if tail is None:
                yield Copy(entry.n, entry.id, entry.language, format, b"", _whole(master, values, entry), whole=True)
            else:
                yield Copy(entry.n, entry.id, entry.language, format, master.head, tail, whole=False)


def _whole(master: Master, values: Mapping[str, str], entry: Entry) -> bytes:
    """A copy that is laid out in full; what hinders it names the addressee."""
    try:
        return master.whole(values)
    except MachineError as error:
        whose = f"the letter to '{entry.id}' (row {entry.row})"
        raise MachineError(*(replace(one, message=f"{whose}: {one.message}") for one in error.problems)) from None
