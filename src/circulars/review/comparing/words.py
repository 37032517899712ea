"""Compares two texts word by word; punctuation counts separately from the word before it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from circulars.model.text import Spans, plain
from circulars.review.comparing.changes import Quiet, Segment, Segments, tidy
from circulars.review.comparing.common import Pair, common_pairs
from circulars.review.comparing.rewriting import readable, runs_of
from circulars.review.comparing.tokens import CJK_LETTER, DASHES, QUOTES, Word, Words, words_of

# Longer texts (characters of both) are compared only if they have some words in common.
_LONG = 100_000
_SOME = 0.1
# Before and after these, and within French quotation marks, a space or none is a matter of typography.
_AFTER_SPACE = frozenset(":;!?%»›…)") | QUOTES | DASHES
_BEFORE_SPACE = frozenset("«‹¿¡(") | QUOTES | DASHES


def word_changes(old: str | Spans, new: str | Spans, locale: str = "") -> Segments:
    """The equal, removed and added words between two texts in the language of a ``locale``.

    A text that was rewritten is removed and added whole, and so is a sentence in it.
    """
    before, after = _text(old), _text(new)
    if old == new and before:
        return (Segment("equal", before),)
    if not before or not after or _share_little(before, after):
        return _replaced(before, after)
    old_words, new_words = words_of(old, locale), words_of(new, locale)
    segments: list[Segment] = []
    i = j = 0
    for run in (*runs_of(_matching(old_words, new_words)), [(len(old_words), len(new_words))]):
        (a, b), length = run[0], len(run)
        segments += _replaced(_joined(old_words[i:a]), _joined(new_words[j:b]))
        kept, same = _joined(old_words[a : a + length]), _joined(new_words[b : b + length])
        if kept == same:
            segments.append(Segment("equal", kept))
        else:
            segments += [segment for k, m in run for segment in _same_word(old_words, new_words, k, m)]
        i, j = a + length, b + length
    return tidy(segments)


def equal_words(old: str | Spans, new: str | Spans, locale: str = "") -> Iterator[tuple[Word, Word]]:
    """The pairs of equal words in two texts."""
    before, after = words_of(old, locale), words_of(new, locale)
    yield from ((before[i], after[j]) for i, j in _matching(before, after))


def _text(text: str | Spans) -> str:
    return text if isinstance(text, str) else plain(text)


def _share_little(old: str, new: str) -> bool:
    """Whether two long texts have so little in common that there is nothing to compare."""
    if len(old) + len(new) <= _LONG:
        return False
    words, others = {*old.split()}, {*new.split()}
    return 2 * len(words & others) < _SOME * (len(words) + len(others))


def _replaced(old: str, new: str) -> Segments:
    result = [Segment("removed", old)] if old else []
    return (*result, Segment("added", new)) if new else tuple(result)


def _joined(words: Words) -> str:
    return "".join(word.gap + word.text for word in words)


def _matching(old: Words, new: Words) -> list[Pair]:
    """The pairs of equal words; none of them is in a text or a sentence that was rewritten."""
    pairs = common_pairs([word.key for word in old], [word.key for word in new])
    return readable(pairs, old, new)


def _same_word(old: Words, new: Words, i: int, j: int) -> Iterator[Segment]:
    """A word of both texts, with the space before it."""
    before, after = old[i], new[j]
    if before.gap == after.gap:
        yield Segment("equal", before.gap)
    else:
        quiet: Quiet = "typography" if _is_typographic(old, new, i, j) else ""
        yield from (Segment("removed", before.gap, quiet), Segment("added", after.gap, quiet))
    if before.text == after.text:
        yield Segment("equal", before.text)
    else:
        quiet = "encoding" if _nfc(before.text) == _nfc(after.text) else "typography"
        yield from (Segment("removed", before.text, quiet), Segment("added", after.text, quiet))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _is_typographic(old: Words, new: Words, i: int, j: int) -> bool:
    """Whether the spaces before a word differ only in their kind, or where a language may have one or none."""
    gaps, word = (old[i].gap, new[j].gap), old[i].text
    if any("\n" in gap for gap in gaps):
        return False
    last = old[i - 1].text[-1:] if i else ""
    return (
        all(gaps)
        or word in _AFTER_SPACE
        or last in _BEFORE_SPACE
        or any(letter and CJK_LETTER.match(letter) for letter in (word[:1], last))
    )
