"""Marks what is read from left to right in a document that is read from right to left.

The signs of such a text have no direction of their own. Between words of the other direction they would be shown in
the reverse order: "0000 730 22 41+".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from circulars.compose.draft import Draft
from circulars.model.document import Document, with_texts
from circulars.model.text import Span, Spans

_TELEPHONE: Final = re.compile(r"(\+[0-9]+(?:[ \u00a0()./-]+[0-9]+)*)")


def with_directions(document: Document) -> Document:
    """The document, with a mark on links, telephone numbers, and other text without letters of its direction."""
    return with_texts(document, _marked) if document.direction == "rtl" else document


def value(draft: Draft, text: str, link: str = "") -> Span:
    """A number, an address or a reference, marked if the language is read in the other direction."""
    return Span(text, link=link, is_ltr=draft.language.direction == "rtl" and _has_signs(text))


def _marked(spans: Spans) -> Spans:
    if len(spans) == 1 and _has_signs(spans[0].text) and ("L" in _directions(spans[0].text)):
        return (replace(spans[0], is_ltr=True),)
    return tuple(piece for span in spans for piece in _pieces(span))


def _pieces(span: Span) -> Iterator[Span]:
    if span.is_ltr or span.hole or span.note or span.blank:
        yield span
    elif (span.link or span.language) and _has_signs(span.text):
        yield replace(span, is_ltr=True)
    else:
        for place, text in enumerate(_TELEPHONE.split(span.text)):
            if text:
                yield replace(span, text=text, is_ltr=place % 2 == 1)


def _has_signs(text: str) -> bool:
    """Whether a text has more than letters and digits, and no letter that is read from right to left."""
    return not (text.isalnum() or {"R", "AL", "AN"} & _directions(text))


def _directions(text: str) -> set[str]:
    """The directions of the characters of a text, as Unicode names them."""
    return {*map(unicodedata.bidirectional, text)}
