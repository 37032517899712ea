"""Paragraphs and entries are added, moved and removed in place, and nothing else changes."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from circulars.desk.fields import letter_fields
from conftest import ROOT
from desk.desks import Answer, Reader

NAME = "sg-letter-dm-24-1021"


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


def versions(reader: Reader) -> str:
    found = re.search(r'name="version" value="(\w+)"', reader.get(f"/letters/{NAME}").text)
    assert found
    return found[1]


def arranged(reader: Reader, act: str, *path: str | int, version: str = "", **headers: str) -> Answer:
    form = {"act": act, "path": json.dumps(path), "version": version or versions(reader)}
    return reader.post(f"/letters/{NAME}/entry", form, **headers)


def paragraphs(letter: Path) -> list[str]:
    """The paragraphs of the body in English."""
    rows = letter_fields(letter.read_bytes(), letter.name, letter.parent).body
    return [one.text for row in rows for one in row.fields if one.path[2:] == ("en",)]


def test_a_paragraph_is_moved_with_its_comments(reader: Reader, letter: Path) -> None:
    """The reader is led to the paragraph in its new place; undo restores the bytes."""
    before, lines = letter.read_bytes(), paragraphs(letter)

    answer = arranged(reader, "down", "body", 3)

    assert (answer.status, answer.headers["location"]) == (303, f"/letters/{NAME}#row-body-4")
    assert paragraphs(letter) == [*lines[:3], lines[4], lines[3], *lines[5:]]
    assert sorted(letter.read_bytes().splitlines()) == sorted(before.splitlines())
    arranged(reader, "up", "body", 4)
    assert letter.read_bytes() == before
    reader.post(f"/letters/{NAME}/undo")
    reader.post(f"/letters/{NAME}/undo")
    assert letter.read_bytes() == before


def test_a_new_paragraph_is_empty_in_each_language(reader: Reader, letter: Path) -> None:
    """It is shown to be written, and until it is, the letter is not built."""
    before = letter.read_bytes()

    answer = arranged(reader, "add", "body", 0)
    found = reader.get(f"/letters/{NAME}/problems", Accept="application/json").said["unwritten"]
    texts = {code: reader.edit(NAME, ("body", 1, code), "", f"A text {code}.").status for code in ("en", "es")}

    assert (answer.status, answer.headers["location"]) == (303, f"/letters/{NAME}#row-body-1")
    assert set(found) == {'["body", 1, "en"]', '["body", 1, "es"]'}
    assert texts == {"en": 200, "es": 200}
    said = reader.get(f"/letters/{NAME}/problems", Accept="application/json").said
    assert (said["errors"], said["unwritten"]) == ({}, [])
    for _ in range(3):
        reader.post(f"/letters/{NAME}/undo")
    assert letter.read_bytes() == before


def test_a_paragraph_is_removed_and_comes_back(reader: Reader, letter: Path) -> None:
    """No other line changes."""
    before, lines = letter.read_bytes(), paragraphs(letter)

    assert arranged(reader, "remove", "body", 5).status == 303

    assert paragraphs(letter) == [*lines[:5], *lines[6:]]
    assert set(letter.read_bytes().splitlines()) < set(before.splitlines())
    reader.post(f"/letters/{NAME}/undo")
    assert letter.read_bytes() == before


def test_a_letter_that_changed_meanwhile_is_not_arranged(reader: Reader, letter: Path) -> None:
    """The number of the paragraph may be that of another one now."""
    version = versions(reader)
    letter.write_bytes(letter.read_bytes() + b"# seen\n")
    before = letter.read_bytes()

    answer = arranged(reader, "remove", "body", 5, version=version)

    assert answer.status == 409
    assert "was changed meanwhile" in answer.text and "do it again" in answer.text
    assert letter.read_bytes() == before


@pytest.mark.parametrize(
    ("act", "path"),
    [("x", ("body", 1)), ("remove", ("body",)), ("up", ("body", 99)), ("add", ("facts",)), ("remove", ("subject",))],
)
def test_only_entries_with_texts_are_arranged(
    act: str, path: tuple[str | int, ...], reader: Reader, letter: Path
) -> None:
    """No form can remove the body."""
    before = letter.read_bytes()

    assert arranged(reader, act, *path).status == 400
    assert letter.read_bytes() == before


@pytest.mark.parametrize(("act", "number"), [("up", 0), ("down", 6)])
def test_the_first_goes_no_further_up_and_the_last_no_further_down(
    act: str, number: int, reader: Reader, letter: Path
) -> None:
    """Their buttons are disabled, and a request is refused."""
    before = letter.read_bytes()
    row = reader.get(f"/letters/{NAME}").text.partition(f'id="row-body-{number}"')[2]

    answer = arranged(reader, act, "body", number)

    assert len(paragraphs(letter)) == 7
    assert re.findall(rf'value="{act}"[^>]*>', row)[0].endswith("disabled>")
    assert answer.status == 422
    assert letter.read_bytes() == before


def test_the_reader_keeps_the_columns(reader: Reader) -> None:
    """The screen comes back as it was."""
    page = f"{reader.desk.access.address}/letters/{NAME}?show=es&preview=es&view=pages"

    answer = arranged(reader, "down", "body", 0, Referer=page)
    other = arranged(reader, "up", "body", 1, Referer="https://evil.example/letters/x?a=b")

    assert answer.headers["location"] == f"/letters/{NAME}?show=es&preview=es&view=pages#row-body-1"
    assert other.headers["location"] == f"/letters/{NAME}#row-body-0"


TABLE = "letters/tsb-collective-2-5.yaml"


@pytest.mark.parametrize(
    ("path", "empty"),
    [
        (("body", 3), {()}),
        (("body", 4, "deadlines", 0), {(), ("date",)}),
        (("annexes", 1, "body", 1, "table", "rows", 0), {(0,), (1,), (2,)}),
    ],
    ids=["heading", "deadline", "row"],
)
def test_headings_deadlines_and_rows_of_tables_are_entries(
    path: tuple[str | int, ...], empty: set[tuple[str | int, ...]], reader: Reader, office: Path
) -> None:
    """Each has buttons once; a new one has what the one above has, without words. Cells are not moved."""
    shutil.copy(ROOT / TABLE, office / TABLE)
    name = Path(TABLE).stem
    before = (office / TABLE).read_bytes()
    page = reader.get(f"/letters/{name}").text
    version = re.findall(r'name="version" value="(\w+)"', page)[0]
    *parent, number = path
    assert isinstance(number, int)
    new = (*parent, number + 1)

    form = {"act": "add", "path": json.dumps(path), "version": version}
    answer = reader.post(f"/letters/{name}/entry", form)

    arranging = f'name="path" value="{json.dumps(path)}">\n<input type="hidden" name="version"'
    assert unescape(page).count(arranging) == 1
    assert answer.status == 303 and f"#row-{'-'.join(map(str, new))}" in answer.headers["location"]
    data = (office / TABLE).read_bytes()
    rows = [row for row in letter_fields(data, "", office).rows if row.path[: len(new)] == new]
    assert {one.text for row in rows for one in row.fields} == {""}
    assert {row.path[len(new) :] for row in rows} == empty
    reader.post(f"/letters/{name}/undo")
    assert (office / TABLE).read_bytes() == before


def test_a_language_is_added_to_the_letter(reader: Reader, letter: Path) -> None:
    """One line changes; the texts of the language are empty and shown, and each is added when it is written."""
    before = letter.read_bytes()
    form = {"language": "fr", "version": versions(reader)}

    answer = reader.post(f"/letters/{NAME}/language", form)

    assert answer.headers["location"] == f"/letters/{NAME}?show=en&show=fr"
    assert letter.read_bytes() == before.replace(b"[en, es]", b"[en, es, fr]") != before
    page = reader.get(answer.headers["location"]).text
    assert re.search(r'<textarea name="text" rows="2" aria-label="Subject · French"[^>]* lang="fr"', page)
    assert reader.edit(NAME, ("subject", "fr"), "", "Prix").status == 200
    assert b"  fr: Prix\n" in letter.read_bytes()
    for _ in range(2):
        reader.post(f"/letters/{NAME}/undo")
    assert letter.read_bytes() == before


@pytest.mark.parametrize("code", ["en", "xx", "../en", ""])
def test_only_languages_that_the_letter_lacks_are_added(code: str, reader: Reader, letter: Path) -> None:
    """The program must know them."""
    before = letter.read_bytes()

    assert reader.post(f"/letters/{NAME}/language", {"language": code, "version": versions(reader)}).status == 400
    assert letter.read_bytes() == before
