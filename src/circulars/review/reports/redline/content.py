"""Reads the content of a paragraph of a Word file as pieces: characters of one formatting, links, and fields."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from circulars.render.docx.markup import MC, R, w
from circulars.review.reports.redline.elements import content_of, element
from circulars.review.reports.redline.links import At

_BREAKS: Final = {w("br"): "\n", w("tab"): "\t"}
_SHOWN: Final = {w("cr"): "\n", w("noBreakHyphen"): "\u2011"}
_LINK: Final = w("hyperlink")
_HOLDERS: Final = {w("sdt"): w("sdtContent"), f"{{{MC}}}AlternateContent": f"{{{MC}}}Choice"}
_FIELD_CHARACTER: Final = w("fldChar")
# Marks that stand between runs and have no words: bookmarks, errors of spelling.
_LOOSE: Final = {w(name) for name in ("bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd")}


@dataclass(eq=False, slots=True)
class RunPiece:
    """Characters of one formatting, or another element of a run: a picture, the mark of a footnote.

    ``look`` is the ``w:rPr`` of the run, and ``shape`` its content. ``at`` is where the words are in the letter.
    """

    text: str
    look: etree._Element | None
    shape: tuple[Any, ...]
    element: etree._Element | None = None
    at: At | None = None

    def cut(self, length: int) -> tuple[RunPiece, RunPiece]:
        """The first characters, and the others."""
        at = At(self.at.key, self.at.offset + length) if self.at else None
        first = RunPiece(self.text[:length], self.look, self.shape, self.element, self.at)
        return first, RunPiece(self.text[length:], self.look, self.shape, self.element, at)


@dataclass(eq=False, slots=True)
class RunGroup:
    """Pieces in one link, field or control; ``key`` is its address, or its code.

    The runs of a field before and after its result are its ``head`` and ``tail``; anything else has a ``shell``.
    """

    key: tuple[str, ...]
    pieces: list[RunPiece]
    shell: etree._Element | None = None
    head: list[etree._Element] = field(default_factory=list)
    tail: list[etree._Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is shown of it."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(eq=False, slots=True)
class Loose:
    """An element without words between runs or paragraphs, such as the beginning of a bookmark."""

    element: etree._Element
    is_block: bool = False

    @property
    def text(self) -> str:
        """No text."""
        return ""


Part = RunPiece | RunGroup | Loose
Signs = Mapping[str, str]
"""What the marks of footnotes show, by the ids of the footnotes."""


def pieces_of(parts: Iterable[Part]) -> Iterator[RunPiece]:
    """All pieces, also those in links and fields."""
    for part in parts:
        if isinstance(part, RunPiece):
            yield part
        elif isinstance(part, RunGroup):
            yield from part.pieces


def parts_of(paragraph: etree._Element, signs: Signs) -> list[Part]:
    """The content of a paragraph, or of another element that has runs."""
    found: list[Part] = []
    open_field: list[etree._Element] = []
    depth = 0
    for child in _single(paragraph):
        if child.tag != w("r"):
            if depth:
                open_field.append(child)
            else:
                found += _part(child, signs)
            continue
        kind = _field_kind(child)
        if depth or kind == "begin":
            open_field.append(child)
            depth += {"begin": 1, "end": -1}.get(kind, 0)
            if not depth:
                found.append(_field(open_field, signs))
                open_field = []
        else:
            found.append(_piece(child, signs))
    return found


def _single(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The children of a paragraph, with a run for each element of a run."""
    for child in paragraph:
        if child.tag == w("r"):
            look = child.find(w("rPr"))
            for shown in child:
                if shown.tag != w("rPr") and isinstance(shown.tag, str):
                    run = element("r")
                    run.extend(copy.deepcopy(one) for one in (look, shown) if one is not None)
                    yield run
        elif child.tag != w("pPr") and isinstance(child.tag, str):
            yield child


def _field_kind(run: etree._Element) -> str:
    mark = run.find(_FIELD_CHARACTER)
    return mark.get(w("fldCharType"), "") if mark is not None else ""


def _part(child: etree._Element, signs: Signs) -> list[Part]:
    if child.tag in _LOOSE:
        return [Loose(child)]
    inner = holder_of_runs(child)
    pieces = [*pieces_of(parts_of(inner, signs))] if inner is not None else []
    key: tuple[str, ...]
    if child.tag == _LINK:
        key = ("link", child.get(f"{{{R}}}id", ""), child.get(w("anchor"), ""))
    else:
        shown = "".join(piece.text for piece in pieces) if child.tag == w("sdt") else ""
        key = (str(child.tag), shown, *(f"{name!s}={value!s}" for name, value in sorted(child.attrib.items())))
    return [RunGroup(key, pieces, child)]


def holder_of_runs(shell: etree._Element) -> etree._Element | None:
    """The element with the runs of a link, a control, or what programs read differently: there, the newer content."""
    inner = _HOLDERS.get(str(shell.tag))
    return shell.find(inner) if inner else shell


def _piece(run: etree._Element, signs: Signs) -> RunPiece:
    look, (shown,) = run.find(w("rPr")), [child for child in run if child.tag != w("rPr")]
    shape = content_of(look)
    if shown.tag == w("t"):
        return RunPiece(shown.text or "", look, shape)
    if shown.tag in _BREAKS and not shown.attrib:
        return RunPiece(_BREAKS[str(shown.tag)], look, shape)
    sign = _SHOWN.get(str(shown.tag), "")
    if shown.tag == w("footnoteReference") and not shown.get(w("customMarkFollows")):
        sign = signs.get(shown.get(w("id"), ""), "")
    return RunPiece(sign, look, shape, shown)


def _field(runs: Sequence[etree._Element], signs: Signs) -> RunGroup:
    """A field; what it shows is between the marks that separate and end it."""
    depth, first, last = 0, len(runs), len(runs) - 1
    code = ""
    for place, run in enumerate(runs):
        kind = _field_kind(run) if run.tag == w("r") else ""
        depth += {"begin": 1, "end": -1}.get(kind, 0)
        if kind == "separate" and depth == 1:
            first = place + 1
        if first > place:
            code += "".join(part.text or "" for part in run.iter(w("instrText")))
    first = min(first, last)
    shown = element("p")
    shown.extend(copy.deepcopy(run) for run in runs[first:last])
    pieces = [*pieces_of(parts_of(shown, signs))]
    return RunGroup(("field", " ".join(code.split())), pieces, None, [*runs[:first]], [*runs[last:]])


def written(piece: RunPiece) -> list[etree._Element]:
    """The elements of a run that show a piece."""
    if piece.element is not None:
        return [copy.deepcopy(piece.element)]
    found: list[etree._Element] = []
    words = ""
    for character in (*piece.text, ""):
        name = {"\n": "br", "\t": "tab"}.get(character)
        if (name or not character) and words:
            found.append(_words(words))
            words = ""
        if name:
            found.append(element(name))
        else:
            words += character
    return found


def _words(text: str) -> etree._Element:
    words = element("t")
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    words.text = text
    return words


def cut_at(parts: Sequence[Part], places: Callable[[RunPiece], Iterable[int]]) -> list[Part]:
    """The content with each piece cut at some places, which are counted from its beginning."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, RunGroup):
            part.pieces = [*pieces_of(cut_at(part.pieces, places))]
            found.append(part)
        elif isinstance(part, RunPiece):
            found += _cut(part, places(part))
        else:
            found.append(part)
    return found


def _cut(piece: RunPiece, places: Iterable[int]) -> Iterator[RunPiece]:
    done = 0
    for place in sorted(set(places)):
        if done < place < done + len(piece.text) and piece.element is None:
            first, piece = piece.cut(place - done)
            yield first
            done = place
    yield piece
