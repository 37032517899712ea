"""Plain text is shown by any program in the order in which it is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circulars.compose.directions import with_directions
from circulars.merge.post.plain import plain_text
from circulars.model.directions import Direction, direction_of
from circulars.model.document import Document
from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render import writer
from circulars.render.pdf.engine import levels_of
from circulars.render.pdf.levels import visual_order
from circulars.render.txt import text_of
from glyph_order import alike
from render.sample_letters import ARABIC, PLAIN

TEXTS: dict[str, tuple[Document, str, str]] = {
    "a telephone number": (ARABIC, "هاتف +41 22 730 0000 أو", "وأ +41 22 730 0000 فتاه"),
    "a term with brackets": (ARABIC, "نص H.264 (08/2021) سمر", "رمس H.264 (08/2021) صن"),
    "a term at the beginning": (ARABIC, "U4SSC نص", "صن U4SSC"),
    "an Arabic name in an English letter": (PLAIN, "Of سمر 5 (a)", "Of رمس 5 (a)"),
    "an Arabic word at the beginning": (PLAIN, "سمر is a word.", "رمس is a word."),
}


@pytest.mark.parametrize(("letter", "text", "shown"), TEXTS.values(), ids=TEXTS)
def test_a_line_is_shown_as_it_is_read(letter: Document, text: str, shown: str) -> None:
    """A program that knows only the characters gives each line the direction of its first letter."""
    document = with_directions(replace(letter, body=(Paragraph((Span(text),)),)))

    lines = writer("txt")(document, load_pack()).fill({}).decode().split("\n")

    assert shown in [_shown(line) for line in lines]


VALUES: dict[str, tuple[Document, str, str]] = {
    "a Japanese postcode": (ARABIC, "〒530-0001", "صن ,〒530-0001 صن"),
    "a number": (ARABIC, "12-21", "صن ,12-21 صن"),
    "a name in brackets and a number in Arabic": (
        ARABIC,
        "سمر (AI) +41 22 730 0000",
        "صن ,+41 22 730 0000 (AI) رمس صن",
    ),
    "an Arabic word in a Latin name": (ARABIC, "Example (سمر 5) Ltd.", "صن ,Example (5 رمس) Ltd. صن"),
    "a Hebrew name in English": (PLAIN, "לדוגמה (AI)", "of (AI) המגודל, in"),
    "a number in a Hebrew name in English": (PLAIN, "דוגמה +41 22 730 0000", "of +41 22 730 0000 המגוד, in"),
}


@pytest.mark.parametrize(("letter", "value", "shown"), VALUES.values(), ids=VALUES)
def test_a_value_is_shown_as_it_is_read(letter: Document, value: str, shown: str) -> None:
    """It is isolated from the text around it, and what is read in the other direction is isolated within it."""
    words = ("نص ", ", نص") if letter is ARABIC else ("of ", ", in")
    body = (Paragraph((Span(words[0]), Span("", hole="one"), Span(words[1]))),)
    document = with_directions(replace(letter, body=body))

    lines = writer("txt")(document, load_pack()).fill({"one": value}).decode().split("\n")

    assert alike(shown) in [alike(_shown(line)) for line in lines]


def test_the_address_of_a_link_is_read_from_left_to_right_in_a_message() -> None:
    """It follows the words of the link in brackets, which are its own."""
    spans = (Span("سمر "), Span("نص", link="https://www.example.int/"), Span(" هاتف"))

    lines = plain_text(with_directions(replace(ARABIC, body=(Paragraph(spans),)))).split("\n")

    assert "فتاه <https://www.example.int/> صن رمس" in [_shown(line) for line in lines]


def test_a_letter_of_one_direction_has_no_marks() -> None:
    """Its text is as it was typed."""
    assert writer("txt")(PLAIN, load_pack()).fill({}).decode() == text_of(PLAIN)


def _shown(line: str) -> str:
    """A line from left to right, without marks."""
    direction: Direction = direction_of(line, "ltr")
    order = visual_order(levels_of(line, direction == "rtl"))
    return "".join(line[place] for place in order if line[place] not in "\u200e\u200f\u202a\u202b\u202c")
