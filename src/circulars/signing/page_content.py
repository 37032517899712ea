"""Finds what is drawn on a PDF page and where: enough of ISO 32000-1, 8 and 9, to know which space is free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Matrix

from circulars.signing.values import Box

_ASCENT, _DESCENT = 0.95, 0.27  # in proportion to the font size; larger than those of most fonts
_MAX_OPERATORS = 200_000  # on one page


@dataclass(frozen=True, slots=True)
class DrawnObject:
    """A visible object on a page: its box, and the number of the marked content (MCID) that it belongs to, or -1."""

    box: Box
    mcid: int = -1


def drawn_objects(page: pikepdf.Page, without: tuple[int, int] = (0, 0)) -> Iterator[DrawnObject]:
    """Every visible object on a page: text, pictures, lines and annotations.

    ``without`` is the number and generation of an annotation that is left out.
    """
    yield from _ContentReader(page).objects()
    for annotation in page.obj.get("/Annots", ()):
        if annotation.objgen == without != (0, 0):
            continue
        sides = [float(side) for side in annotation.get("/Rect", ())]
        if len(sides) == 4 and sides[0] != sides[2]:
            yield DrawnObject(_bounds(((sides[0], sides[1]), (sides[2], sides[3]))))


@dataclass(slots=True)
class _Font:
    """The widths of a font's glyphs, by their codes, in thousandths of its size."""

    widths: Mapping[int, float]
    default: float
    code_length: int  # in bytes

    def width(self, text: bytes) -> float:
        step = self.code_length
        codes = (int.from_bytes(text[at : at + step], "big") for at in range(0, len(text), step))
        return sum(self.widths.get(code, self.default) for code in codes) / 1000


@dataclass(slots=True)
class _State:
    """The entries of the graphics state that are needed here; ``q`` saves them, and ``Q`` restores them."""

    matrix: Matrix
    font: _Font | None = None
    size: float = 0.0
    leading: float = 0.0


@dataclass(slots=True)
class _ContentReader:
    """Reads a page's content, operator by operator."""

    page: pikepdf.Page
    state: _State = field(default_factory=lambda: _State(Matrix()))
    stack: list[_State] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    path: list[tuple[float, float]] = field(default_factory=list)
    line: Matrix = field(default_factory=Matrix)
    text: Matrix = field(default_factory=Matrix)
    fonts: dict[str, _Font] = field(default_factory=dict)

    def objects(self) -> Iterator[DrawnObject]:
        for count, instruction in enumerate(pikepdf.parse_content_stream(self.page)):
            if count > _MAX_OPERATORS:
                raise ValueError("the page has too many operators")
            box = self._read(str(instruction.operator), list(instruction.operands))
            if box is not None:
                yield DrawnObject(box, next((mark for mark in reversed(self.marks) if mark >= 0), -1))

    def _read(self, operator: str, operands: list[Any]) -> Box | None:
        if operator in _SHOWING:
            return self._show(operator, operands)
        if operator in _PAINTING:
            box = _bounds(self.path) if self.path and _PAINTING[operator] else None
            self.path.clear()
            return box
        if operator == "Do":
            return self._picture(str(operands[0]))
        if operator in ("m", "l", "c", "v", "y", "re"):
            self._draw(operator, [float(number) for number in operands])
        elif operator in ("BMC", "BDC"):
            properties = operands[1] if operator == "BDC" else None
            self.marks.append(int(properties.get("/MCID", -1)) if isinstance(properties, pikepdf.Dictionary) else -1)
        elif operator == "EMC" and self.marks:
            self.marks.pop()
        else:
            self._set(operator, operands)
        return None

    def _set(self, operator: str, operands: list[Any]) -> None:
        """Applies an operator that changes how later objects are drawn."""
        state = self.state
        if operator == "q":
            self.stack.append(_State(state.matrix, state.font, state.size, state.leading))
        elif operator == "Q" and self.stack:
            self.state = self.stack.pop()
        elif operator == "cm":
            state.matrix = _matrix(operands) @ state.matrix
        elif operator == "BT":
            self.line = self.text = Matrix()
        elif operator == "Tf":
            state.font, state.size = self._font(str(operands[0])), float(operands[1])
        elif operator == "TL":
            state.leading = float(operands[0])
        elif operator == "Tm":
            self.line = self.text = _matrix(operands)
        elif operator in ("Td", "TD"):
            if operator == "TD":
                state.leading = -float(operands[1])
            self._move(float(operands[0]), float(operands[1]))
        elif operator == "T*":
            self._move(0, -state.leading)

    def _move(self, x: float, y: float) -> None:
        self.line = self.text = Matrix().translated(x, y) @ self.line

    def _show(self, operator: str, operands: list[Any]) -> Box | None:
        if operator in ("'", '"'):
            self._move(0, -self.state.leading)
        font, size = self.state.font, self.state.size
        if font is None:
            return None
        pieces = operands[-1] if operator == "TJ" else operands[-1:]
        width = sum(
            font.width(bytes(piece)) if isinstance(piece, pikepdf.String) else -float(piece) / 1000 for piece in pieces
        )
        to_page = self.text @ self.state.matrix
        self.text = Matrix().translated(width * size, 0) @ self.text
        corners = ((0, -_DESCENT * size), (width * size, _ASCENT * size))
        return _transformed_box(corners, to_page) if width else None

    def _draw(self, operator: str, numbers: list[float]) -> None:
        if operator == "re":
            x, y, width, height = numbers
            points = [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
        else:
            points = list(zip(numbers[::2], numbers[1::2], strict=False))
        self.path += [self.state.matrix.transform(point) for point in points]

    def _picture(self, name: str) -> Box | None:
        found = self._resource("/XObject", name)
        if found is None:
            return None
        if found.get("/Subtype") == "/Form":
            left, bottom, right, top = (float(side) for side in found.BBox)
            inner = _matrix(list(found.Matrix)) if "/Matrix" in found else Matrix()
            return _transformed_box(((left, bottom), (right, top)), inner @ self.state.matrix)
        return _transformed_box(((0, 0), (1, 1)), self.state.matrix)

    def _font(self, name: str) -> _Font:
        if name not in self.fonts:
            self.fonts[name] = _read_font(self._resource("/Font", name))
        return self.fonts[name]

    def _resource(self, kind: str, name: str) -> Any:
        named = self.page.resources.get(kind)
        return named.get(name) if isinstance(named, pikepdf.Dictionary) else None


_SHOWING = ("Tj", "TJ", "'", '"')
# The operators that end a path, and whether they paint it.
_PAINTING = {operator: operator != "n" for operator in ("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n")}


def _read_font(font: Any) -> _Font:
    if font is None:
        return _Font({}, 500, 1)
    if font.get("/Subtype") == "/Type0":
        descendant = font.DescendantFonts[0]
        return _Font(dict(_cid_widths(descendant.get("/W", ()))), float(descendant.get("/DW", 1000)), 2)
    first = int(font.get("/FirstChar", 0))
    return _Font({first + at: float(width) for at, width in enumerate(font.get("/Widths", ()))}, 500, 1)


def _cid_widths(array: Any) -> Iterator[tuple[int, float]]:
    """The widths in ``/W``: ``c [w1 w2 …]`` and ``first last w`` (ISO 32000-1, 9.7.4.3)."""
    entries = iter(array)
    for first in entries:
        second = next(entries)
        if isinstance(second, pikepdf.Array):
            yield from ((int(first) + at, float(width)) for at, width in enumerate(second))
        else:
            width = float(next(entries))
            yield from ((code, width) for code in range(int(first), min(int(second), 65535) + 1))


def _matrix(numbers: list[Any]) -> Matrix:
    return Matrix(*(float(number) for number in numbers))


def _transformed_box(corners: tuple[tuple[float, float], tuple[float, float]], matrix: Matrix) -> Box:
    (left, bottom), (right, top) = corners
    points = ((left, bottom), (right, bottom), (left, top), (right, top))
    return _bounds(matrix.transform(point) for point in points)


def _bounds(points: Iterable[tuple[float, float]]) -> Box:
    across, up = zip(*points, strict=True)
    return Box(min(across), min(up), max(across), max(up))
