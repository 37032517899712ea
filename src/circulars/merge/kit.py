"""Lays out the masters of a plan: one for each language, audience and format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from circulars.build import Workspace, carried_by
from circulars.compose import compose
from circulars.document import Document, holes_of
from circulars.errors import CircularsError, LetterError, Problem
from circulars.language import Language, load_language
from circulars.letter import Letter
from circulars.merge.copies import Edition, Kit
from circulars.merge.order import MergeOrder
from circulars.pack import DEFAULT_PACK, Pack
from circulars.render import writer


def pack_of(letter: Letter, workspace: Workspace) -> Pack:
    """The pack of a letter."""
    return workspace.pack(letter.pack.name if letter.pack else DEFAULT_PACK)


def make_kit(
    letter: Letter,
    workspace: Workspace,
    order: MergeOrder,
    columns: tuple[str, ...],
    editions: Mapping[tuple[str, int], Mapping[str, str]],
    characters: frozenset[str],
) -> Kit:
    """What all copies are made with. ``editions`` tells the cells of one addressee of each language and audience.

    Raises:
        CircularsError: the letter, the pack or the machine has problems; those of all editions at once.
    """
    pack = pack_of(letter, workspace)
    made: dict[tuple[str, int], Edition] = {}
    problems: list[Problem] = []
    for key, cells in editions.items():
        try:
            language = load_language(key[0], workspace.language_folders)
            document = _document(letter, language, pack, workspace, cells, order)
            made[key] = _edition(document, language, pack, order, characters)
        except CircularsError as error:
            problems += error.problems
    if problems:
        raise LetterError(*problems)
    return Kit(columns, pack, made, order.whole)


def _document(
    letter: Letter, language: Language, pack: Pack, workspace: Workspace, cells: Mapping[str, str], order: MergeOrder
) -> Document:
    document = compose(letter, language, pack, cells, addressed=True)
    if not order.source:
        return document
    return replace(document, attachments=carried_by(document, letter, pack, workspace, cells, merged=True))


def _edition(
    document: Document, language: Language, pack: Pack, order: MergeOrder, characters: frozenset[str]
) -> Edition:
    masters = {format: writer(format)(document, pack, characters) for format in order.formats}
    return Edition(language, masters, holes_of(document))
