"""A release: its notes, its packages, the pre-commit hook and the image."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from release import build_packages, date_of, notes_of

CHANGELOG = """\
# Changelog

## 0.3.0 – unreleased

- Third.

## 0.2.0 – 2026-11-28

### Added

- Second.

## 0.1.0 – 2026-11-23

- First.
"""


def test_the_notes_are_the_section_of_the_version() -> None:
    """They have neither the section's heading nor other versions."""
    assert notes_of(CHANGELOG, "0.2.0") == "### Added\n\n- Second.\n"
    assert notes_of(CHANGELOG, "0.1.0") == "- First.\n"
    assert notes_of(CHANGELOG, "0.2") == notes_of(CHANGELOG, "9.9.9") == ""


def test_a_version_is_released_when_the_changelog_has_its_date() -> None:
    """A version that is marked 'unreleased' has no date."""
    assert date_of(CHANGELOG, "0.2.0") == "2026-11-28"
    assert date_of(CHANGELOG, "0.3.0") == ""


def test_a_commit_makes_the_same_packages_each_time(tmp_path: Path) -> None:
    """Wheel and sdist are the same to the byte; the sdist has the tests and the scripts that run them."""
    first, second = build_packages(tmp_path / "a"), build_packages(tmp_path / "b")

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    with tarfile.open(first[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for name in ("scripts/test", "tests/test_release.py", "requirements-dev.lock", "docs/index.md", "CHANGELOG.md"):
        assert name in names
    with zipfile.ZipFile(first[0]) as wheel:
        assert "circulars/cli/__init__.py" in wheel.namelist()


def test_the_hook_checks_the_letters_that_are_committed(tmp_path: Path) -> None:
    """pre-commit passes the files to the command; for a letter with a problem it prints the line and exits with 1."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [hook] = (hook for hook in hooks if hook["id"] == "circulars-check")
    letters = tmp_path / "letters"
    letters.mkdir()
    shutil.copy(ROOT / "letters" / "tsb-circular-213.yaml", letters / "good.yaml")
    (letters / "bad.yaml").write_text("kind: tsb-circular\nnumber: 0x\n", encoding="utf-8")
    program, *arguments = hook["entry"].split()
    command = [ROOT / ".venv" / "bin" / program, *arguments]

    good = subprocess.run([*command, "letters/good.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False)
    bad = subprocess.run([*command, "letters/bad.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert good.returncode == 0
    assert bad.returncode == 1
    assert "letters/bad.yaml:1:1" in bad.stderr + bad.stdout


def _has_engine() -> bool:
    return (
        bool(shutil.which("docker"))
        and not subprocess.run(("docker", "info"), capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(not _has_engine(), reason="needs a container engine")
def test_the_image_builds_a_letter(tmp_path: Path) -> None:
    """The container makes a workspace in an empty folder, and builds its example."""
    subprocess.run(("docker", "build", "--quiet", "--tag", "circulars-test", ROOT), check=True, capture_output=True)
    tmp_path.chmod(0o777)
    run = ("docker", "run", "--rm", "--volume", f"{tmp_path}:/work", "circulars-test")

    subprocess.run((*run, "init", "."), check=True)
    subprocess.run((*run, "build"), check=True)

    assert len(list((tmp_path / "output").glob("tsb-circular-213.*"))) == 4
