"""An edit in Word and another one in the letter are both kept if they are in different sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.review.word_edits.merging import merged_text
from review.word_edits.pulled import letter_in, outcomes, pulled, with_words, word_file

BASE = "One is here. Two is on {{ day }} there. Three is\nnew."


@pytest.mark.parametrize(
    ("now", "edited", "merged"),
    [
        (("One", "Uno"), ("Three", "Tres"), "Uno is here. Two is on {{ day }} there. Tres is\nnew."),
        (("One", "Uno"), ("Two", "Dos"), "Uno is here. Dos is on {{ day }} there. Three is\nnew."),
        (("day", "date"), ("there", "away"), "One is here. Two is on {{ date }} away. Three is\nnew."),
        (("there", "here"), ("Two", "Dos"), None),
        (("day", "date"), ("on {{ day }}", "now"), None),
        (("there", "away"), ("there", "away"), "One is here. Two is on {{ day }} away. Three is\nnew."),
    ],
)
def test_sentences_are_merged(now: tuple[str, str], edited: tuple[str, str], merged: str | None) -> None:
    """Two edits of one sentence are a conflict, unless one only gives a field another name."""
    assert merged_text(BASE, BASE.replace(*now), BASE.replace(*edited)) == merged


def test_a_sentence_that_the_letter_changed_is_kept(tmp_path: Path) -> None:
    """The edit of another sentence of the same paragraph is taken; pulled again, it is there."""
    letter = letter_in(tmp_path, "body:\n  - en: 'It is open to all. It is free. The room is small.'\n")
    data = with_words(word_file(letter), "room is small", "room is large")
    letter.write_text(letter.read_text().replace("open to all", "open to members"))

    found = pulled(letter, data)
    letter.write_bytes(found.after)
    again = pulled(letter, data)

    assert found.after == found.before.replace(b"room is small", b"room is large")
    assert outcomes(found) == [("words", "taken")]
    assert outcomes(again) == [("words", "already there")]
