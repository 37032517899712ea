"""The wheel contains everything that a letter needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from commands import HANGING
from conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as a wheel installs it, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = (
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    )
    subprocess.run([sys.executable, *command], check=True, timeout=HANGING)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as package:
        package.extractall(folder / "site")
    return folder / "site"


def _circulars(installed: Path, folder: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    program = "import circulars, sys; from circulars.cli import main; print(circulars.__file__); sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=HANGING, check=True,
    )  # fmt: skip
    return done.stdout


def test_the_wheel_holds_the_pack_and_the_languages(installed: Path) -> None:
    """The package contains templates, words, skeletons, languages and the example letter."""
    files = {str(path.relative_to(installed)) for path in installed.rglob("*")}

    for name in (
        "languages/en.yaml",
        "languages/es.yaml",
        "templates/itu/pack.yaml",
        "templates/itu/letter.docx",
        "templates/itu/letter.html.j2",
        "templates/itu/letter.css",
        "templates/itu/mark.png",
        "templates/itu/words/es.yaml",
        "templates/itu/skeletons/sg-letter.yaml",
        "templates/tsb-circular-213.yaml",
        "templates/addressees.csv",
        "templates/addressees-six-languages.csv",
        "desk/static/desk.css",
        "desk/static/letters.js",
        "desk/static/write.js",
        "desk/templates/letter.html.j2",
        "desk/words/es.po",
        "py.typed",
    ):
        assert f"circulars/{name}" in files


def test_an_installed_package_builds_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """``init`` and ``build`` work where there is no checkout."""
    first, *_ = _circulars(installed, tmp_path, "init", "office").splitlines()
    _circulars(installed, tmp_path, "-C", "office", "build")

    assert Path(first).is_relative_to(installed)
    built = [path.suffix for path in (tmp_path / "office" / "output").glob("*.*") if path.suffix]
    assert sorted(built) == [".docx"] * 6 + [".pdf"] * 6


def test_an_installed_package_begins_a_language(installed: Path, tmp_path: Path) -> None:
    """A translator needs no checkout: the language is made in a folder of the translator's own."""
    _circulars(installed, tmp_path, "init", "office")
    made = _circulars(installed, tmp_path, "-C", "office", "language", "new", "pt")
    listed = _circulars(installed, tmp_path, "-C", "office", "language", "list")

    assert "office/languages/pt.yaml" in made
    assert (tmp_path / "office/templates/itu/words/pt.yaml").is_file()
    assert "pt     português · left to right · languages/pt.yaml (" in listed
