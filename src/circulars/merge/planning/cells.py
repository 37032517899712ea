"""The cells of an addressee, joined as the ledger stores them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from circulars.addressing.postal import name_of

_SEPARATOR: Final = "\x1f"  # ASCII's unit separator; cells have no control characters


def join_cells(cells: Iterable[str]) -> str:
    """The cells of a row as the ledger stores them."""
    return _SEPARATOR.join(cells)


def split_cells(cells: str) -> tuple[str, ...]:
    """The cells of a row that :func:`join_cells` joined."""
    return tuple(cells.split(_SEPARATOR))


def read_cells(connection: sqlite3.Connection, columns: Sequence[str]) -> None:
    """Gives a connection the SQL functions ``name_of`` and ``email_of``, for the joined cells of these columns."""

    def cell_of(cells: str | None) -> dict[str, str]:
        return dict(zip(columns, split_cells(cells or ""), strict=False))

    connection.create_function("name_of", 1, lambda cells: name_of(cell_of(cells)), deterministic=True)
    connection.create_function("email_of", 1, lambda cells: cell_of(cells).get("email", ""), deterministic=True)
