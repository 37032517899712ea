"""Finds the text of a letter that each paragraph of its Word file was made of, character by character."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from circulars.compose import SettledText
from circulars.model.letter import Letter
from circulars.model.text import Span, Spans, plain
from circulars.model.written import WrittenText
from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.source.editing import Path
from circulars.syntax.prose import paragraphs, parse
from circulars.syntax.typed import TypedPiece, typed_pieces

_ENDS: Final = frozenset(".,;:!?…。，、；：！？؟،؛۔।")
_PARTS: Final = ("body", "footnote", "text box")
_SHORTEST: Final = 2
"""The fewest characters of a text that are looked for inside a paragraph."""


NEW: Final = -1
ELSEWHERE: Final = -2


@dataclass(frozen=True, slots=True)
class TypedUnit:
    """What an edit keeps or removes as a whole: a character, or a field, a reference or a link.

    ``typed`` is how the letter has it, ``shown`` what readers see. ``look`` is a span without text. ``start`` and
    ``end`` are its characters in the typed paragraph: ``NEW`` for new units, ``ELSEWHERE`` for those of another.
    """

    typed: str
    shown: str
    look: Span
    whole: bool = False
    hole: str = ""
    start: int = NEW
    end: int = NEW

    @property
    def name(self) -> str:
        """The name of what it is, if it is one whole: of a fact, of a link, "ref:" with an id; otherwise its words."""
        return self.hole.partition("|")[0] or self.look.link or self.typed


@dataclass(frozen=True, slots=True)
class SourceText:
    """A paragraph of a text in a letter.

    ``path`` leads to the text, ``number`` is that of the paragraph in it. ``start`` and ``end`` are its characters in
    the whole text, ``typed``. With ``lines`` line ends are line breaks. A text that is not ``marked`` is shown as it is
    typed. A ``shared`` one is the same in several languages.
    """

    path: Path
    number: int
    count: int
    typed: str
    start: int
    end: int
    lines: bool
    marked: bool
    shared: bool
    units: tuple[TypedUnit, ...]

    @property
    def paragraph(self) -> str:
        return self.typed[self.start : self.end]


@dataclass(frozen=True, slots=True)
class WordOrigin:
    """Where the words of a paragraph are from: units of a text, after ``before`` characters that the program wrote."""

    text: SourceText
    first: int
    last: int
    before: int = 0
    after: int = 0

    @property
    def units(self) -> tuple[TypedUnit, ...]:
        return self.text.units[self.first : self.last]


def origins_of(
    letter: Letter,
    settled_texts: Sequence[SettledText],
    language: str,
    base: Sequence[AcceptedParagraph],
    paths: Mapping[int, Path],
) -> dict[int, tuple[WordOrigin, ...]]:
    """The origins of each paragraph that has some, by its number; several if it is made of several texts.

    ``paths`` are those of texts, by their characters.
    """
    texts = [*_source_texts(letter, settled_texts, language, paths)]
    waiting = [*_lines(texts)]
    found: dict[int, tuple[WordOrigin, ...]] = {}
    for fits in (_is_same, _is_at_end, _is_inside):
        _match(base, waiting, found, fits)
    for number, paragraph in enumerate(base):
        if number in found and (found[number][0].before or found[number][0].after):
            found[number] += tuple(_others(paragraph.text, found[number], waiting))
    return found


def _others(text: str, known: Sequence[WordOrigin], waiting: list[WordOrigin | None]) -> Iterator[WordOrigin]:
    """The other texts that a paragraph is made of."""
    taken = [(one.before, len(text) - one.after) for one in known]
    for at, one in enumerate(waiting):
        made = _is_inside(text, one) if one else None
        if made and all(made.before >= end or len(text) - made.after <= start for start, end in taken):
            taken.append((made.before, len(text) - made.after))
            waiting[at] = None
            yield made


_Fits = Callable[[str, WordOrigin], WordOrigin | None]


def _match(
    base: Sequence[AcceptedParagraph],
    waiting: list[WordOrigin | None],
    found: dict[int, tuple[WordOrigin, ...]],
    fits: _Fits,
) -> None:
    """Finds origins for paragraphs without one. Of several that fit, that after the last one is taken."""
    last = -1
    for number, paragraph in enumerate(base):
        if number in found or paragraph.part not in _PARTS:
            continue
        fitting = [(at, made) for at, one in enumerate(waiting) if one and (made := fits(paragraph.text, one))]
        if fitting:
            last, made = next((one for one in fitting if one[0] > last), fitting[0])
            waiting[last], found[number] = None, (made,)


def shown(units: Sequence[TypedUnit]) -> str:
    """What readers see of units."""
    return "".join(unit.shown for unit in units)


def _is_same(text: str, origin: WordOrigin) -> WordOrigin | None:
    return origin if shown(origin.units) == text and text else None


def _is_at_end(text: str, origin: WordOrigin) -> WordOrigin | None:
    """The origin of a text with a label before it."""
    words = shown(origin.units)
    label, tab, rest = text.partition("\t")
    if words and tab and rest == words:
        return replace(origin, before=len(label) + 1)
    if len(words) >= _SHORTEST and text.endswith(words):
        return replace(origin, before=len(text) - len(words))
    return None


def _is_inside(text: str, origin: WordOrigin) -> WordOrigin | None:
    """The origin of a text with words of the program around it; the mark at its end may be after them."""
    words = shown(origin.units)
    if len(words) > _SHORTEST and words[-1] in _ENDS and words not in text:
        origin = replace(origin, last=origin.last - 1)
        words = words[:-1]
    if len(words) < _SHORTEST or text.count(words) != 1:
        return None
    before = text.index(words)
    return replace(origin, before=before, after=len(text) - before - len(words))


def _lines(texts: Sequence[SourceText]) -> Iterator[WordOrigin | None]:
    """The origins of whole paragraphs, and of the lines of those that have several."""
    for text in texts:
        yield WordOrigin(text, 0, len(text.units))
        ends = [n for n, unit in enumerate(text.units) if unit.shown == "\n"]
        if ends:
            for start, end in zip([0, *(n + 1 for n in ends)], [*ends, len(text.units)], strict=True):
                yield WordOrigin(text, start, end)


def _source_texts(
    letter: Letter, settled_texts: Sequence[SettledText], language: str, paths: Mapping[int, Path]
) -> Iterator[SourceText]:
    by_source = {id(one.source): one for one in reversed(settled_texts)}
    order = {id(one.source): number for number, one in reversed([*enumerate(settled_texts)])}
    found = [
        (order.get(id(spans), len(order)), one)
        for text in letter.texts
        if language in text.paragraphs and language in text.typed
        for number, spans in enumerate(text.paragraphs[language])
        if (one := _source_text(text, language, number, spans, by_source.get(id(spans)), paths))
    ]
    yield from (one for _, one in sorted(found, key=lambda pair: pair[0]))


def _source_text(
    text: WrittenText, language: str, number: int, spans: Spans, result: SettledText | None, paths: Mapping[int, Path]
) -> SourceText | None:
    typed, start = text.typed[language], text.ranges[language][0]
    ranges = paragraph_ranges(typed)
    if start not in paths or number >= len(ranges):
        return None
    first, last = ranges[number]
    own = typed[first:last]
    shared = [*text.ranges.values()].count(text.ranges[language]) > 1
    lines = result is not None and parse(own).spans != spans
    if result is None:
        if plain(spans) != typed.rstrip("\n") and plain(spans) != typed:
            return None
        units: tuple[TypedUnit, ...] = tuple(
            TypedUnit(sign, sign, Span(""), start=at, end=at + 1) for at, sign in enumerate(typed.rstrip("\n"))
        )
        first, last = 0, len(typed.rstrip("\n"))
    else:
        if lines and parse(own, lines=True).spans != spans:
            return None
        pieces = typed_pieces(own, spans)
        made = None if pieces is None else _units(own, pieces, result)
        if made is None:
            return None
        units = made
    return SourceText(paths[start], number, len(ranges), typed, first, last, lines, result is not None, shared, units)


def paragraph_ranges(typed: str) -> list[tuple[int, int]]:
    """Where each paragraph of a typed text is: as :func:`circulars.syntax.prose.paragraphs` separates them."""
    if "\n" not in typed:
        return [(0, len(typed))]
    found, at = [], 0
    for part in paragraphs(typed):
        start = typed.index(part, at)
        found.append((start, start + len(part)))
        at = start + len(part)
    return found


def _units(own: str, pieces: Sequence[TypedPiece], result: SettledText) -> tuple[TypedUnit, ...] | None:
    """The units of a typed paragraph, with what was settled of each."""
    settled: dict[int, str] = {}
    for number, span in result.pieces:
        settled[number] = settled.get(number, "") + span.text
    found: list[TypedUnit] = []
    for number in range(len(result.source)):
        own_pieces = [piece for piece in pieces if piece.number == number]
        made = _span_units(own, own_pieces, settled.get(number, ""))
        if made is None:
            return None
        found += made
    return tuple(found)


def _span_units(own: str, pieces: Sequence[TypedPiece], settled: str) -> list[TypedUnit] | None:
    if len(pieces) == 1 and pieces[0].whole:
        one = pieces[0]
        return [TypedUnit(own[one.start : one.end], settled, _look(one.span), True, one.span.hole, one.start, one.end)]
    text = "".join(piece.span.text for piece in pieces)
    units = [
        TypedUnit(own[one.start : one.end], one.span.text, _look(one.span), one.whole, "", one.start, one.end)
        for one in pieces
    ]
    if text == settled:
        return units
    # The words beside a field have another spelling than is typed: "de" and "d'".
    if any(len(unit.shown) != 1 for unit in units):
        return None
    shortest = min(len(text), len(settled))
    before = next((n for n in range(shortest) if text[n] != settled[n]), shortest)
    after = next((n for n in range(shortest - before) if text[-1 - n] != settled[-1 - n]), shortest - before)
    middle = units[before : len(units) - after]
    if not middle:
        return None
    first, last = middle[0], middle[-1]
    changed = TypedUnit(
        own[first.start : last.end], settled[before : len(settled) - after], first.look, True, "",
        first.start, last.end,
    )  # fmt: skip
    return [*units[:before], changed, *units[len(units) - after :]]


def _look(span: Span) -> Span:
    return Span("", strong=span.strong, emphasis=span.emphasis, link=span.link, language=span.language)
