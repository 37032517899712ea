"""``circulars merge status``: the progress of merges, and reports on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from circulars.cli.show import option_words
from circulars.errors import visible
from circulars.merge import front


def run(names: Sequence[str], out: Path, reports: tuple[str, ...]) -> int:
    """Prints the state of merges, writes reports on them, and returns the exit code.

    Without names, it reports every letter that was merged.
    """
    for report in reports:
        front.check_report(Path(report))  # an unknown kind of report is reported before anything is printed
    states = front.merge_statuses(out, names)
    for state in states:
        print(visible(str(state.ledger)))
        for fact, value in state.facts.items():
            words = [value, *map(option_words, state.choices)] if fact == "state" else [value]
            print(f"  {fact + ':':<15} {visible('; '.join(filter(None, words)))}")
        for report in reports:
            named = Path(report)
            where = state.ledger.parent.relative_to(out).parts[: -1 if len(names) == 1 else None]
            several = "" if len(states) == 1 else "".join(f"-{part}" for part in (*where, state.kind))
            write_report(str(named.with_stem(named.stem + several)), state.ledger)
    return 0


def write_report(name: str, ledger: Path) -> None:
    """Writes a report on a merge. The suffix of its name determines the format."""
    print(f"report: {front.merge_report(ledger, Path(name))}")
