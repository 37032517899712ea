"""Finds what was typed so close to a fact that it reads as part of it: more digits, a sign, the end of a range."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CLOSING: Final = ("Pe", "Pf", "Po")
_OPENING: Final = ("Ps", "Pi", "Po")
_PARTS: Final = frozenset("%‰#&@*/\\")
"""Punctuation that belongs to a number or a name."""
_DIGITS_AFTER: Final = re.compile(r"\s+(?:[^\w\s]\s*)?\d\S*")
_DIGITS_BEFORE: Final = re.compile(r"\S*\d(?:\s*[^\w\s])?\s+$")
_WORD_BEFORE: Final = re.compile(r"\S+$")
_WORD_AFTER: Final = re.compile(r"\S+")
_NEAR: Final = 40
"""The most characters beside a fact that are compared."""


def attached(text: str, first: int, last: int, before: tuple[str, int, int]) -> tuple[int, int]:
    """The range of a fact in a text with what was attached to it since ``before``: an older text and range."""
    older, start, end = before
    head, tail = _head(text[:first]), _tail(text[last:])
    if head == _head(older[:start]):
        head = ""
    if tail == _tail(older[end:]):
        tail = ""
    return first - len(head), last + len(tail)


def _tail(text: str) -> str:
    """What is attached to a fact before a text: a word that begins with it, or a number behind a space."""
    near = text[:_NEAR]
    if word := _WORD_AFTER.match(near):
        return "" if _is_punctuation(word[0], _CLOSING) else word[0]
    digits = _DIGITS_AFTER.match(near)
    return digits[0] if digits and not _is_opened(digits[0]) else ""


def _head(text: str) -> str:
    """What is attached to a fact behind a text."""
    near = text[-_NEAR:]
    if word := _WORD_BEFORE.search(near):
        return "" if _is_punctuation(word[0], _OPENING) else word[0]
    digits = _DIGITS_BEFORE.search(near)
    return digits[0] if digits and not _is_closed(digits[0]) else ""


def _is_punctuation(word: str, categories: tuple[str, ...]) -> bool:
    """Whether a word is only the punctuation of a sentence: a comma, a full stop, quotation marks, brackets."""
    return all(unicodedata.category(sign) in categories and sign not in _PARTS for sign in word)


def _is_opened(number: str) -> bool:
    """Whether a number has an opening bracket or quotation mark before it."""
    return _is_punctuation(number.strip()[0], _OPENING)


def _is_closed(number: str) -> bool:
    """Whether a number has punctuation behind it."""
    return _is_punctuation(number.strip()[-1], _CLOSING)
