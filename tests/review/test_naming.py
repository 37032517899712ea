"""What the arguments of `circulars diff` name, in a real git repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from circulars.build import Order, build
from circulars.errors import UsageError
from circulars.review.versions.naming import version_pairs
from circulars.source.letters.reading import read_letter
from circulars.workspace import Workspace

LETTER = """\
kind: tsb-circular
number: {number}
date: 2026-03-02
languages: [en]
subject: {{en: Fees}}
body:
  - en: The fee of {number} is due.
  - en: Kindly pay it by bank transfer.
"""


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder, as a user without settings."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A repository whose letters are `one` and `two` on main, and on the branch topic also `three`, and a draft."""
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "letters").mkdir()
    for number, name in enumerate(("one", "two"), start=1):
        write(tmp_path, name, number)
    commit(tmp_path)
    git(tmp_path, "checkout", "-q", "-b", "topic")
    write(tmp_path, "three", 3)
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts/sg 12 ñ.yaml").write_text(LETTER.format(number=12))
    commit(tmp_path)
    git(tmp_path, "checkout", "-q", "main")
    return Workspace(tmp_path)


def write(folder: Path, name: str, number: int) -> None:
    """Writes a letter with a number."""
    (folder / f"letters/{name}.yaml").write_text(LETTER.format(number=number))


def commit(folder: Path) -> None:
    """Commits all files."""
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "letters")


def named(workspace: Workspace, *arguments: str, staged: bool = False) -> list[str]:
    """The pairs as text, old → new, without the folder of the letters."""
    pairs = version_pairs(arguments, workspace, staged)
    return [
        f"{pair.old} → {pair.new}".replace("letters/", "").replace(".yaml", "") + " renamed" * pair.renamed
        for pair in pairs
    ]


@pytest.mark.parametrize(
    ("arguments", "pairs"),
    [
        ([], ["HEAD:one → one", "HEAD:two → two"]),
        (["topic"], ["topic:one → one", "topic:three → three", "topic:two → two"]),
        (["topic", "two"], ["topic:two → two"]),
        (["two", "topic"], ["two → topic:two"]),
        (["topic", "one", "letters/two.yaml", "one"], ["topic:one → one", "topic:two → two"]),
        (["topic", "letters"], ["topic:one → one", "topic:three → three", "topic:two → two"]),
        (["main", "topic", "one", "two"], ["main:one → topic:one", "main:two → topic:two"]),
        (["main", "topic", "one", "two", "letters/one.yaml"], ["main:one → topic:one", "main:two → topic:two"]),
        (["main..topic", "two"], ["main:two → topic:two"]),
        (["main..topic"], ["main:one → topic:one", "main:three → topic:three", "main:two → topic:two"]),
        (["..topic", "one"], ["HEAD:one → topic:one"]),
        (["topic..", "one"], ["topic:one → HEAD:one"]),
        (["one"], ["HEAD:one → one"]),
        (["one.yaml"], ["HEAD:one → one"]),
        (["./letters/one.yaml"], ["HEAD:one → one"]),
        (["one", "two"], ["one → two"]),
        (["letters"], ["HEAD:one → one", "HEAD:two → two"]),
        (["."], ["HEAD:one → one", "HEAD:two → two"]),
        (["topic:letters/one.yaml"], ["topic:one → one"]),
        (["topic:letters/one.yaml", "main:letters/two.yaml"], ["topic:one → main:two"]),
        (["topic:letters"], ["topic:one → one", "topic:three → three", "topic:two → two"]),
        (["topic:", "main:"], ["topic:one → main:one", "topic:three → main:three", "topic:two → main:two"]),
        (["topic:letters", "one"], ["topic:one → one"]),
        ([":letters/one.yaml", "one"], [":one → one"]),
        (["main..topic", "three"], ["main:three → topic:three"]),
        (["main...topic", "letters/three.yaml"], ["common:three → topic:three"]),
        (["main", "topic", "three.yaml"], ["main:three → topic:three"]),
        (["three", "topic"], ["three → topic:three"]),
        (["main..topic", "drafts"], ["main:drafts/sg 12 ñ → topic:drafts/sg 12 ñ"]),
        (
            ["main", "topic", "drafts/sg 12 ñ.yaml", "one"],
            [
                "main:drafts/sg 12 ñ → topic:drafts/sg 12 ñ",
                "main:one → topic:one",
            ],
        ),
    ],
)
def test_arguments_name_pairs_of_versions(workspace: Workspace, arguments: list[str], pairs: list[str]) -> None:
    """Letters, files, folders, revisions and ranges, in the combinations that git's users type."""
    common = git(workspace.folder, "rev-parse", "main")[:10]

    assert named(workspace, *arguments) == [pair.replace("common", common) for pair in pairs]


def test_three_dots_begin_at_the_common_revision(workspace: Workspace) -> None:
    """`main...topic` compares the last revision that both have in common with topic."""
    common = git(workspace.folder, "rev-parse", "main").strip()
    write(workspace.folder, "four", 4)
    commit(workspace.folder)

    assert named(workspace, "main...topic", "one") == [f"{common[:10]}:one → topic:one"]


def test_the_index_is_the_new_version_when_asked(workspace: Workspace) -> None:
    """With `staged`, what is staged is compared with the last commit, or with a revision."""
    write(workspace.folder, "new", 5)
    git(workspace.folder, "add", ".")
    write(workspace.folder, "later", 6)

    assert named(workspace, staged=True) == ["HEAD:new → :new", "HEAD:one → :one", "HEAD:two → :two"]
    assert named(workspace, "topic", "one", staged=True) == ["topic:one → :one"]
    assert named(workspace, "new", staged=True) == ["HEAD:new → :new"]


def test_two_folders_need_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The letters of two folders are paired by name, from `letters/` in them if they have it."""
    monkeypatch.setenv("PATH", "")
    for inside in ("old/letters", "new"):
        (tmp_path / inside).mkdir(parents=True)
    for path, number in (("old/letters/a.yaml", 1), ("new/a.yaml", 1), ("new/b.yaml", 2)):
        (tmp_path / path).write_text(LETTER.format(number=number))

    pairs = version_pairs(["old", "new"], Workspace(tmp_path))

    assert [f"{pair.old} → {pair.new}" for pair in pairs] == [
        "old/letters/a.yaml → new/a.yaml",
        "old/letters/b.yaml → new/b.yaml",
    ]


def test_names_beside_the_folder_are_shown_as_they_are_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or a folder outside the folder to work in has no absolute path, unless it was typed as one."""
    here = tmp_path / "here"
    for folder in (here, tmp_path / "old", tmp_path / "new"):
        folder.mkdir()
        (folder / "one.yaml").write_text(LETTER.format(number=1))
    monkeypatch.chdir(here)

    def shown(*names: str) -> list[tuple[str, str]]:
        return [(str(pair.old), str(pair.new)) for pair in version_pairs(names, Workspace(here))]

    assert shown("../old", "../here/../new") == [("../old/one.yaml", "../new/one.yaml")]
    assert shown("../old/one.yaml", "one.yaml") == [("../old/one.yaml", "one.yaml")]
    assert shown("../old", "one.yaml") == [("../old/one.yaml", "one.yaml")]
    assert shown(str(tmp_path / "old"), "../new") == [(f"{tmp_path}/old/one.yaml", "../new/one.yaml")]


@pytest.mark.parametrize(
    ("words", "renamed"),
    [
        (("", ""), True),
        (("body:", "footnotes: {a: {en: A.}}\nbody:"), True),
        (("number: 1", "number: 12"), True),
        ((LETTER.format(number=1), LETTER.format(number=1).replace("en: ", "en: All different, ")), True),
        ((LETTER.format(number=1), "kind: bdt-circular\nnumber: 5\n"), False),
    ],
)
def test_a_renamed_letter_is_found(workspace: Workspace, words: tuple[str, str], renamed: bool) -> None:
    """By equal bytes, by its reference, or by similar lines; also if the letter is named alone, old or new."""
    old = workspace.letters / "one.yaml"
    new = workspace.letters / "uno.yaml"
    new.write_text(old.read_text().replace(*words))
    old.unlink()

    pairs = ["HEAD:one → uno renamed"] if renamed else ["HEAD:one → one", "HEAD:uno → uno"]
    assert named(workspace) == sorted([*pairs, "HEAD:two → two"], key=lambda pair: pair.rpartition(" → ")[2])
    assert named(workspace, "uno") == (pairs if renamed else ["HEAD:uno → uno"])
    assert named(workspace, "letters/one.yaml") == (pairs if renamed else ["HEAD:one → one"])


@pytest.mark.parametrize("name", ["one", "one.yaml", "letters/one.yaml"])
@pytest.mark.parametrize("staged", [False, True])
def test_a_letter_that_was_deleted_can_be_named(workspace: Workspace, name: str, staged: bool) -> None:
    """By its name or its file, alone or beside revisions that have it."""
    (workspace.letters / "one.yaml").unlink()
    git(workspace.folder, "add", "-u")

    assert named(workspace, name, staged=staged) == ["HEAD:one → :one" if staged else "HEAD:one → one"]
    assert named(workspace, "topic..HEAD", name) == ["topic:one → HEAD:one"]


def test_a_copied_letter_is_new(workspace: Workspace) -> None:
    """A letter that is still there was not renamed, however similar the new one is."""
    write(workspace.folder, "three", 3)

    assert named(workspace, "three") == ["HEAD:three → three"]


def test_a_finished_file_stands_for_its_letter(workspace: Workspace) -> None:
    """A Word file is compared with the letter that it was made from, here or in a revision, or with another file."""
    (output,) = build(read_letter(workspace.letters / "one.yaml"), workspace, Order(formats=("docx",)))
    (workspace.folder / "sent.docx").write_bytes(output.data)

    assert named(workspace, "sent.docx") == ["sent.docx → one"]
    assert named(workspace, "topic", "sent.docx") == ["topic:one → sent.docx"]
    assert named(workspace, "sent.docx", "two") == ["sent.docx → two"]
    assert named(workspace, "sent.docx", "letters") == ["sent.docx → one"]


def test_a_folder_of_finished_files_stands_for_their_letters(workspace: Workspace) -> None:
    """Each letter once, in whatever languages and formats; other files are left alone."""
    sent = workspace.folder / "sent"
    sent.mkdir()
    for output in build(read_letter(workspace.letters / "one.yaml"), workspace, Order(formats=("docx", "html"))):
        (sent / output.name).write_bytes(output.data)
        (sent / f"copy of {output.name}").write_bytes(output.data)
    (sent / "other.docx").write_bytes(b"not a Word file")

    assert named(workspace, "sent") == ["sent/copy of one.en.docx → one"]
    assert named(workspace, "sent", "letters") == ["sent/copy of one.en.docx → one", "sent/two → two"]


@pytest.mark.parametrize(
    ("arguments", "staged", "code", "words"),
    [
        (["one", "two", "letters"], False, "too-many-versions", "3 letters or folders are named; two can be compared"),
        (["main", "topic", "HEAD"], False, "too-many-versions", "three revisions are named"),
        (["main..topic", "HEAD"], False, "too-many-versions", "three revisions are named"),
        (["main", "topic"], True, "too-many-versions", "three revisions are named"),
        (["main", "topic", "HEAD:letters/one.yaml"], False, "too-many-versions", "a place in a third"),
        (["main..nowhere"], False, "unknown-revision", "there is no git revision 'nowhere'"),
        (["nowhere...main"], False, "unknown-revision", "there is no git revision 'nowhere'"),
        (["nowhere:letters"], False, "unknown-revision", "there is no git revision 'nowhere'"),
        (["--output=x..main"], False, "unknown-revision", "there is no git revision '--output=x'"),
        (["empty"], False, "no-letters", "there is no letter in 'empty' and in 'HEAD:empty'"),
        (["ona"], False, "no-such-version", "did you mean 'one'?"),
        (["tpoic"], False, "no-such-version", "did you mean 'topic'?"),
        (["mian..topic"], False, "unknown-revision", "did you mean 'main'?"),
        (["head"], False, "no-such-version", "did you mean 'HEAD'?"),
        (["main..topic", "thre"], False, "no-such-version", "did you mean 'three'?"),
        (["main..topic:letters/one.yaml"], False, "no-such-version", "as an argument of its own: main..topic letters/"),
        (["main...topic:one"], False, "no-such-version", "has a path after a range of revisions"),
        (["../none"], False, "no-such-version", "'../none' is neither a letter nor a folder, nor a git revision"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    workspace: Workspace, arguments: list[str], staged: bool, code: str, words: str
) -> None:
    """The problem says what is wrong and what to do; nothing is written."""
    (workspace.folder / "empty").mkdir()

    with pytest.raises(UsageError) as caught:
        version_pairs(arguments, workspace, staged)

    (problem,) = caught.value.problems
    assert problem.code == code
    assert words in problem.text()
    assert problem.hint


def test_revisions_without_a_common_one_are_refused(workspace: Workspace) -> None:
    """Unrelated branches can be compared with two dots, and the hint says so."""
    git(workspace.folder, "checkout", "-q", "--orphan", "other")
    write(workspace.folder, "four", 4)
    commit(workspace.folder)

    with pytest.raises(UsageError, match=r"no common revision") as caught:
        version_pairs(["main...other"], workspace)

    assert "main..other" in caught.value.problems[0].hint
