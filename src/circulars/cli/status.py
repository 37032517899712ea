"""``circulars merge status``: how far merges are, and reports of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from circulars.cli.show import option_words
from circulars.errors import visible
from circulars.merge import front


def run(names: Sequence[str], out: Path, reports: tuple[str, ...]) -> int:
    """The exit code of ``merge status``: prints what the ledgers of letters know, and writes reports of them.

    Without names it is about every letter that was merged.
    """
    for report in reports:
        front.check_report(Path(report))  # whoever asks for one that there is not should know it first
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
    """Writes a report of a merge: its name's ending says which."""
    print(f"report: {front.merge_report(ledger, Path(name))}")
