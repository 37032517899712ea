"""Lays out the masters of a plan: one for each language, audience and format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from circulars.addressing.settle import settle
from circulars.build import carried_by
from circulars.compose import compose
from circulars.errors import CircularsError, LetterError, Problem
from circulars.language import Language, load_language
from circulars.merge.making.copies import Edition, Kit
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import Addressee
from circulars.model.document import Document, holes_of
from circulars.model.letter import Letter
from circulars.pack import Pack
from circulars.render import writer
from circulars.workspace import Workspace

Share = Callable[..., Iterable[Any]]


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
    share: Share = map,
) -> Kit:
    """What all copies are made with. ``editions`` tells some addressees of each language and audience, at least one.

    ``share`` is what ``map`` does, by several processes perhaps.

    Raises:
        CircularsError: the letter, the pack or the machine has problems; those of all editions at once.
    """
    # Whoever mends a template meanwhile changes no copy; and a machine that makes copies need not have the folder.
    pack = workspace.pack_of(letter).carried()
    asked = _Asked(letter, workspace, order, signs, pack)
    made: dict[tuple[str, int], Edition] = {}
    problems: list[Problem] = []
    for key, edition in zip(editions, share(asked.edition, editions, editions.values()), strict=True):
        if isinstance(edition, CircularsError):
            problems += edition.problems
        else:
            made[key] = edition
    if problems:
        raise LetterError(*problems)
    return Kit(columns, pack, made, order.whole)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every edition is made of."""

    letter: Letter
    workspace: Workspace
    order: MergeOrder
    signs: Signs
    pack: Pack

    def edition(self, key: tuple[str, int], some: Sequence[Addressee]) -> Edition | CircularsError:
        """The edition of a language and an audience, or what is wrong with it."""
        workspace, order, pack = self.workspace, self.order, self.pack
        try:
            language = load_language(key[0], workspace.language_folders)
            document = _document(self.letter, language, pack, workspace, some[0].columns, order)
            return _edition(document, language, pack, order, self.signs, some)
        except CircularsError as error:
            return error


def _document(
    letter: Letter, language: Language, pack: Pack, workspace: Workspace, cells: Mapping[str, str], order: MergeOrder
) -> Document:
    document = compose(letter, language, pack, cells, addressed=True)
    if not order.source:
        return document
    return replace(document, attachments=carried_by(document, letter, pack, workspace, cells, merged=True))


def _edition(
    document: Document,
    language: Language,
    pack: Pack,
    order: MergeOrder,
    signs: Signs,
    some: Sequence[Addressee],
) -> Edition:
    holes = holes_of(document)
    samples = [settle(addressee, language, pack, holes) for addressee in some]
    shown = signs.shown(language, pack, holes)
    masters = {format: writer(format)(document, pack, shown, samples) for format in order.formats}
    return Edition(language, document, masters, holes)
