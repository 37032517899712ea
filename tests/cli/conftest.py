"""Fixtures that run the command in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import commands
from commands import Done, run_here

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: {en: Subject, es: Asunto}
body: [{en: Text., es: Texto.}]
"""
WRONG = LETTER.replace("subject:", "subjet:")

Run = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in with one letter, which builds with the package's own templates."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.yaml").write_text(LETTER, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs ``circulars`` in the folder, and returns its exit code and output."""
    return partial(run_here, tmp_path)


@pytest.fixture
def start(tmp_path: Path) -> Run:
    """As ``run``, but in a new process, for tests of its start, its streams or its environment."""
    return partial(commands.start, tmp_path)


@pytest.fixture
def wrong(folder: Path) -> Path:
    """The folder with a second letter, in which the key ``subject`` is misspelt."""
    (folder / "letters" / "two.yaml").write_text(WRONG, encoding="utf-8")
    return folder
