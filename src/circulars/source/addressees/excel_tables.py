"""Reads where the tables of a sheet are, as Excel marks them (ECMA-376, part 1, 18.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from circulars.files import opc
from circulars.source.addressees.cells import column_number

MAX_TABLES: Final = 100
"""The most tables of a sheet that are read."""
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class ExcelTable:
    """A table of a sheet: its name, its rows and columns, numbered from 1, and ``ref``, its range as Excel writes it.

    ``head_row`` is 0 if the names of the columns are not shown. ``totals`` are the rows of totals at its end.
    """

    name: str
    ref: str
    head_row: int
    last_row: int
    columns: range
    totals: range
    is_filtered: bool

    def is_below(self, other: ExcelTable) -> bool:
        """Whether the table begins below another one, in some of its columns."""
        first, last = max(self.columns.start, other.columns.start), min(self.columns.stop, other.columns.stop)
        return self.head_row > other.last_row and first < last


def excel_tables(parts: Iterable[bytes]) -> Iterator[ExcelTable]:
    """The tables that some parts of a workbook describe."""
    for part in parts:
        root = opc.parse_part(part)
        if found := _RANGE.fullmatch(root.get("ref", "")):
            first, last = int(found[2]), int(found[4])
            heads, totals = (_count(root.get(f"{kind}RowCount"), default) for kind, default in _ROWS)
            yield ExcelTable(
                name=root.get("displayName", ""),
                ref=root.get("ref", ""),
                head_row=first if heads else 0,
                last_row=last,
                columns=range(column_number(found[1].encode()), column_number(found[3].encode()) + 1),
                totals=range(last + 1 - totals, last + 1),
                is_filtered=next(root.iter("{*}filterColumn"), None) is not None,
            )


_ROWS: Final = (("header", 1), ("totals", 0))
"""The rows of a table beside its data, and how many there are unless the table says so."""


def _count(text: str | None, otherwise: int) -> int:
    return min(int(text), 1) if text and text.isdecimal() and len(text) < 4 else otherwise
