"""Checks that a line with a hole can be filled, and measures its available width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from circulars.render.pdf.engine import boxes, split_first_line
from circulars.render.pdf.filling import MARGIN
from circulars.render.pdf.hole_lines import HoleLine, begins_a_word, texts_of
from circulars.render.pdf.script_gaps import touches_another
from circulars.render.pdf.specimens import slow


def check_line(spot: HoleLine, name: str, *, may_be_rtl: bool = False, may_touch: bool = False) -> None:
    """Refuses a line whose words do not follow one another from its start, or from right to left.

    It may have words beside words of another look if it ``may_touch`` them.
    """
    line = spot.line
    styles = [line.style, spot.block.style]
    direction = spot.block.style["direction"] if may_be_rtl else "ltr"
    aligned = "right" if direction == "rtl" else "left"
    if any(isinstance(box, boxes.MarginBox) for box in spot.above):
        raise slow(name, "is in a page's margin")
    if any(box.is_floated() for box in spot.above) or any(style["direction"] != direction for style in styles):
        raise slow(name, "is in a floating box, or in text written from right to left")
    if line.style["text_align_all"] not in ("start", aligned) or line.style["text_align_last"] not in (
        "auto",
        "start",
        aligned,
    ):
        raise slow(name, f"is in a paragraph that is not {aligned}-aligned")
    if line.text_overflow != "clip" or line.block_ellipsis != "none" or line.style["white_space"] != "normal":
        raise slow(name, "is in a paragraph with an ellipsis, or with 'white-space' other than 'normal'")
    following, has_begun = set(spot.texts), False
    for box, ancestors in _leaves(line, ()):
        if box in following or any(text in following for text in texts_of(box)):
            has_begun = True
            for inline in ancestors:
                if inline.element.tag == "a" or not _is_bare(inline):
                    raise slow(name, "is in or before a link or a frame")
        elif has_begun and not isinstance(box, boxes.TextBox):
            raise slow(name, "is before a picture or a box")
    for text in spot.texts:
        if not _is_simple(text.style):
            raise slow(name, "is on a line with underlined or spaced text")
        if not may_touch and touches_another(text):
            raise slow(name, "is beside text of another look, without a space")


def _leaves(box: Any, ancestors: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    for child in box.children:
        child = getattr(child, "_box", child)
        if isinstance(child, boxes.InlineBox):
            yield from _leaves(child, (*ancestors, child))
        else:
            yield child, ancestors


def _is_bare(box: Any) -> bool:
    """Whether an inline box has text only, without borders, padding or other effects."""
    sides = [getattr(box, f"{kind}_{side}") for kind in ("margin", "padding") for side in ("left", "right")]
    sides += [box.border_left_width, box.border_right_width]
    style = box.style
    return (
        not any(sides)
        and box.background is None
        and style["position"] == "static"
        and style["opacity"] == 1
        and not any(style[f"border_{side}_width"] for side in ("top", "bottom"))
        and style["outline_style"] == "none"
    )


def _is_simple(style: Any) -> bool:
    return (
        style["text_decoration_line"] == "none"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["visibility"] == "visible"
        and style["text_transform"] == "none"
        and style["font_variation_settings"] == "normal"
        and style["font_variant_caps"] == "normal"
        and style["white_space"] == "normal"
    )


def right_edge(spot: HoleLine) -> float:
    """The right end of the space for a line, in pixels from the left edge of the page."""
    edge: float = spot.block.content_box_x() + spot.block.width
    return edge


def bounds_of(spot: HoleLine) -> tuple[float, float]:
    """The minimum and the maximum end of a filled line with which all lines break at the same places."""
    right, line = right_edge(spot), spot.line
    if line.resume_at is None:
        return 0.0, right - MARGIN
    lines = list(spot.block.children)
    position = next(place for place, one in enumerate(lines) if one is line)
    following = texts_of(lines[position + 1]) if position + 1 < len(lines) else []
    word = re.match(r"[(\"'“‘«]*[^\W_]+", following[0].text) if following else None
    if word is None or line.style["hyphens"] == "auto":
        raise slow(spot.names[0], "is on a line whose break cannot be computed")
    # The beginning of the next line, up to the first place where a line could break.
    width = split_first_line(word[0], following[0].style, None, None, 0)[3]
    return right + MARGIN - width, right - MARGIN


def spare_room(spot: HoleLine) -> float:
    """The free width on the previous line if the hole decides whether more words fit there; otherwise negative."""
    lines = list(spot.block.children)
    position = next(place for place, one in enumerate(lines) if one is spot.line)
    if not begins_a_word(spot) or (position == 0 and not spot.is_continued):
        return -1.0
    before = texts_of(lines[position - 1]) if position else []
    if not before or texts_of(spot.line)[0] is not spot.texts[0] or spot.line.style["hyphens"] == "auto":
        raise slow(spot.names[0], "begins a line, so its width decides where the previous line breaks")
    # The space before the word is not subtracted, so this is the most that could be free for the word.
    room: float = right_edge(spot) - before[-1].position_x - before[-1].width
    return room
