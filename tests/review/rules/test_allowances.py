"""Comments in a letter allow what the rules find there, if they say why."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.review.rules import CheckSettings
from circulars.review.rules.checking import rule_problems
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace

HEAD = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: Meeting
signatory: tsb-director
body:
"""
ALLOW = "# circulars: allow different-number, because the Spanish guide is shorter"
WRONG = "- {en: The guide has 12 pages., es: La guía tiene 11 páginas.}\n"


def found(body: str, settings: CheckSettings | None = None) -> list[str]:
    """The codes that are found in a letter with this body."""
    letter = parse_letter((HEAD + body).encode(), "letter.yaml", "letter", Path())
    return [problem.code for problem in rule_problems(letter, (), Workspace(Path()), settings)]


ALLOWED = {
    "on the line before": f"{ALLOW}\n{WRONG}",
    "on the same line": f"{WRONG.rstrip()}  {ALLOW}\n",
    "before one of the languages": f"- en: The guide has 12 pages.\n  {ALLOW}\n  es: La guía tiene 11 páginas.\n",
    "beside the head of a block": f"- en: >-  {ALLOW}\n    The guide has 12 pages.\n  es: La guía tiene 11 páginas.\n",
    "before a part with several texts": f"{ALLOW}\n- en: Bring\n  es: Traiga\n  items:\n  {WRONG}",
    "after other comments": f"{ALLOW}\n# See the publisher.\n\n{WRONG}",
    "with several codes": f"{ALLOW.replace('different-number', 'different-number and same-text')}\n"
    "- {en: The guide has 12 pages., es: La guía tiene 11 páginas.}\n"
    "- {en: The meeting is open to all., es: The meeting is open to all.}\n",
}


@pytest.mark.parametrize("how", [how for how in ALLOWED if how != "with several codes"])
def test_a_comment_allows_a_problem(how: str) -> None:
    """Nothing is reported."""
    assert found(ALLOWED[how]) == []


def test_a_code_that_is_not_needed_is_reported() -> None:
    """One of two codes is needed: the other one concerns the next text, which the comment does not cover."""
    assert found(ALLOWED["with several codes"]) == ["same-text", "unused-allowance"]


NOT_ALLOWED = {
    "another code": (ALLOW.replace("number", "date") + "\n" + WRONG, ["unused-allowance", "different-number"]),
    "no reason": (ALLOW.partition(",")[0] + "\n" + WRONG, ["allowance-without-reason", "different-number"]),
    "an empty reason": (ALLOW.partition(" the")[0] + "\n" + WRONG, ["allowance-without-reason", "different-number"]),
    "the text before": (f"{WRONG}{ALLOW}\n- {{en: B., es: B.}}\n", ["different-number", "unused-allowance"]),
    "words of the text": (f"- en: 'It has 12 pages. {ALLOW}'\n  es: Tiene 11 páginas.\n", ["different-number"]),
    "an unknown rule": (ALLOW.replace("number", "numbr") + "\n" + WRONG, ["unused-allowance", "different-number"]),
}  # fmt: skip


@pytest.mark.parametrize("why", NOT_ALLOWED)
def test_a_comment_does_not_allow_it(why: str) -> None:
    """The problem is reported, and so is a comment that does nothing."""
    body, codes = NOT_ALLOWED[why]

    assert sorted(found(body)) == sorted(codes)


@pytest.mark.parametrize("end", ["", ",", " because", ", because ", " the guide is shorter", ": because"])
def test_a_comment_needs_a_reason(end: str) -> None:
    """Words without "because", or nothing behind it, are no reason."""
    assert "allowance-without-reason" in found(f"{ALLOW.partition(',')[0]}{end}\n{WRONG}")


@pytest.mark.parametrize("reason", [" because x", ", because x", ",because x y", "  because of pages", " , because 1"])
def test_any_words_are_a_reason(reason: str) -> None:
    """The comma may be left out."""
    assert found(f"{ALLOW.partition(',')[0]}{reason}\n{WRONG}") == []


def test_a_comment_that_is_no_longer_needed_is_reported() -> None:
    """The texts agree now."""
    assert found(f"{ALLOW}\n{WRONG.replace('11', '12')}") == ["unused-allowance"]


def test_a_rule_that_is_off_needs_no_allowance_and_leaves_none_over() -> None:
    """Somebody else may have it on."""
    assert found(f"{ALLOW}\n{WRONG}", CheckSettings(off=frozenset({"different-number"}))) == []


def test_a_problem_of_a_comment_is_at_the_code() -> None:
    """The place is that of the code that is not needed."""
    letter = parse_letter(
        f"{HEAD}{ALLOW}\n- A.\n".replace("- A.", "- {en: A., es: A.}").encode(), "a.yaml", "a", Path()
    )

    [problem] = rule_problems(letter, (), Workspace(Path()))

    assert (problem.where.line, problem.where.column) == (8, 20)


def test_of_very_many_comments_the_first_allow_something() -> None:
    """Of a letter's comments 200 count: those after them allow nothing, so thousands of them are no endless work."""
    first, after = (
        found("# circulars: allow no-rule, because x\n" * many + f"{ALLOW}\n{WRONG}") for many in (199, 200)
    )

    assert "different-number" not in first
    assert "different-number" in after


def test_one_code_in_a_comment_many_times_counts_once() -> None:
    """Thousands of codes in a comment are no endless work; a similar code is looked for only for the first ones."""
    codes = ", ".join(f"different-numbr{n % 100}" for n in range(5_000))

    assert found(f"# circulars: allow {codes}, because x\n{WRONG}").count("unused-allowance") == 100
