"""Finds the numbers that readers see before the parts of a letter, by the places of the parts in its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from circulars.build import settle
from circulars.compose import NOBODY
from circulars.compose.audience import present_entries, present_parts
from circulars.compose.numbers import annex_id
from circulars.compose.part_lists import lists_of
from circulars.model.document import Document
from circulars.model.letter import Letter, Listing, Part
from circulars.model.places import cell_place, inner_list_place, row_place
from circulars.model.text import Block, Item, Items, Table
from circulars.source.letters.reading import parse_as_far_as_possible
from circulars.workspace import Workspace

Numbers = Mapping[tuple[int, int], str]
"""The number of each part, by the line and the column of the part."""


def numbers_of(data: bytes, file: str, source: Path, workspace: Workspace) -> Numbers:
    """The numbers of a letter's parts in its first language, as far as the letter can be read."""
    folders = workspace.language_folders
    letter = parse_as_far_as_possible(data, file, source.stem, source.parent, folders).letter
    if not letter or not letter.languages:
        return {}
    composed, _ = settle(letter, letter.languages[0], workspace, drawn=False)
    return dict(_numbers(letter, composed.document)) if composed else {}


def _numbers(letter: Letter, document: Document) -> Iterator[tuple[tuple[int, int], str]]:
    yield from _in_parts(letter.body, "body", document.body)
    for number, (annex, settled) in enumerate(zip(letter.annexes, document.annexes, strict=False), start=1):
        yield (annex.where.line, annex.where.column), settled.name
        yield from _in_parts(annex.body, annex_id(annex, number), settled.body)


def _in_parts(parts: tuple[Part, ...], name: str, blocks: Iterable[Block]) -> Iterator[tuple[tuple[int, int], str]]:
    by_id: dict[str, Block] = {}
    in_cells: dict[str, Items] = {}
    for block in blocks:
        by_id.setdefault(block.id, block)
        if isinstance(block, Table):
            in_cells |= _lists_in_cells(block)
    for part_id, part in present_parts(parts, name, NOBODY):
        if number := getattr(by_id.get(part_id), "number", ""):
            yield (part.where.line, part.where.column), number
        for own, listing in lists_of(part_id, part):
            listed = in_cells.get(own) or by_id.get(own)
            if isinstance(listed, Items):
                yield from _in_list(listing, listed.entries)


def _lists_in_cells(table: Table) -> Iterator[tuple[str, Items]]:
    """The lists in the cells of a table, each with the id that the letter's list has."""
    for is_head, rows in ((True, table.heads), (False, table.rows)):
        for number, row in enumerate(rows, start=1):
            for nth, cell in enumerate(row, start=1):
                place = cell_place(row_place(table.id, number, is_head=is_head), nth)
                yield from ((inner_list_place(place), listed) for listed in cell.lists)


def _in_list(listing: Listing, items: tuple[Item, ...]) -> Iterator[tuple[tuple[int, int], str]]:
    for entry, item in zip(present_entries(listing, NOBODY), items, strict=False):
        yield (entry.where.line, entry.where.column), item.label
        inner = next((block for block in item.blocks if isinstance(block, Items)), None)
        if entry.listing and inner:
            yield from _in_list(entry.listing, inner.entries)
