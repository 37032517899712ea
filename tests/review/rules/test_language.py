"""The rules for language find what careful people would write in another way, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from circulars.review.rules import RULES, RuleProblem, check_letters
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT

CASES = yaml.safe_load((Path(__file__).parent / "language.yaml").read_text("utf-8"))
WRONG = [(code, text) for code, cases in CASES.items() for text in cases["wrong"]]
RIGHT = [(code, text) for code, cases in CASES.items() for text in cases["right"]]
CODES = {rule.code for rule in RULES.values() if rule.family == "language"}
PUBLISHED = {
    "tsb-collective-7-11_SG11_2010: wrong-quotation-mark",
}
"""What is found in published letters: a Russian text with straight quotation marks."""


def found_in(text: dict[str, str], folder: Path) -> list[RuleProblem]:
    """What the rules for language find in a letter with a text in one language."""
    [(code, words)] = text.items()
    letter = {
        "kind": "tsb-circular", "number": 1, "date": date(2025, 1, 15), "languages": [code], "subject": "A",
        "body": [{code: words.replace("~", "\u00a0")}], "signatory": {"post": "tsb-director", "name": "Ana Ejemplo"},
    }  # fmt: skip
    (folder / "letter.yaml").write_text(yaml.safe_dump(letter, allow_unicode=True, sort_keys=False), "utf-8")
    [built] = check_letters([folder / "letter.yaml"], Workspace(folder))
    assert built.problems == ()
    return [one for one in built.warnings if isinstance(one, RuleProblem) and one.code in CODES]


@pytest.mark.parametrize(("code", "text"), WRONG, ids=lambda one: one if isinstance(one, str) else "")
def test_what_is_written_wrongly_is_found(code: str, text: dict[str, str], tmp_path: Path) -> None:
    """Each text has one fault."""
    assert [one.code for one in found_in(text, tmp_path)] == [code]


@pytest.mark.parametrize(("code", "text"), RIGHT, ids=lambda one: one if isinstance(one, str) else "")
def test_what_is_written_well_has_no_problem(code: str, text: dict[str, str], tmp_path: Path) -> None:
    """A similar text that is right."""
    assert [str(one) for one in found_in(text, tmp_path)] == []


def test_every_rule_has_enough_texts() -> None:
    """At least five texts trigger each rule, and at least five do not."""
    assert CASES.keys() == CODES - {"different-term"}  # which takes a term base: see test_terms
    assert all(len(cases[kind]) >= 5 for cases in CASES.values() for kind in ("wrong", "right"))


def test_the_examples_and_published_letters_are_well_written() -> None:
    """Nothing is found in an example, and two slips in 32 letters as offices have published them."""
    corpus = sorted((ROOT / "tests" / "corpus").glob("*.yaml"))
    checked = check_letters([*LETTERS, *corpus], Workspace(ROOT))
    found = {f"{Path(one.where.file).stem}: {one.code}" for built in checked for one in built.warnings}

    assert {one for one in found if one.partition(": ")[2] in CODES} == PUBLISHED


def test_a_slip_is_reported_where_it_is(tmp_path: Path) -> None:
    """The second of two equal words has its own column."""
    [problem] = found_in({"es": "Un área y otra area, y la Area."[:20]}, tmp_path)

    line = (tmp_path / "letter.yaml").read_text("utf-8").splitlines()[problem.where.line - 1]
    assert line[problem.where.column - 1 :].startswith("area")
