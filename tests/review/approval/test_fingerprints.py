"""Fingerprints cover all that is read, and nothing else."""

from __future__ import annotations

import random
from dataclasses import fields
from typing import Any

import pytest

from circulars.review.approval.fingerprints import LOOKS, fingerprints
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from review.edits import Editor, drawn_letter, is_valid
from review.pair_letters import letter_text

HERE = Workspace(ROOT)
Values = dict[str, Any]


def words(letter: Values) -> dict[str, str]:
    """The fingerprints of the words of a letter."""
    read = parse_letter(letter_text(letter).encode(), "letters/drawn.yaml", "drawn", ROOT)
    return dict(fingerprints(read, HERE).words)


def test_the_fields_that_are_not_read_exist() -> None:
    """A field that gets another name is read, until it is named here again."""
    for kind, names in LOOKS.items():
        assert names <= {one.name for one in fields(kind)}, kind


@pytest.mark.parametrize("seed", range(12))
def test_whoever_gets_any_part_is_covered(seed: int) -> None:
    """Each block and each entry of a list that becomes one for some addressees changes the words in each language."""
    chance = random.Random(seed)
    letter = drawn_letter(chance)
    before, tried = words(letter), 0
    flows = Editor(chance, letter).flows()
    entries = [entry for one, key in Editor(chance, letter).lists() for entry in one[key] if isinstance(entry, dict)]
    parts = [part for part in (*(block for flow in flows for block in flow), *entries) if "when" not in part]
    for part in chance.sample(parts, min(4, len(parts))):
        part["when"] = {"category": "never-used"}
        if is_valid(letter):
            tried += 1
            after = words(letter)
            assert all(before[code] != after[code] for code in before), part
        del part["when"]

    assert tried or not parts


def test_a_paragraph_that_leaves_those_for_some_addressees_is_covered() -> None:
    """A text of two paragraphs is for members; the second one becomes one for everybody, and no word changes."""
    letter = drawn_letter(random.Random(1))
    code = [str(one) for one in letter["languages"]]
    when = {"category": "member-state"}
    both = dict.fromkeys(code, "Ember fjord.\n\nKite lantern.")
    first, second = (dict.fromkeys(code, text) for text in ("Ember fjord.", "Kite lantern."))

    together = words(letter | {"body": [*letter["body"], both | {"when": when}]})
    apart = words(letter | {"body": [*letter["body"], first | {"when": when}, second]})
    split = words(letter | {"body": [*letter["body"], first | {"when": when}, second | {"when": when}]})

    assert all(together[one] != apart[one] for one in code)
    assert together == split
