"""Hostile names and paths: they do not lead out of a folder, and are not printed raw on a terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from circulars.build import Order, build_file
from circulars.errors import LetterError, PackError, Place, Problem, UsageError, visible
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.output import save
from circulars.files.reading import LIMITS, TooLargeError
from circulars.pack import read_inside
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from cli.conftest import LETTER
from commands import run_here

SECRET = "root:$6$salt$hash:19000:0:99999:7:::"


def read(path: Path) -> Problem:
    """The only problem of a letter."""
    with pytest.raises(LetterError) as raised:
        read_letter(path)
    (problem,) = raised.value.problems
    return problem


def test_a_letter_that_is_a_link_to_a_secret_file_is_not_quoted(tmp_path: Path) -> None:
    """A link out of the letters' folder is not followed, so nothing of its target is shown."""
    (tmp_path / "shadow").write_text(f"{SECRET}\n")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/x.yaml").symlink_to(tmp_path / "shadow")

    problem = read(tmp_path / "letters/x.yaml")

    assert problem.code == "outside-folder"
    assert "salt" not in str(problem)


def test_a_link_inside_the_folder_is_a_letter(tmp_path: Path) -> None:
    """A letter may have two names in the same folder."""
    (tmp_path / "a.yaml").write_text(LETTER)
    (tmp_path / "b.yaml").symlink_to("a.yaml")

    assert read_letter(tmp_path / "b.yaml").name == "b"


@pytest.mark.parametrize("name", ["CON", "NUL.txt", "aux.en", "q?x", "tsb:x", "x|y", "ends with a blank "])
def test_a_letter_whose_files_windows_cannot_store_is_reported(tmp_path: Path, name: str) -> None:
    """The name is reported when the letter is read, not only when its files are written."""
    (tmp_path / f"{name}.yaml").write_text(LETTER)

    problem = read(tmp_path / f"{name}.yaml")

    assert (problem.code, problem.where.file) == ("wrong-name", str(tmp_path / f"{name}.yaml"))


def test_a_pipe_is_not_a_letter(tmp_path: Path) -> None:
    """The reader does not wait for data in the pipe."""
    os.mkfifo(tmp_path / "x.yaml")

    assert read(tmp_path / "x.yaml").code == "unreadable-file"


def test_a_link_to_itself_is_not_a_letter(tmp_path: Path) -> None:
    """It is reported like a missing file."""
    (tmp_path / "x.yaml").symlink_to("x.yaml")

    assert read(tmp_path / "x.yaml").code == "unreadable-file"


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\n"])
def test_a_letter_s_name_has_no_hidden_character(character: str, tmp_path: Path) -> None:
    """Its outputs have the same name, and ``letter<U+202E>fdp.exe`` is not what it looks like."""
    path = tmp_path / f"letter{character}fdp.yaml"
    path.write_text(LETTER)
    if character == "\n":
        assert character not in visible(str(path))
        return

    problem = read(path)

    assert problem.code == "wrong-name"
    assert character not in str(problem)
    assert f"U+{ord(character):04X}" in problem.message


@pytest.mark.parametrize("name", ["con", "nul.en", "a:b", "a|b", "trailing.", "a?b", "a\\b", "a*b"])
def test_a_name_that_windows_cannot_store_is_refused(name: str, tmp_path: Path) -> None:
    """Letters are opened on other machines than the one that made them."""
    with pytest.raises(UsageError, match="cannot be the name of a file on every system"):
        save(tmp_path, name, b"")


def test_an_output_that_is_a_link_is_replaced(tmp_path: Path) -> None:
    """The link is replaced by the letter; its target is not changed."""
    (tmp_path / "one.yaml").write_text(LETTER)
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "output").mkdir()
    (tmp_path / "output/one.en.txt").symlink_to(tmp_path / "victim")

    built = build_file(tmp_path / "one.yaml", Workspace(tmp_path), Order(formats=("txt",)), tmp_path / "output")

    assert built.problems == ()
    assert not (tmp_path / "output/one.en.txt").is_symlink()
    assert (tmp_path / "victim").read_text() == "precious"


@pytest.mark.parametrize("file", ["../secret.png", "/etc/passwd", "link.png", "a/../../secret.png", "C:\\secret.png"])
def test_a_picture_does_not_come_from_another_folder(file: str, tmp_path: Path) -> None:
    """Neither a path nor a symbolic link may lead out of the letter's folder."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "letters/link.png").symlink_to(tmp_path / "secret.png")
    signatory = f"signatory: {{post: tsb-director, name: A, picture: '{file}'}}\n"
    (tmp_path / "letters/x.yaml").write_text(LETTER + signatory)

    assert read(tmp_path / "letters/x.yaml").code in ("outside-folder", "missing-picture")


def test_a_problem_shows_no_control_character() -> None:
    """Line breaks and control characters in the file's name, the fact and the remedy are shown by their numbers."""
    problem = Problem(Place("a\x1b[31m\nb", 1, 1), "code", "fact\r\x08\u2028", "hint\u202e\n\ud800")

    assert str(problem) == "a\\x1b[31m\\x0ab:1:1  code  fact\\x0d\\x08\\u2028\n    hint: hint\\u202e\\x0a\\ud800"


def test_an_enormous_file_of_a_pack_is_not_read(tmp_path: Path) -> None:
    """A file of a pack may have at most 20 MB; this one is sparse, and needs no space on the disk."""
    with (tmp_path / "letter.docx").open("wb") as stream:
        stream.truncate(8_000_000_000)

    with pytest.raises(PackError, match="larger than 20 MB"):
        read_inside(tmp_path, "letter.docx")


@pytest.mark.parametrize("name", ["COM¹", "LPT³.en", "CONIN$", "conout$", "x" * 240, ".hidden"])
def test_a_letter_whose_outputs_would_be_lost_is_reported(tmp_path: Path, name: str) -> None:
    """Devices that Windows writes otherwise, no room for what outputs add to the name, and hidden files."""
    (tmp_path / f"{name}.yaml").write_text(LETTER)

    assert read(tmp_path / f"{name}.yaml").code == "wrong-name"


@pytest.mark.parametrize("file", ["CON.png", ".hidden.png", ".hidden/a.png", "a?.png", "CONOUT$.png"])
def test_a_picture_whose_name_cannot_travel_is_reported(tmp_path: Path, file: str) -> None:
    """The letter's files carry it by this name, and somebody may extract it on another system."""
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(b"a picture")
    (tmp_path / "x.yaml").write_text(LETTER + f"signatory: {{post: tsb-director, name: A, picture: '{file}'}}\n")

    problem = read(tmp_path / "x.yaml")

    assert problem.code == "wrong-file-name"
    assert problem.where.line == LETTER.count("\n") + 1


def test_a_comparison_does_not_follow_links_out_of_the_folder(tmp_path: Path) -> None:
    """The other file may be a secret one, and would be quoted."""
    (tmp_path / "shadow").write_text(f"{SECRET}\n")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/one.yaml").write_text(LETTER)
    (tmp_path / "letters/x.yaml").symlink_to(tmp_path / "shadow")

    done = run_here(tmp_path, "diff", "letters/one.yaml", "letters/x.yaml")

    assert "outside-folder" in done.stdout + done.stderr
    assert "salt" not in done.stdout + done.stderr


def test_words_of_a_pack_are_not_read_through_a_link(tmp_path: Path) -> None:
    """Neither is the file of a language: its problems would quote what the link leads to."""
    secret = tmp_path / "shadow"
    secret.write_text(f"{SECRET}\n")
    for name in ("templates/mine/pack.yaml", "languages/xx.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).symlink_to(secret)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/one.yaml").write_text(f"pack: mine\n{LETTER}")
    (tmp_path / "letters/two.yaml").write_text(LETTER.replace("[en, es]", "[xx]").replace("en:", "xx:"))

    done = run_here(tmp_path, "check")

    assert done.returncode != 0
    assert (done.stdout + done.stderr).count("outside-folder") == 2
    assert "salt" not in done.stdout + done.stderr


def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link on the way to a file counts where it leads, and one that appears later is refused."""
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "folder" / "inner" / "a").write_bytes(b"inside")
    (tmp_path / "folder" / "link").symlink_to("inner")
    (tmp_path / "folder" / "out").symlink_to(tmp_path)
    (tmp_path / "a").write_text(SECRET)

    assert read_in_folder(tmp_path / "folder", "link/a", "YAML") == b"inside"
    for name in ("out/a", "../a", str(tmp_path / "a")):
        with pytest.raises(OutsideError):
            read_in_folder(tmp_path / "folder", name, "YAML")


def test_a_file_in_a_folder_is_read_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """A reader never gets the beginning of a file that is too large; a link to itself is an error."""
    (tmp_path / "large").write_bytes(b"a" * (LIMITS["YAML"] + 1))
    (tmp_path / "loop").symlink_to("loop")

    with pytest.raises(TooLargeError, match="larger than 1 MiB"):
        read_in_folder(tmp_path, "large", "YAML")
    for name in ("loop", "a\0b"):
        with pytest.raises(OSError):
            read_in_folder(tmp_path, name, "YAML")
