"""``circulars explain``: what a code means."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict

from circulars.problems import explain, explanations

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_code_is_explained(run: Run) -> None:
    """The sentence, the example and the remedy, in this order."""
    done = run("explain", "not-a-date")

    assert done.returncode == 0
    assert done.stdout == (
        "not-a-date\n"
        "  This is not a date, or there is no such day.\n\n"
        "  example, in a letter:\n    date: 15/01/2025\n\n"
        "  what to do:\n    Write year, month and day with digits: 2025-01-15.\n"
    )


def test_without_a_code_all_are_listed(run: Run) -> None:
    """Each code stands on a line of its own under its subject."""
    lines = run("explain").stdout.splitlines()

    assert [line.split()[0] for line in lines if line.startswith("  ")] == list(explanations())
    assert [line for line in lines if line and not line.startswith("  ")] == list(
        dict.fromkeys(one.subject for one in explanations().values())
    )


def test_json_has_the_same(run: Run) -> None:
    """An object for a code, a list of objects for all."""
    assert json.loads(run("explain", "not-a-date", "--format", "json").stdout) == asdict(explain("not-a-date"))
    assert json.loads(run("explain", "--format", "json").stdout) == [asdict(one) for one in explanations().values()]


def test_an_unknown_code_is_a_mistake_of_use(run: Run) -> None:
    """A misspelt code ends the command with 2, and the nearest one is named."""
    done = run("explain", "not-a-dat")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("unknown-code  there is no problem code 'not-a-dat'\n    hint: did you mean 'not-a-date'?\n")
