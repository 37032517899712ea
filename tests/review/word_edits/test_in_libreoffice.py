"""Edited Word files that LibreOffice has saved afterwards."""

from __future__ import annotations

import random
from pathlib import Path

from readers import libreoffice_files
from review.word_edits.generated import draw_edit, draw_letter
from review.word_edits.pulled import edited_file, letter_in, pulled, word_file

COUNT = 30


def saved_by_libreoffice(folder: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """Word files as LibreOffice opens and saves them, all in one start."""
    source, target = folder / "edited", folder / "saved"
    source.mkdir()
    for name, data in files.items():
        (source / name).write_bytes(data)
    libreoffice_files([*source.iterdir()], target, "docx")
    return {name: (target / name).read_bytes() for name in files}


def test_no_edit_is_dropped_or_guessed_after_libreoffice(tmp_path: Path, chance: random.Random) -> None:
    """Each edit leads to the expected bytes, or the letter stays as it is and the report has it."""
    drawn = draw_letter(chance)
    letter = letter_in(tmp_path, drawn.body)
    before, data = letter.read_bytes(), word_file(letter)
    edits = {f"{number}.docx": draw_edit(drawn, chance) for number in range(COUNT)}

    saved = saved_by_libreoffice(tmp_path, {name: edited_file(data, edit.word) for name, edit in edits.items()})

    for name, edit in edits.items():
        found = pulled(letter, saved[name])
        taken = all(one.outcome == "taken" for one in found.edits)
        assert found.edits, edit.name
        assert found.after == (edit.expected(before) if taken else before), edit.name
        assert taken == edit.taken, (edit.name, found.edits)
