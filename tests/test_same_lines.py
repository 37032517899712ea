"""Letters drawn by chance have the same words, in the same order and on the same lines, in every format."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.build import Order, build, documents
from circulars.workspace import Workspace
from conftest import ROOT
from random_letters import draw_letter, parsed
from same_lines import added_or_lost, faults, on_lines

WORDS = [*ROOT.glob("templates/*/words/e[ns].yaml"), *ROOT.glob("src/circulars/languages/e[ns].yaml")]
LETTER = """{
 "kind": "tsb-circular", "number": "2", "date": "2024-07-12", "languages": ["en"], "to": false, "copy": false,
 "subject": {"en": "Words1x\\nWords2x"}, "body": [{"en": "Words3x held"}], "signatory": "tsb-director"
}"""


def differences(text: str, workspace: Workspace, folder: Path) -> Iterator[str]:
    """What a letter's plain text says otherwise than the letter, and its files otherwise than the plain text."""
    letter, known = parsed(text), " ".join(file.read_text(encoding="utf-8") for file in WORDS)
    settled = {document.language: document for document in documents(letter, workspace, Order())}
    for document in settled.values():
        yield from added_or_lost(text, document, known)
    for output in build(letter, workspace, Order(formats=("docx", "html", "pdf"))):
        file = folder / f"x.{output.format}"
        file.write_bytes(output.data)
        yield from faults(settled[output.language], file)


def test_words_and_lines_are_the_same_in_every_format(
    chance: random.Random, workspace: Workspace, tmp_path: Path
) -> None:
    """Nothing is added but the pack's words, and nothing is lost, whatever keys a letter has."""
    drawn = [draw_letter(chance) for _ in range(8)]

    assert [(wrong, text) for text in drawn if (wrong := [*differences(text, workspace, tmp_path)])] == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("Words2x", "Words2x Words4x", "Words4x of .*subject.* is there 0 times"),
        ("Words3x held", "Words5x", "'Words3x' is neither in the letter nor in the pack"),
        ("Words1x\\nWords2x", "Words1x Words2x", "'Words1x Words2x' of .*subject.* is not there"),
    ],
    ids=["a lost word", "an added word", "lines"],
)
def test_what_a_plain_text_adds_or_loses_is_found(before: str, after: str, fault: str, workspace: Workspace) -> None:
    """A plain text is compared with a letter that says something else."""
    [document] = documents(parsed(LETTER), workspace, Order())
    known = " ".join(file.read_text(encoding="utf-8") for file in WORDS)
    other = LETTER.replace(before, after)

    assert [*added_or_lost(LETTER, document, known)] == []
    assert any(re.search(fault, one) for one in added_or_lost(other, document, known))


def test_a_line_that_is_joined_is_found() -> None:
    """The comparison knows two lines from one."""
    assert on_lines("one line\nother line").search("one line\nother\nline")
    assert not on_lines("one line\nother line").search("one line other line")
