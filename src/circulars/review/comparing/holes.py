"""Keeps what a letter states once out of a comparison: both versions have the same hole for it, which is filled later.

So a date that changed under ``facts:``, or the number of a paragraph to which a text refers, is no change of the texts
that show it, and it is known where each of these texts shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from circulars.model.addressee import STATED
from circulars.model.text import Span, Spans, joined, plain
from circulars.review.comparing.changes import Change, Quiet, Segment, Segments
from circulars.review.comparing.spans import piece
from circulars.review.comparing.tree import Unit

_SIGN: Final = STATED[-1]
_HOLE: Final = re.compile(f"«{re.escape(STATED)}([^«»]+)»")
_SCHEME: Final = re.compile("^(?:mailto|tel):")
_IN_FORM: Final = re.compile(r"(?:\w{1,4}(?:\s|['’]))?\w{1,4}(?:\s|['’])|\w+\s")
"""What may be before the name or the number of a part in a reference: an article, as in "à l'Annexe 1", or another form
of the name, as in "Приложении 1"."""

DATE: Final = "date"
REFERENCE: Final = "reference"
_PRINTED: Final = {DATE: re.compile("date"), REFERENCE: re.compile(r"particular\.1|running-header|.+\.parent")}
"""The keys of the parts that print the date and the reference of the letter, which are no fields in a text."""


def hole(name: str) -> str:
    """The hole of a span that shows what has a name: "meeting|weekday". A name has no spaces."""
    return STATED + name


def marker(name: str) -> str:
    """A hole in a text without spans, as such a text shows any hole."""
    return f"«{hole(name)}»"


@dataclass(frozen=True, slots=True)
class Filling:
    """What fills the holes of two versions: their old and their new words, by the names of the holes.

    ``facts`` has the name of the fact that a hole shows; a hole without one is a reference to a part of the letter.
    What is ``settled`` by the pack's words need not change in every language.
    """

    old: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()


NOTHING: Final = Filling()


# To open.


def with_holes_of(opened: Unit, unit: Unit, values: Mapping[str, str]) -> Unit:
    """A part of a document with the holes of the same part of a document that was composed with holes.

    A part whose words are others when the holes are filled keeps its own.
    """
    if [part.key for part in opened.parts] != [part.key for part in unit.parts]:
        return unit
    parts = tuple(with_holes_of(inner, own, values) for inner, own in zip(opened.parts, unit.parts, strict=True))
    is_same = all(inner is own for inner, own in zip(parts, unit.parts, strict=True))
    if not _has_holes(opened):
        return unit if is_same else replace(unit, parts=parts)
    filled = filled_unit(replace(opened, parts=()), values)
    if filled.words != unit.words or filled.name != unit.name or filled.picture != unit.picture:
        return unit if is_same else replace(unit, parts=parts)
    return replace(unit, spans=opened.spans, name=opened.name, picture=opened.picture, parts=parts)


def _has_holes(unit: Unit) -> bool:
    """Whether a part has holes of its own."""
    in_spans = any(_SIGN in span.hole or _SIGN in span.text or _SIGN in span.link for span in unit.spans)
    return in_spans or _SIGN in unit.name or (unit.picture is not None and _SIGN in unit.picture.alt)


def opened_trees(old: Unit, new: Unit, filling: Filling) -> tuple[Unit, Unit, Filling]:
    """Two documents with holes in place of references, of the letter's date and its own reference; and their filling.

    The filling has the words of the date and of the reference if these changed.
    """
    numbers = _references(old), _references(new)
    renamed = _renamed(old, new)
    own = {id: id for id in numbers[0].keys() & numbers[1].keys()}
    before = _Opener(numbers[0], own | {id: id for id in renamed}, frozenset(renamed), filling.old)
    after = _Opener(numbers[1], own | {then: id for id, then in renamed.items()}, frozenset(renamed), filling.new)
    trees = before.opened(old), after.opened(new)
    names = {name for opener in (before, after) for name in opener.values}
    values = [{name: opener.values.get(name, "") for name in names} for opener in (before, after)]
    facts = {name: REFERENCE for name in names if name.startswith(f"{REFERENCE}:")}
    before_values, after_values = {**filling.old, **values[0]}, {**filling.new, **values[1]}
    return *trees, Filling(before_values, after_values, {**filling.facts, **facts}, filling.settled)


def _references(document: Unit) -> dict[str, tuple[str, ...]]:
    """By id: the words of a reference to a part, such as "2", "paragraph 2" or "Annex 1", in lower case."""
    parts = (part for part in document.walk() if part.id and (part.number or part.reference))
    return {part.id: tuple(w.casefold() for w in (part.number, part.place, part.reference)) for part in parts}


def _renamed(old: Unit, new: Unit) -> dict[str, str]:
    """The new ids of parts that have another id, and the same words as before."""
    olds, news = ({part.id: part.all_words for part in whole.walk() if part.id} for whole in (old, new))
    gone = {words: id for id, words in olds.items() if id not in news}
    return {gone[words]: id for id, words in news.items() if id not in olds and words and words in gone}


@dataclass(slots=True)
class _Opener:
    """Opens holes in one version.

    ``names`` are the ids of the parts that both versions have, and their ids in the old version; those that were
    ``renamed`` have another one in the new version.
    """

    numbers: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    renamed: frozenset[str]
    printed: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)

    def opened(self, unit: Unit) -> Unit:
        parts = tuple(self.opened(part) for part in unit.parts)
        spans = unit.spans
        if any(span.link[1:] in self.names for span in spans if span.link.startswith("#")):
            opened = (self._reference(span) if span.link[1:] in self.names else (span,) for span in spans)
            spans = tuple(chain.from_iterable(opened))
        for name, keys in _PRINTED.items():
            if name in self.printed and keys.fullmatch(unit.key):
                spans = self._printed(spans, unit.name, name)
        return unit if parts == unit.parts and spans == unit.spans else replace(unit, spans=spans, parts=parts)

    def _reference(self, span: Span) -> Spans:
        """The span with a hole if it shows the number of the part that it links to, or the sign of a footnote."""
        id = span.link[1:]
        name, words = self.names[id], self.numbers.get(id, ())
        if name in self.renamed:
            self.values[f"#{name}:link"] = span.link
            span = replace(span, link=marker(f"#{name}:link"))
        if span.hole or span.note:
            return (span,) if span.hole else (self._with_hole(span, f"#{name}:mark"),)
        if span.text.casefold() in words:
            return (self._with_hole(span, f"#{name}:{words.index(span.text.casefold()) + 1}"),)
        for form, word in (("name", words[-1]), ("count", words[-1].rpartition(" ")[2])) if words else ():
            before = span.text[: -len(word)]
            if word and span.text.casefold().endswith(word) and _IN_FORM.fullmatch(before):
                shown = self._with_hole(replace(span, text=span.text[len(before) :]), f"#{name}:{form}")
                return replace(span, text=before), shown
        return (span,)

    def _with_hole(self, span: Span, own: str) -> Span:
        if self.values.setdefault(own, span.text) != span.text:
            return span  # the same words in other letters, as "ANNEX 1"
        return replace(span, text="", hole=hole(own))

    def _printed(self, spans: Spans, where: str, name: str) -> Spans:
        """The spans with a hole in place of the words that state the date or the reference, if they are there."""
        text = plain(spans)
        words = r"\s+".join(map(re.escape, self.printed[name].split()))
        found = re.search(rf"(?<!\w){words}(?!\w)", text) if words else None
        if not found:
            return spans
        own = name if name == DATE else f"{name}:{where.partition(' ')[0]}"
        if self.values.setdefault(own, found[0]) != found[0]:
            return spans
        before, after = piece(spans, 0, found.start()), piece(spans, found.end(), len(text))
        return (*before, Span("", hole=hole(own)), *after)


def holes_in(text: str) -> list[str]:
    """The names of the holes in a text, or that of a span's hole."""
    if text.startswith(STATED):
        return [text.removeprefix(STATED)]
    return _HOLE.findall(text) if _SIGN in text else []


def names_in(unit: Unit) -> tuple[str, ...]:
    """The names of the holes in a part's own text and links, each once."""
    shown = chain.from_iterable((f"«{span.hole}»" if span.hole else span.text, span.link) for span in unit.spans)
    return tuple(dict.fromkeys(name for text in shown if _SIGN in text for name in _HOLE.findall(text)))


# To fill.


def filled_unit(unit: Unit, values: Mapping[str, str], known: dict[int, Unit] | None = None) -> Unit:
    """A part of a document, with everything in it, with its holes filled.

    ``known`` has the parts that were filled before, by their identity.
    """
    known = {} if known is None else known
    if (found := known.get(id(unit))) is not None:
        return found
    parts = tuple(filled_unit(inner, values, known) for inner in unit.parts)
    has_same_parts = all(one is other for one, other in zip(parts, unit.parts, strict=True))
    filled = unit if has_same_parts else replace(unit, parts=parts)
    if _has_holes(unit):
        picture = unit.picture and replace(unit.picture, alt=_text(unit.picture.alt, values))
        spans = joined(_span(span, values) for span in unit.spans)
        filled = replace(unit, spans=spans, name=_text(unit.name, values), parts=parts, picture=picture)
    known[id(unit)] = filled
    return filled


def filled_change(change: Change, filling: Filling) -> Change:
    """A change with the holes in its words filled."""
    return replace(
        change,
        segments=filled_segments(change.segments, filling),
        remarks=tuple(_text(remark, filling.new) for remark in change.remarks),
    )


def filled_segments(segments: Segments, filling: Filling) -> Segments:
    """The segments with holes filled: in equal text, with the old and the new words, if these differ."""
    if not any(_SIGN in segment.text for segment in segments):
        return segments
    return tuple(piece for segment in segments for piece in _filled_segment(segment, filling))


def _filled_segment(segment: Segment, filling: Filling) -> Iterator[Segment]:
    if segment.mark != "equal":
        yield replace(segment, text=_text(segment.text, filling.old if segment.mark == "removed" else filling.new))
        return
    for place, text in enumerate(_HOLE.split(segment.text)):
        if place % 2 == 0:
            yield from (Segment("equal", text),) if text else ()
            continue
        old, new = shown(filling.old[text]), shown(filling.new[text])
        if old == new:
            yield Segment("equal", new)
            continue
        fact = filling.facts.get(text, "")
        quiet: Quiet = "fact" if fact else "reference"
        yield from (Segment("removed", old, quiet, fact), Segment("added", new, quiet, fact))


def _text(text: str, values: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda found: shown(values[found[1]]), text) if _SIGN in text else text


def _span(span: Span, values: Mapping[str, str]) -> Span:
    if _SIGN not in span.hole and _SIGN not in span.text and _SIGN not in span.link:
        return span
    link = _HOLE.sub(lambda found: values[found[1]], span.link) if _SIGN in span.link else span.link
    if span.hole.startswith(STATED):
        return replace(span, text=shown(values[span.hole.removeprefix(STATED)]), hole="", link=link)
    return replace(span, text=_text(span.text, values), link=link)


def shown(value: str) -> str:
    """A value as readers see it: an address without "mailto:"."""
    return _SCHEME.sub("", value, count=1)
