"""The checks of a list's header row and rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.source.addressees import Checks, open_list
from circulars.source.addressees.seen import Seen

HEAD = "id,language,name,country,email\n"


def found(folder: Path, text: str, *needs: str, fallback: str = "") -> list[str]:
    """The problems of a list for a letter in English and Spanish: row, column and code."""
    (folder / "list.csv").write_bytes(text.encode())
    addressees = open_list("list.csv", folder=folder)
    checks = Checks(addressees, needs, ("en", "es"), fallback)
    problems = [*checks.head(), *(problem for addressee in addressees for problem in checks.problems(addressee))]
    return [f"{problem.where.line}:{problem.where.column} {problem.code}" for problem in problems]


def test_every_bad_row_is_reported_at_once_with_row_and_column(tmp_path: Path) -> None:
    """A missing language, an unknown country, an invalid address, a duplicate id, and a missing cell."""
    rows = [
        "1,es,Ana,ES,ana@example.int",
        "2,,Max,DE,max@example.int",
        "3,fr,Max,DE,max@example.int",
        "4,es,,Spainland,ana@example",
        "1,en,Ana,,",
        ",en,Ana,,",
    ]

    assert found(tmp_path, HEAD + "\n".join(rows), "name") == [
        "3:2 missing-language",
        "4:2 unknown-language",
        "5:4 unknown-country",
        "5:5 wrong-email",
        "5:3 missing-cell",
        "6:1 id-twice",
        "7:1 missing-id",
    ]


def test_missing_columns_are_reported_once(tmp_path: Path) -> None:
    """A missing column is reported with the most similar one of the list."""
    (tmp_path / "list.csv").write_text("ids,seats\n1,5\n2,6\n")
    addressees = open_list("list.csv", folder=tmp_path)
    checks = Checks(addressees, ["seat"], ("en",))

    assert [(problem.message, problem.hint) for problem in checks.head()] == [
        ("there is no column 'id': each addressee needs a unique id", "did you mean 'ids'?"),
        ("there is no column 'language', and no fallback language is given", "the list has: ids, seats"),
        ("the letter needs the column 'seat'", "did you mean 'seats'?"),
    ]
    assert [problem for addressee in addressees for problem in checks.problems(addressee)] == []


def test_columns_that_a_letter_uses_have_the_names_of_lists(tmp_path: Path) -> None:
    """A condition's column must exist, but may have empty cells; "Nombre" is "name" in a letter."""
    (tmp_path / "list.csv").write_text("id,language,Nombre\n1,en,\n")
    addressees = open_list("list.csv", folder=tmp_path)
    checks = Checks(addressees, ["nombre"], ("en",), asks=["Category", "name"])

    assert [(problem.message, problem.hint) for problem in checks.head()] == [
        ("the letter uses the column 'Category'", "the list has: id, language, name"),
        (
            "the letter needs the column 'nombre'",
            "write 'name' in the letter: columns have the same names in all languages",
        ),
    ]
    assert [checks.problems(addressee) for addressee in addressees] == [()]


def test_the_fallback_is_for_other_languages_but_not_for_typing_errors(tmp_path: Path) -> None:
    """An addressee who reads French gets the fallback language; "ess" is reported as a typing error."""
    rows = "1,fr,a,,\n2,,a,,\n3,ess,a,,\n4,ES,a,,\n5,spanisj,a,,\n"

    assert found(tmp_path, HEAD + rows, fallback="en") == ["4:2 unknown-language", "6:2 unknown-language"]
    addressees = list(open_list("list.csv", folder=tmp_path))
    checks = Checks(open_list("list.csv", folder=tmp_path), (), ("en", "es"), "en")
    assert [checks.language(addressee) for addressee in addressees[:4]] == ["en", "en", "en", "es"]
    assert [problem.hint for problem in checks.problems(addressees[4])] == ["write es"]


def test_ids_that_a_file_system_treats_as_equal_are_reported(tmp_path: Path) -> None:
    """Ids that differ only in case, or in how an accent is encoded, are duplicates."""
    rows = "a1,en,x,,\nA1,en,x,,\nñ,en,x,,\nn\u0303,en,x,,\n"

    assert found(tmp_path, HEAD + rows) == ["3:1 id-twice", "5:1 id-twice"]


@pytest.mark.parametrize(
    "identifier", ["a/b", "..", "con", "nul.x", "a:b", "a ", "a\u200bb", "x" * 121, "é" * 61, "a?"]
)
def test_ids_that_are_not_valid_file_names_are_reported(tmp_path: Path, identifier: str) -> None:
    """Files are named after the addressees' ids, so an id must be valid in file names on every system."""
    expected = [] if identifier == "a " else ["2:1 wrong-id"]

    assert found(tmp_path, f"{HEAD}{identifier},en,x,,\n") == expected


def test_countries_are_the_codes_of_iso(tmp_path: Path) -> None:
    """Codes are in upper or lower case; groups of countries are refused, and misspelt names are hinted at."""
    rows = "1,en,x,ch,\n2,en,x,EU,\n3,en,x,Suizza,\n4,en,x,ZZ,\n5,en,x,UK,\n"

    assert found(tmp_path, HEAD + rows) == [f"{row}:4 unknown-country" for row in (3, 4, 5)]
    addressees = open_list("list.csv", folder=tmp_path)
    reported = [problem for a in addressees for problem in Checks(addressees, (), ("en", "es")).problems(a)]
    assert [problem.hint for problem in reported][1] == "if CH (Switzerland) is meant, write the code"


def test_an_address_that_cannot_be_sent_to_is_reported(tmp_path: Path) -> None:
    """An invalid domain is found when the list is checked, not when the message is sent."""
    text = HEAD + "1,en,Ana,ES,ana@☕.example\n2,en,Ana,ES,ana@bücher.example\n"

    assert found(tmp_path, text) == ["2:5 wrong-email"]


def test_the_first_rows_of_all_ids_are_remembered() -> None:
    """The hash table grows with the number of ids, and loses none."""
    seen = Seen()

    assert not any(seen.first(f"id-{number}", number) for number in range(1, 30_000))
    assert all(seen.first(f"ID-{number}", 0) == number for number in range(1, 30_000))


def test_line_breaks_are_allowed_in_some_columns_only(tmp_path: Path) -> None:
    """They are allowed in an address and in custom columns, but not in a name, which goes into e-mail headers."""
    text = 'id,language,name,address,remark\n1,en,"Ana\nBcc: max@example.int","a\nb","c\nd"\n2,en,"A\tB",a,b\n'

    assert found(tmp_path, text) == ["2:3 line-break", "3:3 control-character"]


def test_cells_beyond_the_limit_are_reported(tmp_path: Path) -> None:
    """A cell may have 10,000 characters; the length of the row does not matter."""
    text = f"id,language,a,b\n1,en,{'x' * 10_000},{'y' * 10_000}\n2,en,{'x' * 10_001},y\n"

    assert found(tmp_path, text) == ["3:3 too-long"]
