"""Marks the spans of two texts as equal, removed and added, from the segments of their words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from circulars.model.text import Span, Spans, plain
from circulars.review.comparing.changes import Mark, Segments


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A piece of text with one look in the old text, and one in the new text.

    ``old`` and ``new`` have the same text if the mark is ``equal``; their formatting, link or language may still
    differ. A ``removed`` piece has no ``new`` span, an ``added`` one no ``old`` span. ``quiet`` is that of the segment
    which the piece is from, and "moved" for a sentence that is in another place. A hole, the mark of a footnote and a
    blank are always in one piece.
    """

    mark: Mark
    old: Span | None
    new: Span | None
    quiet: str = ""

    @property
    def span(self) -> Span:
        """The new span, or the old one of a removed piece."""
        found = self.new or self.old
        assert found is not None  # a piece of neither text is never made
        return found

    @property
    def is_reformatted(self) -> bool:
        """Whether equal text became bold or italic, or no longer is."""
        return self._differs("strong", "emphasis")

    @property
    def is_relinked(self) -> bool:
        """Whether equal text has another link, or one where there was none."""
        return self._differs("link")

    def _differs(self, *names: str) -> bool:
        old, new = self.old, self.new
        return old is not None and new is not None and any(getattr(old, name) != getattr(new, name) for name in names)


def marked_spans(segments: Segments, old: Spans, new: Spans) -> tuple[MarkedSpan, ...]:
    """The spans of two texts, marked; ``segments`` compare the texts.

    The old spans of the pieces, joined, are ``joined(old)``, and their new spans ``joined(new)``, without empty ones.
    """
    before, after = _Reader(old), _Reader(new)
    result: list[MarkedSpan] = []
    for segment in segments:
        in_old, in_new = segment.mark != "added", segment.mark != "removed"
        left = len(segment.text)
        while left:
            length = min(left, before.left if in_old else left, after.left if in_new else left)
            first = before.take(length) if in_old else None
            then = after.take(length) if in_new else None
            result.append(MarkedSpan(segment.mark, first, then, segment.quiet or "moved" * bool(segment.moved)))
            left -= length
    return tuple(result)


@dataclass(slots=True)
class _Reader:
    """Reads a text piece by piece; ``start`` is the position in the span that is being read."""

    spans: Spans
    place: int = 0
    start: int = 0

    @property
    def left(self) -> int:
        """How much of the present span is left; spans without text are skipped."""
        while not (length := _length(self.spans[self.place])):
            self.place += 1
        return length - self.start

    def take(self, length: int) -> Span:
        left, span = self.left, self.spans[self.place]
        result = span if span.hole else replace(span, text=span.text[self.start : self.start + length])
        self.place, self.start = (self.place + 1, 0) if length == left else (self.place, self.start + length)
        return result


def _length(span: Span) -> int:
    return len(plain((span,)))


def piece(spans: Spans, start: int, stop: int) -> Spans:
    """The part of a text between two positions, counted in its plain text; a hole is never cut."""
    result, end = [], 0
    for span in spans:
        begin, end = end, end + _length(span)
        first, last = max(begin, start), min(end, stop)
        if first < last:
            result.append(span if span.hole else replace(span, text=span.text[first - begin : last - begin]))
    return tuple(result)


def with_plain_marks(
    segments: Segments, old: tuple[Spans, Mapping[str, str]], new: tuple[Spans, Mapping[str, str]]
) -> Segments:
    """The segments of two texts with the marks of footnotes as in text files; () if the texts have no marks.

    With each text are the marks of its footnotes ("[1]"), by their ids.
    """
    marks = {False: deque(_marks(*old)), True: deque(_marks(*new))}
    if not any(marks.values()):
        return ()
    ends = {False: 0, True: 0}
    result = []
    for segment in segments:
        in_new = segment.mark != "removed"
        at, text = ends[in_new], ""
        start, stop = at, at + len(segment.text)
        while marks[in_new] and marks[in_new][0][0] < stop:
            begin, length, mark = marks[in_new].popleft()
            if begin >= at:
                text += segment.text[at - start : begin - start] + mark
                at = begin + length
        result.append(replace(segment, text=text + segment.text[at - start :]))
        for version in {in_new, segment.mark == "added"}:
            ends[version] += len(segment.text)
    return tuple(result)


def _marks(spans: Spans, signs: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """The position of each mark of a footnote in a text, its length, and its sign in text files."""
    start = 0
    for span in spans:
        if span.note and span.text:
            yield start, len(span.text), signs.get(span.note, span.text)
        start += _length(span)
