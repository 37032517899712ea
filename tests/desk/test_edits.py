"""An edit in the desk changes its text, one line of the file, and nothing else; it can be undone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from circulars.desk.fields import text_hash
from desk.desks import Reader

NAME = "tsb-circular-213"
PATH = ("body", 1, "en")
OLD = "The U4SSC meeting will be held in English and Spanish."
NEW = "The U4SSC meeting will be held in English, French and Spanish."


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


def test_a_changed_word_is_one_changed_line(reader: Reader, office: Path, letter: Path) -> None:
    """``git diff`` has one line removed and one added."""
    subprocess.run(["git", "init", "-q", office], check=True)
    subprocess.run(["git", "-C", office, "add", "letters"], check=True)

    answer = reader.edit(NAME, PATH, OLD, NEW)

    said = answer.said
    assert (answer.status, said["text"], said["was"]) == (200, NEW, text_hash(NEW))
    diff = subprocess.run(["git", "-C", office, "diff", "-U0"], capture_output=True, check=True).stdout.decode()
    assert [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        f"-    en: {OLD}",
        f"+    en: {NEW}",
    ]


def test_the_changed_word_is_in_the_preview(reader: Reader) -> None:
    """The text of the letter has it at once, and so do its pages."""
    version = reader.edit(NAME, PATH, OLD, NEW).said["version"]

    text = reader.get(f"/letters/{NAME}/preview/en")
    pages = reader.get(f"/letters/{NAME}/pages/en", Accept="application/json").said

    assert NEW in text.text
    assert text.headers["desk-version"] == pages["version"] == version
    assert pages["pages"] == 1
    assert reader.get(f"/letters/{NAME}/pages/en/1?width=500").data.startswith(b"\x89PNG")


def test_undo_restores_the_bytes(reader: Reader, letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits of one text in a row are undone together, and edits of another one before them after that."""
    monkeypatch.setattr("circulars.desk.journal.PAUSE", float("inf"))  # however busy the machine is
    before = letter.read_bytes()
    reader.edit(NAME, ("facts", "meeting"), "2024-09-19", "2024-09-20")
    between = letter.read_bytes()
    reader.edit(NAME, PATH, OLD, NEW)
    assert reader.edit(NAME, PATH, NEW, "The meeting is in Spanish.").said["can_undo"] is True

    first = reader.post(f"/letters/{NAME}/undo", Accept="application/json").said
    assert (letter.read_bytes(), first["text"], first["can_undo"]) == (between, OLD, True)
    second = reader.post(f"/letters/{NAME}/undo", Accept="application/json").said
    assert (letter.read_bytes(), second["text"], second["can_undo"]) == (before, "2024-09-19", False)
    assert reader.post(f"/letters/{NAME}/undo", Accept="application/json").status == 409


def test_what_another_program_wrote_is_not_undone(reader: Reader, letter: Path) -> None:
    """Undo would overwrite it."""
    reader.edit(NAME, PATH, OLD, NEW)
    letter.write_bytes(letter.read_bytes() + b"# checked\n")
    after = letter.read_bytes()

    answer = reader.post(f"/letters/{NAME}/undo")

    assert answer.status == 409
    assert "changed by another program" in answer.text
    assert letter.read_bytes() == after


def test_a_text_that_changed_meanwhile_is_not_overwritten(reader: Reader, letter: Path) -> None:
    """Both versions are shown, and the second writer chooses; without scripts, too."""
    version = reader.version(NAME)
    reader.get(f"/letters/{NAME}")
    reader.edit(NAME, PATH, OLD, NEW)
    after = letter.read_bytes()

    said = reader.edit(NAME, PATH, OLD, "My own words.", version)
    page = reader.edit(NAME, PATH, OLD, "My own words.", version, Accept="text/html")

    assert (said.status, said.said["theirs"], said.said["was"]) == (409, NEW, text_hash(NEW))
    assert page.status == 409
    assert NEW in page.text and "My own words." in page.text
    assert letter.read_bytes() == after
    assert reader.edit(NAME, PATH, NEW, "My own words.").status == 200


def test_another_text_that_changed_meanwhile_is_no_conflict(reader: Reader, letter: Path) -> None:
    """Another program's edit of another text stays."""
    reader.get(f"/letters/{NAME}")
    version = reader.version(NAME)
    letter.write_bytes(
        letter.read_bytes().replace(b"se celebrar\xc3\xa1 en ingl\xc3\xa9s", b"ser\xc3\xa1 en ingl\xc3\xa9s")
    )

    assert reader.edit(NAME, PATH, OLD, NEW, version).status == 200
    assert "será en inglés" in letter.read_text(encoding="utf-8")
    assert NEW in letter.read_text(encoding="utf-8")


def test_line_ends_comments_and_the_mark_at_the_beginning_stay(reader: Reader, letter: Path) -> None:
    """A file from Windows stays one."""
    data = b"\xef\xbb\xbf# ours\n" + letter.read_bytes()
    letter.write_bytes(data.replace(b"\n", b"\r\n"))

    assert reader.edit(NAME, PATH, OLD, NEW).status == 200
    assert letter.read_bytes() == data.replace(OLD.encode(), NEW.encode()).replace(b"\n", b"\r\n")


def test_lines_of_a_form_are_lines_of_the_text(reader: Reader, letter: Path) -> None:
    """Browsers send two characters for a line end."""
    subject = (
        "Eighth Meeting of the United for Smart Sustainable Cities (U4SSC) Initiative\n(Madrid, Spain, {{ meeting }})"
    )

    answer = reader.edit(NAME, ("subject", "en"), subject, "First line\r\n(Second line)\r\n")

    assert answer.said["text"] == "First line\n(Second line)"
    assert b"  en: |\n    First line\n    (Second line)\n  es: |\n" in letter.read_bytes()


def test_a_missing_translation_is_added(reader: Reader, office: Path) -> None:
    """It goes where the letter's languages have it."""
    letter = office / f"letters/{NAME}.yaml"
    lines = letter.read_text(encoding="utf-8").splitlines(keepends=True)
    letter.write_text("".join(line for line in lines if "La reunión de la U4SSC" not in line), encoding="utf-8")

    answer = reader.edit(NAME, ("body", 1, "es"), "", "La reunión será en inglés y en español.")

    assert answer.status == 200
    text = letter.read_text(encoding="utf-8")
    assert f"    en: {OLD}\n    es: La reunión será en inglés y en español.\n    fr: " in text


def test_true_and_false_stay_what_they_are(reader: Reader, office: Path) -> None:
    """A value without quotation marks gets none."""
    letter = office / "letters/sg-letter-dm-24-1021.yaml"
    before = letter.read_bytes()

    assert reader.edit(letter.stem, ("body", 0, "numbered"), "false", "true").status == 200
    assert letter.read_bytes() == before.replace(b"    numbered: false\n", b"    numbered: true\n", 1)


@pytest.mark.parametrize(
    "text", ["a\x07b", "a\u202eb", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\x00"]
)
def test_a_text_that_no_letter_may_have_is_refused(text: str, reader: Reader, letter: Path) -> None:
    """The problem says which character it is, and nothing changes."""
    before = letter.read_bytes()

    answer = reader.edit(NAME, PATH, OLD, text)

    assert answer.status == 422
    assert answer.said["problems"][0]["fact"]
    assert letter.read_bytes() == before


def test_a_text_with_a_problem_is_saved(reader: Reader, letter: Path) -> None:
    """What is wrong with it is shown under it, and the letter is not built."""
    answer = reader.edit(NAME, PATH, OLD, "Held on {{ meting }}.")
    found = reader.get(f"/letters/{NAME}/problems", Accept="application/json").said
    built = reader.post(f"/letters/{NAME}/build")

    assert answer.status == 200
    [problem] = found["errors"][json.dumps(PATH)]
    assert (problem["code"], "'meeting'" in problem["remedy"]) == ("undefined-field", True)
    assert problem["place"].startswith(f"letters/{NAME}.yaml:")
    assert built.status == 422
    assert "A letter with problems is not built" in built.text and "meting" in built.text


def test_the_last_good_layout_stays_while_a_letter_has_problems(reader: Reader) -> None:
    """It says of which version it is."""
    good = reader.get(f"/letters/{NAME}/preview/en")
    version = reader.edit(NAME, PATH, OLD, "Held on {{ meting }}.").said["version"]

    after = reader.get(f"/letters/{NAME}/preview/en")

    assert after.data == good.data
    assert after.headers["desk-version"] == good.headers["desk-version"] != version


def test_without_a_good_layout_the_preview_says_why(reader: Reader) -> None:
    """There is none before the problem is solved."""
    reader.edit(NAME, PATH, OLD, "Held on {{ meting }}.")

    for answer in (reader.get(f"/letters/{NAME}/preview/en"), reader.get(f"/letters/{NAME}/pages/en")):
        assert answer.status == 422
        assert "it cannot be shown yet" in answer.text and "meting" in answer.text


def test_a_letter_that_is_gone_is_not_written(reader: Reader, letter: Path) -> None:
    """Its page was open when the file was deleted."""
    letter.unlink()

    said = reader.edit(NAME, PATH, OLD, NEW)
    page = reader.edit(NAME, PATH, OLD, NEW, Accept="text/html")

    assert (said.status, page.status) == (404, 404)
    assert "deleted or got another name" in said.said["fact"] and "deleted or got another name" in page.text
    assert not letter.exists()


def test_a_text_that_is_gone_is_not_written(reader: Reader, letter: Path) -> None:
    """The writer's own version is in the answer, to be copied."""
    before = letter.read_bytes()

    page = reader.edit(NAME, ("body", 99, "en"), OLD, NEW, Accept="text/html")

    assert page.status == 409
    assert "no longer in the letter" in page.text and NEW in page.text
    assert letter.read_bytes() == before


@pytest.mark.parametrize(
    "path", ["", "x", "[]", "{}", "null", "[null]", "[true]", "[-1]", "[1.5]", '["body"]', "[[1]]", "[" * 5000]
)
def test_only_a_single_value_can_be_named(path: str, reader: Reader, letter: Path) -> None:
    """No form can put a text in the place of a list of paragraphs."""
    before = letter.read_bytes()
    form = {"version": reader.version(NAME), "path": path, "was": text_hash(""), "text": "x"}

    answer = reader.post(f"/letters/{NAME}/text", form, Accept="application/json")

    assert answer.status in (400, 409)
    assert letter.read_bytes() == before
