"""Completes a Word template: adds the parts of the shipped template whose tags it lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.doctor.fix_parts import Fix
from circulars.doctor.own_block import has_block
from circulars.doctor.simple_parts import in_reading_order, simple_part
from circulars.doctor.styles import name_of
from circulars.doctor.word import WordTemplate
from circulars.render.docx.markup import typed_text, w
from circulars.render.docx.stationery import styles_of
from circulars.render.docx.tags import LATER, NECESSARY

_FIELD: Final = re.compile(r"\{\{[rp]?\s*([a-z_]+)|\{%\w*\s*(?:if|elif|for \w+ in)\s+([a-z_]+)")
_STATEMENT: Final = re.compile(r"\{%p\s*(if|for|endif|endfor)\b")
_WIDTHS: Final = (("tblW", "w"), ("gridCol", "w"), ("tcW", "w"))
_SHOWN: Final = (*NECESSARY, *LATER, "end")
"""The fields of which a letter needs a tag, and the paragraph that Word needs after a table."""
_INSTEAD: Final = {"first": "particulars", "others": "particulars"}


@dataclass(frozen=True, slots=True)
class _LetterPart:
    """Paragraphs and tables of the shipped template that are one part of a letter, and the fields that they show."""

    elements: tuple[etree._Element, ...]
    fields: frozenset[str]


def complete(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Adds each part of the shipped template of which the template has no tag, in the order of the shipped one.

    Of a part of which it has some tags, the other fields are added as plain paragraphs. Parts that letters can do
    without are not added.
    """
    body, theirs = _body(word), _body(shipped)
    own = _fields_of(body) | _furniture_fields(word)
    scale = _text_width(body) / (_text_width(theirs) or 1)
    place: int | None = None
    pieces = list(_pieces(theirs))
    for number, piece in enumerate(pieces):
        has = {name for field in piece.fields for name in (field, _INSTEAD.get(field, field)) if name in own}
        if has:
            for field in _lacking(piece.fields, has):
                elements = simple_part(field)
                _rename_styles(elements, word, shipped)
                after = _insert(body, _beside(body, field, piece.fields, place), elements)
                place = place if place is None else after
                yield "missing-tag", f"a tag for {_listed([field])} was added"
            ends = [body.index(mine.elements[-1]) + 1 for mine in _pieces(body) if mine.fields & (has | piece.fields)]
            place = max([place or 0, *ends]) if ends else place
        elif piece.fields:
            # The shipped letterhead has a row for the addressee, which the template has elsewhere.
            is_simple = "letterhead" in piece.fields and has_block(word)
            elements = simple_part("letterhead") if is_simple else [deepcopy(one) for one in piece.elements]
            _fit(elements, scale)
            _rename_styles(elements, word, shipped)
            if place is None and is_simple:
                place = _below_block(body)
            elif place is None:
                place = _before(body, frozenset(field for later in pieces[number:] for field in later.fields))
            place = _insert(body, place, elements)
            yield "missing-tag", f"the shipped template's part with {_listed(piece.fields)} was added"


def _lacking(fields: frozenset[str], has: Collection[str]) -> list[str]:
    """The fields of a part that a template does not show, in reading order."""
    return [name for name in in_reading_order(fields) if name not in has and _INSTEAD.get(name) not in has]


def _insert(body: etree._Element, place: int, elements: Sequence[etree._Element]) -> int:
    """Inserts elements at a place, and returns the place after them."""
    for number, one in enumerate(elements):
        body.insert(place + number, one)
    return place + len(elements)


def _beside(body: etree._Element, field: str, fields: frozenset[str], after: int | None) -> int:
    """The place of a field in the body: after those of its part that precede it, or else before those that follow.

    ``after`` is the place after the parts that precede its own, if the body has any.
    """
    order = in_reading_order(fields)
    before = set(order[: order.index(field)])
    ends = [body.index(mine.elements[-1]) + 1 for mine in _pieces(body) if mine.fields & before]
    if ends:
        return max(ends[-1], after or 0)
    if after is not None:
        return after
    return _before(body, frozenset(order[order.index(field) + 1 :]))


def _below_block(body: etree._Element) -> int:
    """The place after the element with the addressee's block."""
    return next(nth for nth, one in enumerate(body, 1) if "addressee" in _names_in(one))


def _before(body: etree._Element, fields: frozenset[str]) -> int:
    """The index of the first part of the body that shows one of the fields, or of the end of the body."""
    starts = (body.index(mine.elements[0]) for mine in _pieces(body) if mine.fields & fields)
    return next(starts, len(body) - (len(body) > 0 and body[-1].tag == w("sectPr")))


def _listed(fields: Iterable[str]) -> str:
    return ", ".join(f"'{field}'" for field in _SHOWN if field in fields)


def _body(word: WordTemplate) -> etree._Element:
    body = word.trees[word.main].find(w("body"))
    return word.trees[word.main] if body is None else body


def _fields_of(element: etree._Element) -> set[str]:
    return _names_in(element) & {*_SHOWN, "particulars"}


def _names_in(element: etree._Element) -> set[str]:
    text = typed_text(element)
    return {name for found in _FIELD.findall(text) for name in found if name}


def _furniture_fields(word: WordTemplate) -> set[str]:
    return {field for name in word.stories if name != word.main for field in _fields_of(word.trees[name])}


def _pieces(body: etree._Element) -> Iterator[_LetterPart]:
    """The parts of the body: what is between a statement and its end is one part."""
    held: list[etree._Element] = []
    depth = 0
    for element in body:
        if element.tag == w("sectPr"):
            continue
        held.append(element)
        if element.tag == w("p"):
            text = typed_text(element)
            for statement in _STATEMENT.findall(text):
                depth += -1 if statement.startswith("end") else 1
        if depth == 0:
            yield _LetterPart(tuple(held), frozenset(field for one in held for field in _fields_of(one)))
            held = []


def _text_width(body: etree._Element) -> int:
    size, margins = next(body.iter(w("pgSz")), None), next(body.iter(w("pgMar")), None)
    if size is None or margins is None:
        return 0
    return int(size.get(w("w"), 0)) - int(margins.get(w("left"), 0)) - int(margins.get(w("right"), 0))


def _fit(elements: Sequence[etree._Element], scale: float) -> None:
    """Makes tables as wide as the text area."""
    for element in elements:
        for name, attribute in _WIDTHS:
            for one in element.iter(w(name)):
                one.set(w(attribute), str(round(int(one.get(w(attribute), 0)) * scale)))


def _rename_styles(elements: Sequence[etree._Element], word: WordTemplate, shipped: WordTemplate) -> None:
    """Uses the template's own styles where it has them under the same names."""
    styles, theirs = word.part("styles"), shipped.part("styles")
    if styles is None or theirs is None:
        return
    own = {name: style.get(w("styleId"), "") for name, style in styles_of(styles).items()}
    names = {style.get(w("styleId"), ""): name_of(style).lower() for style in theirs.iter(w("style"))}
    for element in elements:
        for kind in ("pStyle", "rStyle", "tblStyle"):
            for one in element.iter(w(kind)):
                id = one.get(w("val"), "")
                one.set(w("val"), own.get(names.get(id, ""), id))
