"""``circulars merge status``: how far merges are, and reports of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from circulars.errors import Place, Problem, UsageError, did_you_mean, visible
from circulars.files.output import save
from circulars.merge.looking.report import REPORTS, told
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path


def run(names: Sequence[str], out: Path, reports: tuple[str, ...]) -> int:
    """The exit code of ``merge status``: prints what the ledgers of letters know, and writes reports of them.

    Without names it is about every letter that was merged.
    """
    for report in reports:
        writer_of(report)  # whoever asks for one that there is not should know it first
    ledgers = [path for name in names for path in _ledgers_of(out, name)] if names else _all_ledgers(out)
    for path in ledgers:
        kind = path.stem.removeprefix("merge-")
        print(visible(str(path)))
        with closing(Ledger(path, reading=True)) as ledger:
            for fact, value in told(ledger).items():
                print(f"  {fact + ':':<15} {visible(value)}")
        for report in reports:
            named = Path(report)
            where = path.parent.relative_to(out).parts[: -1 if len(names) == 1 else None]
            several = "" if len(ledgers) == 1 else "".join(f"-{part}" for part in (*where, kind))
            write_report(str(named.with_stem(named.stem + several)), path.parent, kind)
    return 0


def _ledgers_of(out: Path, name: str) -> list[Path]:
    folder = out / Path(name).stem
    known = _known(out)
    if found := [path for path in known if path.parent.name == folder.name]:
        return found
    others = sorted({path.parent.name for path in known})
    hint = did_you_mean(folder.name, others, "merged letters: " + ", ".join(others) if others else "")
    raise UsageError(Problem(Place(str(folder)), "no-merge", "nothing was merged here", hint))


def _all_ledgers(out: Path) -> list[Path]:
    if found := _known(out):
        return found
    hint = "circulars merge LETTER ADDRESSEES merges; --out names another folder"
    raise UsageError(Problem(Place(str(out)), "no-merge", "nothing was merged here", hint))


def _known(out: Path) -> list[Path]:
    """The ledgers below a folder; a merge on a cluster that goes to an address has a folder of its own there."""
    return sorted([*out.glob("*/merge-*.sqlite"), *out.glob("*/*/merge-*.sqlite")])


def write_report(name: str, folder: Path, kind: str) -> None:
    """Writes a report of a merge: its name's ending says which."""
    target = Path(name)
    with closing(Ledger(ledger_path(folder, kind), reading=True)) as ledger:
        path = save(target.parent, target.name, writer_of(name)(ledger))
    print(f"report: {path}")


def writer_of(name: str) -> Callable[[Ledger], bytes]:
    """What writes a report of this name.

    Raises:
        UsageError: there is no such report.
    """
    ending = Path(name).suffix.lower()
    if ending not in REPORTS:
        fact, hint = f"'{name}' is no report's name", f"end it with {', '.join(REPORTS)}"
        raise UsageError(Problem(Place(), "unknown-report", fact, hint))
    return REPORTS[ending]
