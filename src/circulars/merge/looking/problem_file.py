"""Saves all problems of a list in one file, as CSV or as an XLSX workbook."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final

from circulars.errors import Choice, Place, Problem, UsageError, visible
from circulars.files.output import atomic_file, delete_files
from circulars.files.reading import open_file
from circulars.merge.planning.found import FoundProblems, ListProblem
from circulars.source.addressees import with_mark

HEADS: Final = ("Row", "Column", "Value", "Fact", "Remedy", "Code", "Id", "Severity", "File")
"""The heads of the columns."""
_WIDTHS: Final = (8, 16, 28, 60, 60, 20, 16, 10, 24)
_TITLE: Final = "Problems of a list of addressees"
_BOM: Final = b"\xef\xbb\xbf"
_BEGIN: Final = _BOM + ",".join(HEADS).encode() + b"\r\n"
_ROWS_OF_A_SHEET: Final = 1_048_575
"""The most rows that a sheet of Excel has below its header row."""
_Row = tuple[int, str, str, str, str, str, str, str, str]


def problem_file(ledger: Path) -> Path:
    """The file of the problems of a merge or a sending: it is beside the ledger, and has the ledger's name."""
    return ledger.with_suffix(".problems.csv")


def save_problems(found: FoundProblems, target: Path, worded: Callable[[Choice], str] = str) -> Path:
    """Saves all problems and warnings in a file that only its owner may read; returns its path.

    ``target`` ends in .csv or .xlsx; an earlier file of problems is replaced. ``worded`` puts a choice into words.

    Raises:
        UsageError: ``target`` has another suffix, or is another file.
        MachineError: the file cannot be written.
    """
    check_problem_file(target)
    # The folder is the caller's own choice, so it may be a link.
    folder = target.parent.resolve() if target.parent.exists() else target.parent
    with atomic_file(folder, target.name) as stream:
        _WRITERS[target.suffix.lower()]((_row(one, worded) for one in found), stream)
    return target


def delete_problems(target: Path) -> None:
    """Deletes the file of problems of an earlier run; another file of this name stays.

    Raises:
        MachineError: the file cannot be deleted.
    """
    if _is_problem_file(target):
        delete_files(target.parent, [target.name])


def check_problem_file(target: Path) -> None:
    """Refuses a name for the file of problems with an unknown suffix, and one of another file.

    Raises:
        UsageError: problems cannot be saved there.
    """
    if target.suffix.lower() not in _WRITERS:
        fact, hint = f"'{target}' is not the name of a file of problems", f"end it with {' or '.join(_WRITERS)}"
        raise UsageError(Problem(Place(), "unknown-report", fact, hint))
    if target.exists() and not _is_problem_file(target):
        fact, hint = "this file already exists, and is not a file of problems", "choose another name"
        raise UsageError(Problem(Place(str(target)), "file-exists", fact, hint))


def _is_problem_file(path: Path) -> bool:
    """Whether :func:`save_problems` wrote a file, or a spreadsheet saved it again."""
    try:
        with open_file(path, "finished file") as stream:
            if path.suffix.lower() == ".csv":
                begin = stream.read(len(_BEGIN) + 40).removeprefix(_BOM).decode("utf-8", "replace")
                cells = next(csv.reader([begin.splitlines()[0]], delimiter=";" if ";" in begin[:5] else ","))
                return tuple(cells) == HEADS
            with zipfile.ZipFile(stream) as package, package.open("docProps/core.xml") as properties:
                return _TITLE.encode() in properties.read(10_000)
    except (OSError, IndexError, StopIteration, KeyError, csv.Error, zipfile.BadZipFile, NotImplementedError):
        return False


def _row(one: ListProblem, worded: Callable[[Choice], str]) -> _Row:
    problem = one.problem
    value = "|".join(map(visible, one.value.split("\n")))
    fact, remedy = visible(problem.message), visible(problem.remedy(worded))
    where = problem.where
    return where.line, one.column, value, fact, remedy, problem.code, visible(one.id), one.severity, visible(where.file)


def _write_csv(rows: Iterable[_Row], stream: BinaryIO) -> None:
    """Writes CSV in UTF-8 with a BOM, for spreadsheets. Cells that look like formulas get an apostrophe."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    stream.write(_BEGIN)
    writer = csv.writer(text, lineterminator="\r\n")
    for row, *cells in rows:
        writer.writerow([row or "", *map(with_mark, cells)])
    text.detach()


def _write_xlsx(rows: Iterable[_Row], stream: BinaryIO) -> None:
    """Writes a workbook. What is in a list is always text, never a formula or a link."""
    # Slow to import, and only workbooks need it.
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": _TITLE, "created": datetime.datetime(2000, 1, 1)})
        head, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for number, some in enumerate(_by_sheets(iter(rows)), 1):
            sheet = book.add_worksheet("Problems" if number == 1 else f"Problems {number}")
            sheet.freeze_panes(1, 0)
            for column, (name, width) in enumerate(zip(HEADS, _WIDTHS, strict=True)):
                sheet.set_column(column, column, width, None if name == "Row" else text)
                sheet.write_string(0, column, name, head)
            at = 0
            for at, (row, *cells) in enumerate(some, 1):
                if row:
                    sheet.write_number(at, 0, row)
                for column, cell in enumerate(cells, 1):
                    sheet.write_string(at, column, cell, text)
            sheet.autofilter(0, 0, at, len(HEADS) - 1)


def _by_sheets(rows: Iterator[_Row]) -> Iterator[Iterator[_Row]]:
    """The rows of each sheet; the first sheet may be empty. Each must be read before the next."""

    first = next(rows, None)
    yield chain([first] if first else [], islice(rows, _ROWS_OF_A_SHEET - 1))
    while first := next(rows, None):
        yield chain([first], islice(rows, _ROWS_OF_A_SHEET - 1))


_WRITERS: Final[Mapping[str, Callable[[Iterable[_Row], BinaryIO], None]]] = {".csv": _write_csv, ".xlsx": _write_xlsx}
"""Functions that write the rows, by the suffix of the file."""
