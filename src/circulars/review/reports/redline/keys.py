"""Replaces the words of a letter by keys, so that its Word file shows which part of the letter each paragraph has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from circulars.model.document import (
    AddressList,
    Document,
    LabelledList,
    Letterhead,
    Particular,
    SettledAnnex,
    Signature,
)
from circulars.model.text import Block, Cell, Item, Items, Note, Paragraph, Span, Spans, Table, plain
from circulars.review.reports.redline.links import At

_OPEN, _CLOSE = "\ue000", "\ue001"
TOKEN: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
"""What a Word file with keys shows instead of words: the number of a slot."""


@dataclass(frozen=True, slots=True)
class KeyedLine:
    """A line of a part of the letter: the part's key, the line's first character in the part's words, and its text.

    A ``label`` is not part of the words, such as the name of an annex.
    """

    key: str
    start: int
    text: str
    label: bool = False

    @property
    def end(self) -> At:
        """The end of the line in the part's words."""
        return At(self.key, self.start + (0 if self.label else len(self.text)))


@dataclass(slots=True)
class Keys:
    """The slots so far, by number."""

    slots: list[KeyedLine] = field(default_factory=list)

    def slot(self, slot: KeyedLine) -> str:
        """The key of a slot."""
        self.slots.append(slot)
        return f"{_OPEN}{len(self.slots) - 1}{_CLOSE}"

    def text(self, key: str, text: str, start: int = 0) -> str:
        """A key instead of a text; an empty text is left as it is, for templates test whether there is one."""
        return self.slot(KeyedLine(key, start, text)) if text else ""

    def texts(self, key: str, texts: Iterable[str]) -> tuple[str, ...]:
        """Keys instead of the lines of a part; its words have those that are not empty."""
        found, start = [], 0
        for text in texts:
            found.append(self.text(key, text, start))
            start += len(text) + 1 if text else 0
        return tuple(found)

    def spans(self, key: str, spans: Spans, start: int = 0) -> Spans:
        """A key instead of running text."""
        text = self.text(key, plain(spans), start)
        return (Span(text),) if text else ()

    def lines(self, key: str, lines: Iterable[Spans]) -> tuple[Spans, ...]:
        """Keys instead of the lines of a part."""
        found, start = [], 0
        for line in lines:
            found.append(self.spans(key, line, start))
            start += len(plain(line)) + 1
        return tuple(found)


def keyed(document: Document) -> tuple[Document, Sequence[KeyedLine]]:
    """The document with a key instead of each text, and the slots that the keys number.

    The keys are those of the parts that :mod:`circulars.review.comparing.tree` finds.
    The name of an annex has the annex's key.
    """
    keys = Keys()
    shown = replace(
        document,
        letterhead=_letterhead(document.letterhead, keys),
        addressee=keys.spans("addressee", document.addressee),
        date_line=keys.text("date", document.date_line),
        particulars=tuple(_particular(f"particular.{n}", one, keys) for n, one in enumerate(document.particulars, 1)),
        addressees=tuple(_addressees(f"addressees.{n}", one, keys) for n, one in enumerate(document.addressees, 1)),
        subject_label=keys.text("subject.label", document.subject_label),
        subject=keys.lines("subject", document.subject),
        references=_list("references", document.references, keys),
        salutation=keys.spans("salutation", document.salutation),
        body=_flow("body", document.body, keys),
        annexes=tuple(_annex(one, keys) for one in document.annexes),
        footnotes=tuple(replace(one, spans=keys.spans(one.id, one.spans)) for one in document.footnotes),
        running_header=_header(document.running_header, keys),
        footer=keys.texts("footer", document.footer),
    )
    return _with_ending(shown, document, keys), keys.slots


def _with_ending(shown: Document, document: Document, keys: Keys) -> Document:
    first, *others = (
        _signature("signature" if n == 1 else f"signature.{n}", one, keys)
        for n, one in enumerate(document.signatures or (None,), 1)
    )
    code = document.link_code
    return replace(
        shown,
        closing=keys.text("closing", document.closing),
        signature=first,
        cosignatures=tuple(one for one in others if one),
        link_code=replace(code, caption=keys.text("code", code.caption)) if code else None,
        postscript=keys.spans("postscript", document.postscript),
        drafter=keys.text("drafter", document.drafter),
        annex_note=keys.texts("annex-note", document.annex_note),
        enclosures=_list("enclosures", document.enclosures, keys),
        copies=tuple(_addressees(f"copies.{n}", one, keys) for n, one in enumerate(document.copies, 1)),
        distribution=_list("distribution", document.distribution, keys),
    )


def _letterhead(letterhead: Letterhead, keys: Keys) -> Letterhead:
    organization, bureau = keys.texts("letterhead", (letterhead.organization, letterhead.bureau))
    return replace(letterhead, organization=organization, bureau=bureau)


def _particular(key: str, particular: Particular, keys: Keys) -> Particular:
    label = keys.text(f"{key}.label", particular.label)
    return Particular(label, keys.lines(key, particular.lines))


def _addressees(key: str, listed: AddressList, keys: Keys) -> AddressList:
    return replace(listed, label=keys.text(f"{key}.label", listed.label), entries=_entries(key, listed.entries, keys))


def _list(key: str, listed: LabelledList | None, keys: Keys) -> LabelledList | None:
    if listed is None:
        return None
    return LabelledList(keys.text(f"{key}.label", listed.label), _entries(key, listed.entries, keys))


def _entries(key: str, entries: Iterable[Item], keys: Keys) -> tuple[Item, ...]:
    return tuple(_entry(f"{key}#{n}", entry, keys) for n, entry in enumerate(entries, 1))


def _entry(key: str, entry: Item, keys: Keys) -> Item:
    spans = keys.spans(key, entry.spans)
    blocks = tuple(_within_entry(key, n, block, keys) for n, block in enumerate(entry.blocks, 2))
    return replace(entry, spans=spans, blocks=blocks)


def _within_entry(key: str, place: int, block: Paragraph | Items, keys: Keys) -> Paragraph | Items:
    if isinstance(block, Items):
        return replace(block, entries=_entries(f"{key}.items", block.entries, keys))
    return replace(block, spans=keys.spans(f"{key}.{place}", block.spans))


def _signature(key: str, signature: Signature | None, keys: Keys) -> Signature | None:
    if signature is None:
        return None
    signed, name, *title = keys.texts(key, (signature.signed, signature.name, *signature.title))
    return replace(signature, signed=signed, name=name, title=tuple(title))


def _annex(annex: SettledAnnex, keys: Keys) -> SettledAnnex:
    return replace(
        annex,
        label=keys.slot(KeyedLine(annex.id, 0, annex.label, label=True)),
        parent=keys.text(f"{annex.id}.parent", annex.parent),
        title=keys.spans(f"{annex.id}.title", annex.title),
        body=_flow(annex.id, annex.body, keys),
    )


def _header(lines: Sequence[str], keys: Keys) -> tuple[str, ...]:
    """The running header; a line with the number of the page stays as it is."""
    shown = keys.texts("running-header", lines)
    return tuple(line if "{page}" in line else key for line, key in zip(lines, shown, strict=True))


def _flow(name: str, blocks: Sequence[Block], keys: Keys) -> tuple[Block, ...]:
    return tuple(_block(block.id or f"{name}:{n}", block, keys) for n, block in enumerate(blocks, 1))


def _block(key: str, block: Block, keys: Keys) -> Block:
    if isinstance(block, Items):
        return replace(block, entries=_entries(key, block.entries, keys))
    if isinstance(block, Note):
        return replace(block, label="", spans=keys.spans(key, (Span(block.label), *block.spans)))
    if isinstance(block, Table):
        return _table(key, block, keys)
    return replace(block, spans=keys.spans(key, block.spans))


def _table(key: str, table: Table, keys: Keys) -> Table:
    caption = keys.spans(f"{key}#caption", table.caption)
    heads = [_row(f"{key}#head{n if n > 1 else ''}", row, keys) for n, row in enumerate(table.heads, 1)]
    rows = tuple(_row(f"{key}#{n}", row, keys) for n, row in enumerate(table.rows, 1))
    columns, subheads = (heads[0], tuple(heads[1:])) if heads else ((), ())
    return replace(table, caption=caption, columns=columns, subheads=subheads, rows=rows)


def _row(key: str, row: Sequence[Cell], keys: Keys) -> tuple[Cell, ...]:
    return tuple(_cell(f"{key}#{n}", cell, keys) for n, cell in enumerate(row, 1))


def _cell(key: str, cell: Cell, keys: Keys) -> Cell:
    """A cell with a key even in lines that are empty."""
    found: list[Spans] = []
    start = 0
    for line in cell.lines or (() if cell.lists else ((),)):
        found.append((Span(keys.slot(KeyedLine(key, start, plain(line)))),))
        start += len(plain(line)) + 1
    lists = tuple(replace(one, entries=_entries(f"{key}.items", one.entries, keys)) for one in cell.lists)
    return replace(cell, lines=tuple(found), lists=lists)
