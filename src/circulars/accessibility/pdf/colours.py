"""Converts the colours of a PDF to red, green and blue (ISO 32000-1, 8.6)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.colour import contrast
from circulars.accessibility.pdf.file import get, is_dictionary, items, name_of, number_of
from circulars.accessibility.pdf.functions import UnknownResultError, result_of, stream_bytes

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
_MIXED: Final = ("Separation", "DeviceN", "Indexed", "I")
_MAX_MIXED: Final = 5_000
_WHITE_OF_SCREENS: Final = (0.9505, 1.0, 1.089)  # D65
_DEVICES: Final = {"DeviceGray": 1, "G": 1, "CalGray": 1, "DeviceRGB": 3, "RGB": 3, "CalRGB": 3, "DeviceCMYK": 4}


class MixedColours:
    """The colours of a file in its colour spaces. Each is computed once, and no more than a limit of them."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Colour | None] = {}
        self._left = _MAX_MIXED

    def colour(self, space: Any, parts: Sequence[float]) -> Colour | None:
        """The colour of parts in a colour space; ``None`` if it is not known."""
        described = items(space)
        if name_of(next(iter(described), None)) not in _MIXED:
            return colour_in(space, parts)
        key = (*(each.objgen for each in (space, *described) if is_dictionary(each) or each is space), *parts)
        if (known := key[0] != (0, 0) or len(key) > len(parts) + 1) and key in self._found:
            return self._found[key]
        self._left -= 1
        found = colour_in(space, parts) if self._left >= 0 else None
        if known:
            self._found[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Fill:
    """The colour that areas and words are filled with, ``None`` if it is not known, and the colour space it is in."""

    colour: Colour | None = BLACK
    space: Any = None

    def after(self, operator: str, operands: Sequence[Any], resources: Any, mixed: MixedColours) -> Fill:
        """The colour after an operator that sets it, one of ``SETS_FILL``."""
        if operator == "cs":
            name = name_of(operands[0]) if operands else ""
            return Fill(None, get(resources, "/ColorSpace", f"/{name}") or (operands[0] if operands else None))
        numbers = [number_of(each) for each in operands]
        if operator in ("sc", "scn"):
            return Fill(mixed.colour(self.space, numbers), self.space)
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
    if name == "Lab" and len(parts) == 3:
        return (_hex(_of_lab(parts)),)
    if name in ("Indexed", "I") and len(described) == 4 and len(parts) == 1:
        return _in_table(described, int(parts[0]))
    if name in ("Separation", "DeviceN") and len(described) >= 4 and _are_inks(described[1]):
        return colour_in(described[2], mixed) if (mixed := result_of(described[3], parts)) else None
    return None


def _are_inks(names: Any) -> bool:
    """Whether these are inks, and not all of a printer's at once, or none."""
    return not {"All", "None"} & {name_of(name) for name in items(names)}


def _in_table(described: list[Any], index: int) -> Colour | None:
    """The colour of a number in a table of colours (8.6.6.3)."""
    import pikepdf

    base, lookup = described[1], described[3]
    if name_of(next(iter(items(base)), None)) in ("Indexed", "I", "Pattern"):
        return None
    size = _size_of(base)
    try:
        table = bytes(lookup) if isinstance(lookup, pikepdf.String) else stream_bytes(lookup)
    except (UnknownResultError, zlib.error):
        return None
    place = min(max(index, 0), max(int(number_of(described[2])), 0)) * size
    found = table[place : place + size]
    if not size or len(found) < size:
        return None
    low, high = _limits(base, size)
    return colour_in(base, [a + value / 255 * (b - a) for value, a, b in zip(found, low, high, strict=True)])


def _size_of(space: Any) -> int:
    """How many parts a colour in a colour space has, or 0."""
    described = items(space)
    name = name_of(described[0]) if described else ""
    if name == "ICCBased":
        return int(number_of(get(described[1], "/N")))
    sizes = {**_DEVICES, "Lab": 3, "Separation": 1}
    return len(items(described[1])) if name == "DeviceN" else sizes.get(name, 0)


def _limits(space: Any, size: int) -> tuple[Sequence[float], Sequence[float]]:
    """The least and the greatest values of the parts of a colour: all from 0 to 1, except in Lab."""
    described = items(space)
    if name_of(described[0]) != "Lab":
        return [0.0] * size, [1.0] * size
    given = [number_of(value) for value in items(get(described[1], "/Range"))]
    a_low, a_high, b_low, b_high = given if len(given) == 4 else (-100.0, 100.0, -100.0, 100.0)
    return [0.0, a_low, b_low], [100.0, a_high, b_high]


def _of_lab(parts: Sequence[float]) -> list[float]:
    """Red, green and blue of a colour in CIE L*a*b*, of which white is white."""
    middle = (min(max(parts[0], 0.0), 100.0) + 16) / 116
    shares = [middle + parts[1] / 500, middle, middle - parts[2] / 200]
    x, y, z = (
        to * (share**3 if share > 6 / 29 else 3 * (6 / 29) ** 2 * (share - 4 / 29))
        for share, to in zip(shares, _WHITE_OF_SCREENS, strict=True)
    )
    linear = (3.2406 * x - 1.5372 * y - 0.4986 * z, -0.9689 * x + 1.8758 * y + 0.0415 * z,
              0.0557 * x - 0.2040 * y + 1.0570 * z)  # fmt: skip
    cut = [min(max(value, 0.0), 1.0) for value in linear]
    return [255 * (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055) for v in cut]


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
