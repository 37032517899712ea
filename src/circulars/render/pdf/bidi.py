"""Shows the words of each line in the order of the Unicode Bidirectional Algorithm (UAX #9), across inline elements.

WeasyPrint 70 has Pango order the text of each inline element by itself, and puts the elements of a line one after the
other, in the direction of their paragraph. So words in bold, links and numbers between words of the other direction are
shown in the wrong order.

Here the levels are resolved for the whole paragraph. WeasyPrint then splits it into lines in reading order. In each
line, texts that have several levels are split, and all boxes are put in their places (rule L2). The boxes remain in
reading order, in which they are painted and tagged; only their places change.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from circulars.render.pdf.levels import (
    END,
    FIRST_STRONG,
    LEFT_TO_RIGHT,
    OBJECT,
    RIGHT_TO_LEFT,
    Levels,
    has_backward,
    is_kept,
    level_runs,
    line_levels,
    visual_order,
)

_ISOLATES: Final = {"ltr": LEFT_TO_RIGHT, "rtl": RIGHT_TO_LEFT}
_DIRECTIONS: Final = ("ltr", "rtl")
_BREAK: Final = "\n"
# What is noted of WeasyPrint's boxes. The copies of a box, which are on the lines, have it, too.
_NEEDED, _LEVELS, _START = "bidi_needed", "bidi_levels", "bidi_start"


def order_lines(inline: Any, levels_of: Levels) -> None:
    """Has WeasyPrint's module for lines show them in the order of UAX #9."""
    lines = _Lines(inline, levels_of)
    inline.get_next_linebox = lines.next
    inline.split_text_box = lines.split_text


@dataclass(slots=True)
class _Paragraph:
    """The characters of a paragraph, with those that begin and end isolates, and where each box has its own."""

    text: list[str] = field(default_factory=list)
    length: int = 0
    places: list[tuple[Any, int, int]] = field(default_factory=list)
    isolates: list[str] = field(default_factory=list)

    def add(self, characters: str) -> None:
        self.text.append(characters)
        self.length += len(characters)

    def begin(self, box: Any, isolate: str) -> None:
        self.places.append((box, self.length, self.length + 1))
        self.isolates.append(isolate)
        self.add(isolate)

    def end(self, box: Any) -> None:
        self.places.append((box, self.length, self.length + 1))
        self.isolates.pop()
        self.add(END)

    def add_box(self, box: Any, text: str) -> None:
        """Adds a text or a box. A forced line break ends all isolates, which begin again on the next line."""
        for line in text.splitlines(keepends=True) if _BREAK in text and self.isolates else (text,):
            self.places.append((box, self.length, self.length + len(line)))
            self.add(line)
            if line.endswith(_BREAK) and self.isolates:
                self.add("".join(self.isolates))

    def note(self, levels: bytes) -> None:
        """Notes with each box the levels of its characters."""
        for box, *_ in self.places:
            vars(box)[_LEVELS] = b""
        for box, start, end in self.places:
            vars(box)[_LEVELS] += levels[start:end]


class _InlineLeaf(NamedTuple):
    """A text or a box on a line, and the part of the line's characters that it is.

    Where an isolate begins or ends, ``box`` is None: nothing is shown there, but it is between what is around it.
    """

    box: Any
    start: int
    end: int


@dataclass(slots=True)
class _LogicalLine:
    """The characters of a line in reading order, and the boxes that they are in."""

    text: str = ""
    levels: list[int] = field(default_factory=list)
    leaves: list[_InlineLeaf] = field(default_factory=list)

    def add(self, box: Any, text: str, levels: Sequence[int]) -> None:
        self.leaves.append(_InlineLeaf(box, len(self.text), len(self.text) + len(text)))
        self.text += text
        self.levels += levels


class _Piece(NamedTuple):
    """A part of a leaf that has one level, and its place on the line, counted from the left."""

    leaf: int
    start: int
    end: int
    level: int
    rank: int


class _Shown(NamedTuple):
    """A box that is shown in one place, and the first and the last place that it takes, counted from the left."""

    box: Any
    first: int
    last: int


_ShownLeaves = dict[int, list[_Shown]]
"""What is shown of each text and box of a line, by its identity."""
_Spaces = dict[int, list[float]]
"""The widths at the left and at the right of what is shown, by its first place."""


class _Lines:
    """WeasyPrint's functions for lines, with the lines in the order in which they are shown."""

    def __init__(self, inline: Any, levels_of: Levels) -> None:
        self._inline = inline
        self._next = inline.get_next_linebox
        self._split_text = inline.split_text_box
        self._text, self._inlines = inline.boxes.TextBox, (inline.boxes.InlineBox, inline.boxes.LineBox)
        self._levels_of = levels_of

    def next(self, context: Any, box: Any, *arguments: Any) -> tuple[Any, Any]:
        """The next line of a paragraph, and where the one after it begins."""
        needed = vars(box).get(_NEEDED)
        if needed is None:
            needed = vars(box)[_NEEDED] = self._note_levels(box)
        line, resume_at = self._next(context, box, *arguments)
        if needed and line is not None:
            self._order(context, line)
        return line, resume_at

    def split_text(self, context: Any, box: Any, width: float | None, skip: int, *others: Any, **named: Any) -> Any:
        """The part of a text that has room on a line, with a note of where it begins."""
        found = self._split_text(context, box, width, skip, *others, **named)
        if found[0] is not None and _LEVELS in vars(box):
            vars(found[0])[_START] = len(box.text.encode()[:skip].decode())
        return found

    def _note_levels(self, box: Any) -> bool:
        """Notes the levels of a paragraph with the boxes in it; false if all of it is read from left to right."""
        is_rtl = box.style["direction"] == "rtl"
        if not is_rtl and not self._has_backward(box):
            return False
        paragraph = _Paragraph()
        self._add(paragraph, box)
        paragraph.note(self._levels_of("".join(paragraph.text), is_rtl))
        return True

    def _has_backward(self, box: Any) -> bool:
        """Whether anything in a line or an inline element is read from right to left."""
        if isinstance(box, self._text):
            return has_backward(box.text)
        if not isinstance(box, self._inlines):
            return False
        return box.style["direction"] == "rtl" or any(map(self._has_backward, box.children))

    def _add(self, paragraph: _Paragraph, box: Any) -> None:
        for child in box.children:
            if isinstance(child, self._text):
                paragraph.add_box(child, child.text)
            elif not child.is_in_normal_flow():
                continue
            elif not isinstance(child, self._inlines):
                paragraph.add_box(child, OBJECT)
            elif isolate := isolate_of(child):
                paragraph.begin(child, isolate)
                self._add(paragraph, child)
                paragraph.end(child)
            else:
                self._add(paragraph, child)

    def _order(self, context: Any, box: Any) -> None:
        """Puts the boxes of a line in their places, and splits texts of several directions."""
        base = int(box.style["direction"] == "rtl")
        line = _LogicalLine()
        self._gather(line, box, base)
        shown: _ShownLeaves = {}
        for number, own in itertools.groupby(_pieces(line, base), lambda piece: piece.leaf):
            one = line.leaves[number]
            shown[id(one.box)] = self._shown(context, one, line.text, [*own])
        in_order = [one for some in shown.values() for one in some]
        in_places = sorted(in_order, key=_first)
        is_whole = [one.box for one in in_order] == [leaf.box for leaf in line.leaves if leaf.box is not None]
        if not base and is_whole and in_order == in_places and _are_placed(in_places):
            return  # as WeasyPrint puts them
        if in_places:
            spaces: _Spaces = collections.defaultdict(lambda: [0.0, 0.0])
            self._spaced(box, shown, spaces)
            _place(in_places, spaces, box.position_x + box.width if base else None)
            box.children = tuple(one.box for child in box.children for one in self._rebuilt(child, shown))

    def _gather(self, line: _LogicalLine, box: Any, base: int) -> None:
        """Adds the texts and boxes of a line or an inline element to the line."""
        for child in box.children:
            if isinstance(child, self._text):
                noted = vars(child)
                start = noted.get(_START, 0)
                levels = noted.get(_LEVELS, b"")[start : start + len(child.text)]
                more = len(child.text) - len(levels)  # a hyphen at the end of the line
                line.add(child, child.text, levels + bytes([levels[-1] if levels else base]) * more)
            elif isinstance(child, self._inlines):
                around = vars(child).get(_LEVELS)
                if around:
                    line.add(None, FIRST_STRONG, around[:1])
                self._gather(line, child, base)
                if around:
                    line.add(None, END, around[1:])
            elif child.is_in_normal_flow():
                line.add(child, OBJECT, vars(child).get(_LEVELS) or bytes([base]))

    def _shown(self, context: Any, leaf: _InlineLeaf, text: str, pieces: Sequence[_Piece]) -> list[_Shown]:
        """The boxes that show a leaf: its own if Pango shows it in the same order, or else one for each level."""
        ranks = [piece.rank for piece in pieces]
        if not isinstance(leaf.box, self._text) or leaf.start == leaf.end:
            return [_Shown(leaf.box, ranks[0], ranks[0])]
        if self._is_kept(leaf, text, pieces):
            return [_Shown(self._without_space(context, leaf.box), min(ranks), max(ranks))]
        return [
            _Shown(self._part(context, leaf.box, text[one.start : one.end], one.level % 2 == 1), one.rank, one.rank)
            for one in pieces
        ]

    def _is_kept(self, leaf: _InlineLeaf, text: str, pieces: Sequence[_Piece]) -> bool:
        """Whether Pango shows a text by itself in the order that it has on its line."""
        alone = self._levels_of(text[leaf.start : leaf.end], leaf.box.style["direction"] == "rtl")
        parts = [(one.start - leaf.start, one.end - leaf.start, one.level, one.rank) for one in pieces]
        return is_kept(parts, alone)

    def _without_space(self, context: Any, box: Any) -> Any:
        """A text box whose space at the end of the line is not drawn: in text from right to left, it is at the left."""
        is_drawn = box.style["direction"] == "rtl" and box.pango_layout.text != box.text
        return self._part(context, box, box.text, True) if is_drawn else box

    def _part(self, context: Any, box: Any, text: str, is_rtl: bool) -> Any:
        """A text box with a part of a text, all of it in one direction."""
        part = box.copy_with_text(text)
        part.style = _in_direction(box.style, _DIRECTIONS[is_rtl])
        spacing = box.justification_spacing
        part.pango_layout, _, _, part.width, *_ = self._inline.split_first_line(
            text, part.style, context, None, spacing
        )
        part.width += spacing * self._inline.count_expandable_spaces(part)
        return part

    def _spaced(self, box: Any, shown: _ShownLeaves, spaces: _Spaces) -> list[_Shown]:
        """What is shown of a box. The margins, borders and padding around inline elements are added to ``spaces``."""
        if not isinstance(box, self._inlines):
            return shown.get(id(box), [])
        within = [one for child in box.children for one in self._spaced(child, shown, spaces)]
        if within and not isinstance(box, self._inline.boxes.LineBox):
            spaces[min(within, key=_first).first][0] += _width_beside(box, "left")
            spaces[max(within, key=_first).first][1] += _width_beside(box, "right")
        return within

    def _rebuilt(self, box: Any, shown: _ShownLeaves) -> list[_Shown]:
        """A box of a line with what is shown of it, in reading order: one box for each place that it takes."""
        if not isinstance(box, self._inlines):
            return shown.get(id(box), [_Shown(box, -1, -1)])
        parts: list[list[_Shown]] = []
        for one in (one for child in box.children for one in self._rebuilt(child, shown)):
            if parts and _are_neighbours(parts[-1], one):
                parts[-1].append(one)
            else:
                parts.append([one])
        if not parts:
            return [_Shown(box, -1, -1)]
        return [_around(box, part) for part in parts]


def isolate_of(box: Any) -> str:
    """The character that begins the isolate of an inline element; "" if it is none."""
    element = box.element
    if element is None or box.element_tag != element.tag:
        return ""
    direction = element.get("dir")
    return _ISOLATES.get(direction, FIRST_STRONG) if direction or element.tag == "bdi" else ""


def _pieces(line: _LogicalLine, base: int) -> list[_Piece]:
    """The leaves of a line, split where the level changes."""
    levels = line_levels(line.text, line.levels, base)
    found = [
        (number, leaf.start + start, leaf.start + end, level)
        for number, leaf in enumerate(line.leaves)
        for start, end, level in level_runs(levels[leaf.start : leaf.end]) or [(0, 0, base)]
    ]
    order = [place for place in visual_order([level for *_, level in found]) if line.leaves[found[place][0]].box]
    ranks = {place: rank for rank, place in enumerate(order)}
    return [_Piece(*found[place], ranks[place]) for place in sorted(order)]


def _first(shown: _Shown) -> int:
    return shown.first


def _in_direction(style: Any, direction: str) -> Any:
    """A style for text that is set in a direction."""
    if style["direction"] == direction:
        return style
    changed = style.copy()
    changed["direction"] = direction
    return changed


def _are_placed(shown: Sequence[_Shown]) -> bool:
    """Whether boxes are in their places: WeasyPrint turns those in elements from right to left round."""
    return all(one.box.position_x <= other.box.position_x for one, other in itertools.pairwise(shown))


def _place(shown: Sequence[_Shown], spaces: _Spaces, end: float | None) -> None:
    """Puts boxes beside each other, from the left; up to ``end``, or else from where the first of them is now."""
    widths = {one.first: sum(spaces[one.first]) + one.box.margin_width() for one in shown}
    x = min(one.box.position_x - spaces[one.first][0] for one in shown) if end is None else end - sum(widths.values())
    for one in shown:
        one.box.translate(dx=x + spaces[one.first][0] - one.box.position_x)
        x += widths[one.first]


def _width_beside(box: Any, side: str) -> float:
    width: float = (
        getattr(box, f"margin_{side}") + getattr(box, f"padding_{side}") + getattr(box, f"border_{side}_width")
    )
    return width


def _are_neighbours(part: Sequence[_Shown], one: _Shown) -> bool:
    """Whether a box is shown directly beside others, or in no place of its own."""
    last = max(other.last for other in part)
    return -1 in (one.first, last) or one.first == last + 1 or one.last == min(other.first for other in part) - 1


def _around(box: Any, part: Sequence[_Shown]) -> _Shown:
    """A copy of an inline element around a part of what is in it."""
    copy = box.copy_with_children([one.box for one in part])
    placed = [one for one in part if one.first >= 0]
    if not placed:
        return _Shown(copy, -1, -1)
    left = min(one.box.position_x for one in placed)
    copy.position_x = left - _width_beside(box, "left")
    copy.width = max(one.box.position_x + one.box.margin_width() for one in placed) - left
    return _Shown(copy, min(one.first for one in placed), max(one.last for one in placed))
