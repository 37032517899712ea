"""Matches the stars in a text as emphasis, by CommonMark's rules for delimiter runs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from circulars.model.text import Span


@dataclass(slots=True)
class Stars:
    """A run of stars, and whether it may open or close an emphasis (CommonMark's flanking rules)."""

    count: int
    opens: bool
    closes: bool
    length: int = field(init=False)

    def __post_init__(self) -> None:
        self.length = self.count


Token = Span | Stars


def stars_between(text: str, start: int, end: int) -> Stars:
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    left = not after.isspace() and (not _is_punctuation(after) or before.isspace() or _is_punctuation(before))
    right = not before.isspace() and (not _is_punctuation(before) or after.isspace() or _is_punctuation(after))
    return Stars(end - start, left, right)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def emphasised(tokens: list[Token]) -> list[Span]:
    """The spans with their emphasis: CommonMark's matching of delimiter runs, for the star alone."""
    if not any(isinstance(token, Stars) for token in tokens):
        return [token for token in tokens if isinstance(token, Span) and _says_something(token)]
    # What a pair of runs adds to the tokens between them: +1 behind its first run, -1 at its second.
    strong, emphasis = [0] * (len(tokens) + 1), [0] * (len(tokens) + 1)
    for start, close, width in _pairs(tokens):
        change = strong if width == 2 else emphasis
        change[start + 1] += 1
        change[close] -= 1
    spans, bold, italic = [], 0, 0
    for at, token in enumerate(tokens):
        bold, italic = bold + strong[at], italic + emphasis[at]
        span = Span("*" * token.count) if isinstance(token, Stars) else token
        if _says_something(span):
            spans.append(replace(span, strong=span.strong or bold > 0, emphasis=span.emphasis or italic > 0))
    return spans


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
    """The pairs of runs that emphasise what stands between them, and how many stars each of the two gives."""
    openers: list[int] = []
    barren: dict[tuple[bool, int], int] = {}  # before these places no opener for such a closer is left
    for close, closer in enumerate(tokens):
        if not isinstance(closer, Stars):
            continue
        while closer.closes and closer.count:
            look = (closer.opens, closer.length % 3)
            place = _opener(tokens, openers, barren.get(look, 0), closer)
            if place < 0:
                barren[look] = close
                break
            opener = tokens[openers[place]]
            assert isinstance(opener, Stars)
            width = 2 if opener.count >= 2 and closer.count >= 2 else 1
            opener.count -= width
            closer.count -= width
            yield openers[place], close, width
            # The runs between the two can open nothing any more.
            del openers[place + bool(opener.count) :]
        if closer.opens and closer.count:
            openers.append(close)


def _opener(tokens: Sequence[Token], openers: Sequence[int], least: int, closer: Stars) -> int:
    """The place among the openers of the nearest one that a run can close, or -1."""
    for place in range(len(openers) - 1, -1, -1):
        if openers[place] < least:
            break
        token = tokens[openers[place]]
        assert isinstance(token, Stars)
        both_ways = token.closes or closer.opens
        odd = (token.length + closer.length) % 3 == 0 and (token.length % 3 or closer.length % 3)
        if not (both_ways and odd):
            return place
    return -1


def _says_something(span: Span) -> bool:
    return bool(span.text or span.hole or span.link)
