"""Cuts a letter's file at the lines of its holes, in a layout for one shape."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from circulars.render.pdf.alphabets import draw_alphabet, is_plain_font, of_same_alphabets, own_font
from circulars.render.pdf.breaks import breaks_in
from circulars.render.pdf.content import Cut, bytes_between, fonts_drawn, range_of, start_of, stop_of
from circulars.render.pdf.drawn_copies import Places
from circulars.render.pdf.engine import boxes
from circulars.render.pdf.file import file_of
from circulars.render.pdf.fillable import bounds_of, check_line, right_edge, spare_room
from circulars.render.pdf.filling import BoxHole, LineHole, ParagraphHole
from circulars.render.pdf.hole_lines import Group, HoleLine, around, joined_parts, room_for, space_after, texts_of
from circulars.render.pdf.holes import Cutter
from circulars.render.pdf.isolated_holes import IsolatedBox, IsolatedFlow, IsolatedPiece
from circulars.render.pdf.isolated_texts import (
    has_isolates,
    isolated_lines,
    isolates_of,
    label_of,
    paragraph_texts,
    touches_others,
)
from circulars.render.pdf.looks import look_of
from circulars.render.pdf.set_holes import NONE, FixedBox, Flow, Hole, LinePiece, OwnFont, Rest, Type, names_in
from circulars.render.pdf.setting import UNITS, SizedFont
from circulars.render.pdf.specimens import SlowError, Specimen, features_of, font_of, size_of, slow

Stretches = list[tuple[float, float]]
"""The places and widths of the texts of a line, in pixels."""
_SHOWN = re.compile(rb"/\S+ \S+ Tf\n\[.*\] TJ\n", re.DOTALL)
_SAID = re.compile(rb"/Span\n<</ActualText \([^)]*\)>>\nBDC\n(?=BT\n)")
_EXACT = 1e-6  # pixels
_DIGITS = 6  # of a place in pixels that is the sum of widths
_PLACE = re.compile(rb"(?<=\n1 0 0 -1 )\S+(?= )")


class ShapeCutter(Cutter):
    """An observer of the press that cuts the pages at the lines of the holes.

    ``tokens`` are the words by which the text in each hole is found. ``fonts`` are those that holes are filled with;
    their glyphs are added to the file. If there are none yet, they are made, with the glyphs of some ``characters``.
    ``known`` are the holes as cut in another layout, which this one must equal, ``own`` the letter's fonts in it.
    """

    def __init__(
        self,
        tokens: Mapping[str, str],
        boxes: frozenset[str],
        fonts: Sequence[SizedFont] | None,
        known: Sequence[Hole] = (),
        characters: frozenset[str] = frozenset(),
        own: Mapping[str, OwnFont] | None = None,
    ) -> None:
        super().__init__(tokens, boxes, characters | {"n"})
        self.found: list[Hole] = []
        self.places: list[Places] = []
        self.measures: list[list[tuple[int, int]]] = []
        self.sized: list[SizedFont] = [*(fonts or ())]
        self.lines: list[list[str]] = []
        self.stretches: dict[str, list[Stretches]] = {}
        self.own: dict[str, OwnFont] = dict(own or {})
        self._must_find_fonts = fonts is None
        self._known = known

    # ── while the pages are painted ──────────────────────────────────────────────────────────────────────────

    def _grouped(self, spots: list[HoleLine]) -> Iterator[Group]:
        for _, found in itertools.groupby(spots, key=lambda spot: id(spot.block)):
            block = list(found)
            if block[0].names and block[0].names[0] in self._boxes:
                yield Group(BoxHole, tuple(block))
            else:
                yield from self._paragraphs(block)

    def _paragraphs(self, block: list[HoleLine]) -> Iterator[Group]:
        """The holes in the lines of one paragraph."""
        names = {name for spot in block for name in spot.names}
        known = [hole for hole in self._known if not names.isdisjoint(names_in(hole))]
        if known and isinstance(known[0], IsolatedFlow):
            yield Group(ParagraphHole, isolated_lines(block), is_whole=True)
        elif known and isinstance(known[0], Flow):
            yield Group(ParagraphHole, _lines_from(block, known[0].first))
        elif not known and has_isolates(block[0].block):
            yield Group(ParagraphHole, isolated_lines(block), is_whole=True)
        elif not known and (lines := _flowing(block)):
            yield Group(ParagraphHole, lines)
        elif not known and (group := _several_looks(block, self.texts)):
            yield group
        else:
            yield from (Group(LineHole, (spot,)) for spot in block)

    def _register(self, stream: Any) -> None:
        """Adds the glyphs of the fonts to the file."""
        if self._must_find_fonts:
            self.sized += self._found_fonts(stream)
        by_name = {font.hash.encode(): font for font in stream._fonts.values()}
        for font in self.sized:
            if font.name in by_name:
                drawn = by_name[font.name]
                drawn.to_unicode.update(font.words)
                for glyph in font.widths:
                    drawn.widths[glyph]  # a width is recorded when it is looked up
        if not self.own:
            self._draw_alphabets(stream)
            self.own = {font.hash: own_font(font) for font in stream._fonts.values() if is_plain_font(font)}
        for font in stream._fonts.values():
            if font.hash in self.own:
                font.to_unicode.update(self.own[font.hash].words)
                for glyph in self.own[font.hash].words:
                    font.widths[glyph]

    def _draw_alphabets(self, stream: Any) -> None:
        """Adds the letters that values may have to the file, if the letter has others of their alphabet."""
        said = {one for font in stream._fonts.values() for text in font.to_unicode.values() for one in text}
        letters = of_same_alphabets(self._characters, said)
        drawn: set[Any] = set()
        for cut in self.cuts:
            for text in [text for group in cut.groups for spot in group.spots for text in spot.texts]:
                if letters and (look := look_of(text.style)) and look not in drawn:
                    drawn.add(look)
                    draw_alphabet(letters, text, stream)

    def _found_fonts(self, stream: Any) -> Iterator[SizedFont]:
        """The font of each look that a hole has, if HarfBuzz alone can set text in it."""
        seen: set[Any] = set()
        for cut in self.cuts:
            for spot in [spot for group in cut.groups for spot in group.spots]:
                for text, parts in zip(spot.texts, spot.parts, strict=True):
                    look = look_of(text.style)
                    if parts and look not in seen:
                        seen.add(look)
                        yield from self._font_of(cut, text, spot.names[0], stream)

    def _font_of(self, cut: Cut, text: Any, hole: str, stream: Any) -> list[SizedFont]:
        """The font of a text, if HarfBuzz alone can set text in it."""
        for name in fonts_drawn(cut, text, hole):
            with contextlib.suppress(SlowError):
                return [font_of(Specimen(name, text, hole), stream, self._characters)]
        return []

    # ── when the file is made ────────────────────────────────────────────────────────────────────────────────

    def finished(self, pdf: Any) -> None:
        """Writes the file up to its holes; the pages' fonts are left out."""
        [late] = {id(one): one for one in _font_dictionaries(pdf)}.values()
        self.file = file_of(pdf, self.strings, late)

    def _hole_of(self, cut: Cut, group: Group) -> Any:
        isolated = group.is_whole
        has_text_around = any(any(parts[::2]) for spot in group.spots for parts in spot.parts)
        if isolated and not self._known and has_text_around and has_isolates(group.spots[0].block):
            raise slow(group.name, "is not in an element of its own")
        for spot in group.spots if isolated else group.spots[:1]:
            check_line(spot, group.name, may_be_rtl=group.kind is not LineHole, may_touch=isolated)
        hole, places = self._cut_out(cut, group)
        self.found.append(hole)
        self.places.append(places)
        if isolated:
            self.measures.append([_measure(spot.texts[0]) for spot in group.spots])
            return hole
        texts = [(text, parts) for spot in group.spots for text, parts in zip(spot.texts, spot.parts, strict=True)]
        self.measures.append([_measure(text) for text, parts in texts if parts or group.kind is ParagraphHole])
        return hole

    def _cut_out(self, cut: Cut, group: Group) -> tuple[Hole, Places]:
        if group.kind is BoxHole:
            return self._box(cut, group)
        if group.is_whole:
            return self._isolated(cut, group)
        return self._flow(cut, group) if group.kind is ParagraphHole else self._rest(cut, group)

    def _type(self, text: Any, hole: str, cut: Cut) -> Type:
        """How a text with a hole is set."""
        look = look_of(text.style)
        if look is None:
            raise slow(hole, "is set in a style that only a layout in full can set")
        style = size_of(text.style), str(text.style["lang"] or ""), tuple(sorted(features_of(text.style).items()))
        keys = [(font.name, font.size, font.language, font.features) for font in self.sized]
        own = [keys.index((name, *style)) for name in fonts_drawn(cut, text, hole) if (name, *style) in keys]
        return Type(look, own[0] if own else NONE)

    def _flow(self, cut: Cut, group: Group) -> tuple[Flow, Places]:
        first = group.spots[0]
        is_rtl = first.block.style["direction"] == "rtl"
        before, after, position = [], [], start_of(cut, first.texts[0])
        for spot in group.spots:
            stop = stop_of(cut, spot.texts[0])
            head, tail = _around(bytes_between(cut, position, stop), group.name)
            before += _at_place(head, group.name) if is_rtl else [head]
            after.append(tail)
            position = stop
        lines = list(first.block.children)
        number = next(place for place, line in enumerate(lines) if line is first.line)
        before_first = [lines[number - 1] if number else None, *lines[number:-1]]
        between = [space_after(line, one) for line, one in zip(lines[number:-1], before_first, strict=False)]
        if None in between:
            raise slow(group.name, "is in a paragraph whose lines end between two styles")
        joined = joined_parts([spot.parts[0] or (spot.texts[0].text,) for spot in group.spots], map(str, between))
        flow = Flow(
            tuple(joined),
            self._type(first.texts[0], group.name, cut),
            round(_right_of(first.texts[0]), _DIGITS) if is_rtl else first.texts[0].position_x,
            first.block.content_box_x(),
            right_edge(first),
            number,
            around(first)[0],
        )
        self.lines.append([spot.texts[0].text for spot in group.spots])
        return flow, Places(tuple(before), tuple(after))

    def _isolated(self, cut: Cut, group: Group) -> tuple[IsolatedFlow, Places]:
        pieces = [
            IsolatedPiece(one.parts, self._type(one.text, group.name, cut), one.begun, one.ended)
            for one in paragraph_texts(group, self.texts)
        ]
        self.stretches[group.name] = [[(text.position_x, text.width) for text in spot.texts] for spot in group.spots]
        return _isolated_flow(group.spots[0], pieces), _isolated_places(cut, group)

    def _rest(self, cut: Cut, group: Group) -> tuple[Rest, Places]:
        (spot,) = group.spots
        pieces, before, after, position = [], [], [], start_of(cut, spot.texts[0])
        last: Type | None = None
        for text, parts in zip(spot.texts, spot.parts, strict=True):
            stop = stop_of(cut, text)
            content = bytes_between(cut, position, stop)
            position = stop
            tail = b""
            if parts:
                last = self._type(text, spot.names[0], cut)
                content, tail = _around(content, spot.names[0])
            assert last is not None  # the first stretch has a hole
            before += _at_place(content, spot.names[0]) if parts or _PLACE.search(content) else [content, b""]
            after.append(tail)
            pieces.append(LinePiece(parts, last, text.width, "" if parts else text.text))
        least, most = bounds_of(spot)
        is_alone = [one.block for group in cut.groups for one in group.spots].count(spot.block) == 1
        rest = Rest(
            tuple(pieces),
            spot.texts[0].position_x,
            least,
            most,
            spare_room(spot),
            around(spot) if is_alone and not spot.is_continued and spot.block.children[-1].resume_at is None else None,
        )
        return rest, Places(tuple(before), tuple(after))

    def _box(self, cut: Cut, group: Group) -> tuple[FixedBox, Places]:
        first = group.spots[0]
        (text,) = first.texts
        drawn = bytes_between(cut, *range_of(cut, text))
        places = Places(
            (_SAID.sub(b"", drawn[: drawn.index(b"BT\n") + len(b"BT\n")]).removesuffix(b"BT\n"),),
            (b"EMC\n",),
            first.line.position_y,
        )
        if known := [hole for hole in self._known if group.name in names_in(hole)]:
            assert isinstance(known[0], FixedBox)
            return known[0], places
        if not room_for(group.spots):
            raise slow(group.name, "has several lines, and is in a box that grows with them")
        box = next(one for one in reversed(first.above) if one.style["height"] != "auto" or one.min_height)
        height = box.min_height if box.style["height"] == "auto" else box.height
        begun = isolates_of(first.line)
        kind = IsolatedBox if begun else FixedBox
        hole = kind(
            group.name,
            self._type(text, group.name, cut),
            first.block.content_box_x() if text.style["direction"] == "rtl" else text.position_x,
            right_edge(first),
            height - (first.line.position_y - box.content_box_y()),
            first.line.height,
            first.line.baseline,
            1,
            *((begun,) if begun else ()),
        )
        if begun:
            if text.style["line_height"] != 0 or not hole.type.look.even:
                raise slow(group.name, "is in a box whose lines may be higher than others")
        elif (
            abs(text.margin_height() - first.line.height) > _EXACT
            or abs(text.position_y - first.line.position_y) > _EXACT
        ):
            raise slow(group.name, "is in a box whose lines are not set one below the other")
        return hole, places


def _measure(text: Any) -> tuple[int, int]:
    """The height and the baseline of a text in Pango's units."""
    return round(text.height * UNITS), round((text.baseline - text.margin_top) * UNITS)


def _flowing(block: list[HoleLine]) -> tuple[HoleLine, ...]:
    """The end of a paragraph from a line with a hole or the line before it, if it is in one style; otherwise empty."""
    first = block[0]
    lines = list(first.block.children)
    if not all(isinstance(line, boxes.LineBox) for line in lines) or lines[-1].resume_at is not None:
        return ()
    if any(len(spot.texts) != 1 for spot in block):
        return ()
    start = next(place for place, line in enumerate(lines) if line is first.line)
    if start == 0 and first.is_continued:
        return ()
    if start:
        # The hole may have room on the line before.
        start -= 1
        before = texts_of(lines[start])
        if not before or (start and not breaks_in(before[-1].text, before[-1].style["lang"] or "")):
            return ()
    try:
        found = _lines_from(block, start)
    except SlowError:
        return ()
    texts = [spot.texts[0] for spot in found]
    if any(text.style is not texts[0].style for text in texts) or any(
        len(line.children) != 1 for line in lines[start + 1 :]
    ):
        return ()
    return found


def _several_looks(block: list[HoleLine], words_in: Mapping[str, str]) -> Group | None:
    """A whole paragraph of several looks, if it needs to be set as a whole, and can be; otherwise None."""
    if len(block[0].block.children) == 1 and not touches_others(block):
        return None
    with contextlib.suppress(SlowError):
        group = Group(ParagraphHole, isolated_lines(block), is_whole=True)
        for spot in group.spots:
            check_line(spot, group.name, may_be_rtl=True, may_touch=True)
        paragraph_texts(group, words_in)
        return group
    return None


def _lines_from(block: list[HoleLine], start: int) -> tuple[HoleLine, ...]:
    """The lines of a paragraph from a number on, each with its last text."""
    first = block[0]
    lines = list(first.block.children)
    found = {id(spot.line): spot for spot in block}
    spots = []
    if lines[-1].resume_at is not None or (first.is_continued and not start):
        raise slow(first.names[0], "is in a paragraph that goes on on another page")
    for line in lines[start:]:
        texts = texts_of(line)
        if not texts or line.children[-1] is not texts[-1]:
            raise slow(first.names[0], "is before other text")
        spot = found.get(id(line))
        spots.append(HoleLine(first.above, line, (texts[-1],), spot.parts[-1:] if spot else ((),)))
    return tuple(spots)


def _isolated_flow(first: HoleLine, pieces: list[IsolatedPiece]) -> IsolatedFlow:
    """A paragraph with isolates; ``first`` is its first line."""
    is_rtl = first.block.style["direction"] == "rtl"
    return IsolatedFlow(
        tuple(joined_parts([one.parts for one in pieces], itertools.repeat(""))),
        pieces[0].type.in_direction(is_rtl),
        round(max(map(_right_of, first.texts)) if is_rtl else min(text.position_x for text in first.texts), _DIGITS),
        first.block.content_box_x(),
        right_edge(first),
        0,
        label_of(first),
        tuple(pieces),
    )


def _isolated_places(cut: Cut, group: Group) -> Places:
    """Where the lines of a paragraph with isolates are drawn: all words of a line where its first text is."""
    before, after, position = list[bytes](), list[bytes](), start_of(cut, group.spots[0].texts[0])
    for spot in group.spots:
        emptied = b""
        for nth, text in enumerate(spot.texts):
            stop = stop_of(cut, text)
            content = bytes_between(cut, position, stop)
            position = stop
            if nth:  # it may be a space, which is not drawn
                emptied += _SAID.sub(b"", content).partition(b"BT\n")[0] + b"EMC\n"
            else:
                head, emptied = _around(content, group.name)
                before += _at_place(head, group.name)
        after.append(emptied)
    return Places(tuple(before), tuple(after))


def _right_of(text: Any) -> float:
    right: float = text.position_x + text.width
    return right


def _at_place(content: bytes, hole: str) -> list[bytes]:
    """The operators before and after the horizontal position of a text."""
    place = _PLACE.search(content)
    if place is None:
        raise slow(hole, "is not drawn as text")
    return [content[: place.start()], content[place.end() :]]


def _around(content: bytes, hole: str) -> tuple[bytes, bytes]:
    """What is before the font and the glyphs of a text, and what is after them."""
    shown = _SHOWN.search(content)
    if shown is None:
        raise slow(hole, "is not drawn as text")
    before, after = content[: shown.start()], content[shown.end() :]
    # What the line says for readers is written with the glyphs of each copy.
    less, count = _SAID.subn(b"", before)
    return less, after.replace(b"ET\nEMC\n", b"ET\n", 1) if count else after


def _font_dictionaries(pdf: Any) -> Iterator[Any]:
    """The dictionaries of the fonts of the pages."""
    for reference in pdf.page_references:
        page = pdf.objects[int(reference.split()[0])]
        resources = pdf.objects[int(page["Resources"].split()[0])]
        yield pdf.objects[int(resources["Font"].split()[0])]
