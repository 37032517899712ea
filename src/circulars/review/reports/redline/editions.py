"""Reads a version of a letter as a Word file, with what each of its paragraphs shows of the letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from circulars.files.opc import parse_part, targets
from circulars.model.document import Document, holes_of
from circulars.pack import Pack
from circulars.render.docx import laid_out
from circulars.render.docx.markup import w
from circulars.review.reports.redline.blocks import Block, Slots, blocks_of
from circulars.review.reports.redline.keys import keyed
from circulars.review.reports.redline.package import Parts, unpacked

Footnotes = dict[str, etree._Element]
"""The footnotes of a letter in a Word file, by their keys in the letter."""


@dataclass(slots=True)
class WordVersion:
    """A version of the letter as a Word file.

    ``parts`` are those of the file, and ``keyed`` those of one that has ``slots`` instead of words. ``trees`` has the
    parts with text that changes read and write, by name; ``notes`` is the name of the one with footnotes, or "".
    ``footnotes`` are those of the letter, and ``signs`` what their marks show, by their numbers in the file.
    """

    document: Document
    parts: Parts
    keyed: Parts
    slots: Slots
    main: str
    notes: str
    trees: dict[str, etree._Element] = field(default_factory=dict)
    footnotes: Footnotes = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> etree._Element:
        """A part's XML."""
        return parse_part(self.parts[name])

    def blocks(self, name: str) -> list[Block]:
        """The text of a part."""
        return self._blocks(holder_of(self.trees[name]), holder_of(parse_part(self.keyed[name])))

    def texts_of_footnotes(self) -> dict[str, list[Block]]:
        """The texts of the footnotes by their keys."""
        part = self.keyed.get(self.notes)
        shown = footnotes_in(parse_part(part), self.document) if part else {}
        return {key: self._blocks(footnote, shown.get(key)) for key, footnote in self.footnotes.items()}

    def _blocks(self, holder: etree._Element, shown: etree._Element | None) -> list[Block]:
        return blocks_of(holder, shown, self.slots, self.signs)


def edition_of(document: Document, pack: Pack) -> WordVersion:
    """The version as a Word file with the pack's template.

    Raises:
        PackError: the template cannot be used.
    """
    document = replace(document, addressee=())  # only copies have it
    shown, slots = keyed(document)
    parts = word_file(document, pack)
    (main,) = targets(parts, "", "officeDocument")
    notes = next(iter(targets(parts, main, "footnotes")), "") if document.footnotes else ""
    edition = WordVersion(document, parts, word_file(shown, pack), slots, main, notes)
    edition.trees |= {name: edition.read(name) for name in _stories(parts, main)}
    if notes:
        edition.footnotes |= footnotes_in(edition.trees[notes], document)
    signs = {one.id: one.sign for one in document.footnotes}
    edition.signs |= {note.get(w("id"), ""): signs[key] for key, note in edition.footnotes.items()}
    return edition


def footnotes_in(part: etree._Element, document: Document) -> Footnotes:
    """The footnotes of a letter; they are the last ones of their part."""
    found = [one for one in part.iterchildren(w("footnote")) if one.get(w("type")) is None]
    own = found[len(found) - len(document.footnotes) :]
    return {one.id: note for one, note in zip(document.footnotes, own, strict=True)}


def word_file(document: Document, pack: Pack) -> Parts:
    """The parts of the version's Word file."""
    texts = {name: f"«{name}»" for name in holes_of(document)}
    return unpacked(laid_out(document, pack, texts).packed({}))


def _stories(parts: Mapping[str, bytes], main: str) -> Iterator[str]:
    yield main
    for kind in ("header", "footer", "footnotes"):
        yield from dict.fromkeys(name for name in targets(parts, main, kind) if name in parts)


def holder_of(tree: etree._Element) -> etree._Element:
    """What has the paragraphs of a part: the body, or the part itself."""
    body = tree.find(w("body"))
    return tree if body is None else body
