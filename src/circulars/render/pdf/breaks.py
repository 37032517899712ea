"""Where lines may end in a text: at every place that Pango allows (Unicode Standard Annex 14)."""

from __future__ import annotations

import functools
from typing import Any, Final

from circulars.render.pdf.engine import ffi, pango
from circulars.render.pdf.han_lines import like

_CAN_BREAK: Final = bytes(value & 1 for value in range(256))  # the first bit of PangoLogAttr
_MOST_TEXTS: Final = 500
_SIZE: Final[int] = ffi.sizeof("PangoLogAttr")


def breaks_in(text: str, language: str) -> list[int]:
    """The places inside a text in a language at which a line may end."""
    return [*_breaks(text, language)]


@functools.lru_cache(maxsize=_MOST_TEXTS)
def _breaks(text: str, language: str) -> tuple[int, ...]:
    shown = like(text, language)
    data, count = shown.encode(), len(shown) + 1
    attributes = ffi.new("PangoLogAttr[]", count)
    pango.pango_get_log_attrs(data, len(data), -1, _language(language), attributes, count)
    marks = ffi.buffer(attributes)[:][::_SIZE].translate(_CAN_BREAK)
    found, place = [], marks.find(1, 1)
    while 0 < place < len(text):
        found.append(place)
        place = marks.find(1, place + 1)
    return tuple(found)


@functools.lru_cache
def _language(code: str) -> Any:
    return pango.pango_language_from_string(code.encode()) if code else pango.pango_language_get_default()
