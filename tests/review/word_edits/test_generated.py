"""Edits drawn by chance: the letter that comes out is the expected one to the byte, or the edit is listed."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from review.word_edits.generated import draw_edit, draw_letter
from review.word_edits.pulled import edited_file, letter_in, pulled, word_file

COUNT = 100
PER_LETTER = 20
KINDS = 15


def test_no_edit_is_dropped_or_guessed(tmp_path: Path, chance: random.Random) -> None:
    """Each edit leads to the expected bytes, or the letter stays as it is and the report has it."""
    found: Counter[str] = Counter()
    for _ in range(COUNT // PER_LETTER):
        drawn = draw_letter(chance)
        letter = letter_in(tmp_path, drawn.body)
        before, data = letter.read_bytes(), word_file(letter)
        for _ in range(PER_LETTER):
            edit = draw_edit(drawn, chance)
            result = pulled(letter, edited_file(data, edit.word))
            taken = all(one.outcome == "taken" for one in result.edits)
            assert result.edits, edit.name
            assert result.after == (edit.expected(before) if taken else before), edit.name
            assert taken == edit.taken, (edit.name, result.edits)
            found[edit.name] += 1

    assert len(found) > KINDS, found
