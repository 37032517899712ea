"""The rules for words: accents, usual spellings, and words that come twice."""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from circulars.errors import quoted
from circulars.review.rules.running_text import WORD, RunningText
from circulars.review.rules.slips import Slip
from circulars.review.rules.writing_patterns import patterns_of

_TWICE: Final = re.compile(r"(?<![\w-])([^\W\d_]+)([ \n\u00a0]+\1)(?![\w-])", re.IGNORECASE)
_QUOTED: Final = re.compile(r"[“«„\"][^”»“\"]{0,400}[”»\"]")


def spelling(text: RunningText) -> Iterator[Slip]:
    """The slips of all rules of this family in a text."""
    words = text.language.writing
    if words.accents:
        yield from _accents(text)
    if words.spellings:
        yield from _spellings(text)
    yield from _doubled(text)


def _accents(text: RunningText) -> Iterator[Slip]:
    """Words that lack their accents, in capitals or not."""
    by_bare = _bare_words(text.language.writing.accents)
    if by_bare.keys().isdisjoint(text.words):
        return
    for found in WORD.finditer(text.masked):
        right = by_bare.get(found[0].casefold())
        if right is not None:
            written = _in_case_of(found[0], right)
            if written == found[0]:
                continue
            message = f"{quoted(found[0])} lacks its accent"
            # With a capital it may be a name of another language.
            is_certain = found[0].islower() or (found[0].isupper() and len(found[0]) > 1)
            yield Slip(
                "missing-accent", *found.span(), written, found[0], message, f"write {quoted(written)}", is_certain
            )


@functools.lru_cache(maxsize=64)
def _bare_words(words: tuple[str, ...]) -> Mapping[str, str]:
    """The words by what is left of them without accents."""
    return {_bare(word): word for word in words}


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def _in_case_of(typed: str, right: str) -> str:
    """A word in capitals, with a first capital, or as it is, as the typed one."""
    if typed.isupper() and len(typed) > 1:
        return right.upper()
    return right[:1].upper() + right[1:] if typed[:1].isupper() else right


def _spellings(text: RunningText) -> Iterator[Slip]:
    """Other spellings than the usual ones, outside of quotations and names."""
    spellings = text.language.writing.spellings
    if patterns_of(text.language).spelt.isdisjoint(text.words):
        return
    quotations = [found.span() for found in _QUOTED.finditer(text.masked)]
    for found in WORD.finditer(text.masked):
        right = spellings.get(found[0].lower())
        if right is None or any(start < found.start() < end for start, end in quotations):
            continue
        if not found[0].islower() and not _is_first(text.masked, found.start()):
            continue  # in a name
        written = _in_case_of(found[0], right)
        message = f"{quoted(found[0])} is usually spelt {quoted(written)}"
        yield Slip("unusual-spelling", *found.span(), written, found[0], message, f"write {quoted(written)}")


def _is_first(text: str, at: int) -> bool:
    """Whether a sentence begins at a character."""
    before = text[:at].rstrip(" \n*“«(")
    return not before or before[-1] in ".!?:;"


def _doubled(text: RunningText) -> Iterator[Slip]:
    """Words that come twice in a row."""
    if not any(map(operator.eq, text.words, text.words[1:])):
        return
    for found in _TWICE.finditer(text.masked):
        word, again = found[1], found[2].strip()
        is_name = word[0].isupper() and word == again
        if is_name or word.casefold() in text.language.writing.doubled or (len(word) == 1 and word.isupper()):
            continue
        message = f"{quoted(word)} comes twice in a row"
        start, end = found.span(2)
        yield Slip("repeated-word", start, end, "", found[0], message, "delete one of the two", is_certain=False)
