"""Finds the lists of a part of a letter: the one below a paragraph, or those in the cells of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from circulars.model.letter import Grid, GridCell, Listing, ListPart, Part, Passage
from circulars.model.places import cell_place, inner_list_place, row_place


def lists_of(part_id: str, part: Part) -> Iterator[tuple[str, Listing]]:
    """The lists of a part in reading order, each with its id; lists in their entries are not among them."""
    if isinstance(part, Passage | ListPart) and part.listing:
        yield list_id(part_id, part), part.listing
    elif isinstance(part, Grid):
        heads = (part.columns, *part.subheads) if part.columns else ()
        yield from _in_rows(part_id, heads, is_head=True)
        yield from _in_rows(part_id, part.rows)


def list_id(part_id: str, part: Passage | ListPart) -> str:
    """The id of a part's list: that of the part, or one made from it if it has a paragraph, too."""
    return inner_list_place(part_id) if isinstance(part, Passage) else part_id


def _in_rows(
    part_id: str, rows: Sequence[Sequence[GridCell]], *, is_head: bool = False
) -> Iterator[tuple[str, Listing]]:
    for number, row in enumerate(rows, start=1):
        for nth, cell in enumerate(row, start=1):
            if cell.listing:
                place = cell_place(row_place(part_id, number, is_head=is_head), nth)
                yield inner_list_place(place), cell.listing
