"""The Word file and the PDF of a letter look the same, and the PDF looks like its reference pictures."""

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
# The mean difference of grey levels in a tile, of 255. A missing word makes more than 30; another rasterizer's
# smoothing of the same word makes less than 12.
WORST_TILE = 20.0


def _places(pdf: Path, document: Document) -> dict[str, tuple[int, float]]:
    """The page on which each paragraph and heading begins, and the millimetres from the top of the page."""
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
    """The id and the first words of each paragraph and heading; the words fit on one line."""
    for block in (*document.body, *(block for annex in document.annexes for block in annex.body)):
        if isinstance(block, Paragraph | Heading):
            yield block.id, plain(block.spans).split("\n")[0][:28].rsplit(" ", 1)[0]


@pytest.mark.usefixtures("libreoffice")
def test_word_and_pdf_have_the_same_number_of_pages(examples: tuple[Example, ...]) -> None:
    """The Word file has as many pages in LibreOffice as the PDF."""
    pages = {
        example.name: tuple(len(pypdfium2.PdfDocument(file)) for file in (example.file("pdf"), example.libreoffice_pdf))
        for example in examples
    }

    assert {name: counts for name, counts in pages.items() if counts[0] != counts[1]} == {}


@pytest.mark.usefixtures("libreoffice")
def test_paragraphs_are_in_the_same_place(examples: tuple[Example, ...]) -> None:
    """Every paragraph and heading begins on the same page in Word and in PDF, within 6 mm of the same place."""
    apart: dict[str, str] = {}
    compared = 0
    for example in examples:
        ours, words = (_places(file, example.document) for file in (example.file("pdf"), example.libreoffice_pdf))
        for block_id, (page, top) in ours.items():
            if example.document.direction == "rtl" and block_id not in words:
                continue  # readers differ in where they read Latin words of a line from right to left
            other_page, other_top = words.get(block_id, (0, 0.0))
            compared += 1
            if page != other_page or abs(top - other_top) > TOLERANCE_MM:
                apart[f"{example.name} {block_id}"] = (
                    f"page {page} at {top:.1f} mm, page {other_page} at {other_top:.1f}"
                )

    assert apart == {}
    assert compared > 100


def test_an_example_has_three_pages(examples: tuple[Example, ...]) -> None:
    """At least one example has three pages or more, so that the layout of following pages is tested."""
    assert max(len(pypdfium2.PdfDocument(example.file("pdf"))) for example in examples) >= 3


def _pages(pdf: Path) -> Iterator[Image.Image]:
    for page in pypdfium2.PdfDocument(pdf):
        yield page.render(scale=DPI / 72).to_pil().convert("L")


def _picture(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("L")


def worst_tile(one: Image.Image, other: Image.Image) -> float:
    """The largest mean difference of grey levels in a tile: a mean over the page would hide a missing line."""
    if one.size != other.size:
        return 255.0
    difference = np.abs(np.asarray(one, dtype=np.int16) - np.asarray(other, dtype=np.int16))
    rows, columns = (size // TILE * TILE for size in difference.shape)
    tiles = difference[:rows, :columns].reshape(rows // TILE, TILE, columns // TILE, TILE)
    return float(tiles.mean(axis=(1, 3)).max())


def test_pages_look_like_their_reference_pictures(
    examples: tuple[Example, ...], request: pytest.FixtureRequest
) -> None:
    """No tile of a page differs from its reference picture; ``--renew-pictures`` saves new ones."""
    renew = request.config.getoption("--renew-pictures")
    changed = {}
    for example in examples:
        for number, page in enumerate(_pages(example.file("pdf")), start=1):
            kept = PICTURES / f"{example.name}.{number}.png"
            if renew:
                page.save(kept, optimize=True)
            elif not kept.is_file() or (worst := worst_tile(page, _picture(kept))) > WORST_TILE:
                changed[kept.name] = "no reference picture" if not kept.is_file() else f"worst tile {worst:.0f}"

    assert changed == {}


def test_a_missing_line_is_noticed() -> None:
    """A page without one short line differs in its worst tile, although hardly in its mean."""
    kept = _picture(PICTURES / "tsb-circular-213.en.1.png")
    without = kept.copy()
    line = next(row for row in range(150, 300) if np.asarray(kept)[row, 30:200].min() < 128)
    without.paste(255, (28, line - 1, 300, line + 12))

    assert worst_tile(kept, without) > WORST_TILE
