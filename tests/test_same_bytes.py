"""The same input makes the same bytes, in any environment, folder and at any time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from circulars.source.letters import read_letter
from commands import HANGING
from conftest import ROOT

NAMES = ("tsb-circular-213", "bdt-circular-ip-cstg-13", "sg-letter-dm-24-1021")
FORMATS = "docx,pdf,html,txt"


def _built(folder: Path, environment: dict[str, str], working: Path) -> dict[str, bytes]:
    letters = [str(ROOT / "letters" / f"{name}.yaml") for name in NAMES]
    command = [sys.executable, "-m", "circulars", "-C", str(ROOT), "build", "--formats", FORMATS, "--out", str(folder)]
    subprocess.run(
        [*command, *letters],
        check=True,
        capture_output=True,
        cwd=working,
        env=os.environ | environment,
        timeout=HANGING,
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


pytestmark = pytest.mark.xdist_group("same-bytes")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of all three letters, built in one process with settings of its own."""
    folder = tmp_path_factory.mktemp("same-bytes") / "one"
    return _built(folder, {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}, ROOT)


def test_another_process_writes_the_same_bytes(together: dict[str, bytes], tmp_path: Path) -> None:
    """Another folder, home, time zone, locale and hash seed change no byte of any format."""
    (tmp_path / "elsewhere").mkdir()

    other = _built(
        tmp_path / "elsewhere" / "two",
        {
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "LANG": "tr_TR.UTF-8",
            "PYTHONHASHSEED": "4242",
            "HOME": str(tmp_path),
        },
        tmp_path,
    )

    letters = [read_letter(ROOT / "letters" / f"{name}.yaml") for name in NAMES]
    built = [f"{letter.name}.{language.name}" for letter in letters for language in letter.languages]
    assert set(together) == {f"{name}.{format}" for name in built for format in FORMATS.split(",")}
    assert [name for name in together if together[name] != other[name]] == []


def test_another_time_writes_the_same_bytes(together: dict[str, bytes], tmp_path: Path) -> None:
    """A later build, and SOURCE_DATE_EPOCH, change no byte."""
    later = _built(tmp_path / "two", {"SOURCE_DATE_EPOCH": "86400"}, ROOT)

    assert [name for name in together if together[name] != later[name]] == []


def test_other_letters_in_the_same_build_change_no_byte(together: dict[str, bytes], tmp_path: Path) -> None:
    """Building a letter after others makes the same bytes as building it alone."""
    command = [sys.executable, "-m", "circulars", "-C", str(ROOT), "build", NAMES[-1], "--out", str(tmp_path / "alone")]
    subprocess.run([*command, "--formats", FORMATS], check=True, capture_output=True, timeout=HANGING)

    alone = {path.name: path.read_bytes() for path in (tmp_path / "alone").iterdir()}

    assert len(alone) == 8
    assert [name for name in alone if alone[name] != together[name]] == []
