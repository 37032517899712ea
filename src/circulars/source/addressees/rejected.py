"""Writes rejected rows as CSV, so that they can be fixed and merged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from circulars.errors import Problem, visible
from circulars.model.addressee import Addressee
from circulars.source.addressees.head import BAR, with_mark
from circulars.source.addressees.lists import MARK_OF_REJECTED, FaultyRow


def rejected_rows(columns: Sequence[str], rows: Iterable[tuple[Addressee, Sequence[Problem]]]) -> Iterator[bytes]:
    """A CSV file of the rows in UTF-8, in pieces: the list's columns, and a last column with the reasons.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it. :func:`open_list` recognises the
    file by the name of its last column, and removes that column and the apostrophes.
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
    """A cell as it is typed in a table, with "|" between the lines of an address."""
    return cell.replace("\n", BAR) if column == "address" else cell


def _reason(problem: Problem) -> str:
    remedy = problem.remedy()
    hint = f" ({visible(remedy)})" if remedy else ""
    return f"Row {problem.where.line}: {visible(problem.message)}{hint}."


def _taken(line: io.StringIO) -> bytes:
    """What was written since the last call, in UTF-8; a lone surrogate becomes the replacement character."""
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
