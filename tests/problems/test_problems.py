"""The registry of problem codes is complete, and its examples cause their problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars import problems
from circulars.api import RULES, UsageError, explain, explanations
from conftest import ROOT
from problems.cases import cases, naming_tests
from problems.examples import RUN, reported
from problems.reported import reported_codes, untraceable_codes

FOLDER = Path(problems.__file__).parent
RUNNABLE = [one.code for one in explanations().values() if one.example.kind in RUN]
IN_WORDS = [one.code for one in explanations().values() if one.example.kind == "case"]


@pytest.mark.parametrize("code", RUNNABLE)
def test_an_example_causes_its_problem(code: str, tmp_path: Path) -> None:
    """The letter, list, command, pack, page or language of the example is run, and reports the code."""
    assert code in reported(explain(code).example, tmp_path)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_similar_letter_has_no_problem(code: str, tmp_path: Path) -> None:
    """A rule is explained by two examples, and only one of them has a problem."""
    right = explain(code).right

    assert right is not None
    assert reported(right, tmp_path) == set()


def test_only_rules_have_an_example_that_is_right() -> None:
    """The subject "rules" has the codes of the table of rules."""
    assert {one.code for one in explanations().values() if one.right} == {*RULES}


@pytest.mark.parametrize("code", IN_WORDS)
def test_a_case_described_in_words_has_a_test(code: str) -> None:
    """The test in ``cases.txt`` exists and names the code."""
    test = cases()[code]

    assert test in naming_tests(code, test), f"tests of this file that name {code}: {naming_tests(code, test)}"


def test_no_case_is_left_over() -> None:
    """``cases.txt`` has a line for each case described in words, in alphabetical order, and no other."""
    assert list(cases()) == sorted(IN_WORDS)


@pytest.mark.xdist_group("registry")  # one process reads the source
def test_every_code_of_the_source_is_explained() -> None:
    """Each code that the source can report is in the registry; a failure shows where a missing one is reported."""
    assert {code: places for code, places in reported_codes().items() if code not in explanations()} == {}


@pytest.mark.xdist_group("registry")  # one process reads the source
def test_every_code_of_the_registry_is_reported() -> None:
    """The registry has no code that the source no longer reports."""
    assert [code for code in explanations() if code not in reported_codes()] == []


@pytest.mark.xdist_group("registry")  # one process reads the source
def test_every_code_can_be_found_in_the_source() -> None:
    """Each problem has its code in one of the forms that ``problems/reported.py`` finds."""
    assert untraceable_codes() == []


def test_every_entry_is_complete() -> None:
    """Both texts are sentences, the example is of a known kind, and it is not empty."""
    for one in explanations().values():
        assert one.wrong[0].isupper() and one.wrong.endswith("."), one
        assert one.remedy[0].isupper() and one.remedy.endswith((".", '".')), one
        assert one.example.kind in problems.KINDS and one.example.text, one


def test_codes_are_in_alphabetical_order() -> None:
    """Each file has its codes in alphabetical order, and no code is in two files."""
    by_subject: dict[str, list[str]] = {}
    for one in explanations().values():
        by_subject.setdefault(one.subject, []).append(one.code)

    assert all(codes == sorted(codes) for codes in by_subject.values())
    assert sum(file.read_text("utf-8").count("\n    wrong: ") for file in FOLDER.glob("*.yaml")) == len(explanations())


def test_every_file_of_the_registry_is_read() -> None:
    """The table of subjects names each file once."""
    assert sorted(problems.SUBJECTS) == sorted(file.stem for file in FOLDER.glob("*.yaml"))


def test_an_unknown_code_names_the_nearest() -> None:
    """A misspelt code is a problem with a hint."""
    with pytest.raises(UsageError, match=r"there is no problem code 'not-a-dat'\n    hint: did you mean 'not-a-date'"):
        explain("not-a-dat")


def test_codes_are_found_in_every_form_that_the_source_uses(tmp_path: Path) -> None:
    """Codes in calls, constants, defaults, fields, variables and tuples are found; other strings are not codes."""
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


def test_a_code_that_cannot_be_traced_is_reported(tmp_path: Path) -> None:
    """A problem whose code is computed at run time is reported by its place."""
    (tmp_path / "module.py").write_text('Problem(place, "-".join(words), "a fact")\n', "utf-8")

    assert untraceable_codes(tmp_path) == ["module.py:1"]


def test_the_registry_is_in_the_package() -> None:
    """The files of the registry are in the package's folder, from which the wheel is made."""
    assert FOLDER == ROOT / "src" / "circulars" / "problems"
