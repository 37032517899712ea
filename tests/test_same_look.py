"""The Word file and the PDF of a letter look the same, and look as they did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from circulars.model.document import Document
from circulars.model.text import Heading, Paragraph, plain
from conftest import Example

pytestmark = pytest.mark.xdist_group("examples")

PICTURES = Path(__file__).parent / "pictures"
DPI = 60
TILE = 20
TOLERANCE_MM = 6.0
# The mean difference of a tile's grey levels, of 255: a lost word in a tile is above 30, another rasteriser's
# smoothing of the same word below 12.
WORST_TILE = 20.0


def _places(pdf: Path, document: Document) -> dict[str, tuple[int, float]]:
    """Where each paragraph and heading begins: its page, and millimetres from the page's top."""
    file = pypdfium2.PdfDocument(pdf)
    pages = [(page.get_textpage(), page.get_height()) for page in file]
    places: dict[str, tuple[int, float]] = {}
    start = 0
    for block_id, words in _beginnings(document):
        for number in range(start, len(pages)):
            text, height = pages[number]
            if (found := text.search(words, match_case=True).get_next()) is not None:
                top = text.get_charbox(found[0])[3]
                places[block_id], start = (number + 1, (height - top) / 72 * 25.4), number
                break
    return places


def _beginnings(document: Document) -> Iterator[tuple[str, str]]:
    """The first words of each paragraph and heading, as far as they stand on one line."""
    for block in (*document.body, *(block for annex in document.annexes for block in annex.body)):
        if isinstance(block, Paragraph | Heading):
            yield block.id, plain(block.spans).split("\n")[0][:28].rsplit(" ", 1)[0]


@pytest.mark.usefixtures("libreoffice")
def test_word_and_pdf_have_the_same_number_of_pages(examples: tuple[Example, ...]) -> None:
    """The Word file, through LibreOffice, has as many pages as the PDF."""
    pages = {
        example.name: tuple(len(pypdfium2.PdfDocument(file)) for file in (example.file("pdf"), example.libreoffice_pdf))
        for example in examples
    }

    assert {name: counts for name, counts in pages.items() if counts[0] != counts[1]} == {}


@pytest.mark.usefixtures("libreoffice")
def test_paragraphs_stand_in_the_same_place(examples: tuple[Example, ...]) -> None:
    """Every paragraph and heading begins on the same page in Word and in PDF, within 6 mm of the same place."""
    apart: dict[str, str] = {}
    compared = 0
    for example in examples:
        ours, words = (_places(file, example.document) for file in (example.file("pdf"), example.libreoffice_pdf))
        for block_id, (page, top) in ours.items():
            other_page, other_top = words.get(block_id, (0, 0.0))
            compared += 1
            if page != other_page or abs(top - other_top) > TOLERANCE_MM:
                apart[f"{example.name} {block_id}"] = (
                    f"page {page} at {top:.1f} mm, page {other_page} at {other_top:.1f}"
                )

    assert apart == {}
    assert compared > 100


def test_a_letter_runs_to_three_pages(examples: tuple[Example, ...]) -> None:
    """At least one example runs to three pages or more, so that following pages are looked at."""
    assert max(len(pypdfium2.PdfDocument(example.file("pdf"))) for example in examples) >= 3


def _pages(pdf: Path) -> Iterator[Image.Image]:
    for page in pypdfium2.PdfDocument(pdf):
        yield page.render(scale=DPI / 72).to_pil().convert("L")


def _picture(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("L")


def worst_tile(one: Image.Image, other: Image.Image) -> float:
    """The largest mean difference of grey levels of any tile: a mean over the page would hide a lost line."""
    if one.size != other.size:
        return 255.0
    difference = np.abs(np.asarray(one, dtype=np.int16) - np.asarray(other, dtype=np.int16))
    rows, columns = (size // TILE * TILE for size in difference.shape)
    tiles = difference[:rows, :columns].reshape(rows // TILE, TILE, columns // TILE, TILE)
    return float(tiles.mean(axis=(1, 3)).max())


def test_pages_look_as_in_the_kept_pictures(examples: tuple[Example, ...], request: pytest.FixtureRequest) -> None:
    """Every page of every example looks as in its kept picture, to the worst tile; --renew-pictures keeps new ones."""
    renew = request.config.getoption("--renew-pictures")
    changed = {}
    for example in examples:
        for number, page in enumerate(_pages(example.file("pdf")), start=1):
            kept = PICTURES / f"{example.name}.{number}.png"
            if renew:
                page.save(kept, optimize=True)
            elif not kept.is_file() or (worst := worst_tile(page, _picture(kept))) > WORST_TILE:
                changed[kept.name] = "not kept" if not kept.is_file() else f"worst tile {worst:.0f}"

    assert changed == {}


def test_a_lost_line_is_seen() -> None:
    """A page that lost one short line differs in its worst tile, though hardly in its mean."""
    kept = _picture(PICTURES / "tsb-circular-213.en.1.png")
    without = kept.copy()
    line = next(row for row in range(150, 300) if np.asarray(kept)[row, 30:200].min() < 128)
    without.paste(255, (28, line - 1, 300, line + 12))

    assert worst_tile(kept, without) > WORST_TILE
