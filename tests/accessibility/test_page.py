"""docs/check-outputs.md lists the rules for finished files."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from circulars.accessibility import PDF, WORD, Rule
from conftest import ROOT

PAGE = (ROOT / "docs" / "check-outputs.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("title", "rules"), [("Rules for Word files", WORD), ("Rules for PDF files", PDF)])
def test_the_page_has_every_rule(title: str, rules: Mapping[str, Rule]) -> None:
    """The tables are the same as the rules in the code, in the same order."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]

    expected = [f"| `{r.code}` | {r.severity} | {r.requirement} | {r.remedy} | {r.source} |" for r in rules.values()]
    assert rows == expected


@pytest.mark.parametrize("rules", [WORD, PDF], ids=["Word", "PDF"])
def test_every_rule_has_a_requirement_a_remedy_and_a_source(rules: Mapping[str, Rule]) -> None:
    """The requirement is a sentence; the remedy is not."""
    for rule in rules.values():
        assert rule.requirement.endswith(".")
        assert rule.remedy and not rule.remedy.endswith(".")
        assert rule.source
