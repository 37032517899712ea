"""Compares entries of lists without the punctuation that they have for their place in the list."""

from __future__ import annotations

from circulars.model.text import Spans, plain
from circulars.review.comparing.changes import Segment, Segments, tidy
from circulars.review.comparing.endings import end_of_entry
from circulars.review.comparing.spans import piece
from circulars.review.comparing.tree import Unit
from circulars.review.comparing.words import word_changes


def entry_changes(old: Unit, new: Unit, locale: str) -> Segments:
    """The changes of an entry; its end (";", "; and", ".") is quiet if another number of entries follows it."""
    before, after = end_of_entry(old.words), end_of_entry(new.words)
    ends = old.words[before:], new.words[after:]
    if ends[0] == ends[1] or min(old.left, 2) == min(new.left, 2):
        return word_changes(old.spans, new.spans, locale)
    words = word_changes(_head(old.spans, before), _head(new.spans, after), locale)
    return tidy((*words, Segment("removed", ends[0], "list"), Segment("added", ends[1], "list")))


def _head(spans: Spans, stop: int) -> Spans:
    return spans if stop == len(plain(spans)) else piece(spans, 0, stop)
