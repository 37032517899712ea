"""The places in Word files are those by which letters are compared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from circulars.model.places import label_place, line_place
from circulars.render.docx.places import BLOCK, block_name
from circulars.review.comparing.tree import EVERYBODY, Unit, tree_of
from circulars.review.word_edits.reading import read_edited
from conftest import Example

_MOST_LINES = 20


def _keys(unit: Unit) -> Iterator[str]:
    """The keys of the parts of a letter; annexes have their label beside them."""
    yield from (unit.key, label_place(unit.key))
    for part in unit.parts:
        yield from _keys(part)


@pytest.mark.xdist_group("examples")
def test_blocks_have_the_names_of_the_parts_that_are_compared(examples: tuple[Example, ...]) -> None:
    """Each block, entry, cell, annex and footnote of a Word file is called as in the comparison of letters."""
    for example in examples:
        keys = {*_keys(tree_of(example.document, EVERYBODY))}
        known = {block_name(line_place(key, number)) for key in keys for number in range(1, _MOST_LINES)}
        read = read_edited(example.file("docx").read_bytes())
        found = {name for one in read.paragraphs for name in one.names if name.startswith(BLOCK)}

        assert found and found <= known
