"""The command as it is typed: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: {en: Subject, es: Asunto}
body: [{en: Text., es: Texto.}]
"""
WRONG = LETTER.replace("subject:", "subjet:")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in, with one letter that builds; its templates are the package's own."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.yaml").write_text(LETTER, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs ``circulars`` with some arguments in the folder, and gives its exit code and what it printed."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "circulars", *map(str, arguments)],
            cwd=tmp_path,
            env=os.environ | environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def wrong(folder: Path) -> Path:
    """The folder with a second letter, whose subject is misspelt."""
    (folder / "letters" / "two.yaml").write_text(WRONG, encoding="utf-8")
    return folder
