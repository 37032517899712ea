"""Finds which characters of a marked-up text stand for which of what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from circulars.model.text import Span, Spans
from circulars.syntax.prose import TOKEN

_SOFT_BREAK: Final = re.compile(r"[ \t]*\n[ \t]*")
_MARKS: Final = frozenset("\\*{<[")


@dataclass(frozen=True, slots=True)
class TypedPiece:
    """A range of a typed text, and what is read of it: a character, or something that is one whole.

    Fields, links without words of their own, bare addresses, footnote marks and lines to be filled in are ``whole``.
    ``number`` is that of the span that it belongs to. Marks are between the pieces.
    """

    start: int
    end: int
    span: Span
    number: int
    whole: bool = False


def typed_pieces(text: str, spans: Spans) -> tuple[TypedPiece, ...] | None:
    """The pieces of a text that is read as ``spans``; None if they cannot be found."""
    walk = _Walk(text, spans)
    try:
        found = tuple(walk.pieces(0, len(text), within_link=False))
    except _UnreadError:
        return None
    return found if walk.number == len(spans) else None


class _UnreadError(Exception):
    """What is typed is not what was read."""


class _Walk:
    """Goes through a text and what is read of it at the same time."""

    def __init__(self, text: str, spans: Spans) -> None:
        self.text, self.spans = text, spans
        self.number = self.inside = 0

    def pieces(self, at: int, end: int, *, within_link: bool) -> Iterator[TypedPiece]:
        """The pieces between two characters of the text."""
        while at < end:
            if line_end := _SOFT_BREAK.match(self.text, at, end):
                if self._rest[:1] in (" ", "\n"):
                    yield self._taken(at, line_end.end(), 1)
                at = line_end.end()
                continue
            found = TOKEN.match(self.text, at, end) if self.text[at] in _MARKS else None
            is_link = found and (found.lastgroup == "angled" or found["address"] is not None)
            if found is None or (within_link and is_link):
                piece = self._literal(at, within_link)
                yield piece
                at = piece.end
            elif found.lastgroup == "bracket":
                yield from self.pieces(*found.span("words"), within_link=within_link or bool(found["address"]))
                at = found.end()
            else:
                yield from self._marked(found)
                at = found.end()

    def _marked(self, found: re.Match[str]) -> Iterator[TypedPiece]:
        start, end = found.span()
        match found.lastgroup:
            case "hardbreak" | "escape":
                yield self._taken(start, end, 1)
            case "underscores":
                yield replace(self._taken(start, end, len(found[0].replace("\\", ""))), whole=True)
            case "asterisks":
                shown = len(self._rest) - len(self._rest.lstrip("*"))
                for at in range(start, start + min(shown, end - start)):
                    yield self._taken(at, at + 1, 1)
            case "angled" if not self._span.link:  # an HTML tag is text
                for at in range(start, end):
                    yield self._taken(at, at + 1, 1)
            case "field" | "angled" | "note":
                yield self._whole(start, end)
            case _:
                raise _UnreadError

    def _literal(self, at: int, within_link: bool) -> TypedPiece:
        span = self._span
        if (span.link and not within_link) or span.blank:
            if not self.text.startswith(span.text, at):
                raise _UnreadError
            return self._whole(at, at + len(span.text))
        if self._rest[:1] != self.text[at]:
            raise _UnreadError
        return self._taken(at, at + 1, 1)

    @property
    def _span(self) -> Span:
        if self.number >= len(self.spans):
            raise _UnreadError
        return self.spans[self.number]

    @property
    def _rest(self) -> str:
        return self.spans[self.number].text[self.inside :] if self.number < len(self.spans) else ""

    def _whole(self, start: int, end: int) -> TypedPiece:
        """The piece of a span that is one whole."""
        if self.inside:
            raise _UnreadError
        piece = TypedPiece(start, end, self._span, self.number, whole=True)
        self.number += 1
        return piece

    def _taken(self, start: int, end: int, length: int) -> TypedPiece:
        """The piece of some characters of a span."""
        span, number = self._span, self.number
        text = self._rest[:length]
        if len(text) < length or span.hole or span.note:
            raise _UnreadError
        self.inside += length
        if self.inside == len(span.text):
            self.number, self.inside = number + 1, 0
        return TypedPiece(start, end, replace(span, text=text), number)
