"""Reads where the drawings of a Word template are, and whether words behind them can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.render.docx.effective import number
from circulars.render.docx.markup import PIC, WP, A, R, w
from circulars.render.docx.pages import Page

EMU: Final = 635
"""The length of a twip in the units of drawings."""
_TRANSPARENT: Final = ("alpha", "alphaModFix", "alphaMod", "clrChange", "alphaBiLevel", "alphaCeiling", "softEdge")
_COLOUR_TYPES: Final = (0, 2, 3)  # of PNG pictures without an alpha channel


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place of a drawing in twips from the page's edges; ``below`` is from its paragraph. None is unknown."""

    left: float | None
    top: float | None
    below: float | None
    width: float
    height: float


def anchor_of(drawing: etree._Element, page: Page) -> Anchor:
    """The place of an anchored drawing, or of one in a line, whose place is unknown."""
    extent = drawing.find(f"{{{WP}}}extent")
    width, height = ((number(extent.get(one)) or 0) / EMU if extent is not None else 0 for one in ("cx", "cy"))
    across, down = (_offset(drawing, name) for name in ("positionH", "positionV"))
    in_cell = next(drawing.iterancestors(w("tc")), None) is not None and drawing.get("layoutInCell", "1") != "0"
    left, top, below = None, None, None
    if across is not None and (not in_cell or across[0] == "page"):
        from_, offset = across
        starts = {"page": 0.0, "leftMargin": 0.0, "margin": page.left, "column": page.left,
                  "rightMargin": page.width - page.right}  # fmt: skip
        left = starts[from_] + offset if from_ in starts else offset if abs(offset) > page.width else None
    if down is not None:
        from_, offset = down
        starts = {"page": 0.0, "topMargin": 0.0, "margin": page.top, "bottomMargin": page.height - page.bottom}
        top = starts[from_] + offset if from_ in starts else offset if abs(offset) > page.height else None
        below = offset if from_ in ("paragraph", "line") else None
    return Anchor(left, top, below, width, height)


def _offset(drawing: etree._Element, name: str) -> tuple[str, float] | None:
    position = drawing.find(f"{{{WP}}}{name}")
    offset = position.find(f"{{{WP}}}posOffset") if position is not None else None
    if position is None or offset is None or (found := number(offset.text)) is None:
        return None
    return position.get("relativeFrom", ""), found / EMU


def is_opaque(drawing: etree._Element, pictures: Mapping[str, bytes]) -> bool:
    """Whether words behind an anchored drawing in front of the text cannot be seen at all."""
    around = drawing.find(f"{{{WP}}}wrapNone")
    if around is None or drawing.get("behindDoc", "0") not in ("0", "false"):
        return False
    if next(drawing.iter(*(f"{{{A}}}{name}" for name in _TRANSPARENT)), None) is not None:
        return False
    graphics = drawing.find(f"{{{A}}}graphic/{{{A}}}graphicData")
    content = graphics[0] if graphics is not None and len(graphics) else None
    if content is None:
        return False
    if content.tag == f"{{{PIC}}}pic":
        blip = next(content.iter(f"{{{A}}}blip"), None)
        svg = blip is not None and next(blip.iter("{*}svgBlip"), None) is not None
        return blip is not None and not svg and _has_no_alpha(pictures.get(blip.get(f"{{{R}}}embed", ""), b""))
    return content.find(f"{{*}}spPr/{{{A}}}solidFill") is not None and _is_rectangle(content)


def _is_rectangle(shape: etree._Element) -> bool:
    geometry = shape.find(f"{{*}}spPr/{{{A}}}prstGeom")
    return geometry is not None and geometry.get("prst") in ("rect", "roundRect")


def _has_no_alpha(picture: bytes) -> bool:
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return picture[25:26] != b"" and picture[25] in _COLOUR_TYPES and b"tRNS" not in picture
    return picture.startswith(b"\xff\xd8")
