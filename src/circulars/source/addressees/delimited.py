"""Reads addressees from CSV (RFC 4180), with commas, semicolons, tabs or bars between cells."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from circulars.errors import AddresseesError, Place, Problem
from circulars.files.reading import open_file
from circulars.model.addressee import Addressee
from circulars.source.addressees.bounds import MAX_EMPTY, UTF_8, ListText, bounded_text, open_text
from circulars.source.addressees.encodings import undecodable
from circulars.source.addressees.head import MAX_COLUMNS, Head, read_head
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.meaning import head_meaning
from circulars.source.addressees.table import MAX_ABOVE, Body, find_head, has_names
from circulars.source.addressees.written import BOMS, CsvStyle, WrittenTable, style_of

_SEPARATORS = ",;\t|"
_MAX_HEADER = 100_000


def open_delimited(text: ListText) -> AddresseeList:
    """The list in a CSV file. A first line ``sep=;`` sets the separator; otherwise the header row shows it.

    Raises:
        AddresseesError: the text cannot be decoded, is not CSV, or has no usable header row.
    """
    _refuse_workbook(text)
    name = text.name
    separator, first = _separator(text)
    rows = _rows(text, separator, first)
    found = find_head(name, rows)
    rows.close()
    body = Body(name, found)

    def listed(head: Head) -> AddresseeList:
        def addressees() -> Iterator[Addressee]:
            below = _rows(text, separator, first)
            try:
                yield from head.addressees(body.meant(itertools.dropwhile(lambda pair: pair[0] <= found.row, below)))
            finally:
                below.close()

        return AddresseeList(
            name, head.columns, addressees, head_row=found.row, numbers=head.numbers,
            remarks=lambda: tuple(body.remarks()), each_left_out=body.each_left_out, heads=head.header_row(listed),
            written=written,
        )  # fmt: skip

    style = _style(text, separator, names_separator=bool(first))
    written = WrittenTable(found.row, lambda: _rows(text, separator, first), style)
    return listed(read_head(name, found.cells, found.row))


def _style(text: ListText, separator: str, *, names_separator: bool) -> CsvStyle:
    """How the list is written. What is written like it is in UTF-8, unless the list is in UTF-16 and says so."""
    with open_file(text.path, "list") as stream:
        begin = stream.read(_MAX_HEADER)
    marked = next((name for name, mark in BOMS.items() if begin.startswith(mark)), "")
    if marked or text.codec == UTF_8:
        return style_of(begin, separator, marked or "utf-8", names_separator=names_separator)
    style = style_of(begin, separator, text.codec, names_separator=names_separator)
    return replace(style, encoding="utf-8", has_bom=True)


def _rows(text: ListText, separator: str, skipped: int) -> Generator[tuple[int, Sequence[str]]]:
    """The rows of the file with their numbers in a spreadsheet; line ends in cells are ``\\n``."""
    row = 0
    try:
        with bounded_text(text) as lines:
            for _ in range(skipped):
                next(lines)
            for row, cells in enumerate(csv.reader(lines, delimiter=separator, strict=True), 1):
                lines.begin_row(row + 1)
                yield row, cells
    except UnicodeDecodeError:
        raise AddresseesError(undecodable(text)) from None
    except csv.Error as error:
        raise AddresseesError(_explained(error, Place(text.name, row + 1, 1))) from None


def _refuse_workbook(text: ListText) -> None:
    with open_file(text.path, "list") as stream:
        if stream.read(4) == b"PK\x03\x04":
            fact, hint = (
                "this is a workbook or another ZIP file, not a CSV file",
                "give the file its real suffix, such as .xlsx",
            )
            raise AddresseesError(Problem(Place(text.name), "binary-file", fact, hint))


def _separator(text: ListText) -> tuple[str, int]:
    """The separator, and the number of lines above the header row that only Excel uses.

    The header row decides: with the right separator it has the most known columns or, in a tie, the most columns.
    """
    try:
        with open_text(text) as stream:
            line = stream.readline(_MAX_HEADER)
            if line.lower().startswith("sep=") and line[4:5] in _SEPARATORS and not line[5:].strip():
                return line[4], 1
            for _ in range(MAX_EMPTY):
                if not line or line.strip(f" \n{_SEPARATORS}"):
                    break
                line = stream.readline(_MAX_HEADER)
            begin = line + stream.read(_MAX_HEADER - len(line))
    except UnicodeDecodeError:
        raise AddresseesError(undecodable(text)) from None
    return max(_SEPARATORS, key=lambda separator: _score(begin, separator)), 0


def _score(begin: str, separator: str) -> tuple[int, int]:
    """The number of known columns, and of all columns, in the header row if the text is split at a separator.

    Without a row that has names of columns, it is the first row that counts.
    """
    first: list[str] = []
    try:
        for cells in itertools.islice(csv.reader(io.StringIO(begin), delimiter=separator, strict=True), MAX_ABOVE):
            filled = [cell for cell in cells[:MAX_COLUMNS] if cell.strip()]
            if has_names(filled):
                return _count_known(filled), len(cells)
            first = first or cells
    except csv.Error:
        pass
    return _count_known(first), len(first)


def _count_known(cells: Sequence[str]) -> int:
    return sum(bool(head_meaning(cell).field) for cell in cells[:MAX_COLUMNS])


def _explained(error: csv.Error, place: Place) -> Problem:
    """The problem of a row that is not valid CSV."""
    fact, words = f"this row is not valid CSV: {error}", str(error)
    hint = "check the quotation marks in this row"
    if "expected after" in words:
        fact = "in this row a cell continues after its closing quotation mark"
        hint = 'write quotation marks inside a cell twice: "the ""old"" town"'
    elif "unexpected end" in words or "field limit" in words:
        fact = "in this row or one below it, a quotation mark is never closed"
        hint = "close it where the cell ends"
    return Problem(place, "csv-syntax", fact, hint)
