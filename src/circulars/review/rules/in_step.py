"""The rules for languages in step: what one language of a letter states, the others state as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.errors import quoted
from circulars.language import Language, language_name, script_of
from circulars.model.letter import Letter
from circulars.model.text import Spans, plain
from circulars.model.written import WrittenText
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.sides import Side, side_of, words_of_own
from circulars.review.rules.stated import Atom, Expression, Kind

CODES: Final[Mapping[Kind, str]] = {
    "number": "different-number",
    "date": "different-date",
    "weekday": "different-weekday",
    "time": "different-time",
    "reference": "different-reference",
    "address": "different-address",
}
_HINT: Final = "correct the text that is wrong"
_SHOWN: Final = 3
_WORDS: Final = 3
_WORDS_IN_OTHER_SCRIPT: Final = 1
_HAN: Final = 8


def in_step(letter: Letter, languages: Mapping[str, Language]) -> Iterator[RuleProblem]:
    """The problems of all rules of this family, in the order of the file."""
    source = Source(letter.file, letter.origin.text)
    for text in letter.texts:
        if len({*text.ranges.values()}) > 1:
            yield from _of_text(text, letter, languages, source)


def _of_text(
    text: WrittenText, letter: Letter, languages: Mapping[str, Language], source: Source
) -> Iterator[RuleProblem]:
    paragraphs = text.paragraphs
    counts = {code: len(found) for code, found in paragraphs.items()}
    if len({*counts.values()}) > 1:
        yield _other_paragraphs(counts, text, source)
        joined: Mapping[str, Spans] = {code: sum(found, ()) for code, found in paragraphs.items()}
        rows: Sequence[Mapping[str, Spans]] = [joined] if all(counts.values()) else []
    else:
        rows = [dict(zip(paragraphs, row, strict=True)) for row in zip(*paragraphs.values(), strict=True)]
    for row in rows:
        yield from _same_words(row, text, languages, source)
        if _differences(row, letter, languages, is_written_out=False):
            for found in _differences(row, letter, languages, is_written_out=True):
                yield found.problem(row, text, source)


# Paragraphs.


def _other_paragraphs(counts: Mapping[str, int], text: WrittenText, source: Source) -> RuleProblem:
    usual, _ = max(Counter(counts.values()).items(), key=lambda one: (one[1], one[0] == next(iter(counts.values()))))
    code = next(code for code, count in counts.items() if count != usual)
    first = next(code for code, count in counts.items() if count == usual)
    here, there = f"the {language_name(code)} text ({code})", f"the {language_name(first)} one"
    fact = f"{here} has {_paragraphs(counts[code])}, {there} {usual}"
    about = tuple(plain(spans) for found in text.paragraphs.values() for spans in found)
    hint = "add what is missing, or join what is one paragraph; blank lines separate paragraphs"
    found = Discrepancy("different-paragraphs", fact, hint, about)
    return source.problem(found, text.ranges[code], of=text.ranges.values())


def _paragraphs(count: int) -> str:
    return f"{count} paragraph" + "s" * (count != 1)


# Texts that were not translated.


def _same_words(
    row: Mapping[str, Spans], text: WrittenText, languages: Mapping[str, Language], source: Source
) -> Iterator[RuleProblem]:
    first: dict[str, str] = {}
    for code, spans in row.items():
        words = plain(spans)
        if (other := first.setdefault(words, code)) != code and _has_sentence(spans, languages[code], languages[other]):
            fact = f"the {language_name(code)} text ({code}) is the {language_name(other)} one"
            hint = f"translate it; a text that is the same in all languages needs no '{code}:'"
            found = Discrepancy("same-text", fact, hint, (code, words))
            yield source.problem(found, text.ranges[code], of=text.ranges.values())


def _has_sentence(spans: Spans, language: Language, other: Language) -> bool:
    """Whether a text is more than names, which may be the same in two languages."""
    words = words_of_own(spans, language)
    small = [word for word in words if word[0].islower()]
    if any(not word[0].islower() and not word[0].isupper() and word[0].isalpha() for word in words):  # no capitals
        return sum(map(len, words)) >= _HAN
    in_other_script = script_of(language.code) != script_of(other.code)
    return len(small) >= (_WORDS_IN_OTHER_SCRIPT if in_other_script and len(words) > 1 else _WORDS)


# Values.


@dataclass(frozen=True, slots=True)
class _Difference:
    """What one language has alone (``own``) or lacks (``lacking``, as others have it) among values of a kind.

    ``other`` is a language to compare it with.
    """

    kind: Kind
    code: str
    other: str
    own: tuple[Expression, ...]
    lacking: tuple[Expression, ...]

    def problem(self, row: Mapping[str, Spans], text: WrittenText, source: Source) -> RuleProblem:
        code = CODES[self.kind]
        own, lacking = _enumerated(self.own), _enumerated(self.lacking)
        here, there = f"the {language_name(self.code)} text ({self.code})", f"the {language_name(self.other)} one"
        if own and lacking:
            fact = f"{here} has {own}, {there} {lacking}"
        elif lacking:
            fact = f"{here} lacks {lacking}, which {there} has"
        else:
            fact = f"{here} has {own}, which {there} lacks"
        about = (self.code, own, lacking, *map(plain, row.values()))
        words = self.own[0].typed if self.own else ""
        found = Discrepancy(code, fact, _HINT, about)
        return source.problem(found, text.ranges[self.code], words, text.ranges.values())


def _enumerated(items: Sequence[Expression]) -> str:
    whole = [item for item in items if not any(_is_within(item, other) for other in items)]
    typed = [*dict.fromkeys(item.typed for item in whole)]
    return ", ".join(map(quoted, typed[:_SHOWN])) + (" …" if len(typed) > _SHOWN else "")


def _is_within(item: Expression, other: Expression) -> bool:
    """Whether an expression is only a piece of another one, as "10" is of "10%"."""
    start = item.at - other.at
    return start >= 0 and len(item.typed) < len(other.typed) and other.typed.startswith(item.typed, start)


def _differences(
    row: Mapping[str, Spans], letter: Letter, languages: Mapping[str, Language], *, is_written_out: bool
) -> tuple[_Difference, ...]:
    """The differences of a paragraph, at most one for each kind and language."""
    sides = {
        code: side_of(spans, letter, languages[code], is_written_out=is_written_out) for code, spans in row.items()
    }
    own: dict[tuple[Kind, str], list[Expression]] = {}
    lacking: dict[tuple[Kind, str], list[Expression]] = {}
    known: set[tuple[frozenset[Atom], str]] = set()
    for code, side in sides.items():
        for item in side.items:
            if not item.demanded or (item.readings[0], item.unit) in known:
                continue
            without = [other for other, one in sides.items() if other != code and not one.states(item)]
            if not without:
                continue
            known.update((reading, item.unit) for reading in item.readings)
            if 2 * len(without) >= len(sides) and (len(sides) > 2 or code != next(iter(sides))):
                own.setdefault((item.kind, code), []).append(item)
            else:
                for other in without:
                    lacking.setdefault((item.kind, other), []).append(item)
    found = []
    for kind, code in dict.fromkeys((*own, *lacking)):
        mine, theirs = own.get((kind, code), ()), lacking.get((kind, code), ())
        other = _compared_with(code, theirs, sides)
        found.append(_Difference(kind, code, other, tuple(mine), tuple(theirs)))
    return tuple(found)


def _compared_with(code: str, lacking: Sequence[Expression], sides: Mapping[str, Side]) -> str:
    """The first other language, of which some items are that a language lacks."""
    others = [other for other in sides if other != code]
    return next((other for other in others if any(item in sides[other].items for item in lacking)), others[0])
