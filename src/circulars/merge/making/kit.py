"""Lays out the masters of a plan: one for each language, audience and format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from circulars.addressing.settle import settle
from circulars.build import carried_by
from circulars.cache.masters import find_master, master_of
from circulars.compose import compose
from circulars.errors import CircularsError, LetterError
from circulars.language import Language, load_language
from circulars.merge.making.copies import Edition, Kit
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import Addressee
from circulars.model.document import Document, holes_of
from circulars.model.letter import Letter
from circulars.pack import Pack
from circulars.processes import Spread, in_turn
from circulars.render.master import Master
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Signs:
    """What the values of a list's addressees are written with: the characters of its cells, and its forms.

    A form is a title with a country: a language has its own words for both.
    """

    characters: frozenset[str]
    forms: tuple[tuple[str, str], ...]

    def shown(self, language: Language, pack: Pack, holes: Sequence[str]) -> frozenset[str]:
        """Every character that may occur in a value in a language."""
        surname = next(iter(self.characters), "")
        people = ({"title": title, "surname": surname, "country": country} for title, country in self.forms)
        values = (settle(Addressee("", person), language, pack, holes) for person in [{}, *people])
        return self.characters.union(*(text for settled in values for text in settled.values()))


def make_kit(
    letter: Letter,
    workspace: Workspace,
    order: MergeOrder,
    columns: tuple[str, ...],
    editions: Mapping[tuple[str, int], Sequence[Addressee]],
    signs: Signs,
    share: Spread = in_turn,
) -> Kit:
    """What all copies are made with. ``editions`` tells some addressees of each language and audience, at least one.

    What the workspace's cache has is taken from there. ``share`` is what ``map`` does, by several processes perhaps;
    it lays out what is left.

    Raises:
        CircularsError: the letter, the pack or the machine has problems; those of all editions at once.
    """
    # Whoever mends a template meanwhile changes no copy; and a machine that makes copies need not have the folder.
    pack = workspace.pack_of(letter).carried()
    asked = _Asked(letter, workspace, order, signs, pack)
    found = {key: asked.known(key, some) for key, some in editions.items()}
    left = [key for key in editions if found[key] is None]
    found.update(zip(left, share(asked.edition, left, [editions[key] for key in left]), strict=True))
    if problems := [
        one for edition in found.values() if isinstance(edition, CircularsError) for one in edition.problems
    ]:
        raise LetterError(*problems)
    return Kit(columns, pack, {key: one for key, one in found.items() if isinstance(one, Edition)}, order.whole)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every edition is made of."""

    letter: Letter
    workspace: Workspace
    order: MergeOrder
    signs: Signs
    pack: Pack

    def known(self, key: tuple[str, int], some: Sequence[Addressee]) -> Edition | CircularsError | None:
        """The edition, or what is wrong with it; None when something is to be laid out for it."""
        cache = self.workspace.cache
        if cache is None:
            return None
        try:
            draft = self._draft(key, some)
            masters = {format: find_master(format, *draft.asked, cache) for format in self.order.formats}
        except CircularsError as error:
            return error
        if found := {format: master for format, master in masters.items() if master}:
            return draft.edition(found) if len(found) == len(masters) else None
        return None

    def edition(self, key: tuple[str, int], some: Sequence[Addressee]) -> Edition | CircularsError:
        """The edition of a language and an audience, or what is wrong with it."""
        try:
            draft = self._draft(key, some)
            cache = self.workspace.cache
            return draft.edition({format: master_of(format, *draft.asked, cache) for format in self.order.formats})
        except CircularsError as error:
            return error

    def _draft(self, key: tuple[str, int], some: Sequence[Addressee]) -> _Draft:
        language = load_language(key[0], self.workspace.language_folders)
        document = _document(self.letter, language, self.pack, self.workspace, some[0].columns, self.order)
        holes = holes_of(document)
        samples = tuple(settle(addressee, language, self.pack, holes) for addressee in some)
        return _Draft(language, holes, (document, self.pack, self.signs.shown(language, self.pack, holes), samples))


@dataclass(frozen=True, slots=True)
class _Draft:
    """An edition that has no masters yet. ``asked`` is what a writer makes a master of."""

    language: Language
    holes: tuple[str, ...]
    asked: tuple[Document, Pack, frozenset[str], tuple[Mapping[str, str], ...]]

    def edition(self, masters: Mapping[str, Master]) -> Edition:
        """The edition with its masters, by format."""
        return Edition(self.language, self.asked[0], masters, self.holes)


def _document(
    letter: Letter, language: Language, pack: Pack, workspace: Workspace, cells: Mapping[str, str], order: MergeOrder
) -> Document:
    document = compose(letter, language, pack, cells, addressed=True)
    if not order.source:
        return document
    return replace(document, attachments=carried_by(document, letter, pack, workspace, cells, merged=True))
