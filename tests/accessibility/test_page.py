"""docs/check-outputs.md lists the rules for finished files; ``python tests/accessibility/test_page.py`` renews them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from circulars.accessibility import PDF, WORD, Rule

FILE = Path(__file__).parents[2] / "docs" / "check-outputs.md"
PAGE = FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("title", "rules"), [("Rules for Word files", WORD), ("Rules for PDF files", PDF)])
def test_the_page_has_every_rule(title: str, rules: Mapping[str, Rule]) -> None:
    """The tables are the same as the rules in the code, in the same order."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]

    assert rows == table(rules)


def table(rules: Mapping[str, Rule]) -> list[str]:
    """The rows of a table of rules."""
    return [f"| `{r.code}` | {r.severity} | {r.requirement} | {r.remedy} | {r.source} |" for r in rules.values()]


def renew() -> None:
    """Writes the present tables into the page."""
    page = PAGE
    for title, rules in (("Rules for Word files", WORD), ("Rules for PDF files", PDF)):
        head, heading, rest = page.partition(f"\n## {title}\n")
        before, ruler, after = rest.partition("|---|---|---|---|---|\n")
        page = head + heading + before + ruler + "\n".join(table(rules)) + "\n" + re.sub(r"\A(\|.*\n)*", "", after)
    FILE.write_text(page, encoding="utf-8")


@pytest.mark.parametrize("rules", [WORD, PDF], ids=["Word", "PDF"])
def test_every_rule_has_a_requirement_a_remedy_and_a_source(rules: Mapping[str, Rule]) -> None:
    """The requirement is a sentence; the remedy is not."""
    for rule in rules.values():
        assert rule.requirement.endswith(".")
        assert rule.remedy and not rule.remedy.endswith(".")
        assert rule.source


if __name__ == "__main__":
    renew()
