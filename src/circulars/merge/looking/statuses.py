"""Finds the state of the merges and sendings in a folder, and saves reports of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import Choice, Place, Problem, UsageError, did_you_mean
from circulars.files.output import save
from circulars.merge.looking.report import REPORTS, choices_of, summary_of
from circulars.merge.planning.ledger import Ledger


@dataclass(frozen=True, slots=True)
class MergeStatus:
    """The state of a merge or a sending: facts in words, by name, and what the caller may do about it.

    The first ``done`` of ``total`` addressees have all their copies.
    """

    ledger: Path
    facts: Mapping[str, str]
    choices: tuple[Choice, ...]
    done: int
    total: int

    @property
    def kind(self) -> str:
        """The kind of output: a key of :data:`KINDS`, with the formats of a file for the printer in Word alone."""
        return self.ledger.stem.removeprefix("merge-")


def merge_statuses(out: Path, letters: Sequence[str] = ()) -> tuple[MergeStatus, ...]:
    """The states of the merges and sendings in a folder: of the named letters, or of all if none is named.

    Raises:
        UsageError: a letter was not merged into the folder.
        MachineError: a ledger cannot be read.
    """
    known = ledgers_in(out)
    found = [path for name in letters for path in _ledgers_of(out, known, name)] if letters else known
    if not found:
        choices = (Choice("out", "names another folder", "FOLDER"),)
        raise UsageError(Problem(Place(str(out)), "no-merge", "nothing was merged here", choices=choices))
    return tuple(map(merge_status, found))


def ledgers_in(out: Path) -> list[Path]:
    """The ledgers below a folder. Those of copies at an address are one level deeper."""
    return sorted([*out.glob("*/merge-*.sqlite"), *out.glob("*/*/merge-*.sqlite")])


def _ledgers_of(out: Path, known: Sequence[Path], name: str) -> list[Path]:
    folder = out / Path(name).stem
    if found := [path for path in known if path.parent.name == folder.name]:
        return found
    others = sorted({path.parent.name for path in known})
    hint = did_you_mean(folder.name, others, "merged letters: " + ", ".join(others) if others else "")
    raise UsageError(Problem(Place(str(folder)), "no-merge", "nothing was merged here", hint))


def merge_status(ledger_file: Path) -> MergeStatus:
    """The state of a merge or sending, from its ledger.

    Raises:
        MachineError: the ledger cannot be read.
    """
    with closing(Ledger(ledger_file, read_only=True)) as ledger:
        ledger.check()
        return MergeStatus(ledger.path, summary_of(ledger), choices_of(ledger), ledger.count_written(), ledger.count())


def merge_report(ledger: Path, target: Path) -> Path:
    """Saves a report of the state of each addressee; returns its path. ``target`` ends in .csv, .xlsx or .html.

    Raises:
        UsageError: ``target`` has another suffix.
        MachineError: the ledger cannot be read, or the report cannot be written.
    """
    check_report(target)
    with closing(Ledger(ledger, read_only=True)) as opened:
        opened.check()
        made = REPORTS[target.suffix.lower()](opened)
        # The folder is the caller's own choice, so it may be a link.
        save(target.parent.resolve(), target.name, made, private=True)
        return target


def check_report(target: Path) -> None:
    """Refuses a report's name with an unknown suffix.

    Raises:
        UsageError: there are no reports with this suffix.
    """
    if target.suffix.lower() not in REPORTS:
        fact, hint = f"'{target}' is not the name of a report", f"end it with {', '.join(REPORTS)}"
        raise UsageError(Problem(Place(), "unknown-report", fact, hint))
