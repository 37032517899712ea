"""The answers to questions about what was typed over facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.review.word_edits import pull_edits
from circulars.workspace import Workspace
from review.word_edits.pulled import letter_in, outcomes, with_words, word_file

BODY = "body:\n  - en: 'It is on {{ meeting }} in Room A.'\n"
FROM_TO = "{from: 2024-09-19, to: 2024-09-20}"


def test_a_range_of_dates_is_answered_with_both_ends(tmp_path: Path) -> None:
    """The two dates are written with a slash between them."""
    letter = letter_in(tmp_path, BODY)
    letter.write_text(letter.read_text().replace("2024-09-19", FROM_TO))
    data = with_words(word_file(letter), "20 September", "21 September")

    found = pull_edits(data, "edited.docx", Workspace(tmp_path), facts={"meeting": "2024-09-19/2024-09-21"})

    assert found.after == found.before.replace(b"2024-09-20", b"2024-09-21")
    assert outcomes(found) == [("fact", "taken")]


@pytest.mark.parametrize("is_fact", [True, False])
def test_an_answer_to_no_question_is_an_error(tmp_path: Path, is_fact: bool) -> None:
    """A misspelt name is not ignored."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "19 September", "20 September")
    here, facts = ((), {"meetnig": "2024-09-20"}) if is_fact else (("meetnig",), {})

    with pytest.raises(UsageError) as error:
        pull_edits(data, "edited.docx", Workspace(tmp_path), here=here, facts=facts)

    (problem,) = error.value.problems
    assert (problem.message, problem.hint) == ("no words are typed over 'meetnig'", "did you mean 'meeting'?")


def test_a_wrong_answer_is_said_to_be_wrong(tmp_path: Path) -> None:
    """The report has what the file says, and the value that does not lead to it."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "19 September", "20 September")

    found = pull_edits(data, "edited.docx", Workspace(tmp_path), facts={"meeting": "2024-09-21"})

    (question,) = found.edits
    expected = "with '2024-09-21' the letter would not say '20 September 2024', as the file does"
    assert question.remedy == expected
