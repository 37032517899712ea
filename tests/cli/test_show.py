"""Problems are printed with the command line's options."""

from __future__ import annotations

import io
import json

import pytest

from circulars.cli.show import option_words, print_problems, problems_json
from circulars.errors import Choice, Place, Problem

STOPPED = Problem(
    Place("merge.sqlite"), "unfinished", "a merge was stopped here", "", (Choice("resume", "goes on with it"),)
)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice("resume", "goes on with it"), "--resume goes on with it"),
        (Choice("skip_bad", "leaves them out"), "--skip-bad leaves them out"),
        (Choice("changed", "sends it to the others", "rest"), "--changed rest sends it to the others"),
        (Choice("kind", "writes files", "files"), "--as files writes files"),
        (Choice("source", "leaves the letter out", "False"), "--no-source leaves the letter out"),
        (Choice("sender", "is {} right?", "ADDRESS"), "is --from ADDRESS right?"),
    ],
)
def test_a_choice_is_worded_as_an_option(choice: Choice, words: str) -> None:
    """A choice of the Python interface names the option that does the same."""
    assert option_words(choice) == words


def test_problems_are_printed_with_options() -> None:
    """The hint names the option, not the Python argument."""
    stream = io.StringIO()

    print_problems([STOPPED], stream)

    assert stream.getvalue().splitlines()[1] == "    hint: --resume goes on with it"


def test_the_hint_in_json_includes_the_choices() -> None:
    """The hint is one text with options, and there is no field for the choices."""
    [row] = json.loads(problems_json([STOPPED]))

    assert row == {
        "file": "merge.sqlite",
        "line": 0,
        "column": 0,
        "code": "unfinished",
        "message": "a merge was stopped here",
        "hint": "--resume goes on with it",
    }
