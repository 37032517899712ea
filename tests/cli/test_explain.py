"""``circulars explain``: explains problem codes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict

from circulars.problems import explain, explanations

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_code_is_explained(run: Run) -> None:
    """The output has the meaning, the example and the remedy, in this order."""
    done = run("explain", "not-a-date")

    assert done.returncode == 0
    assert done.stdout == (
        "not-a-date\n"
        "  This is not a date, or there is no such day.\n\n"
        "  example, in a letter:\n    date: 15/01/2025\n\n"
        "  what to do:\n    Write year, month and day with digits: 2025-01-15.\n"
    )


def test_without_a_code_all_are_listed(run: Run) -> None:
    """Each code has a line of its own under its subject."""
    lines = run("explain").stdout.splitlines()

    assert [line.split()[0] for line in lines if line.startswith("  ")] == list(explanations())
    assert [line for line in lines if line and not line.startswith("  ")] == list(
        dict.fromkeys(one.subject for one in explanations().values())
    )


def test_explanations_can_be_printed_as_json(run: Run) -> None:
    """The output is an object for one code, and a list of objects for all."""
    assert json.loads(run("explain", "not-a-date", "--format", "json").stdout) == asdict(explain("not-a-date"))
    assert json.loads(run("explain", "--format", "json").stdout) == [asdict(one) for one in explanations().values()]


def test_an_unknown_code_ends_with_2(run: Run) -> None:
    """The hint names the nearest code."""
    done = run("explain", "not-a-dat")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("unknown-code  there is no problem code 'not-a-dat'\n    hint: did you mean 'not-a-date'?\n")
