"""Word's vocabulary: namespaces, and text as XML may carry it."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from circulars.files.opc import OFFICE

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = OFFICE
WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"

_LONGEST_TIP = 255

_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
# What an addressee fills stands between two characters that no XML can hold, so that it is found again
# whatever a template has done around it.
OPEN: Final = "\x01"
CLOSE: Final = "\x02"
APART: Final = "\x03"
_ROOM = "  "
HOLE: Final = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
"""What is found between the two characters."""

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def w(name: str) -> str:
    """The qualified name, as lxml wants it, of one of Word's elements or attributes."""
    return f"{{{W}}}{name}"


def escaped(text: str) -> str:
    """The text as an element's content."""
    # A bare carriage return would be read back as a line feed.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def quoted(text: str) -> str:
    """The text as an attribute's value, quotation marks included."""
    # A bare line feed or tab would be read back as a space.
    value = escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{value}"'


def xml(text: str) -> Markup:
    """XML that this package has written, so that the template takes it as it is."""
    return Markup(text)  # noqa: S704  # every text inside has gone through escaped() or quoted()


def tip(text: str) -> str:
    """What Word shows of a link, as an attribute's value; LibreOffice makes it the description that PDF/UA wants."""
    words = " ".join(text.split())
    if OPEN in words:
        return quoted(HOLE.sub(rf"{OPEN}\1{APART}tip{CLOSE}", words))
    return quoted(words if len(words) <= _LONGEST_TIP else f"{words[: _LONGEST_TIP - 1]}…")


def hole(shown: str) -> str:
    """The text between the characters that keep a hole apart.

    Two spaces come before it. Where a text is made one line, as a title is, one of them is left: so it can be told
    later that what stands in this hole belongs in one line.

    Raises:
        ValueError: no XML can hold the text.
    """
    return f"{OPEN}{_ROOM}{possible(shown)}{CLOSE}"


def shown_in(hole: str) -> tuple[str, bool]:
    """What stands in a hole, and whether it belongs in one line."""
    return (hole.removeprefix(_ROOM), False) if hole.startswith(_ROOM) else (hole.removeprefix(" "), True)


def possible(text: str) -> str:
    """The text itself, when XML can hold it; whoever reads what people have typed has refused anything else before.

    Raises:
        ValueError: no XML can hold the text.
    """
    if _IMPOSSIBLE.search(text):
        raise ValueError(f"no XML can hold {text!r}")
    return text
