"""Properties of the changes between letters that are drawn by chance and edited; ``prove.py`` tries thousands."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest

from circulars.workspace import Workspace
from random_letters import Letter
from review.edits import EDITS, Edit, Editor, drawn_letter, edited_letter, is_valid
from review.properties import STYLES, faults_of_pair, faults_of_style


@pytest.mark.parametrize("number", range(12))
def test_changes_lead_from_the_old_text_to_the_new_one_and_back(number: int, workspace: Workspace) -> None:
    """Applied they give the new text, undone the old one; all are reported; no more words are marked than must be."""
    pair = edited_letter(random.Random(number))  # no secret; ``prove.py`` tries others

    assert faults_of_pair(pair, workspace) == [], f"after {pair.edits}"


@pytest.mark.parametrize("style", STYLES)
def test_a_letter_does_not_differ_from_itself_written_in_another_way(style: str, tmp_path: Path) -> None:
    """A letter that is wrapped, sorted, quoted or encoded in another way has no changes."""
    assert faults_of_style(drawn_letter(random.Random(style)), style, tmp_path) == []


def test_each_edit_changes_some_letter_that_stays_valid() -> None:
    """Every kind of edit is possible in one of a few letters, which can be built afterwards."""
    letters = [drawn_letter(random.Random(seed)) for seed in range(10)]

    assert [name for name, edit in EDITS if not any(once_edited(edit, letter) for letter in letters)] == []


def once_edited(edit: Edit, letter: Letter) -> bool:
    """Whether an edit changes a letter, which is valid afterwards, in one of a few tries."""
    for seed in range(4):
        new = copy.deepcopy(letter)
        if edit(Editor(random.Random(seed), new)) and new != letter and is_valid(new):
            return True
    return False
