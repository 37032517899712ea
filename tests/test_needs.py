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
from needs import needs
from slow import name_of, renewed, slow_tests


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


def test_tests_named_as_slow_are_there() -> None:
    """A test that is renamed is renamed in the list, too."""
    tests = {name: name.partition("::") for name in slow_tests()}

    assert [name for name, (file, _, _) in tests.items() if not (ROOT / file).is_file()] == []
    assert [name for name, (file, _, test) in tests.items() if test and f"def {test}(" not in _text(file)] == []


@functools.cache
def _text(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def test_tests_are_slow_by_how_long_they_took() -> None:
    """On average of their cases, or all cases together; tests that did not run are as slow as before."""
    before = ["a.py::old", "a.py::quicker", "b.py", "c.py::other"]
    seconds = {"a.py::slow": [0.1, 0.2], "a.py::quicker": [0.05], "a.py::many": [0.01] * 201, "b.py::one": [0.01]}

    assert renewed(before, seconds) == ["a.py::many", "a.py::old", "a.py::slow", "c.py::other"]


def test_a_test_is_named_without_its_case() -> None:
    """Neither what it was called with nor its group."""
    assert name_of("a.py::test[b@c[1]]@group") == name_of("a.py::test@group") == "a.py::test"
