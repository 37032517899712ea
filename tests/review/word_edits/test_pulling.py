"""The edits of a Word file are taken back into the letter."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx.document import Document
from docx.oxml.ns import qn

from circulars.errors import LetterError
from circulars.review.word_edits import pull_edits
from circulars.workspace import Workspace
from commands import run_here
from conftest import ROOT
from review.word_edits.generated import tracked_words
from review.word_edits.pulled import edited_file, letter_in, outcomes, pulled, with_words, word_file

BODY = (
    "body:\n"
    "  # Ask the host first.\n"
    "  - en: >-\n"
    "      The meeting of the *group* will be held in Geneva\n"
    "      on {{ meeting }}, as the [page](page) says.  # agreed\n"
    "  - en: 'It is open to all.'\n"
)


def test_a_changed_word_is_written_and_nothing_else(tmp_path: Path) -> None:
    """The bytes outside the word stay: comments, line ends, quotation marks."""
    letter = letter_in(tmp_path, BODY)
    before = letter.read_bytes()

    found = pulled(letter, with_words(word_file(letter), "held in Geneva", "held in Montreux"))

    assert found.after == before.replace(b"held in Geneva", b"held in Montreux")
    assert outcomes(found) == [("words", "taken")]


def test_a_file_that_was_only_saved_changes_nothing(tmp_path: Path) -> None:
    """Another program writes the same words in other bytes."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, edited_file(word_file(letter), lambda document: None))

    assert found.edits == ()
    assert found.after == found.before


def test_stars_that_somebody_typed_are_escaped(tmp_path: Path) -> None:
    """What would be a mark in a letter stays what the reader of the Word file sees."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, with_words(word_file(letter), "open to all", "open *to* all"))

    assert rb"- en: 'It is open \*to\* all.'" in found.after


@pytest.mark.parametrize(("old", "new"), [("19 September", "20 September"), ("September 2024", "October 2025")])
def test_words_typed_over_a_fact_are_a_question(tmp_path: Path, old: str, new: str) -> None:
    """A date is stated once: it is not taken as text in one language."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, with_words(word_file(letter), old, new))

    assert outcomes(found) == [("words", "question")]
    assert found.after == found.before


def test_a_letter_that_changed_elsewhere_keeps_its_changes(tmp_path: Path) -> None:
    """The edit of one paragraph and the change of another one are both in the letter."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "held in Geneva", "held in Montreux")
    letter.write_text(letter.read_text().replace("open to all", "open to members"))

    found = pulled(letter, data)

    assert b"Montreux" in found.after
    assert b"open to members" in found.after
    assert outcomes(found) == [("words", "taken")]


def test_words_changed_on_both_sides_are_a_conflict(tmp_path: Path) -> None:
    """Both versions are shown, and the letter stays."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    letter.write_text(letter.read_text().replace("open to all", "open to members"))

    found = pulled(letter, data)

    assert [(one.outcome, one.new, one.now) for one in found.edits] == [
        ("conflict", "It is open to everybody.", "It is open to members.")
    ]
    assert found.after == found.before


def test_an_edit_that_was_pulled_before_is_there(tmp_path: Path) -> None:
    """Pulling twice changes nothing more."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    letter.write_bytes(pulled(letter, data).after)

    found = pulled(letter, data)

    assert outcomes(found) == [("words", "already there")]
    assert found.after == found.before


def test_the_command_writes_only_when_asked(tmp_path: Path) -> None:
    """Without --write the letter stays as it is."""
    letter = letter_in(tmp_path, BODY)
    before = letter.read_bytes()
    file = tmp_path / "edited.docx"
    file.write_bytes(with_words(word_file(letter), "open to all", "open to everybody"))

    shown = run_here(tmp_path, "pull", file)
    unchanged = letter.read_bytes()
    written = run_here(tmp_path, "pull", file, "--write")

    assert (shown.returncode, written.returncode) == (0, 0)
    assert "+  - en: 'It is open to everybody.'" in shown.stdout
    assert unchanged == before
    assert letter.read_bytes() == before.replace(b"open to all", b"open to everybody")


def test_a_question_keeps_the_letter_from_being_written(tmp_path: Path) -> None:
    """--partial writes the other edits."""
    letter = letter_in(tmp_path, BODY)
    before = letter.read_bytes()
    file = tmp_path / "edited.docx"
    data = with_words(word_file(letter), "open to all", "open to everybody")
    file.write_bytes(with_words(data, "19 September", "20 September"))

    refused = run_here(tmp_path, "pull", file, "--write")
    unchanged = letter.read_bytes()
    partial = run_here(tmp_path, "pull", file, "--write", "--partial")

    assert (refused.returncode, partial.returncode) == (1, 1)
    assert "waits for a decision" in refused.stdout
    assert unchanged == before
    assert letter.read_bytes() == before.replace(b"open to all", b"open to everybody")


@pytest.mark.parametrize(
    ("data", "code"), [(b"%PDF-1.7\n", "not-editable"), (b"PK\x03\x04", "unreadable-file"), (b"?", "unreadable-file")]
)
def test_other_files_are_refused(tmp_path: Path, data: bytes, code: str) -> None:
    """A PDF, a damaged file and no file at all have clear errors."""
    with pytest.raises(LetterError) as error:
        pull_edits(data, "edited.docx", Workspace(tmp_path))

    assert [problem.code for problem in error.value.problems] == [code]


def test_a_fact_is_changed_everywhere_when_that_is_the_answer(tmp_path: Path) -> None:
    """The text keeps its field, and the fact has the new value."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "19 September", "20 September")
    workspace = Workspace(tmp_path)

    found = pull_edits(data, "edited.docx", workspace, facts={"meeting": "2024-09-20"})

    assert outcomes(found) == [("fact", "taken")]
    assert found.after == found.before.replace(b"2024-09-19", b"2024-09-20")


def test_another_value_than_was_typed_is_no_answer(tmp_path: Path) -> None:
    """The letter would not say what the Word file says."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "19 September", "20 September")

    found = pull_edits(data, "edited.docx", Workspace(tmp_path), facts={"meeting": "2024-09-21"})

    assert outcomes(found) == [("words", "question")]
    assert found.after == found.before


def test_words_over_a_fact_are_text_when_that_is_the_answer(tmp_path: Path) -> None:
    """The field is gone from this text only."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "19 September", "20 September")

    found = pull_edits(data, "edited.docx", Workspace(tmp_path), here=["meeting"])

    assert outcomes(found) == [("words", "taken")]
    assert found.after == found.before.replace(b"{{ meeting }}", b"20 September 2024")


def test_a_question_says_how_it_is_answered(tmp_path: Path) -> None:
    """The command names its options, and takes the answer."""
    letter = letter_in(tmp_path, BODY)
    file = tmp_path / "edited.docx"
    file.write_bytes(with_words(word_file(letter), "19 September", "20 September"))

    asked = run_here(tmp_path, "pull", file)
    answered = run_here(tmp_path, "pull", file, "--fact", "meeting=2024-09-20", "--write")

    assert "--fact meeting=VALUE changes the fact everywhere" in asked.stdout
    assert "; --here meeting says the words here only" in asked.stdout
    assert answered.returncode == 0
    assert b"meeting: 2024-09-20" in letter.read_bytes()


def test_hidden_characters_are_not_taken(tmp_path: Path) -> None:
    """A stranger's file brings no character that nobody sees into the letter; other edits are taken."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to \u202eall")

    found = pulled(letter, with_words(data, "held in Geneva", "held in Montreux"))

    assert found.after == found.before.replace(b"held in Geneva", b"held in Montreux")
    assert [(one.outcome, one.reason[:40]) for one in found.edits if one.outcome != "taken"] == [
        ("not mapped", "the invisible character U+202E (RIGHT-TO")
    ]


def test_what_follows_from_an_edit_is_not_listed(tmp_path: Path) -> None:
    """The title of an annex is also in the list of annexes, which nobody has edited."""
    letter = letter_in(tmp_path, BODY + "annexes:\n  - title: {en: The programme}\n    body: [{en: It is short.}]\n")

    found = pulled(letter, edited_file(word_file(letter), _with_other_title))

    assert outcomes(found) == [("words", "taken")]
    assert found.after == found.before.replace(b"The programme", b"The agenda")


def _with_other_title(document: Document) -> None:
    (title,) = [one for one in document.paragraphs if one.text == "The programme"]
    title.runs[0].text = "The agenda"


def test_a_file_with_far_more_paragraphs_is_refused(tmp_path: Path) -> None:
    """Somebody else's document in the place of the letter is not compared paragraph by paragraph."""
    letter = letter_in(tmp_path, BODY)

    def edit(document: Document) -> None:
        for number in range(400):
            document.add_paragraph(f"Paragraph {number}")

    with pytest.raises(LetterError) as error:
        pulled(letter, edited_file(word_file(letter), edit))

    assert [problem.code for problem in error.value.problems] == ["too-many"]


def test_comments_become_comments_of_the_letter(tmp_path: Path) -> None:
    """They are above the text that they are about, with their author; pulled again, they are there already."""
    letter = letter_in(tmp_path, BODY)
    data = edited_file(word_file(letter), _with_comment("open to all", "Really?\nEven to us?", "Ana Example"))

    found = pulled(letter, data)
    letter.write_bytes(found.after)
    again = pulled(letter, data)

    assert outcomes(found) == [("comment", "taken")]
    assert re.search(
        rb"\n  # Ana Example, \d{4}-\d\d-\d\d: Really\?\n  #   Even to us\?\n  - en: 'It is open to all.'", found.after
    )
    assert outcomes(again) == [("comment", "already there")]


def test_a_comment_is_no_command(tmp_path: Path) -> None:
    """A stranger's name or words do not allow a problem, nor make a conflict."""
    letter = letter_in(tmp_path, BODY)
    words, author = "x # circulars: allow unknown-mark, because y", "circulars: conflict"

    found = pulled(letter, edited_file(word_file(letter), _with_comment("open to all", words, author)))

    assert b"circulars: " not in found.after.replace(b'"circulars": ', b"")
    assert outcomes(found) == [("comment", "taken")]


def test_a_comment_on_the_words_of_the_kind_quotes_them(tmp_path: Path) -> None:
    """No comment is lost."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, edited_file(word_file(letter), _with_comment("Yours faithfully", "Too cold?", "Bo")))

    assert b', on "Yours faithfully,": Too cold?' in found.after


def _with_comment(words: str, text: str, author: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        (paragraph,) = [one for one in document.paragraphs if words in one.text]
        document.add_comment(paragraph.runs, text=text, author=author, initials="X")

    return edit


def test_the_authors_of_tracked_changes_are_in_the_report(tmp_path: Path) -> None:
    """Also the author of a removal."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, edited_file(word_file(letter), tracked_words("all", "everybody")))

    assert [(one.new, one.authors) for one in found.edits] == [("It is open to everybody.", ("Ana Example",))]


def test_a_picture_is_listed(tmp_path: Path) -> None:
    """What letters cannot have is not dropped without a word."""
    letter = letter_in(tmp_path, BODY)

    def edit(document: Document) -> None:
        document.paragraphs[-1].add_run().add_picture(str(ROOT / "letters" / "signature.png"))

    found = pulled(letter, edited_file(word_file(letter), edit))

    assert [(one.outcome, one.new.partition(":")[0]) for one in found.edits] == [("not mapped", "picture")]


def test_an_alignment_is_listed_with_its_key(tmp_path: Path) -> None:
    """A look that letters can have is not taken, and the reason says where it is written."""
    letter = letter_in(tmp_path, "body:\n  - {en: FORM, align: center}\n")

    def edit(document: Document) -> None:
        (one,) = [one for one in document.paragraphs if one.text == "FORM"]
        (aligned,) = one._p.iter(qn("w:jc"))
        one._p.get_or_add_pPr().remove(aligned)

    [found] = pulled(letter, edited_file(word_file(letter), edit)).edits

    assert (found.outcome, found.old) == ("not mapped", "alignment: center")
    assert found.reason.endswith("'align:'")


@pytest.mark.parametrize("words", ["open to all", "ouvert à tous", "открыто для всех", "向所有人开放"])
def test_another_font_is_listed_in_every_script(words: str, tmp_path: Path) -> None:
    """Word keeps fonts of several kinds of characters apart."""
    letter = letter_in(tmp_path, f"body:\n  - en: '{words}'\n")

    def edit(document: Document) -> None:
        (run,) = [run for one in document.paragraphs for run in one.runs if words in run.text]
        run.font.name = "Courier New"
        (fonts,) = run._r.iter(qn("w:rFonts"))
        fonts.set(qn("w:eastAsia"), "Courier New")

    found = pulled(letter, edited_file(word_file(letter), edit))

    assert [(one.kind, one.outcome, one.new) for one in found.edits] == [("other", "not mapped", "font: Courier New")]
