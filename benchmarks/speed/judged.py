"""Validates copies with our own check, and with those independent validators of the tests that are installed."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import judges
from circulars.api import check_output


def judged(files: Sequence[Path]) -> tuple[int, str]:
    """The number of errors in some files of one format, and the names of the validators."""
    found = [one for file in files for one in check_output(file.read_bytes(), file.name)]
    count = sum(one.severity == "error" for one in found)
    names = ["check --outputs"]
    for name, judge in (judges.PDF_JUDGES if files[0].suffix == ".pdf" else judges.WORD_JUDGES).items():
        try:
            count += sum(map(len, judge(files).values()))
        except (ImportError, OSError, subprocess.CalledProcessError):
            continue  # it is not installed here
        names.append(name)
    return count, ", ".join(names)
