"""Rules are switched off for a folder in ``circulars.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.review.rules import CheckSettings, check_letters, read_settings
from circulars.workspace import Workspace

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: Meeting
body:
- {en: The guide has 12 pages., es: The guide has 11 pages.}
- {en: The meeting is open to all., es: The meeting is open to all.}
signatory: tsb-director
"""


def checked(folder: Path, settings: str = "") -> tuple[list[str], int]:
    """The codes of the warnings of a letter, with the settings of its folder, and the exit code."""
    (folder / "letters").mkdir()
    (folder / "letters" / "a.yaml").write_text(LETTER, "utf-8")
    if settings:
        (folder / "circulars.toml").write_text(settings, "utf-8")
    [built] = check_letters([folder / "letters" / "a.yaml"], Workspace(folder))
    return [warning.code for warning in built.warnings], built.exit_code


def problems(folder: Path, settings: str) -> list[str]:
    """The problems of settings, each as it is printed."""
    (folder / "circulars.toml").write_text(settings, "utf-8")
    with pytest.raises(UsageError) as caught:
        read_settings(folder)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_without_a_file_all_rules_are_on(tmp_path: Path) -> None:
    """A folder needs no settings; warnings do not fail the command."""
    assert checked(tmp_path) == (["different-number", "same-text"], 0)


def test_a_rule_that_is_off_finds_nothing(tmp_path: Path) -> None:
    """The others find what they found."""
    assert checked(tmp_path, '[check]\noff = ["same-text"]\n') == (["different-number"], 0)


def test_an_error_fails_the_command(tmp_path: Path) -> None:
    """A folder can make the problems of a rule errors."""
    assert checked(tmp_path, '[check]\nerrors = ["same-text"]\n') == (["different-number", "same-text"], 1)


def test_settings_are_read(tmp_path: Path) -> None:
    """An empty file has the usual settings."""
    (tmp_path / "circulars.toml").write_text("# nothing\n", "utf-8")

    assert read_settings(tmp_path) == CheckSettings()


def test_all_wrong_settings_are_reported(tmp_path: Path) -> None:
    """Each with its place and what was probably meant."""
    settings = '[check]\nof = ["same-text"]\noff = ["same-tex"]\nerrors = "same-text"\n\n[chekc]\n'

    assert problems(tmp_path, settings) == [
        "circulars.toml:2:1  wrong-setting  'of' is not a setting of [check]\n    hint: did you mean 'off'?",
        "circulars.toml:3:9  wrong-setting  there is no rule 'same-tex'\n    hint: did you mean 'same-text'?",
        "circulars.toml:4:1  wrong-setting  'errors' is a list of codes\n    hint: write errors = [\"same-text\"]",
        "circulars.toml:6:2  wrong-setting  'chekc' is not a group of settings\n    hint: did you mean 'check'?",
    ]


def test_what_is_not_toml_is_reported_with_its_place(tmp_path: Path) -> None:
    """The place is that of the parser."""
    [problem] = problems(tmp_path, "[check]\noff = same-text\n")

    assert problem.startswith("circulars.toml:2:7  wrong-setting  this is not TOML: ")


def test_settings_in_another_encoding_are_refused(tmp_path: Path) -> None:
    """TOML is in UTF-8."""
    (tmp_path / "circulars.toml").write_bytes("# é\n".encode("latin-1"))

    with pytest.raises(UsageError, match="not-utf-8"):
        read_settings(tmp_path)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """The file may come from somebody else, as a letter may."""
    (tmp_path / "other.toml").write_text("[check]\n", "utf-8")
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "circulars.toml").symlink_to("../other.toml")

    with pytest.raises(UsageError, match="outside-folder"):
        read_settings(tmp_path / "office")


ENDLESS = {
    "lists in lists": "x = " + "[" * 900 + "]" * 900,
    "a list over many lines": "x = " + "[\n" * 20_000,
    "a number of thousands of digits": "x = " + "\n" * 3 + "9" * 5_000,
    "a name of thousands of dots": ".".join(["a"] * 40_000) + " = 1",
    "an enormous text": "# " + "a\n# " * 40_000,
}


@pytest.mark.parametrize("settings", ENDLESS.values(), ids=ENDLESS)
def test_settings_that_would_need_endless_work_are_refused(settings: str, tmp_path: Path) -> None:
    """What a reader of TOML would need gigabytes or minutes for, or fail at, is a problem of the file."""
    [problem] = problems(tmp_path, settings)

    assert problem.startswith("circulars.toml")


def test_settings_longer_than_a_letter_may_be_are_not_cut_off(tmp_path: Path) -> None:
    """Settings after a megabyte of comments are never left out without a word."""
    [problem] = problems(tmp_path, "# a comment\n" * 100_000 + '[approval]\nrequired = ["director"]\n')

    assert "unreadable-file" in problem and "larger than 1 MiB" in problem


@pytest.mark.parametrize("group", ["[check]\n", ""])
def test_of_very_many_problems_the_first_are_listed(tmp_path: Path, group: str) -> None:
    """100 problems are listed, and one says that there are more."""
    found = problems(tmp_path, group + "".join(f"k{n} = 1\n" for n in range(3_000)))

    assert len(found) == 101
    assert any("more than 100 problems" in one for one in found)
