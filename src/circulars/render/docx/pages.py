"""Reads the sizes and the margins of a Word template's pages."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.render.docx.effective import number
from circulars.render.docx.markup import w
from circulars.render.docx.sections import sections_of

_LEAST_SHOWN: Final = 567  # twips: 10 mm


@dataclass(frozen=True, slots=True)
class Page:
    """The size and the margins of a section's pages, in twips."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def text_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def text_height(self) -> float:
        return self.height - self.top - self.bottom

    def misses(self, left: float | None, top: float | None, width: float, height: float) -> bool:
        """Whether no more than a centimetre of a box is on the page; None is an unknown distance from its edges."""
        return _is_off(left, width, self.width) or _is_off(top, height, self.height)


def _is_off(start: float | None, length: float, page: float) -> bool:
    if start is None:
        return False
    if not length:
        return start >= page  # as long as its words
    shown = min(start + length, page) - max(start, 0)
    return shown <= 0 or shown < min(_LEAST_SHOWN, length - 1)


class Pages:
    """The pages of a body, by what is on them."""

    def __init__(self, body: etree._Element) -> None:
        self._body = body
        found = [(one, page) for one in sections_of(body) if (page := _page(one)) is not None]
        self._pages = [page for _, page in found]
        self._place = {one: nth for nth, one in enumerate(body.iter())} if len(found) > 1 else {}
        self._ends = [self._place[one] for one, _ in found] if len(found) > 1 else []
        self.largest = max(self._pages, key=lambda page: page.text_width, default=None)

    def are_of(self, element: etree._Element) -> bool:
        """Whether an element is in the body, not in a header, a footer or a note."""
        return element.getroottree().getroot() is self._body

    def of(self, element: etree._Element) -> Page | None:
        """The page that an element is on; the largest one for headers, footers and notes; None if no size is known."""
        if len(self._pages) < 2 or not self.are_of(element):
            return self.largest
        nth = bisect_left(self._ends, self._place[element])
        return self._pages[min(nth, len(self._pages) - 1)]


def _page(section: etree._Element) -> Page | None:
    size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
    if size is None or margins is None:
        return None
    width, height = (number(size.get(w(name))) for name in ("w", "h"))
    left, right, top, bottom = (number(margins.get(w(name))) or 0 for name in ("left", "right", "top", "bottom"))
    if width is None or height is None:
        return None
    # A negative margin at the top or the bottom is kept even if the header is higher.
    return Page(width, height, left, right, abs(top), abs(bottom))
