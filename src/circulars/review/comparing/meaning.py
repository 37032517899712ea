"""Compares what changed in a text in several languages by what needs no translation: numbers, names and sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from circulars.review.comparing.changes import Segments
from circulars.review.comparing.tokens import CJK
from circulars.review.comparing.values import Value, addresses_in, numbers_in, values_of

Links = tuple[frozenset[str], frozenset[str]]
"""The addresses to which an old and a new text link."""

_WORD: Final = re.compile(rf"[{CJK}]|[^\W{CJK}]+")
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?。！？؟])[\"'”’»)]*\s+(?=[¿¡«“\"(]*[^\W\d_])|(?<=[。！？])[”’」』）]*(?=[^\s。！？”’」』）])"
)
_MARKS: Final = ("removed", "added")
_NAME_LENGTH: Final = 3
_MUCH: Final = 5  # words
_SENTENCE: Final = 2  # words of the shortest sentence
_SHOWN: Final = 8  # words of a piece
_SMALL: Final = 3  # letters
_ALIKE: Final = 0.4  # as Seville and Sevilla, or London and Londres
_NO_ADDRESSES: Final[Links] = frozenset(), frozenset()
_NO_LINKS: Final[Mapping[str, Links]] = {}


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in some languages and, it seems, not in others: "‘Madrid’ became ‘Toledo’"."""

    what: str
    having: tuple[str, ...]
    lacking: tuple[str, ...]


def differences(
    texts: Mapping[str, Segments], locales: Mapping[str, str] | None = None, links: Mapping[str, Links] = _NO_LINKS
) -> tuple[Difference, ...]:
    """What changed in the text of some languages and not of others, as far as that needs no translation.

    Languages differ in how they say a thing, so only what is surely missing counts: a number, a date, an amount, an
    address or a name that came or went in one language and is not, or still is, in another; and a sentence that
    changed, came or went, if the languages have as many sentences. The ``locales`` say how dates and amounts are
    written, those of the languages' codes otherwise.
    """
    sides = {
        code: _Sides(segments, (locales or {}).get(code, code), links.get(code, _NO_ADDRESSES))
        for code, segments in texts.items()
    }
    by_meaning = (_by_values, _by_numbers, _by_addresses, _by_names, _by_other_words)
    found = [difference for read in by_meaning for difference in read(sides)]
    unique: dict[tuple[str, tuple[str, ...]], Difference] = {}
    for one in found or _by_sentences(sides):
        unique.setdefault((one.what, one.lacking), one)
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
    """The numbers in a text, as they are in every language: see :mod:`circulars.review.comparing.values`."""
    return tuple(number for number, _ in numbers_in(text))


class _Sides:
    """A text in one language: its old and its new words, and the pieces that changed."""

    def __init__(self, segments: Segments, locale: str, links: Links) -> None:
        old = "".join(one.text for one in segments if one.mark != "added")
        new = "".join(one.text for one in segments if one.mark != "removed")
        self.numbers = {*numbers_of(old)}, {*numbers_of(new)}
        self.values = {*values_of(old, locale)}, {*values_of(new, locale)}
        self.addresses = addresses_in(old) | links[0], addresses_in(new) | links[1]
        self.names = _names(old), _names(new)
        self.hunks = [hunk for hunk in _hunks(segments) if any(hunk)]
        self.typed = [
            {number: typed for hunk in reversed(self.hunks) for number, typed in (*numbers_in(hunk[place]),)[::-1]}
            for place in (0, 1)
        ]
        self.places: dict[Callable[[str], Iterable[str]], dict[str, int]] = {}
        self.replacements = _replacements(self.hunks, self.names[0])
        self.numbered = {value[:2] for value in self.values[1]}
        self.came = [(hunk, values_of(hunk[1], locale)) for hunk in self.hunks]
        self.worded = [hunk for hunk in self.hunks if not _has_values(*hunk, locale)]
        self.is_counted_anew = any(_has_counts(text, locale) for hunk in self.hunks for text in hunk)
        quiet = {address for one in segments if one.quiet for address in addresses_in(one.text)}
        self.addresses = self.addresses[0] - quiet, self.addresses[1] - quiet
        self.sentences = _sentences(segments, "added"), _sentences(segments, "removed")

    def piece(self, wanted: Iterable[str], read: Callable[[str], Iterable[str]]) -> str:
        """The first changed piece in which one of some words is read, in words; "" if there is none."""
        if read not in self.places:
            places = self.places.setdefault(read, {})
            for place, hunk in enumerate(self.hunks):
                for word in (*read(hunk[0]), *read(hunk[1])):
                    places.setdefault(word, place)
        first = min((self.places[read][word] for word in wanted if word in self.places[read]), default=None)
        return "" if first is None else _became(*self.hunks[first])


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
    return [_WORD.findall(sentence) for sentence in _SENTENCE_END.split(text.strip())]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _became(old: str, new: str) -> str:
    if not old.strip():
        return f"‘{_short(new)}’ was added"
    return f"‘{_short(old)}’ became ‘{_short(new)}’" if new.strip() else f"‘{_short(old)}’ was removed"


def _short(text: str) -> str:
    words = text.strip(" \n.,;:").split()
    return " ".join(words) if len(words) <= _SHOWN + 1 else f"{' '.join(words[:_SHOWN])} …"


def _by_values(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Dates and amounts that came in some languages and are of another month or unit in others."""
    known: set[Value] = set()
    for one in sides.values():
        for hunk, values in one.came:
            for value, typed in values.items():
                if value in known or value in one.values[0]:
                    continue
                known.add(value)
                having = [
                    code for code, other in sides.items() if value in other.values[1] and value not in other.values[0]
                ]
                if lacking := [code for code, other in sides.items() if _is_otherwise(other, value)]:
                    yield Difference(_briefly(_became(*hunk), f"‘{typed}’ is new"), tuple(having), tuple(lacking))


def _is_otherwise(side: _Sides, value: Value) -> bool:
    """Whether a text has the number of a value with another month or unit only."""
    return value not in side.values[1] and value[:2] in side.numbered


def _by_addresses(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Addresses that were in several languages and went in some only, or that others replaced in each."""
    for address in sorted(set[str]().union(*(one.addresses[0] for one in sides.values()))):
        having = [code for code, one in sides.items() if address in one.addresses[0]]
        went = [code for code in having if address not in sides[code].addresses[1]]
        came = {code: sides[code].addresses[1] - sides[code].addresses[0] for code in went}
        if went and (still := [code for code in having if code not in went]):
            yield Difference(_became(address, _only_one(came[went[0]])), tuple(went), tuple(still))
        elif went and all(map(_only_one, came.values())):
            news = {code: _only_one(came[code]) for code in went}
            yield from _if_unlike(address, news, _is_translated)


def _only_one(found: Set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _is_translated(one: str, other: str, code: str, other_code: str) -> bool:
    """Whether two addresses differ in the codes of their languages only."""
    return re.sub(rf"\b{re.escape(code)}\b", other_code, one) == other


def _if_unlike(
    old: str, news: Mapping[str, str], is_like: Callable[[str, str, str, str], bool]
) -> Iterator[Difference]:
    """What became of something in each language, if that is not alike in all."""
    first, *others = news
    unlike = [
        code for code in others if news[code] != news[first] and not is_like(news[first], news[code], first, code)
    ]
    if unlike:
        alike = tuple(code for code in news if code not in unlike)
        yield Difference(_became(old, news[first]), alike, tuple(unlike))
        yield Difference(_became(old, news[unlike[0]]), tuple(unlike), alike)


def _by_numbers(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Numbers that came in some languages and are not in others, or that went and are still in others."""
    every = {number for one in sides.values() for numbers in one.numbers for number in numbers}
    for number in sorted(every, key=lambda digits: (len(digits), digits)):
        came = [code for code, one in sides.items() if number in one.numbers[1] and number not in one.numbers[0]]
        without = [code for code, one in sides.items() if number not in one.numbers[1]]
        went = [code for code, one in sides.items() if number in one.numbers[0] and number not in one.numbers[1]]
        still = [code for code, one in sides.items() if number in one.numbers[1]]
        for having, lacking in ((came, without), (went, [code for code in still if code not in came])):
            if having and lacking:
                yield from _asked(sides, having, lacking, [number], numbers_of, _is_new(sides[having[0]], number))


def _is_new(side: _Sides, number: str) -> str:
    """What happened to a number, for texts that are too long to be quoted."""
    for place, what in ((1, "is new"), (0, "is gone")):
        if number in side.numbers[place] and number not in side.numbers[1 - place]:
            typed = side.typed[place].get(number, "")
            return f"‘{typed}’ {what}" if typed else ""
    return ""


def _by_names(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Names that went in some languages and are still in others."""
    every = {name for one in sides.values() for name in one.names[0]}
    for name in sorted(every):
        went = [code for code, one in sides.items() if name in one.names[0] and name not in one.names[1]]
        still = [code for code, one in sides.items() if name in one.names[0] and name in one.names[1]]
        if went and still:
            yield from _asked(sides, went, still, [name], _names)
        elif len(went) > 1 and not name.isupper():
            news = {code: sides[code].replacements.get(name, "") for code in went}
            if all(news.values()):
                yield from _if_unlike(name, news, _is_alike)


def _replacements(hunks: Iterable[tuple[str, str]], known: Set[str]) -> dict[str, str]:
    """By name, the only new name in the piece that replaced it; abbreviations differ between languages anyhow."""
    result: dict[str, str] = {}
    for old, new in hunks:
        if name := _only_one({one for one in _names(new) - known if not one.isupper()}):
            result |= {one: name for one in _names(old) if one not in result}
    return result


def _is_alike(one: str, other: str, *_codes: str) -> bool:
    """Whether two names may be the same one in two languages."""
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio() >= _ALIKE


def _by_other_words(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Words that changed in some languages, where others have other dates and amounts only: "not", or "six" for "five".

    Words may agree with a number: "is" and "are", "seat" and "seats".
    """
    reworded = {
        code: [hunk for hunk in one.worded if _is_reworded(*hunk, one.is_counted_anew)] for code, one in sides.items()
    }
    having = tuple(code for code, hunks in reworded.items() if hunks)
    lacking = tuple(code for code, one in sides.items() if not any(_words("".join(hunk)) for hunk in one.worded))
    if having and lacking:
        yield from (Difference(_became(*hunk), having, lacking) for hunk in reworded[having[0]])


def _is_reworded(old: str, new: str, is_counted_anew: bool) -> bool:
    """Whether a piece has other words, which do not only agree with a number."""
    return _words(old) != _words(new) and not (is_counted_anew and _is_agreeing(old, new))


def _has_values(old: str, new: str, locale: str) -> bool:
    """Whether a date, an amount, another number or an address was removed or added in a piece."""
    return any(numbers_of(text) or addresses_in(text) or values_of(text, locale) for text in (old, new))


def _has_counts(text: str, locale: str) -> bool:
    """Whether a text has numbers that are not those of dates."""
    of_dates = {value.number for value in values_of(text, locale) if value.kind in ("month", "weekday")}
    return any(number not in of_dates for number in numbers_of(text))


def _is_agreeing(old: str, new: str) -> bool:
    """Whether words became other forms of themselves, or small words other ones."""
    olds, news = _words(old), _words(new)
    return len(olds) == len(news) and all(
        max(len(one), len(other)) <= _SMALL or _is_alike(one, other) for one, other in zip(olds, news, strict=True)
    )


def _by_sentences(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    """Sentences that changed in some languages only, if all have as many; and much more text in some only."""
    counts = {len(one.sentences[0]) for one in sides.values()}
    grown = {code: len(one.sentences[1]) - len(one.sentences[0]) for code, one in sides.items()}
    if len(counts) == 1 and not any(grown.values()) and (found := [*_changed_sentences(sides)]):
        yield from found
        return
    if len(counts) == 1 and len({*grown.values()}) > 1 and (found := [*_grown_sentences(sides, grown)]):
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


def _grown_sentences(sides: Mapping[str, _Sides], grown: Mapping[str, int]) -> Iterator[Difference]:
    """Sentences that were added or removed in some languages, where others did not grow or shrink."""
    for sign in (1, -1):
        having = [code for code, one in sides.items() if sign * grown[code] > 0 and _growth(one, sign)[0] >= _SENTENCE]
        lacking = [code for code in sides if sign * grown[code] <= 0]
        if having and lacking:
            yield Difference(_growth(sides[having[0]], sign)[1], tuple(having), tuple(lacking))


def _growth(side: _Sides, sign: int) -> tuple[int, str]:
    """By how many words the piece grew, or shrank, that did so most, and what became of it."""
    sizes = [(sign * (len(_words(new)) - len(_words(old))), _became(old, new)) for old, new in side.hunks]
    return max(sizes, key=lambda one: one[0], default=(0, ""))


def _changed_sentences(sides: Mapping[str, _Sides]) -> Iterator[Difference]:
    differing = {code: _differing(one, str.casefold) for code, one in sides.items()}
    touched = {code: _differing(one, str) for code, one in sides.items()}
    for place in sorted(set[int]().union(*differing.values())):
        having = [code for code, places in differing.items() if place in places]
        lacking = [code for code, places in touched.items() if place not in places]
        if having and lacking:
            new = (word.casefold() for word in sides[having[0]].sentences[1][place])
            yield from _asked(sides, having, lacking, new, _words)


def _differing(side: _Sides, form: Callable[[str], str]) -> set[int]:
    """The places of the sentences in which the words, in some form, are others than before."""
    pairs = enumerate(zip(*side.sentences, strict=True))
    return {n for n, (old, new) in pairs if [*map(form, old)] != [*map(form, new)]}


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
        yield Difference(_briefly(what, briefly), tuple(having), tuple(lacking))


def _briefly(what: str, briefly: str) -> str:
    """What became of a piece, or if it is too long to be quoted whole, what is new or gone in it."""
    return briefly if briefly and "…’" in what else what
