"""Lays a letter out for one shape of its copies; see ``shaped``.

No addressee's words are laid out. Each place of a hole gets words that occur nowhere else, as many as its lines need,
and each of these lines is as high as the fonts of the shape make it.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from circulars.model.document import Document, filled, holes_of, with_holes_in_words
from circulars.model.text import Span
from circulars.pack import Pack
from circulars.render.page import page_of
from circulars.render.pdf.engine import measured
from circulars.render.pdf.filling import text_of
from circulars.render.pdf.glyph_runs import SetLine
from circulars.render.pdf.isolated_holes import IsolatedFlow
from circulars.render.pdf.press import press_of
from circulars.render.pdf.script_gaps import no_gaps_beside
from circulars.render.pdf.set_holes import FixedBox, Flow, Hole, LinePiece, OrderedLine, Rest, Setter, names_in
from circulars.render.pdf.setting import SizedFont
from circulars.render.pdf.shape_cutting import ShapeCutter, Stretches
from circulars.render.pdf.shaped import Frame, ShapeLayout, measures_of
from circulars.render.pdf.specimens import SlowError, slow
from circulars.render.pdf.string_cutting import all_words

# Letters without ligatures. They occur in every text, so their widths are known from it. Those with which a token
# begins are nowhere else in one, so no token is in the words made of others.
_FIRST: Final = "acdeh"
_LETTERS: Final = "morsu"
_FILLER: Final = "n"
_MOST_WORDS: Final = 400
_DIGITS: Final = 4  # of a place in pixels

Measures = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """A letter in which each place of a hole has a name of its own, and the words in each place by that name.

    ``holes`` are the names of the holes by those of their places.
    """

    document: Document
    holes: Mapping[str, str]
    tokens: Mapping[str, str]


def frame_of(
    document: Document,
    pack: Pack,
    fonts: Sequence[SizedFont],
    sample: Mapping[str, str],
    characters: frozenset[str] = frozenset(),
) -> Frame:
    """What is the same in all shapes of a letter. ``sample`` has a text as long as most values for each hole.

    Without ``fonts``, they are made for the ``characters`` of the values.

    Raises:
        SlowError: a hole is in a place that only a layout in full can fill.
    """
    places = _occurrences(document, pack)
    texts = {place: _lengthened(token, sample[places.holes[place]]) for place, token in places.tokens.items()}
    with contextlib.suppress(SlowError):
        return _frame(places, pack, fonts, texts, characters)
    # A value that is longer than its line is a single word here, and would be divided.
    texts = {place: "\n".join([token] * (1 + texts[place].count("\n"))) for place, token in places.tokens.items()}
    return _frame(places, pack, fonts, texts, characters)


def _frame(
    places: Occurrences,
    pack: Pack,
    fonts: Sequence[SizedFont],
    texts: Mapping[str, str],
    characters: frozenset[str],
) -> Frame:
    """The holes of a letter with some texts in them."""
    boxes = frozenset(place for place, text in texts.items() if "\n" in text)
    cutter = ShapeCutter(
        {place: text.partition("\n")[0] for place, text in texts.items()}, boxes, fonts or None, (), characters
    )
    page = _print(places, pack, texts, cutter, {}, {})
    known = tuple(cutter.found)
    fonts = cutter.sized
    setter = Setter(fonts, press_of(pack).typesetters, has_tokens=True)
    _check_flows(known, cutter.lines, texts, setter)
    _check_isolated(known, cutter.stretches, texts, setter)
    found = {place for hole in known for place in names_in(hole)}.union(*(one.names for one in cutter.strings))
    if lost := [place for place, token in places.tokens.items() if place not in found and token in page]:
        raise slow(places.holes[min(lost)], "is not shown unchanged on the pages")
    return Frame(tuple(_by_hole(hole, places.holes) for hole in known), known, tuple(fonts), cutter.own)


def _check_flows(
    holes: Sequence[Hole], lines: Sequence[Sequence[str]], texts: Mapping[str, str], setter: Setter
) -> None:
    """Refuses paragraphs that are set here on other lines than on the pages."""
    flows = [hole for hole in holes if isinstance(hole, Flow) and not isinstance(hole, IsolatedFlow)]
    for flow, drawn in zip(flows, lines, strict=True):
        typesetter = setter.typesetter(flow.type)
        found = typesetter.lines(text_of(flow.parts, texts), flow.widths(), flow.before) if typesetter else None
        if found is None or [line.text for line in found] != [*drawn]:
            raise slow(names_in(flow)[0], "is in a paragraph whose lines cannot be set here")


def _check_isolated(
    holes: Sequence[Hole], drawn: Mapping[str, Sequence[Stretches]], texts: Mapping[str, str], setter: Setter
) -> None:
    """Refuses paragraphs with isolates whose words are set here in other places than on the pages."""
    for flow in [hole for hole in holes if isinstance(hole, IsolatedFlow)]:
        name = names_in(flow)[0]
        lines = flow.lines(texts, setter) or ()
        found = [[(at, one.room) for at, one in line.stretches] for line in lines if isinstance(line, OrderedLine)]
        if [*map(_rounded, found)] != [*map(_rounded, drawn[name])]:
            raise slow(name, "is in a paragraph whose lines cannot be set here")


def _rounded(line: Stretches) -> Stretches:
    """The places and widths of the texts of a line from left to right, in units that are far below a pixel."""
    return sorted((round(at, _DIGITS), round(width, _DIGITS)) for at, width in line)


def shape_of(document: Document, pack: Pack, frame: Frame, sample: Mapping[str, str], shape: str) -> ShapeLayout:
    """The letter laid out for a shape.

    Raises:
        SlowError: the shape changes more than the places of words.
    """
    setter = Setter(frame.fonts, press_of(pack).typesetters, has_tokens=True)
    places = _occurrences(document, pack)
    texts = {place: _lengthened(token, sample[places.holes[place]]) for place, token in places.tokens.items()}
    lines: dict[str, tuple[int, int]] = {}
    tokens: dict[str, tuple[int, int]] = {}
    wanted = measures_of(shape)
    for hole, measures in zip(frame.known, wanted, strict=True):
        if isinstance(hole, FixedBox) and measures:
            words = [places.tokens[hole.hole] + end for end in _endings(len(measures))]
            texts[hole.hole] = "\n".join(words)
            lines |= zip(words, measures, strict=True)
        elif isinstance(hole, IsolatedFlow):
            texts |= _isolated_words(hole, len(measures), texts, places, setter)
        elif isinstance(hole, Flow):
            texts |= _words_for(hole, measures, texts, places, setter, lines)
        elif isinstance(hole, Rest):
            pieces = [piece for piece in hole.pieces if piece.parts]
            tokens |= {places.tokens[piece.parts[1]]: one for piece, one in zip(pieces, measures, strict=True)}
    boxes = frozenset(name for hole in frame.known if isinstance(hole, FixedBox) for name in names_in(hole))
    cutter = ShapeCutter(places.tokens, boxes, frame.fonts, frame.known, own=frame.own)
    cutter.names = places.holes
    _print(places, pack, texts, cutter, lines, tokens)
    if cutter.faults:
        raise slow(next(iter(places.holes.values())), "has words that readers would not see")
    # A hole that has moved to another page may be cut before or after others.
    order = [
        next(n for n, hole in enumerate(frame.known) if names_in(one)[0] in names_in(hole)) for one in cutter.found
    ]
    if [_outline(hole) for hole in cutter.found] != [_outline(frame.known[n]) for n in order]:
        raise slow(next(iter(places.holes.values())), "has lines of which some move others")
    if sorted(order) != [*range(len(frame.known))] or [
        measures if wanted[n] else [] for n, measures in zip(order, cutter.measures, strict=True)
    ] != [wanted[n] for n in order]:
        raise slow(next(iter(places.holes.values())), "has lines that cannot be laid out with other words")
    assert cutter.file is not None
    return ShapeLayout(cutter.file, tuple(order), tuple(cutter.places))


def _occurrences(document: Document, pack: Pack) -> Occurrences:
    """A letter with a name for each place of a hole."""
    holes: dict[str, str] = {}
    known = holes_of(document)

    def place_of(hole: str) -> str:
        place = f"{hole}#{len(holes)}"
        holes[place] = hole
        return place

    def marked(part: Any) -> Any:
        if isinstance(part, str):
            return with_holes_in_words(part, known, place_of)
        if isinstance(part, Span):
            return replace(part, hole=place_of(part.hole)) if part.hole else part
        if isinstance(part, tuple):
            return tuple(map(marked, part))
        if is_dataclass(part) and not isinstance(part, type):
            return replace(part, **{one.name: marked(getattr(part, one.name)) for one in fields(part)})
        return part

    whole = marked(document)
    own = all_words(filled(whole, dict.fromkeys(holes, "")), pack)
    words = map("".join, itertools.product(_FIRST, _LETTERS, _LETTERS, _LETTERS))
    free = [*itertools.islice((word for word in words if word not in own), len(holes))]
    if len(free) < len(holes):
        raise slow(next(iter(holes.values())), "occurs too often")
    return Occurrences(whole, holes, dict(zip(holes, free, strict=False)))


def _lengthened(token: str, text: str) -> str:
    """A token, made as long as a text on each of its lines."""
    return "\n".join(token + _FILLER * (len(line) - len(token)) for line in text.split("\n"))


def _words_for(
    hole: Flow,
    wanted: Measures,
    texts: Mapping[str, str],
    places: Occurrences,
    setter: Setter,
    lines: dict[str, tuple[int, int]],
) -> dict[str, str]:
    """Words with which a paragraph has as many lines as wanted; adds their measures to ``lines``, by their text."""
    names = hole.parts[1::2]
    for first in ({name: places.tokens[name] for name in names}, {name: texts[name] for name in names}):
        chosen = _longest(hole, len(wanted), first, places.tokens[names[-1]], setter)
        if chosen is not None:
            words, found = chosen
            lines.update(
                {
                    line.text: measure
                    for line, measure in zip(found, wanted, strict=True)
                    if (line.height, line.baseline) != measure
                }
            )
            return words
    raise slow(names[0], "cannot be laid out with as many lines")


def _isolated_words(
    hole: IsolatedFlow, count: int, texts: Mapping[str, str], places: Occurrences, setter: Setter
) -> dict[str, str]:
    """Words with which a paragraph with isolates has ``count`` lines."""
    names = hole.parts[1::2]
    for first in ({name: texts[name] for name in names}, {name: places.tokens[name] for name in names}):
        for more in range(_MOST_WORDS):
            words = {**first, names[-1]: " ".join([first[names[-1]], *([places.tokens[names[-1]]] * more)])}
            found = hole.lines(words, setter)
            if found is not None and len(found) == count:
                return words
            if found is not None and len(found) > count:
                break
    raise slow(names[0], "cannot be laid out with as many lines")


def _longest(
    hole: Flow, count: int, first: Mapping[str, str], token: str, setter: Setter
) -> tuple[dict[str, str], list[SetLine]] | None:
    """The most words in the last hole of a paragraph with which it has ``count`` lines, and these lines."""
    typesetter, last = setter.typesetter(hole.type), hole.parts[-2]
    best: tuple[dict[str, str], list[SetLine]] | None = None
    low, high = 0, _MOST_WORDS
    while typesetter and low <= high:
        middle = (low + high) // 2
        # Each word is another one, so that each line is.
        words = {**first, last: " ".join([first[last], *(token + end for end in _endings(middle))])}
        found = typesetter.lines(text_of(hole.parts, words), hole.widths())
        if found is None or len(found) > count:
            high = middle - 1
        else:
            low, best = middle + 1, (words, found)
    return best if best and len(best[1]) == count else None


def _endings(count: int) -> list[str]:
    """Different ends of words."""
    return ["".join(letters) for letters in itertools.islice(itertools.product(_LETTERS, repeat=4), count)]


def _print(
    places: Occurrences,
    pack: Pack,
    texts: Mapping[str, str],
    cutter: ShapeCutter,
    lines: Mapping[str, tuple[int, int]],
    tokens: Mapping[str, tuple[int, int]],
) -> str:
    """Prints a letter with some texts in its holes, and returns the source of its page in small letters."""
    whole = filled(places.document, texts)
    page = page_of(whole, pack)
    said = " ".join("".join(page.tree.itertext()).split())
    common = [line for line in lines if not any(token in line for token in places.tokens.values())]
    if any(said.count(line) > 1 for line in common):
        raise slow(next(iter(places.holes.values())), "is on a line whose words occur elsewhere")
    cutter.texts = texts
    with measured(lines, tokens), no_gaps_beside(places.tokens.values()):
        press_of(pack).print(whole, page.tree, cutter, look=cutter.look)
    return page.source.casefold()


def _by_hole(hole: Hole, holes: Mapping[str, str]) -> Hole:
    """A hole with the names of holes instead of those of their places."""
    if isinstance(hole, FixedBox):
        return replace(hole, hole=holes[hole.hole])
    if isinstance(hole, IsolatedFlow):
        pieces = tuple(replace(piece, parts=_renamed(piece.parts, holes)) for piece in hole.pieces)
        return replace(hole, parts=_renamed(hole.parts, holes), pieces=pieces)
    if isinstance(hole, Flow):
        return replace(hole, parts=_renamed(hole.parts, holes))
    return replace(hole, pieces=tuple(replace(one, parts=_renamed(one.parts, holes)) for one in hole.pieces))


def _renamed(parts: tuple[str, ...], holes: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(holes[part] if place % 2 else part for place, part in enumerate(parts))


def _outline(hole: Hole) -> Hole:
    """A hole without its words, which differ from one layout to another."""
    if isinstance(hole, FixedBox):
        return hole
    if isinstance(hole, IsolatedFlow):
        pieces = tuple(replace(piece, parts=() if len(piece.parts) > 1 else piece.parts) for piece in hole.pieces)
        return replace(hole, parts=(), pieces=pieces)
    if isinstance(hole, Flow):
        return replace(hole, parts=())
    return replace(
        hole,
        pieces=tuple(
            LinePiece((), one.type, *((0.0, "") if one.parts else (one.width, one.text))) for one in hole.pieces
        ),
    )
