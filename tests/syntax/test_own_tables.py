"""The program's own tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.syntax.nodes import read_tree
from circulars.syntax.own_tables import own_table

PROGRAM = Path(__file__).parents[2] / "src" / "circulars"
# The explanations of problems show characters that are lost; a test of their own counts them.
TABLES = sorted(str(one.relative_to(PROGRAM)) for one in PROGRAM.rglob("*.yaml") if one.parent.name != "problems")


def test_words_that_yaml_takes_for_something_else_are_text() -> None:
    """Spanish and English lists have the head "no" for a number, and limits of servers end after so many hours."""
    columns, refusals = (
        own_table("circulars.source.addressees", "columns.yaml"),
        own_table("circulars.merge.post", "refusals.yaml"),
    )

    assert "no" in columns["columns"]["id"]["en"] + columns["parts"]["number"]["en"]
    assert "24" in [row.get("hours") for row in refusals["rows"]]


@pytest.mark.parametrize("table", TABLES)
def test_no_table_has_a_key_twice(table: str) -> None:
    """The second would replace the first. A stricter reader than the program's finds it."""
    read_tree((PROGRAM / table).read_bytes(), table)
