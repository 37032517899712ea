"""Which characters of a marked-up text stand for which of what is read."""

from __future__ import annotations

import itertools

import pytest

from circulars.syntax.prose import parse
from circulars.syntax.typed import typed_pieces

TEXTS = (
    "plain words",
    "a **strong** and an *emphasised* word, ***both***, 5 * 3",
    r"\*no marks\* \{\{ x \}\}, and a \\ or two",
    "on {{ meeting | weekday }}, see {{ ref: a }}, {{ blank: 60 mm }}",
    "[words **of** a link](page), <page>, <https://example.int/>, www.example.int.",
    "[mots]{lang=fr} <b>tag</b> [^note]",
    "a line\n  and another\\\none, ____ to fill in",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("lines", [False, True])
def test_every_character_that_is_read_is_found(text: str, lines: bool) -> None:
    """The pieces together are what is read, and none overlaps another one."""
    spans = parse(text, lines).spans

    pieces = typed_pieces(text, spans)

    assert pieces is not None
    assert "".join(piece.span.text for piece in pieces) == "".join(span.text for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(pieces))
    assert [piece.number for piece in pieces] == sorted(piece.number for piece in pieces)


def test_a_field_is_one_whole() -> None:
    """Nobody edits half of a field."""
    text = "on {{ meeting }}."

    pieces = typed_pieces(text, parse(text).spans)

    assert [(text[one.start : one.end], one.whole) for one in pieces or ()][3] == ("{{ meeting }}", True)


def test_another_text_has_no_pieces() -> None:
    """Spans that were not read from the text fit nothing."""
    assert typed_pieces("words", parse("others").spans) is None
