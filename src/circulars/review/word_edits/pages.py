"""Lists what the pages and paragraphs of a Word file look like, as far as letters do not say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import Styles, is_on, shade, value
from circulars.render.docx.markup import w
from circulars.review.word_edits.edited import Unmapped

_MILLIMETRE: Final = 1440 / 25.4  # twips
_SIDES: Final = ("top", "right", "bottom", "left")
_ALIGNED: Final = {"": "start", "left": "start", "both": "both", "right": "end"}


def pages_of(body: etree._Element) -> Iterator[Unmapped]:
    """The paper, the margins and the columns of each section."""
    for section in body.iter(w("sectPr")):
        size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
        if size is not None:
            yield Unmapped("page size", " × ".join(_millimetres(size.get(w(name), "")) for name in ("w", "h")))
        if margins is not None:
            yield Unmapped("margins", ", ".join(_millimetres(margins.get(w(name), "")) for name in _SIDES))
        if (columns := value(section, "cols", "num")) not in ("", "1"):
            yield Unmapped("columns", columns[:4])


def paragraph_extras(paragraph: etree._Element, styles: Styles) -> Iterator[tuple[str, str]]:
    """What a paragraph has beyond its style that letters cannot have: its kind, and what it is."""
    own = paragraph.find(w("pPr"))
    if own is None:
        return
    style = value(own, "pStyle")
    usual = styles.first(style, "pPr/jc", paragraph=True)
    aligned, usually = (_alignment(one) for one in (own.find(w("jc")), usual))
    if own.find(w("jc")) is not None and aligned != usually:
        yield "alignment", aligned
    if _is_broken_before(own) and styles.first(style, "pPr/pageBreakBefore", paragraph=True) is None:
        yield "page break", "before the paragraph"
    fill = shade(own.find(w("shd")))
    if fill and fill != shade(styles.first(style, "pPr/shd", paragraph=True)):
        yield "shading", fill
    if _has_border(own) and styles.first(style, "pPr/pBdr", paragraph=True) is None:
        yield "border", "around the paragraph"


def _is_broken_before(properties: etree._Element) -> bool:
    switch = properties.find(w("pageBreakBefore"))
    return switch is not None and is_on(switch.get(w("val"), "1"))


def _has_border(properties: etree._Element) -> bool:
    borders = properties.find(w("pBdr"))
    return borders is not None and any(one.get(w("val"), "nil") not in ("nil", "none") for one in borders)


def _alignment(element: etree._Element | None) -> str:
    name = "" if element is None else element.get(w("val"), "")
    return _ALIGNED.get(name, name)


def _millimetres(twips: str) -> str:
    return f"{round(int(twips) / _MILLIMETRE)} mm" if twips.lstrip("-").isdecimal() and len(twips) < 7 else "unknown"
