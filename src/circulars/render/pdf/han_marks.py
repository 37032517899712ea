"""Sets the punctuation of Chinese and Japanese in the font of their letters, although another font comes before it.

Quotation marks, dashes and ellipses have one code for all scripts, and Pango takes them from the first font that has
them. In a Chinese letter that is the font of Latin words and digits, whose marks are half as wide.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from circulars.model.fonts import OWN_MARKS, WITH_OWN_MARKS, is_one_of

DECLARATION: Final = "PangoAttribute * pango_attr_family_new(const char *family);"

SetMarks = Callable[[Any, str, Any], None]
"""Chooses the fonts of marks in a layout of Pango, with its text and its style."""


def marks_with(pango: Any, ffi: Any) -> SetMarks:
    """The function that chooses the fonts of marks."""

    def set_marks(layout: Any, text: str, style: Any) -> None:
        families = style["font_family"]
        if len(families) < 2 or not is_one_of(style["lang"] or "", WITH_OWN_MARKS):
            return
        places = [mark.span() for mark in OWN_MARKS.finditer(text)]
        if not places:
            return
        attributes = pango.pango_layout_get_attributes(layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        others = ffi.new("char[]", ",".join((*families[1:], families[0])).encode())
        for start, end in places:
            chosen = pango.pango_attr_family_new(others)
            chosen.start_index, chosen.end_index = (len(text[:place].encode()) for place in (start, end))
            pango.pango_attr_list_change(attributes, chosen)
        pango.pango_layout_set_attributes(layout, attributes)

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
