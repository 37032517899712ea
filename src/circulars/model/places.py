"""Names the places of a document's texts: "subject", "body.3", "body.3.items#2" for the second entry of a list.

A place is made of the id of a block, an annex or a footnote, or of the name of a field in the head or at the end. The
names of blocks and fields are apart: a letter may call a paragraph "subject".
"""

from __future__ import annotations


def entry_place(listed: str, number: int) -> str:
    """The place of an entry of a list, counted from 1."""
    return f"{listed}#{number}"


def inner_list_place(entry: str) -> str:
    """The place of the list in an entry of a list."""
    return f"{entry}.items"


def further_place(entry: str, number: int) -> str:
    """The place of a further paragraph of an entry of a list: the second one is number 2."""
    return f"{entry}.{number}"


def caption_place(table: str) -> str:
    """The place of a table's title."""
    return f"{table}#caption"


def row_place(table: str, number: int, *, is_head: bool = False) -> str:
    """The place of a row of a table. Its head rows are counted apart from the others."""
    if is_head:
        return f"{table}#head{number if number > 1 else ''}"
    return f"{table}#{number}"


def cell_place(row: str, number: int) -> str:
    """The place of a cell in its row, without those that continue from the row above."""
    return f"{row}#{number}"


def line_place(place: str, number: int) -> str:
    """The place of a line of a text that is one paragraph for each line."""
    return f"{place}/{number}" if number > 1 else place


def signature_place(number: int) -> str:
    """The place of a signature."""
    return f"signature.{number}" if number > 1 else "signature"


def label_place(place: str) -> str:
    """The place of the label beside or above a text."""
    return f"{place}.label"
