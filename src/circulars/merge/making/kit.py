"""Lays out the masters of a plan: one for each language, audience and format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from circulars.addressing.cell_formats import possible_characters
from circulars.addressing.settle import formats_of, settle
from circulars.build import carried_by, part_of
from circulars.cache import Cache
from circulars.cache.masters import find_master, master_of, shelf_of
from circulars.compose import compose
from circulars.errors import CircularsError, LetterError
from circulars.formats import WRITERS
from circulars.language import Language, load_language
from circulars.merge.making.copies import Edition, Kit
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import Addressee
from circulars.model.document import Document, holes_of
from circulars.model.letter import Letter
from circulars.pack import Pack
from circulars.processes import ParallelMap, serial_map
from circulars.processes.crew import limited
from circulars.processes.limits import TRIES, Part
from circulars.processes.server import naming
from circulars.render.master import Master
from circulars.workspace import Workspace

_LAYOUTS: Final = 3
"""The time for the masters of an edition, in times of that for a letter."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """The characters of a list's cells, and its ``forms``: pairs of title and country that languages translate."""

    characters: frozenset[str]
    forms: tuple[tuple[str, str], ...]

    def characters_in(self, language: Language, pack: Pack, holes: Sequence[str]) -> frozenset[str]:
        """All characters that may occur in the values of an edition in a language."""
        surname = next(iter(self.characters), "")
        people = (
            {"title": title, "name": surname, "surname": surname, "country": country} for title, country in self.forms
        )
        values = (settle(Addressee("", person), language, pack, holes) for person in [{}, *people])
        forms = (possible_characters(form, language) for _, form in formats_of(holes))
        return self.characters.union(*(text for settled in values for text in settled.values()), *forms)


def make_kit(
    letter: Letter,
    workspace: Workspace,
    order: MergeOrder,
    columns: tuple[str, ...],
    editions: Mapping[tuple[str, int], Sequence[Addressee]],
    repertoire: Repertoire,
    parallel_map: ParallelMap = serial_map,
) -> Kit:
    """The kit of a merge. ``editions`` has at least one sample addressee of each language and audience.

    Editions come from the workspace's cache or are laid out with ``parallel_map``, which may use several processes.

    Raises:
        CircularsError: the letter, the pack or the machine has problems. Those of all editions are reported together.
    """
    # The pack's files are read now: later edits change no copy, and other machines need no access to its folder.
    pack = workspace.pack_of(letter).with_files()
    maker = _EditionMaker(letter, workspace, order, repertoire, pack)
    found = {key: maker.cached(key, samples) for key, samples in editions.items()}
    uncached = [key for key in editions if found[key] is None]
    found.update(zip(uncached, parallel_map(maker.edition, uncached, [editions[key] for key in uncached]), strict=True))
    if problems := [
        one for edition in found.values() if isinstance(edition, CircularsError) for one in edition.problems
    ]:
        raise LetterError(*problems)
    return Kit(columns, pack, {key: one for key, one in found.items() if isinstance(one, Edition)}, order.whole)


@dataclass(frozen=True, slots=True)
class _EditionMaker:
    """Makes the editions of a letter."""

    letter: Letter
    workspace: Workspace
    order: MergeOrder
    repertoire: Repertoire
    pack: Pack

    def cached(self, key: tuple[str, int], samples: Sequence[Addressee]) -> Edition | CircularsError | None:
        """The edition from the cache, or the error that prevents it; None if masters must be laid out."""
        cache = self.workspace.cache
        if cache is None:
            return None
        try:
            draft = self._draft(key, samples)
            masters = {format: find_master(format, *draft.inputs, cache) for format in self.order.formats}
        except CircularsError as error:
            return error
        if found := {format: master for format, master in masters.items() if master}:
            return draft.edition(found, cache) if len(found) == len(masters) else None
        return None

    def edition(self, key: tuple[str, int], samples: Sequence[Addressee]) -> Edition | CircularsError:
        """The edition of a language and an audience, or the error that prevents it."""
        try:
            draft = self._draft(key, samples)
            part = part_of(self.letter)
            # A letter with holes is laid out several times, and in several formats.
            part = replace(part, name=f"{part.name} in '{key[0]}'", seconds=_LAYOUTS * part.seconds, tries=TRIES)
            modules = [WRITERS[format].preload for format in self.order.formats]
            masters = limited(
                part, _masters, part, self.order.formats, draft.inputs, self.workspace.cache, modules=modules
            )
            return draft.edition(masters, self.workspace.cache)
        except CircularsError as error:
            return error

    def _draft(self, key: tuple[str, int], samples: Sequence[Addressee]) -> _Draft:
        language = load_language(key[0], self.workspace.language_folders)
        document = _document(self.letter, language, self.pack, self.workspace, samples[0].columns, self.order)
        holes = holes_of(document)
        values = tuple(settle(addressee, language, self.pack, holes) for addressee in samples)
        characters = self.repertoire.characters_in(language, self.pack, holes)
        return _Draft(language, holes, (document, self.pack, characters, values))


_Inputs = tuple[Document, Pack, frozenset[str], tuple[Mapping[str, str], ...]]


def _masters(part: Part, formats: Sequence[str], inputs: _Inputs, cache: Cache | None) -> dict[str, Master]:
    masters = {}
    for format in formats:
        with naming(replace(part, name=f"{part.name} as {format}")):
            masters[format] = master_of(format, *inputs, cache)
    return masters


@dataclass(frozen=True, slots=True)
class _Draft:
    """An edition without masters. ``inputs`` are the writers' arguments for its masters."""

    language: Language
    holes: tuple[str, ...]
    inputs: _Inputs

    def edition(self, masters: Mapping[str, Master], cache: Cache | None) -> Edition:
        """The edition with its masters, by format."""
        shelves = {format: shelf_of(format, *self.inputs, cache) for format in masters}
        return Edition(self.language, self.inputs[0], masters, self.holes, shelves)


def _document(
    letter: Letter, language: Language, pack: Pack, workspace: Workspace, cells: Mapping[str, str], order: MergeOrder
) -> Document:
    document = compose(letter, language, pack, cells, addressed=True)
    if not order.source:
        return document
    return replace(document, attachments=carried_by(document, letter, pack, workspace, cells, merged=True))
