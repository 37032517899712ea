"""New letters get the next number and the date of today, without a file name from anybody."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from circulars.build import check_files
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from desk.desks import Answer, Reader


def made(reader: Reader, **form: str) -> Answer:
    return reader.post("/new/letter", {key.rstrip("_"): value for key, value in form.items()})


def letters(office: Path) -> set[str]:
    return {path.stem for path in (office / "letters").glob("*.yaml")}


def days() -> list[datetime.date]:
    """Today and yesterday: midnight may have passed since."""
    return [datetime.date.today() - datetime.timedelta(days=days) for days in (0, 1)]


def test_a_letter_of_a_kind_is_made_and_shown(reader: Reader, office: Path) -> None:
    """It has the number after that of the newest letter of its kind, and the page offers each kind of each pack."""
    page = reader.get("/new").text

    answer = made(reader, from_="kind", kind="itu/tsb-circular")

    assert answer.headers["location"] == "/letters/tsb-circular-214"
    assert reader.get("/letters/tsb-circular-214").status == 200
    letter = read_letter(office / "letters/tsb-circular-214.yaml")
    assert letter.number == "214" and letter.date in days()
    kinds = re.findall(r'<option value="(\w+/[^"]+)"', page)
    assert {"itu/sg-letter", "emwo/notice"} < set(kinds)
    assert [made(reader, from_="kind", kind=kind).status for kind in kinds] == [303] * len(kinds)
    assert not any(built.problems for built in check_files([*office.glob("letters/*.yaml")], Workspace(office)))


def test_a_copy_differs_in_its_number_and_date(reader: Reader, office: Path) -> None:
    """All other lines are those of the letter."""
    old = (office / "letters/sg-letter-dm-24-1021.yaml").read_text(encoding="utf-8").splitlines()

    answer = made(reader, from_="copy", letter="sg-letter-dm-24-1021")

    assert answer.headers["location"] == "/letters/sg-letter-dm-24-1022"
    new = (office / "letters/sg-letter-dm-24-1022.yaml").read_text(encoding="utf-8").splitlines()
    number, date = (pair for pair in zip(old, new, strict=True) if pair[0] != pair[1])
    assert number == ("number: DM-24/1021", "number: DM-24/1022")
    assert date in [("date: 2024-10-21", f"date: {day}") for day in days()]


def test_an_amendment_names_the_letter_that_it_amends(reader: Reader, office: Path) -> None:
    """In the languages of the letter; each further one has the next number."""
    form = {"letter": "tsb-circular-213", "amendment": "corrigendum"}

    first, second = (made(reader, from_="amendment", **form).headers["location"] for _ in range(2))

    assert first == "/letters/tsb-circular-213-corrigendum-1"
    assert second == "/letters/tsb-circular-213-corrigendum-2"
    letter = read_letter(office / "letters/tsb-circular-213-corrigendum-2.yaml")
    assert letter.number == "213"
    assert letter.amends and (letter.amends.kind, letter.amends.number) == ("corrigendum", 2)
    assert [one.name for one in letter.languages] == ["en", "es", "fr", "ru", "ar", "zh"]
    copied = made(reader, from_="copy", letter="tsb-circular-213-corrigendum-2").headers["location"]
    assert copied == "/letters/tsb-circular-214"
    assert not read_letter(office / "letters/tsb-circular-214.yaml").amends


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"from_": "kind", "kind": "itu/none"}, 400), ({"from_": "kind", "kind": "../tsb-circular"}, 400),
        ({"from_": "kind"}, 400), ({"from_": "x"}, 400), ({"from_": "copy", "letter": "../x"}, 404),
        ({"from_": "amendment", "letter": "tsb-circular-213", "amendment": "../x"}, 400),
    ],
)  # fmt: skip
def test_only_what_the_page_offers_is_made(form: dict[str, str], status: int, reader: Reader, office: Path) -> None:
    """No name of a request becomes that of a file."""
    before = letters(office)

    assert made(reader, **form).status == status
    assert letters(office) == before


@pytest.mark.parametrize("form", [{"from_": "copy"}, {"from_": "amendment", "amendment": "addendum"}])
def test_a_letter_without_a_number_has_no_next_one(form: dict[str, str], reader: Reader, office: Path) -> None:
    """The page says what is missing."""
    (office / "letters/one.yaml").write_text("kind: tsb-circular\n")
    before = letters(office)

    answer = made(reader, letter="one", **form)

    assert answer.status == 422
    assert "has no number" in answer.text and "Write its number first" in answer.text
    assert letters(office) == before
