"""Checks the contrast of text in a PDF with what is painted behind it (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.colours import WHITE, Colour, faded, greatest_contrast
from circulars.accessibility.pdf.content import Content
from circulars.accessibility.pdf.file import PdfFile
from circulars.accessibility.pdf.paint import Box, Painted, Painter, ShownWords
from circulars.accessibility.pdf.palette import Palette
from circulars.accessibility.pdf.rules import PDF

_BLACK: Final = "000000"
_LEAST: Final = 4.5  # 3 for large text
_MAX_CHECKED: Final = 300  # words of a page whose background is looked for
_MAX_AREAS: Final = 3_000


def check_contrast(file: PdfFile, content: Content) -> Iterator[Finding]:
    """Reports words with too little contrast, once for each pair of colours on a page; nothing if it is in doubt."""
    import pikepdf

    with pikepdf.new() as holder:
        painter = Painter(holder, {key: used.font for key, used in content.fonts.items()})
        for page in file.pages:
            if not content.has_read(page.number) or not _may_be_low(content.palettes[page.number]):
                continue
            painted = painter.paint(page)
            if painter.exhausted:
                return
            reported: set[tuple[Colour, Colour]] = set()
            for words, colour, behind, least in _too_low(painted):
                if (colour, behind) not in reported:
                    reported.add((colour, behind))
                    fact = _fact(colour, behind, least)
                    yield PDF["low-contrast"].finding(file.spot(page.number, words.text), fact)


def _may_be_low(palette: Palette) -> bool:
    """Whether a page has colours for which it matters which words are on which rectangle."""
    # Black words and black lines are on most pages, and words that cannot be seen are seldom black.
    return palette.has_faded or any(
        (words != behind or words[0] != _BLACK) and greatest_contrast(words, behind) < _LEAST
        for words in palette.words
        for behind in {WHITE, *palette.rectangles}
    )


def _fact(colour: Colour, behind: Colour, least: float) -> str:
    if colour[0] == behind[0]:
        return f"the words cannot be seen: they are #{colour[0]}, and so is their background"
    found = greatest_contrast(colour, behind)
    return f"the contrast of #{colour[0]} on #{behind[0]} is {_below(found, least)} to 1, not {least:g} to 1"


def _below(found: float, least: float) -> str:
    """A contrast with one decimal place, or with more if it would look like the least one that is allowed."""
    return next(shown for places in range(1, 17) if float(shown := f"{found:.{places}f}") < least)


def _too_low(painted: Painted) -> Iterator[tuple[ShownWords, Colour, Colour, float]]:
    if len(painted.areas) > _MAX_AREAS:
        return
    colours = {WHITE, *(area.colour for area in painted.areas if area.colour is not None)}
    checked = 0
    for number, words in enumerate(painted.words):
        if not words.counts or words.colour is None:
            continue
        least = 3.0 if words.size >= 18 or (words.is_bold and words.size >= 14) else _LEAST
        if all(greatest_contrast(faded(words.colour, c, words.opacity), c) >= least for c in colours):
            continue
        checked += 1
        if checked > _MAX_CHECKED:
            return
        behind = _background(painted, number)
        if behind is None:
            continue
        colour = faded(words.colour, behind, words.opacity)
        if greatest_contrast(colour, behind) < least:
            yield words, colour, behind, least


def _background(painted: Painted, number: int) -> Colour | None:
    """The colour behind words; ``None`` if it is not known, or if something is painted over them or at their place."""
    words = painted.words[number]
    if any(_meets(area.box, words.box) for area in painted.areas[words.areas :]):
        return None
    if any(
        at != number and _meets(other.box, words.box) and other.text.strip() for at, other in enumerate(painted.words)
    ):
        return None
    for area in reversed(painted.areas[: words.areas]):
        if _meets(area.box, words.box):
            left, bottom, right, top = area.box
            holds = left <= words.box[0] and bottom <= words.box[1] and right >= words.box[2] and top >= words.box[3]
            return area.colour if holds else None
    return WHITE


def _meets(one: Box, other: Box) -> bool:
    slack = 0.05 * (other[3] - other[1])
    return (
        one[0] < other[2] - slack
        and other[0] + slack < one[2]
        and one[1] < other[3] - slack
        and other[1] + slack < one[3]
    )
