"""The halves of an edit that splits a paragraph, or joins two, share one outcome."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docx.document import Document
from docx.oxml.ns import qn

from review.word_edits.generated import copied
from review.word_edits.pulled import edited_file, letter_in, pulled, with_words, word_file

BODY = """\
numbering: none
body:
  - en: The meeting is open to all members of the union.
  - en: Register before the end of July at the latest.
  - en: The third one is short.
"""


def _split(document: Document) -> None:
    copied("open to all", "all members of the union.")(document)
    (first,) = [run for one in document.paragraphs for run in one.runs if "open to all" in run.text]
    first.text = "The meeting is open to"


def _merge(document: Document) -> None:
    first, second = [one for one in document.paragraphs if "open to all" in one.text or "Register" in one.text]
    first.add_run(" ")
    for child in [*second._p]:
        if child.tag != qn("w:pPr"):
            first._p.append(child)
    parent = second._p.getparent()
    assert parent is not None
    parent.remove(second._p)


@pytest.mark.parametrize("edit", [_split, _merge], ids=["split", "merged"])
@pytest.mark.parametrize(("old", "new"), [("open to all", "closed to all"), ("end of July", "end of May")])
def test_no_half_of_an_edit_is_written(tmp_path: Path, edit: Callable[[Document], None], old: str, new: str) -> None:
    """If one half is in conflict with the letter, the other one is not taken: no words are lost or doubled."""
    letter = letter_in(tmp_path, BODY)
    data = edited_file(word_file(letter), edit)
    letter.write_text(letter.read_text().replace(old, new))

    found = pulled(letter, data)

    doubled = [line for line in found.after.decode().splitlines() if "members of the union" in line]
    assert len(doubled) == 1
    assert any(one.outcome == "conflict" for one in found.edits) == (found.after == found.before)


def test_other_edits_of_the_file_are_taken(tmp_path: Path) -> None:
    """Only what belongs together waits for a decision."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(edited_file(word_file(letter), _merge), "one is short", "one is long")
    letter.write_text(letter.read_text().replace("open to all", "closed to all"))

    found = pulled(letter, data)

    assert found.after == found.before.replace(b"one is short", b"one is long")
