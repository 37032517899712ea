"""Whatever writes or compares letters stops at a part that it does not know, rather than leave its words out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from circulars.compose import compose
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.document import Document
from circulars.model.text import Block
from circulars.pack import load_pack
from circulars.render import writer
from circulars.review.tree import tree_of
from circulars.source.letters.reading import read_letter
from conftest import ROOT
from render.sample_letters import PLAIN


@dataclass(frozen=True, slots=True)
class Poem:
    """A kind of block, and a part of a letter's body, that nothing knows yet."""

    id: str = "poem"
    when: tuple[str, ...] = ()


def with_a_poem(document: Document) -> Document:
    """The document with a block at the end of its body that no writer knows."""
    return replace(document, body=(*document.body, cast(Block, Poem())))


@pytest.mark.parametrize("format", ["docx", "txt"])
def test_each_writer_stops_at_a_block_that_it_does_not_know(format: str) -> None:
    """Its words would be missing from the file, and nothing would say so."""
    document = with_a_poem(PLAIN)

    with pytest.raises(AssertionError, match="Poem"):
        writer(format)(document, load_pack()).fill({})


def test_an_email_stops_at_a_block_that_it_does_not_know() -> None:
    """The page in a message is written by a writer of its own."""
    with pytest.raises(AssertionError, match="Poem"):
        page_of(with_a_poem(PLAIN), "example.org")


def test_a_comparison_stops_at_a_block_that_it_does_not_know() -> None:
    """A change in it would not be reported."""
    with pytest.raises(AssertionError, match="Poem"):
        tree_of(with_a_poem(PLAIN), {})


def test_composing_stops_at_a_part_of_the_body_that_it_does_not_know() -> None:
    """It would be missing from the letter in every format."""
    letter = read_letter(ROOT / "letters" / "tsb-circular-213.yaml")
    unknown = replace(letter, body=(*letter.body, cast(Any, Poem())))

    with pytest.raises(AssertionError, match="Poem"):
        compose(unknown, load_language("en"), load_pack())
