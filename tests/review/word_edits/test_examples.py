"""Word files of the example letters that another program has only saved."""

from __future__ import annotations

from circulars.review.word_edits import pull_edits
from circulars.workspace import Workspace
from conftest import ROOT, Example
from review.word_edits.pulled import edited_file


def test_a_saved_file_has_no_edits(examples: tuple[Example, ...]) -> None:
    """python-docx writes every letter in every language as it was."""
    workspace = Workspace(ROOT)
    ours = [example for example in examples if (ROOT / "letters" / f"{letter_of(example)}.yaml").exists()]
    for example in ours:
        file = example.file("docx")
        found = pull_edits(edited_file(file.read_bytes(), lambda document: None), file.name, workspace)

        assert (file.name, found.edits) == (file.name, ())
        assert found.after == (ROOT / "letters" / f"{letter_of(example)}.yaml").read_bytes()
    assert len({*map(letter_of, ours)}) == len([*(ROOT / "letters").glob("*.yaml")])


def letter_of(example: Example) -> str:
    """The name of an example's letter."""
    return example.name.rpartition(".")[0]
