"""Problems are shown in place: certain remedies are one button away, translations that are behind are marked."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from circulars.review.rules.confirmed import record_path
from desk.desks import Answer, Reader

NAME = "sg-letter-dm-24-1021"
PAGE = f"/letters/{NAME}"


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def change(letter: Path, old: str, new: str) -> bytes:
    text = letter.read_text(encoding="utf-8")
    assert old in text
    letter.write_text(text.replace(old, new, 1), encoding="utf-8")
    return letter.read_bytes()


def found(reader: Reader, name: str = "") -> str:
    """What is shown below a field, or else in the list of all problems."""
    said = reader.get(f"{PAGE}/problems", Accept="application/json").said
    return str(said["shown"].get(name, "") if name else said["summary"])


def press(reader: Reader, action: str, **values: str) -> Answer:
    return reader.post(f"{PAGE}/{action}", {"version": reader.version(NAME), **values})


def fixes(page: str) -> list[str]:
    return re.findall(r'name="fix" value="([^"]+)"', page)


def test_a_certain_remedy_is_shown_and_made(reader: Reader, letter: Path) -> None:
    """The change is shown first; only this text changes, and undo restores the bytes."""
    before = change(letter, "I thank you in advance for", "I thank you in advance N.º 12 for")
    after = change(letter, "Agradezco de antemano", "Agradezco de antemano el N.º 12 y")
    page = reader.get(PAGE).text
    [name] = fixes(page)

    answer = press(reader, "fix", fix=name)

    assert before != after
    assert "<del> </del><ins>\u00a0</ins>" in page
    assert answer.status == 303 and "done=fixed#row-body-6" in answer.headers["location"]
    assert letter.read_bytes() == after.replace("el N.º 12 y".encode(), "el N.º\u00a012 y".encode())
    assert not fixes(reader.get(PAGE).text)
    reader.post(f"{PAGE}/undo")
    assert letter.read_bytes() == after


def test_all_certain_remedies_are_made_as_the_command_does(reader: Reader, letter: Path, office: Path) -> None:
    """The button and ``circulars check --fix`` write the same bytes, and the page shows the command."""
    from commands import run_here

    before = change(letter, "Agradezco de antemano", "Agradezco de antemano el N.º 12, el N.º 13 y")
    run_here(office, "check", "--fix", NAME)
    fixed = letter.read_bytes()
    letter.write_bytes(before)
    page = found(reader)

    assert "2 certain fixes" in page and f"circulars check --fix {NAME}" in page
    assert press(reader, "fix", fix="").status == 303
    assert letter.read_bytes() == fixed != before


@pytest.mark.parametrize(("fix", "version"), [("nothing@1:1", ""), ("", ""), ("", "old")])
def test_what_the_page_did_not_show_is_not_fixed(fix: str, version: str, reader: Reader, letter: Path) -> None:
    """Neither what the check no longer finds, nor a letter that was changed meanwhile."""
    before = letter.read_bytes()

    answer = reader.post(f"{PAGE}/fix", {"version": version or reader.version(NAME), "fix": fix})

    assert answer.status == 409
    assert letter.read_bytes() == before


def test_a_text_behind_shows_what_changed_and_is_confirmed(reader: Reader, letter: Path, office: Path) -> None:
    """The record is the one that ``circulars confirm`` writes, and the letter stays as it is."""
    git(office, "init", "-q")
    git(office, "add", ".")
    git(office, "commit", "-qm", "First")
    before = change(letter, "Administration concerned", "Administration involved")
    name = json.dumps(["body", 2, "es"])
    shown = found(reader, name)

    answer = press(reader, "confirm", path=name)

    assert "<del>concerned</del><ins>involved</ins>" in unescape(shown)
    assert f"circulars confirm {NAME} 51 --language es" in shown
    assert answer.status == 303 and "done=confirmed#row-body-2" in answer.headers["location"]
    assert record_path(letter).exists() and letter.read_bytes() == before
    assert not found(reader, name) and "Behind" not in found(reader)
    assert press(reader, "confirm", path=name).status == 409


def test_a_text_behind_in_a_language_that_is_not_shown_is_one_link_away(
    reader: Reader, letter: Path, office: Path
) -> None:
    """The list leads to a page that shows the language."""
    git(office, "init", "-q")
    git(office, "add", ".")
    git(office, "commit", "-qm", "First")
    change(letter, "Administration concerned", "Administration involved")

    page = reader.get(f"{PAGE}?show=en").text

    said = reader.get(f"{PAGE}/problems?show=en", Accept="application/json").said
    for found in (page, said["summary"]):
        assert f'href="{PAGE}?show=en&amp;show=es#row-body-2"' in found


def test_an_empty_text_is_only_to_be_written(reader: Reader, letter: Path) -> None:
    """It is no problem in red, in no language; the preview says so, too."""
    change(letter, "  - id: jury\n", '  - en: ""\n    es: ""\n\n  - id: jury\n')

    page = reader.get(PAGE).text

    assert page.count("Not written yet") == 2
    assert 'class="problems errors"' not in page and "aria-invalid" not in page
    assert "Not all is written yet" in page and "2 texts to write" in page
    assert "not written yet" in reader.get(f"{PAGE}/preview/en").text
    assert reader.post(f"{PAGE}/build").status == 422


def test_a_text_that_lacks_a_language_is_only_to_be_written(reader: Reader, letter: Path) -> None:
    """The empty field says so, not the one beside it."""
    change(letter, "place: {en: New York, es: Nueva York}", "place: {en: New York}")

    assert "Not written yet" in found(reader, '["place", "es"]')
    assert not found(reader, '["place", "en"]')


def test_what_is_removed_can_be_undone_at_once(reader: Reader, letter: Path) -> None:
    """The page says so beside a button, once: what is done next does not say it again."""
    before = letter.read_bytes()
    form = {"act": "remove", "path": json.dumps(["body", 5]), "version": reader.version(NAME)}
    answer = reader.post(f"{PAGE}/entry", form)
    page = reader.get(answer.headers["location"].partition("#")[0]).text
    undo = reader.post(f"{PAGE}/undo", Referer=f"{reader.desk.access.address}{answer.headers['location']}")

    assert '<p role="status">Removed.</p>\n<button>Undo</button>' in page
    assert letter.read_bytes() == before
    assert undo.headers["location"] == f"{PAGE}?done=undone"
