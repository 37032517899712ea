"""The codes of languages are found that other spellings and names mean."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import commands
from circulars.errors import PackError
from circulars.files.inside import read_in_folder
from circulars.language import SHIPPED, code_hint, load_language, usual_code
from circulars.pack import load_pack
from conftest import ROOT

SIX = ("ar", "en", "es", "fr", "ru", "zh")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("PT", "pt"), ("pt_BR", "pt-BR"), ("pt-br", "pt-BR"), ("pt_BR.UTF-8", "pt-BR"), ("zh-hans", "zh-Hans"),
        ("ZH_hant_TW", "zh-Hant-TW"), ("sr_RS@latin", "sr-Latn-RS"), ("por", "pt"), ("fre", "fr"), ("fra", "fr"),
        ("ger", "de"), ("iw", "he"), ("cmn", "zh"), ("French", "fr"), ("français", "fr"), ("português", "pt"),
        ("portugese", "pt"), ("中文", "zh"), ("pt", "pt"), ("sr-Latn", "sr-Latn"), ("xx", ""), ("", ""), ("zz-ZZ", ""),
        ("../pt", ""), ("pt\n", "pt"),
    ],
)  # fmt: skip
def test_other_spellings_of_a_code_are_understood(typed: str, code: str) -> None:
    """Those of POSIX and BCP 47, former and three-letter codes, and names in English and in the language itself."""
    assert usual_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("FR", "fr"), ("fre", "fr"), ("frn", "fr"), ("fr_FR", "fr"), ("esp", "es"), ("English", "en"), ("zh_CN", "zh"),
        ("sw", ""), ("se", ""), ("es-MX", ""), ("qqq", ""),
    ],
)  # fmt: skip
def test_the_hint_is_the_language_that_is_meant(typed: str, hint: str) -> None:
    """The code of another language, or of a country's variety, is not taken for a misspelt one."""
    assert code_hint(typed, SIX, "") == (f"did you mean '{hint}'?" if hint else "")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["language", "new", "PT"], "did you mean 'pt'?"),
        (["language", "new", "pt_BR"], "did you mean 'pt-BR'?"),
        (["language", "new", "zh-hans"], "did you mean 'zh-Hans'?"),
        (["language", "new", "Swahili"], "did you mean 'sw'?"),
        (["language", "new", "pt", "--from", "ES"], "did you mean 'es'?"),
        (["language", "check", "FR"], "did you mean 'fr'?"),
        (["language", "check", "por"], "'circulars language new pt' begins another one"),
        (["new", "tsb-circular-9", "--languages", "fre,EN"], "did you mean 'fr'?"),
        (["new", "tsb-circular-9", "--languages", "pt_BR"], "'circulars language new pt-BR' begins another one"),
        (["build", "tsb-circular-213", "--languages", "EN"], "did you mean 'en'?"),
    ],
)
def test_commands_suggest_the_code_that_is_meant(arguments: list[str], hint: str, tmp_path: Path) -> None:
    """Wherever a language is named."""
    commands.run_here(tmp_path, "init", "office")
    shutil.copy(ROOT / "letters/tsb-circular-213.yaml", tmp_path / "office/letters")

    result = commands.run_here(tmp_path / "office", *arguments)

    assert result.returncode != 0
    assert hint in result.stderr


@pytest.mark.parametrize(
    ("name", "code", "right"),
    [("pt_BR.yaml", "pt_BR", "pt-BR"), ("pt.yml", "pt", "pt"), ("pt-BR.yml", "pt_BR", "pt-BR"), ("PT.yml", "PT", "pt")],
)
def test_a_language_file_with_another_name_is_found(name: str, code: str, right: str, tmp_path: Path) -> None:
    """The hint says how to rename it, instead of how to begin the language."""
    commands.run_here(tmp_path, "init", "office")
    (tmp_path / "office/languages").mkdir(exist_ok=True)
    shutil.copy(SHIPPED / "es.yaml", tmp_path / "office/languages" / name)

    result = commands.run_here(tmp_path / "office", "language", "check", code)

    assert result.returncode == 1
    assert f"languages/{name}  wrong-language  the file of the language '{right}' has another name" in result.stderr
    assert f"hint: rename it to '{right}.yaml'" in result.stderr


def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a language, and of a pack's words."""

    def refused(folder: Path, name: str, kind: str) -> bytes:
        if name.endswith("xx.yaml"):
            raise PermissionError(13, "Permission denied")
        return read_in_folder(folder, name, "YAML")

    shutil.copytree(ROOT / "templates/emwo", tmp_path / "emwo")
    for file in (tmp_path / "xx.yaml", tmp_path / "emwo/words/xx.yaml"):
        file.write_text("name: x\n")
    monkeypatch.setattr("circulars.language.loading.read_beginning_in_folder", refused)
    monkeypatch.setattr("circulars.pack.read_beginning_in_folder", refused)

    with pytest.raises(PackError, match=r"xx\.yaml  unreadable-file  the file cannot be read: Permission denied"):
        load_language("xx", (tmp_path,))
    with pytest.raises(PackError, match=r"xx\.yaml  unreadable-file  the file cannot be read: Permission denied"):
        load_pack("emwo", (tmp_path,))
