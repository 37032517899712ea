"""`circulars diff`: two versions of a letter, in real git repositories, in English and Spanish."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.review import ChangeReport, diff
from circulars.workspace import Workspace

LETTER = Path(__file__).with_name("tsb-circular-213.yaml")
NAME = "letters/tsb-circular-213.yaml"
ENGLISH = "The U4SSC meeting will be held in English and Spanish."
SPANISH = "La reunión de la U4SSC se celebrará en inglés y en español."


def git(folder: Path, *arguments: str) -> None:
    """Runs git in a folder, as somebody without settings."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A folder with one letter, committed on the branch main; we stand in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    (tmp_path / NAME).write_bytes(LETTER.read_bytes())
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    return Workspace(tmp_path)


def edit(workspace: Workspace, *changes: tuple[str, str], name: str = NAME) -> None:
    """Replaces words in a letter; each must be there."""
    path = workspace.folder / name
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def test_a_letter_that_did_not_change_does_not_differ(workspace: Workspace) -> None:
    """A file that is as the last commit has it gives nothing."""
    report = diff(NAME, None, workspace)

    assert not report.differs
    assert report.text() == "no changes"


def test_a_change_in_one_language_asks_about_the_other(workspace: Workspace) -> None:
    """When the English changed and the Spanish did not, the report says so at the paragraph."""
    edit(workspace, (ENGLISH, ENGLISH.replace("English and", "English, French and")))

    text = diff(NAME, None, workspace).text()

    assert "  paragraph 2: changed  (only in en: is es still right?)\n" in text
    assert "held in English{+, French+} and Spanish." in text
    assert "es: no changes" in text
    assert text.startswith(f"HEAD:{NAME} → {NAME}\n")


def test_a_change_in_both_languages_asks_nothing(workspace: Workspace) -> None:
    """When both languages changed at one place, there is nothing to ask."""
    edit(workspace, (ENGLISH, "In English only."), (SPANISH, "Solo en inglés."))

    report = diff(NAME, None, workspace)

    assert report.differs
    assert "still right" not in report.text()


def test_a_fact_changes_in_each_language(workspace: Workspace) -> None:
    """A date that stands once in the file is told in every text that says it, in each language."""
    edit(workspace, ("meeting: 2024-09-19", "meeting: 2024-09-20"))

    text = diff(NAME, None, workspace).text()

    assert "[-19-]{+20+} September 2024" in text
    assert "[-19-]{+20+} de septiembre de 2024" in text
    assert "still right" not in text


def test_new_words_stand_beside_old_ones_in_colour(workspace: Workspace) -> None:
    """On a terminal what went is red and struck, what came green and underlined."""
    edit(workspace, ("English and Spanish.", "English and French."))

    assert "\x1b[31;9mSpanish\x1b[0m\x1b[32;4mFrench\x1b[0m" in diff(NAME, None, workspace).text(colour=True)


def test_the_json_says_the_same(workspace: Workspace) -> None:
    """For programs: letters, languages, changes, each with its words and the languages that did not change."""
    edit(workspace, ("English and Spanish.", "English and French."))

    (letter,) = json.loads(diff(NAME, None, workspace).json())

    english, spanish = letter["languages"]
    (change,) = english["changes"]
    assert (letter["old"], letter["new"], letter["differs"]) == (f"HEAD:{NAME}", NAME, True)
    assert (change["kind"], change["place"], change["id"]) == ("changed", "paragraph 2", "languages")
    assert change["unchanged_in"] == ["es"]
    assert {"mark": "added", "text": "French"} in change["segments"]
    assert spanish["changes"] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NAME, None),
        ("tsb-circular-213", None),
        (f"HEAD:{NAME}", None),
        ("main", None),
        ("main", NAME),
        (f"main:{NAME}", NAME),
    ],
)
def test_many_ways_to_say_the_last_commit(workspace: Workspace, old: str, new: str | None) -> None:
    """A file, its name, a revision, or both: all compare the last commit with the folder."""
    edit(workspace, ("English and Spanish.", "English and French."))

    report = diff(old, new, workspace)

    assert [change.place for change in report.letters[0].languages[0].changes] == ["paragraph 2"]


def test_two_revisions_are_compared(workspace: Workspace) -> None:
    """Both versions may be revisions; what the folder holds does not matter."""
    edit(workspace, ("English and Spanish.", "English and French."))
    git(workspace.folder, "commit", "-q", "-a", "-m", "two")
    (workspace.folder / NAME).unlink()

    for new in ("HEAD", f"HEAD:{NAME}"):
        assert "[-Spanish-]{+French+}" in diff("HEAD~1", new, workspace).text()


def test_two_files_are_compared_without_git(tmp_path: Path) -> None:
    """Two files need no repository."""
    for name, words in (("a.yaml", ENGLISH), ("b.yaml", ENGLISH.replace("Spanish", "French"))):
        (tmp_path / name).write_text(LETTER.read_text("utf-8").replace(ENGLISH, words), "utf-8")

    assert "[-Spanish-]{+French+}" in diff("a.yaml", "b.yaml", Workspace(tmp_path)).text()


def test_a_letter_that_is_not_committed_is_new(workspace: Workspace) -> None:
    """A letter on the new side only is a new letter; on the old side only, a removed one."""
    (workspace.folder / NAME).rename(workspace.folder / "letters/other.yaml")

    report = diff("main", None, workspace)

    assert report.text() == f"letters/other.yaml: new letter\n\nmain:{NAME}: removed letter"
    assert diff("letters/other.yaml", None, workspace).text() == "letters/other.yaml: new letter"
    assert diff(NAME, None, workspace).text() == f"HEAD:{NAME}: removed letter"


def test_problems_are_told_for_their_side(workspace: Workspace) -> None:
    """A letter with problems is not compared; its problems stand under its version's name."""
    edit(workspace, ("number: 213", "numbr: 213"))

    report = diff(NAME, None, workspace)

    (letter,) = report.letters
    assert report.differs and letter.old_problems == ()
    assert "unknown-field" in {problem.code for problem in letter.new_problems}
    assert f"{NAME} has problems:\n{NAME}:2:1  unknown-field" in report.text()


def test_a_new_language_is_one_word(workspace: Workspace) -> None:
    """A language that only one version has is not compared."""
    edit(workspace, ("languages: [en, es]", "languages: [en]"))

    report = diff(NAME, None, workspace)

    if not report.letters[0].new_problems:  # texts in a language that the letter does not name may be refused
        assert "es: removed language" in report.text()


def test_one_language_is_compared_when_asked(workspace: Workspace) -> None:
    """`--languages es` leaves the English out; a language that no version has is refused."""
    edit(workspace, (ENGLISH, "In English."), (SPANISH, "En inglés."))

    report = diff(NAME, None, workspace, ("es",))

    assert [one.language for one in report.letters[0].languages] == ["es"]
    with pytest.raises(UsageError, match="no-such-language"):
        diff(NAME, None, workspace, ("fr",))


def test_a_paragraph_for_some_addressees_is_compared_too(workspace: Workspace) -> None:
    """What only some addressees get is in the report, with a word about whom it is for."""
    edit(workspace, ("  - id: languages\n", "  - id: languages\n    when: {category: member-state}\n"))

    text = diff(NAME, None, workspace).text()

    assert "now a paragraph only for category: member-state, formerly a paragraph" in text


def test_a_block_that_merged_copies_no_longer_bear_is_told(workspace: Workspace) -> None:
    """A letter that leaves the addressee's block out looks other to each addressee."""
    edit(workspace, ("body:\n", "addressee-block: false\nbody:\n"))

    text = diff(NAME, None, workspace).text()

    assert "addressee: removed" in text
    assert "addressee.block" in text


def test_a_signature_is_compared_with_the_one_of_its_time(workspace: Workspace) -> None:
    """A picture is read from the same revision as its letter, although another stands in the folder now."""
    from PIL import Image

    Image.new("RGB", (60, 30), "white").save(workspace.letters / "name.png")
    edit(workspace, ("  signed: true\n", "  signed: true\n  picture: name.png\n"))
    git(workspace.folder, "add", ".")
    git(workspace.folder, "commit", "-q", "-m", "picture")
    Image.new("RGB", (60, 30), "black").save(workspace.letters / "name.png")

    (change,) = diff(NAME, None, workspace).letters[0].languages[0].changes

    assert (change.place, change.remarks) == ("signature", ("now another picture",))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("nothing", None, "no-such-version"),
        ("tsb-circular-214", None, "no-such-version"),
        (f"nowhere:{NAME}", None, "unknown-revision"),
        ("HEAD:letters/none.yaml", None, "no-such-file"),
        ("HEAD:letters", None, "no-such-file"),
        (NAME, "letters/none.yaml", "no-such-file"),
        ("--output=x:y", None, "unknown-revision"),
        ("--output=x", None, "no-such-version"),
        ("", None, "no-such-version"),
        ("a\0b", None, "no-such-version"),
        ("HEAD:a\nb", None, "no-such-file"),
        ("\udcff:x", None, "unknown-revision"),
    ],
)
def test_a_version_that_is_nowhere_is_refused(workspace: Workspace, old: str, new: str | None, code: str) -> None:
    """A slip of the pen, or a hostile name, is told as a wrong use, and writes nothing."""
    before = sorted(workspace.folder.rglob("*"))

    with pytest.raises(UsageError) as caught:
        diff(old, new, workspace)

    assert {problem.code for problem in caught.value.problems} == {code}
    assert sorted(path for path in workspace.folder.rglob("*")) == before


def test_marks_on_a_terminal_cannot_be_forged() -> None:
    """A control character or a hidden change of direction in a letter shows as its number."""
    from circulars.review.changes import Segment
    from circulars.review.report import marked

    assert marked((Segment("added", "a\x1b[0m\u202eb"),), colour=False) == "{+a⟨U+001B⟩[0m⟨U+202E⟩b+}"


def test_nothing_to_compare_is_no_difference() -> None:
    """A report without letters does not differ."""
    assert not ChangeReport(()).differs
