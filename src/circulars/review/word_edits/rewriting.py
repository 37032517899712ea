"""Writes the words of an edited paragraph as a letter has them, changing only what the edit changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from circulars.model.text import Span
from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.attaching import attached
from circulars.review.word_edits.edited import EditedRun
from circulars.review.word_edits.origins import NEW, TypedUnit
from circulars.review.word_edits.signs import RunSign, signs_of, starts_of, tokens_of


@dataclass(frozen=True, slots=True)
class TypedOver:
    """Words typed over something that is no text: the unit, which has what it showed, and the words there now."""

    unit: TypedUnit
    words: str


@dataclass(frozen=True, slots=True)
class NewWords:
    """The units of a paragraph after an edit; what was typed over; and edits of words that are not the letter's."""

    units: tuple[TypedUnit, ...]
    questions: tuple[TypedOver, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenWords:
    """The units of an old paragraph, between ``before`` and ``after`` characters that the program wrote."""

    units: tuple[TypedUnit, ...]
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class _Change:
    """A range of the old characters, and the range of new ones that replaces it."""

    start: int
    end: int
    first: int
    last: int


def new_words(
    old: AcceptedParagraph,
    new: AcceptedParagraph,
    given: GivenWords,
    links: Mapping[str, str],
    here: Collection[str] = (),
) -> NewWords:
    """The units that a paragraph has after an edit.

    ``links`` has names of links by their addresses. Words typed over a unit whose name is in ``here`` are taken.
    """
    return _Rewriting(old, new, given, links, here).result()


def typed_units(new: AcceptedParagraph, links: Mapping[str, str]) -> tuple[TypedUnit, ...]:
    """The units of a new paragraph."""
    signs = _stripped(signs_of(new))
    return tuple(
        TypedUnit(
            sign.text,
            sign.text,
            Span("", strong=sign.run.bold, emphasis=sign.run.italic, link=links.get(sign.run.link, sign.run.link)),
        )
        for sign in signs
    )


def _stripped(signs: list[RunSign]) -> list[RunSign]:
    """The characters without spaces at their ends."""
    first = next((at for at, sign in enumerate(signs) if not sign.text.isspace()), len(signs))
    last = next((at for at in range(len(signs), first, -1) if not signs[at - 1].text.isspace()), first)
    return signs[first:last]


class _Rewriting:
    """Goes through the changes of a paragraph and its units at the same time."""

    def __init__(
        self,
        old: AcceptedParagraph,
        new: AcceptedParagraph,
        given: GivenWords,
        links: Mapping[str, str],
        here: Collection[str],
    ) -> None:
        self.old, self.new = signs_of(old), signs_of(new)
        self.links, self.here = links, here
        self.units = given.units
        self.spans = [*_ranges(self.units, given.before)]
        self.start = given.before
        self.end = len(self.old) - given.after
        self.questions: list[TypedOver] = []
        self.outside: list[str] = []

    def result(self) -> NewWords:
        found: list[TypedUnit] = []
        at = 0  # the next unit
        for change in self._changes():
            while at < len(self.units) and self.spans[at][1] <= change.start and not self._is_empty_at(at, change):
                found.append(self._kept(at, self.spans[at][0] - change.start + change.first))
                at += 1
            last = at
            while last < len(self.units) and self.spans[last][0] < change.end:
                last += 1
            found += self._replaced(change, at, last)
            at = last
        shift = len(self.new) - len(self.old)
        for rest in range(at, len(self.units)):
            found.append(self._kept(rest, self.spans[rest][0] + shift))
        return NewWords(tuple(found), tuple(self.questions), tuple(self.outside))

    def _is_empty_at(self, at: int, change: _Change) -> bool:
        """Whether a unit that shows nothing is inside what a change removes: it goes with the words around it."""
        first, last = self.spans[at]
        return first == last and change.start < first < change.end

    def _changes(self) -> Iterator[_Change]:
        """The changes of words, each with all of every unit that is one whole and that it touches."""
        raw = self._with_facts([*self._clipped()])
        merged: list[_Change] = []
        for change in raw:
            if merged and self._shares_unit(merged[-1], change):
                last = merged.pop()
                change = _Change(last.start, change.end, last.first, change.last)
            merged.append(change)
        for change in merged:
            yield self._widened(change)

    def _with_facts(self, raw: list[_Change]) -> list[_Change]:
        """The changes; one that is attached to a field, such as more digits of its number, is one of the field, too."""
        inside = [change for change in raw if any(self._overlap(change, at) for at in range(len(self.units)))]
        for at, unit in enumerate(self.units):
            first, last = self.spans[at]
            if not (unit.whole and unit.hole and unit.shown) or any(self._overlap(change, at) for change in raw):
                continue
            shift = next((one.last - one.end for one in reversed(raw) if one.end <= first), 0)
            start, end = attached(_text(self.new), first + shift, last + shift, before=(_text(self.old), first, last))
            near = [one for one in raw if one not in inside and one.first <= end and start <= one.last]
            if (start, end) == (first + shift, last + shift) or not near:
                continue
            own = [_Change(first, last, first + shift, last + shift), *near]
            whole = _Change(
                min(one.start for one in own),
                max(one.end for one in own),
                min(one.first for one in own),
                max(one.last for one in own),
            )
            raw = sorted([*(one for one in raw if one not in near), whole], key=lambda one: (one.start, one.end))
        return raw

    def _overlap(self, change: _Change, at: int) -> bool:
        """Whether a change removes or divides a whole unit."""
        first, last = self.spans[at]
        return self.units[at].whole and first < change.end and change.start < last

    def _clipped(self) -> Iterator[_Change]:
        """The changes, without those of the program's words around the text."""
        for change in _differences(self.old, self.new):
            if change.start < self.start or change.end > self.end:
                is_outside = change.end <= self.start and change.start < self.start
                is_outside = is_outside or (change.start >= self.end and change.end > self.end)
                words = "".join(sign.text for sign in self.new[change.first : change.last])
                gone = "".join(sign.text for sign in self.old[change.start : change.end])
                self.outside.append(f"'{gone}' → '{words}'")
                if not is_outside:
                    raise NotMappedError
                continue
            yield change

    def _shares_unit(self, one: _Change, other: _Change) -> bool:
        """Whether two changes touch the same whole unit."""
        return any(
            unit.whole and first < other.start < last and one.end > first
            for unit, (first, last) in zip(self.units, self.spans, strict=True)
        )

    def _widened(self, change: _Change) -> _Change:
        """The change with all of the whole units that it touches, if it does not remove them."""
        for unit, (first, last) in zip(self.units, self.spans, strict=True):
            touches = first < change.end and change.start < last and unit.whole
            if touches:
                before, after = max(change.start - first, 0), max(last - change.end, 0)
                change = _Change(change.start - before, change.end + after, change.first - before, change.last + after)
        return change

    def _replaced(self, change: _Change, at: int, last: int) -> list[TypedUnit]:
        gone = self.units[at:last]
        words = self.new[change.first : change.last]
        whole = [unit for unit in gone if unit.whole and unit.shown]
        if whole and words:
            self.questions += (TypedOver(unit, _text(words)) for unit in whole)
            if not all(unit.name in self.here for unit in whole):
                return [*gone]
        return [*self._typed(words, change)]

    def _typed(self, words: Sequence[RunSign], change: _Change) -> Iterator[TypedUnit]:
        """New units, which look as the old ones beside them, but for what was changed."""
        beside = self._beside(change)
        for sign in words:
            yield TypedUnit(sign.text, sign.text, self._look(sign.run, *beside, is_over=change.start < change.end))

    def _beside(self, change: _Change) -> tuple[TypedUnit | None, EditedRun | None]:
        """The unit whose look new words have: the one that they replace, or else the one before them, or after them."""
        for place in (change.start, change.start - 1, change.end):
            for unit, (first, last) in zip(self.units, self.spans, strict=True):
                if first <= place < last and (place != change.start or change.start < change.end):
                    return unit, self.old[place].run
        return None, None

    def _look(self, run: EditedRun, unit: TypedUnit | None, old: EditedRun | None, *, is_over: bool) -> Span:
        """The look of a new character beside a unit, or typed over it."""
        if unit is None or old is None:
            return Span("", strong=run.bold, emphasis=run.italic, link=self._target(run.link))
        look = unit.look
        strong = look.strong if run.bold == old.bold else run.bold
        emphasis = look.emphasis if run.italic == old.italic else run.italic
        keeps = self._keeps_link(unit, old, run) if is_over else run.link == old.link and not unit.whole
        link = look.link if keeps else self._target(run.link)
        language = "" if unit.whole else look.language
        return replace(look, strong=strong, emphasis=emphasis, link=link, language=language)

    def _keeps_link(self, unit: TypedUnit, old: EditedRun, new: EditedRun) -> bool:
        """Whether a link leads to where it did. Another address in its place is asked about, and stays what it was."""
        if new.link == old.link or not (old.link and new.link and unit.look.link):
            return new.link == old.link and not unit.whole
        link = replace(unit, typed=unit.look.link, shown=old.link, hole="", start=NEW, end=NEW)
        asked = TypedOver(link, new.link)
        if asked not in self.questions:
            self.questions.append(asked)
        return link.name not in self.here

    def _target(self, address: str) -> str:
        return self.links.get(address, address)

    def _kept(self, at: int, place: int) -> TypedUnit:
        """A unit that stays, with the look that its first character has now."""
        unit, (first, last) = self.units[at], self.spans[at]
        if first == last:
            return unit
        old, new = self.old[first].run, self.new[place].run
        look = unit.look
        if new.bold != old.bold:
            look = replace(look, strong=new.bold)
        if new.italic != old.italic:
            look = replace(look, emphasis=new.italic)
        if not self._keeps_link(unit, old, new) and not unit.whole:
            look = replace(look, link=self._target(new.link))
        return unit if look == unit.look else replace(unit, look=look)


class NotMappedError(Exception):
    """An edit goes across the border between a text and the program's words."""


def _text(signs: Sequence[RunSign]) -> str:
    return "".join(sign.text for sign in signs)


def _ranges(units: Sequence[TypedUnit], at: int) -> Iterator[tuple[int, int]]:
    for unit in units:
        yield at, at + len(unit.shown)
        at += len(unit.shown)


def _differences(old: Sequence[RunSign], new: Sequence[RunSign]) -> Iterator[_Change]:
    """The changes of words, in characters."""
    olds, news = tokens_of(old), tokens_of(new)
    starts, firsts = starts_of(olds), starts_of(news)
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    for kind, i, k, j, m in matcher.get_opcodes():
        if kind != "equal":
            yield _Change(starts[i], starts[k], firsts[j], firsts[m])
