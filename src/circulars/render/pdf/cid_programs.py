"""Writes CFF programs with a few glyphs of a font whose glyphs have CIDs (Adobe Technical Notes 5176 and 5177).

A copy in Chinese has a font of its own, with the glyphs of its words. Taking a glyph out of a large font and rewriting
its outline takes a hundred times as long as copying it. So each glyph is taken out once, and kept as it is written.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, NamedTuple

_HEADER: Final = b"\x01\x00\x04\x04"
_MOST_GLYPHS: Final = 65_535
_FIRST_SID: Final = 391
"""The number of the first string that is in the program itself."""
_STRINGS: Final = (b"Adobe", b"Identity")
_NO_SUBROUTINES: Final = b"\x00\x00"
# Numbers of dictionaries and operators. FreeType reads negative numbers right only if they have two bytes, not four.
_NUMBER: Final = 29
_SHORT_NUMBER: Final = 28
_PRIVATE, _BOX, _CHARSET, _OUTLINES = b"\x12", b"\x05", b"\x0f", b"\x11"
_ROS, _COUNT, _FONTS, _CHOSEN, _NAME = b"\x0c\x1e", b"\x0c\x22", b"\x0c\x24", b"\x0c\x25", b"\x0c\x26"
_TOP: Final = struct.Struct(">BiBiBi2s BhBhBhBh1s Bi2s Bi1s Bi2s Bi1s Bi2s")
_FONT: Final = struct.Struct(">Bi2s BiBi1s")
_CHOICE: Final = struct.Struct(">BHHBH")
_WIDTHS: Final = b"\xfa\x7c\x14"
"""The private dictionary: glyphs without a width of their own are 1000 units wide."""
_KEPT: Final = 20_000  # glyphs, of some hundred bytes each


class Outlines(NamedTuple):
    """The program of each of some glyphs, by its CID, and the name and the bounding box of their font."""

    programs: Mapping[int, bytes]
    name: bytes
    box: tuple[int, int, int, int]


@dataclass(slots=True)
class CidFont:
    """The glyphs of a font that were taken out of it so far. ``take`` takes out others, and .notdef with them.

    Their programs call no subroutines, and have a width if it is not 1000.
    """

    take: Callable[[Sequence[int]], Outlines]
    _known: dict[int, bytes] = field(default_factory=dict)
    _name: bytes = b""
    _box: tuple[int, int, int, int] = (0, 0, 0, 0)

    def program(self, glyphs: Sequence[int]) -> bytes:
        """The program with some glyphs, which are in ascending order."""
        shown = glyphs if glyphs[:1] == (0,) else (0, *glyphs)
        if new := [glyph for glyph in shown if glyph not in self._known]:
            if len(self._known) + len(new) > _KEPT:
                self._known.clear()
                new = [*shown]
            taken = self.take(new)
            self._known.update(taken.programs)
            self._name, self._box = taken.name, taken.box
        return _program(shown, [self._known[glyph] for glyph in shown], self._name, self._box)


def _program(cids: Sequence[int], outlines: Sequence[bytes], name: bytes, box: Sequence[int]) -> bytes:
    count = len(cids)
    before, between = _HEADER + _index([name]), _index([*_STRINGS, name]) + _NO_SUBROUTINES
    charset = struct.pack(f">B{count - 1}H", 0, *cids[1:])
    choice = _CHOICE.pack(3, 1, 0, 0, count)
    drawn = _index(outlines)
    # Numbers are as long whatever they are, so the places do not depend on themselves.
    start = len(before) + _index_size(_TOP.size) + len(between)
    at = [*accumulate(map(len, (charset, choice, drawn)), initial=start)]
    fonts = _index([_font(at[3] + _index_size(_FONT.size))])
    return b"".join((before, _index([_top(box, at)]), between, charset, choice, drawn, fonts, _WIDTHS))


def _top(box: Sequence[int], at: Sequence[int]) -> bytes:
    """The top dictionary; ``at`` are the places of the charset, of the choice of fonts, the outlines and the fonts."""
    names = (_NUMBER, _FIRST_SID, _NUMBER, _FIRST_SID + 1, _NUMBER, 0, _ROS)  # first, as they say that there are CIDs
    measures = (*(one for value in box for one in (_SHORT_NUMBER, value)), _BOX, _NUMBER, _MOST_GLYPHS, _COUNT)
    operators = zip(at, (_CHARSET, _CHOSEN, _OUTLINES, _FONTS), strict=True)
    return _TOP.pack(*names, *measures, *(one for place, operator in operators for one in (_NUMBER, place, operator)))


def _font(private: int) -> bytes:
    name = _FIRST_SID + len(_STRINGS)
    return _FONT.pack(_NUMBER, name, _NAME, _NUMBER, len(_WIDTHS), _NUMBER, private, _PRIVATE)


def _index(items: Sequence[bytes]) -> bytes:
    """Items with an index of their places; each place has four bytes."""
    places = [*accumulate(map(len, items), initial=1)]
    return b"".join((struct.pack(f">HB{len(places)}I", len(items), 4, *places), *items))


def _index_size(item: int) -> int:
    """The size of an index of one item of some size."""
    return struct.calcsize(">HB2I") + item
