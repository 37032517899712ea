"""Checks the pictures, shapes, charts and embedded objects of a Word file: alternate texts, positions and ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.shared import empty_alternate_text, no_alternate_text
from circulars.accessibility.uninformative import says_nothing_as_picture
from circulars.accessibility.word.file import WP, A, Element, W, WordFile, is_on
from circulars.accessibility.word.rules import WORD

_V: Final = "{urn:schemas-microsoft-com:vml}"
_O: Final = "{urn:schemas-microsoft-com:office:office}"
_DECORATIVE: Final = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_TEXT_BOX: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}txbx"
_VML_SHAPES: Final = tuple(
    f"{_V}{name}" for name in ("shape", "rect", "oval", "roundrect", "line", "group", "polyline")
)
# The last part of the URI that gives the kind of a drawing (ECMA-376 part 1, 20.1.2.2.17).
_KINDS: Final = {
    "picture": "picture",
    "chart": "chart",
    "chartex": "chart",
    "diagram": "diagram",
    "wordprocessingShape": "shape",
    "wordprocessingGroup": "group of shapes",
    "wordprocessingCanvas": "drawing",
    "wordprocessingInk": "ink",
    "model3d": "3D model",
}


def check_objects(file: WordFile) -> Iterator[Finding]:
    """Checks the alternate texts, the positions and the ids of all objects."""
    for story in file.stories:
        for drawing in story.root.iter(f"{WP}inline", f"{WP}anchor"):
            yield from _check_drawing(drawing, file)
        for shape in story.root.iter(*_VML_SHAPES):
            yield from _check_vml(shape, file)
        ids = Counter(properties.get("id", "") for properties in story.root.iter(f"{WP}docPr"))
        for id, count in ids.items():
            if count > 1:
                yield WORD["same-picture-id"].finding(file.spot(story.name), f"{count} objects have the id {id[:20]}")


def check_watermarks(file: WordFile) -> Iterator[Finding]:
    """Reports watermarks, which Word keeps in headers under special names."""
    for story in file.stories:
        for element in story.root.iter(f"{_V}shape", f"{WP}docPr"):
            if _is_watermark(element):
                text = next((path.get("string", "") for path in element.iter(f"{_V}textpath")), "")
                yield WORD["watermark"].finding(file.spot(story.name, text), "there is a watermark under the text")


def _check_drawing(drawing: Element, file: WordFile) -> Iterator[Finding]:
    properties = drawing.find(f"{WP}docPr")
    if properties is None or _is_watermark(properties):
        return
    data = drawing.find(f"{A}graphic/{A}graphicData")
    kind = _KINDS.get(data.get("uri", "").rsplit("/", 1)[-1] if data is not None else "", "object")
    name = properties.get("name", "")[:60]
    has_text = next(drawing.iter(_TEXT_BOX), None) is not None
    if not (_is_decorative(properties) or has_text):
        alternate = properties.get("descr", "") or properties.get("title", "")
        yield from _check_text(alternate, f"{kind} '{name}'", drawing, file)
    if drawing.tag == f"{WP}anchor" and not is_on(properties.get("hidden", "0")):
        box = "text box" if has_text else kind
        yield WORD["floating-object"].finding(file.place(drawing), f"{box} '{name}' floats beside or over the text")


def _check_vml(shape: Element, file: WordFile) -> Iterator[Finding]:
    """Checks an old drawing (VML), or the picture of an embedded object."""
    inside_another = next(shape.iterancestors(f"{_V}group"), None) is not None
    if inside_another or _is_watermark(shape) or is_on(shape.get(f"{_O}hr", "0")):
        return
    embedded = next(shape.iterancestors(f"{W}object"), None) is not None
    has_text = next(shape.iter(f"{W}txbxContent"), None) is not None
    kind = "embedded object" if embedded else "shape"
    if not has_text:
        alternate = shape.get("alt", "") or shape.get("title", "")
        yield from _check_text(alternate, f"{kind} '{shape.get('id', '')[:60]}'", shape, file)
    if "position:absolute" in shape.get("style", "").replace(" ", ""):
        yield WORD["floating-object"].finding(file.place(shape), f"an old {kind} floats beside or over the text")


def _check_text(alternate: str, what: str, element: Element, file: WordFile) -> Iterator[Finding]:
    if not alternate.strip():
        yield WORD["no-alternate-text"].finding(file.place(element), no_alternate_text(what))
    elif says_nothing_as_picture(alternate):
        fact = empty_alternate_text(what, alternate)
        yield WORD["alternate-text-says-nothing"].finding(file.place(element), fact)


def _is_decorative(properties: Element) -> bool:
    return any(is_on(mark.get("val", "1")) for mark in properties.iter(_DECORATIVE))


def _is_watermark(element: Element) -> bool:
    names = f"{element.get('id', '')} {element.get('name', '')} {element.get(f'{_O}spid', '')}".lower()
    return "powerpluswatermark" in names or "wordpicturewatermark" in names
