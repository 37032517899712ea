"""``circulars merge status``: the progress of merges, reports on them, and files held against their records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from circulars.cli.show import option_words, print_problems
from circulars.errors import Place, Problem, UsageError, visible
from circulars.merge import front

if TYPE_CHECKING:
    from circulars.merge.front import MergeStatus
    from circulars.signing.keys import Key


def run(options: argparse.Namespace, out: Path) -> int:
    """Prints the state of merges, writes reports on them, and returns the exit code.

    Without names, it reports every letter that was merged. The exit code is 1 if a file does not agree with any of the
    records.
    """
    for report in options.report:
        front.check_report(Path(report))  # an unknown kind of report is reported before anything is printed
    if options.signed and not options.report:
        fact, hint = "only a report can be signed", "write --report FILE"
        raise UsageError(Problem(Place("--signed"), "missing-option", fact, hint))
    states = front.merge_statuses(out, options.letters)
    if options.check:
        return _check(options.check, states)
    with _key(options) as key:
        for state in states:
            print(visible(str(state.ledger)))
            for fact, value in state.facts.items():
                words = [value, *map(option_words, state.choices)] if fact == "state" else [value]
                print(f"  {fact + ':':<15} {visible('; '.join(filter(None, words)))}")
            for report in options.report:
                named = Path(report)
                where = state.ledger.parent.relative_to(out).parts[: -1 if len(options.letters) == 1 else None]
                several = "" if len(states) == 1 else "".join(f"-{part}" for part in (*where, state.kind))
                written = write_report(str(named.with_stem(named.stem + several)), state.ledger)
                if key:
                    _sign(written, key, options)
    return 0


def _key(options: argparse.Namespace) -> AbstractContextManager[Key | None]:
    if not options.signed:
        return nullcontext(None)
    from circulars.cli.signing import open_key  # cryptography takes long to import

    return open_key(options)


def _sign(report: Path, key: Key, options: argparse.Namespace) -> None:
    from circulars.cli.signing import write_signature

    print(f"signature: {write_signature(report, key, options)}, by {key.name}")


def _check(names: Iterable[str], states: Iterable[MergeStatus]) -> int:
    """Prints whether files agree with what merges and sendings record; returns the exit code."""
    code = 0
    for name in names:
        found = [front.audit(state.ledger, Path(name)) for state in states]
        agreeing = [one for one in found if not one.differences] or found
        for fact in dict.fromkeys(fact for one in agreeing for fact in one.facts):
            print(visible(fact))
        differences = dict.fromkeys(problem for one in agreeing for problem in one.differences)
        print_problems(differences, sys.stderr)
        code = max(code, int(bool(differences)))
    return code


def write_report(name: str, ledger: Path) -> Path:
    """Writes a report on a merge; returns its path. The suffix of its name determines the format."""
    written = front.merge_report(ledger, Path(name))
    print(f"report: {written}")
    return written
