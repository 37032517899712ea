"""Gives each paragraph of a letter a hidden bookmark that names its place in the letter.

Programs keep bookmarks when somebody edits the file, while they count numbers of paragraphs and lists anew; Word does
not list those whose names begin with "_". A value that a template shows, or the runs of a paragraph, bring the name of
their place along, between two characters that XML forbids. When the template is filled in, the names in a paragraph
become bookmarks around its words.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from markupsafe import Markup

from circulars.render.docx.markup import w

BLOCK: Final = "_c_"
"""How the names of the bookmarks begin that name the place of a block, an annex or a footnote."""
FIELD: Final = "_f_"
"""How the names of the bookmarks begin that name a field of the letter's head or end."""

_OPEN, _CLOSE = "\x0e", "\x0f"
_TOKEN: Final = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_PIECE: Final = re.compile(f"<w:p(?: [^>]*)?(?<!/)>|</w:p>|</w:pPr>|{_TOKEN.pattern}")
_NAME: Final = re.compile(f"(?:{BLOCK}|{FIELD})[A-Za-z0-9_]+")
_ESCAPED: Final = {".": "_d", "-": "_h", "_": "_u", "#": "_n", "/": "_l"}
_LONGEST: Final = 40


class PlacedText(str):
    """The text of a field, with the ``name`` of its place."""

    __slots__ = ("name",)
    name: str


class PlacedRuns(Markup):
    """The runs of a field, with the ``name`` of their place."""

    __slots__ = ("name",)
    name: str


def bookmark_name(id: str) -> str:
    """The name of the bookmark to which links to a block lead: unique, and only letters, digits and "_"."""
    name = _safe(id)
    return _shortened(name if name[:1].isalpha() else f"_{name}")


def block_name(place: str) -> str:
    """The name of the bookmark for a place among the blocks, annexes and footnotes."""
    return _shortened(BLOCK + _safe(place))


def field_name(place: str) -> str:
    """The name of the bookmark for a field."""
    return _shortened(FIELD + _safe(place))


def is_place(name: str) -> bool:
    """Whether a bookmark's name is that of a place."""
    return _NAME.fullmatch(name) is not None


def token(name: str) -> str:
    """The name of a place, to be put beside the runs of its paragraph."""
    return f"{_OPEN}{name}{_CLOSE}"


def text_at(place: str, text: str) -> str:
    """The text of a field with the name of its place."""
    return named_text(field_name(place), text)


def runs_at(place: str, runs: str) -> Markup:
    """The runs of a field with the name of their place."""
    return named_runs(field_name(place), runs)


def named_text(name: str, text: str) -> str:
    """A text with the name of its place."""
    placed = PlacedText(text)
    placed.name = name
    return placed


def named_runs(name: str, runs: str) -> Markup:
    """Runs with the name of their place."""
    placed = PlacedRuns(runs)
    placed.name = name
    return placed


def with_name(value: object) -> object:
    """A value that a template shows, with the name of its place written before it."""
    if isinstance(value, PlacedRuns):
        return Markup(token(value.name)) + Markup(value)  # noqa: S704  # both are XML of this package
    return token(value.name) + value if isinstance(value, PlacedText) else value


def with_names_apart(text: str) -> tuple[str, str]:
    """The names of places in the text of a run, to be put before the run, and the text without them."""
    return "".join(map(token, _TOKEN.findall(text))), _TOKEN.sub("", text)


def with_bookmarks(text: str, first: int) -> tuple[str, int]:
    """A part of the file with the names in it as bookmarks, numbered from ``first``, and the next number.

    Each name is there once. What is in a paragraph's text box belongs to paragraphs of its own.
    """
    pieces, open_paragraphs, used, end = list[str](), list[_Open](), set[str](), 0
    for found in _PIECE.finditer(text):
        pieces.append(text[end : found.start()])
        end = found.end()
        if found[1] is not None:
            if open_paragraphs and is_place(found[1]) and found[1] not in used:
                open_paragraphs[-1].names.append(found[1])
                used.add(found[1])
            continue
        if found[0] == "</w:p>" and open_paragraphs:
            ended = open_paragraphs.pop()
            numbered = [*enumerate(ended.names, first)]
            first += len(numbered)
            pieces[ended.start] = "".join(map(_start, numbered))
            pieces.append("".join(f'<w:bookmarkEnd w:id="{number}"/>' for number, _ in numbered))
        pieces.append(found[0])
        if found[0] == "</w:pPr>" and open_paragraphs:
            open_paragraphs[-1].start = len(pieces)
            pieces.append("")
        elif found[0].startswith("<w:p"):
            open_paragraphs.append(_Open(len(pieces)))
            pieces.append("")
    return "".join((*pieces, text[end:])), first


@dataclass(slots=True)
class _Open:
    """A paragraph that has not ended: the piece before its words, and the names in it."""

    start: int
    names: list[str] = field(default_factory=list)


def _start(numbered: tuple[int, str]) -> str:
    number, name = numbered
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'


def without_names(text: str) -> str:
    """A part of the file without names of places."""
    return _TOKEN.sub("", text)


def remove_bookmarks(story: etree._Element) -> None:
    """Removes the bookmarks of places from a template that was made from a letter."""
    found = {mark.get(w("id")): mark for mark in story.iter(w("bookmarkStart")) if is_place(mark.get(w("name"), ""))}
    for mark in (*found.values(), *(end for end in [*story.iter(w("bookmarkEnd"))] if end.get(w("id")) in found)):
        parent = mark.getparent()
        assert parent is not None  # the root of a story is no bookmark
        parent.remove(mark)


def _safe(id: str) -> str:
    return "".join(_ESCAPED.get(sign) or (sign if _is_plain(sign) else f"_x{ord(sign):x}_") for sign in id)


def _is_plain(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _shortened(name: str) -> str:
    """A name of at most 40 characters; a longer one has a hash at its end."""
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 12]}_z{hashlib.sha256(name.encode()).hexdigest()[:10]}"
