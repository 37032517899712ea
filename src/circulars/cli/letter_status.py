"""``circulars status``: the state of all letters in a table, or as JSON."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from circulars.cli.show import print_table
from circulars.errors import printable_json, visible
from circulars.review.approval import LetterState, RoleApproval, approvals_without_letter, letter_states
from circulars.workspace import Workspace

_HEAD = ("letter", "problems", "warnings", "stale", "approvals", "last built")


def run(sources: Sequence[Path], workspace: Workspace, format: str, *, is_whole: bool) -> int:
    """Prints the state of letters, and of a whole folder approvals without a letter too; returns the exit code."""
    now = datetime.datetime.now(datetime.UTC)
    gone = approvals_without_letter(workspace, now) if is_whole else ()
    states = [*letter_states(sources, workspace, now), *gone]
    if format == "json":
        print(printable_json([_row(one) for one in states]))
    else:
        print_table((_HEAD, *map(_cells, states)), sys.stdout)
    return 0


def _cells(one: LetterState) -> tuple[str, ...]:
    built = f"{one.built:%Y-%m-%d %H:%M} UTC" if one.built else "–"
    older = ", before the letter changed" if one.is_older else ""
    counts = (str(count) if count else "–" for count in (one.problems, one.warnings, one.stale))
    return visible(one.name), *counts, visible(_approvals(one.roles)), built + older


def _approvals(roles: Iterable[RoleApproval]) -> str:
    """The approvals of a letter in words: "director approved, drafter void"."""
    words = []
    for one in roles:
        inside = f" ({', '.join(one.languages)})" if one.state == "in part" else ""
        words.append(f"{one.role} {one.state}{inside}")
    return ", ".join(words) or "–"


def _row(one: LetterState) -> dict[str, object]:
    return {
        "letter": one.name,
        "file": one.file,
        "problems": one.problems,
        "warnings": one.warnings,
        "stale": one.stale,
        "approvals": [_role_row(role) for role in one.roles],
        "built": one.built.isoformat() if one.built else None,
        "built-before-the-letter-changed": one.is_older,
    }


def _role_row(one: RoleApproval) -> dict[str, object]:
    return {
        "role": one.role,
        "state": one.state,
        "languages": one.languages,
        "given": [
            {
                "file": given.file,
                "name": given.signer,
                "time": given.approval.time.isoformat() if given.approval else None,
                "state": given.state,
                "changed": given.changed,
                "other-looks": given.other_looks,
                "problems": [{"code": fault.code, "message": fault.message} for fault in given.faults],
            }
            for given in one.approvals
        ],
    }
