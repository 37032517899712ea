"""Edits drawn by chance and made in LibreOffice: the letter that comes out is the expected one, or they are listed."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from review.word_edits.drawn_in_libreoffice import draw_command
from review.word_edits.edits import Job, libreoffice_edits
from review.word_edits.generated import draw_letter
from review.word_edits.pulled import letter_in, pulled, word_file

COUNT = 60
KINDS = 14


@pytest.mark.parametrize("tracked", [False, True], ids=["untracked", "tracked"])
def test_no_edit_in_libreoffice_is_dropped_or_guessed(tracked: bool, tmp_path: Path, chance: random.Random) -> None:
    """Each edit leads to the expected bytes, or the letter stays as it is and the report has it."""
    drawn = draw_letter(chance)
    letter = letter_in(tmp_path, drawn.body)
    before, data = letter.read_bytes(), word_file(letter)
    original = tmp_path / "original.docx"
    original.write_bytes(data)
    edits = [draw_command(drawn, data, chance) for _ in range(COUNT)]

    files = libreoffice_edits([Job(original, one.edits, tracked) for one in edits], tmp_path / "saved")

    for one, file in zip(edits, files, strict=True):
        found = pulled(letter, file.read_bytes())
        taken = all(edit.outcome == "taken" for edit in found.edits)
        assert found.edits, one.name
        assert found.after == (one.expected(before) if taken else before), (one.name, found.diff)
        assert taken == one.taken, (one.name, found.edits)
    assert len(Counter(one.name for one in edits)) > KINDS
