"""Cuts a letter's file at its holes, in the pages that WeasyPrint laid out.

What ``hole_lines``, ``fillable`` and ``content`` read is not part of WeasyPrint's public API: the boxes of a page,
their styles, and the content that draws them. So ``layout`` checks the result. It lays the letter out several times
with different words in its holes, and compares what was drawn with the result of filling in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pydyf

from circulars.render.pdf import filling
from circulars.render.pdf.content import Cut, bytes_between, drawn_font, range_of, range_of_group, start_of, stop_of
from circulars.render.pdf.file import File, file_of
from circulars.render.pdf.fillable import bounds_of, check_line, right_edge, spare_room
from circulars.render.pdf.filling import BoxHole, Hole, LineHole, ParagraphHole, Stretch, number
from circulars.render.pdf.hole_lines import Group, HoleLine, grouped, joined_parts, lines_of, lines_with_holes, texts_of
from circulars.render.pdf.legible import PageFault, page_faults
from circulars.render.pdf.setting import SizedFont
from circulars.render.pdf.specimens import GLYPHS, Specimen, features_of, font_of, slow
from circulars.render.pdf.string_cutting import string_objects
from circulars.render.pdf.string_holes import StringObject

_PLACE = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm")


class Cutter:
    """An observer of the press that cuts the pages at their holes.

    ``shown`` is the text in each hole; ``boxes`` are the holes that fill a box of fixed size. ``texts`` are
    those by which holes are found in strings, and ``names`` what these holes are then called, if they differ from that.
    """

    def __init__(self, shown: Mapping[str, str], boxes: frozenset[str], characters: frozenset[str]) -> None:
        self.shown = {name: text for name, text in shown.items() if text}
        self.cuts: list[Cut] = []
        self.said: list[bytes] = []
        self.texts: Mapping[str, str] = shown
        self.names: Mapping[str, str] = {}
        self.strings: list[StringObject] = []
        self.holes: list[Hole] = []
        self.fonts: list[SizedFont] = []
        self.file: File | None = None
        self.faults: list[PageFault] = []
        self._boxes = boxes
        self._elements: set[Any] = set()
        self._characters = characters
        self._keys: dict[Any, int] = {}
        self._first = 0

    def look(self, sheets: Any) -> None:
        """Notes which words readers would not see."""
        self.faults = page_faults(sheets)

    # ── while the pages are painted ──────────────────────────────────────────────────────────────────────────

    def painted(self, sheet: Any, stream: Any, marks: dict[Any, dict[str, Any]], is_last: bool) -> None:
        """Finds the holes of a page, and the content that draws them."""
        starts = {
            item["MCID"]: position
            for position, item in enumerate(stream.stream)
            if isinstance(item, pydyf.Dictionary) and "MCID" in item
        }
        cut = Cut(len(self.cuts), stream, {box: starts.get(mark["mcid"], -1) for box, mark in marks.items()})
        spots = list(lines_with_holes(sheet._page_box, self.shown, self._elements))
        self._elements.update(above[-1].element for above, _ in lines_of(sheet._page_box, ()))
        cut.groups = list(self._grouped(spots))
        for group in cut.groups:
            if group.kind is BoxHole:
                # The structure has one element for an addressee's block, whatever the number of its lines.
                for text in [text for spot in group.spots for text in texts_of(spot.line)][1:]:
                    marks.pop(text, None)
        self.cuts.append(cut)
        if is_last and self._characters:
            texts = (
                text.text for cut in self.cuts for group in cut.groups for spot in group.spots for text in spot.texts
            )
            self._characters |= frozenset("".join(texts))
            self._register(stream)

    def _grouped(self, spots: list[HoleLine]) -> Iterator[Group]:
        """The lines of a page that are filled together."""
        return grouped(spots, self._boxes)

    def _register(self, stream: Any) -> None:
        """Adds the glyphs for the font and style of each hole to the file."""
        looks: dict[Any, Specimen] = {}
        for cut in self.cuts:
            for group in cut.groups:
                for spot in group.spots:
                    for text, parts in zip(spot.texts, spot.parts, strict=True):
                        if parts:
                            key = self._key(cut, text, group.name)
                            looks.setdefault(key, Specimen(key[0], text, group.name))
        for key, look in looks.items():
            self._keys[key] = len(self.fonts)
            self.fonts.append(font_of(look, stream, self._characters))

    def _key(self, cut: Cut, text: Any, hole: str) -> tuple[bytes, float, str, tuple[tuple[str, int], ...]]:
        """The key that texts in the same font and style share."""
        name, _ = drawn_font(cut, text, hole)
        style = text.style
        return name, style["font_size"], str(style["lang"]), tuple(sorted(features_of(style).items()))

    def _font(self, text: Any, hole: str, cut: Cut) -> int:
        """The number of the font of a text with holes."""
        return self._keys.get(self._key(cut, text, hole), 0)

    # ── when the file is made ────────────────────────────────────────────────────────────────────────────────

    def finishing(self, pdf: Any) -> None:
        """Cuts the content of the pages, and turns each hole into a stream that is written later."""
        pages = pdf.page_references
        contents: list[tuple[Any, Any]] = []
        for cut in self.cuts:
            self._cut(cut)
            if cut.groups:
                page = pdf.objects[int(pages[cut.sheet].split()[0])]
                cut.stream.stream = [cut.constant[0]]
                references: list[Any] = [cut.stream.reference]
                for constant in cut.constant[1:]:
                    piece = pydyf.Stream([constant], compress=True)
                    pdf.add_object(piece)
                    references += [None, piece.reference]
                contents.append((page, references))
        pdf.add_object(pdf.info)
        self.strings = [*string_objects(pdf, self.texts, self.names)]
        objects = {one.number: repr(one).encode() for one in self.strings}
        self.said = [objects.get(one.number) or one.data for one in pdf.objects[1:] if not _of_fonts(one)]
        reference = len(pdf.objects) + 1
        for page, references in contents:
            for position, one in enumerate(references):
                if one is None:
                    references[position] = b"%d 0 R" % reference
                    reference += 1
            page["Contents"] = pydyf.Array(references)

    def finished(self, pdf: Any) -> None:
        """Writes the file up to its holes."""
        self.file = file_of(pdf, self.strings)

    def _cut(self, cut: Cut) -> None:
        end = 0
        for group in sorted(cut.groups, key=lambda one: range_of_group(cut, one)):
            start, stop = range_of_group(cut, group)
            if start < end:
                raise slow(group.name, "is in text that is not drawn in reading order")
            cut.constant.append(bytes_between(cut, end, start))
            cut.drawn.append(bytes_between(cut, start, stop))
            self.holes.append(self._hole_of(cut, group))
            end = stop
        cut.constant.append(bytes_between(cut, end, len(cut.stream.stream)))

    def _hole_of(self, cut: Cut, group: Group) -> Hole:
        check_line(group.spots[0], group.name)
        if any(
            b"/ActualText" in bytes_between(cut, *range_of(cut, text)) for spot in group.spots for text in spot.texts
        ):
            raise slow(group.name, "is on a line with replacement text, because its glyphs do not give its characters")
        if group.kind is BoxHole:
            return self._box_of(cut, group)
        if group.kind is ParagraphHole:
            return self._paragraph_of(cut, group)
        return self._line_of(cut, group.spots[0])

    def _line_of(self, cut: Cut, spot: HoleLine) -> LineHole:
        """The rest of a line."""
        stretches, position = [], start_of(cut, spot.texts[0])
        for text, parts in zip(spot.texts, spot.parts, strict=True):
            stop = stop_of(cut, text)
            stretches.append(self._stretch(bytes_between(cut, position, stop), text, parts, spot, cut))
            position = stop
        least, most = bounds_of(spot)
        return LineHole(spot.texts[0].position_x, least, most, tuple(stretches), spare_room(spot))

    def _stretch(self, content: bytes, text: Any, parts: tuple[str, ...], spot: HoleLine, cut: Cut) -> Stretch:
        place = _PLACE.search(content)
        if place is None:
            if parts:
                raise slow(spot.names[0], "is not drawn as text")
            return Stretch((content, b"", b""), text.width)
        before, middle = content[: place.start(1)], content[place.end(1) :]
        if not parts:
            return Stretch((before, middle, b""), text.width)
        glyphs = GLYPHS.search(middle)
        assert glyphs is not None  # ensured by drawn_font
        return Stretch(
            (before, middle[: glyphs.start(1)], middle[glyphs.end(1) :]),
            text.width,
            parts,
            self._font(text, spot.names[0], cut),
        )

    def _paragraph_of(self, cut: Cut, group: Group) -> ParagraphHole:
        """The end of a paragraph that one text fills."""
        first = group.spots[0]
        places, position = [], start_of(cut, first.texts[0])
        for spot in group.spots:
            (text,) = spot.texts
            stop = stop_of(cut, text)
            content = bytes_between(cut, position, stop)
            position = stop
            glyphs = GLYPHS.search(content)
            if glyphs is None:
                raise slow(group.name, "is not drawn as text")
            before, after = content[: glyphs.start(1)], content[glyphs.end(1) :]
            places.append(filling.LinePlace(before, after, text.position_x, right_edge(spot)))
        parts = tuple(joined_parts([spot.parts[0] or (spot.texts[0].text,) for spot in group.spots]))
        return ParagraphHole(parts, tuple(places), self._font(first.texts[0], group.name, cut))

    def _box_of(self, cut: Cut, group: Group) -> BoxHole:
        """The box of an addressee's block, with each of its lines once."""
        first = group.spots[0].texts[0]
        places = []
        for spot in group.spots:
            (text,) = spot.texts
            name, size = drawn_font(cut, text, group.name)
            x, y = text.position_x, text.position_y + text.baseline
            before = b"BT\n1 0 0 -1 %b %b Tm\n/%b %b Tf\n[" % (number(x), number(y), name, size)
            places.append(filling.LinePlace(before, b"] TJ\nET\n", x, right_edge(spot)))
        drawn = bytes_between(cut, *range_of(cut, first))
        before = drawn[: drawn.index(b"BT\n")]
        return BoxHole(group.name, (before, b"EMC\n"), tuple(places), self._font(first, group.name, cut))


def _of_fonts(one: Any) -> bool:
    """Whether an object belongs to a font: fonts have more glyphs if the list of addressees is longer."""
    if isinstance(one, pydyf.Stream):
        return True
    return isinstance(one, pydyf.Dictionary) and str(one.get("Type")) in ("/Font", "/FontDescriptor")
