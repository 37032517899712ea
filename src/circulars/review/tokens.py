"""Splits a text into the words that a comparison marks whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from circulars.model.text import Span, Spans, plain

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PUNCTUATION = (
    r".,;:!?()\[\]{}\"'“”„‘’‚«»‹›…–—―¿¡•·"  # ours
    "\u060c\u061b\u061f\u06d4"  # Arabic
    "\u3001-\u3003\u3008-\u3011\u3014-\u301b\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"  # Chinese, Japanese
)
# Everything else is part of a word: letters, their marks, digits, hyphens, symbols.
_LETTER = rf"[^\s{PUNCTUATION}{CJK}]"
_WORD = re.compile(
    r"«addressee\.[^«»\s]+»"  # a hole
    r"|\w+://[^\s<>«»“”]*[^\s<>«»“”.,;:!?)\]'\"]"  # an address, without the full stop that ends its sentence
    rf"|[{CJK}][\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*"  # written without spaces
    rf"|{_LETTER}+(?:(?:[.:'’·]|(?<=\d),(?=\d)){_LETTER}+)*"
    r"|\S"
)


class Word(NamedTuple):
    """A word or a punctuation mark, and the white space before it; the last one of a text may be empty.

    ``key`` is what is compared: words with the same key are the same word, however they are encoded.
    """

    gap: str
    text: str
    start: int
    key: str


Words = Sequence[Word]


def words_of(text: str | Spans) -> tuple[Word, ...]:
    """The words of a text; joined with their gaps, they give the text. A hole and a footnote's mark are one word."""
    result, end = [], 0
    plain_text = text if isinstance(text, str) else plain(text)
    for start, stop, key in _found(text):
        word = plain_text[start:stop]
        result.append(Word(plain_text[end:start], word, start, key or unicodedata.normalize("NFC", word)))
        end = stop
    return (*result, Word(plain_text[end:], "", len(plain_text), ""))


def word_set(text: str) -> frozenset[str]:
    """The words of a text regardless of case and order, to compute how similar two texts are."""
    return frozenset(match.group().casefold() for match in _WORD.finditer(unicodedata.normalize("NFC", text)))


def _found(text: str | Spans) -> Iterator[tuple[int, int, str]]:
    """The start and the end of each word, and the key of one that is not text."""
    if isinstance(text, str):
        yield from ((match.start(), match.end(), "") for match in _WORD.finditer(text))
        return
    end = 0
    for run in _runs(text):
        start, end = end, end + len(plain(run))
        if key := _key(run[0]):
            yield start, end, key
        else:
            yield from ((start + match.start(), start + match.end(), "") for match in _WORD.finditer(plain(run)))


def _runs(spans: Spans) -> Iterator[Spans]:
    """The spans in runs of text; each hole and each mark is a run of its own."""
    run: list[Span] = []
    for span in spans:
        if _key(span):
            if run:
                yield tuple(run)
            yield (span,)
            run = []
        else:
            run.append(span)
    if run:
        yield tuple(run)


def _key(span: Span) -> str:
    """What tells a hole or a mark from other words; "" for text."""
    return f"\0hole {span.hole}" if span.hole else f"\0mark {span.text}" if span.note else ""
