"""Finds the parts of a document by the keys that they have in a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from circulars.model.document import Document, SettledAnnex, SettledFootnote
from circulars.model.grid import grid
from circulars.model.text import Block, Cell, Item, Items, Table

Row = tuple[Cell, ...]
Source = Block | Item | Row | Cell | SettledAnnex | SettledFootnote


def sources_of(document: Document) -> dict[str, Source]:
    """The blocks, entries of lists, rows, cells, annexes and footnotes of a document, by their keys."""
    return dict(_parts(document))


def _parts(document: Document) -> Iterator[tuple[str, Source]]:
    yield from _flow("body", document.body)
    lists = {
        "references": document.references,
        "enclosures": document.enclosures,
        "distribution": document.distribution,
    }
    for name, listed in lists.items():
        yield from _entries(name, listed.entries if listed else ())
    for name, all_lists in (("addressees", document.addressees), ("copies", document.copies)):
        for place, addressees in enumerate(all_lists, start=1):
            yield from _entries(f"{name}.{place}", addressees.entries)
    for annex in document.annexes:
        yield annex.id, annex
        yield from _flow(annex.id, annex.body)
    for footnote in document.footnotes:
        yield footnote.id, footnote


def _flow(name: str, blocks: Iterable[Block]) -> Iterator[tuple[str, Source]]:
    for number, block in enumerate(blocks, start=1):
        key = block.id or f"{name}:{number}"
        yield key, block
        if isinstance(block, Items):
            yield from _entries(key, block.entries)
        elif isinstance(block, Table):
            yield from _rows(key, block)


def _entries(key: str, entries: Iterable[Item]) -> Iterator[tuple[str, Source]]:
    for number, entry in enumerate(entries, start=1):
        own = f"{key}#{number}"
        yield own, entry
        for place, block in enumerate(entry.blocks, start=2):
            if isinstance(block, Items):
                yield f"{own}.items", block
                yield from _entries(f"{own}.items", block.entries)
            else:
                yield f"{own}.{place}", block


def _rows(key: str, table: Table) -> Iterator[tuple[str, Source]]:
    width = len(table.widths)
    heads = [
        (f"{key}#head{number if number > 1 else ''}", row) for number, row in enumerate(grid(table.heads, width), 1)
    ]
    rows = [(f"{key}#{number}", row) for number, row in enumerate(grid(table.rows, width), 1)]
    for own, row in (*heads, *rows):
        cells = tuple(slot.cell for slot in row.slots if not slot.is_continued)
        yield own, cells
        for number, cell in enumerate(cells, 1):
            yield f"{own}#{number}", cell
            for listed in cell.lists:
                yield f"{own}#{number}.items", listed
                yield from _entries(f"{own}#{number}.items", listed.entries)
