"""Merges an edit of a text with another one that the letter has had since: by sentences, and by the names of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.review.layout.sentences import sentences
from circulars.review.repository.merging.three_way import Clash, merged_lines

_TOKEN: Final = re.compile(r"\{\{.*?\}\}|\w+|\s+|[^\w\s]")
_FIELD: Final = "{{"


def merged_text(base: str, now: str, edited: str) -> str | None:
    """A text with the changes of both versions; None if both changed the same sentence."""
    found = ""
    for piece in merged_lines([*_sentences(base)], [*_sentences(now)], [*_sentences(edited)]):
        own = _with_fields(piece) if isinstance(piece, Clash) else piece
        if own is None:
            return None
        found += own
    return found


def _with_fields(clash: Clash) -> str | None:
    """The edited sentences with the fields that the letter has now; None if it has changed words, too."""
    base, now, edited = (_TOKEN.findall("".join(side)) for side in (clash.base, clash.ours, clash.theirs))
    if len(base) != len(now):
        return None
    changed = [(one, other) for one, other in zip(base, now, strict=True) if one != other]
    if not all(one.startswith(_FIELD) and other.startswith(_FIELD) for one, other in changed):
        return None
    pieces = [*merged_lines(base, now, edited)]
    words = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(words) if len(words) == len(pieces) else None


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each with the space behind it."""
    for line in text.splitlines(keepends=True):
        at = 0
        starts = [at := line.index(one, at) for one in sentences(line.rstrip("\n"))] or [0]
        ends = [*starts[1:], len(line)]
        yield from (line[start:end] for start, end in zip([0, *starts[1:]], ends, strict=True))
