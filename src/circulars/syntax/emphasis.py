"""Resolves emphasis written with asterisks, by CommonMark's rules for delimiter runs (section 6.2).

Those rules suppose that words have spaces between them. Beside Han, Kana and Hangul, and beside full-width punctuation,
they are amended, as some programs for Markdown do (*CJK-friendly emphasis*): full-width punctuation counts as a letter,
and such a letter counts as a space for the punctuation on the other side of the asterisks. So does an Arabic or Hebrew
letter, since these languages write prepositions and "and" as part of the next word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from circulars.east_asian import is_east_asian
from circulars.model.directions import has_backward
from circulars.model.text import Span


@dataclass(slots=True)
class DelimiterRun:
    """A run of asterisks, and whether it may open or close emphasis (CommonMark's flanking rules).

    ``length`` is the run's length in the text; ``count`` is how many of its asterisks are not matched yet.
    """

    count: int
    opens: bool
    closes: bool
    length: int = field(init=False)

    def __post_init__(self) -> None:
        self.length = self.count


Token = Span | DelimiterRun
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def delimiter_run(text: str, start: int, end: int) -> DelimiterRun:
    """The run of asterisks at ``text[start:end]``."""
    before, after = _shaped(text[max(start - 2, 0) : start]) or " ", text[end : end + 1] or " "
    left = not after.isspace() and (not _is_punctuation(after) or _is_apart(before))
    right = not before.isspace() and (not _is_punctuation(before) or _is_apart(after))
    return DelimiterRun(end - start, left, right)


def _shaped(characters: str) -> str:
    """The last of two characters; the first one if the last only chooses its shape."""
    return characters[:1] if characters and _SELECTOR.match(characters[-1]) else characters[-1:]


def _is_apart(character: str) -> bool:
    """Whether punctuation on the other side of asterisks is apart from the words on this side."""
    is_joined = is_east_asian(character) or has_backward(character)
    return character.isspace() or _is_punctuation(character) or is_joined


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS" and not is_east_asian(character)


def emphasised(tokens: list[Token]) -> list[Span]:
    """The spans; those between matching runs of asterisks are strong or emphasised. Unmatched asterisks are text."""
    if not any(isinstance(token, DelimiterRun) for token in tokens):
        return [token for token in tokens if isinstance(token, Span) and _has_content(token)]
    # How the nesting depth changes at each token: +1 after a pair's opening run, -1 at its closing run.
    strong, emphasis = [0] * (len(tokens) + 1), [0] * (len(tokens) + 1)
    for start, close, width in _pairs(tokens):
        change = strong if width == 2 else emphasis
        change[start + 1] += 1
        change[close] -= 1
    spans, bold, italic = [], 0, 0
    for at, token in enumerate(tokens):
        bold, italic = bold + strong[at], italic + emphasis[at]
        span = Span("*" * token.count) if isinstance(token, DelimiterRun) else token
        if _has_content(span):
            spans.append(replace(span, strong=span.strong or bold > 0, emphasis=span.emphasis or italic > 0))
    return spans


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
    """The positions of two matching runs, and how many asterisks of each they use: 1 (emphasis) or 2 (strong)."""
    openers: list[int] = []
    openers_bottom: dict[tuple[bool, int], int] = {}  # by type of closer: where the search for an opener ends
    for close, closer in enumerate(tokens):
        if not isinstance(closer, DelimiterRun):
            continue
        while closer.closes and closer.count:
            closer_type = (closer.opens, closer.length % 3)
            place = _opener(tokens, openers, openers_bottom.get(closer_type, 0), closer)
            if place < 0:
                openers_bottom[closer_type] = close
                break
            opener = tokens[openers[place]]
            assert isinstance(opener, DelimiterRun)
            width = 2 if opener.count >= 2 and closer.count >= 2 else 1
            opener.count -= width
            closer.count -= width
            yield openers[place], close, width
            # The runs between the two can no longer open anything.
            del openers[place + bool(opener.count) :]
        if closer.opens and closer.count:
            openers.append(close)


def _opener(tokens: Sequence[Token], openers: Sequence[int], bottom: int, closer: DelimiterRun) -> int:
    """The index in ``openers`` of the nearest opener, not before ``bottom``, that the closer matches; -1 for none."""
    for place in range(len(openers) - 1, -1, -1):
        if openers[place] < bottom:
            break
        token = tokens[openers[place]]
        assert isinstance(token, DelimiterRun)
        both_ways = token.closes or closer.opens
        odd = (token.length + closer.length) % 3 == 0 and (token.length % 3 or closer.length % 3)
        if not (both_ways and odd):
            return place
    return -1


def _has_content(span: Span) -> bool:
    return bool(span.text or span.hole or span.link or span.note)
