"""The registry of problem codes: complete, and its examples cause what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars import problems
from circulars.api import UsageError, explain, explanations
from conftest import ROOT
from problems.cases import cases, naming_tests
from problems.examples import RUN, reported
from problems.reported import reported_codes, untraceable_codes

RUNNABLE = [one.code for one in explanations().values() if one.example.kind in RUN]
IN_WORDS = [one.code for one in explanations().values() if one.example.kind == "case"]


@pytest.mark.parametrize("code", RUNNABLE)
def test_an_example_causes_its_problem(code: str, tmp_path: Path) -> None:
    """The letter, list, command, page or language of the example is run, and the code is among the problems."""
    assert code in reported(explain(code).example, tmp_path)


@pytest.mark.parametrize("code", IN_WORDS)
def test_a_case_told_in_words_has_a_test(code: str) -> None:
    """Where an example takes more than text, the test in ``cases.txt`` is there and names the code."""
    test = cases()[code]

    assert test in naming_tests(code, test), f"tests of this file that name {code}: {naming_tests(code, test)}"


def test_no_case_is_left_over() -> None:
    """``cases.txt`` has a line for each case told in words, in alphabetical order, and no other."""
    assert list(cases()) == sorted(IN_WORDS)


def test_every_code_of_the_source_is_explained() -> None:
    """Each code that the source can report is in the registry; if one is missing, the source says where it is from."""
    assert {code: places for code, places in reported_codes().items() if code not in explanations()} == {}


def test_every_code_of_the_registry_is_reported() -> None:
    """No explanation is left of a code that nothing reports any more."""
    assert [code for code in explanations() if code not in reported_codes()] == []


def test_every_code_can_be_found_in_the_source() -> None:
    """Each problem is made with its code in one of the ways that ``problems/reported.py`` can follow."""
    assert untraceable_codes() == []


def test_every_entry_is_whole() -> None:
    """Both texts are sentences, the example is of a known kind, and it is not empty."""
    for one in explanations().values():
        assert one.wrong[0].isupper() and one.wrong.endswith("."), one
        assert one.remedy[0].isupper() and one.remedy.endswith((".", '".')), one
        assert one.example.kind in problems.KINDS and one.example.text, one


def test_codes_stand_in_alphabetical_order() -> None:
    """Each file lists its codes by the alphabet, and none stands in two files."""
    by_subject: dict[str, list[str]] = {}
    for one in explanations().values():
        by_subject.setdefault(one.subject, []).append(one.code)

    assert all(codes == sorted(codes) for codes in by_subject.values())
    assert sum(file.read_text("utf-8").count("\n    wrong: ") for file in problems.FOLDER.glob("*.yaml")) == len(
        explanations()
    )


def test_every_file_of_the_registry_is_read() -> None:
    """The table of subjects names each file once."""
    assert sorted(problems.SUBJECTS) == sorted(file.stem for file in problems.FOLDER.glob("*.yaml"))


def test_an_unknown_code_names_the_nearest() -> None:
    """A code that is misspelt is a problem with a hint."""
    with pytest.raises(UsageError, match=r"there is no problem code 'not-a-dat'\n    hint: did you mean 'not-a-date'"):
        explain("not-a-dat")


def test_codes_are_found_wherever_the_source_keeps_them(tmp_path: Path) -> None:
    """Words in calls, constants, defaults, fields, variables and tuples are codes; other words are not."""
    (tmp_path / "module.py").write_text(
        """\
TAKEN = "from-constant"
class Problem:
    where: str
    code: str
class Fault:
    kind: str
    code: str = "from-default"
def wrong(place, code, fact): return Problem(place, code, fact)
def found(one, two):
    wrong(place, "from-call", "not-a-code")
    Fault("not-a-code", code="from-keyword")
    Fault("not-a-code", "from-field" if one else "from-either")
    kind, code, hint = "not-a-code", "from-variable", ""
    Problem(place, TAKEN, "a fact")
    raise Error(Problem(place, "from-problem", "a fact"))
    return "from-tuple", f"the fact {one}", "a remedy"
""",
        "utf-8",
    )

    found = reported_codes(tmp_path)

    ways = ("call", "constant", "default", "either", "field", "keyword", "problem", "tuple", "variable")
    assert list(found) == [f"from-{way}" for way in ways]
    assert untraceable_codes(tmp_path) == []


def test_a_code_that_cannot_be_followed_is_noticed(tmp_path: Path) -> None:
    """A problem whose code is made up while the program runs is reported by its place."""
    (tmp_path / "module.py").write_text('Problem(place, "-".join(words), "a fact")\n', "utf-8")

    assert untraceable_codes(tmp_path) == ["module.py:1"]


def test_the_registry_is_in_the_package() -> None:
    """The files of the registry lie in the package's folder, from which the wheel is made."""
    assert problems.FOLDER == ROOT / "src" / "circulars" / "problems"
