"""The report of a pull can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.review.word_edits import pull_edits
from circulars.workspace import Workspace
from commands import run_here
from review.word_edits.edits import Edit, python_docx_edits
from review.word_edits.generated import behind
from review.word_edits.pulled import edited_file, letter_in, outcomes, pulled, with_words, word_file

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


def test_words_that_only_look_in_another_way_are_shown_with_their_marks(tmp_path: Path) -> None:
    """The report says what became bold."""
    letter = letter_in(tmp_path, BODY)
    file = tmp_path / "edited.docx"
    place = "_c_body_d2"
    file.write_bytes(python_docx_edits(word_file(letter), (Edit("bold", place, "second"),)))

    shown = run_here(tmp_path, "pull", file).stdout

    assert "    before: The second one.\n    edited: The **second** one.\n" in shown


@pytest.mark.parametrize(
    "facts", [{"course.from": "2024-08-27"}, {"course.to": "2024-09-06", "course.from": "2024-08-27"}]
)
def test_one_end_of_a_range_of_days_is_changed(facts: dict[str, str], tmp_path: Path) -> None:
    """Its question is answered by the name of the range or of that end."""
    letter = letter_in(tmp_path, "body:\n  - en: It is from {{ course }}.\n")
    both = "facts: {course: {from: 2024-08-26, to: 2024-09-06}, "
    letter.write_text(letter.read_text("utf-8").replace("facts: {", both), "utf-8")
    data = with_words(word_file(letter), "26 August", "27 August")

    assert [one.name for one in pulled(letter, data).edits] == ["course"]
    found = pull_edits(data, "edited.docx", Workspace(tmp_path), facts=facts)

    assert outcomes(found) == [("fact", "taken")]
    assert found.after == found.before.replace(b"from: 2024-08-26", b"from: 2024-08-27")
