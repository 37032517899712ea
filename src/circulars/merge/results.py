"""The results of merges, of their dry runs and of previews."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from circulars.errors import Problem
from circulars.merge.looking.estimate import Estimate
from circulars.merge.making.run import Summary
from circulars.merge.paper.stock import Stock
from circulars.merge.planning.found import FoundProblems
from circulars.source.addressees import ColumnsRead

if TYPE_CHECKING:
    from circulars.merge.looking.contact import Thumbnails


@dataclass(frozen=True, slots=True)
class Rejected:
    """The faulty rows that a merge left out: their number, the file that has them, and some of their problems.

    ``faults`` is the number of problems in all; the result of the merge has all of them in ``found``.
    """

    count: int
    file: Path | None
    problems: tuple[Problem, ...]
    faults: int


@dataclass(frozen=True, slots=True)
class BeyondWindow:
    """An addressee with more lines than an envelope's window shows: the id, and the row in the list."""

    id: str
    row: int


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a merge, and what a person should check.

    ``changed`` names what has changed since the finished merge that this one replaces. ``warnings`` are columns and
    titles of the list that may be misspelt. ``columns`` says how the list's columns were read. ``ledger`` is the
    merge's ledger file. ``found`` has every problem and every warning of the list.
    """

    summary: Summary
    ledger: Path
    changed: tuple[str, ...]
    rejected: Rejected
    beyond_window: tuple[BeyondWindow, ...]
    warnings: tuple[Problem, ...]
    found: FoundProblems
    columns: ColumnsRead


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a merge would make. Nothing was written.

    - ``address``: where the copies would go.
    - ``added``: addressees who would be added to an existing merge. ``already``: those who are in that merge already.
    - ``fell_back``: addressees who would get the fallback language.
    - ``columns``: how the list's columns were read.
    - ``refusal``: why the merge would not begin with these arguments.
    - ``stock``: the sheet of labels or the envelope, if addresses are to be printed.
    - ``found``: every problem and every warning of the list.
    """

    estimate: Estimate
    address: str
    added: int
    already: int
    fell_back: int
    rejected: Rejected
    beyond_window: tuple[BeyondWindow, ...]
    warnings: tuple[Problem, ...]
    columns: ColumnsRead
    refusal: tuple[Problem, ...]
    stock: Stock | None
    found: FoundProblems


@dataclass(frozen=True, slots=True)
class Previewed:
    """A contact sheet that was written: its files, the lines at its head, the copies on it, and warnings.

    ``columns`` says how the list's columns were read. ``found`` has all problems and warnings.
    """

    files: tuple[Path, ...]
    about: tuple[str, ...]
    shown: tuple[Thumbnails, ...]
    warnings: tuple[Problem, ...]
    columns: ColumnsRead
    found: FoundProblems
