"""Moves footnotes from the end of the page to their marks, from where WeasyPrint moves them to the foot of a page.

In HTML the footnotes are at the end, in an element with the role ``doc-endnotes``. WeasyPrint moves an element with
``float: footnote`` from where it is to the foot of the page with that place.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, Final
from xml.etree.ElementTree import Element

NOTE: Final = "Note"
"""The part of a footnote in the structure of a PDF."""

STYLES: Final = f"""
[data-pdf="{NOTE}"] {{ float: footnote; footnote-policy: line }}
[data-pdf="{NOTE}"]::footnote-call {{ content: "" }}
[data-pdf="{NOTE}"]::footnote-marker {{ content: none }}
"""


def moved_to_marks(page: Element) -> bool:
    """Moves each footnote of a page to its mark, and removes the list; whether there are footnotes."""
    lists = [element for element in page.iter() if element.get("role") == "doc-endnotes"]
    if not lists:
        return False
    parents = {child: parent for parent in page.iter() for child in parent}
    notes: dict[str, Any] = {note.get("id", ""): note for one in lists for note in one if note.get("data-pdf") == NOTE}
    for mark in [element for element in page.iter("a") if element.get("role") == "doc-noteref"]:
        note = notes.pop(mark.get("href", "").removeprefix("#"), None)
        if note is None:
            continue  # marked before
        # Before the mark, and within what raises it: between a mark and the words after it a line may end.
        place = parents[mark]
        parents[note].remove(note)
        note.tail = None
        if page.get("dir") == "rtl":  # the mark may be among words from left to right
            note.set("dir", "rtl")
        place.insert([*place].index(mark), note)
    for one in lists:
        if not len(one):
            parents[one].remove(one)
    return True


def keep_footnotes(block: Any) -> None:
    """Keeps footnotes on the page of their marks, in WeasyPrint's module ``block``.

    Where the last lines of a paragraph do not fit, WeasyPrint 70 moves footnotes of lines above to the next page, and
    loses those of the line that then fits. Here such a line goes to the next page itself.
    """
    layout = block._linebox_layout

    def kept(context: Any, *arguments: Any) -> Any:
        has_footnotes = context.footnotes or context.current_page_footnotes
        return layout(_WithoutMovable(context) if has_footnotes else context, *arguments)

    block._linebox_layout = kept


def measure_footnotes_once(layout: Any) -> None:
    """Measures each footnote once, in WeasyPrint's module ``layout``.

    WeasyPrint 70 lays out all footnotes of a page again for each that is added or taken away, so that the time grows
    with the square of their number. Here the height of each footnote below another is known after the first time.
    """
    update = layout.LayoutContext._update_footnote_area

    def measured(context: Any) -> Any:
        area, notes = context.current_footnote_area, context.current_page_footnotes
        if len(notes) < 2 or context.in_column or area.style["max_height"].value != math.inf:
            return update(context)
        if area.height != "auto":
            context.page_bottom += area.margin_height()
        heights = vars(context).setdefault("_heights", {})
        height = sum(_height(layout, context, heights, pair) for pair in itertools.pairwise(notes))
        height -= sum(_height(layout, context, heights, (note,)) for note in notes[1:-1])
        area.children, area.height = notes, height
        context.page_bottom -= height + heights[area]
        return False

    layout.LayoutContext._update_footnote_area = measured


def _height(layout: Any, context: Any, heights: dict[Any, float], notes: tuple[Any, ...]) -> float:
    """The height of neighbouring footnotes in the area of a page. ``heights`` has those that are known.

    It also has the height of the area's own margins, borders and padding, under the area.
    """
    area = context.current_footnote_area
    if (area, *notes) not in heights:
        area.children = [*notes]
        copy = layout.build.create_anonymous_boxes(area.deepcopy())
        laid_out = layout.block_level_layout(context, copy, -math.inf, None, area.page)[0]
        heights[area, *notes] = laid_out.height
        heights[area] = laid_out.margin_height() - laid_out.height
    return heights[area, *notes]


def give_links_height(boxes: Any) -> None:
    """Lets links be clicked whose lines have no height, in WeasyPrint's module ``boxes``: the words have one.

    WeasyPrint 70 takes the height of a link from ``line-height``, which is 0 for the marks of footnotes.
    """
    area = boxes.InlineBox.hit_area

    def of_words(box: Any) -> Any:
        return area(box) if box.margin_height() else boxes.Box.hit_area(box)

    boxes.InlineBox.hit_area = of_words


class _WithoutMovable:
    """The context of a layout, in which no footnote can be moved to the next page to make room for a line."""

    current_page_footnotes: Final = ()

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "_context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)
