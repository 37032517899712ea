"""The report of a pull can be read."""

from __future__ import annotations

from pathlib import Path

from commands import run_here
from review.word_edits.generated import behind
from review.word_edits.pulled import edited_file, letter_in, with_words, word_file

BODY = "numbering: none\nbody:\n  - en: The first one.\n  - en: The second one.\n  - en: The third one.\n"


def test_lines_and_moves_are_shown_as_people_see_them(tmp_path: Path) -> None:
    """A line end has a sign; what was moved is shown once, with its new place."""
    letter = letter_in(tmp_path, BODY)
    file = tmp_path / "edited.docx"
    moved = edited_file(word_file(letter), behind("first", "third"))
    file.write_bytes(with_words(moved, "second one", "second\none"))

    shown = run_here(tmp_path, "pull", file).stdout

    assert "moved\n    text: The first one.\n    it is now behind 'The third one.'\n" in shown
    assert "    edited: The second ↵ one.\n" in shown
    assert "\\x0a" not in shown
