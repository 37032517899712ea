"""Paragraphs, entries and rows that an edited file has added, removed and moved, in one letter."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from docx.document import Document
from docx.text.paragraph import Paragraph

from review.word_edits.edits import Edit, python_docx_edits
from review.word_edits.pulled import edited_file, letter_in, outcomes, pulled, word_file

HEADINGS = """\
numbering: none
body:
  - en: The first paragraph.
  - heading: {en: Fees}
  - heading: {en: Dates}
  - en: The last paragraph.
"""


def paragraph(document: Document, words: str) -> Paragraph:
    """The only paragraph with some words."""
    (found,) = [one for one in document.paragraphs if words in one.text]
    return found


def added_before(document: Document, place: str, words: str) -> None:
    """A new paragraph above another one, and like it."""
    below = paragraph(document, place)
    new = copy.deepcopy(below._p)
    below._p.addprevious(new)
    made = Paragraph(new, below._parent)
    for child in [*new]:
        if child.tag.endswith(("bookmarkStart", "bookmarkEnd")):
            new.remove(child)
    first, *others = made.runs
    first.text = words
    for run in others:
        new.remove(run._r)


def test_a_paragraph_is_added_where_a_heading_was_removed(tmp_path: Path) -> None:
    """It comes behind what the removed entry was behind, not at the beginning."""
    letter = letter_in(tmp_path, HEADINGS)

    def edit(document: Document) -> None:
        added_before(document, "The last paragraph", "A new paragraph.")
        gone = paragraph(document, "Dates")._element
        document.element.body.remove(gone)

    found = pulled(letter, edited_file(word_file(letter), edit))

    assert sorted(outcomes(found)) == [("added", "taken"), ("removed", "taken")], found.edits
    body = HEADINGS.replace("  - heading: {en: Dates}\n", "  - en: A new paragraph.\n")
    assert found.after.decode().endswith(body)


def test_a_paragraph_is_added_where_the_letter_has_removed_one_since(tmp_path: Path) -> None:
    """It comes behind the nearest one above that is there still."""
    letter = letter_in(tmp_path, HEADINGS)
    data = edited_file(word_file(letter), lambda one: added_before(one, "The last paragraph", "A new paragraph."))
    now = letter.read_text("utf-8").replace("  - heading: {en: Dates}\n", "")
    letter.write_text(now, "utf-8")

    found = pulled(letter, data)

    assert outcomes(found) == [("added", "taken")]
    assert found.after.decode() == now.replace("{en: Fees}\n", "{en: Fees}\n  - en: A new paragraph.\n")


TABLE = """\
body:
  - table:
      columns: [Name, Number]
      rows:
        - [one, "1"]
        - [two, "2"]
        - [three, "3"]
"""


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("tracked", [False, True], ids=["untracked", "tracked"])
def test_a_row_is_removed_wherever_it_is(number: int, tracked: bool, tmp_path: Path) -> None:
    """The rows below a row whose removal is tracked are counted without it."""
    letter = letter_in(tmp_path, TABLE)
    edit = Edit("remove row", f"_c_body_d1_n{number}_n1")

    found = pulled(letter, python_docx_edits(word_file(letter), (edit,), tracked))

    assert outcomes(found) == [("removed", "taken")], found.edits
    removed = TABLE.splitlines(keepends=True)[number + 3]
    assert found.after.decode().endswith(TABLE.replace(removed, ""))
