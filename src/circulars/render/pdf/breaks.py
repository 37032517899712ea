"""Where lines may end in a text: at every place that Pango allows (Unicode Standard Annex 14)."""

from __future__ import annotations

import struct
from typing import Any, Final

from circulars.render.pdf.engine import ffi, pango, split_first_line

_CAN_BREAK: Final = 1  # the first bit of PangoLogAttr


def breaks_of(layout: Any, count: int) -> list[int]:
    """The places in the text of a layout of Pango at which a line may end; the text has ``count`` characters."""
    attributes = pango.pango_layout_get_log_attrs_readonly(layout, ffi.NULL)
    bits = struct.unpack(f"={count}I", ffi.buffer(attributes, 4 * count))
    return [place for place in range(1, count) if bits[place] & _CAN_BREAK]


def breaks_in(text: str, style: Any) -> list[int]:
    """The places inside a text in a style of WeasyPrint at which a line may end."""
    if not text:
        return []
    layout = split_first_line(text, style, None, None, 0)[0]
    layout.reactivate(style)
    found = breaks_of(layout.layout, len(text))
    layout.deactivate()
    return found


def can_break(text: str, style: Any) -> bool:
    """Whether a line may end inside a text."""
    return bool(breaks_in(text, style))
