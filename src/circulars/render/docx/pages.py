"""Reads the sizes and the margins of a Word template's pages."""

from __future__ import annotations

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
        self._sections = [(one, page) for one in sections_of(body) if (page := _page(one)) is not None]
        self._place = {one: nth for nth, one in enumerate(body.iter())} if len(self._sections) > 1 else {}

    def are_of(self, element: etree._Element) -> bool:
        """Whether an element is in the body, not in a header, a footer or a note."""
        return element.getroottree().getroot() is self._body

    def of(self, element: etree._Element) -> Page | None:
        """The page that an element is on; the largest one for headers, footers and notes; None if no size is known."""
        if not self._sections:
            return None
        if not self.are_of(element):
            return max((page for _, page in self._sections), key=lambda page: page.text_width)
        if len(self._sections) == 1:
            return self._sections[0][1]
        place = self._place[element]
        around = next((one for one, _ in self._sections if self._place[one] >= place), None)
        return next((page for one, page in self._sections if one is around), self._sections[-1][1])


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
