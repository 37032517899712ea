"""Finds the lines of a page that have holes, and groups those that are filled together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from circulars.render.pdf.engine import boxes
from circulars.render.pdf.filling import BoxHole, Hole, LineHole, ParagraphHole
from circulars.render.pdf.levels import OBJECT

_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class HoleLine:
    """A laid-out line with holes: its ancestor boxes, and its text boxes from the first hole on."""

    above: tuple[Any, ...]
    line: Any
    texts: tuple[Any, ...]
    parts: tuple[tuple[str, ...], ...]
    is_continued: bool = False  # its paragraph may have begun on the page before

    @property
    def block(self) -> Any:
        """The box that contains the line."""
        return self.above[-1]

    @property
    def names(self) -> tuple[str, ...]:
        """The holes on the line."""
        return tuple(name for parts in self.parts for name in parts[1::2])


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are filled together: a single one, those of a box of fixed size, or those of a paragraph."""

    kind: type[Hole]
    spots: tuple[HoleLine, ...]
    is_whole: bool = False  # a whole paragraph, whose texts may have several looks and directions

    @property
    def name(self) -> str:
        """The first hole on them."""
        return next(name for spot in self.spots for name in spot.names)


def lines_with_holes(page_box: Any, shown: Mapping[str, str], begun: set[Any]) -> Iterator[HoleLine]:
    """Every line of a page that has text of a hole."""
    pattern = re.compile("|".join(sorted({re.escape(line) for text in shown.values() for line in text.split("\n")})))
    names = {line: name for name, text in shown.items() for line in text.split("\n")}
    for above, line in lines_of(page_box, ()) if shown else ():
        texts = texts_of(line)
        parts = [parts_of(text.text, pattern, names) for text in texts]
        first = next((position for position, part in enumerate(parts) if part), None)
        if first is not None:
            yield HoleLine(above, line, tuple(texts[first:]), tuple(parts[first:]), above[-1].element in begun)


def lines_of(box: Any, above: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.LineBox):
        yield above, box
        above = (*above, box)
    for child in getattr(box, "children", ()):
        yield from lines_of(child, above if isinstance(box, boxes.LineBox) else (*above, box))


def texts_of(box: Any) -> list[Any]:
    """The text boxes of a line in order, without those of blocks inside it."""
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.TextBox):
        return [box]
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return [text for child in box.children for text in texts_of(child)]
    return []


def parts_of(text: str, pattern: re.Pattern[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """The words and the names of the holes of a text, alternating; empty if it has no hole."""
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(text):
        parts += (text[end : found.start()], names[found[0]])
        end = found.end()
    return (*parts, text[end:]) if parts else ()


def grouped(spots: list[HoleLine], whole: frozenset[str]) -> Iterator[Group]:
    """The spots, those of one box of fixed size or of one paragraph together."""
    for _, found in itertools.groupby(spots, key=lambda spot: id(spot.block)):
        block = list(found)
        if block[0].names and block[0].names[0] in whole:
            yield Group(BoxHole, tuple(block))
        elif paragraph := _paragraph(block):
            yield Group(ParagraphHole, paragraph)
        else:
            yield from (Group(LineHole, (spot,)) for spot in block)


def _paragraph(block: list[HoleLine]) -> tuple[HoleLine, ...]:
    """The end of a paragraph from a line with a hole, if its lines may break elsewhere; otherwise empty."""
    first = block[0]
    lines = list(first.block.children)
    if not all(isinstance(line, boxes.LineBox) for line in lines) or lines[-1].resume_at is not None:
        return ()
    start = next(place for place, line in enumerate(lines) if line is first.line)
    if start == len(lines) - 1 and not (start and begins_a_word(first)):
        return ()
    if begins_a_word(first):
        if start == 0 and first.is_continued:
            return ()
        start = max(0, start - 1)
    found = {id(spot.line): spot for spot in block}
    spots: list[HoleLine] = []
    for position, line in enumerate(lines[start:]):
        texts = texts_of(line)
        spot = found.get(id(line))
        last = texts[-1] if texts else None
        if last is None or not line.children or line.children[-1] is not last:
            return ()
        if position and (len(line.children) != 1 or last.style is not spots[0].texts[0].style):
            return ()
        if spot and (len(spot.texts) != 1):
            return ()
        spots.append(HoleLine(first.above, line, (last,), spot.parts if spot else ((),)))
    style = spots[0].texts[0].style
    texts = [spot.texts[0].text for spot in spots]
    if style["hyphens"] == "auto" or any(" " in (text[:1], text[-1:]) or not text for text in texts):
        return ()
    # Between these characters a line can break only at a space (Unicode Standard Annex 14).
    ends = [text[-1] for text in texts[:-1]]
    starts = [text[0] for text in texts[1:]]
    if not all(end.isalnum() or end in ".,;:)" for end in ends) or not all(
        one.isalnum() or one == "(" for one in starts
    ):
        return ()
    return tuple(spots)


def begins_a_word(spot: HoleLine) -> bool:
    """Whether a hole is part of a line's first word."""
    texts = texts_of(spot.line)
    before = "".join(text.text for text in texts[: len(texts) - len(spot.texts)]) + spot.parts[0][0]
    return " " not in before.lstrip(" ")


def joined_parts(lines: Sequence[tuple[str, ...]], between: Iterable[str] = itertools.repeat(" ")) -> list[str]:
    """The words and holes of lines as those of one text; ``between`` is what is between each line and the next."""
    parts = list(lines[0])
    for line, space in zip(lines[1:], between, strict=False):
        parts[-1] += space + line[0]
        parts += line[1:]
    return parts


def space_after(line: Any, before: Any = None) -> str | None:
    """The space that a line's last text left out at its end; empty if the line ends between two other characters.

    ``before`` is the line before it. None if the line ends elsewhere than in a text of its own.
    """
    resume = _resumed(line)
    if resume is None:
        return None
    text, end = resume
    last = _resumed(before) if before is not None else None
    start = last[1] if last and last[0] == text else 0
    return " " if start + len(texts_of(line)[-1].text.encode()) < end else ""


def _resumed(line: Any) -> tuple[int, int] | None:
    """The number of the text that goes on in the next line, and how many of its bytes come before it."""
    if not line.resume_at:
        return None
    [(number, within)] = line.resume_at.items()
    if not within:
        return None
    [(place, deeper)] = within.items()
    return None if deeper else (number, place)


def around(spot: HoleLine) -> tuple[str, str]:
    """The characters of a paragraph before a line's first text with a hole, and those after the line.

    The order of the words between them depends on them. A picture, or what has its own direction, is one character.
    """
    lines = list(spot.block.children)
    number = next(place for place, line in enumerate(lines) if line is spot.line)
    own = "".join(_plain(child) for child in _children_before(spot.line, spot.texts[0]))
    return " ".join([*map(_plain, lines[:number]), own]), " ".join(map(_plain, lines[number + 1 :]))


def _children_before(box: Any, end: Any) -> Iterator[Any]:
    """The boxes of a line before a text on it."""
    for child in box.children:
        if child is end:
            return
        if end in texts_of(child):
            yield from _children_before(child, end)
            return
        yield child


def _plain(box: Any) -> str:
    """The characters of a line or of a box on it."""
    if isinstance(box, boxes.TextBox):
        return str(box.text)
    element = box.element
    if not isinstance(box, (boxes.LineBox, boxes.InlineBox)) or (element.tag == "bdi" or element.get("dir")):
        return OBJECT
    return "".join(map(_plain, box.children))


def room_for(spots: Sequence[HoleLine]) -> int:
    """The number of lines that fit in a box that a hole fills alone; 0 if the box grows with each line.

    ``spots`` are the lines in the box.
    """
    first = spots[0]
    if any(spot.parts != (("", first.names[0], ""),) or texts_of(spot.line) != list(spot.texts) for spot in spots):
        return 0
    for box in reversed(first.above):
        if len(box.children) != (len(spots) if box is first.block else 1):
            return 0
        if box.style["height"] != "auto" or box.min_height:
            height = box.min_height if box.style["height"] == "auto" else box.height
            left = box.content_box_y() + height - first.line.position_y
            return min(_MOST_LINES, int(left / first.line.height + 0.01))
    return 0
