"""Fills copies of a letter by shape: what the lines of the holes need, whatever the words on them.

Two copies have the same shape if each hole's paragraph has as many lines in both, and the fonts on each line are as
high. Everything else on their pages is then at the same place. So a letter is laid out once for each shape, and the
lines of the holes are set by Pango alone, in the fonts that it chooses for each script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from circulars.model.filling import has_isolates
from circulars.render.pdf.drawn_copies import DRAWN, DrawnCopy, Places
from circulars.render.pdf.file import File
from circulars.render.pdf.isolated_holes import AnyHole
from circulars.render.pdf.set_holes import FixedBox, Line, OwnFont, Setter
from circulars.render.pdf.setting import SizedFont

Setting = tuple[tuple[Line, ...], ...]
"""The lines of each hole."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same in all shapes of a letter: its holes, in the order of the file's last streams, and its fonts.

    ``known`` are the holes with a name for each place instead of the holes' names, as the letter was laid out. ``own``
    are all its fonts by name.
    """

    holes: tuple[AnyHole, ...]
    known: tuple[AnyHole, ...]
    fonts: tuple[SizedFont, ...]
    own: Mapping[str, OwnFont]

    def setting(self, values: Mapping[str, str], setter: Setter) -> Setting | None:
        """The lines of each hole with these values, or None if the copy must be laid out in full."""
        found: list[tuple[Line, ...]] = []
        if any(map(has_isolates, values.values())):
            return None
        for hole in self.holes:
            lines = hole.lines(values, setter)
            if lines is None:
                return None
            found.append(tuple(lines))
        return tuple(found)

    def shape(self, setting: Setting) -> str:
        """The shape that a setting needs: for each hole, the heights and baselines of its lines.

        The lines of a box that has room for them have no effect on the rest of the page.
        """
        return ";".join(
            [
                "" if isinstance(hole, FixedBox) and hole.has_room(lines) else _shape_of(lines)
                for hole, lines in zip(self.holes, setting, strict=True)
            ]
        )


def _shape_of(lines: Iterable[Line]) -> str:
    return " ".join([f"{line.height}/{line.baseline}" for line in lines])


def measures_of(shape: str) -> list[list[tuple[int, int]]]:
    """The heights and baselines of a shape's lines in Pango's units, for each hole."""
    return [
        [(int(height), int(baseline)) for height, _, baseline in (line.partition("/") for line in hole.split())]
        for hole in shape.split(";")
    ]


@dataclass(frozen=True, slots=True)
class ShapeLayout:
    """A letter laid out for one shape. ``order`` has the number of each hole in the order of the file's streams."""

    file: File
    order: tuple[int, ...]
    places: tuple[Places, ...]

    @property
    def head(self) -> bytes:
        """The first bytes of every copy of this shape."""
        return self.file.head

    def tail(self, frame: Frame, setting: Setting, setter: Setter, values: Mapping[str, str]) -> bytes | None:
        """The bytes after the head in the copy with this setting, or None if it must be laid out in full.

        ``values`` are those that the setting is made of.
        """
        copy = DrawnCopy(setter.own)
        if not all(map(copy.note, chain.from_iterable(setting))):
            return None
        copy.settle()
        streams = [
            b"".join(DRAWN[type(frame.holes[n])](frame.holes[n], places, setting[n], copy))
            for n, places in zip(self.order, self.places, strict=True)
        ]
        return self.file.tail_with_fonts(streams, values, [(font.name, font.objects) for font in copy.added.values()])
