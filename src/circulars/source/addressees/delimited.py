"""Reads addressees from CSV (RFC 4180), with commas, semicolons or tabs between cells."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from circulars.errors import AddresseesError, Place, Problem
from circulars.files.reading import open_file
from circulars.model.addressee import Addressee
from circulars.source.addressees.bounds import MAX_EMPTY, MAX_ROW, bounded_text, open_text
from circulars.source.addressees.head import MAX_COLUMNS, Head, read_head
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.meaning import head_meaning
from circulars.source.addressees.table import MAX_ABOVE, Body, find_head, has_names
from circulars.source.addressees.written import WrittenTable, style_of
from circulars.syntax.decoding import described_byte

_SEPARATORS = ",;\t"
_MAX_HEADER = 100_000
_MAX_LINE = 4 * MAX_ROW + _MAX_HEADER  # in bytes
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AS_UTF_8 = "save it as UTF-8 (in Excel: 'CSV UTF-8')"


def open_delimited(path: Path, name: str) -> AddresseeList:
    """The list in a CSV file in UTF-8. A first line ``sep=;`` sets the separator; otherwise the header row shows it.

    Raises:
        AddresseesError: the file has another encoding, is not CSV, or has no usable header row.
    """
    _check_encoding(path, name)
    separator, first = _separator(path, name)
    rows = _rows(path, name, separator, first)
    found = find_head(name, rows)
    rows.close()
    body = Body(name, found)

    def listed(head: Head) -> AddresseeList:
        def addressees() -> Iterator[Addressee]:
            below = _rows(path, name, separator, first)
            try:
                yield from head.addressees(body.meant(itertools.dropwhile(lambda pair: pair[0] <= found.row, below)))
            finally:
                below.close()

        return AddresseeList(
            name, head.columns, addressees, head_row=found.row, numbers=head.numbers,
            remarks=lambda: tuple(body.remarks()), each_left_out=body.each_left_out, heads=head.header_row(listed),
            written=written,
        )  # fmt: skip

    with open_file(path, "list") as stream:
        style = style_of(stream.read(_MAX_HEADER), separator, names_separator=bool(first))
    written = WrittenTable(found.row, lambda: _rows(path, name, separator, first), style)
    return listed(read_head(name, found.cells, found.row))


def _rows(path: Path, name: str, separator: str, skipped: int) -> Generator[tuple[int, Sequence[str]]]:
    """The rows of the file with their numbers in a spreadsheet; line ends in cells are ``\\n``."""
    row = 0
    try:
        with bounded_text(path, name) as text:
            for _ in range(skipped):
                next(text)
            for row, cells in enumerate(csv.reader(text, delimiter=separator, strict=True), 1):
                text.begin_row(row + 1)
                yield row, cells
    except UnicodeDecodeError:
        raise AddresseesError(undecodable(path, name)) from None
    except csv.Error as error:
        raise AddresseesError(_explained(error, Place(name, row + 1, 1))) from None


def _check_encoding(path: Path, name: str) -> None:
    with open_file(path, "list") as stream:
        begin = stream.read(4096)
    if begin.startswith(_UTF_16) or b"\0" in begin[:2]:
        raise AddresseesError(Problem(Place(name), "not-utf-8", "this file is encoded as UTF-16", _AS_UTF_8))
    if begin.startswith(b"PK\x03\x04"):
        fact = "this is a workbook or another ZIP file, not a CSV file"
        raise AddresseesError(Problem(Place(name), "binary-file", fact, "give the file its real suffix, such as .xlsx"))


def _separator(path: Path, name: str) -> tuple[str, int]:
    """The separator, and the number of lines above the header row that only Excel uses.

    The header row decides: with the right separator it has the most known columns or, in a tie, the most columns.
    """
    try:
        with open_text(path) as stream:
            line = stream.readline(_MAX_HEADER)
            if line.lower().startswith("sep=") and line[4:5] in _SEPARATORS and not line[5:].strip():
                return line[4], 1
            for _ in range(MAX_EMPTY):
                if not line or line.strip(" \n,;\t"):
                    break
                line = stream.readline(_MAX_HEADER)
            begin = line + stream.read(_MAX_HEADER - len(line))
    except UnicodeDecodeError:
        raise AddresseesError(undecodable(path, name)) from None
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


def undecodable(path: Path, name: str) -> Problem:
    """The problem of a file that is not UTF-8, at its first invalid byte."""
    with open_file(path, "list") as stream:
        # The pieces of a line that is too long are not checked one by one: its length is a problem of its own.
        for number, line in enumerate(iter(lambda: stream.readline(_MAX_LINE), b""), 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                column = len(line[: error.start].decode("utf-8")) + 1
                fact = f"{described_byte(line, error.start)} is not UTF-8"
                return Problem(Place(name, number, column), "not-utf-8", fact, _AS_UTF_8)
    return Problem(Place(name), "not-utf-8", "the file is not UTF-8", _AS_UTF_8)


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
