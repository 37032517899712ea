"""The marked spans of two texts: pieces with their old and new look."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from circulars.model.text import Span, Spans, joined
from circulars.review.comparing.spans import MarkedSpan, marked_spans, piece
from circulars.review.comparing.words import word_changes
from work import lines_run

TEXT = st.text(alphabet="ab ,\n", min_size=1, max_size=5)
SPAN = st.one_of(
    st.builds(Span, TEXT, strong=st.booleans(), link=st.sampled_from(["", "https://example.int/"])),
    st.just(Span("", hole="addressee.name")),
    st.just(Span("1", link="#n", note="n")),
)
SPANS = st.lists(SPAN, max_size=5).map(tuple)


def marked(old: Spans, new: Spans) -> tuple[MarkedSpan, ...]:
    """The marked spans of two texts."""
    return marked_spans(word_changes(old, new), old, new)


@given(SPANS, SPANS)
def test_the_pieces_are_both_texts(old: Spans, new: Spans) -> None:
    """The old spans of the pieces give the old text with its look, and the new ones the new text."""
    pieces = marked(old, new)

    assert joined(one.old for one in pieces if one.old) == joined(old)
    assert joined(one.new for one in pieces if one.new) == joined(new)
    assert all((one.mark == "equal") == (one.old is not None and one.new is not None) for one in pieces)
    assert all(one.old.text == one.new.text for one in pieces if one.old and one.new)


def test_a_piece_has_its_old_and_its_new_look() -> None:
    """Words that became bold are a piece of their own, and so are those whose link has changed."""
    old = (Span("free of charge, see "), Span("the page", link="https://example.int/a"))
    new = (
        Span("free"),
        Span(" of charge", strong=True),
        Span(", see "),
        Span("the page", link="https://example.int/b"),
    )

    pieces = marked(old, new)

    assert [one.span.text for one in pieces if one.is_reformatted] == [" of charge"]
    assert [one.span.text for one in pieces if one.is_relinked] == ["the page"]


def test_a_hole_is_not_the_words_of_its_name() -> None:
    """A hole and a text that looks like it are different."""
    hole, text = Span("", hole="addressee.name"), Span("«addressee.name»")

    assert [(one.mark, one.span) for one in marked((hole,), (text,))] == [("removed", hole), ("added", text)]


def test_a_piece_of_a_text_keeps_its_look() -> None:
    """The words between two positions, with the look that they have."""
    spans = (Span("One "), Span("two", strong=True), Span(" three"))

    assert piece(spans, 4, 9) == (Span("two", strong=True), Span(" t"))


def test_neighbours_of_one_look_are_joined_at_once() -> None:
    """A thousand spans are one, without a copy for each of them."""
    spans = [Span("a", strong=True)] * 1_000 + [Span("b")]

    assert joined(spans) == (Span("a" * 1_000, strong=True), Span("b"))
    assert lines_run(lambda: joined(spans)) < 20 * 1_000
