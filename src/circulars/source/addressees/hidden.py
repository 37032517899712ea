"""Finds the rows and columns of a workbook's sheet that nobody sees: hidden, filtered out, or without any size."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from circulars.files import opc
from circulars.source.addressees.cells import MAX_WIDTH, SAVE_AGAIN, blocks, split_rows

_MAX_ROWS: Final = 1_048_576  # of a sheet of Excel
MAX_BEFORE_ROWS: Final = 4_000_000
"""The maximum size of the part before the rows, which describes views and columns, in bytes."""
_NAME: Final = rb"<(?:(?!/)[^\s<>:]*:)?"
_HIDDEN_ROW: Final = re.compile(
    _NAME + rb"row(?:\s[^<>]*?)?\s(?:hidden\s*=\s*[\"'](?:1|true)|ht\s*=\s*[\"']0(?:\.0*)?)[\"']"
)
_FILTERING: Final = re.compile(_NAME + rb"filterColumn[\s>]")
_ROW: Final = re.compile(_NAME + rb"row[\s>/]")
_TRUE: Final = ("1", "true")


@dataclass(slots=True)
class Hidden:
    """What is hidden in a sheet: row numbers from 1, column numbers from 0, and whether a filter is active."""

    columns: frozenset[int] = frozenset()
    is_filtered: bool = False
    _rows: bytearray = field(default_factory=bytearray)

    def add(self, number: int, rows: bytes) -> None:
        """Adds the hidden rows of some rows as XML, the first of which has a number, and a filter after them."""
        if _HIDDEN_ROW.search(rows):
            for row_number, row in split_rows(number, rows):
                if row_number <= _MAX_ROWS and _HIDDEN_ROW.match(row):
                    self.add_rows(row_number, row_number + 1)
        self.is_filtered = self.is_filtered or bool(_FILTERING.search(rows))

    def add_rows(self, first: int, end: int) -> None:
        """Adds the rows from ``first`` to before ``end``."""
        end = min(end, _MAX_ROWS + 1)
        if first < end:
            self._rows.extend(bytes(max(end - len(self._rows), 0)))
            self._rows[first:end] = b"\1" * (end - first)

    def has_row(self, number: int) -> bool:
        """Whether a row is hidden."""
        return number < len(self._rows) and self._rows[number] == 1

    def __bool__(self) -> bool:
        return bool(self._rows or self.columns)


def hidden_columns(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Hidden:
    """What the part of a sheet before its rows says: its hidden columns, and whether a filter is active."""
    columns: set[int] = set()
    is_filtered = False
    for element in _before_rows(package, entry):
        name = etree.QName(element).localname
        if name == "sheetPr":
            is_filtered = element.get("filterMode") in _TRUE
        elif name == "col" and (element.get("hidden") in _TRUE or _is_zero(element.get("width"))):
            first, last = _number(element.get("min")), _number(element.get("max"))
            columns.update(range(max(first, 1) - 1, min(last, MAX_WIDTH)))
    return Hidden(frozenset(columns), is_filtered)


def letters_of(column: int) -> str:
    """The letters of a column, whose number is from 0 on: "A", "AA"."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters, column = chr(65 + letter) + letters, column - 1
    return letters


def _before_rows(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[etree._Element]:
    """The elements of a sheet before its first row.

    Raises:
        opc.UnreadablePackageError: this part is too large to be of an office program.
    """
    parser = etree.XMLPullParser(("start",), resolve_entities=False, no_network=True, load_dtd=False)
    size = 0
    for block in blocks(package, entry):
        if size > MAX_BEFORE_ROWS:
            raise opc.UnreadablePackageError("the sheet has too much before its rows", SAVE_AGAIN)
        size += len(block)
        row = _ROW.search(block)
        parser.feed(block[: row.start()] if row else block)
        for _, element in parser.read_events():
            assert isinstance(element, etree._Element)
            if etree.QName(element).localname == "sheetData":
                return
            yield element
        if row:
            return


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _is_zero(width: str | None) -> bool:
    return bool(width) and not (width or "").strip("0.")
