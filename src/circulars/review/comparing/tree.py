"""Turns a document into a tree of parts to compare, in reading order, each with its words and its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import assert_never

from circulars.model.document import AddressList, Document, LabelledList, Particular, Picture, SettledAnnex
from circulars.model.places import label_place, signature_place
from circulars.model.text import Block, Heading, Items, Note, Paragraph, Span, Spans, Table, one_line
from circulars.review.comparing.list_items import items_of, list_look, page_look
from circulars.review.comparing.table_rows import rows_of, table_look
from circulars.review.comparing.units import EVERYBODY, Audiences, Unit, cut, lines_joined

__all__ = ["EVERYBODY", "Audiences", "Unit", "tree_of"]

_FURTHER = re.compile(r"\.\d+$")


def tree_of(document: Document, audiences: Audiences) -> Unit:
    """The whole document as one part."""
    parts = (*_head(document), _flow("body", "", document.body, audiences), *_ending(document))
    annexes = tuple(_annexes(document, audiences))
    pages = (
        _field("running-header", "page header", _lines(document.running_header)),
        _field("footer", "page footer", _lines(document.footer)),
    )
    footnotes = (
        Unit("footnotes", "footnotes", parts=tuple(_footnotes(document)), name="footnotes", family="footnotes"),
    )
    whole = (
        *parts,
        Unit("annexes", "annexes", parts=annexes, name="annexes", family="annexes"),
        *(footnotes if document.footnotes else ()),
        *pages,
    )
    return Unit("letter", "letter", parts=whole, family="letter", look=f"in the layout '{document.layout}'")


def _field(key: str, place: str, spans: Spans, picture: Picture | None = None) -> Unit:
    return Unit(key, place, spans, name=key, family="field", picture=picture)


def _lines(lines: Iterable[str]) -> Spans:
    return (Span("\n".join(line for line in lines if line)),)


def _as_place(label: str, otherwise: str) -> str:
    """The name of a place from its label: "To" for "To:"."""
    return label.rstrip(": \u00a0\u202f\uff1a") or otherwise


def _head(document: Document) -> Iterator[Unit]:
    letterhead = document.letterhead
    yield _field("letterhead", "letterhead", _lines((letterhead.organization, letterhead.bureau)), letterhead.mark)
    if document.addressee:
        yield replace(_field("addressee", "addressee", document.addressee), look=f"at the {document.window}")
    yield _field("date", "date", _lines((document.date_line,)))
    yield from _particulars(document.particulars)
    yield from _address_lists("addressees", document.addressees, "addressees")
    subject = _as_place(document.subject_label, "subject")
    label = _field(label_place("subject"), f"label of {subject}", _lines((document.subject_label,)))
    yield from (_field("subject", subject, lines_joined(document.subject)), label)
    yield _list("references", document.references or LabelledList("", ()), "references")
    yield _field("salutation", "salutation", document.salutation)


def _particulars(rows: Sequence[Particular]) -> Iterator[Unit]:
    """The rows of the reference table; those of a contact are one part, recognized by the name in its first line."""
    labels = [row.label for row in rows]
    found = [
        (row.contact, _particular(f"particular.{n}", row, _nth(row.label, labels[:n]))) for n, row in enumerate(rows, 1)
    ]
    for contact, group in groupby(found, key=itemgetter(0)):
        units = [unit for _, unit in group]
        if contact:
            parts = tuple(replace(unit, name=f"particular {unit.parts[0].words}") for unit in units)
            name, _, _ = units[0].words.partition("\n")
            yield Unit(f"contact.{contact}", units[0].place, parts=parts, name=f"contact {name}", family="contact")
        else:
            yield from units


def _nth(label: str, labels: Sequence[str]) -> str:
    """The number of a label among others like it, unless it is the first one."""
    count = labels.count(label)
    return f" {count}" if count > 1 else ""


def _particular(key: str, particular: Particular, nth: str) -> Unit:
    """A row of the reference table; it is recognized by its label, because rows are added and removed."""
    place, name = _as_place(particular.label, "reference") + nth, f"particular {particular.label}{nth}"
    label = _field(label_place(key), f"label of {place}", _lines((particular.label,)))
    return Unit(key, place, lines_joined(particular.lines), (replace(label, name="label"),), name, family="particular")


def _address_lists(key: str, lists: Sequence[AddressList], otherwise: str) -> Iterator[Unit]:
    """The lists of addressees; one that has the name of another before it has a number, too."""
    names = [_as_place(listed.label, otherwise) for listed in lists]
    for number, listed in enumerate(lists, start=1):
        nth = names[:number].count(names[number - 1])
        at_end = " at the end" * (key == "copies" and bool(listed.label))
        yield _list(f"{key}.{number}", listed, otherwise, at_end + (f" {nth}" if nth > 1 else ""))


def _list(key: str, listed: AddressList | LabelledList, otherwise: str, nth: str = "") -> Unit:
    place = _as_place(listed.label, otherwise) + nth
    label = _field(label_place(key), f"label of {place}", _lines((listed.label,)))
    return Unit(key, place, parts=(label, *items_of(key, place, listed.entries)), name=key, family="field")


def _ending(document: Document) -> Iterator[Unit]:
    yield _field("closing", "closing", _lines((document.closing,)))
    code = document.link_code
    yield _signatures(document)
    yield _field("code", "QR code", (Span(code.caption, link=code.address),) if code else ())
    yield _field("postscript", "postscript", document.postscript)
    yield _field("drafter", "initials of the drafter", _lines((document.drafter,)))
    yield _field("annex-note", "note of annexes", _lines(document.annex_note))
    yield _list("enclosures", document.enclosures or LabelledList("", ()), "enclosures")
    yield from _address_lists("copies", document.copies, "copies at the end")
    yield _list("distribution", document.distribution or LabelledList("", ()), "distribution")


def _signatures(document: Document) -> Unit:
    """The signatures, each named by who signs."""
    parts = []
    for number, signature in enumerate(document.signatures or (None,), start=1):
        key = signature_place(number)
        place = f"signature {number}" if document.cosignatures else "signature"
        lines = (signature.signed, signature.name, *signature.title) if signature else ()
        name, picture = (signature.name, signature.picture) if signature else ("", None)
        parts.append(Unit(key, place, _lines(lines), name=name, family="signature", picture=picture))
    look = ("side by side" if document.side_by_side else "one below the other") if document.cosignatures else ""
    return Unit("signatures", "signatures", parts=tuple(parts), name="signatures", family="signatures", look=look)


def _annexes(document: Document, audiences: Audiences) -> Iterator[Unit]:
    for number, annex in enumerate(document.annexes, start=1):
        name, title = annex.name or annex.label, one_line(annex.title)
        yield _annex(annex, number, ", ".join(filter(None, (name, cut(title)))), audiences)


def _annex(annex: SettledAnnex, number: int, place: str, audiences: Audiences) -> Unit:
    own = "" if annex.id == f"annex.{number}" else annex.id
    parts = (
        Unit(f"{annex.id}.title", f"{place}, title", annex.title, name="title", id=annex.id, family="field"),
        Unit(
            f"{annex.id}.parent", f"{place}, under its heading", _lines((annex.parent,)), name="parent", family="field"
        ),
        _flow(annex.id, f"{place}, ", annex.body, audiences),
    )
    look = f"in {annex.orientation}"
    name = annex.name or annex.label
    return Unit(annex.id, place, (), parts, own, annex.id, annex.label, "annex", look, reference=name)


def _footnotes(document: Document) -> Iterator[Unit]:
    for one in document.footnotes:
        place, number = f"footnote {one.sign}", one.sign if one.is_counted else ""
        yield Unit(
            one.id,
            place,
            one.spans,
            name=one.id,
            id=one.id,
            number=number,
            family="footnote",
            look=f"with {one.sign}" * (not one.is_counted),
        )


# Blocks.


def _flow(name: str, before: str, blocks: tuple[Block, ...], audiences: Audiences) -> Unit:
    """The body of the letter or of an annex; ``before`` ("Annex 1, ") begins the place of each block."""
    numbers = {f"{block.id}.items": block.number for block in blocks if isinstance(block, Paragraph)}
    places = _Places(before, any(isinstance(block, Paragraph) and block.number for block in blocks))
    nameless = re.compile(rf"{re.escape(name)}\.\d+(?![^.])")
    parts = []
    for number, block in enumerate(blocks, start=1):
        positional = nameless.match(block.id)
        # Further paragraphs of a text ("plan.2") are counted, not named: one of them may be removed.
        own = "" if positional or _FURTHER.search(block.id) else block.id
        audience = audiences.get(_base(block.id, positional), "")
        place = places.of(block) + (f" (only for {audience})" if audience else "")
        key = block.id or f"{name}:{number}"
        within: Iterator[Unit] = iter(())
        if isinstance(block, Items):
            within = items_of(key, place, block.entries, numbers.get(block.id, ""), audiences)
        elif isinstance(block, Table):
            within = rows_of(block, key, place, audiences)
        parts.append(replace(_block(block, key, own, place, tuple(within)), audience=audience))
    return Unit(f"{name}.flow", before.rstrip(", ") or "body", parts=tuple(parts), name="flow", family="field")


def _base(block_id: str, positional: re.Match[str] | None) -> str:
    """The id of the letter's part that a block comes from: "body.3" for "body.3.items", "plan" for "plan.2"."""
    return positional.group() if positional else block_id.partition(".")[0]


@dataclass(slots=True)
class _Places:
    """Names the place of each block of a body for readers; the blocks must come in order."""

    before: str
    numbered: bool
    section: str = ""
    paragraph: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)
    after_heading: bool = False

    def of(self, block: Block) -> str:
        fresh, self.after_heading = self.after_heading, isinstance(block, Heading)
        match block:
            case Heading():
                self.section, self.paragraph, self.counts = self._named_section(block), "", {}
                return f"{self.before}heading {block.number or self.section}"
            case Paragraph() if block.number:
                self.paragraph, self.counts = f"paragraph {block.number}", {}
                return self.before + self.paragraph
            case Paragraph() if self.numbered:
                near = self.paragraph or self.section
                return self._counted(f"text below {near}" if near else "unnumbered paragraph")
            case Paragraph():
                self.paragraph = f"paragraph {self._count('paragraph')}"
                return self._here(self.paragraph)
            case Items():
                return self._here(self._list())
            case Table() if fresh and self.section:
                return f"{self.before}{self.section.strip('“”').rstrip(': ')}"
            case Table():
                return self._here(self._numbered_from_two("table"))
            case Note():
                return self._here(self._numbered_from_two("note"))
            case _:
                assert_never(block)

    def _named_section(self, heading: Heading) -> str:
        """The name of a section, with a number if others before it have the same."""
        name = _section(heading)
        self.sections[name] = self.sections.get(name, 0) + 1
        return name if self.sections[name] == 1 else f"{name} {self.sections[name]}"

    def _list(self) -> str:
        """The list of a paragraph has its name; further ones have numbers."""
        count = self._count(f"list of {self.paragraph}")
        if not self.paragraph:
            return f"list {count}" if count > 1 else "list"
        return f"{self.paragraph}, list {count}" if count > 1 else self.paragraph

    def _count(self, what: str) -> int:
        self.counts[what] = self.counts.get(what, 0) + 1
        return self.counts[what]

    def _numbered_from_two(self, what: str) -> str:
        count = self._count(what)
        return f"{what} {count}" if count > 1 else what

    def _counted(self, place: str) -> str:
        count = self._count(place)
        return f"{self.before}{place}" + (f", {count}" if count > 1 else "")

    def _here(self, place: str) -> str:
        if self.numbered:
            near = "" if place.startswith("paragraph") else self.paragraph or self.section
            return f"{self.before}{place}" + (f" below {near}" if near else "")
        return f"{self.before}{self.section}, {place}" if self.section else f"{self.before}{place}"


def _section(heading: Heading) -> str:
    if heading.number:
        return f"section {heading.number}"
    return f"“{cut(one_line(heading.spans).rstrip(': '))}”"


def _block(block: Block, key: str, own: str, place: str, within: tuple[Unit, ...]) -> Unit:
    """A block; ``within`` are the entries of a list, or the rows of a table."""
    match block:
        case Paragraph():
            return Unit(key, place, block.spans, (), own, block.id, block.number, "text", _paragraph_look(block))
        case Heading():
            look = f"a heading of level {block.level}{page_look(block)}"
            return Unit(key, place, block.spans, (), own, block.id, block.number, "text", look)
        case Note():
            spans = (Span(block.label), *block.spans)
            return Unit(key, place, spans, (), own, block.id, "", "text", f"a note{page_look(block)}")
        case Items():
            return Unit(key, place, (), within, own, block.id, "", "list", list_look(block))
        case Table():
            return Unit(key, place, (), within, own, block.id, "", "table", table_look(block))
        case _:
            assert_never(block)


def _paragraph_look(block: Paragraph) -> str:
    aligned = {"start": "", "center": ", centred", "end": ", aligned at the end of the line"}[block.align]
    return f"a paragraph{aligned}{page_look(block)}"
