"""The page about the check of finished files says what the check does."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from circulars.accessibility import PDF, WORD, Rule
from conftest import ROOT

PAGE = (ROOT / "docs" / "check-outputs.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("title", "rules"), [("Rules for Word files", WORD), ("Rules for PDF files", PDF)])
def test_the_page_has_every_rule(title: str, rules: Mapping[str, Rule]) -> None:
    """The tables have the rules of the code, in their order and to the letter."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]

    expected = [f"| `{r.code}` | {r.severity} | {r.what} | {r.remedy} | {r.source} |" for r in rules.values()]
    assert rows == expected


@pytest.mark.parametrize("rules", [WORD, PDF], ids=["Word", "PDF"])
def test_every_rule_says_what_to_do_and_who_says_so(rules: Mapping[str, Rule]) -> None:
    """No rule is without a sentence, a remedy that is no sentence of its own, and a source."""
    for rule in rules.values():
        assert rule.what.endswith(".")
        assert rule.remedy and not rule.remedy.endswith(".")
        assert rule.source
