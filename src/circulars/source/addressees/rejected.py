"""Writes rejected rows as the rows of their list are written, so that they can be corrected and merged."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain
from typing import BinaryIO, Final

from circulars.errors import Problem, visible
from circulars.files.names import same
from circulars.model.addressee import Addressee
from circulars.source.addressees.head import BAR, with_mark, without_mark
from circulars.source.addressees.lists import MARK_OF_REJECTED, AddresseeList, FaultyRow, is_named_rejected
from circulars.source.addressees.written import BOMS, PLAIN, Cells, CsvStyle, WrittenTable

_LONGEST: Final = 30_000
"""The most characters of reasons: a cell of Excel has 32,767."""
_ID: Final = "id"
_ABOUT_ID: Final = re.compile(r"(?:^|[ :.])id: ")


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row: its cells below the heads, those beyond, and the reasons."""

    cells: tuple[str, ...]
    beyond: tuple[str, ...]
    reasons: str

    @property
    def key(self) -> bytes:
        """A hash of the cells: rows with the same cells are the same row."""
        text = "\x1f".join(cell.strip() for cell in (*self.cells, *self.beyond))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def is_from(self, name: str) -> bool:
        """Whether the reasons are about a row of the list with this name."""
        return self.reasons.startswith(f"{_short_name(name)}, row ")

    @property
    def is_about_id(self) -> bool:
        """Whether the id is among the reasons: it may be that of somebody else."""
        return bool(_ABOUT_ID.search(self.reasons))


@dataclass(frozen=True, slots=True)
class RejectedTable:
    """Rejected rows, for a file in the format of their list: ``style`` is None for a workbook.

    ``rows`` reads them again each time. ``ids`` is the place of the id in a row, or -1.
    """

    heads: tuple[str, ...]
    rows: Callable[[], Iterator[RejectedRow]]
    style: CsvStyle | None
    ids: int

    @property
    def suffix(self) -> str:
        """The suffix of the file."""
        return ".csv" if self.style else ".xlsx"

    def id_of(self, row: RejectedRow) -> str:
        """The id in a row, in the form in which ids are compared; "" if there is none."""
        return same(row.cells[self.ids].strip()) if self.ids >= 0 else ""

    def write(self, stream: BinaryIO) -> None:
        """Writes a file of the rows: the list's heads, and a last column with the reasons.

        A cell that a spreadsheet would take for a formula gets an apostrophe before it. :func:`open_list` recognises
        the file by the name of its last column, and removes that column and the apostrophes.
        """
        lines = chain([(*self.heads, MARK_OF_REJECTED)], ((*r.cells, r.reasons, *r.beyond) for r in self.rows()))
        if self.style:
            _write_csv(lines, stream, self.style)
        else:
            _write_workbook(lines, stream)


def rejected_table(listed: AddresseeList, rejected: Iterable[tuple[Addressee, Sequence[Problem]]]) -> RejectedTable:
    """The rejected rows of a list, as they are in the list's file. They are in the order of the list.

    Rows of a list that is not a table in a file have the names of its columns as heads.
    """
    if table := listed.written:
        heads, _ = _split_table(table, listed.name)
        ids, name = _place_of_id(listed, heads), listed.name
        return RejectedTable(heads, lambda: _with_reasons(_split_table(table, name)[1], rejected), table.style, ids)

    def plain() -> Iterator[RejectedRow]:
        return (_plain_row(listed.columns, addressee, problems) for addressee, problems in rejected)

    return RejectedTable(tuple(listed.columns), plain, PLAIN, _place_of_id(listed, listed.columns))


def read_rejected(listed: AddresseeList) -> RejectedTable | None:
    """The rows of a file of rejected rows, with their reasons; None if it is another list."""
    if not (table := listed.written) or not (_has_mark(table) or is_named_rejected(listed.name)):
        return None
    heads, _ = _split_table(table, listed.name)
    ids = _place_of_id(listed, heads)
    return RejectedTable(heads, lambda: (row for _, row in _split_table(table, listed.name)[1]), table.style, ids)


def rows_left(
    listed: AddresseeList, taken: Container[int], rejected: Iterable[tuple[Addressee, Sequence[Problem]]]
) -> RejectedTable | None:
    """A file of rejected rows without the rows with the numbers ``taken``; None if it is another list.

    Rows that were rejected again have today's reasons.
    """
    if not (read := read_rejected(listed)) or not (table := listed.written):
        return None
    return replace(read, rows=lambda: _left(_split_table(table, listed.name)[1], taken, iter(rejected)))


def _left(
    rows: Iterable[tuple[int, RejectedRow]],
    taken: Container[int],
    rejected: Iterator[tuple[Addressee, Sequence[Problem]]],
) -> Iterator[RejectedRow]:
    again = next(rejected, None)
    for number, row in rows:
        if again and again[0].row == number:
            yield replace(row, reasons=_reasons(again[1]))
            again = next(rejected, None)
        elif number not in taken:
            yield row


def _place_of_id(listed: AddresseeList, heads: Sequence[str]) -> int:
    """The place of the column with the id; -1 if the list has none."""
    place = listed.place(1, _ID).column - 1
    return place if _ID in listed.columns and place < len(heads) else -1


def _has_mark(table: WrittenTable) -> bool:
    head = next((cells for number, cells in table.rows() if number >= table.head), ())
    return MARK_OF_REJECTED in map(str.strip, head)


def _split_table(table: WrittenTable, name: str) -> tuple[tuple[str, ...], Iterator[tuple[int, RejectedRow]]]:
    """The heads of the table of a list with a name, and its rows below them with their numbers.

    The list may be a file of rejected rows, also one without the column of their reasons.
    """
    numbered = ((number, cells) for number, cells in table.rows() if number >= table.head)
    _, first = next(numbered, (0, ()))
    heads = [cell.strip() for cell in first]
    while heads and not heads[-1]:
        heads.pop()
    has_reasons = MARK_OF_REJECTED in heads
    count = heads.index(MARK_OF_REJECTED) if has_reasons else len(heads)
    is_marked = has_reasons or is_named_rejected(name)
    rows = (
        (number, _row([*map(without_mark, cells)] if is_marked else cells, count, has_reasons=has_reasons))
        for number, cells in numbered
        if any(map(str.strip, cells))
    )
    return tuple(heads[:count]), rows


def _row(cells: Cells, count: int, *, has_reasons: bool) -> RejectedRow:
    reasons = ""
    if has_reasons:
        reasons = cells[count] if len(cells) > count else ""
        cells = [*cells[:count], *cells[count + 1 :]]
    beyond = [*cells[count:]]
    while beyond and not beyond[-1]:
        beyond.pop()
    return RejectedRow((*cells[:count], *[""] * (count - len(cells))), tuple(beyond), reasons)


def _with_reasons(
    rows: Iterator[tuple[int, RejectedRow]], rejected: Iterable[tuple[Addressee, Sequence[Problem]]]
) -> Iterator[RejectedRow]:
    """The rows that were rejected, each with its reasons."""
    for addressee, problems in rejected:
        for number, row in rows:
            if number == addressee.row:
                yield replace(row, reasons=_reasons(problems))
                break


def _plain_row(columns: Sequence[str], addressee: Addressee, problems: Sequence[Problem]) -> RejectedRow:
    cells = tuple(_typed(column, addressee.columns[column]) for column in columns)
    beyond = addressee.beyond if isinstance(addressee, FaultyRow) else ()
    return RejectedRow(cells, beyond, _reasons(problems))


def _typed(column: str, cell: str) -> str:
    """A cell as it is typed in a table, with "|" between the lines of an address."""
    return cell.replace("\n", BAR) if column == "address" else cell


def _reasons(problems: Sequence[Problem]) -> str:
    """The problems of a row in words: the list and the row, and each fact with its remedy."""
    if not problems:
        return ""
    where = problems[0].where
    return f"{_short_name(where.file)}, row {where.line}: {' '.join(map(_reason, problems))}"[:_LONGEST]


def _reason(problem: Problem) -> str:
    remedy = problem.remedy()
    hint = f" ({visible(remedy)})" if remedy else ""
    return f"{visible(problem.message)}{hint}."


def _short_name(name: str) -> str:
    """The name of a list without its folders, and without the password that an address may have."""
    return visible(name.rpartition("/")[2])


def _write_csv(rows: Iterable[Cells], stream: BinaryIO, style: CsvStyle) -> None:
    """Writes rows; a cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=style.separator, quoting=style.quoting, lineterminator=style.line_end)
    if style.has_bom:
        stream.write(BOMS[style.encoding])
    if style.names_separator:
        line.write(f"sep={style.separator}{style.line_end}")
    for row in rows:
        writer.writerow(map(with_mark, row))
        stream.write(_encoded(line.getvalue(), style.encoding))
        line.seek(0)
        line.truncate()


def _encoded(text: str, encoding: str) -> bytes:
    """The text in an encoding; what it does not have becomes the replacement character or a question mark."""
    if encoding.startswith("utf"):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.encode(encoding, "replace")


def _write_workbook(rows: Iterable[Cells], stream: BinaryIO) -> None:
    """Writes rows as a workbook whose cells are text, never a formula or a link, and stay text if they are edited."""
    # Slow to import, and only workbooks need it.
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        head, text = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 16_383, 16, text)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                # A reader removes the first of several apostrophes, as in a CSV file.
                marked = with_mark(cell) if cell.startswith("'") else cell
                if marked:
                    sheet.write_string(number, column, marked, text if number else head)
