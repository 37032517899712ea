"""Translations that are older than another language are found in real repositories, until they are confirmed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from circulars.errors import LetterError, UsageError
from circulars.review.rules import check_letters
from circulars.review.rules.confirmed import read_record, record_path
from circulars.review.rules.confirming import confirm_translation
from circulars.review.rules.earlier import EarlierVersions
from circulars.review.rules.findings import RuleProblem
from circulars.workspace import Workspace
from commands import run_here

HEAD = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [{}]
subject: Meeting
facts: {{due: 2025-03-14}}
signatory: tsb-director
body:
"""
EN, ES, FR = "The meeting is open to all.", "La reunión está abierta a todos.", "La réunion est ouverte à tous."
NEW_EN, NEW_ES = "The meeting is open to members.", "La reunión está abierta a los miembros."
FIRST = {"en": EN, "es": ES}
OTHER = {"en": "It begins in the morning.", "es": "Comienza por la mañana."}


def git(folder: Path, *arguments: str) -> None:
    """Runs git in a folder, as a user without settings."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in, which is a repository."""
    (tmp_path / "letters").mkdir()
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def write(folder: Path, *texts: Mapping[str, str], name: str = "a", body: str = "") -> Path:
    """Writes a letter with some texts."""
    lines = body or "".join(f"- {json.dumps(one, ensure_ascii=False)}\n" for one in texts)
    path = folder / "letters" / f"{name}.yaml"
    path.write_text(HEAD.format(", ".join(texts[0])) + lines, "utf-8")
    return path


def commit(folder: Path, *texts: Mapping[str, str], body: str = "") -> Path:
    """Commits a letter with some texts."""
    path = write(folder, *texts, body=body)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "A change")
    return path


def stale(folder: Path, name: str = "a") -> list[RuleProblem]:
    """What is found in the letter."""
    [built] = check_letters([folder / "letters" / f"{name}.yaml"], Workspace(folder))
    assert built.problems == ()
    return [one for one in built.warnings if isinstance(one, RuleProblem) and one.code == "stale-translation"]


def test_a_change_of_one_language_makes_the_others_stale(folder: Path) -> None:
    """The problem is at the translation, and has the old and the new words."""
    commit(folder, OTHER, FIRST)
    commit(folder, OTHER, FIRST | {"en": NEW_EN})
    [problem] = stale(folder)

    assert problem.code == "stale-translation"
    assert problem.message == ("the Spanish text (es) is older than the English one, in which 'all.' became 'members.'")
    text = (folder / "letters/a.yaml").read_text("utf-8")
    line = text.split("\n")[problem.where.line - 1]
    assert line[problem.where.column - 1 :].startswith(ES)


def test_a_change_that_is_not_committed_counts(folder: Path) -> None:
    """The folder is the newest version."""
    commit(folder, FIRST)
    write(folder, FIRST | {"es": NEW_ES})

    assert [one.message.partition(",")[0] for one in stale(folder)] == [
        "the English text (en) is older than the Spanish one"
    ]


def test_a_translation_that_follows_is_not_a_change_of_its_own(folder: Path) -> None:
    """Spanish follows English, so that both are up to date; French is older than English."""
    three = FIRST | {"fr": FR}
    commit(folder, three)
    commit(folder, three | {"en": NEW_EN})
    assert [one.message[:15] for one in stale(folder)] == ["the Spanish tex", "the French text"]

    commit(folder, three | {"en": NEW_EN, "es": NEW_ES})
    [problem] = stale(folder)
    assert problem.message.startswith("the French text (fr) is older than the English one")


RIGHT: dict[str, list[list[dict[str, str]]]] = {
    "nothing changed": [[FIRST, OTHER]],
    "both changed": [[FIRST], [{"en": NEW_EN, "es": NEW_ES}]],
    "one changed, then the other": [[FIRST], [FIRST | {"en": NEW_EN}], [{"en": NEW_EN, "es": NEW_ES}]],
    "the change was taken back": [[FIRST], [FIRST | {"en": NEW_EN}], [FIRST]],
    "texts moved": [[FIRST, OTHER], [OTHER, FIRST]],
    "a text came": [[OTHER], [FIRST, OTHER]],
    "a text went": [[OTHER, FIRST], [OTHER]],
    "a translation came": [[FIRST], [FIRST | {"fr": FR}]],
    "looks changed": [[FIRST], [FIRST | {"en": "The **meeting** is open to *all*."}]],
    "marks, capitals and accents changed": [[FIRST], [FIRST | {"es": "La Reunion está abierta, a «todos»."}]],
    "the form of a field changed": [
        [{"en": "See {{ due }}.", "es": ES}],
        [{"en": "See {{ due | weekday-date }}.", "es": ES}],
    ],
    "spaces changed": [[FIRST], [FIRST | {"en": "The  meeting is open\nto all."}]],
}


@pytest.mark.parametrize("case", RIGHT)
def test_texts_that_are_in_step_are_not_reported(folder: Path, case: str) -> None:
    """Only words that changed in one language alone make the others stale."""
    for texts in RIGHT[case]:
        commit(folder, *texts)

    assert stale(folder) == []


WRONG: dict[str, list[list[dict[str, str]]]] = {
    "one changed": [[FIRST], [FIRST | {"en": NEW_EN}]],
    "the other changed": [[FIRST], [FIRST | {"es": NEW_ES}]],
    "one changed and moved": [[OTHER, FIRST], [FIRST | {"en": NEW_EN}, OTHER]],
    "one changed, then another text": [[OTHER, FIRST], [OTHER, FIRST | {"en": NEW_EN}], [FIRST | {"en": NEW_EN}]],
    "followed, and then changed again": [
        [FIRST], [FIRST | {"en": NEW_EN}], [{"en": NEW_EN, "es": NEW_ES}], [{"en": EN, "es": NEW_ES}],
    ],
    "changed together, then alone": [[FIRST], [{"en": NEW_EN, "es": NEW_ES}], [{"en": NEW_EN, "es": ES}]],
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_stale_text_is_reported_once(folder: Path, case: str) -> None:
    """Whatever happened before and around it."""
    for texts in WRONG[case]:
        commit(folder, *texts)

    assert len(stale(folder)) == 1


def test_paragraphs_of_a_text_are_told_apart(folder: Path) -> None:
    """Only the second paragraph of the Spanish text is stale, and its first words are the place."""
    body = "- en: |\n    One.\n\n    {}\n  es: |\n    Uno.\n\n    La reunión está abierta.\n"
    commit(folder, FIRST, body=body.format("It is open."))
    path = commit(folder, FIRST, body=body.format("It is open to members."))
    [problem] = stale(folder)

    assert path.read_text("utf-8").split("\n")[problem.where.line - 1] == "    La reunión está abierta."


def test_another_layout_of_the_file_changes_nothing(folder: Path) -> None:
    """Quotation marks, line breaks and comments of the file are no words; nor do they hide what was stale before."""
    commit(folder, FIRST)
    commit(folder, FIRST | {"en": NEW_EN})
    commit(folder, FIRST, body=f"# a comment\n- es: '{ES}'\n  en: |\n    The meeting\n    is open to members.\n")

    assert len(stale(folder)) == 1


def test_a_renamed_letter_keeps_its_history(folder: Path) -> None:
    """Git knows the file by its contents."""
    commit(folder, FIRST)
    commit(folder, FIRST | {"en": NEW_EN})
    git(folder, "mv", "letters/a.yaml", "letters/b.yaml")
    git(folder, "commit", "-q", "-m", "Another name")

    assert len(stale(folder, "b")) == 1


def test_a_merge_is_one_change(folder: Path) -> None:
    """English and Spanish that changed in two commits of a branch changed together."""
    commit(folder, OTHER, FIRST)
    git(folder, "checkout", "-q", "-b", "side")
    commit(folder, OTHER, FIRST | {"en": NEW_EN})
    commit(folder, OTHER, {"en": NEW_EN, "es": NEW_ES})
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "Merge", "side")

    assert stale(folder) == []


def test_a_version_that_cannot_be_read_is_left_out(folder: Path) -> None:
    """The words before it are compared with those after it."""
    commit(folder, FIRST)
    commit(folder, FIRST, body="- [\n")
    commit(folder, FIRST | {"en": NEW_EN})

    assert len(stale(folder)) == 1


def test_a_comment_allows_it(folder: Path) -> None:
    """As with every rule."""
    commit(folder, FIRST)
    reason = "# circulars: allow stale-translation, because Spanish said so before\n"
    commit(folder, FIRST, body=f"{reason}- {{en: {NEW_EN}, es: {ES}}}\n")

    assert stale(folder) == []


def test_a_corrected_translation_makes_nothing_stale_where_the_original_is_known(folder: Path) -> None:
    """With originals in circulars.toml, only changes in these languages count."""
    (folder / "circulars.toml").write_text('[check]\noriginals = ["en"]\n', "utf-8")
    three = FIRST | {"fr": FR}
    commit(folder, three)
    commit(folder, three | {"es": NEW_ES})
    assert stale(folder) == []

    commit(folder, three | {"es": NEW_ES, "en": NEW_EN})
    assert [one.message.partition(",")[0] for one in stale(folder)] == [
        "the Spanish text (es) is older than the English one",
        "the French text (fr) is older than the English one",
    ]


# Confirmed.


def test_a_confirmed_translation_is_not_stale_until_words_change_again(folder: Path) -> None:
    """The record is beside the letter; it survives moves and layout, and lapses with the next change of words."""
    commit(folder, OTHER, FIRST)
    path = commit(folder, OTHER, FIRST | {"en": NEW_EN})
    line = stale(folder)[0].where.line
    done = confirm_translation(path, "es", Workspace(folder), str(line))

    assert (done.record, done.lines) == (record_path(path), (line,))
    assert stale(folder) == []

    commit(folder, FIRST | {"en": NEW_EN}, OTHER)
    assert stale(folder) == []

    commit(folder, FIRST | {"en": "The meeting is open to members only."}, OTHER)
    [problem] = stale(folder)
    assert problem.message.endswith("in which 'members.' became 'members only.'")


def test_a_text_that_changes_after_it_was_confirmed_is_new(folder: Path) -> None:
    """It was not stale any more, so it is no translation that follows: English is older now."""
    commit(folder, FIRST)
    path = commit(folder, FIRST | {"en": NEW_EN})
    confirm_translation(path, "es", Workspace(folder))
    commit(folder, FIRST | {"en": NEW_EN, "es": NEW_ES})

    [problem] = stale(folder)
    assert problem.message.startswith("the English text (en) is older than the Spanish one")


def test_without_git_the_record_is_what_is_known(tmp_path: Path) -> None:
    """A text is stale if it was confirmed beside other words than those that are there now."""
    (tmp_path / "letters").mkdir()
    path = write(tmp_path, FIRST, OTHER)
    assert stale(tmp_path) == []

    confirm_translation(path, "es", Workspace(tmp_path))
    assert stale(tmp_path) == []

    write(tmp_path, FIRST | {"en": NEW_EN}, OTHER)
    [problem] = stale(tmp_path)
    assert problem.message == (
        "the Spanish text (es) was confirmed beside another English text than this: 'The meeting is open to members.'"
    )


def test_a_paragraph_is_named_by_its_line_or_its_id(tmp_path: Path) -> None:
    """Only that one is recorded; a name that the letter does not have is refused."""
    (tmp_path / "letters").mkdir()
    path = write(tmp_path, FIRST | {"id": "open"}, OTHER, body=f"- {json.dumps(FIRST | {'id': 'open'})}\n")
    path.write_text(path.read_text("utf-8").replace("[en, es, id]", "[en, es]"), "utf-8")
    workspace = Workspace(tmp_path)

    assert confirm_translation(path, "es", workspace, "open").lines == (9,)
    assert confirm_translation(path, "es", workspace, "9").lines == ()
    assert len(read_record(path).entries) == 1
    with pytest.raises(UsageError, match="did you mean 'open'"):
        confirm_translation(path, "es", workspace, "opne")
    with pytest.raises(UsageError, match="no paragraph in several languages on line 3"):
        confirm_translation(path, "es", workspace, "3")
    with pytest.raises(UsageError, match="is not in the language 'fr'"):
        confirm_translation(path, "fr", workspace)


def test_a_record_has_one_line_for_each_text(tmp_path: Path) -> None:
    """Git merges what two people confirmed; texts that are gone are not kept, and the same record is the same file."""
    (tmp_path / "letters").mkdir()
    path = write(tmp_path, FIRST, OTHER)
    confirm_translation(path, "es", Workspace(tmp_path))
    data = record_path(path).read_bytes()
    confirm_translation(path, "es", Workspace(tmp_path))

    assert record_path(path).read_bytes() == data
    assert data.count(b"\n") == 4

    write(tmp_path, FIRST)
    confirm_translation(path, "en", Workspace(tmp_path))
    assert sorted(one.language for one in read_record(path).entries) == ["en", "es"]


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "confirmed": []}', '{"version": 1, "confirmed": [{}]}'])
def test_a_file_that_is_no_record_is_reported(tmp_path: Path, text: str) -> None:
    """It is a problem of the letter, and nothing is written over it."""
    (tmp_path / "letters").mkdir()
    path = write(tmp_path, FIRST)
    record_path(path).write_text(text, "utf-8")

    [built] = check_letters([path], Workspace(tmp_path))
    assert [(one.code, built.exit_code) for one in built.problems] == [("wrong-record", 1)]
    with pytest.raises(LetterError, match="wrong-record"):
        confirm_translation(path, "es", Workspace(tmp_path))
    assert record_path(path).read_text("utf-8") == text


def test_the_command_says_what_is_new(folder: Path) -> None:
    """A second time nothing is."""
    commit(folder, FIRST)
    commit(folder, FIRST | {"en": NEW_EN})

    assert run_here(folder, "confirm", "a", "--language", "es").stdout == (
        "letters/a.confirmed.json: 1 text confirmed in 'es', on line 9\n"
    )
    assert run_here(folder, "confirm", "a", "--language", "es").stdout == ("letters/a.confirmed.json: nothing is new\n")
    assert run_here(folder, "check").stdout == ""


def test_git_is_asked_once_for_many_letters(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process reads the history of a folder, and one the contents of many letters."""
    texts = [FIRST, FIRST | {"en": NEW_EN}]
    for one in texts:
        for number in range(20):
            path = write(folder, one, name=f"letter-{number:02}")
            path.write_text(path.read_text("utf-8").replace("number: 1", f"number: {number + 1}"), "utf-8")
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", "A change")
    asked: list[object] = []
    run = subprocess.run

    def counted(*arguments: object, **options: object) -> object:
        asked.append(arguments)
        return run(*arguments, **options)  # type: ignore[call-overload]  # as it was called

    monkeypatch.setattr(subprocess, "run", counted)
    built = [*check_letters(sorted((folder / "letters").glob("*.yaml")), Workspace(folder))]

    assert sum(one.code == "stale-translation" for done in built for one in done.warnings) == 20
    assert len(asked) == 2


def test_a_letter_outside_the_folder_has_no_history(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing is read of other repositories."""
    path = write(folder, FIRST)
    elsewhere = EarlierVersions(tmp_path_factory.mktemp("office"))

    assert [*elsewhere.of(path, b"")] == []
