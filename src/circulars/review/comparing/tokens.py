"""Splits a text into the words that a comparison marks whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from circulars.model.text import Span, Spans, plain
from circulars.review.comparing.expressions import LINK, expressions

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PUNCTUATION = (
    r".,;:!?()\[\]{}\"'“”„‘’‚«»‹›…–—―¿¡•·"  # ours
    "\u060c\u061b\u061f\u06d4"  # Arabic
    "\u3001-\u3003\u3008-\u3011\u3014-\u301b\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"  # Chinese, Japanese
)
CJK_LETTER = re.compile(f"[{CJK}]")
# Everything else is part of a word: letters, their marks, digits, hyphens, symbols.
_LETTER = rf"[^\s{PUNCTUATION}{CJK}]"
# Each text is looked at by several steps of a comparison.
_KEPT = 500
_WORD = re.compile(
    r"«addressee\.[^«»\s]+»"  # a hole
    rf"|{LINK}"
    rf"|[{CJK}][\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*"  # written without spaces
    rf"|{_LETTER}+(?:(?:[.:'’·–]|(?<=\d),(?=\d)){_LETTER}+)*"
    r"|\.\.\."
    r"|\S"
)


QUOTES = frozenset("\"'“”„‟‘’‚‛‹›«»″‶`´「」『』〝〞＂＇")
DASHES = frozenset("-‐‑‒–—―−﹣－")
_ONE_FORM = str.maketrans(
    dict.fromkeys(DASHES, "-") | dict.fromkeys("’‘‛´`＇ʼ", "'") | dict.fromkeys("“”„‟″＂", '"')
    | {"…": "..."}
)  # fmt: skip


class Word(NamedTuple):
    """A word or a punctuation mark, and the white space before it; the last one of a text may be empty.

    ``key`` is what is compared: words with the same key are the same word, but for their encoding and typography.
    """

    gap: str
    text: str
    start: int
    key: str


Words = Sequence[Word]


def words_of(text: str | Spans, locale: str = "") -> tuple[Word, ...]:
    """The words of a text; joined with their gaps, they give the text.

    A date, a time, an amount and other expressions of the language are one word each, and so are a hole and the mark of
    a footnote.
    """
    result, end = [], 0
    plain_text = text if isinstance(text, str) else plain(text)
    for start, stop, key in _found(text, locale):
        word = plain_text[start:stop]
        result.append(Word(plain_text[end:start], word, start, key or _normal(word)))
        end = stop
    return (*result, Word(plain_text[end:], "", len(plain_text), ""))


def _normal(word: str) -> str:
    """A word in NFC, with one form of dashes, quotation marks and apostrophes, and without the spaces in it."""
    if word.isascii() and word.isalnum():
        return word
    if word in QUOTES:
        return '"'
    return "".join(unicodedata.normalize("NFC", word).translate(_ONE_FORM).split())


def one_form(text: str) -> str:
    """A text in NFC, with one form of dashes, quotation marks and apostrophes, and with single spaces."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).translate(_ONE_FORM).split())


@lru_cache(maxsize=_KEPT)
def word_set(text: str) -> frozenset[str]:
    """The words of a text regardless of case and order, to compute how similar two texts are."""
    return frozenset(match.group().casefold() for match in _WORD.finditer(unicodedata.normalize("NFC", text)))


def similarity(words: Set[str], others: Set[str]) -> float:
    """How similar two texts are by the words in them, from 0 to 1: the words that both have, among those of each."""
    return 2 * len(words & others) / (len(words) + len(others) or 1)


def _found(text: str | Spans, locale: str) -> Iterator[tuple[int, int, str]]:
    """The start and the end of each word, and the key of one that is not text."""
    if isinstance(text, str):
        yield from ((start, stop, "") for start, stop in _places(text, locale))
        return
    end = 0
    for run in _runs(text):
        start, end = end, end + len(plain(run))
        if key := _key(run[0]):
            yield start, end, key
        else:
            yield from ((start + first, start + last, "") for first, last in _places(plain(run), locale))


def _places(text: str, locale: str) -> Iterator[tuple[int, int]]:
    """The start and the end of each word in a text."""
    normal = unicodedata.normalize("NFC", text)
    if normal == text:
        yield from _places_in_nfc(text, locale)
        return
    starts = _starts(text)
    if "".join(unicodedata.normalize("NFC", text[a:b]) for a, b in pairwise(starts)) != normal:
        yield from _places_in_nfc(text, locale)  # letters that are composed of others, which are not marks
        return
    origin = [start for start, stop in pairwise(starts) for _ in unicodedata.normalize("NFC", text[start:stop])]
    origin.append(len(text))
    yield from ((origin[start], origin[stop]) for start, stop in _places_in_nfc(normal, locale))


def _starts(text: str) -> list[int]:
    """The position of each letter, with its marks, and the end of the text."""
    return [*(n for n, character in enumerate(text) if not n or not unicodedata.combining(character)), len(text)]


def _places_in_nfc(text: str, locale: str) -> Iterator[tuple[int, int]]:
    end = 0
    for start, stop in (*expressions(text, locale), (len(text), len(text))):
        yield from (match.span() for match in _WORD.finditer(text, end, start))
        if start < stop:
            yield start, stop
        end = stop


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
