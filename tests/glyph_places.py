"""Reads the glyphs of a PDF from its content streams, as they stand on the page from left to right.

pdfium moves brackets and hyphens of text from right to left; here nothing is moved.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf

from glyph_order import alike

Matrix = tuple[float, float, float, float, float, float]
_ONE: Final[Matrix] = (1, 0, 0, 1, 0, 0)
_HEX: Final = re.compile(r"<([0-9A-Fa-f]+)>")
_MAPPING: Final = re.compile(r"begin(bfchar|bfrange)(.*?)end", re.DOTALL)


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


class _Font:
    """The text and the width of a font's codes."""

    def __init__(self, font: Any) -> None:
        self.is_wide = font.get("/Subtype") == "/Type0"
        self.texts = _texts(font["/ToUnicode"].read_bytes().decode("latin-1")) if "/ToUnicode" in font else {}
        self.widths, self.usual = _widths(font) if self.is_wide else _simple_widths(font)

    def glyphs(self, data: bytes) -> Iterator[tuple[str, float]]:
        size = 2 if self.is_wide else 1
        for place in range(0, len(data), size):
            code = int.from_bytes(data[place : place + size], "big")
            yield self.texts.get(code, ""), self.widths.get(code, self.usual) / 1000


def _texts(cmap: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind, body in _MAPPING.findall(cmap):
        if kind == "bfchar":
            codes = _HEX.findall(body)
            found |= {int(code, 16): _decoded(text) for code, text in zip(codes[::2], codes[1::2], strict=False)}
            continue
        for first, last, rest in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<[0-9A-Fa-f]+>|\[.*?\])", body, re.DOTALL
        ):
            texts = [_decoded(one) for one in _HEX.findall(rest)]
            for nth, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = texts[nth] if rest[0] == "[" else texts[0][:-1] + chr(ord(texts[0][-1]) + nth)
    return found


def _decoded(text: str) -> str:
    return bytes.fromhex(text).decode("utf-16-be", "replace")


def _widths(font: Any) -> tuple[dict[int, float], float]:
    inner, widths = font["/DescendantFonts"][0], dict[int, float]()
    entries = [*inner.get("/W", [])]
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, pikepdf.Array):
            widths |= {first + nth: float(width) for nth, width in enumerate(second)}
        else:
            widths |= dict.fromkeys(range(first, int(second) + 1), float(entries.pop(0)))
    return widths, float(inner.get("/DW", 1000))


def _simple_widths(font: Any) -> tuple[dict[int, float], float]:
    first = int(font.get("/FirstChar", 0))
    return {first + nth: float(width) for nth, width in enumerate(font.get("/Widths", []))}, 0.0


@dataclass
class _Reader:
    """Follows the operators of a page; ``found`` has the height, the place and the text of each glyph."""

    fonts: dict[str, _Font]
    found: list[tuple[float, float, str]] = field(default_factory=list)
    page: Matrix = _ONE
    text: Matrix = _ONE
    line: Matrix = _ONE
    kept: list[Matrix] = field(default_factory=list)
    state: dict[str, float] = field(default_factory=lambda: {"Tc": 0.0, "Tw": 0.0, "Tz": 100.0})
    font: _Font | None = None
    size: float = 0.0

    def read(self, operands: Any, operator: str) -> None:
        if operator == "q":
            self.kept.append(self.page)
        elif operator == "Q":
            self.page = self.kept.pop()
        elif operator == "cm":
            self.page = _times(_matrix(operands), self.page)
        elif operator == "BT":
            self.text = self.line = _ONE
        elif operator == "Tf":
            self.font, self.size = self.fonts[str(operands[0])], float(operands[1])
        elif operator in self.state:
            self.state[operator] = float(operands[0])
        elif operator == "Tm":
            self.text = self.line = _matrix(operands)
        elif operator in ("Td", "TD"):
            x, y = map(float, operands)
            self.text = self.line = _times((1, 0, 0, 1, x, y), self.line)
        elif operator == "Tj":
            self.show([operands[0]])
        elif operator == "TJ":
            self.show(operands[0])

    def show(self, pieces: Any) -> None:
        for piece in pieces:
            if not isinstance(piece, pikepdf.String):
                self._move(-float(piece) / 1000 * self.size)
                continue
            for text, width in self.font.glyphs(bytes(piece)) if self.font else ():
                place = _times(self.text, self.page)
                self.found.append((-round(place[5]), place[4], text))
                self._move(width * self.size + self.state["Tc"] + self.state["Tw"] * (text == " "))

    def _move(self, by: float) -> None:
        self.text = _times((1, 0, 0, 1, by * self.state["Tz"] / 100, 0), self.text)


def glyph_lines(data: bytes) -> list[str]:
    """The lines of all pages from left to right, without spaces and with all brackets alike."""
    lines: list[str] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            reader = _Reader({name: _Font(font) for name, font in page.resources.get("/Font", {}).items()})
            instructions: Any = pikepdf.parse_content_stream(page)
            for operands, operator in instructions:
                reader.read(operands, str(operator))
            for _, signs in itertools.groupby(sorted(reader.found, key=lambda one: one[:2]), lambda one: one[0]):
                lines.append(alike("".join(text for *_, text in signs)))
    return [line for line in lines if line]
