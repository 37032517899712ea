"""Reads where the drawings of a Word template are, how much room is in them, and whether they hide words."""

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
VML: Final = "urn:schemas-microsoft-com:vml"
_UNITS: Final = {"pt": 20.0, "in": 1440.0, "cm": 1440 / 2.54, "mm": 1440 / 25.4, "pc": 240.0, "px": 15.0}
_INSETS: Final = (144.0, 72.0, 144.0, 72.0)
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


@dataclass(frozen=True, slots=True)
class TextBox:
    """A text box: its place, and the room for words in it, in twips; ``grows`` if it becomes higher with them."""

    anchor: Anchor
    width: float
    height: float
    grows: bool
    is_upright: bool
    is_hidden: bool = False


def box_of(drawing: etree._Element, page: Page) -> TextBox:
    """The text box in a drawing."""
    anchor, body = anchor_of(drawing, page), next(drawing.iter("{*}bodyPr"), None)
    inset = {name: (number(body.get(name)) if body is not None else None) for name in ("lIns", "rIns", "tIns", "bIns")}
    across = sum(91_440 if inset[name] is None else inset[name] or 0 for name in ("lIns", "rIns")) / EMU
    down = sum(45_720 if inset[name] is None else inset[name] or 0 for name in ("tIns", "bIns")) / EMU
    grows = body is not None and body.find(f"{{{A}}}spAutoFit") is not None
    is_upright = body is None or body.get("vert", "horz") == "horz"
    return TextBox(anchor, anchor.width - across, anchor.height - down, grows, is_upright)


def shape_box_of(shape: etree._Element, page: Page) -> TextBox:
    """The text box in a shape of the older kind (VML), whose place is in its style."""
    anchor = shape_anchor_of(shape, page)
    box = shape.find(f"{{{VML}}}textbox")
    look = _style(box) if box is not None else {}
    given = (box.get("inset") or "").split(",") if box is not None else []
    sides = [_length(given[nth]) if nth < len(given) else None for nth in range(4)]
    left, top, right, bottom = (default if side is None else side for side, default in zip(sides, _INSETS, strict=True))
    hidden = any(_style(one).get("visibility") == "hidden" for one in (shape, *shape.iterancestors(f"{{{VML}}}group")))
    grows = look.get("mso-fit-shape-to-text") in ("t", "true")
    is_known = bool(anchor.width and anchor.height) and "layout-flow" not in look
    return TextBox(anchor, anchor.width - left - right, anchor.height - top - bottom, grows, is_known, hidden)


def shape_anchor_of(shape: etree._Element, page: Page) -> Anchor:
    """The place of a shape of the older kind; unknown if it is in a line, in a group, or beside something else."""
    style = _style(shape)
    parent = shape.getparent()
    in_group = parent is not None and parent.tag == f"{{{VML}}}group"
    width, height = (0.0 if in_group else _length(style.get(name, "")) or 0.0 for name in ("width", "height"))
    left, top, below = None, None, None
    if style.get("position") != "absolute" or in_group:
        return Anchor(None, None, None, width, height)
    in_cell = next(shape.iterancestors(w("tc")), None) is not None
    across, down = _length(style.get("margin-left", "0")), _length(style.get("margin-top", "0"))
    beside = style.get("mso-position-horizontal-relative", "text")
    if across is not None and style.get("mso-position-horizontal", "absolute") == "absolute":
        starts = {"page": 0.0} if in_cell else {"page": 0.0, "margin": page.left, "text": page.left}
        left = starts[beside] + across if beside in starts else None
    above = style.get("mso-position-vertical-relative", "text")
    if down is not None and style.get("mso-position-vertical", "absolute") == "absolute":
        starts = {"page": 0.0, "margin": page.top}
        top = starts[above] + down if above in starts else down if abs(down) > page.height else None
        below = down if above in ("text", "line") else None
    return Anchor(left, top, below, width, height)


def is_opaque_shape(shape: etree._Element) -> bool:
    """Whether words behind a rectangle of the older kind, in front of the text, cannot be seen at all."""
    if shape.tag not in (f"{{{VML}}}rect", f"{{{VML}}}roundrect") or shape.get("filled", "t") in ("f", "false"):
        return False
    style = _style(shape)
    fill = shape.find(f"{{{VML}}}fill")
    in_front = (
        not style.get("z-index", "0").startswith("-")
        and shape.find("{urn:schemas-microsoft-com:office:word}wrap") is None
    )
    plain = fill is None or not (
        fill.get("opacity") or fill.get("type", "solid") != "solid" or fill.get("on") in ("f", "false")
    )
    return in_front and plain and style.get("visibility") != "hidden" and style.get("position") == "absolute"


def _style(shape: etree._Element) -> dict[str, str]:
    pairs = (one.partition(":") for one in (shape.get("style") or "").split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _length(value: str) -> float | None:
    """A length with its unit in twips; None if it has none that is known."""
    text = value.strip().lower()
    if text in ("0", ""):
        return 0.0 if text else None
    size = number(text[:-2])
    return size * _UNITS[text[-2:]] if size is not None and text[-2:] in _UNITS else None


def _is_rectangle(shape: etree._Element) -> bool:
    geometry = shape.find(f"{{*}}spPr/{{{A}}}prstGeom")
    return geometry is not None and geometry.get("prst") in ("rect", "roundRect")


def _has_no_alpha(picture: bytes) -> bool:
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return picture[25:26] != b"" and picture[25] in _COLOUR_TYPES and b"tRNS" not in picture
    return picture.startswith(b"\xff\xd8")
