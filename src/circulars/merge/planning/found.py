"""Keeps what is wrong in a list: every problem with its cell, and every row that is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal

from circulars.errors import Choice, LetterError, Place, Problem
from circulars.merge.planning.spool import Spool
from circulars.model.addressee import Addressee
from circulars.source.addressees import ColumnsRead, FaultyRow

MAX_KEPT: Final = 2_000_000
"""The most problems of rows that are kept. More are only counted: they would fill the disk."""
_LONGEST_VALUE: Final = 1_000
Severity = Literal["problem", "warning"]


@dataclass(frozen=True, slots=True)
class ListProblem:
    """A problem of a list, with the cell that has it.

    ``problem`` has the place and the code, the fact and the remedies. ``id`` is the addressee's, ``column`` the
    column's name, and ``value`` the beginning of what is in the cell; each is "" if there is none. A warning keeps
    nobody from getting the letter.
    """

    problem: Problem
    id: str = ""
    column: str = ""
    value: str = ""
    severity: Severity = "problem"


class RowProblems:
    """The problems of the rows of a list, or warnings about them, in the order of the list, in little memory."""

    def __init__(self, severity: Severity = "problem") -> None:
        self._spool, self._severity = Spool(), severity
        self._later: Callable[[], Iterable[Problem]] = tuple
        self._count_later = 0
        self.codes: Counter[str] = Counter()
        """The number of problems by code, of all problems."""

    def add(self, addressee: Addressee, problems: Iterable[Problem]) -> None:
        """Adds the problems of a row."""
        for problem in problems:
            self.codes[problem.code] += 1
            self._add(problem, addressee.id, *_cell(addressee, problem))

    def add_general(self, problem: Problem) -> None:
        """Adds a problem that is not of one addressee."""
        self.codes[problem.code] += 1
        self._add(problem, "", "", "")

    def add_later(self, counts: Mapping[str, int], problems: Callable[[], Iterable[Problem]]) -> None:
        """Adds problems that are not of one addressee, and are made at each iteration, after all others.

        ``counts`` says how many there are of each code. It takes less time to make many again than to keep them.
        """
        self.codes.update(counts)
        self._later, self._count_later = problems, sum(counts.values())

    def _add(self, problem: Problem, id: str, column: str, value: str) -> None:
        if len(self._spool) < MAX_KEPT:
            self._spool.add([_record(problem), id, column, value])

    def __len__(self) -> int:
        return min(len(self._spool) + self._count_later, MAX_KEPT)

    def __iter__(self) -> Iterator[ListProblem]:
        for problem, id, column, value in self._spool:
            yield ListProblem(_problem(problem), id, column, value, self._severity)
        for made in islice(self._later(), MAX_KEPT - len(self._spool)):
            yield ListProblem(made, severity=self._severity)


def _cell(addressee: Addressee, problem: Problem) -> tuple[str, str]:
    """The column and the value that a problem of a row is about. Messages begin with the column's name."""
    column = problem.message.partition(":")[0]
    if column in addressee.columns:
        return column, addressee.columns[column][:_LONGEST_VALUE]
    beyond = addressee.beyond[0] if isinstance(addressee, FaultyRow) and addressee.beyond else ""
    return "", beyond[:_LONGEST_VALUE] if problem.code == "cell-without-column" else ""


class RejectedRows:
    """Rows that are left out, each with its problems, in little memory."""

    def __init__(self) -> None:
        self._spool = Spool()

    def add(self, addressee: Addressee, problems: Iterable[Problem]) -> None:
        """Adds a row."""
        known, beyond = _faults(addressee)
        row = [addressee.id, dict(addressee.columns), addressee.row, [*map(_record, known)], [*beyond]]
        self._spool.add([row, [*map(_record, problems)]])

    def __len__(self) -> int:
        return len(self._spool)

    def __iter__(self) -> Iterator[tuple[Addressee, tuple[Problem, ...]]]:
        for (id, columns, row, known, beyond), problems in self._spool:
            faulty = FaultyRow(id, columns, row, tuple(map(_problem, known)), tuple(beyond))
            plain = Addressee(id, columns, row)
            yield (faulty if known or beyond else plain), tuple(map(_problem, problems))


def _faults(addressee: Addressee) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    return (addressee.problems, addressee.beyond) if isinstance(addressee, FaultyRow) else ((), ())


def _record(problem: Problem) -> list[object]:
    place, choices = problem.where, [[one.parameter, one.effect, one.value] for one in problem.choices]
    return [[place.file, place.line, place.column], problem.code, problem.message, problem.hint, choices]


def _problem(record: Any) -> Problem:
    place, code, message, hint, choices = record
    return Problem(Place(*place), code, message, hint, tuple(Choice(*choice) for choice in choices))


class FoundProblems:
    """All problems of a list and of its letter, and then the warnings. Each iteration yields all of them again.

    ``counts`` is the number of problems by code, and ``warnings`` the number of warnings. ``kept`` is how many of
    both an iteration yields.
    """

    def __init__(
        self,
        general: Iterable[Problem] = (),
        rows: RowProblems | None = None,
        warnings: RowProblems | None = None,
    ) -> None:
        """``general`` are problems that no row has."""
        self._general, self._rows = tuple(general), RowProblems() if rows is None else rows
        self._warnings = RowProblems("warning") if warnings is None else warnings
        counts = Counter(problem.code for problem in self._general)
        self.counts: Mapping[str, int] = counts + self._rows.codes
        self.warnings: int = self._warnings.codes.total()
        self.kept: int = len(self._general) + len(self._rows) + len(self._warnings)

    def __iter__(self) -> Iterator[ListProblem]:
        yield from map(ListProblem, self._general)
        yield from self._rows
        yield from self._warnings


class MergeRefusedError(LetterError):
    """The list or the letter has problems, and nothing was merged.

    ``rows`` rows were read. ``faulty`` of them have problems, ``faults`` in all; the error may list only some of these.
    ``found`` has all problems. ``columns`` and ``remarks`` say how the list was read, and which rows were left out: a
    problem may come from there.
    """

    def __init__(
        self,
        *problems: Problem,
        rows: int = 0,
        faulty: int = 0,
        faults: int = 0,
        found: FoundProblems | None = None,
        columns: ColumnsRead | None = None,
        remarks: Iterable[Problem] = (),
    ) -> None:
        super().__init__(*problems)
        self.rows, self.faulty, self.faults = rows, faulty, faults
        self.found: FoundProblems = found or FoundProblems(self.problems)
        self.columns: ColumnsRead = columns or ColumnsRead((), (), 0)
        self.remarks: tuple[Problem, ...] = tuple(one for one in remarks if one not in self.problems)
