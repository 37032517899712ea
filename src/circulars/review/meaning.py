"""Compares what changed in a text in several languages by what needs no translation: numbers, names and sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.review.changes import Segments

# Digits with what separates them in numbers and times of any language: 1 250, 1.250,50, 09:30.
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+|[ \u00a0\u202f]\d{3}(?!\d))*(\s?p\.?\s?m\b)?", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?。！？؟])[\"'”’»)]*\s+(?=[¿¡«“\"(]*[^\W\d_])")
_MARKS: Final = ("removed", "added")
_NOON: Final = 12
_HOURS: Final = 2  # digits
_NAME_LENGTH: Final = 3
_MUCH: Final = 5  # words
_SHOWN: Final = 8  # words of a piece


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in some languages and, it seems, not in others: "‘Madrid’ became ‘Toledo’"."""

    what: str
    having: tuple[str, ...]
    lacking: tuple[str, ...]


def differences(texts: Mapping[str, Segments]) -> tuple[Difference, ...]:
    """What changed in the text of some languages and not of others, as far as that needs no translation.

    Languages differ in how they say a thing, so only what is surely missing counts: a number or a name that came or
    went in one language and is not, or still is, in another; and a sentence that changed, if the languages have as many
    sentences.
    """
    sides = {code: _Sides(segments) for code, segments in texts.items()}
    found = [*_by_numbers(sides), *_by_names(sides)] or [*_by_sentences(sides)]
    unique: dict[str, Difference] = {}
    for one in found:
        unique.setdefault(one.what, one)
    return tuple(unique.values())


def is_same(segments: Segments, others: Segments) -> bool:
    """Whether the words that changed in a text are those that a fact changed in the text of another language.

    They are if they have no other numbers, and no more new words beside them, such as the name of a month.
    """
    removed, added = ("".join(f"{one.text} " for one in others if one.fact and one.mark == mark) for mark in _MARKS)
    theirs = {*numbers_of(removed), *numbers_of(added)}
    words = {*_words(added)} - {*_words(removed)} - theirs
    for old, new in (hunk for hunk in _hunks(segments) if any(hunk)):
        numbers = {*numbers_of(old), *numbers_of(new)}
        if not numbers or not numbers <= theirs or len({*_words(new)} - {*_words(old)} - numbers) > len(words):
            return False
    return bool(theirs)


def numbers_of(text: str) -> tuple[str, ...]:
    """The numbers in a text, as they are in every language: "1 250" and "1,250" are "1250", and 2 p.m. is 14."""
    return tuple(number for number, _ in _numbers(text))


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """The numbers in a text, each as in every language, and as typed."""
    for match in _NUMBER.finditer(text):
        digits = "".join(filter(str.isdigit, match[0]))
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > _HOURS else (digits, "")
        if match[1] and len(hours) <= _HOURS and int(hours) < _NOON:
            digits = f"{int(hours) + _NOON}{minutes}"
        yield digits.lstrip("0") or "0", match[0].strip()


class _Sides:
    """A text in one language: its old and its new words, and the pieces that changed."""

    def __init__(self, segments: Segments) -> None:
        old = "".join(one.text for one in segments if one.mark != "added")
        new = "".join(one.text for one in segments if one.mark != "removed")
        self.numbers = {*numbers_of(old)}, {*numbers_of(new)}
        self.names = _names(old), _names(new)
        self.hunks = [hunk for hunk in _hunks(segments) if any(hunk)]
        self.sentences = _sentences(segments, "added"), _sentences(segments, "removed")

    def piece(self, wanted: Iterable[str], read: Callable[[str], Iterable[str]]) -> str:
        """The first changed piece in which one of some words is read, in words; "" if there is none."""
        found = (hunk for hunk in self.hunks if {*wanted} & {*read(hunk[0]), *read(hunk[1])})
        return next((_became(*hunk) for hunk in found), "")


def _names(text: str) -> set[str]:
    """The words with a capital letter."""
    return {word for word in _WORD.findall(text) if len(word) >= _NAME_LENGTH and any(map(str.isupper, word))}


def _hunks(segments: Segments) -> list[tuple[str, str]]:
    """The pieces that were removed and added together, without those that are quiet."""
    hunks = [("", "")]
    for one in segments:
        removed, added = hunks[-1]
        if one.mark == "equal" or one.quiet:
            hunks.append(("", ""))
        elif one.mark == "removed":
            hunks[-1] = removed + one.text, added
        else:
            hunks[-1] = removed, added + one.text
    return hunks


def _sentences(segments: Segments, other: str) -> list[list[str]]:
    """The sentences of one version, each as its words; a fact is its name, for it changed by itself."""
    text = "".join(f" {one.fact} " if one.fact else one.text for one in segments if one.mark != other)
    return [_words(sentence) for sentence in _SENTENCE_END.split(text.strip())]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _became(old: str, new: str) -> str:
    if not old.strip():
        return f"‘{_short(new)}’ was added"
    return f"‘{_short(old)}’ became ‘{_short(new)}’" if new.strip() else f"‘{_short(old)}’ was removed"


def _short(text: str) -> str:
    words = text.strip(" \n.,;:").split()
    return " ".join(words) if len(words) <= _SHOWN + 1 else f"{' '.join(words[:_SHOWN])} …"


def _by_numbers(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Numbers that came in some languages and are not in others, or that went and are still in others."""
    every = {number for one in sides.values() for numbers in one.numbers for number in numbers}
    for number in sorted(every, key=lambda digits: (len(digits), digits)):
        came = [code for code, one in sides.items() if number in one.numbers[1] - one.numbers[0]]
        without = [code for code, one in sides.items() if number not in one.numbers[1]]
        went = [code for code, one in sides.items() if number in one.numbers[0] - one.numbers[1]]
        still = [code for code, one in sides.items() if number in one.numbers[1]]
        for having, lacking in ((came, without), (went, [code for code in still if code not in came])):
            if having and lacking:
                yield from _asked(sides, having, lacking, [number], numbers_of, _is_new(sides[having[0]], number))


def _is_new(side: _Sides, number: str) -> str:
    """What happened to a number, for texts that are too long to be quoted."""
    for place, what in ((1, "is new"), (0, "is gone")):
        if number in side.numbers[place] - side.numbers[1 - place]:
            found = (typed for hunk in side.hunks for same, typed in _numbers(hunk[place]) if same == number)
            return next((f"‘{typed}’ {what}" for typed in found), "")
    return ""


def _by_names(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Names that went in some languages and are still in others."""
    every = {name for one in sides.values() for name in one.names[0]}
    for name in sorted(every):
        went = [code for code, one in sides.items() if name in one.names[0] - one.names[1]]
        still = [code for code, one in sides.items() if name in one.names[0] & one.names[1]]
        if went and still:
            yield from _asked(sides, went, still, [name], _names)


def _by_sentences(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Sentences that changed in some languages only, if all have as many; and much more text in some only."""
    counts = {len(one.sentences[0]) for one in sides.values()}
    grown = {code: len(one.sentences[1]) - len(one.sentences[0]) for code, one in sides.items()}
    if len(counts) == 1 and not any(grown.values()) and (found := [*_changed_sentences(sides)]):
        yield from found
        return
    words = {code: _count(one.sentences[1]) - _count(one.sentences[0]) for code, one in sides.items()}
    for sign in (1, -1):
        most = max(sign * number for number in words.values())
        having = [code for code, number in words.items() if sign * number >= _MUCH and sign * number > most // 2]
        lacking = [code for code, number in words.items() if sign * number < most - _MUCH and sign * grown[code] <= 0]
        if having and lacking:
            longest = max(sides[having[0]].hunks, key=lambda hunk: sign * (len(hunk[1]) - len(hunk[0])))
            yield Difference(_became(*longest), tuple(having), tuple(lacking))


def _changed_sentences(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    changed = {
        code: {n for n, (old, new) in enumerate(zip(*one.sentences, strict=True)) if old != new}
        for code, one in sides.items()
    }
    for place in sorted(set[int]().union(*changed.values())):
        having = [code for code, places in changed.items() if place in places]
        lacking = [code for code in sides if code not in having]
        if having and lacking:
            new = sides[having[0]].sentences[1][place]
            yield from _asked(sides, having, lacking, new, _words)


def _count(sentences: Sequence[Sequence[str]]) -> int:
    return sum(map(len, sentences))


def _asked(
    sides: Mapping[str, _Sides],
    having: Sequence[str],
    lacking: Sequence[str],
    wanted: Iterable[str],
    read: Callable[[str], Iterable[str]],
    briefly: str = "",
) -> Iterator[Difference]:
    """The difference in the words of the first language that has it; none if only a fact changed there.

    A long piece is not quoted if it can be said ``briefly``.
    """
    if what := sides[having[0]].piece(wanted, read):
        what = briefly if briefly and len(what.split()) > _SHOWN else what
        yield Difference(what, tuple(having), tuple(lacking))
