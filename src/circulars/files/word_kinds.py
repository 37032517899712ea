"""Lists what a Word file may consist of: relationships, content types of parts, uses of relationships, addresses.

Everything else is refused. What a relationship is used for is decided by the attribute that names it, not by its type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from circulars.files.opc import OFFICE

_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
_MICROSOFT: Final = "http://schemas.microsoft.com/office"
_OFFICE_TYPE: Final = "application/vnd.openxmlformats-officedocument"
_WORD_TYPE: Final = f"{_OFFICE_TYPE}.wordprocessingml"
_DRAWING_TYPE: Final = f"{_OFFICE_TYPE}.drawingml"
_MS_TYPE: Final = "application/vnd.ms-office"
_MS_WORD_TYPE: Final = "application/vnd.ms-word"

HYPERLINK: Final = f"{OFFICE}/hyperlink"
IMAGES: Final = (f"{OFFICE}/image", f"{_PACKAGE}/thumbnail")
"""The relationships to pictures; their formats are read off their bytes."""
MAIN_TYPES: Final = (f"{_WORD_TYPE}.document.main+xml", f"{_WORD_TYPE}.template.main+xml")
PLAIN_XML: Final = ("application/xml", "text/xml")
"""Content types that any XML part may have."""

PART_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    f"{OFFICE}/officeDocument": MAIN_TYPES,
    f"{_PACKAGE}/core-properties": ("application/vnd.openxmlformats-package.core-properties+xml",),
    # LibreOffice writes this type.
    "http://schemas.openxmlformats.org/officedocument/2006/relationships/metadata/core-properties": (
        "application/vnd.openxmlformats-package.core-properties+xml",
    ),
    f"{OFFICE}/extended-properties": (f"{_OFFICE_TYPE}.extended-properties+xml",),
    f"{OFFICE}/custom-properties": (f"{_OFFICE_TYPE}.custom-properties+xml",),
    f"{_MICROSOFT}/2020/02/relationships/classificationlabels": (f"{_MS_TYPE}.classificationlabels+xml",),
    f"{OFFICE}/styles": (f"{_WORD_TYPE}.styles+xml",),
    f"{_MICROSOFT}/2007/relationships/stylesWithEffects": (f"{_MS_WORD_TYPE}.stylesWithEffects+xml",),
    f"{OFFICE}/numbering": (f"{_WORD_TYPE}.numbering+xml",),
    f"{OFFICE}/settings": (f"{_WORD_TYPE}.settings+xml",),
    f"{OFFICE}/webSettings": (f"{_WORD_TYPE}.webSettings+xml",),
    f"{OFFICE}/fontTable": (f"{_WORD_TYPE}.fontTable+xml",),
    f"{OFFICE}/font": (f"{_OFFICE_TYPE}.obfuscatedFont", "application/x-fontdata", "application/x-font-ttf"),
    f"{OFFICE}/theme": (f"{_OFFICE_TYPE}.theme+xml",),
    f"{OFFICE}/header": (f"{_WORD_TYPE}.header+xml",),
    f"{OFFICE}/footer": (f"{_WORD_TYPE}.footer+xml",),
    f"{OFFICE}/footnotes": (f"{_WORD_TYPE}.footnotes+xml",),
    f"{OFFICE}/endnotes": (f"{_WORD_TYPE}.endnotes+xml",),
    f"{OFFICE}/comments": (f"{_WORD_TYPE}.comments+xml",),
    f"{_MICROSOFT}/2011/relationships/commentsExtended": (f"{_WORD_TYPE}.commentsExtended+xml",),
    f"{_MICROSOFT}/2016/09/relationships/commentsIds": (f"{_WORD_TYPE}.commentsIds+xml",),
    f"{_MICROSOFT}/2018/08/relationships/commentsExtensible": (f"{_WORD_TYPE}.commentsExtensible+xml",),
    f"{_MICROSOFT}/2011/relationships/people": (f"{_WORD_TYPE}.people+xml",),
    f"{_MICROSOFT}/2019/05/relationships/documenttasks": (f"{_MS_TYPE}.documenttasks+xml",),
    f"{OFFICE}/glossaryDocument": (f"{_WORD_TYPE}.document.glossary+xml",),
    f"{OFFICE}/customXml": ("application/inkml+xml",),
    f"{OFFICE}/customXmlProps": (f"{_OFFICE_TYPE}.customXmlProperties+xml",),
    f"{OFFICE}/printerSettings": (f"{_WORD_TYPE}.printerSettings", f"{_OFFICE_TYPE}.spreadsheetml.printerSettings"),
    f"{OFFICE}/chart": (f"{_DRAWING_TYPE}.chart+xml",),
    f"{OFFICE}/chartUserShapes": (f"{_DRAWING_TYPE}.chartshapes+xml",),
    f"{OFFICE}/themeOverride": (f"{_OFFICE_TYPE}.themeOverride+xml",),
    f"{_MICROSOFT}/2011/relationships/chartStyle": (f"{_MS_TYPE}.chartstyle+xml",),
    f"{_MICROSOFT}/2011/relationships/chartColorStyle": (f"{_MS_TYPE}.chartcolorstyle+xml",),
    f"{_MICROSOFT}/2014/relationships/chartEx": (f"{_MS_TYPE}.chartex+xml",),
    f"{OFFICE}/diagramData": (f"{_DRAWING_TYPE}.diagramData+xml",),
    f"{OFFICE}/diagramLayout": (f"{_DRAWING_TYPE}.diagramLayout+xml",),
    f"{OFFICE}/diagramQuickStyle": (f"{_DRAWING_TYPE}.diagramStyle+xml",),
    f"{OFFICE}/diagramColors": (f"{_DRAWING_TYPE}.diagramColors+xml",),
    f"{_MICROSOFT}/2007/relationships/diagramDrawing": (f"{_MS_TYPE}.drawingml.diagramDrawing+xml",),
    f"{_MICROSOFT}/2007/relationships/hdphoto": ("image/vnd.ms-photo",),
}
"""The types of relationships between parts, each with the content types that its target may have."""

_PICTURE: Final = ("image",)
USES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("hyperlink", "id"): ("hyperlink",),
    ("hlinkClick", "id"): ("hyperlink",),
    ("hlinkHover", "id"): ("hyperlink",),
    ("hlinkMouseOver", "id"): ("hyperlink",),
    ("blip", "embed"): _PICTURE,
    ("svgBlip", "embed"): _PICTURE,
    ("imgLayer", "embed"): ("hdphoto", "image"),
    ("imagedata", "id"): _PICTURE,
    ("imagedata", "pict"): _PICTURE,
    ("imagedata", "relid"): _PICTURE,
    ("fill", "id"): _PICTURE,
    ("fill", "relid"): _PICTURE,
    ("stroke", "id"): _PICTURE,
    ("stroke", "relid"): _PICTURE,
    ("shape", "blip"): _PICTURE,
    **{(side, "id"): _PICTURE for side in ("top", "left", "bottom", "right")},
    **{("top", corner): _PICTURE for corner in ("topLeft", "topRight")},
    **{("bottom", corner): _PICTURE for corner in ("bottomLeft", "bottomRight")},
    ("headerReference", "id"): ("header",),
    ("footerReference", "id"): ("footer",),
    ("printerSettings", "id"): ("printerSettings",),
    ("contentPart", "id"): ("customXml",),
    ("chart", "id"): ("chart", "chartEx"),
    ("userShapes", "id"): ("chartUserShapes",),
    ("relIds", "dm"): ("diagramData",),
    ("relIds", "lo"): ("diagramLayout",),
    ("relIds", "qs"): ("diagramQuickStyle",),
    ("relIds", "cs"): ("diagramColors",),
    **{(f"embed{face}", "id"): ("font",) for face in ("Regular", "Bold", "Italic", "BoldItalic")},
}
"""What elements and attributes may use a relationship for, by local names: the last words of its possible types."""

CODES: Final[Mapping[str, str]] = {
    "vbaProject": "macros",
    "wordVbaData": "macros",
    "keyMapCustomizations": "macros",
    "attachedToolbars": "macros",
    "extensibility": "macros",
    "userCustomization": "macros",
    "entryMacro": "macros",
    "exitMacro": "macros",
    "oleObject": "embedded-object",
    "package": "embedded-object",
    "control": "embedded-object",
    "activeXControlBinary": "embedded-object",
    "OLEObject": "embedded-object",
    "objectEmbed": "embedded-object",
    "objectLink": "embedded-object",
    "externalData": "embedded-object",
    "aFChunk": "foreign-text",
    "altChunk": "foreign-text",
    "attachedTemplate": "attached-template",
    "mailMergeSource": "mail-merge",
    "mailMergeHeaderSource": "mail-merge",
    "recipientData": "mail-merge",
    "dataSource": "mail-merge",
    "headerSource": "mail-merge",
    "src": "mail-merge",
    "image": "outside-picture",
    "blip": "outside-picture",
    "svgBlip": "outside-picture",
    "imagedata": "outside-picture",
    "fill": "outside-picture",
    "stroke": "outside-picture",
    "hyperlink": "outside-link",
    "hlinkClick": "outside-link",
    "hlinkHover": "outside-link",
    "hlinkMouseOver": "outside-link",
    "subDocument": "outside-part",
    "subDoc": "outside-part",
    "frame": "outside-part",
    "sourceFileName": "outside-part",
    "saveThroughXslt": "outside-part",
    "transform": "outside-part",
}
"""The code of a fault by the element or the last word of the relationship's type. Others are ``unknown-part``."""

FORBIDDEN_ELEMENTS: Final = (
    "altChunk", "subDoc", "control", "OLEObject", "objectEmbed", "objectLink", "externalData", "attachedTemplate",
    "saveThroughXslt", "sourceFileName", "entryMacro", "exitMacro", "movie", "webVideoPr", "audioCd", "wavAudioFile",
    "audioFile", "videoFile", "quickTimeFile", "snd", "media", "model3d",
)  # fmt: skip
"""Elements that run, import or play something, whether or not they use a relationship."""
MERGE_SOURCES: Final = ("connectString", "query", "dataSource", "headerSource", "odso")
"""The elements of Word's own mail merge that name its list of addresses."""

LINK_ATTRIBUTES: Final = ("href",)
"""Attributes that lead to an address when somebody clicks."""
PICTURE_ATTRIBUTES: Final = ("src", "althref")
"""Attributes of old drawings that fetch a picture."""
FILLED: Final = ("imagedata", "fill", "stroke")
"""Elements of old drawings whose links fetch a picture, too."""
TEXT_ATTRIBUTES: Final = frozenset(
    [
        "uri", "namespaceuri", "url", "descr", "title", "tooltip", "alt", "name", "val", "string", "prefixMappings",
        "xpath", "instr", "userId", "providerId", "author", "initials", "invalidUrl", "text", "displayName",
        "tgtFrame",
    ]
)  # fmt: skip
"""Attributes in which an address is only a name or text to read."""

_HARMLESS: Final = re.compile(r"(?:https?|mailto|tel):(?!\s)|#|$", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def is_harmless(address: str) -> bool:
    """Whether an address is one of the web, of a mailbox, of a telephone, or of a place in the same file."""
    return _HARMLESS.match(address) is not None and not _CONTROL.search(address)
