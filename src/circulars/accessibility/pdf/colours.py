"""Converts the colours of a PDF to red, green and blue (ISO 32000-1, 8.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.colour import contrast
from circulars.accessibility.pdf.file import get, items, name_of, number_of

Colour = tuple[str, ...]
"""A colour as six hexadecimal digits; for inks there are two, for viewers convert them differently."""
WHITE: Final[Colour] = ("FFFFFF",)
BLACK: Final[Colour] = ("000000",)
SETS_FILL: Final = frozenset(("g", "rg", "k", "cs", "sc", "scn"))
"""The operators that set the colour to fill with."""
# Inks on paper by cyan, magenta and yellow, as offset printing has them; black covers all of them.
_INKS: Final = {
    (0, 0, 0): (255, 255, 255), (1, 0, 0): (0, 174, 239), (0, 1, 0): (236, 0, 140), (0, 0, 1): (255, 242, 0),
    (1, 1, 0): (46, 49, 146), (1, 0, 1): (0, 166, 81), (0, 1, 1): (237, 28, 36), (1, 1, 1): (54, 54, 57),
}  # fmt: skip
_BLACK_INK: Final = (35, 31, 32)
_DEVICES: Final = {"DeviceGray": 1, "G": 1, "CalGray": 1, "DeviceRGB": 3, "RGB": 3, "CalRGB": 3, "DeviceCMYK": 4}


@dataclass(frozen=True, slots=True)
class Fill:
    """The colour that areas and words are filled with, ``None`` if it is not known, and the colour space it is in."""

    colour: Colour | None = BLACK
    space: Any = None

    def after(self, operator: str, operands: Sequence[Any], resources: Any) -> Fill:
        """The colour after an operator that sets it, one of ``SETS_FILL``."""
        if operator == "cs":
            name = name_of(operands[0]) if operands else ""
            return Fill(None, get(resources, "/ColorSpace", f"/{name}") or (operands[0] if operands else None))
        numbers = [number_of(each) for each in operands]
        if operator in ("sc", "scn"):
            return Fill(colour_in(self.space, numbers), self.space)
        return Fill(device_colour(numbers))


BLACK_FILL: Final = Fill()


def greatest_contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours, in the conversion in which it is greatest."""
    return max(contrast(a, b) for a in one for b in other)


def faded(colour: Colour, behind: Colour, opacity: float) -> Colour:
    """What a colour looks like when it is painted on another one with an opacity from 0 to 1."""
    if opacity >= 1:
        return colour
    pairs = [(bytes.fromhex(one), bytes.fromhex(other)) for one in colour for other in behind]
    return tuple(
        _hex([opacity * a + (1 - opacity) * b for a, b in zip(one, other, strict=True)]) for one, other in pairs
    )


def device_colour(parts: Sequence[float]) -> Colour | None:
    """The colour of one part (grey), three (red, green, blue) or four (inks), each from 0 to 1."""
    values = [min(max(part, 0.0), 1.0) for part in parts]
    if len(values) == 1:
        return (_hex([255 * values[0]] * 3),)
    if len(values) == 3:
        return (_hex([255 * value for value in values]),)
    if len(values) == 4:
        plain = [255 * (1 - value) * (1 - values[3]) for value in values[:3]]
        return (_hex(plain), _hex(_printed(values)))
    return None


def colour_in(space: Any, parts: Sequence[float]) -> Colour | None:
    """The colour of parts in a colour space; ``None`` if it is not known here."""
    name = name_of(space) or name_of(next(iter(items(space)), None))
    described = items(space)
    if name in _DEVICES:
        return device_colour(parts) if len(parts) == _DEVICES[name] else None
    if name == "ICCBased" and len(described) == 2:
        return device_colour(parts) if get(described[1], "/N") == len(parts) else None
    if name == "Separation" and len(described) == 4 and name_of(described[1]) not in ("All", "None"):
        return colour_in(described[2], mixed) if (mixed := _tint(described[3], parts)) else None
    return None


def _tint(function: Any, parts: Sequence[float]) -> list[float]:
    """The result of an exponential function (ISO 32000-1, 7.10.3); empty for any other one."""
    if get(function, "/FunctionType") != 2 or len(parts) != 1:
        return []
    low = [number_of(value) for value in items(get(function, "/C0"))] or [0.0]
    high = [number_of(value) for value in items(get(function, "/C1"))] or [1.0]
    share = min(max(parts[0], 0.0), 1.0) ** min(max(number_of(get(function, "/N")), 0.0), 100.0)
    return [a + share * (b - a) for a, b in zip(low, high, strict=False)]


def _printed(inks: Sequence[float]) -> list[float]:
    """Red, green and blue of inks that are printed as dots beside and on each other (Neugebauer)."""
    found = [0.0, 0.0, 0.0]
    for corner, colour in _INKS.items():
        share = 1.0
        for there, ink in zip(corner, inks, strict=False):
            share *= ink if there else 1 - ink
        found = [value + share * part for value, part in zip(found, colour, strict=True)]
    black = inks[3]
    return [(1 - black) * value + black * part for value, part in zip(found, _BLACK_INK, strict=True)]


def _hex(parts: Sequence[float]) -> str:
    return "".join(f"{round(part):02X}" for part in parts)
