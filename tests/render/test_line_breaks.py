"""Lines end where Pango ends them, whatever looks their words have."""

from __future__ import annotations

import random
from typing import Final

import pytest

from circulars.model.text import Item, Items, Note, Paragraph, Span, Spans
from circulars.render.pdf.engine import inline, weasyprint
from line_breaks import difference, differences, laid_out
from render.sample_letters import words

_WORKSHOP: Final = (
    Span(
        "A one-day Workshop on IMT-Advanced will also be held on 7 October 2008 at the same venue; details are at "
    ),
    Span("https://www.example.int/imt-advanced-workshop", link="https://www.example.int/imt-advanced-workshop"),
    Span("."),
)  # fmt: skip
CODE: Final = "ACGTTGCAAGGCTTACGCATGCAATCGGTACCGGTTAACGGCATTCGGAAGCTTACG"


def filled(length: int, *, after: str, space: str = " ") -> Spans:
    """Words of a number of characters, which fill a line almost or exactly, and words of another look."""
    text = "A one-day workshop on smart cities will also be held on 7 October at the same venue in the city. " * 2
    return (
        Span(text[: length - 1].rstrip() + "n" * (length - len(text[: length - 1].rstrip())) + space),
        Span(after, strong=True),
    )


def test_a_first_word_is_not_alone_on_its_line() -> None:
    """Words that fill a line exactly, before an address, stay on it."""
    [block] = laid_out([Paragraph(_WORKSHOP, "", "p")])

    assert block.lines[0].strip() == (_WORKSHOP[0].text.strip())


@pytest.mark.parametrize("space", [" ", "\N{NO-BREAK SPACE}", "  "], ids=["space", "no-break space", "two spaces"])
@pytest.mark.parametrize("after", ["contributions", "a (b)", "IMT-2020 and more"])
def test_words_fill_their_line(after: str, space: str) -> None:
    """However many characters a line has before a word of another look, it ends where Pango ends it."""
    blocks = [Paragraph(filled(length, after=after, space=space), "", f"p{length}") for length in range(70, 120)]

    assert [wrong for one in laid_out(blocks) if (wrong := difference(one))] == []


def test_a_number_with_a_slash_is_on_one_line() -> None:
    """No line ends in "07/50%", whichever digits the slash has the look of; one may end in "ITU/and"."""
    pairs = ((" 07/", "50% more"), (" 07", "/50% more"), (" ITU/", "and more"), (" ITU", "/50 more"))
    blocks = [
        Paragraph(filled(length, after=after, space=space), "", f"p{length}{space}")
        for length in range(70, 120)
        for space, after in pairs
    ]

    assert [wrong for one in laid_out(blocks) if (wrong := difference(one))] == []


def test_a_line_does_not_end_behind_a_no_break_space() -> None:
    """A no-break space that hangs over the end of a line joins the last word of a stretch to the next one."""
    spans = (
        Span(" ("),
        Span("https://www.example.int/", link="https://www.example.int/"),
        Span(" (0930", strong=True, emphasis=True),
        Span(
            "-of standards IMT-Advanced sectors vote; this — 7/8 standards A ITU-T/ITU-R other "
            "today, other other No.\N{NO-BREAK SPACE}5 group l'Union study its venue IMT-Advanced "
            "meeting (RECI) well-known\N{NO-BREAK SPACE}",
            emphasis=True,
        ),
        Span("I office held well-known “cities”, programme", strong=True, emphasis=True),
    )
    [block] = laid_out([Paragraph(spans, "", "p")])

    assert block.lines[1].endswith("(RECI) well-")
    assert difference(block) == ""


def test_lines_of_paragraphs_by_chance_end_where_pango_ends_them(chance: random.Random) -> None:
    """So do the lines of paragraphs, items and notes of all looks; ``tests/line_breaks.py`` tries thousands."""
    assert [wrong for _, wrong in differences(250, chance)] == []


def test_the_comparison_sees_wrong_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint by itself leaves the first word alone, and that is found."""
    monkeypatch.setattr(inline, "split_first_line", weasyprint.text.line_break.split_first_line)
    [block] = laid_out([Paragraph(_WORKSHOP, "", "p")])

    assert difference(block).startswith("line 1 of p ends with 'A', not with ")


@pytest.mark.parametrize(
    "spans",
    [words(CODE * 3), (Span(CODE, strong=True), Span(CODE, emphasis=True)), words(CODE * 2 + " and more")],
    ids=["one word", "a word of two looks", "a word before others"],
)
def test_no_number_is_alone_on_its_line(spans: Spans) -> None:
    """A word that is longer than a line begins beside the number of its paragraph or the label of its item."""
    numbered, item = Paragraph(spans, "12", "p"), Items("letters", (Item("a)", spans),), "i")

    for block in laid_out([numbered, item]):
        assert block.lines[0].startswith(CODE)


def test_a_long_word_in_a_note_goes_on_the_next_line() -> None:
    """Words, other than numbers, may be alone before a long word."""
    [block] = laid_out([Note("NOTE – ", words(CODE + CODE[:30]), "n")])

    assert block.lines[0].strip() == "NOTE –"
