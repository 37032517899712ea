"""The examples in docs/addressees.md are correct."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from circulars.model.addressee import KNOWN_COLUMNS
from circulars.source.addressees import Checks, column_name, open_list
from circulars.source.addressees.checks import MAX_CELL, MAX_ID
from conftest import ROOT

PAGE = (ROOT / "docs" / "addressees.md").read_text(encoding="utf-8")
LISTS = re.findall(r"^```(csv|yaml list)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("kind", "text"), LISTS, ids=[f"{kind} {number}" for number, (kind, _) in enumerate(LISTS)])
def test_a_list_in_the_docs_can_be_read(tmp_path: Path, kind: str, text: str) -> None:
    """Each list has two addressees and no problems."""
    name = f"list.{kind.split()[0]}"
    (tmp_path / name).write_text(text, encoding="utf-8")
    addressees = open_list(name, folder=tmp_path)
    checks = Checks(addressees, ["name"] if kind == "csv" else [], ("en", "es"))

    assert checks.head() == ()
    assert [checks.problems(addressee) for addressee in addressees] == [(), ()]


def test_the_problems_in_the_docs_are_those_that_are_reported(tmp_path: Path) -> None:
    """The messages are equal, character for character."""
    head = LISTS[0][1].splitlines()[0]
    good = "es,,Ana,,,,,,ES,,"
    rows = [f"1,{good}", "2,,,Ana,,,,,,ES,,", *(f"{n},{good}" for n in (3, 4, 5)), "6,es,,Ana,,,,,,Korea,,"]
    (tmp_path / "delegates.csv").write_text("\n".join([head, *rows]))
    addressees = open_list("delegates.csv", folder=tmp_path)
    checks = Checks(addressees, [], ("en", "es"))

    found = [str(problem) for addressee in addressees for problem in checks.problems(addressee) if addressee.id in "26"]

    assert "\n".join(found) in PAGE


def test_the_docs_name_every_column_and_limit() -> None:
    """The page has the known columns, their Spanish names, and the limits of cells and ids."""
    table = PAGE[PAGE.index("| column |") : PAGE.index("The columns `id`")]
    names = PAGE[PAGE.index("### Names of columns") : PAGE.index("### Titles")]
    spanish = [row.split("|")[3].split(",")[0] for row in names.splitlines() if row.startswith("| `")]

    assert set(KNOWN_COLUMNS) <= set(re.findall(r"`(\w+)`", table))
    assert {column_name(head) for head in spanish} >= set(KNOWN_COLUMNS)
    assert f"{MAX_CELL:,} characters" in PAGE
    assert f"{MAX_ID} bytes" in PAGE
