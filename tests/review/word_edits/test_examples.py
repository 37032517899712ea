"""Word files of the example letters that another program has only saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.build import Order, build
from circulars.review.word_edits import pull_edits
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT
from review.word_edits.pulled import edited_file

LETTERS = sorted((ROOT / "letters").glob("*.yaml"))


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: str(letter.stem))
def test_a_saved_file_has_no_edits(letter: Path) -> None:
    """python-docx writes every letter in every language as it was."""
    workspace = Workspace(ROOT)

    for output in build(read_letter(letter), workspace, Order((), ("docx",))):
        found = pull_edits(edited_file(output.data, lambda document: None), output.name, workspace)

        assert (output.name, found.edits) == (output.name, ())
        assert found.after == letter.read_bytes()
