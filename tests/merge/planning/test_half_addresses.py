"""No letter goes to half an address because a head of the list was not understood."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

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


def merged(folder: Path, text: str, *more: str) -> tuple[int, str]:
    """The exit code and the output of a merge of a list."""
    (folder / "letters").mkdir()
    (folder / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (folder / "list.csv").write_text(text, encoding="utf-8")
    done = run_here(folder, "merge", "meeting", "list.csv", "--formats", "txt", *more)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "head", ["Street of office", "Calle de la sede", "Rue principale", "Улица офиса", "公司街道名"]
)
def test_a_city_without_the_street_of_the_list_is_refused(tmp_path: Path, head: str) -> None:
    """The row and the head are named, and the remedy."""
    code, shown = merged(tmp_path, f"id,language,name,{head},city\n1,en,Ana,Weg 1,Bern\n2,en,Ben,,Bern\n")

    assert code == 1
    assert "list.csv:2:4  address-part-unused" in shown
    assert f"nothing uses the column '{head}'" in shown
    assert f"hint: --columns 'address={head}' makes it the address" in shown
    assert "list.csv:3" not in shown


def test_a_part_that_the_address_does_not_lack_is_a_warning(tmp_path: Path) -> None:
    """It is named before anything else."""
    text = "id,language,name,address,city,Town of birth office,Rue principale\n1,en,Ana,Weg 1,Bern,,Weg 2\n"
    code, shown = merged(tmp_path, text)

    assert code == 0
    assert "address-part-unused  not in the address, although it looks like a part of one: 'Rue principale'" in shown
    assert "hint: --columns 'address=address,Rue principale' adds it to the address" in shown


def test_the_remedy_keeps_an_address_of_other_heads(tmp_path: Path) -> None:
    """What the list has already must not be lost, so all heads are to be named."""
    shown = merged(tmp_path, "id,language,name,Street,city,Rue principale\n1,en,Ana,Weg 1,Bern,Weg 2\n")[1]

    assert "hint: --columns address=HEAD,HEAD names all heads that the address is made of" in shown


def test_a_shell_takes_the_remedy_as_it_is(tmp_path: Path) -> None:
    """A head with a comma, or with something that a shell would run, is quoted."""
    head = "Rue principale, $HOME"
    shown = merged(tmp_path, f'id,language,name,"{head}",city\n1,en,Ana,Weg 1,Bern\n')[1]
    [remedy] = {line.partition("--columns ")[2] for line in shown.splitlines() if "--columns " in line}

    assert shlex.split(remedy)[0] == f'address="{head}"'


def test_a_setting_is_the_remedy(tmp_path: Path) -> None:
    """The head is then used."""
    text = "id,language,name,Rue principale,city\n1,en,Ana,Weg 1,Bern\n"
    code, shown = merged(tmp_path, text, "--columns", "address=Rue principale")

    assert code == 0
    assert "address-part-unused" not in shown


def test_e_mail_addresses_and_kinds_are_no_parts(tmp_path: Path) -> None:
    """Nothing is said of them."""
    text = "id,language,name,city,E-mail address at home,Address 1 - Formatted\n1,en,Ana,Bern,a@example.org,x\n"

    assert "address-part-unused" not in merged(tmp_path, text)[1]
