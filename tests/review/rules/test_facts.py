"""The rules for facts find weekdays, deadlines, annexes and references that are wrong, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from circulars.errors import Problem
from circulars.review.rules import RULES, RuleProblem, check_letters
from circulars.workspace import Workspace
from conftest import ROOT

CASES = yaml.safe_load((Path(__file__).parent / "facts.yaml").read_text("utf-8"))
WRONG = [(code, keys) for code, cases in CASES.items() for keys in cases["wrong"]]
RIGHT = [(code, keys) for code, cases in CASES.items() for keys in cases["right"]]


def found_in(keys: dict[str, Any], folder: Path) -> list[str]:
    """What the rules find in a letter with these keys."""
    plain = {"number": 1, "date": date(2025, 1, 15), "languages": ["en"], "subject": "Meeting"}
    letter = {"kind": "tsb-circular", "signatory": "tsb-director", **plain, **keys}
    (folder / "letter.yaml").write_text(yaml.safe_dump(letter, allow_unicode=True, width=1000), "utf-8")
    [built] = check_letters([folder / "letter.yaml"], Workspace(folder))
    assert built.problems == ()
    return _facts(built.warnings)


def _facts(warnings: Iterable[Problem]) -> list[str]:
    """Those of this family."""
    rules = (one for one in warnings if isinstance(one, RuleProblem))
    return [str(one) for one in rules if RULES[one.code].family == "facts"]


@pytest.mark.parametrize(("code", "keys"), WRONG, ids=lambda one: one if isinstance(one, str) else "")
def test_a_wrong_fact_is_found(code: str, keys: dict[str, Any], tmp_path: Path) -> None:
    """Each letter has one fault."""
    assert [problem.split("  ")[1] for problem in found_in(keys, tmp_path)] == [code]


@pytest.mark.parametrize(("code", "keys"), RIGHT, ids=lambda one: one if isinstance(one, str) else "")
def test_right_facts_have_no_problem(code: str, keys: dict[str, Any], tmp_path: Path) -> None:
    """A similar letter that is right."""
    assert found_in(keys, tmp_path) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("day", "count"), [(None, 0), (13, 0), (14, 0), (15, 1), (17, 1), (18, 2), (30, 2)])
def test_deadlines_are_past_only_on_a_day_that_is_named(
    language: str, day: int | None, count: int, tmp_path: Path
) -> None:
    """Without a day nothing depends on the clock; a deadline on the day itself is not past."""
    keys: dict[str, Any] = {"languages": [language], "subject": "A"}
    entries = [{"date": date(2025, 3, 14), language: "A"}, {"date": date(2025, 3, 17), language: "B"}]
    plain = {"kind": "tsb-circular", "number": 1, "date": date(2025, 1, 15), "signatory": "tsb-director"}
    file = tmp_path / "letter.yaml"
    file.write_text(yaml.safe_dump(plain | keys | {"body": [{"deadlines": entries}]}), "utf-8")

    today = day and date(2025, 3, day)
    [built] = check_letters([file], Workspace(tmp_path), today or None)
    assert [one.code for one in built.warnings] == ["past-deadline"] * count


def test_every_rule_has_enough_letters() -> None:
    """At least five letters trigger each rule, and at least five do not."""
    assert {*CASES, "former-fact", "past-deadline", "short-notice", "wrong-cited-date"} == {
        rule.code for rule in RULES.values() if rule.family == "facts"
    }
    assert all(len(cases[kind]) >= 5 for cases in CASES.values() for kind in ("wrong", "right"))


@pytest.mark.parametrize("file", sorted((ROOT / "letters").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_examples_have_no_wrong_facts(file: Path) -> None:
    """Nothing is found in any example letter."""
    [built] = check_letters([file], Workspace(ROOT))

    assert _facts(built.warnings) == []


def test_faults_of_published_letters_are_found() -> None:
    """One was published with the wrong day of the week, and one with a deadline on a Saturday."""
    names = ("bdt-RPM-ARB_invitation-observateurs_2009", "tsb-collective-4-5_WP1-5_2018")
    files = [ROOT / "tests" / "corpus" / f"{name}.yaml" for name in names]
    found = [one.message for built in check_letters(files, Workspace(ROOT)) for one in built.warnings]

    assert "'12 janvier 2010' is a Tuesday, not 'vendredi'" in found
    assert "this deadline, 21 April 2018, is a Saturday" in found
