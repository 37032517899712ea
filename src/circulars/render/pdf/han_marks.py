"""Sets the punctuation of Chinese and Japanese in the font of their letters, and full-width marks in a row narrower.

Quotation marks, dashes and ellipses have one code for all scripts, and Pango takes them from the first font that has
them. In a Chinese letter that is the font of Latin words and digits, whose marks are half as wide.

Of two full-width marks in a row, the space between them is that of one (W3C's clreq, 3.1.6.1; CSS Text 4,
"text-spacing-trim"). The font has such marks half as wide (OpenType, "halt"), so no character is changed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Final

from circulars.model.fonts import OWN_MARKS, WITH_OWN_MARKS, is_one_of

DECLARATION: Final = "PangoAttribute * pango_attr_family_new(const char *family);"

SetMarks = Callable[[Any, str, Any], None]
"""Chooses the fonts and the widths of marks in a layout of Pango, with its text and its style."""

_OPENING: Final = "（［｛「『【〔〖〈《“‘"
_CLOSING: Final = "）］｝」』】〕〗〉》”’，。、；：．"
_QUOTES: Final = "“”‘’"
_NARROWED: Final = re.compile(f"[{_CLOSING}](?=[{_OPENING}{_CLOSING}！？])|(?<=[{_OPENING}])[{_OPENING}]")
_HALF_WIDTH: Final = b"halt=1"


def narrowed(text: str) -> list[int]:
    """The places of the marks in a Chinese or Japanese text that are half as wide, because another one is beside them.

    A quotation mark that belongs to Latin letters is none of these.
    """
    if text.isascii():
        return []
    wide = {place for found in OWN_MARKS.finditer(text) for place in range(*found.span())}
    return [
        place
        for place in (found.start() for found in _NARROWED.finditer(text))
        if all(text[one] not in _QUOTES or one in wide for one in range(max(place - 1, 0), min(place + 2, len(text))))
    ]


def marks_with(pango: Any, ffi: Any) -> SetMarks:
    """The function that chooses the fonts and the widths of marks."""

    def set_marks(layout: Any, text: str, style: Any) -> None:
        families = style["font_family"]
        if len(families) < 2 or not is_one_of(style["lang"] or "", WITH_OWN_MARKS):
            return
        places, narrow = [mark.span() for mark in OWN_MARKS.finditer(text)], narrowed(text)
        if not places and not narrow:
            return
        attributes = pango.pango_layout_get_attributes(layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        others = ffi.new("char[]", ",".join((*families[1:], families[0])).encode())
        for start, end in places:
            _change(attributes, pango.pango_attr_family_new(others), text, start, end)
        for place in narrow:
            _change(attributes, pango.pango_attr_font_features_new(_HALF_WIDTH), text, place, place + 1)
        pango.pango_layout_set_attributes(layout, attributes)

    def _change(attributes: Any, chosen: Any, text: str, start: int, end: int) -> None:
        chosen.start_index, chosen.end_index = (len(text[:place].encode()) for place in (start, end))
        pango.pango_attr_list_change(attributes, chosen)

    return set_marks


def own_marks(layout: Any, set_marks: SetMarks) -> None:
    """Has WeasyPrint's class ``Layout`` set the marks of its text."""
    set_text = layout.set_text

    @functools.wraps(set_text)
    def with_marks(kept: Any, text: str, justify: bool = False) -> None:
        set_text(kept, text, justify)
        if not text.isascii():
            set_marks(kept.layout, kept.text, kept.style)

    layout.set_text = with_marks
