"""The same input makes the same bytes, in any environment, folder and at any time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from commands import HANGING
from conftest import ROOT, Example

NAME = "sg-letter-dm-24-1021"
FORMATS = "docx,pdf,html,txt"


def test_a_letter_alone_in_another_process_has_the_same_bytes(examples: tuple[Example, ...], tmp_path: Path) -> None:
    """No other letter, folder, home, time zone, locale, hash seed or time changes a byte of any format.

    ``tests/test_reproduce.py`` builds every letter elsewhere.
    """
    environment = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "4242",
        "HOME": str(tmp_path),
        "SOURCE_DATE_EPOCH": "86400",
    }
    letter, output = ROOT / "letters" / f"{NAME}.yaml", tmp_path / "alone"
    command = [sys.executable, "-m", "circulars", "-C", str(ROOT), "build", "--formats", FORMATS, "--out", str(output)]
    subprocess.run(
        [*command, str(letter)],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        env=os.environ | environment,
        timeout=HANGING,
    )

    among_others = {
        file.name: file.read_bytes()
        for example in examples
        if example.name.startswith(NAME)
        for file in map(example.file, FORMATS.split(","))
    }
    assert len(among_others) == 8
    assert {file.name: file.read_bytes() for file in output.iterdir()} == among_others
