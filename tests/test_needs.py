"""Tests are marked by what they need, so that ``--fast`` can leave them out."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Callable

import pytest

import commands
import judges
import postgresql
import readers
from conftest import ROOT
from needs import SLOW, needs


def by_table() -> object:
    """Takes what it calls from a table."""
    return TABLE["one"]()


def by_closure() -> Callable[[], object]:
    """Calls what it was made with."""
    start = functools.partial(commands.start, ROOT)
    return lambda: start("--help")


def by_method() -> object:
    """Makes a value whose class starts a program."""
    return Starter()


class Starter:
    """Starts a program when it is told to."""

    def start(self) -> object:
        """Does so."""
        return subprocess.run(["true"], check=True)


TABLE: dict[str, Callable[[], object]] = {"one": lambda: subprocess.Popen(["true"])}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (by_table, {"programs"}),
        (by_closure, {"programs"}),
        (by_method, {"programs"}),
        (readers.libreoffice_files, {"programs", "libreoffice"}),
        (judges.verapdf, {"programs", "java"}),
        (postgresql.server, {"programs", "postgresql"}),
        (commands.run_here, set()),
        (readers.pdfium_words, set()),
    ],
)
def test_what_a_function_needs_is_found_wherever_it_calls_it(function: object, expected: set[str]) -> None:
    """In a table, in a function inside, in a class, in another module; a command run here needs nothing."""
    assert needs(function) == expected


@pytest.mark.parametrize("file", SLOW)
def test_files_named_as_slow_are_there(file: str) -> None:
    """A file that is renamed is renamed in the list, too."""
    assert (ROOT / file).is_file()
