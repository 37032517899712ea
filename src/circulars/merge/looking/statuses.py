"""How far the merges and the sendings in a folder are, and reports of what became of each addressee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import Choice, Place, Problem, UsageError, did_you_mean
from circulars.files.output import save
from circulars.merge.looking.report import REPORTS, choices_of, told
from circulars.merge.planning.ledger import Ledger


@dataclass(frozen=True, slots=True)
class MergeStatus:
    """What the ledger of a merge or a sending knows: facts in words by their names, and what can be done about it.

    Of ``total`` addressees the first ``done`` have all of their copies.
    """

    ledger: Path
    facts: Mapping[str, str]
    choices: tuple[Choice, ...]
    done: int
    total: int

    @property
    def kind(self) -> str:
        """What was made: a kind of :data:`KINDS`, or "send"."""
        return self.ledger.stem.removeprefix("merge-")


def merge_statuses(out: Path, letters: Sequence[str] = ()) -> tuple[MergeStatus, ...]:
    """What the ledgers in a folder know of the merges and the sendings of letters; of all, unless some are named.

    Raises:
        UsageError: a letter was not merged into the folder.
        MachineError: a ledger cannot be read.
    """
    known = _ledgers_in(out)
    found = [path for name in letters for path in _ledgers_of(out, known, name)] if letters else known
    if not found:
        choices = (Choice("out", "names another folder", "FOLDER"),)
        raise UsageError(Problem(Place(str(out)), "no-merge", "nothing was merged here", choices=choices))
    return tuple(map(merge_status, found))


def _ledgers_in(out: Path) -> list[Path]:
    """The ledgers below a folder; a merge on a cluster that goes to an address has a folder of its own there."""
    return sorted([*out.glob("*/merge-*.sqlite"), *out.glob("*/*/merge-*.sqlite")])


def _ledgers_of(out: Path, known: Sequence[Path], name: str) -> list[Path]:
    folder = out / Path(name).stem
    if found := [path for path in known if path.parent.name == folder.name]:
        return found
    others = sorted({path.parent.name for path in known})
    hint = did_you_mean(folder.name, others, "merged letters: " + ", ".join(others) if others else "")
    raise UsageError(Problem(Place(str(folder)), "no-merge", "nothing was merged here", hint))


def merge_status(ledger_file: Path) -> MergeStatus:
    """What a ledger knows of its merge or sending.

    Raises:
        MachineError: it cannot be read.
    """
    with closing(Ledger(ledger_file, read_only=True)) as ledger:
        return MergeStatus(ledger.path, told(ledger), choices_of(ledger), ledger.count_written(), ledger.count())


def merge_report(ledger: Path, target: Path) -> Path:
    """The file of a report that says what became of each addressee; ``target`` ends with .csv, .xlsx or .html.

    Raises:
        UsageError: there is no such report.
        MachineError: the ledger cannot be read, or the report not be written.
    """
    check_report(target)
    with closing(Ledger(ledger, read_only=True)) as opened:
        return save(target.parent, target.name, REPORTS[target.suffix.lower()](opened))


def check_report(target: Path) -> None:
    """Refuses the name of a report that there is not.

    Raises:
        UsageError: it has another ending.
    """
    if target.suffix.lower() not in REPORTS:
        fact, hint = f"'{target}' is no report's name", f"end it with {', '.join(REPORTS)}"
        raise UsageError(Problem(Place(), "unknown-report", fact, hint))
