"""Writers and comparisons raise an error at an unknown part, instead of leaving out its text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from circulars.compose import compose
from circulars.errors import PackError
from circulars.formats import WRITERS
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.document import Document
from circulars.model.text import Block
from circulars.pack import load_pack
from circulars.render import writer
from circulars.review.comparing.tree import tree_of
from circulars.source.letters.reading import read_letter
from conftest import ROOT
from render.sample_letters import PLAIN


@dataclass(frozen=True, slots=True)
class Poem:
    """A new kind of block and of a letter's part, which no writer knows."""

    id: str = "poem"
    when: tuple[str, ...] = ()
    new_page: bool = False


def with_a_poem(document: Document) -> Document:
    """The document with a block at the end of its body that no writer knows."""
    return replace(document, body=(*document.body, cast(Block, Poem())))


@pytest.mark.parametrize("format", WRITERS)
def test_each_writer_stops_at_a_block_that_it_does_not_know(format: str) -> None:
    """Otherwise its text would silently be missing from the file."""
    document = with_a_poem(PLAIN)

    with pytest.raises((AssertionError, PackError), match="Poem"):
        writer(format)(document, load_pack()).fill({})


def test_the_shipped_page_names_the_line_that_stops_at_an_unknown_block() -> None:
    """The error names the line of the template that must be extended for a new block."""
    with pytest.raises(PackError) as caught:
        writer("html")(with_a_poem(PLAIN), load_pack()).fill({})

    [problem] = caught.value.problems
    template = (load_pack().folder / "letter.html.j2").read_text().splitlines()
    assert problem.code == "template-error"
    assert "no case for a part of the type Poem" in problem.message
    assert "block | unknown" in template[problem.where.line - 1]


def test_the_shipped_page_stops_at_a_layout_that_it_does_not_know() -> None:
    """It does not use the layout of another kind."""
    document = replace(PLAIN, layout="sideways")

    with pytest.raises(PackError, match="it has no case for 'sideways'"):
        writer("html")(document, load_pack()).fill({})


def test_an_email_stops_at_a_block_that_it_does_not_know() -> None:
    """The HTML in a message has a separate writer."""
    with pytest.raises(AssertionError, match="Poem"):
        page_of(with_a_poem(PLAIN), "example.org")


def test_a_comparison_stops_at_a_block_that_it_does_not_know() -> None:
    """Otherwise a change in it would not be reported."""
    with pytest.raises(AssertionError, match="Poem"):
        tree_of(with_a_poem(PLAIN), {})


def test_composing_stops_at_a_part_of_the_body_that_it_does_not_know() -> None:
    """Otherwise it would be missing from the letter in every format."""
    letter = read_letter(ROOT / "letters" / "tsb-circular-213.yaml")
    unknown = replace(letter, body=(*letter.body, cast(Any, Poem())))

    with pytest.raises(AssertionError, match="Poem"):
        compose(unknown, load_language("en"), load_pack())
