"""Problems and errors: their texts, choices and pickling."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.cli.parser import build_parser
from circulars.cli.show import option_words
from circulars.errors import Choice, Place, Problem, UsageError
from conftest import ROOT


def unfinished(*choices: Choice, hint: str = "") -> Problem:
    return Problem(Place("merge.sqlite"), "unfinished", "a merge was stopped here", hint, choices)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice("resume", "goes on with it"), "resume=True goes on with it"),
        (Choice("changed", "sends it to the others", "rest"), 'changed="rest" sends it to the others'),
        (Choice("jobs", "needs less memory", "1"), "jobs=1 needs less memory"),
        (Choice("trust", "names the certificate", "FILE"), "trust=FILE names the certificate"),
        (Choice("source", "leaves the letter out", "False"), "source=False leaves the letter out"),
        (Choice("resume", "leave out {}"), "leave out resume=True"),
    ],
)
def test_a_choice_is_worded_as_an_argument(choice: Choice, words: str) -> None:
    """The text of a choice is a Python argument."""
    assert str(choice) == words


def test_a_problem_ends_with_its_hint_and_its_choices() -> None:
    """All remedies are on one line."""
    problem = unfinished(Choice("resume", "goes on with it"), Choice("again", "begins anew"), hint="look at it")

    assert str(problem) == (
        "merge.sqlite  unfinished  a merge was stopped here\n"
        "    hint: look at it; resume=True goes on with it; again=True begins anew"
    )


def test_a_problem_without_a_remedy_is_one_line() -> None:
    """Without a hint and choices there is no second line."""
    assert str(unfinished()) == "merge.sqlite  unfinished  a merge was stopped here"


def test_a_choice_cannot_contain_control_characters() -> None:
    """A control character in a choice, from a file's name for example, is shown as an escape."""
    assert "\\x1b[2J" in str(unfinished(Choice("resume", "goes on with \x1b[2J")))


def test_problems_with_choices_are_sorted_without_duplicates() -> None:
    """An error has each problem once, in order, with or without choices."""
    plain, again, resume = unfinished(), unfinished(Choice("again", "x")), unfinished(Choice("resume", "x"))

    assert UsageError(resume, plain, again, resume).problems == (plain, again, resume)


def test_an_error_with_choices_comes_whole_from_another_process() -> None:
    """An error can be pickled with its choices."""
    error = UsageError(unfinished(Choice("resume", "goes on with it")))

    assert pickle.loads(pickle.dumps(error)).problems == error.problems


SRC = ROOT / "src" / "circulars"
ABOVE = {SRC / "cli"}
OTHER_PROGRAMS = re.compile(r"'git [^']*'|git [a-z-]+ --[a-z-]+|pipx install --force")


def options() -> frozenset[str]:
    """Every option that the command line has."""
    parsers, found = [build_parser()], set[str]()
    while parsers:
        for action in parsers.pop()._actions:
            found |= {option for option in action.option_strings if option.startswith("--")}
            if isinstance(action.choices, dict):
                parsers += [parser for parser in action.choices.values() if hasattr(parser, "_actions")]
    return frozenset(found)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The string literals of a module that are not docstrings, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def test_no_message_below_the_command_line_names_an_option() -> None:
    """Only the command line words choices as options."""
    modules = [path for path in SRC.rglob("*.py") if ABOVE.isdisjoint(path.parents)]
    known = options()
    named = [
        f"{path.relative_to(SRC)}:{line}: {text}"
        for path in modules
        for line, text in texts(path)
        if known & set(re.findall(r"--[a-z][a-z-]*", OTHER_PROGRAMS.sub("", text)))
    ]

    assert {"--resume", "--repair", "--trust", "--formats"} <= known
    assert len(modules) > 100
    assert named == []


def choices(path: Path) -> Iterator[Choice]:
    """The choices in a module's source whose parameters are literals."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Choice"):
            continue
        if node.args and isinstance(node.args[0], ast.Constant):
            parameter, _, *value = [str(one.value) if isinstance(one, ast.Constant) else "" for one in node.args]
            yield Choice(parameter, "{}", *value)


def test_every_choice_is_worded_as_an_existing_option() -> None:
    """The command line accepts every option that a hint names."""
    offered = [choice for path in SRC.rglob("*.py") for choice in choices(path)]

    assert len(offered) > 30
    assert {option_words(choice).split()[0] for choice in offered} - options() == set()
