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
from circulars.render.pdf.lines import Split

DECLARATION: Final = """
PangoAttribute * pango_attr_family_new(const char *family);
PangoAttrList * pango_attr_list_copy(PangoAttrList *list);
"""

SetMarks = Callable[[Any, str, Any], None]
"""Chooses the fonts and the widths of marks in a layout of Pango, with its text and its style."""

_OPENING: Final = "（［｛「『【〔〖〈《“‘"
_CLOSING: Final = "）］｝」』】〕〗〉》”’，。、；：．"
_QUOTES: Final = "“”‘’"
_NARROWED: Final = re.compile(f"[{_CLOSING}](?=[{_OPENING}{_CLOSING}！？])|(?<=[{_OPENING}])[{_OPENING}]")
FIRST: Final = "narrow_first_mark"
LAST: Final = "narrow_last_mark"
"""What is noted in the style of a text whose first or last mark is beside one of another text: the text."""
_TWO_MARKS: Final = re.compile(f"[{_CLOSING}{_OPENING}][{_OPENING}{_CLOSING}！？]")
_NOTED: Final = "attributes_without_marks"
_HALF_WIDTH: Final = b"halt=1"


def has_narrow_marks(language: str | None) -> bool:
    """Whether two marks in a row are narrower together in a language."""
    return is_one_of(language or "", WITH_OWN_MARKS)


def narrowed(text: str) -> list[int]:
    """The places of the marks in a Chinese or Japanese text that are half as wide, because another one is beside them.

    A quotation mark that belongs to Latin letters is none of these.
    """
    if text.isascii() or not _TWO_MARKS.search(text):
        return []
    places = [found.start() for found in _NARROWED.finditer(text)]
    wide = {place for found in OWN_MARKS.finditer(text) for place in range(*found.span())}
    return [
        place
        for place in places
        if all(text[one] not in _QUOTES or one in wide for one in range(max(place - 1, 0), min(place + 2, len(text))))
    ]


def is_pair(one: str, other: str) -> bool:
    """Whether a mark at the end of a text may be narrow beside that at the beginning of another, or the other way."""
    return bool(narrowed(one[-1:] + other[:1]))


def narrow_in(text: str, style: Any) -> list[int]:
    """The places of the marks in a text that are half as wide, because another one is beside them."""
    found = narrowed(text)
    if text and style.get(FIRST, "").startswith(text) and 0 not in found:
        found = [0, *found]
    if text and style.get(LAST, "").endswith(text) and len(text) - 1 not in found:
        found = [*found, len(text) - 1]
    return found


def split_before_wide_marks(split: Split) -> Split:
    """WeasyPrint's function ``split_first_line``; a mark at the end of a line is as wide as if it were alone.

    Pango takes it for a narrow one, since it sees the mark that begins the next line.
    """

    @functools.wraps(split)
    def wrapped(text: str, style: Any, context: Any, max_width: float | None, *others: Any, **named: Any) -> Any:
        found = split(text, style, context, max_width, *others, **named)
        if max_width is None or found[2] is None or found[3] <= max_width or found[0].text[-1:] not in _CLOSING:
            return found
        return split(text, style, context, max_width - style["font_size"] / 2, *others, **named)

    return wrapped


def marks_with(pango: Any, ffi: Any) -> SetMarks:
    """The function that chooses the fonts and the widths of marks."""

    def set_marks(layout: Any, text: str, style: Any) -> None:
        families = style["font_family"]
        if len(families) < 2 or not has_narrow_marks(style["lang"]):
            return
        places, narrow = [mark.span() for mark in OWN_MARKS.finditer(text)], narrow_in(text, style)
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


def own_marks(layout: Any, set_marks: SetMarks, pango: Any, ffi: Any) -> None:
    """Has WeasyPrint's class ``Layout`` set the marks of its text.

    If another text is put into a layout, as the part of the first on one line, its attributes are kept: the mark at the
    end would remain narrow. So they are again those from before the marks were set.
    """
    set_text, deactivate = layout.set_text, layout.deactivate

    @functools.wraps(set_text)
    def with_marks(kept: Any, text: str, justify: bool = False) -> None:
        noted, before = vars(kept).get(_NOTED, (None, None))
        if noted is not None and noted is kept.layout:
            pango.pango_layout_set_attributes(noted, _copied(before))
        set_text(kept, text, justify)
        if kept.text.isascii():
            return
        if noted is not kept.layout and has_narrow_marks(kept.style["lang"]) and narrow_in(kept.text, kept.style):
            vars(kept)[_NOTED] = kept.layout, _copied(pango.pango_layout_get_attributes(kept.layout))
        set_marks(kept.layout, kept.text, kept.style)

    def _copied(attributes: Any) -> Any:
        if attributes == ffi.NULL:
            return attributes
        return ffi.gc(pango.pango_attr_list_copy(attributes), pango.pango_attr_list_unref)

    def without_note(kept: Any) -> None:
        vars(kept).pop(_NOTED, None)
        deactivate(kept)

    layout.set_text, layout.deactivate = with_marks, without_note
