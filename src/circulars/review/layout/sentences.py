"""Splits texts into sentences, each of which begins a line of a letter's file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from circulars.syntax.folding import are_joined

_CLOSING: Final = r"(?:[*»”\"’')\]」』）〉》]|\[\^[A-Za-z0-9_-]+\])*"
# A stop, what closes after it, one space, what opens the next sentence, and that sentence's first character.
_SPACED: Final = re.compile(rf"(?<=\S)[.!?…؟۔।]{_CLOSING} (?=[\[(“«„‘\"'*¿¡]*(\S))")
_UNSPACED: Final = re.compile(rf"[。！？]{_CLOSING}(?=\S)")
_INITIALS: Final = re.compile(r"(?:[^\W\d_][.])+")
_BEFORE_WORD: Final = "([{“«„‘\"'*¿¡"
_LONGEST: Final = 40
_LAST: Final = 2100
"""How many characters before a line end decide how it is joined."""
LINE: Final = 72
"""The longest line of a sentence that could be broken, in characters."""
_FIELD: Final = re.compile(r"\{\{.{0,200}?\}\}|<[^<>\s]*>|\[[^\[\]]{1,60}\]\([^()\s]{1,200}\)")
"""What no line ends within: a field, and a link whose words are not a line of their own."""
_OFF: Final = 0.6
"""How far from its middle a sentence is broken where a clause ends, as a fraction of its half."""
_CLAUSE: Final = ",;:，；：、،؛"
# What may not begin a line: it would look like an entry of a list.
_ENTRY: Final = re.compile(r"[-*•–]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]\s|#|\s")


def sentences(text: str, abbreviations: Collection[str] = ()) -> tuple[str, ...]:
    """The sentences of a text on one line. Joined with a space, or without one between Han, they are the text again.

    A full stop after one of the ``abbreviations``, or after initials, ends no sentence; nor does any before a small
    letter, a number or a field.
    """
    known = {word.casefold() for word in abbreviations}
    found, at = [], 0
    for end, is_spaced in sorted((*_ends_with_space(text, known), *_ends_without(text))):
        if not _is_break(text, end, is_spaced):
            continue
        found.append(text[at:end])
        at = end + is_spaced
    return (*found, text[at:])


def lines_of(text: str, abbreviations: Collection[str] = ()) -> tuple[str, ...]:
    """The lines of a text: each sentence begins a line, and a long one is broken where its clauses end."""
    return tuple(line for sentence in sentences(text, abbreviations) for line in _broken(sentence))


def _broken(sentence: str) -> tuple[str, ...]:
    """A sentence in lines: it is halved where a clause ends, or else at a space, until each is short enough.

    Where it is broken depends on nothing before or after it, so that a change of one sentence leaves the lines of the
    others as they are.
    """
    if len(sentence) <= LINE:
        return (sentence,)
    cuts = [*_halved(0, len(sentence), [*_breaks(sentence)])]
    starts = (0, *(at + is_spaced for at, is_spaced, _ in cuts))
    return tuple(sentence[start:end] for start, end in zip(starts, (*(at for at, *_ in cuts), None), strict=True))


_Break = tuple[int, bool, bool]
"""Where a line can end, whether a space is there, and whether a clause ends there."""


def _halved(start: int, end: int, breaks: Sequence[_Break]) -> Iterator[_Break]:
    """The breaks to use between two characters, in order."""
    if end - start <= LINE or not breaks:
        return
    half = (end - start) / 2
    clauses = [one for one in breaks if one[2] and abs(one[0] - start - half) < half * _OFF]
    used = min(clauses or breaks, key=lambda one: (abs(one[0] - start - half), one[0]))
    at = breaks.index(used)
    yield from _halved(start, used[0], breaks[:at])
    yield used
    yield from _halved(used[0] + used[1], end, breaks[at + 1 :])


def _breaks(text: str) -> Iterator[_Break]:
    fields = {at for found in _FIELD.finditer(text) for at in range(found.start() + 1, found.end())}
    for at in range(1, len(text) - 1):
        is_spaced, is_clause = text[at] == " ", text[at - 1] in _CLAUSE
        if at in fields or not (is_spaced or is_clause):
            continue
        if is_spaced and (text[at - 1].isspace() or _ENTRY.match(text, at + 1)):
            continue
        if _is_break(text, at, is_spaced):
            yield at, is_spaced, is_clause


def _is_break(text: str, at: int, is_spaced: bool) -> bool:
    """Whether a line that ends at a character is joined with the next one as the text has it."""
    if text.isascii():
        return is_spaced
    return are_joined(text[max(at - _LAST, 0) : at], text[at + is_spaced :][:80]) != is_spaced


def _ends_with_space(text: str, abbreviations: Collection[str]) -> Iterator[tuple[int, bool]]:
    for match in _SPACED.finditer(text):
        first = match[1]
        if not first.isalpha() or first.islower():
            continue
        if text[match.start()] == "." and _is_abbreviation(text[: match.start() + 1], abbreviations):
            continue
        yield match.end() - 1, True


def _ends_without(text: str) -> Iterator[tuple[int, bool]]:
    for match in _UNSPACED.finditer(text):
        yield match.end(), False


def _is_abbreviation(before: str, abbreviations: Collection[str]) -> bool:
    words = before[-_LONGEST:].split(" ")
    last = words[-1].lstrip(_BEFORE_WORD)
    pair = " ".join(words[-2:]).lstrip(_BEFORE_WORD)
    return _INITIALS.fullmatch(last) is not None or bool({last.casefold(), pair.casefold()} & {*abbreviations})
