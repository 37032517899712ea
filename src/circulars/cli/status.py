"""``circulars merge status``: how far merges are, and reports of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from circulars.errors import Place, Problem, UsageError, did_you_mean, visible
from circulars.merge.ledger import Ledger
from circulars.merge.report import REPORTS, told
from circulars.merge.run import ledger_path
from circulars.output import save


def run(name: str, out: Path, reports: tuple[str, ...]) -> int:
    """The exit code of ``merge status``: prints what the ledgers of a letter know, and writes reports of them."""
    folder = out / Path(name).stem
    kinds = [path.stem.removeprefix("merge-") for path in sorted(folder.glob("merge-*.sqlite"))]
    if not kinds:
        others = sorted({path.parent.name for path in out.glob("*/merge-*.sqlite")})
        hint = did_you_mean(folder.name, others, "merged letters: " + ", ".join(others) if others else "")
        raise UsageError(Problem(Place(str(folder)), "no-merge", "nothing was merged here", hint))
    for kind in kinds:
        path = ledger_path(folder, kind)
        print(visible(str(path)))
        with closing(Ledger(path, reading=True)) as ledger:
            for fact, value in told(ledger).items():
                print(f"  {fact + ':':<15} {visible(value)}")
        for report in reports:
            named = Path(report)
            write_report(str(named if len(kinds) == 1 else named.with_stem(f"{named.stem}-{kind}")), folder, kind)
    return 0


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
