"""What is typed beside a fact is a question if it reads as part of it, and edits that belong together stay together."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.review.word_edits import pull_edits
from circulars.review.word_edits.attaching import attached
from circulars.workspace import Workspace
from review.word_edits.pulled import letter_in, outcomes, pulled, with_words, word_file

BODY = "body:\n  - en: 'It is on {{ meeting }} in Room A. The meeting is open to all.'\n"
DATE = "19 September 2024"


@pytest.mark.parametrize(
    "typed",
    [
        f"{DATE} 000", f"{DATE},000", f"{DATE}.5", f"-{DATE}", f"1 {DATE}", f"{DATE}-70", f"{DATE}/61", f"15-{DATE}",
        f"{DATE} – 20", f"{DATE}%", f"{DATE}\u00a0000", f"{DATE}\u202f000", f"{DATE}\u0665", f"{DATE}万", f"+{DATE}",
    ],
)  # fmt: skip
def test_what_is_attached_to_a_fact_is_a_question(tmp_path: Path, typed: str) -> None:
    """More digits, a sign, the other end of a range: nobody says whether the fact or the text has changed."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), DATE, typed)

    found = pulled(letter, data)
    here = pull_edits(data, "edited.docx", Workspace(tmp_path), here=["meeting"])

    assert outcomes(found) == [("words", "question")]
    assert found.after == found.before
    assert here.after == here.before.replace(b"{{ meeting }}", typed.encode())


@pytest.mark.parametrize(
    "typed", [f"{DATE}, or later,", f"({DATE})", f"the {DATE} or later", f"“{DATE}”, all day,", f"{DATE} (2 days)"]
)
def test_words_beside_a_fact_are_taken(tmp_path: Path, typed: str) -> None:
    """Words and the punctuation of a sentence leave the fact as it is."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, with_words(word_file(letter), DATE, typed))

    assert found.after == found.before.replace(b"{{ meeting }}", typed.replace(DATE, "{{ meeting }}").encode())


def test_what_was_beside_a_fact_before_is_not_attached() -> None:
    """A number that the letter itself has beside a fact is no edit."""
    text = "Room 5 60/61 places"

    assert attached(text, 7, 9, (text, 7, 9)) == (7, 9)
    assert attached(text, 7, 9, ("Room 60 places", 5, 7)) == (5, 12)


def test_nothing_is_taken_in_a_text_with_a_question(tmp_path: Path) -> None:
    """Other words of the text may belong to what was typed over the fact; with the answer they are taken."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(with_words(word_file(letter), "19 September", "20 September"), "open to all", "open to members")

    asked = pulled(letter, data)
    answered = pull_edits(data, "edited.docx", Workspace(tmp_path), facts={"meeting": "2024-09-20"})
    wrong = pull_edits(data, "edited.docx", Workspace(tmp_path), facts={"meeting": "2024-09-21"})

    assert {one.outcome for one in asked.edits} == {"question", "not mapped"}
    assert asked.after == asked.before == wrong.after
    changed = answered.before.replace(b"2024-09-19", b"2024-09-20").replace(b"open to all", b"open to members")
    assert answered.after == changed
    assert {one.outcome for one in answered.edits} == {"taken"}
