"""Lists with usual heads, merged as they are typed: the block, what is shown, and what the ledger remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars import api
from circulars.errors import UsageError
from commands import run_here

LETTER = """\
kind: tsb-circular
number: 7
date: 2026-03-14
languages: [en]
to: [member-states]
subject: {en: A meeting}
body:
- en: The meeting is open.
signatory: tsb-director
"""
LIST = """\
ID,language,Salutation,First Name,Last Name,Company,Street,ZIP,Town,Country,Email address,Fax,Telex
c1,en,Ms,Ana,Ejemplo,Beispiel AG,Weg 1,01200,Bern,CH,ana@example.org,7,
"""
READ = (
    "read from the list: title from 'Salutation'; name from 'First Name'; surname from 'Last Name'; "
    "organization from 'Company'; address from 'Street'; postcode from 'ZIP'; city from 'Town'; "
    "email from 'Email address'\n"
    "left unused: 'Fax' and 1 column without any cell filled\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a letter and a list."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def merged(folder: Path, *more: str, name: str = "list.csv") -> tuple[int, str, str]:
    """The exit code and the output of a merge as text files."""
    done = run_here(folder, "merge", "meeting", name, "--formats", "txt", *more)
    return done.returncode, done.stdout, done.stderr


def text(folder: Path) -> str:
    """The copy of the first addressee."""
    return (folder / "output" / "meeting" / "c1.en.txt").read_text(encoding="utf-8")


def test_a_refused_list_shows_how_it_was_read(folder: Path) -> None:
    """A problem may come from a head, or from a row that was left out. All of it is there once."""
    titled = "Members;;\n" + LIST.replace("Ms,Ana", ",").replace("CH,", "Atlantis,")
    (folder / "list.csv").write_text(titled.replace("Members;;", "Members" + "," * 12), encoding="utf-8")
    code, shown, said = merged(folder)

    assert (code, shown) == (1, "")
    assert said.index("unknown-country") < said.index("read from the list: ") < said.index("  head-row  ")
    assert [said.count(words) for words in ("left unused: 'Fax'", "  head-row  ", "nothing was merged: 1 ")] == [
        1,
        1,
        1,
    ]


def test_company_street_and_town_are_in_the_block(folder: Path) -> None:
    """The title opens the letter, and what was understood is shown."""
    code, shown, _ = merged(folder)

    assert code == 0
    assert "Ms Ana Ejemplo\nBeispiel AG\nWeg 1\n01200 Bern\n" in text(folder)
    assert "Dear Ms Ejemplo," in text(folder)
    assert READ in shown


@pytest.mark.parametrize("option", ["--dry-run", "--preview"])
def test_what_was_understood_is_shown_before_anything_is_made(folder: Path, option: str) -> None:
    """A dry run and a preview show the same lines."""
    more = () if option == "--dry-run" else ("--formats", "pdf")

    assert READ in merged(folder, option, *more)[1]


def test_what_was_understood_is_a_value_for_programs(folder: Path) -> None:
    """The columns and their heads, the unused heads, and the number of empty ones."""
    workspace = api.Workspace(folder)
    letter = api.read_letter(folder / "letters" / "meeting.yaml")
    found = api.plan_merge(letter, "list.csv", workspace, api.MergeOrder(formats=("txt",)), clock=lambda: 0.0)

    assert found.columns.read[0] == api.ReadColumn("title", ("Salutation",), "'Salutation'")
    assert (found.columns.unused, found.columns.empty) == (("Fax",), 1)


def test_nothing_is_said_of_a_list_with_the_programs_own_names(folder: Path) -> None:
    """There is nothing to check."""
    (folder / "list.csv").write_text("id,language,name,address\nc1,en,Ana,Weg 1\n", encoding="utf-8")

    assert "read from" not in merged(folder)[1]
    assert "left unused" not in merged(folder)[1]


def test_a_column_that_the_letter_shows_is_not_unused(folder: Path) -> None:
    """Neither is one that decides who gets the letter."""
    (folder / "letters" / "meeting.yaml").write_text(LETTER.replace("open.", 'open at "{{ addressee.fax }}".'))

    shown = merged(folder, "--where", "telex=")[1]

    assert "read from the list" in shown
    assert "left unused" not in shown


def test_an_addition_is_read_as_the_first_list_was(folder: Path) -> None:
    """What was settled for the first list need not be typed again."""
    assert merged(folder, "--columns", "address=Street,ZIP+Town")[0] == 0
    (folder / "late.csv").write_text(LIST.replace("c1,", "c2,").replace("Weg 1", "Weg 2"), encoding="utf-8")

    code, shown, _ = merged(folder, "--add", name="late.csv")

    assert code == 0
    assert "address from 'Street', 'ZIP' + 'Town'" in shown
    assert "Weg 2\n01200 Bern\n" in (folder / "output" / "meeting" / "c2.en.txt").read_text(encoding="utf-8")


def test_another_reading_of_the_columns_is_reported(folder: Path) -> None:
    """A merge is not continued with other addresses."""
    assert merged(folder)[0] == 0

    code, _, problems = merged(folder, "--resume", "--columns", "address=Street,ZIP+Town")

    assert code == 1
    assert "the reading of its columns (address was 'Street', now 'Street', 'ZIP' + 'Town'" in problems


def test_labels_need_an_address(folder: Path) -> None:
    """A name and a country are not enough for the post."""
    (folder / "list.csv").write_text("id,language,name,country\nc1,en,Ana Ejemplo,CH\n", encoding="utf-8")

    done = run_here(folder, "merge", "meeting", "list.csv", "--as", "labels")

    assert done.returncode == 1
    assert "no-address  'c1' has no address: address, postcode, city and region are empty" in done.stderr


def test_printed_letters_without_an_address_are_named(folder: Path) -> None:
    """They may be handed out, so they are printed. Nothing is said of a list without any addresses."""
    (folder / "list.csv").write_text("id,language,name,Street\nc1,en,Ana,Weg 1\nc2,en,Ben,\n", encoding="utf-8")
    (folder / "names.csv").write_text("id,language,name\nc1,en,Ana\n", encoding="utf-8")

    shown = run_here(folder, "merge", "meeting", "list.csv", "--as", "print", "--dry-run").stdout
    of_names = run_here(folder, "merge", "meeting", "names.csv", "--as", "print", "--dry-run").stdout

    assert "list.csv  no-address  1 letter has no address in the block: c2 (row 3)\n" in shown
    assert "no-address" not in of_names


def test_an_argument_that_is_one_text_is_refused(folder: Path) -> None:
    """Its characters would count as settings."""
    with pytest.raises(UsageError, match="takes a tuple of texts"):
        api.open_list("list.csv", columns="address=Street", folder=folder)
