"""Finds words and pictures on laid-out pages that readers do not see, or not where they should be, or on no page.

It reads WeasyPrint's boxes, so it costs a small share of a layout. What a stylesheet moves on purpose, with a position
or a negative margin, may be in the margins, but not over the edge of the sheet.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from PIL import Image, ImageStat

from circulars.errors import PageError, Place, Problem, short
from circulars.render.pdf.engine import boxes

_MM: Final = 25.4 / 96  # in a pixel
_SLACK: Final = 2.0
"""By how many pixels words may reach over an end: WeasyPrint's sums are not exact."""
_BODY: Final = 0.65
"""The height of capitals, as a share of the size of their font."""
_SMALLEST: Final = 4 / 3  # pixels: one point
_WIDEST: Final = 0.15
"""By what share of their size words of different lines may overlap sideways."""
_OVERLAP: Final = 0.2
_OVER: Final = 0.37
"""By what share of their size letters may reach over the edge of a narrow column."""
_OPAQUE: Final = 200
"""The mean opacity, of 255, with which a part of a picture hides words."""
_OWN: Final = ("", "first-letter")
"""The pseudo-elements with words of the element itself."""
_HYPHENS: Final = ("-", "\u2010", "\u00ad")
"""May be added or left out at the end of a line."""
_MOST: Final = 10

_SHORTEN: Final = "shorten it; if other letters have the same problem, correct letter.css"
_WIDEN: Final = "give the table fewer columns, or this one a larger share of 'widths:'"
_REMEDIES: Final = {
    "cell": _WIDEN,
    "column": _WIDEN,
    "picture": "make the picture smaller",
    "text": _SHORTEN,
}


@dataclass(frozen=True, slots=True)
class PageFault:
    """A fault of a page: its code, the page's number, the fact, and the words that it concerns, "" for a picture.

    ``where`` is the kind of place on the page, by which the remedy is chosen.
    """

    code: str
    page: int
    fact: str
    words: str = ""
    where: str = "text"

    def problem(self) -> Problem:
        """The fault as a problem, without a place."""
        remedy = _OTHER_REMEDIES.get(self.code) or _REMEDIES[self.where]
        return Problem(Place(), self.code, f"page {self.page}: {self.fact}", remedy)


_OTHER_REMEDIES: Final = {
    "overlapping-words": "shorten one of the two; if other letters have the same problem, correct letter.css",
    "hidden-words": "correct letter.css, or make the picture smaller",
    "lost-words": _SHORTEN,
    "empty-page": "remove what has no words, such as an empty annex, or correct letter.css",
}


def check_pages(sheets: Any) -> None:
    """Refuses pages with faults.

    Raises:
        PageError: words or pictures are not where readers see them.
    """
    if faults := page_faults(sheets):
        raise PageError(*((fault.problem(), fault.words) for fault in faults))


def page_faults(sheets: Any) -> list[PageFault]:
    """The first faults of laid-out pages, at most one of each code for each place on a page."""
    found: dict[tuple[str, int, str], PageFault] = {}
    pages = []
    for number, sheet in enumerate(sheets.pages, 1):
        pages.append(_painted(sheet))
        for fault in _faults(number, sheet, pages[-1]):
            found.setdefault((fault.code, fault.page, fault.where), fault)
        if len(found) >= _MOST:
            return list(found.values())
    return [*found.values(), *itertools.islice(_lost(sheets.words, pages), 1)]


_GROUND: Final = (-0.5, 0)
"""What is not positioned is painted after negative values of ``z-index``, and before all others."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What the boxes around a box say of it.

    ``is_free`` if a stylesheet moved it on purpose, ``is_faint`` if it is to be seen through. ``clips`` are the edges
    of the boxes at which it is cut off. Of two layers the lesser is painted first.
    """

    is_free: bool = False
    is_faint: bool = False
    is_running: bool = False
    context: tuple[tuple[float, int], ...] = ()
    layer: tuple[tuple[float, int], ...] = (_GROUND,)
    line: int = 0
    where: str = "text"
    clips: tuple[tuple[float, float, float, float], ...] = ()
    narrow: tuple[float, float] | None = None
    """The left and right edges of a cell that is too narrow for most letters."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """Words or a picture: its edges in pixels from the sheet's upper left corner. ``top`` is that of capitals."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    size: float
    order: int
    around: _Around


@dataclass(slots=True)
class _Painted:
    """Everything that is painted on a page."""

    words: list[_Ink] = field(default_factory=list)
    pictures: list[tuple[_Ink, Any]] = field(default_factory=list)
    has_content: bool = False
    counts: dict[Any, int] = field(default_factory=dict)
    """The number of characters of each element's own text."""
    _order: int = 0
    _lines: int = 0

    def add(self, box: Any, around: _Around) -> None:
        """Adds a box with all that is in it."""
        box = getattr(box, "_box", box)  # of a placeholder
        self._order += 1
        if isinstance(box, boxes.TextBox):
            self._add_words(box, around)
            return
        around = _within(box, around, self._order)
        if isinstance(box, boxes.ReplacedBox):
            self._add_picture(box, around)
        elif isinstance(box, boxes.LineBox) and not around.line:
            self._lines += 1
            around = replace(around, line=self._lines)
        for child in box.children:
            self.add(child, around)

    def _add_words(self, box: Any, around: _Around) -> None:
        if box.element_tag and box.element_tag.partition("::")[2] in _OWN:
            self.counts[box.element] = self.counts.get(box.element, 0) + _count(box.text)
        style = box.style
        words = box.text.strip()
        if not words or style["visibility"] != "visible" or style["color"].alpha == 0:
            return
        self.has_content |= not around.is_running
        size = style["font_size"]
        bottom = box.position_y + box.baseline
        right = box.position_x + box.width
        ink = _Ink(box.position_x, bottom - _BODY * size, right, bottom, words, size, self._order, around)
        self.words.append(ink)

    def _add_picture(self, box: Any, around: _Around) -> None:
        if box.style["visibility"] != "visible" or not (box.width and box.height):
            return
        self.has_content |= not around.is_running
        left, top = box.content_box_x(), box.content_box_y()
        ink = _Ink(left, top, left + box.width, top + box.height, "", 0.0, self._order, around)
        self.pictures.append((ink, box.replacement))


def _within(box: Any, around: _Around, order: int) -> _Around:
    """What holds for the content of a box."""
    style = box.style
    changes: dict[str, Any] = {}
    position = style["position"]
    if position != "static" or style["transform"] or _is_moved(box):
        changes["is_free"] = True
    if position != "static":
        level = style["z_index"]
        if level == "auto":
            changes["layer"] = (*around.context, (0.0, order))
        else:
            changes["context"] = context = (*around.context, (float(level), order))
            changes["layer"] = (*context, _GROUND)
    if style["opacity"] < 1 or style["transform"]:
        changes["is_faint"] = True
    if style["overflow"] != "visible" and box.element_tag not in ("html", "body"):
        left, top = box.position_x + box.margin_left, box.position_y + box.margin_top
        if box.padding_width() > _SLACK:  # otherwise it is hidden from eyes on purpose, for screen readers
            edges = (left, top, left + box.border_width(), top + box.border_height())
            changes["clips"] = (*around.clips, edges)
        else:
            changes["is_faint"] = True
    if isinstance(box, boxes.TableCellBox):
        changes["where"] = "cell"
        if box.width < style["font_size"]:
            changes["narrow"] = (box.position_x, box.position_x + box.border_width())
    return replace(around, **changes) if changes else around


def _is_moved(box: Any) -> bool:
    """Whether a box has a negative margin."""
    return any(
        isinstance(margin, (int, float)) and margin < 0
        for margin in (box.margin_left, box.margin_right, box.margin_top, box.margin_bottom)
    )


def _painted(sheet: Any) -> _Painted:
    page = _Painted()
    for child in sheet._page_box.children:
        page.add(child, _Around(is_running=isinstance(child, boxes.MarginBox)))
    return page


def _faults(number: int, sheet: Any, page: _Painted) -> Iterator[PageFault]:
    box = sheet._page_box
    if not page.has_content and not box.page_type.blank and not _is_painted(box):
        yield PageFault("empty-page", number, "the page is empty")
    left, top = box.content_box_x(), box.content_box_y()
    area = (left, top, left + box.width, top + box.height)
    edges = (0.0, 0.0, sheet.width, sheet.height)
    for ink in page.words:
        yield from _outside(number, ink, area, edges)
        yield from _cut_off(number, ink)
        yield from _over_column(number, ink)
    for ink, _ in page.pictures:
        yield from _outside(number, ink, area, edges)
    yield from _overlapping(number, page.words)
    yield from _hidden(number, page)


def _is_painted(page: Any) -> bool:
    """Whether a page has a background picture of its own."""
    return any(
        image != ("none", None)
        for box in (page, *page.children)
        if not isinstance(box, boxes.MarginBox)
        for image in box.style["background_image"]
    )


_SIDES: Final = ("left", "upper", "right", "lower")


def _outside(number: int, ink: _Ink, area: tuple[float, ...], edges: tuple[float, ...]) -> Iterator[PageFault]:
    """A fault of words or a picture over the margins or the edge of the sheet."""
    if ink.around.is_faint:
        return
    may_be_cut = ink.around.is_free and (not ink.words or _is_away(ink, edges))
    if not may_be_cut and (side := _side(ink, edges)):
        yield _outside_fault(number, ink, f"is cut off at the {_SIDES[side[0]]} edge of the sheet")
    elif not (ink.around.is_free or ink.around.is_running) and (side := _side(ink, area)):
        yield _outside_fault(number, ink, f"reaches {side[1] * _MM:.0f} mm into the {_SIDES[side[0]]} margin")


def _outside_fault(number: int, ink: _Ink, fact: str) -> PageFault:
    if ink.words:
        return PageFault("outside-text-area", number, f"'{short(ink.words)}' {fact}", ink.words, ink.around.where)
    return PageFault("outside-text-area", number, f"a picture {fact}", "", "picture")


def _is_away(ink: _Ink, edges: tuple[float, ...]) -> bool:
    """Whether something was moved off the sheet on purpose."""
    left, top, right, bottom = edges
    return ink.around.is_free and (ink.right <= left or ink.left >= right or ink.bottom <= top or ink.top >= bottom)


def _side(ink: _Ink, edges: tuple[float, ...]) -> tuple[int, float] | None:
    """The side on which something is farthest over the edges, and by how much, or None."""
    left, top, right, bottom = edges
    over = (left - ink.left, top - ink.top, ink.right - right, ink.bottom - bottom)
    most = max(over)
    return (over.index(most), most) if most > _SLACK else None


def _cut_off(number: int, ink: _Ink) -> Iterator[PageFault]:
    """A fault of words that a box cuts off, or that are too small to be read."""
    if ink.around.is_faint:
        return
    if any(_side(ink, edges) for edges in ink.around.clips):
        fact = f"'{short(ink.words)}' is cut off by a box with 'overflow' in letter.css"
        yield PageFault("hidden-words", number, fact, ink.words)
    if ink.size < _SMALLEST:
        yield PageFault("hidden-words", number, f"'{short(ink.words)}' is less than 1 point high", ink.words)


def _over_column(number: int, ink: _Ink) -> Iterator[PageFault]:
    """A fault of a letter that is wider than its column: Word and LibreOffice show only a part of it."""
    if ink.around.narrow and not ink.around.is_faint:
        left, right = ink.around.narrow
        if max(left - ink.left, ink.right - right) > _OVER * ink.size:
            fact = f"'{short(ink.words)}' is wider than its column"
            yield PageFault("outside-text-area", number, fact, ink.words, "column")


def _overlapping(number: int, words: Sequence[_Ink]) -> Iterator[PageFault]:
    """Faults of words that are printed over those of another line."""
    open_: list[_Ink] = []
    for ink in sorted((one for one in words if not one.around.is_faint), key=lambda one: one.top):
        open_ = [one for one in open_ if one.bottom > ink.top]
        for other in open_:
            if _overlap(ink, other):
                first, second = sorted((ink, other), key=lambda one: one.order)
                fact = f"'{short(first.words)}' and '{short(second.words)}' are printed over each other"
                longest = max(first.words, second.words, key=len)
                yield PageFault("overlapping-words", number, fact, longest, first.around.where)
        open_.append(ink)


def _overlap(one: _Ink, other: _Ink) -> bool:
    if one.around.line and one.around.line == other.around.line:
        return False
    size = min(one.size, other.size)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    width = min(one.right, other.right) - max(one.left, other.left)
    return width > _WIDEST * size and height > _OVERLAP * _BODY * size


def _hidden(number: int, page: _Painted) -> Iterator[PageFault]:
    """Faults of words under an opaque picture."""
    for picture, image in page.pictures:
        around = picture.around
        for ink in () if around.is_faint else page.words:
            # What is in the flow is not meant to be behind words, whatever is painted first.
            same = ink.around.layer == around.layer and (not around.is_free or ink.order < picture.order)
            if (
                (same or ink.around.layer < around.layer)
                and not ink.around.is_faint
                and _is_covered(ink, picture, image)
            ):
                yield PageFault("hidden-words", number, f"'{short(ink.words)}' is under a picture", ink.words)


def _is_covered(ink: _Ink, picture: _Ink, image: Any) -> bool:
    left, right = max(ink.left, picture.left), min(ink.right, picture.right)
    top, bottom = max(ink.top, picture.top), min(ink.bottom, picture.bottom)
    if right - left <= _WIDEST * ink.size or bottom - top <= _OVERLAP * _BODY * ink.size:
        return False
    if not hasattr(image, "mode"):
        return False  # a drawing may be transparent
    across, down = image.width / (picture.right - picture.left), image.height / (picture.bottom - picture.top)
    part = (left - picture.left) * across, (top - picture.top) * down, (right - picture.left) * across
    return _is_opaque(image, (*part, (bottom - picture.top) * down))


def _is_opaque(image: Any, part: tuple[float, ...]) -> bool:
    """Whether a part of a picture, in its own pixels, hides what is under it."""
    if not image.mode.endswith("A"):
        return True
    with Image.open(io.BytesIO(image.image_data.data)) as opened:
        left, top, right, bottom = map(int, part)
        alpha = opened.convert("RGBA").getchannel("A").crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    return bool(ImageStat.Stat(alpha).mean[0] > _OPAQUE)


def _lost(words: Mapping[Any, str], pages: Sequence[_Painted]) -> Iterator[PageFault]:
    """Faults of words that are on no page. The page is that of the words before them."""
    counts: dict[Any, int] = {}
    firsts: dict[Any, int] = {}
    for number, page in enumerate(pages, 1):
        for element, count in page.counts.items():
            counts[element] = counts.get(element, 0) + count
            firsts.setdefault(element, number)
    number = 1
    for element, text in words.items():
        number = firsts.get(element, number)
        if counts.get(element, 0) < _count(text):
            lost = text.strip()
            yield PageFault("lost-words", number, f"'{short(lost)}' is on no page, or only in part", lost)


def _count(text: str) -> int:
    """The number of characters that every layout of a text has."""
    return len("".join(text.split())) - sum(map(text.count, _HYPHENS))
