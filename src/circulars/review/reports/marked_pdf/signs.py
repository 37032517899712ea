"""Marks changed text with signs that no letter has, so that every template of a pack carries the marks to its page.

The signs are noncharacters (Unicode 23.7), which programs may use among themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from circulars.model.text import Span, Spans, plain
from circulars.review.comparing.changes import Mark
from circulars.review.comparing.spans import MarkedSpan


class Sign(Enum):
    """The sign before a piece of text says how it is marked; ``END`` is after it."""

    ADDED = "\ufdd0"
    REMOVED = "\ufdd1"
    QUIETLY_ADDED = "\ufdd2"
    QUIETLY_REMOVED = "\ufdd3"
    MOVED_HERE = "\ufdd4"
    MOVED_AWAY = "\ufdd5"
    REFORMATTED = "\ufdd6"
    END = "\ufddf"


OLD: Final = (Sign.REMOVED, Sign.QUIETLY_REMOVED, Sign.MOVED_AWAY)
"""The marks of text that the new letter does not have at this place."""
NEW: Final = (Sign.ADDED, Sign.QUIETLY_ADDED, Sign.MOVED_HERE)
"""The marks of text that the old letter does not have at this place."""
ANY: Final = re.compile("[\ufdd0-\ufdef]")


def signed(text: str, sign: Sign) -> str:
    """A text between its signs; each line has its own, so that a text can be cut into lines."""
    lines = ANY.sub("\ufffd", text).split("\n")
    return "\n".join(f"{sign.value}{line}{Sign.END.value}" if line else "" for line in lines)


def runs_of(text: str, sign: Sign = Sign.END) -> Iterator[tuple[Sign, str]]:
    """The pieces of a text, each with its mark (``END`` for none). ``sign`` is the mark at the beginning."""
    end = 0
    for found in ANY.finditer(text):
        if piece := text[end : found.start()]:
            yield sign, piece
        sign, end = Sign(found[0]) if found[0] in _SIGNS else Sign.END, found.end()
    if piece := text[end:]:
        yield sign, piece


_SIGNS: Final = {sign.value for sign in Sign}


def last_sign(text: str, sign: Sign) -> Sign:
    """The mark at the end of a text, of which ``sign`` is that at the beginning."""
    found = ANY.findall(text)
    return Sign(found[-1]) if found and found[-1] in _SIGNS else sign


def without_signs(text: str) -> str:
    """The text as it is in the new letter: without what is marked as old, and without signs."""
    return "".join(piece for sign, piece in runs_of(text) if sign not in OLD)


def signed_spans(pieces: Iterable[MarkedSpan]) -> Spans:
    """Marked text as spans with signs."""
    return tuple(one for piece in pieces for one in _signed_piece(piece))


def _signed_piece(piece: MarkedSpan) -> Spans:
    sign = _sign_of(piece)
    return (with_sign(piece.span, sign),) if sign != Sign.END else (shown(piece.span),)


def _sign_of(piece: MarkedSpan) -> Sign:
    if piece.mark == "equal":
        return Sign.REFORMATTED if piece.is_reformatted or piece.is_relinked else Sign.END
    return sign_of(piece.mark, piece.quiet)


def sign_of(mark: Mark, quiet: str) -> Sign:
    """The sign of a piece that was added or removed, or of a sentence that moved."""
    if quiet == "moved":
        return Sign.MOVED_HERE if mark == "added" else Sign.MOVED_AWAY
    if mark == "added":
        return Sign.QUIETLY_ADDED if quiet not in _LOUD else Sign.ADDED
    return Sign.QUIETLY_REMOVED if quiet not in _LOUD else Sign.REMOVED


_LOUD: Final = ("", "fact")  # a fact is reported elsewhere, and its new value is new all the same


def all_signed(spans: Spans, sign: Sign) -> Spans:
    """A text that is marked as a whole."""
    return tuple(with_sign(span, sign) for span in spans if plain((span,)))


def with_sign(span: Span, sign: Sign) -> Span:
    """A span that is marked; the old letter's links within itself lead nowhere."""
    span = shown(span)
    link = "" if sign in OLD and span.link.startswith("#") and not span.note else span.link
    return replace(span, text=signed(span.text, sign), link=link)


def shown(span: Span) -> Span:
    """A span without signs of its own; a hole shows its name."""
    text = plain((span,))
    return replace(span, text=ANY.sub("\ufffd", text), hole="") if span.hole or ANY.search(text) else span


def lines_of(spans: Spans) -> tuple[Spans, ...]:
    """A text with signs, cut at its line feeds."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n")
        lines[-1] += [replace(span, text=first)] if first else []
        lines += [[replace(span, text=line)] if line else [] for line in others]
    return tuple(map(tuple, lines))


def text_of(spans: Sequence[Span]) -> str:
    """A text with signs, without formatting."""
    return "".join(span.text for span in spans)
