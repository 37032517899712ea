"""`circulars diff` on two versions of a letter, in real git repositories, in English and Spanish."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.review.diffing import diff
from circulars.review.reports.json_file import report_json
from circulars.review.reports.report import ChangeReport
from circulars.workspace import Workspace

LETTER = Path(__file__).with_name("tsb-circular-213.yaml")
NAME = "letters/tsb-circular-213.yaml"
ENGLISH = "The U4SSC meeting will be held in English and Spanish."
OTHER = "kind: tsb-circular\nnumber: 1\ndate: 2026-03-02\nlanguages: [en]\nsubject: Fees\nbody: [{en: A fee.}]\n"
SPANISH = "La reunión de la U4SSC se celebrará en inglés y en español."


def git(folder: Path, *arguments: str) -> None:
    """Runs git in a folder, as a user without settings."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A folder with one letter, committed on the branch main; it is the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    (tmp_path / NAME).write_bytes(LETTER.read_bytes())
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    return Workspace(tmp_path)


def edit(workspace: Workspace, *changes: tuple[str, str], name: str = NAME) -> None:
    """Replaces words in a letter, which must contain them."""
    path = workspace.folder / name
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def test_an_unchanged_letter_does_not_differ(workspace: Workspace) -> None:
    """For a file as it is in the last commit there are no changes."""
    report = diff(NAME, None, workspace)

    assert not report.differs
    assert report.text() == "no changes"


def test_a_change_in_one_language_asks_about_the_other(workspace: Workspace) -> None:
    """If only the English text changed, the report asks about the Spanish text at the paragraph."""
    edit(workspace, (ENGLISH, ENGLISH.replace("English and", "English, French and")))

    text = diff(NAME, None, workspace).text()

    assert "  paragraph 2: changed  (only in en: is es still right?)\n" in text
    assert "held in English{+, French+} and Spanish." in text
    assert "es: no changes" in text
    assert text.startswith(f"HEAD:{NAME} → {NAME}\n")


def test_a_change_in_both_languages_asks_nothing(workspace: Workspace) -> None:
    """If both languages changed at the same place, the report asks nothing."""
    edit(workspace, (ENGLISH, "In English only."), (SPANISH, "Solo en inglés."))

    report = diff(NAME, None, workspace)

    assert report.differs
    assert "still right" not in report.text()


def test_a_changed_fact_is_reported_once(workspace: Workspace) -> None:
    """A changed date is reported once, in each language and with its places; the texts that show it did not change."""
    edit(workspace, ("meeting: 2024-09-19", "meeting: 2024-09-20"))

    report = diff(NAME, None, workspace)

    text = report.text()
    assert text.count("  meeting\n") == 1
    assert "en: 19 September 2024 → 20 September 2024\n" in text
    assert "es: 19 de septiembre de 2024 → 20 de septiembre de 2024\n" in text
    assert text.endswith("      in Subject and paragraph 1")
    assert "still right" not in text
    assert [one.changes for one in report.letters[0].languages] == [(), ()]


def test_changed_words_are_coloured_on_a_terminal(workspace: Workspace) -> None:
    """Removed words are red and struck through; added words are green and underlined."""
    edit(workspace, ("English and Spanish.", "English and French."))

    assert "\x1b[31;9mSpanish\x1b[0m\x1b[32;4mFrench\x1b[0m" in diff(NAME, None, workspace).text(colour=True)


def test_the_changes_as_json(workspace: Workspace) -> None:
    """The JSON has letters, languages and changes, each with its words and the languages that did not change."""
    edit(workspace, ("English and Spanish.", "English and French."))

    (letter,) = json.loads(report_json(diff(NAME, None, workspace)))["letters"]

    english, spanish = letter["languages"]
    (change,) = english["changes"]
    assert (letter["old"], letter["new"], letter["differs"]) == (f"HEAD:{NAME}", NAME, True)
    assert (change["kind"], change["place"], change["id"]) == ("changed", "paragraph 2", "languages")
    assert change["unchanged_in"] == ["es"]
    assert ("added", "French") in {(segment["mark"], segment["text"]) for segment in change["segments"]}
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
def test_ways_to_name_the_last_commit(workspace: Workspace, old: str, new: str | None) -> None:
    """A file, a letter's name, a revision, or both: each compares the last commit with the folder."""
    edit(workspace, ("English and Spanish.", "English and French."))

    report = diff(old, new, workspace)

    assert [change.place for change in report.letters[0].languages[0].changes] == ["paragraph 2"]


def test_two_revisions_are_compared(workspace: Workspace) -> None:
    """Both versions may be revisions; the files in the folder do not matter."""
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
    """A letter that only the new version has is new; one that only the old version has is removed."""
    (workspace.folder / NAME).unlink()
    (workspace.folder / "letters/other.yaml").write_text(OTHER, "utf-8")

    report = diff("main", None, workspace)

    assert report.text() == f"letters/other.yaml: new letter\n\nmain:{NAME}: removed letter"
    assert diff("letters/other.yaml", None, workspace).text() == "letters/other.yaml: new letter"
    assert diff(NAME, None, workspace).text() == f"HEAD:{NAME}: removed letter"


@pytest.mark.parametrize(("folder", "line"), [("old", "old/b.yaml: removed letter"), ("new", "new/b.yaml: new letter")])
def test_a_letter_that_only_one_folder_has_is_new_or_removed(tmp_path: Path, folder: str, line: str) -> None:
    """The other letters of the two folders are compared."""
    for path in ("old/a", "new/a", f"{folder}/b"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / f"{path}.yaml").write_text(OTHER.replace("A fee", f"The fee of {path}"), "utf-8")

    text = diff("old", "new", Workspace(tmp_path)).text()

    assert text.startswith("old/a.yaml → new/a.yaml\n\n1 change\n")
    assert text.endswith(line)


def test_problems_are_reported_for_their_version(workspace: Workspace) -> None:
    """A letter with problems is not compared; its problems are listed below its version's name."""
    edit(workspace, ("number: 213", "numbr: 213"))

    report = diff(NAME, None, workspace)

    (letter,) = report.letters
    assert report.differs and letter.old_problems == ()
    assert "unknown-field" in {problem.code for problem in letter.new_problems}
    assert f"{NAME} has problems:\n{NAME}:2:1  unknown-field" in report.text()


def test_a_removed_language_is_reported(workspace: Workspace) -> None:
    """A language that only one version has is not compared."""
    edit(workspace, ("languages: [en, es]", "languages: [en]"))

    report = diff(NAME, None, workspace)

    if not report.letters[0].new_problems:  # texts in a language that is not listed may be a problem
        assert "es: removed language" in report.text()


def test_one_language_is_compared_when_asked(workspace: Workspace) -> None:
    """With `--languages es` the English text is not compared; a language that no version has is a problem."""
    edit(workspace, (ENGLISH, "In English."), (SPANISH, "En inglés."))

    report = diff(NAME, None, workspace, ("es",))

    assert [one.language for one in report.letters[0].languages] == ["es"]
    with pytest.raises(UsageError, match="no-such-language"):
        diff(NAME, None, workspace, ("fr",))


def test_a_language_that_no_version_has_is_a_problem_also_if_a_fact_changed(workspace: Workspace) -> None:
    """Nothing is compared then, and the letter's QR code is in no document."""
    edit(workspace, ("meeting: 2024-09-19", "meeting: 2024-09-20"))

    with pytest.raises(UsageError, match="no-such-language"):
        diff(NAME, None, workspace, ("fr",))


def test_a_paragraph_for_some_addressees_is_compared_too(workspace: Workspace) -> None:
    """A part that only some addressees get is in the report, with its audience."""
    edit(workspace, ("  - id: languages\n", "  - id: languages\n    when: {category: member-state}\n"))

    text = diff(NAME, None, workspace).text()

    assert "now only for category: member-state, formerly for everybody" in text


def test_a_removed_addressee_block_is_reported(workspace: Workspace) -> None:
    """Merged copies of a letter without the addressee's block look different."""
    edit(workspace, ("body:\n", "addressee-block: false\nbody:\n"))

    text = diff(NAME, None, workspace).text()

    assert "addressee: removed" in text
    assert "addressee.block" in text


def test_a_picture_is_read_from_the_revision_of_its_letter(workspace: Workspace) -> None:
    """The picture of the old version comes from git, although there is another one in the folder."""
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
        ("HEAD:letter", None, "no-such-file"),
        (NAME, "letters/none.yaml", "no-such-file"),
        ("--output=x:y", None, "unknown-revision"),
        ("--output=x", None, "no-such-version"),
        ("", None, "no-such-version"),
        ("a\0b", None, "no-such-version"),
        ("HEAD:a\nb", None, "no-such-file"),
        ("\udcff:x", None, "unknown-revision"),
    ],
)
def test_a_missing_version_is_refused(workspace: Workspace, old: str, new: str | None, code: str) -> None:
    """A misspelt or hostile name is reported as wrong usage, and nothing is written."""
    before = sorted(workspace.folder.rglob("*"))

    with pytest.raises(UsageError) as caught:
        diff(old, new, workspace)

    assert {problem.code for problem in caught.value.problems} == {code}
    assert sorted(path for path in workspace.folder.rglob("*")) == before


def test_control_characters_are_shown_by_their_numbers() -> None:
    """A control character or a change of direction in a letter cannot affect the terminal."""
    from circulars.review.comparing.changes import Segment
    from circulars.review.reports.wording import marked

    assert marked((Segment("added", "a\x1b[0m\u202eb"),), colour=False) == "{+a⟨U+001B⟩[0m⟨U+202E⟩b+}"


def test_a_report_without_letters_does_not_differ() -> None:
    """Without letters, there are no changes."""
    assert not ChangeReport(()).differs


def test_the_audience_of_an_entry_is_the_same_in_all_languages(workspace: Workspace) -> None:
    """Also below an entry that has more paragraphs in one language than in the other."""
    listed = """\
  - en: "The following:"
    es: "Lo siguiente:"
    items:
      - en: |
          One.

          Two.
        es: Uno y dos.
        items:
          - {en: inner, es: interior, when: {category: member-state}}
"""
    edit(workspace, ("body:\n", f"body:\n{listed}"))
    git(workspace.folder, "commit", "-qam", "two")
    edit(workspace, ("when: {category: member-state}", "when: {category: associate}"))

    (letter,) = diff(NAME, None, workspace).letters

    for one in letter.languages:
        (change,) = one.changes
        assert any("formerly only for category: member-state" in remark for remark in change.remarks)


def test_a_former_name_is_shown_as_names_of_versions_are(tmp_path: Path) -> None:
    """Bytes that are no text are question marks in the old version and in the former name."""
    former, now = tmp_path / "old" / os.fsdecode(b"a\xff.yaml"), tmp_path / "new/b.yaml"
    for path in (former, now):
        path.parent.mkdir()
        path.write_text(OTHER, "utf-8")

    (letter,) = diff("old", "new", Workspace(tmp_path)).letters

    assert (letter.old, letter.new, letter.was) == ("old/a?.yaml", "new/b.yaml", "old/a?.yaml")
