"""Writes the changes of a letter as a Word file with tracked changes.

If all changes are accepted, the file reads as the Word file of the new letter; if all are rejected, as that of the old
one, laid out with the template of the new one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from lxml import etree

from circulars.files.opc import parse_part
from circulars.model.document import Document, holes_of
from circulars.pack import Pack
from circulars.render.docx import laid_out
from circulars.render.docx.markup import w
from circulars.review.comparison import Comparison
from circulars.review.redline.blocks import Block, Slots, all_paragraphs, blocks_of
from circulars.review.redline.content import Signs
from circulars.review.redline.keys import keyed
from circulars.review.redline.links import links_of
from circulars.review.redline.package import (
    Parts,
    bring,
    number_again,
    packed,
    relations_of,
    serialized,
    unpacked,
)
from circulars.review.redline.pairing import cut_alike
from circulars.review.redline.tables import RedlineWriter
from circulars.review.redline.tracked import Tracker

_MAIN = "word/document.xml"


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of the letter as a Word file: its parts, those with keys instead of words, and what the keys mean."""

    parts: Parts
    keyed: Parts
    slots: Slots
    signs: Signs


def redline(compared: Comparison, pack: Pack, author: str, date: datetime.datetime) -> bytes:
    """The Word file of the new letter, in which the changes are tracked.

    Raises:
        PackError: the Word template cannot be used.
    """
    old, new = _version(compared.old, pack), _version(compared.new, pack)
    writer = RedlineWriter(links_of(compared), Tracker(author, date))
    parts = dict(new.parts)
    relations = relations_of(parts, _MAIN)
    before, after = parse_part(old.parts[_MAIN]), parse_part(new.parts[_MAIN])
    bring(old.parts, parts, _MAIN, before, relations)
    bodies = [_body(tree, version, _MAIN) for tree, version in ((before, old), (after, new))]
    cut_alike([*all_paragraphs(bodies[0])], [*all_paragraphs(bodies[1])], writer.links)
    body = after[0]
    section = body.find(w("sectPr"))
    written = writer.blocks(bodies[0], bodies[1])
    for child in [*body]:
        body.remove(child)
    body.extend(written)
    if section is not None:
        body.append(section)
    number_again([after])
    parts[_MAIN] = serialized(after)
    parts["word/_rels/document.xml.rels"] = serialized(relations.tree)
    return packed(parts)


def _version(document: Document, pack: Pack) -> _Version:
    shown, slots = keyed(document)
    signs = {str(number): one.sign for number, one in enumerate(document.footnotes, 1)}
    return _Version(_parts(document, pack), _parts(shown, pack), slots, signs)


def _parts(document: Document, pack: Pack) -> Parts:
    texts = {name: f"«{name}»" for name in holes_of(document)}
    return unpacked(laid_out(document, pack, texts).packed({}))


def _body(tree: etree._Element, version: _Version, name: str) -> list[Block]:
    shown = parse_part(version.keyed[name])
    return blocks_of(tree[0], shown[0], version.slots, version.signs)
