"""Numbers with their signs and units are found, and ranges of them, in text from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from circulars.compose.directions import with_directions
from circulars.model.directions import stretches
from circulars.model.document import Document
from circulars.model.quantities import quantities
from circulars.model.text import Paragraph, Span, plain
from circulars.pack import load_pack
from circulars.render import writer
from glyph_order import alike, shown_lines
from readers import libreoffice_files
from render.sample_letters import ARABIC
from work import lines_run

RANGES = {
    "1 710-1 785 MHz": "1785MHz-1710",
    "1 710–1 785 MHz": "1785MHz–1710",
    "1\u00a0710-1\u00a0785\u00a0MHz": "1785MHz-1710",
    "1\u202f710–1\u202f785\u202fMHz": "1785MHz–1710",
    "1 710 – 1 785": "1785–1710",
    "1 710 000–1 785 000": "1785000–1710000",
    "24,25-24,45GHz": "24,45GHz-24,25",
    "5 MHz – 10 MHz": "10MHz–5MHz",
    "5-7": "7-5",
    "2024–2025": "2025–2024",
    "5%-10%": "10%-5%",
    "-5–+5 °C": "+5°C–-5",
    "09:30-12:30 UTC": "12:30UTC-09:30",
    "12/5/2025-21/5/2025": "21/5/2025-12/5/2025",
    "§§ 3-5": "5-§§3",
}
"""Ranges, and how they are shown in text from right to left, without spaces."""
NUMBERS = [
    *("+5%", "-5 %", "±3 dB", "#5", "5°C", "§ 3", "10 %", "5 €", "$5", "US$ 100", "500 CHF", "5 ± 0.5 dB", "3 × 4 cm"),
    *("1 250", "12 500 000", "10 dB(W/m)", "5 kbit/s", "~10", "(022) 730-5853", "+41 22 730 0000", "2025-05-12"),
]
BEFORE = {"Arabic": "في", "an Arabic prefix": "و", "Hebrew": "בין", "a Hebrew prefix": "ו", "nothing": ""}


@pytest.mark.parametrize("text", [*NUMBERS, "№ 5", "10⁻⁶", "5 m/s²", "23:59 UTC", "−5,5 dBm/MHz"])
def test_a_number_is_one_with_its_signs_and_its_unit(text: str) -> None:
    """It is isolated as a whole, behind words, prefixes and brackets, and before them."""
    behind_letters = [] if text[0] == "-" else ["و{}", "ו{}"]

    for around in ("في {} هنا", "بين {} و", "בין {} כאן", "({}) שלום", "{}، ثم", "{}", *behind_letters):
        whole = around.format(text)

        assert [whole[start:end] for start, end in stretches(whole, "rtl")] == [text]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("المواد 5 و 7، عام 2025", []),
        ("Articles 5-7", ["Articles 5-7"]),
        ("التوصية ITU-T Q.1-Q.5 و 1-2-3", ["ITU-T Q.1-Q.5", "1-2-3"]),
        ("the band 1 710-1 785 MHz", ["the band 1 710-1 785 MHz"]),
        ("نطاق IMT 1 710-1 785 MHz هنا", ["IMT 1 710-1 785 MHz"]),
        ("الوثيقة SG5-C12/R1", ["SG5-C12/R1"]),
        ("5-7 GHz", ["5", "7 GHz"]),
    ],
)
def test_numbers_of_latin_phrases_belong_to_them(text: str, found: list[str]) -> None:
    """A range after a Latin word is read with it; a number without sign or unit needs no isolate."""
    assert [text[start:end] for start, end in stretches(text, "rtl")] == found


def test_a_range_that_is_a_fact_or_a_link_is_one_of_the_letter() -> None:
    """Its first number is at the right there, too."""
    spans = (Span("في "), Span("5-7 GHz", direction="auto"), Span(" و"), Span("1-3 GHz", link="https://a.example/"))

    [paragraph] = with_directions(replace(ARABIC, body=(Paragraph(spans),))).body

    assert isinstance(paragraph, Paragraph)
    assert [span.text for span in paragraph.spans if span.is_ltr] == ["5", "7 GHz", "1", "3 GHz"]


def test_the_time_to_find_numbers_grows_with_the_text_only() -> None:
    """Ten times as many ranges take ten times as many steps."""
    few, many = (lines_run(partial(stretches, "في 1 710-1 785 و 5 - " * times, "rtl")) for times in (100, 1000))

    assert many < 12 * few


def test_digits_without_end_are_looked_at_once() -> None:
    """Neither many groups nor many signs make the search slow."""
    for text in ("1 710 " * 20_000, "-" * 50_000, "5-" * 30_000, "1." * 30_000, "§ " * 30_000, "(0 " * 20_000):
        assert sum(one.end - one.start for one in quantities(text)) <= len(text)


@pytest.fixture(scope="module")
def letter() -> Document:
    """An Arabic letter with each range and each number behind and before words."""
    body = tuple(Paragraph((Span(f"{before}{' ' * (len(before) > 1)}{text}"),)) for text, before in _pairs())
    return with_directions(replace(ARABIC, body=body, footer=(), running_header=()))


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_ranges_are_shown_from_right_to_left_and_numbers_as_typed(
    letter: Document, format: str, tmp_path: Path
) -> None:
    """In the PDF, and in LibreOffice's PDF of the Word file."""
    file = tmp_path / f"x.{format}"
    file.write_bytes(writer(format)(letter, load_pack()).fill({}))
    [pdf] = libreoffice_files([file], tmp_path / "word") if format == "docx" else [file]

    lines = {*shown_lines(pdf.read_bytes())}
    assert [
        plain(text) for text, shown in zip(letter_texts(letter), _as_shown(), strict=True) if shown not in lines
    ] == []


def letter_texts(letter: Document) -> Iterator[tuple[Span, ...]]:
    """The texts of the paragraphs."""
    return (block.spans for block in letter.body if isinstance(block, Paragraph))


def _as_shown() -> Iterator[str]:
    """The lines of the letter from left to right."""
    return (alike(RANGES.get(text, text)) + before[::-1] for text, before in _pairs())


def _pairs() -> Iterator[tuple[str, str]]:
    """Each range and each number with what is before it. A hyphen behind a letter is no sign."""
    for text in (*RANGES, *NUMBERS):
        yield from ((text, before) for before in BEFORE.values() if len(before) != 1 or text[0] != "-")
