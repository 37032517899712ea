"""Finds the holes of a letter in the pages that WeasyPrint laid out, and cuts the file there.

Of what WeasyPrint 70 does not promise to keep, this module reads the boxes of a page, their styles, and the content
that draws them. Nothing that it reads is believed: ``master`` lays the letter out several times, with other words in
its holes, and holds what was drawn against what a filling makes of the same words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pydyf

from circulars.render.pdf import filling
from circulars.render.pdf.engine import boxes, split_first_line
from circulars.render.pdf.file import File, file_of
from circulars.render.pdf.filling import MARGIN, Box, Hole, Line, Paragraph, Stretch, number
from circulars.render.pdf.setting import Font
from circulars.render.pdf.specimens import GLYPHS, SIZE, Look, features_of, font_of, size_of, slow

_PLACE = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm")
_MARKS = re.compile(rb"^/\w+\n<<[^\n]*>>\nBDC\n|^EMC(\n|$)", re.MULTILINE)
_COLOURS = re.compile(rb"^(?:/\S+ gs|[\d. ]+ rg)\n", re.MULTILINE)
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Spot:
    """A line with holes as it was laid out: the boxes down to it, and its text boxes from the first hole on."""

    above: tuple[Any, ...]
    line: Any
    texts: tuple[Any, ...]
    parts: tuple[tuple[str, ...], ...]
    is_continued: bool = False  # its paragraph may have begun on the page before

    @property
    def block(self) -> Any:
        """What holds the line."""
        return self.above[-1]

    @property
    def names(self) -> tuple[str, ...]:
        """The holes on the line."""
        return tuple(name for parts in self.parts for name in parts[1::2])


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are filled together: one, those of a box of fixed size, or those of a paragraph."""

    kind: type[Hole]
    spots: tuple[Spot, ...]

    @property
    def name(self) -> str:
        """The first hole on them."""
        return next(name for spot in self.spots for name in spot.names)


@dataclass(slots=True)
class Cut:
    """A page's content, cut at its holes: what stands between them, and what was drawn in them."""

    sheet: int
    stream: Any
    starts: dict[Any, int]
    groups: list[Group] = field(default_factory=list)
    constant: list[bytes] = field(default_factory=list)
    drawn: list[bytes] = field(default_factory=list)


class Cutter:
    """A watcher of the press that cuts the pages at their holes.

    ``shown`` are the words that stand in each hole; ``boxes`` the holes that fill a box of fixed size.
    """

    def __init__(self, shown: Mapping[str, str], boxes: frozenset[str], characters: frozenset[str]) -> None:
        self.shown = {name: text for name, text in shown.items() if text}
        self.cuts: list[Cut] = []
        self.said: list[bytes] = []
        self.holes: list[Hole] = []
        self.fonts: list[Font] = []
        self.file: File | None = None
        self._boxes = boxes
        self._elements: set[Any] = set()
        self._characters = characters
        self._keys: dict[Any, int] = {}
        self._first = 0

    # ── while the pages are painted ──────────────────────────────────────────────────────────────────────────

    def painted(self, sheet: Any, stream: Any, marks: dict[Any, dict[str, Any]], is_last: bool) -> None:
        """Finds the holes of a page, and the content that draws them."""
        starts = {
            item["MCID"]: position
            for position, item in enumerate(stream.stream)
            if isinstance(item, pydyf.Dictionary) and "MCID" in item
        }
        cut = Cut(len(self.cuts), stream, {box: starts.get(mark["mcid"], -1) for box, mark in marks.items()})
        spots = list(_spots(sheet._page_box, self.shown, self._elements))
        self._elements.update(above[-1].element for above, _ in _lines(sheet._page_box, ()))
        cut.groups = list(_gathered(spots, self._boxes))
        for group in cut.groups:
            if group.kind is Box:
                # However many lines an addressee's block has, the letter's structure has one part for them.
                for text in [text for spot in group.spots for text in _texts(spot.line)][1:]:
                    marks.pop(text, None)
        self.cuts.append(cut)
        if is_last and self._characters:
            texts = (
                text.text for cut in self.cuts for group in cut.groups for spot in group.spots for text in spot.texts
            )
            self._characters |= frozenset("".join(texts))
            self._register(stream)

    def _register(self, stream: Any) -> None:
        """Puts the glyphs that each hole's look needs into the file."""
        looks: dict[Any, Look] = {}
        for cut in self.cuts:
            for group in cut.groups:
                for spot in group.spots:
                    for text, parts in zip(spot.texts, spot.parts, strict=True):
                        if parts:
                            key = self._key(cut, text, group.name)
                            looks.setdefault(key, Look(key[0], text, group.name))
        for key, look in looks.items():
            self._keys[key] = len(self.fonts)
            self.fonts.append(font_of(look, stream, self._characters))

    def _key(self, cut: Cut, text: Any, hole: str) -> tuple[bytes, float, str, tuple[tuple[str, int], ...]]:
        """What texts of one look have in common."""
        name, _ = _drawn_font(cut, text, hole)
        style = text.style
        return name, style["font_size"], str(style["lang"]), tuple(sorted(features_of(style).items()))

    def _font(self, text: Any, hole: str, cut: Cut) -> int:
        """The number of the font that a text with holes is set in."""
        return self._keys.get(self._key(cut, text, hole), 0)

    # ── when the file is made ────────────────────────────────────────────────────────────────────────────────

    def finishing(self, pdf: Any) -> None:
        """Cuts the pages' content, and makes of each hole a stream that is still to be written."""
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
        self.said = [one.data for one in pdf.objects[1:] if not _of_fonts(one)]
        pdf.add_object(pdf.info)
        reference = len(pdf.objects) + 1
        for page, references in contents:
            for position, one in enumerate(references):
                if one is None:
                    references[position] = b"%d 0 R" % reference
                    reference += 1
            page["Contents"] = pydyf.Array(references)

    def finished(self, pdf: Any) -> None:
        """Writes the file up to its holes."""
        self.file = file_of(pdf)

    def _cut(self, cut: Cut) -> None:
        end = 0
        for group in sorted(cut.groups, key=lambda one: _range(cut, one)):
            start, stop = _range(cut, group)
            if start < end:
                raise slow(group.name, "stands among words that are not drawn in their order")
            cut.constant.append(_bytes(cut, end, start))
            cut.drawn.append(_bytes(cut, start, stop))
            self.holes.append(self._hole_of(cut, group))
            end = stop
        cut.constant.append(_bytes(cut, end, len(cut.stream.stream)))

    def _hole_of(self, cut: Cut, group: Group) -> Hole:
        _check_line(group.spots[0], group.name)
        if any(b"/ActualText" in _bytes(cut, *_range_of(cut, text)) for spot in group.spots for text in spot.texts):
            raise slow(group.name, "stands in a line that says its words itself, for its glyphs do not")
        if group.kind is Box:
            return self._box_of(cut, group)
        if group.kind is Paragraph:
            return self._paragraph_of(cut, group)
        return self._line_of(cut, group.spots[0])

    def _line_of(self, cut: Cut, spot: Spot) -> Line:
        """The rest of a line."""
        stretches, position = [], _start(cut, spot.texts[0])
        for text, parts in zip(spot.texts, spot.parts, strict=True):
            stop = _stop(cut, text)
            stretches.append(self._stretch(_bytes(cut, position, stop), text, parts, spot, cut))
            position = stop
        least, most = _bounds(spot)
        return Line(spot.texts[0].position_x, least, most, tuple(stretches), _spare(spot))

    def _stretch(self, content: bytes, text: Any, parts: tuple[str, ...], spot: Spot, cut: Cut) -> Stretch:
        place = _PLACE.search(content)
        if place is None:
            if parts:
                raise slow(spot.names[0], "is not drawn as text")
            return Stretch((content, b"", b""), text.width)
        before, middle = content[: place.start(1)], content[place.end(1) :]
        if not parts:
            return Stretch((before, middle, b""), text.width)
        glyphs = GLYPHS.search(middle)
        assert glyphs is not None  # _drawn_font has seen it
        return Stretch(
            (before, middle[: glyphs.start(1)], middle[glyphs.end(1) :]),
            text.width,
            parts,
            self._font(text, spot.names[0], cut),
        )

    def _paragraph_of(self, cut: Cut, group: Group) -> Paragraph:
        """The end of a paragraph that one text fills."""
        first = group.spots[0]
        places, position = [], _start(cut, first.texts[0])
        for spot in group.spots:
            (text,) = spot.texts
            stop = _stop(cut, text)
            content = _bytes(cut, position, stop)
            position = stop
            glyphs = GLYPHS.search(content)
            if glyphs is None:
                raise slow(group.name, "is not drawn as text")
            before, after = content[: glyphs.start(1)], content[glyphs.end(1) :]
            places.append(filling.Place(before, after, text.position_x, _right(spot)))
        parts = tuple(_joined_parts([spot.parts[0] or (spot.texts[0].text,) for spot in group.spots]))
        return Paragraph(parts, tuple(places), self._font(first.texts[0], group.name, cut))

    def _box_of(self, cut: Cut, group: Group) -> Box:
        """The box that an addressee's block fills, each of its lines once."""
        first = group.spots[0].texts[0]
        places = []
        for spot in group.spots:
            (text,) = spot.texts
            name, size = _drawn_font(cut, text, group.name)
            x, y = text.position_x, text.position_y + text.baseline
            before = b"BT\n1 0 0 -1 %b %b Tm\n/%b %b Tf\n[" % (number(x), number(y), name, size)
            places.append(filling.Place(before, b"] TJ\nET\n", x, _right(spot)))
        drawn = _bytes(cut, *_range_of(cut, first))
        before = drawn[: drawn.index(b"BT\n")]
        return Box(group.name, (before, b"EMC\n"), tuple(places), self._font(first, group.name, cut))


def text_drawn(content: bytes) -> bytes:
    """What a content draws, without the marks of the structure."""
    return _MARKS.sub(b"", content)


def shapes_drawn(content: bytes) -> bytes:
    """What a content draws, without marks, colours, and the states of the page in which nothing is drawn."""
    content = _COLOURS.sub(b"", text_drawn(content))
    while (less := content.replace(b"q\nQ\n", b"")) != content:
        content = less
    return content


# ── boxes ────────────────────────────────────────────────────────────────────────────────────────────────────


def _spots(page_box: Any, shown: Mapping[str, str], begun: set[Any]) -> Iterator[Spot]:
    """Every line of a page that holds words of a hole."""
    pattern = re.compile("|".join(sorted({re.escape(line) for text in shown.values() for line in text.split("\n")})))
    names = {line: name for name, text in shown.items() for line in text.split("\n")}
    for above, line in _lines(page_box, ()) if shown else ():
        texts = _texts(line)
        parts = [_parts(text.text, pattern, names) for text in texts]
        first = next((position for position, part in enumerate(parts) if part), None)
        if first is not None:
            yield Spot(above, line, tuple(texts[first:]), tuple(parts[first:]), above[-1].element in begun)


def _lines(box: Any, above: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.LineBox):
        yield above, box
        above = (*above, box)
    for child in getattr(box, "children", ()):
        yield from _lines(child, above if isinstance(box, boxes.LineBox) else (*above, box))


def _texts(box: Any) -> list[Any]:
    """The text boxes of a line, in order; without those of blocks inside it."""
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.TextBox):
        return [box]
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return [text for child in box.children for text in _texts(child)]
    return []


def _parts(text: str, pattern: re.Pattern[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """A text's words and the names of its holes, by turns; nothing when it has no hole."""
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(text):
        parts += (text[end : found.start()], names[found[0]])
        end = found.end()
    return (*parts, text[end:]) if parts else ()


def _gathered(spots: list[Spot], whole: frozenset[str]) -> Iterator[Group]:
    """The spots, those of one box of fixed size or of one paragraph together."""
    for _, found in itertools.groupby(spots, key=lambda spot: id(spot.block)):
        block = list(found)
        if block[0].names and block[0].names[0] in whole:
            yield Group(Box, tuple(block))
        elif paragraph := _paragraph(block):
            yield Group(Paragraph, paragraph)
        else:
            yield from (Group(Line, (spot,)) for spot in block)


def _paragraph(block: list[Spot]) -> tuple[Spot, ...]:
    """The end of a paragraph, from a line with a hole on, if its lines may be broken anew; else nothing."""
    first = block[0]
    lines = list(first.block.children)
    if not all(isinstance(line, boxes.LineBox) for line in lines) or lines[-1].resume_at is not None:
        return ()
    start = next(place for place, line in enumerate(lines) if line is first.line)
    if start == len(lines) - 1 and not (start and _begins(first)):
        return ()
    if _begins(first):
        if start == 0 and first.is_continued:
            return ()
        start = max(0, start - 1)
    found = {id(spot.line): spot for spot in block}
    spots: list[Spot] = []
    for position, line in enumerate(lines[start:]):
        texts = _texts(line)
        spot = found.get(id(line))
        last = texts[-1] if texts else None
        if last is None or not line.children or line.children[-1] is not last:
            return ()
        if position and (len(line.children) != 1 or last.style is not spots[0].texts[0].style):
            return ()
        if spot and (len(spot.texts) != 1):
            return ()
        spots.append(Spot(first.above, line, (last,), spot.parts if spot else ((),)))
    style = spots[0].texts[0].style
    texts = [spot.texts[0].text for spot in spots]
    if style["hyphens"] == "auto" or any(" " in (text[:1], text[-1:]) or not text for text in texts):
        return ()
    # Between these a line breaks at a space, and nowhere else (Unicode Standard Annex 14).
    ends = [text[-1] for text in texts[:-1]]
    starts = [text[0] for text in texts[1:]]
    if not all(end.isalnum() or end in ".,;:)" for end in ends) or not all(
        one.isalnum() or one == "(" for one in starts
    ):
        return ()
    return tuple(spots)


def _begins(spot: Spot) -> bool:
    """Whether a hole is part of a line's first word."""
    texts = _texts(spot.line)
    before = "".join(text.text for text in texts[: len(texts) - len(spot.texts)]) + spot.parts[0][0]
    return " " not in before.lstrip(" ")


def _joined_parts(lines: list[tuple[str, ...]]) -> list[str]:
    """The words and holes of lines as those of one text."""
    parts = list(lines[0])
    for line in lines[1:]:
        parts[-1] += " " + line[0]
        parts += line[1:]
    return parts


def room_for(spots: Sequence[Spot]) -> int:
    """How many lines fit into a box that a hole fills alone, before it grows; 0 when it grows with each line.

    ``spots`` are the lines that stand in it.
    """
    first = spots[0]
    if any(spot.parts != (("", first.names[0], ""),) or _texts(spot.line) != list(spot.texts) for spot in spots):
        return 0
    for box in reversed(first.above):
        if len(box.children) != (len(spots) if box is first.block else 1):
            return 0
        if box.style["height"] != "auto" or box.min_height:
            height = box.min_height if box.style["height"] == "auto" else box.height
            left = box.content_box_y() + height - first.line.position_y
            return min(_MOST_LINES, int(left / first.line.height + 0.01))
    return 0


def _check_line(spot: Spot, name: str) -> None:
    """Refuses a line whose words would not stand one after the other from its start."""
    line = spot.line
    styles = [line.style, spot.block.style]
    if any(isinstance(box, boxes.MarginBox) for box in spot.above):
        raise slow(name, "stands in a page's margin")
    if any(box.is_floated() for box in spot.above) or any(style["direction"] != "ltr" for style in styles):
        raise slow(name, "stands in a floating box, or in words written from right to left")
    if line.style["text_align_all"] not in ("start", "left") or line.style["text_align_last"] not in (
        "auto",
        "start",
        "left",
    ):
        raise slow(name, "stands in a paragraph that is not aligned at its start")
    if line.text_overflow != "clip" or line.block_ellipsis != "none" or line.style["white_space"] != "normal":
        raise slow(name, "stands in a paragraph that is cut short, or keeps its spaces")
    following, has_begun = set(spot.texts), False
    for box, ancestors in _leaves(line, ()):
        if box in following or any(text in following for text in _texts(box)):
            has_begun = True
            for inline in ancestors:
                if inline.element.tag == "a" or not _is_bare(inline):
                    raise slow(name, "stands in a link or a frame, or before one")
        elif has_begun and not isinstance(box, boxes.TextBox):
            raise slow(name, "stands before a picture or a box")
    for text in spot.texts:
        if not _is_simple(text.style):
            raise slow(name, "stands in a line of words that are underlined or spaced out")


def _leaves(box: Any, ancestors: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    for child in box.children:
        child = getattr(child, "_box", child)
        if isinstance(child, boxes.InlineBox):
            yield from _leaves(child, (*ancestors, child))
        else:
            yield child, ancestors


def _is_bare(box: Any) -> bool:
    """Whether an inline box is nothing but its words."""
    sides = [getattr(box, f"{kind}_{side}") for kind in ("margin", "padding") for side in ("left", "right")]
    sides += [box.border_left_width, box.border_right_width]
    style = box.style
    return (
        not any(sides)
        and box.background is None
        and style["position"] == "static"
        and style["opacity"] == 1
        and not any(style[f"border_{side}_width"] for side in ("top", "bottom"))
        and style["outline_style"] == "none"
    )


def _is_simple(style: Any) -> bool:
    return (
        style["text_decoration_line"] == "none"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["visibility"] == "visible"
        and style["text_transform"] == "none"
        and style["font_variation_settings"] == "normal"
        and style["font_variant_caps"] == "normal"
        and style["white_space"] == "normal"
    )


def _right(spot: Spot) -> float:
    """Where the room for a line ends, in pixels from the page's left."""
    edge: float = spot.block.content_box_x() + spot.block.width
    return edge


def _bounds(spot: Spot) -> tuple[float, float]:
    """Where a filled line must at least end, and may at most, so that every line breaks where it did."""
    right, line = _right(spot), spot.line
    if line.resume_at is None:
        return 0.0, right - MARGIN
    lines = list(spot.block.children)
    position = next(place for place, one in enumerate(lines) if one is line)
    following = _texts(lines[position + 1]) if position + 1 < len(lines) else []
    word = re.match(r"[(\"'“‘«]*[^\W_]+", following[0].text) if following else None
    if word is None or line.style["hyphens"] == "auto":
        raise slow(spot.names[0], "stands in a line after which it is not clear what follows")
    # The first letters of the next line, up to anything after which a line might break.
    width = split_first_line(word[0], following[0].style, None, None, 0)[3]
    return right + MARGIN - width, right - MARGIN


def _spare(spot: Spot) -> float:
    """The room on the line before, if it depends on the hole whether more words stand there; else less than nothing."""
    lines = list(spot.block.children)
    position = next(place for place, one in enumerate(lines) if one is spot.line)
    if not _begins(spot) or (position == 0 and not spot.is_continued):
        return -1.0
    before = _texts(lines[position - 1]) if position else []
    if not before or _texts(spot.line)[0] is not spot.texts[0] or spot.line.style["hyphens"] == "auto":
        raise slow(spot.names[0], "begins a line, so that its length decides where the line before it ends")
    # Without the space between: so much is left for the first word's letters in any case.
    room: float = _right(spot) - before[-1].position_x - before[-1].width
    return room


# ── content ──────────────────────────────────────────────────────────────────────────────────────────────────


def _start(cut: Cut, text: Any) -> int:
    """Where a text's marked content starts: the tag before its dictionary."""
    return cut.starts[text] - 1


def _range(cut: Cut, group: Group) -> tuple[int, int]:
    """Where the content of a group starts, and where it has ended."""
    return _start(cut, group.spots[0].texts[0]), _stop(cut, group.spots[-1].texts[-1])


def _range_of(cut: Cut, text: Any) -> tuple[int, int]:
    """Where a text's marked content starts, and where it has ended."""
    return _start(cut, text), _stop(cut, text)


def _stop(cut: Cut, text: Any) -> int:
    """Where a text's marked content has ended."""
    stream = cut.stream.stream
    return next(place for place in range(cut.starts[text], len(stream)) if stream[place] == b"EMC") + 1


def _bytes(cut: Cut, start: int, stop: int) -> bytes:
    """A piece of a page's content; each ends with a line feed, for the streams of a page are read as one."""
    pieces = (
        piece if isinstance(piece, bytes) else piece.data if isinstance(piece, pydyf.Object) else piece.encode()
        for piece in cut.stream.stream[start:stop]
    )
    return b"".join(piece + b"\n" for piece in pieces)


def _drawn_font(cut: Cut, text: Any, hole: str) -> tuple[bytes, bytes]:
    """The name and the size of the one font that a text was drawn in."""
    if cut.starts.get(text, -1) < 0:
        raise slow(hole, "is not drawn on the page itself")
    content = _bytes(cut, *_range_of(cut, text))
    sizes = SIZE.findall(content)
    size = number(size_of(text.style))
    if len(sizes) != 1 or sizes[0][1] != size or content.count(b" TJ\n") != 1 or b" Ts\n" in content:
        raise slow(hole, "stands beside characters of another font")
    name, size = sizes[0]
    return name, size


def _of_fonts(one: Any) -> bool:
    """Whether an object belongs to fonts, which have more glyphs when a list of addressees is longer."""
    if isinstance(one, pydyf.Stream):
        return True
    return isinstance(one, pydyf.Dictionary) and str(one.get("Type")) in ("/Font", "/FontDescriptor")
