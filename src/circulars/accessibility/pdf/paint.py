"""Follows what the instructions of a PDF's page paint, in order: areas with their colours, and words with theirs.

Only what is certain is known: the colour of an area is ``None`` where a picture, a pattern, a shade, transparency or
another shape than a rectangle is painted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from circulars.accessibility.pdf.colours import BLACK_FILL, SETS_FILL, Colour, Fill, MixedColours
from circulars.accessibility.pdf.file import PdfPage, get, inherited, is_dictionary, items, name_of, number_of, unpacked
from circulars.accessibility.pdf.fonts import Font, read_font
from circulars.accessibility.pdf.glyphs import width_of
from circulars.accessibility.pdf.palette import FILLS, SHOWS
from circulars.accessibility.pdf.state import UNIT, Matrix, TextState, matrix_of, times

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""
MAX_STEPS: Final = 60_000
"""How many instructions are followed in a file at most."""
_MAX_BYTES: Final = 1_000_000
_MAX_DEPTH: Final = 8
_OPERATORS: Final = (
    "q Q cm gs re m l c v y h n W W* f F f* B B* b b* S s sh Do BI ID EI g rg k cs sc scn w "
    "BT Tf Tr TL Tm Td TD T* Tj TJ ' \" BMC BDC EMC"
)
_STROKES: Final = frozenset(("S", "s", "B", "B*", "b", "b*"))
_X_HEIGHT: Final = 0.5  # of the font size


@dataclass(frozen=True, slots=True)
class PaintedArea:
    """A painted area; its colour is ``None`` if it is not known, or if the box is larger than the area."""

    box: Box
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class ShownWords:
    """Shown words: where, in which colour, how large in points, and how many areas were painted before them."""

    box: Box
    text: str
    colour: Colour | None
    size: float
    is_bold: bool
    opacity: float
    areas: int
    counts: bool
    """Whether they are content for readers, and visible for certain."""


@dataclass(slots=True)
class Painted:
    """What a page paints."""

    areas: list[PaintedArea] = field(default_factory=list)
    words: list[ShownWords] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _PaintState:
    matrix: Matrix
    clip: Box
    fill: Fill = BLACK_FILL
    width: float = 1.0
    own_opacity: float | None = 1.0  # None if it is not known
    group_opacity: float | None = 1.0
    clip_is_known: bool = True
    font: Font | None = None
    size: float = 0.0

    @property
    def opacity(self) -> float | None:
        """From 0 (invisible) to 1 (opaque); ``None`` if it is not known."""
        if self.own_opacity is None or self.group_opacity is None:
            return None
        return self.own_opacity * self.group_opacity


class Painter:
    """Follows pages, within limits for the whole file."""

    def __init__(self, holder: Any, fonts: Mapping[Any, Font]) -> None:
        self._holder = holder
        self._steps, self._bytes = MAX_STEPS, _MAX_BYTES
        self._fonts: dict[Any, Font] = dict(fonts)  # by the numbers of their objects
        self._mixed = MixedColours()
        self._hidden = 0  # marked contents that are artifacts or layers
        self.painted = Painted()

    @property
    def exhausted(self) -> bool:
        """Whether a limit was reached."""
        return self._steps <= 0 or self._bytes <= 0

    def paint(self, page: PdfPage) -> Painted:
        """What a page paints."""
        self.painted, self._hidden = Painted(), 0
        sides = [number_of(side) for side in items(inherited(page.node, "/MediaBox"))]
        box = (*sides,) if len(sides) == 4 else (0.0, 0.0, 595.0, 842.0)
        data = b"\n".join(unpacked(stream) for stream in items(get(page.node, "/Contents"))[:10_000])
        self._follow(data, inherited(page.node, "/Resources"), _PaintState(UNIT, (box[0], box[1], box[2], box[3])), 0)
        return self.painted

    def _follow(self, data: bytes, resources: Any, state: _PaintState, depth: int) -> None:
        import pikepdf

        self._bytes -= len(data)
        if self.exhausted or not data or depth > _MAX_DEPTH:
            return
        stream = pikepdf.Stream(self._holder, data)
        saved: list[tuple[_PaintState, int, float]] = []
        text, path, clips = TextState(), _PaintedPath(), False
        marks: list[bool] = []
        for instruction in pikepdf.parse_content_stream(stream, operators=_OPERATORS):
            self._steps -= 1
            if self._steps <= 0:
                break
            operands, operator = list(instruction.operands), str(instruction.operator)
            if operator == "q":
                saved.append((state, text.mode, text.leading))
            elif operator == "Q":
                if saved:
                    state, text.mode, text.leading = saved.pop()
            elif operator in ("BMC", "BDC"):
                marks.append(bool(operands) and name_of(operands[0]) in ("Artifact", "OC"))
                self._hidden += marks[-1]
            elif operator == "EMC":
                self._hidden -= marks.pop() if marks else 0
            elif operator in ("W", "W*"):
                clips = True
            elif path.add(operator, operands, state.matrix):
                pass
            elif operator in FILLS or operator in _STROKES or operator == "n":
                self._paint_path(operator, path, state)
                if clips:
                    state, clips = _clipped(state, path), False
                path = _PaintedPath()
            elif operator in ("sh", "INLINE IMAGE"):
                self.painted.areas.append(PaintedArea(state.clip if operator == "sh" else _unit(state.matrix), None))
            elif operator == "Do":
                self._draw(operands, resources, state, depth)
            elif operator in SHOWS:
                if operator in ("'", '"'):
                    text.next_line()
                self._show(operands, state, text)
            elif operator == "Tf" and len(operands) == 2:
                font = get(resources, "/Font", f"/{name_of(operands[0])}")
                state = replace(state, font=self._font(font), size=number_of(operands[1]))
            elif not text.move(operator, operands):
                state = self._changed(state, operator, operands, resources)
        self._hidden -= sum(marks)

    def _changed(self, state: _PaintState, operator: str, operands: list[Any], resources: Any) -> _PaintState:
        numbers = [number_of(each) for each in operands]
        match operator:
            case "cm":
                return replace(state, matrix=times(matrix_of(operands), state.matrix))
            case "w":
                return replace(state, width=numbers[0] if numbers else 1.0)
            case _ if operator in SETS_FILL:
                return replace(state, fill=state.fill.after(operator, operands, resources, self._mixed))
            case "gs":
                given = get(resources, "/ExtGState", f"/{name_of(operands[0])}" if operands else "/")
                return replace(state, own_opacity=_opacity(given, state.own_opacity))
            case _:
                return state

    def _font(self, node: Any) -> Font | None:
        if not is_dictionary(node):
            return None
        key = node.objgen if node.objgen != (0, 0) else id(node)
        if key not in self._fonts:
            self._fonts[key] = read_font(node)
        return self._fonts[key]

    def _paint_path(self, operator: str, path: _PaintedPath, state: _PaintState) -> None:
        if operator in FILLS and path.boxes:
            exact = path.is_rectangles and state.clip_is_known and state.opacity == 1
            for box in path.boxes:
                self.painted.areas.append(PaintedArea(_within(box, state.clip), state.fill.colour if exact else None))
        if operator in _STROKES:
            half = state.width * max(abs(state.matrix[0]), abs(state.matrix[3]), abs(state.matrix[1])) / 2
            for left, bottom, right, top in path.lines():
                box = (left - half, bottom - half, right + half, top + half)
                self.painted.areas.append(PaintedArea(_within(box, state.clip), None))

    def _draw(self, operands: list[Any], resources: Any, state: _PaintState, depth: int) -> None:
        form: Any = get(resources, "/XObject", f"/{name_of(operands[0])}") if operands else None
        if not is_dictionary(form):
            return
        if name_of(form.get("/Subtype")) != "Form":
            self.painted.areas.append(PaintedArea(_within(_unit(state.matrix), state.clip), None))
            return
        within = replace(state, matrix=times(matrix_of(items(form.get("/Matrix"))), state.matrix))
        sides = [number_of(side) for side in items(form.get("/BBox"))]
        if len(sides) == 4:
            box = _PaintedPath()
            box.add("re", [sides[0], sides[1], sides[2] - sides[0], sides[3] - sides[1]], within.matrix)
            within = _clipped(within, box)
        if "/Group" in form:
            within = replace(within, own_opacity=1.0, group_opacity=state.opacity)
        hidden, self._hidden = self._hidden, self._hidden + ("/OC" in form)
        self._follow(unpacked(form), form.get("/Resources", resources), within, depth + 1)
        self._hidden = hidden

    def _show(self, operands: list[Any], state: _PaintState, text: TextState) -> None:
        import pikepdf

        if state.font is None or not operands:
            return
        start, shown, advance = times(text.line, state.matrix), "", 0.0
        for each in items(operands[-1]):
            if isinstance(each, pikepdf.String):
                codes, words = state.font.decode(bytes(each))
                shown += words
                widths = [width_of(state.font, code) for code in codes] or [1000.0] * len(words)
                advance += sum(500.0 if width is None else width for width in widths) / 1000 * state.size
            elif isinstance(each, (int, float, Decimal)):
                advance -= float(each) / 1000 * state.size
        text.line = times((1, 0, 0, 1, advance, 0), text.line)
        straight = abs(start[1]) < 0.001 and abs(start[2]) < 0.001 and start[0] > 0 and start[3] * state.size > 0
        size = abs(start[3] * state.size)
        box = (start[4], start[5], start[4] + advance * start[0], start[5] + _X_HEIGHT * size)
        counts = (
            straight
            and text.mode == 0
            and state.opacity is not None
            and state.clip_is_known
            and not self._hidden
            and state.font.kind != "Type3"
            and _contains(state.clip, box)
            and any(c.isalnum() for c in shown)
        )
        self.painted.words.append(
            ShownWords(
                box,
                shown,
                state.fill.colour,
                size,
                state.font.is_bold,
                state.opacity or 0.0,
                len(self.painted.areas),
                counts,
            )
        )


class _PaintedPath:
    """A path: the boxes of its parts, and whether each part is a rectangle along the axes."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.is_rectangles = True
        self._points: list[tuple[float, float]] = []

    def add(self, operator: str, operands: list[Any], matrix: Matrix) -> bool:
        """Follows an operator that extends the path; whether it does."""
        numbers = [number_of(each) for each in operands]
        if operator == "re" and len(numbers) == 4:
            left, bottom, width, height = numbers
            corners = [_moved(x, y, matrix) for x in (left, left + width) for y in (bottom, bottom + height)]
            self.boxes.append(_around(corners))
            self._points += [corners[0], corners[1], corners[3], corners[2], corners[0]]
            self.is_rectangles &= (matrix[1] == matrix[2] == 0) or (matrix[0] == matrix[3] == 0)
        elif operator in ("m", "l", "c", "v", "y"):
            points = [_moved(x, y, matrix) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
            self.is_rectangles = False
            self._points += points
            if not self._points:
                return True  # a damaged operator that has no point
            self.boxes = [_around([*self._points])] if len(self._points) < 2_000 else self.boxes
        elif operator != "h":
            return False
        return True

    def lines(self) -> list[Box]:
        """The boxes of the lines between the points."""
        return [_around([a, b]) for a, b in zip(self._points, self._points[1:], strict=False)]


def _opacity(given: Any, before: float | None) -> float | None:
    """The opacity that a graphics state sets; ``None`` if it is not the same everywhere, or depends on colours."""
    if not is_dictionary(given):
        return None
    alpha, mask, mode = given.get("/ca"), given.get("/SMask"), given.get("/BM")
    if mask is not None and name_of(mask) != "None":
        return None
    if {name_of(each) for each in items(mode)} - {"Normal", "Compatible"}:
        return None
    if alpha is not None:
        return min(max(number_of(alpha), 0.0), 1.0)
    return 1.0 if before is None and (mask is not None or mode is not None) else before


def _clipped(state: _PaintState, path: _PaintedPath) -> _PaintState:
    if len(path.boxes) != 1:
        return replace(state, clip_is_known=False)
    return replace(
        state, clip=_within(path.boxes[0], state.clip), clip_is_known=state.clip_is_known and path.is_rectangles
    )


def _unit(matrix: Matrix) -> Box:
    return _around([_moved(x, y, matrix) for x in (0, 1) for y in (0, 1)])


def _moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(points: list[tuple[float, float]]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)


def _within(box: Box, clip: Box) -> Box:
    return max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3])


def _contains(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
