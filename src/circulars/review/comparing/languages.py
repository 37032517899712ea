"""Brings the changes in all languages of a letter together, and asks about languages in which less happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from circulars.model.text import Spans
from circulars.review.comparing.changes import Change, FactChange, Kind
from circulars.review.comparing.comparison import Comparison, Matched
from circulars.review.comparing.consequences import listed, together
from circulars.review.comparing.meaning import Links, differences, is_same, numbers_of


class Question(str):
    """What to ask about languages, which it names by their codes.

    It is made of pieces: each is words, or the codes of some languages.
    """

    pieces: tuple[str | tuple[str, ...], ...]

    def __new__(cls, *pieces: str | Iterable[str]) -> Question:
        """The question of some pieces."""
        found = tuple(piece if isinstance(piece, str) else tuple(piece) for piece in pieces)
        made = super().__new__(cls, "".join(piece if isinstance(piece, str) else listed(piece) for piece in found))
        made.pieces = found
        return made

    def in_names(self, name_of: Callable[[str], str]) -> str:
        """The question with the names of the languages in place of their codes."""
        return "".join(piece if isinstance(piece, str) else listed(map(name_of, piece)) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """What happened at one place of a letter, in each language in which it happened.

    ``place`` is in the words of the letter's first language, and so is ``was``, the old place if it is another one.
    ``changes`` are by language, in the order of the letter's languages. If it is a change of words, ``unchanged`` are
    the languages in which nothing changed there, and ``only`` asks about them ("only in en: is es still right?").
    ``questions`` ask about languages in which less changed, as far as that needs no translation. ``former`` has the old
    place by language, in the words of each.
    """

    place: str
    changes: Mapping[str, Change]
    was: str = ""
    unchanged: tuple[str, ...] = ()
    only: str = ""
    questions: tuple[str, ...] = ()
    former: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """The kind of the change, that in the first language in which it happened."""
        return _kind(self.changes)


@dataclass(slots=True)
class _Language:
    """A language of a letter: its changes, and the parts that both versions have, by their old and their new keys."""

    code: str
    changes: Sequence[Change]
    compared: Comparison
    old: dict[str, Matched] = field(default_factory=dict)
    new: dict[str, Matched] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in self.compared.root.walk():
            if part.old and (part.new or part.old.key not in self.old):
                self.old[part.old.key] = part
            if part.new:
                self.new.setdefault(part.new.key, part)

    def part(self, change: Change) -> Matched | None:
        """The part at the place of a change in another language."""
        return self.new.get(change.new) or self.old.get(change.old)

    def links(self, change: Change) -> Links:
        """The addresses to which the old and the new text at the place of a change link, without those of facts."""
        part = self.part(change)
        stated = {*self.compared.filling.old.values(), *self.compared.filling.new.values()}
        units = (part.old, part.new) if part else (None, None)
        links = [{span.link for span in unit.spans} - stated if unit else set[str]() for unit in units]
        old, new = (frozenset(address.removeprefix("mailto:") for address in one if ":" in address) for one in links)
        return old, new

    def counts(self, group: Mapping[str, Change], attribute: str) -> tuple[int, int] | None:
        """The number of stretches of a look in the old and the new text at the place of some changes, if it has both.

        Without capitals, a script has no italics; there it is None.
        """
        part = self.part(next(iter(group.values())))
        if part is None or part.old is None or part.new is None:
            return None
        if attribute == "emphasis" and part.new.words.upper() == part.new.words.lower():
            return None
        old, new = (sum(_stretches(unit.spans, attribute)) for unit in (part.old, part.new))
        return old, new

    def has_new(self, change: Change) -> bool:
        """Whether the new version has words at the place of a change."""
        part = self.new.get(change.new)
        return part is not None and part.new is not None and any(unit.words for unit in part.new.walk())


def _stretches(spans: Spans, attribute: str) -> Iterator[bool]:
    """For each stretch of a text, whether it has a look."""
    shown = (span for span in spans if span.hole or span.text.strip())
    yield from (has_look for has_look, _ in groupby(bool(getattr(span, attribute)) for span in shown))


def changes_by_place(
    changes: Mapping[str, Sequence[Change]], compared: Mapping[str, Comparison]
) -> tuple[PlaceChange, ...]:
    """The changes in all languages, those at the same place together, in reading order."""
    languages = [_Language(code, changes[code], one) for code, one in compared.items()]
    groups = _Groups(_ranks(languages))
    for language in languages:
        groups.add(language)
    found = [*groups]
    if languages:  # of another language they would speak of numbers that differ only because a text is missing
        found = [group for group in found if languages[0].code in group or _kind(group) != "consequences"]
    return tuple(_place_change(group, languages) for group in found)


def _ranks(languages: Sequence[_Language]) -> dict[tuple[str, str], int]:
    """The places of all parts in the reading order of the letter, by their keys.

    A part that the first language does not have comes after the one before it in its own language.
    """
    following: dict[tuple[str, str], tuple[str, str] | None] = {_START: None}
    for language in languages:
        last = _START
        for part in language.compared.root.walk():
            keys = [(version, unit.key) for version, unit in (("new", part.new), ("old", part.old)) if unit]
            for key in keys:
                if key not in following:
                    following[key], following[last] = following[last], key
                last = key
    ranks: dict[tuple[str, str], int] = {}
    found: tuple[str, str] | None = _START
    while found is not None:
        ranks[found] = len(ranks)
        found = following[found]
    return ranks


@dataclass(slots=True)
class _Groups:
    """The changes of all languages, those at the same place together; ``following`` has the next group of each.

    ``ranks`` are the places of all parts in reading order. ``known`` has the groups by the keys of their parts, so that
    each change is compared with a few only.
    """

    ranks: Mapping[tuple[str, str], int]
    groups: list[dict[str, Change]] = field(default_factory=list)
    following: dict[int, int] = field(default_factory=dict)
    known: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[dict[str, Change]]:
        place = self.following.get(-1)
        while place is not None:
            yield self.groups[place]
            place = self.following.get(place)

    def add(self, language: _Language) -> None:
        """Adds the changes of a language: each to the group of its place, or where it is in reading order."""
        last = -1
        for change in language.changes:
            found = self._found(change, language.code)
            if found is None:
                found = len(self.groups)
                self.groups.append({})
                last = self._before(change, last)
                if last in self.following:
                    self.following[found] = self.following[last]
                self.following[last] = found
                for key in _keys(change):
                    self.known.setdefault(key, []).append(found)
            self.groups[found][language.code] = change
            last = found

    def _before(self, change: Change, last: int) -> int:
        """The group after which a change comes: the ``last`` one, or a later one that is before it in the letter."""
        rank = self._rank(change)
        while (following := self.following.get(last)) is not None:
            if self._rank(next(iter(self.groups[following].values()))) >= rank:
                break
            last = following
        return last

    def _rank(self, change: Change) -> int:
        """The place of a change in reading order; what is of no part comes last."""
        return next((self.ranks[key] for key in _keys(change) if key in self.ranks), len(self.ranks))

    def _found(self, change: Change, code: str) -> int | None:
        near = dict.fromkeys(place for key in _keys(change) for place in self.known.get(key, ()))
        return next((place for place in near if _is_of(change, self.groups[place], code)), None)


def _keys(change: Change) -> list[tuple[str, str]]:
    """What a change has in common with one at the same place in another language: a key, or else the kind."""
    keys = [(version, key) for version, key in (("new", change.new), ("old", change.old)) if key]
    return keys or [("kind", change.kind)]


def _kind(group: Mapping[str, Change]) -> Kind:
    return next(iter(group.values())).kind


def _is_of(change: Change, group: Mapping[str, Change], code: str) -> bool:
    """Whether a change is at the place of those in other languages, and like them in the words or not."""
    other = next(iter(group.values()))
    if code in group or (change.in_words != other.in_words and change.kind != other.kind):
        return False
    if not (change.old or change.new):
        return change.kind == other.kind
    return is_same_place(change, other)


def is_same_place(one: Change, other: Change) -> bool:
    """Whether two changes, in different languages, are of the same part."""
    return (one.new != "" and one.new == other.new) or (one.old != "" and one.old == other.old)


def _place_change(group: Mapping[str, Change], languages: Sequence[_Language]) -> PlaceChange:
    change = next(iter(group.values()))
    first = languages[0]
    place, was = change.place, change.was
    if first.code not in group and change.kind not in _SEVERAL:
        part = first.part(change)
        unit = part and (part.new if change.new else part.old)
        place = unit.place if unit else place
        was = part.old.place if part and part.old and was else was
    was = was or _former(first, change, place)
    former = {one.code: _own_former(one, group[one.code]) for one in languages if one.code in group}
    in_order = {one.code: group[one.code] for one in languages if one.code in group}
    unchanged = tuple(_unchanged(in_order, languages))
    left = {code: one for code, one in in_order.items() if one.kind != "removed"}
    if left and len(left) < len(in_order):  # some languages still have the text, with other words
        only: str = Question("missing in ", [code for code in in_order if code not in left])
    else:
        only, left = _only(in_order, unchanged, languages) if unchanged else "", in_order
    questions = (*_questions(left, languages), *_look_questions(in_order, languages))
    return PlaceChange(place, in_order, was, unchanged, only, questions, former)


_START: Final = ("", "")
_LOOKS: Final = (("bold", "strong"), ("italic", "emphasis"))
"""What remarks call a look, and what spans do."""
_MOST_SOUGHT: Final = 100  # facts whose old values are sought in all texts
_LONG: Final = 6  # characters of a value that no other text has by chance
_LINE: Final = re.compile(r", line \d+$")
_SEVERAL: Final = ("split", "merged", "column")
"""The kinds of changes whose place is not that of one part."""


def _own_former(language: _Language, change: Change) -> str:
    """The old place of a change in the words of its own language; "" if it is the same."""
    return change.was or _former(language, change, change.place)


def _former(language: _Language, change: Change, place: str) -> str:
    """The old place of a part that has another one only because others came or went; "" if it has the same.

    A heading or a first cell that changed is named by its own words, and these are shown. A label that was empty, or
    that is empty now, has one place only.
    """
    part = language.part(change) if change.old and change.new else None
    same = (place.casefold(), _LINE.sub("", place.casefold()))
    if not part or not part.old or not part.new or part.old.place.casefold() in same:
        return ""
    if change.kind in ("added", "removed") and not (part.old.words and part.new.words):
        return ""
    is_named_by_words = bool(part.old.words) and part.old.words in part.old.place and part.new.words in part.new.place
    return "" if is_named_by_words else part.old.place


def _unchanged(group: Mapping[str, Change], languages: Sequence[_Language]) -> Iterator[str]:
    """The languages in which the words at a place did not change, neither by themselves nor by a fact."""
    change = next(iter(group.values()))
    others = [one for one in languages if one.code not in group] if change.in_words else []
    yield from (one.code for one in others if not _changed_by_fact(change, one))


def _only(group: Mapping[str, Change], unchanged: Sequence[str], languages: Sequence[_Language]) -> str:
    """What to ask about a change of words that some languages do not have, or which of them have no such text."""
    change = next(iter(group.values()))
    others = [one for one in languages if one.code in unchanged]
    if change.kind == "removed" and any((part := one.part(change)) and part.new for one in others):
        return Question("missing in ", group)
    if change.kind == "added" and (without := [one.code for one in others if not one.has_new(change)]):
        return Question("missing in ", without)
    return only_in([one.code for one in languages if one.code not in unchanged], unchanged)


def _questions(group: Mapping[str, Change], languages: Sequence[_Language]) -> Iterator[str]:
    """What to ask about a change of words that happened in several languages, if it is not the same in all."""
    texts = {code: change.segments for code, change in group.items() if change.in_words}
    if len(texts) < 2:
        return
    found = {one.code: one for one in languages if one.code in texts}
    locales = {code: one.compared.new.locale for code, one in found.items()}
    left = [*differences(texts, locales, {code: one.links(group[code]) for code, one in found.items()})]
    while left:
        one = left.pop(0)
        other = next((other for other in left if other.having == one.lacking and other.lacking == one.having), None)
        if other is None:
            yield Question("only in ", one.having, f", {one.what}: ", *_still_right(one.lacking))
        else:
            left.remove(other)
            rest = f" {other.what}: do they agree?"
            yield Question("in ", one.having, f" {one.what}, in ", other.having, rest)


def _look_questions(group: Mapping[str, Change], languages: Sequence[_Language]) -> Iterator[str]:
    """What to ask about words that became bold or italic, or no longer are, in some languages only.

    They are in as many places in each language before, and no longer are now. Only scripts with capitals have italics.
    """
    for what, attribute in _LOOKS:
        remarks = {code: _remark_on(what, change) for code, change in group.items()}
        if not any(remarks.values()):
            continue
        counts = {one.code: both for one in languages if (both := one.counts(group, attribute))}
        having = [code for code, (old, new) in counts.items() if old != new]
        lacking = [code for code, (old, new) in counts.items() if old == new]
        said = next((remarks[code] for code in having if remarks.get(code)), "")
        if said and lacking and len({old for old, _ in counts.values()}) == 1:
            yield Question("only in ", having, f", {said}: ", *_still_right(lacking))


def _remark_on(what: str, change: Change) -> str:
    """The remark on the look of a text as a fact: "“must” is now bold"; "" if there is none."""
    found = next((one for one in change.remarks if what in one.partition(": ")[0].split()), "")
    look, _, words = found.partition(": ")
    return f"{words} is {look}" if words else ""


def _changed_by_fact(change: Change, language: _Language) -> bool:
    """Whether the words that changed in one language are those of a fact in another one, as a date typed by hand."""
    part = language.part(change)
    return part is not None and is_same(change.segments, part.words)


def only_in(changed: Sequence[str], unchanged: Sequence[str]) -> Question:
    """The question about languages in which nothing changed: "only in en: is es still right?"."""
    return Question("only in ", changed, ": ", *_still_right(unchanged))


def _still_right(codes: Sequence[str]) -> tuple[str, Sequence[str], str]:
    return "is " if len(codes) == 1 else "are ", codes, " still right?"


def with_questions(facts: Sequence[FactChange], compared: Mapping[str, Comparison]) -> tuple[FactChange, ...]:
    """The facts with what to ask about each that did not change in all languages, or that texts state by themselves."""
    languages = [_Language(code, (), one) for code, one in compared.items()]
    is_sought = len(facts) <= _MOST_SOUGHT
    return tuple(replace(fact, questions=tuple(_fact_questions(fact, languages, is_sought))) for fact in facts)


def _fact_questions(fact: FactChange, languages: Sequence[_Language], is_sought: bool) -> Iterator[str]:
    """The questions about a fact; its old value ``is_sought`` in other texts."""
    changed = [code for code in fact.old if fact.old[code] != fact.new[code]]
    unchanged = [code for code in fact.old if code not in changed]
    if unchanged and not fact.settled:
        yield only_in(changed, unchanged)
    shown = {code: {place.new: place.place for place in places} for code, places in fact.places.items()}
    for key in dict.fromkeys(key for places in shown.values() for key in places):
        having = [code for code in shown if key in shown[code]]
        lacking = [one.code for one in languages if one.code in changed and _states_itself(one, key, having, fact)]
        if lacking:
            yield Question(f"{shown[having[0]][key]} has it only in ", having, ": ", *_still_right(lacking))
    named: set[str] = set()
    for one in languages if is_sought else ():
        found = dict.fromkeys(_old_value_places(one, languages[0], fact) if one.code in changed else ())
        if places := [place for place in found if place not in named]:
            yield f"‘{fact.old[one.code]}’ is still in {together(places)}"
        named |= {*places}


def _old_value_places(language: _Language, first: _Language, fact: FactChange) -> Iterator[str]:
    """The places, in words of the first language, of texts that still state the old value of a fact by themselves."""
    value = fact.old[language.code]
    if len(value) < _LONG or not any(map(str.isalpha, value)) or value in fact.new[language.code]:
        return
    pattern = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)")
    for part in language.compared.bare.walk():
        if part.new and pattern.search(part.new.words):
            shown = first.new.get(part.new.key)
            yield shown.new.place if shown and shown.new else part.new.place


def _states_itself(language: _Language, key: str, having: Sequence[str], fact: FactChange) -> bool:
    """Whether a text in a language does not show a fact that the same text in other languages shows, nor its value."""
    part = language.new.get(key)
    if part is None or part.new is None or language.code in having:
        return False
    value, words = fact.new[language.code], part.new.words
    numbers = {*numbers_of(value)}
    is_shown = value in words or (numbers and numbers <= {*numbers_of(words)})
    return not is_shown and value not in {span.link for span in part.new.spans}
