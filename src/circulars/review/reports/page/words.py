"""Writes marked text as HTML: escaped, with what nobody sees shown, and with marks that are announced in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

from circulars.characters import UNSEEN
from circulars.model.text import Span, directed, plain
from circulars.review.comparing.changes import Mark
from circulars.review.comparing.comparison import Matched
from circulars.review.comparing.spans import MarkedSpan
from circulars.review.comparing.tree import Unit
from circulars.review.reports.spoken import Spoken

_ELEMENTS: Final = {
    ("added", False): Markup("<ins>{}</ins>"),
    ("removed", False): Markup("<del>{}</del>"),
    ("added", True): Markup('<ins class="quiet">{}</ins>'),
    ("removed", True): Markup('<del class="quiet">{}</del>'),
}
_MOVED: Final = {
    "moved": Markup('<ins class="moved">{}</ins>'),
    "moved away": Markup('<del class="moved">{}</del>'),
}
_LOUD: Final = ("", "fact")  # a fact is reported elsewhere, and its new value is new all the same
_UNNOTICED: Final = "encoding"
_EMPHASIS: Final = Markup("<em>{}</em>")
_STRONG: Final = Markup("<strong>{}</strong>")
_RAISED: Final = Markup("<sup>{}</sup>")
_ISOLATED: Final = Markup('<bdi dir="{}">{}</bdi>')
_LED_TO: Final = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE)
_SIGN: Final = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{UNSEEN}]|\n")
_LABELLED: Final = ("text", "footnote", "item")
_ITEM: Final = re.compile(r", item (\S+)(?: \(only for .*\))?$")
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


def _label(unit: Unit) -> str:
    """The number of a part, or the label of an entry that is counted, as its place has it."""
    if unit.family == "item" and unit.reference and (found := _ITEM.search(unit.place)):
        return found[1]
    return unit.number


def _span(piece: MarkedSpan) -> Span:
    return piece.span


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Writes marked text of a ``language``; ``spoken`` are the words for screen readers."""

    language: str
    spoken: Spoken

    def of(self, part: Matched) -> Markup:
        """The own words of a part, with ``ins`` and ``del``."""
        if part.fate == "moved":
            # What was removed from it is struck here, too, inside what is only here.
            inside = self._words(part.marked)
            return _MOVED["moved"].format(self._announced(self.spoken.moved_here, inside)) if inside else inside
        if part.fate == "moved away":
            inside = self._words(MarkedSpan("equal", one, one) for one in part.unit.spans)
            return _MOVED["moved away"].format(self._announced(self.spoken.moved_away, inside)) if inside else inside
        return self._words(part.marked)

    def label(self, part: Matched) -> Markup:
        """The number of a part, or the label of an entry; with ``ins`` and ``del`` if it is another one now."""
        old, new = (_label(unit) if unit else "" for unit in (part.old, part.new))
        if part.unit.family not in _LABELLED or old == new or not (part.old and part.new):
            return text_of(_label(part.unit))
        return self.changed(old, new, "reference")

    def end(self, mark: Mark) -> Markup:
        """The sign for the end of a paragraph that came or went."""
        span = Span("¶")
        return self._marked(
            mark, "", [MarkedSpan(mark, span, None) if mark == "removed" else MarkedSpan(mark, None, span)]
        )

    def changed(self, old: str, new: str, quiet: str = "") -> Markup:
        """A short text that is another one now."""
        removed, added = (MarkedSpan("removed", Span(old), None), MarkedSpan("added", None, Span(new)))
        return self._marked("removed", quiet, [removed]) + self._marked("added", quiet, [added])

    def _words(self, pieces: Iterable[MarkedSpan]) -> Markup:
        """The words with their marks. A phrase of the other direction that changed in part is isolated as a whole."""
        found, others = list[Markup](), list[MarkedSpan]()
        for direction, group in directed(pieces, _span):
            if direction and len({(one.mark, one.quiet) for one in group}) > 1:
                found += [self._runs(others), _ISOLATED.format(direction, self._runs(group, direction))]
                others = []
            else:
                others += group
        return Markup().join([*found, self._runs(others)])

    def _runs(self, pieces: Iterable[MarkedSpan], around: str = "") -> Markup:
        runs = groupby(pieces, key=lambda one: (one.mark, one.quiet))
        return Markup().join(self._marked(mark, quiet, [*run], around) for (mark, quiet), run in runs)

    def _marked(self, mark: str, quiet: str, pieces: list[MarkedSpan], around: str = "") -> Markup:
        is_blank = not plain(one.span for one in pieces).strip()
        inside = Markup()
        for direction, group in directed(pieces, _span):
            words = Markup().join(self._linked(group, is_blank, direction or around))
            inside += _ISOLATED.format(direction, words) if words and direction not in ("", around) else words
        if mark == "equal" or not inside:
            return inside
        if quiet == _UNNOTICED:
            return inside if mark == "added" else Markup()
        if quiet == "moved":
            fate, said = (
                ("moved", self.spoken.moved_here) if mark == "added" else ("moved away", self.spoken.moved_away)
            )
            return _MOVED[fate].format(self._announced(said, inside))
        said = self.spoken.inserted if mark == "added" else self.spoken.deleted
        return _ELEMENTS[mark, quiet not in _LOUD].format(self._announced(said, inside))

    def _announced(self, what: str, inside: Markup) -> Markup:
        return self._said(f"{what}: ") + inside + self._said(f" ({what}, {self.spoken.end})")

    def _said(self, words: str) -> Markup:
        """Words that are only for screen readers."""
        if self.spoken.language == self.language:
            return Markup('<span class="said">{}</span>').format(words)
        return Markup('<span class="said" lang="{}" dir="ltr">{}</span>').format(self.spoken.language, words)

    def _linked(self, pieces: list[MarkedSpan], is_blank: bool, around: str) -> Iterator[Markup]:
        for link, run in groupby(pieces, key=lambda one: one.span.link):
            words = Markup().join(self._formatted(one, is_blank, around) for one in run)
            yield Markup('<a href="{}">{}</a>').format(link, words) if _LED_TO.match(link) and words else words

    def _formatted(self, piece: MarkedSpan, is_blank: bool, around: str) -> Markup:
        span = piece.span
        text = plain((span,))
        if is_blank and piece.mark != "equal":
            text = text.translate(_SPACES).replace("\n", "↵\n")
        words = text_of(text)
        if not words:
            return words
        words = _RAISED.format(words) if span.note else words
        words = _EMPHASIS.format(words) if span.emphasis else words
        words = _STRONG.format(words) if span.strong else words
        own = span.direction if span.direction != around else ""
        if span.language or own:
            language = Markup(' lang="{}"').format(span.language) if span.language else ""
            direction = Markup(' dir="{}"').format(own) if own in ("ltr", "rtl") else ""
            words = Markup("<bdi{}{}>{}</bdi>").format(language, direction, words)
        if piece.is_relinked or piece.is_reformatted:
            said = self.spoken.linked if piece.is_relinked else self.spoken.formatted
            words = Markup('<span class="reformatted">{}{}</span>').format(self._said(f"{said}: "), words)
        return words
