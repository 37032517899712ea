"""What the block of a new signature may consist of: plain forms, pictures, fonts and colours."""

from __future__ import annotations

from decimal import Decimal

from circulars.revisions import Ref, Stream, Value
from circulars.revisions.values import items_of
from circulars.signing.permitted.comparing import NotPermittedError, Review, listed
from circulars.signing.values import Box

# No scripts, no optional content, no references to other files, and no alternate pictures.
_APPEARANCE = {
    "Type", "Subtype", "FormType", "BBox", "Matrix", "Resources", "Filter", "DecodeParms", "Group", "StructParents",
    "Font", "XObject", "ExtGState", "ColorSpace", "ProcSet", "Pattern", "Shading", "S", "CS", "I", "K", "Name",
    "Predictor", "Columns", "Colors", "BitsPerComponent", "Width", "Height", "ImageMask", "Mask", "SMask", "Decode",
    "Interpolate", "BaseFont", "FirstChar", "LastChar", "Widths", "FontDescriptor", "Encoding", "ToUnicode",
    "DescendantFonts", "CIDSystemInfo", "Registry", "Ordering", "Supplement", "DW", "W", "CIDToGIDMap", "FontName",
    "FontFamily", "FontStretch", "FontWeight", "Flags", "FontBBox", "ItalicAngle", "Ascent", "Descent", "Leading",
    "CapHeight", "XHeight", "StemV", "StemH", "AvgWidth", "MaxWidth", "MissingWidth", "FontFile", "FontFile2",
    "FontFile3", "CharSet", "CIDSet", "Length1", "Length2", "Length3", "BaseEncoding", "Differences", "CMapName",
    "WMode", "LW", "LC", "LJ", "ML", "SA", "CA", "ca", "AIS", "BM", "TK", "N", "Alternate", "Range", "WhitePoint",
    "BlackPoint", "Gamma",
}  # fmt: skip
_NAMED = {"Font", "XObject", "ExtGState", "ColorSpace", "Pattern", "Shading"}
"""Resources, whose entries have names of their own."""


def check_appearance(review: Review, value: Value) -> None:
    """The appearance is made of new objects of plain kinds, or of objects that are in the file already."""
    appearance = review.new.dictionary(value)
    if appearance.keys() != {"N"} or not isinstance(review.new.get(appearance["N"]), Stream):
        raise NotPermittedError("the block of a signature has several appearances")
    sides = measured_box(review.new.array(review.new.dictionary(appearance["N"]).get("BBox")))
    if sides is None:
        raise NotPermittedError("the block of a signature has an appearance without measures")
    waiting: list[tuple[Value, bool]] = [(value, False)]
    while waiting:
        one, named = waiting.pop()
        if isinstance(one, Ref):
            if one not in review.revision.objects or one in review.allowed:
                continue
            if not review.is_new(one):
                raise NotPermittedError("the block of a signature changes another object")
            review.allowed.add(one)
            one = review.new.get(one)
        waiting += ((item, False) for item in items_of(one))
        entries = review.new.dictionary(one)
        if not named and (extra := entries.keys() - _APPEARANCE):
            raise NotPermittedError(f"the block of a signature has more than it needs: {listed(extra)}")
        waiting += ((item, not named and name in _NAMED) for name, item in entries.items())


def measured_box(sides: tuple[Value, ...]) -> Box | None:
    """A rectangle; ``None`` if it is not one."""
    numbers = [float(side) for side in sides if isinstance(side, Decimal)]
    if len(sides) != 4 or len(numbers) != 4 or max(map(abs, numbers)) > 1e6:
        return None
    left, bottom, right, top = numbers
    return Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))
