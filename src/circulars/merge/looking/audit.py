"""Holds reports and files against a ledger, for auditors."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from circulars.errors import Place, Problem, UsageError, not_read
from circulars.files.names import can_be_stored
from circulars.files.reading import read_file
from circulars.merge.looking.lines import (
    DONE,
    LEFT_OUT,
    NOT_SENT,
    PLANNED,
    REPLACED,
    ReportLine,
    columns_of,
    line_of,
    lines_of,
    states_in_words,
)
from circulars.merge.looking.report import REPORTS, cells_of
from circulars.merge.planning.kinds import KINDS
from circulars.merge.planning.ledger import Ledger
from circulars.merge.post.history import deliveries_over_time

_OF_THE_PLAN: Final = ("number", "name", "language", "country", "replaced_by", "bytes", "layout")
"""Columns that may be different when the plan is another one."""
_MOST_DIFFERENCES: Final = 100


@dataclass(frozen=True, slots=True)
class Audit:
    """What was held against a ledger, in words, and the differences."""

    facts: tuple[str, ...]
    differences: tuple[Problem, ...]


def audit(ledger_file: Path, held: Path) -> Audit:
    """Holds a report, or a copy, an attachment or a message, against a merge's or a sending's ledger.

    With a report, the copies in the ledger's folder are held against the ledger, too. A report may be older than the
    ledger: what was made or has become known since is no difference.

    Raises:
        MachineError: the ledger cannot be read, or another program has changed it.
        UsageError: the file cannot be read.
    """
    try:
        data = read_file(held, "finished file")
    except OSError as error:
        raise UsageError(Problem(Place(str(held)), "unreadable-file", not_read(error))) from None
    with closing(Ledger(ledger_file, read_only=True)) as ledger:
        ledger.check()
        # A copy may be HTML, and an attachment CSV or a workbook, as a report is.
        if (traced := _file_held(ledger, data, str(held))).facts or held.suffix.lower() not in REPORTS:
            return traced
        files, wrong = _copies_held(ledger, ledger_file.parent)
        facts, differences = _report_held(ledger, held, data)
        sound = f"{ledger_file}: no other program has changed it"
        return Audit((sound, *facts, *files), (*differences, *wrong))


def _file_held(ledger: Ledger, data: bytes, name: str) -> Audit:
    """Whose copy, attachment or message a file is."""
    sha256 = hashlib.sha256(data).hexdigest()
    found = [line for line in lines_of(ledger) if sha256 in (line.sha256, *line.files.replace(";", " ").split())]
    if not found:
        fact = f"no addressee has this file from {ledger.path} (SHA-256 {sha256})"
        return Audit((), (Problem(Place(name), "foreign-copy", fact, "is it of another sending, or was it changed?"),))
    return Audit(tuple(f"{name}: {_in_words(line)}" for line in found), ())


def _in_words(line: ReportLine) -> str:
    to = f" <{line.email}>, in the message <{line.message_id}>" if line.message_id else ""
    at = f", {line.at}" if line.at else ""
    return f"made for {line.id}{to}: {line.state}{at}"


def _report_held(ledger: Ledger, held: Path, data: bytes) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    suffix, place = held.suffix.lower(), Place(str(held))
    if REPORTS[suffix](ledger) == data:
        return (f"{held}: it says what the ledger says",), ()
    if suffix != ".csv":
        fact = "it does not say what the ledger says now"
        return (), (Problem(place, "other-report", fact, "hold the report as .csv against it: lines are compared"),)
    try:
        head, *rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))) or [[]]
    except csv.Error as error:
        fact = f"it cannot be read as CSV: {error}"
        return (), (Problem(place, "other-report", fact, "was the report saved by another program?"),)
    columns = columns_of(ledger)
    if head != list(columns.values()):
        return (), (Problem(place, "other-report", "its columns are not those of a report on this ledger"),)
    now = {tuple(cells_of(line, columns)) for line in lines_of(ledger)}
    other = [(number, row) for number, row in enumerate(rows, start=2) if tuple(row) not in now]
    earlier = _earlier_lines(ledger, columns) if other else set()
    differences = []
    for number, row in other:
        if not _was_right(row, columns, earlier):
            fact = f"the ledger never said what this line says about '{row[1] if len(row) > 1 else ''}'"
            hint = "the report was changed, or it is of another ledger"
            differences.append(Problem(Place(str(held), number, 1), "other-report", fact, hint))
    said = {_made(cells_of(line, columns), columns) for line in lines_of(ledger)}
    missing = len(said - {_made(row, columns) for row in rows if len(row) == len(columns)})
    newer = f"; {len(other) - len(differences):,} of them have changed since" if len(other) > len(differences) else ""
    newer += f"; the ledger has {missing:,} that are not in it" if missing else ""
    return (f"{held}: {len(rows):,} lines{newer}",), tuple(differences[:_MOST_DIFFERENCES])


def _earlier_lines(ledger: Ledger, columns: Mapping[str, str]) -> set[tuple[str, ...]]:
    """What reports on the ledger may have said about each message or copy at any time, in the columns that are kept."""
    if "message_id" not in columns:
        now = [*lines_of(ledger)]
        before = (replace(line, state=DONE) for line in now if line.state == REPLACED)
        return {_kept(cells_of(line, columns), columns) for line in (*now, *before)}
    return {
        _kept(cells_of(line_of(one, state), columns), columns)
        for one in deliveries_over_time(ledger.connection)
        for state in states_in_words(one)
    }


def _was_right(row: Sequence[str], columns: Mapping[str, str], earlier: Collection[tuple[str, ...]]) -> bool:
    """Whether a line of an earlier report was right then."""
    if len(row) != len(columns):
        return False
    cells = dict(zip(columns, row, strict=True))
    if not any(cells.get(name) for name in ("message_id", "sha256")):
        state = cells["state"]
        return state in ("planned", PLANNED, NOT_SENT, DONE, "failed") or state.startswith(LEFT_OUT)
    return _kept(row, columns) in earlier


def _made(row: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    """What identifies a line."""
    return tuple(cell for name, cell in zip(columns, row, strict=True) if name in ("id", "message_id", "email", "file"))


def _kept(row: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    """The cells of a line that tell what was made or sent, and what became of it."""
    return tuple(cell for name, cell in zip(columns, row, strict=True) if name not in _OF_THE_PLAN)


def _copies_held(ledger: Ledger, folder: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    facts = ledger.facts()
    if not facts or not KINDS[facts.inputs.order.kind].in_files or not KINDS[facts.inputs.order.kind].merged:
        return (), ()
    count, wrong = 0, list[Problem]()
    for line in lines_of(ledger):
        if line.state != DONE or not line.sha256 or not can_be_stored(line.file):
            continue
        count += 1
        path = folder / line.file
        try:
            same = hashlib.sha256(read_file(path, "finished file")).hexdigest() == line.sha256
            fact = "" if same else "it is not as it was made: its SHA-256 is not that in the ledger"
        except OSError as error:
            fact = f"the copy cannot be read: {not_read(error)}"
        if fact:
            hint = "find out who changed it; begin the merge anew to make it again"
            wrong.append(Problem(Place(str(path)), "changed-copy", fact, hint))
    right = f"{folder}: {count - len(wrong):,} of {count:,} copies are as they were made"
    return (right,), tuple(wrong[:_MOST_DIFFERENCES])
