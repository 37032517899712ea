"""Word's vocabulary: namespaces, and text as XML may carry it."""

from __future__ import annotations

from typing import Final

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# A plain line feed or tab in an attribute would be read back as a space.
_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)


def w(name: str) -> str:
    """The qualified name, as lxml wants it, of one of Word's elements or attributes."""
    return f"{{{W}}}{name}"


def escaped(text: str) -> str:
    """The text as an element's content."""
    return text.translate(_TEXT)


def quoted(text: str) -> str:
    """The text as an attribute's value, quotation marks included."""
    return f'"{text.translate(_VALUE)}"'
