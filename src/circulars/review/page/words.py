"""Writes marked text as HTML: escaped, with what nobody sees shown, and with marks that are announced in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, Literal

from markupsafe import Markup, escape

from circulars.characters import UNSEEN
from circulars.model.text import Span, plain
from circulars.review.spans import MarkedSpan

_ELEMENTS: Final = {
    ("added", False): Markup("<ins>{}</ins>"),
    ("removed", False): Markup("<del>{}</del>"),
    ("added", True): Markup('<ins class="quiet">{}</ins>'),
    ("removed", True): Markup('<del class="quiet">{}</del>'),
}
_LOUD: Final = ("", "fact")  # a fact is reported elsewhere, and its new value is new all the same
_UNNOTICED: Final = ("encoding", "list")
_EMPHASIS: Final = Markup("<em>{}</em>")
_STRONG: Final = Markup("<strong>{}</strong>")
_SAID: Final = {"added": "inserted", "removed": "deleted"}
_LED_TO: Final = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE)
_SIGN: Final = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{UNSEEN}]|\n")
_SPACES: Final = str.maketrans({" ": "␣", "\u00a0": "⍽", "\u202f": "⍽"})


def text_of(text: str) -> Markup:
    """A text, escaped, with a sign for each character that nobody sees, and a line break for each line feed."""
    pieces, end = [], 0
    for found in _SIGN.finditer(text):
        pieces += [escape(text[end : found.start()]), _sign(found[0])]
        end = found.end()
    return Markup().join([*pieces, escape(text[end:])])


def _sign(character: str) -> Markup:
    if character == "\n":
        return Markup("<br>")
    return Markup('<span class="sign">U+{}</span>').format(f"{ord(character):04X}")


def marked_words(pieces: Iterable[MarkedSpan]) -> Markup:
    """Marked text: ``ins`` and ``del``, with words around them that are for screen readers only."""
    return Markup().join(
        _marked(mark, quiet, [*run]) for (mark, quiet), run in groupby(pieces, key=lambda one: (one.mark, one.quiet))
    )


def _marked(mark: str, quiet: str, pieces: list[MarkedSpan]) -> Markup:
    inside = Markup().join(_linked(pieces, is_blank=not plain(one.span for one in pieces).strip()))
    if mark == "equal" or not inside:
        return inside
    if quiet in _UNNOTICED:
        return inside if mark == "added" else Markup()
    words = said(f"{_SAID[mark]}: ") + inside + said(f" (end of {_SAID[mark]} text)")
    return _ELEMENTS[mark, quiet not in _LOUD].format(words)


def changed(old: str, new: str) -> Markup:
    """A number or another short text that changed quietly, because other parts came and went."""
    removed, added = (MarkedSpan("removed", Span(old), None), MarkedSpan("added", None, Span(new)))
    return _marked("removed", "reference", [removed]) + _marked("added", "reference", [added])


def said(words: str) -> Markup:
    """Words that are only for screen readers."""
    return Markup('<span class="said" lang="en" dir="ltr">{}</span>').format(words)


def _linked(pieces: list[MarkedSpan], is_blank: bool) -> Iterator[Markup]:
    for link, run in groupby(pieces, key=lambda one: one.span.link):
        words = Markup().join(_formatted(one, is_blank) for one in run)
        yield Markup('<a href="{}">{}</a>').format(link, words) if _LED_TO.match(link) and words else words


def _formatted(piece: MarkedSpan, is_blank: bool) -> Markup:
    span = piece.span
    text = plain((span,))
    if is_blank and piece.mark != "equal":
        text = text.translate(_SPACES).replace("\n", "↵\n")
    words = text_of(text)
    if not words:
        return words
    words = _EMPHASIS.format(words) if span.emphasis else words
    words = _STRONG.format(words) if span.strong else words
    if span.language or span.is_ltr:
        language = Markup(' lang="{}"').format(span.language) if span.language else ""
        direction = Markup(' dir="ltr"') if span.is_ltr else ""
        words = Markup("<bdi{}{}>{}</bdi>").format(language, direction, words)
    if remark := _remark(piece):
        words = Markup('<span class="reformatted">{}{}</span>').format(said(f"{remark}: "), words)
    return words


def _remark(piece: MarkedSpan) -> Literal["", "formatting changed", "link changed"]:
    if piece.is_relinked:
        return "link changed"
    return "formatting changed" if piece.is_reformatted else ""
