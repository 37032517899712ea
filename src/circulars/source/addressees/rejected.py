"""Writes the rows that were rejected as CSV, so that they can be mended, and merged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from circulars.errors import Problem, visible
from circulars.model.addressee import Addressee
from circulars.source.addressees.head import BAR, with_mark
from circulars.source.addressees.lists import MARK_OF_REJECTED, FaultyRow


def rejected_rows(columns: Sequence[str], rows: Iterable[tuple[Addressee, Sequence[Problem]]]) -> Iterator[bytes]:
    """The pieces of a CSV file of some rows, in UTF-8: the list's own columns, and what is wrong in a last one.

    A cell that a spreadsheet would take for a formula begins with an apostrophe. Whoever reads the file again with
    :func:`open_list` gets the cells as they were: the head of the last column tells that the apostrophes are ours, and
    neither they nor that column are part of the list.
    """
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow([*columns, MARK_OF_REJECTED])
    yield b"\xef\xbb\xbf"
    yield _taken(line)
    for addressee, problems in rows:
        cells = [_typed(column, addressee.columns[column]) for column in columns]
        beyond = addressee.beyond if isinstance(addressee, FaultyRow) else ()
        reasons = " ".join(_reason(problem) for problem in problems)
        writer.writerow([with_mark(cell) for cell in (*cells, reasons, *beyond)])
        yield _taken(line)


def _typed(column: str, cell: str) -> str:
    """A cell as it is typed in a table: the lines of an address beside one another."""
    return cell.replace("\n", BAR) if column == "address" else cell


def _reason(problem: Problem) -> str:
    remedy = problem.remedy()
    hint = f" ({visible(remedy)})" if remedy else ""
    return f"Row {problem.where.line}: {visible(problem.message)}{hint}."


def _taken(line: io.StringIO) -> bytes:
    """What was written since it was last taken; half a character becomes the sign for a lost one."""
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
