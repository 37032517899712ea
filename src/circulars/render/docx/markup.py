"""Word's namespaces, and escaping of text for XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree
from markupsafe import Markup

from circulars.files.opc import OFFICE

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = OFFICE
WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"
MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_W15: Final = "http://schemas.microsoft.com/office/word/2012/wordml"

_LONGEST_TIP = 255

_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
# A hole is enclosed in two characters that XML forbids, so that it can be found again in the template's output.
OPEN: Final = "\x01"
CLOSE: Final = "\x02"
APART: Final = "\x03"
_DIRECTIONS: Final = {"\u200e": "\x04", "\u200f": "\x05", "\u202a": "\x08", "\u202b": "\x06", "\u202c": "\x07"}
WRITTEN_MARKS: Final = "".join(_DIRECTIONS)
"""The marks of direction that this package writes beside words, for use in a class of a regular expression."""
_MARKS: Final = {hidden: mark for mark, hidden in _DIRECTIONS.items()}
_NO_MARKS: Final = dict.fromkeys(_MARKS, "")
_ROOM = "  "
FONT_OF_SIGNS: Final = '<w:rFonts w:cstheme="minorHAnsi"/>'
"""The font of digits and signs in text from right to left: that of Latin text.

The fonts of such letters often lack brackets, dashes and signs. LibreOffice then took "#" and "©" from a font of
pictures, which a PDF does not show.
"""
HOLE: Final = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
"""The text between the two characters."""

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def twips(millimetres: float) -> int:
    """A length in twentieths of a point, in which Word measures."""
    return round(millimetres * 1440 / 25.4)


def w(name: str) -> str:
    """The qualified name of one of Word's elements or attributes, in lxml's notation."""
    return f"{{{W}}}{name}"


def typed_text(element: etree._Element) -> str:
    """The text of the ``w:t`` elements in an element of Word's: what was typed there, without tabs and line breaks."""
    return "".join(node.text or "" for node in element.iter(w("t")))


def by_program(word: str, others: str) -> str:
    """XML that Word reads, and other XML for programs that do not know Word's namespace of 2013, as LibreOffice."""
    return (
        f'<mc:AlternateContent xmlns:mc="{MC}" xmlns:w15="{_W15}"><mc:Choice Requires="w15">{word}</mc:Choice>'
        f"<mc:Fallback>{others}</mc:Fallback></mc:AlternateContent>"
    )


def escaped(text: str) -> str:
    """The text as an element's content."""
    # XML readers turn a single carriage return into a line feed.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def quoted(text: str) -> str:
    """The text as an attribute's value, quotation marks included."""
    # XML readers turn a line feed or a tab in an attribute into a space.
    value = escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{value}"'


def kept_apart(text: str) -> str:
    """The text with its marks of direction as characters that XML forbids: so the template's own marks are found."""
    return _replaced(text, _DIRECTIONS)


def with_marks(text: str) -> str:
    """XML with the marks of direction that this package has set."""
    return _replaced(text, _MARKS)


def without_marks(text: str) -> str:
    """XML without the marks of direction that this package has set."""
    return _replaced(text, _NO_MARKS)


def _replaced(text: str, signs: Mapping[str, str]) -> str:
    # ``str.translate`` looks at each character: in a long text without these it takes a hundred times as long.
    for sign, other in signs.items():
        text = text.replace(sign, other)
    return text


def xml(text: str) -> Markup:
    """XML that this package has written, marked so that the template does not escape it."""
    return Markup(text)  # noqa: S704  # every text inside has gone through escaped() or quoted()


def tip(text: str) -> str:
    """The tooltip of a link, as an attribute's value. LibreOffice makes it the description that PDF/UA requires."""
    words = " ".join(text.split())
    if OPEN in words:
        return quoted(HOLE.sub(rf"{OPEN}\1{APART}tip{CLOSE}", words))
    return quoted(words if len(words) <= _LONGEST_TIP else f"{words[: _LONGEST_TIP - 1]}…")


def hole(shown: str) -> str:
    """A hole: its text between the two characters that mark it.

    Two spaces come before the text. When a text is joined into one line, as a title is, only one of them is left. This
    shows later that a value in this hole must be on one line.

    Raises:
        ValueError: the text has characters that XML forbids.
    """
    return f"{OPEN}{_ROOM}{possible(shown)}{CLOSE}"


def shown_in(hole: str) -> tuple[str, bool]:
    """The text in a hole, and whether it must be on one line."""
    return (hole.removeprefix(_ROOM), False) if hole.startswith(_ROOM) else (hole.removeprefix(" "), True)


def possible(text: str) -> str:
    """The text unchanged, if XML allows its characters. Input with other characters has been refused earlier.

    Raises:
        ValueError: the text has characters that XML forbids.
    """
    if _IMPOSSIBLE.search(text):
        raise ValueError(f"{text!r} has characters that XML forbids")
    return text
