"""Writes a document as plain text in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from circulars.east_asian import is_full_width_mark
from circulars.model.directions import MARKS, OTHER, Direction, direction_of, has_backward
from circulars.model.document import (
    AddressList,
    Document,
    LabelledList,
    Particular,
    SettledAnnex,
    with_plain_marks,
    with_texts,
)
from circulars.model.grid import grid
from circulars.model.marks import wholly_marked
from circulars.model.text import Block, Cell, Heading, Item, Items, Note, Paragraph, Spans, Table, plain
from circulars.pack import Pack
from circulars.render.master import Master, WholeMaster

_INDENT = 4


def master(document: Document, pack: Pack) -> Master:
    """The document as UTF-8 text, with a line feed after every line."""
    return WholeMaster(document, _encoded)


def _encoded(document: Document) -> bytes:
    return shown_text_of(document).encode()


def shown_text_of(document: Document) -> str:
    """The document as text for people, in which words of the other direction have marks.

    A program shows a plain text in the order of its characters, each line in the direction of its first letter.
    """
    around = document.direction
    text = text_of(with_texts(document, lambda spans: wholly_marked(spans, around)))
    return "\n".join(_beginning(line, around) + line for line in text.split("\n"))


def _beginning(line: str, around: Direction) -> str:
    """The mark before a line of two directions that begins with a letter of the other one."""
    other = OTHER[around]
    has_both = has_backward(line) and around in {direction_of(sign, other) for sign in line}
    return MARKS[around] if has_both and direction_of(line, around) == other else ""


def text_of(document: Document) -> str:
    """The document as text in reading order; the first page's footer is last."""
    parts = [*words_of(document), *([_rule(), *document.footer] if document.footer else [])]
    return "\n".join(parts) + "\n"


def words_of(document: Document) -> Iterator[str]:
    """The lines of the letter with its footnotes, without running header and footer."""
    document = with_plain_marks(document)
    head = document.letterhead
    yield from (line for line in (head.organization, *head.bureau.split("\n")) if line)
    yield ""
    if document.addressee:
        yield from (*plain(document.addressee).split("\n"), "")
    yield from _head(document)
    if document.subject:
        yield ""
        yield from _labelled(document.subject_label, [plain(line) for line in document.subject])
    if document.references:
        yield ""
        yield from _list(document.references)
    if document.salutation:
        yield from ("", plain(document.salutation))
    for block in document.body:
        yield from ("", *_block(block))
    yield from _ending(document)
    for annex in document.annexes:
        yield from ("", "", *_annex(annex))
    if document.footnotes:
        yield from ("", "", *(_item(Item(one.plain_mark, one.spans)) for one in document.footnotes))


def _head(document: Document) -> Iterator[str]:
    """Date, particulars and addressees, in the reading order of the page's layout."""
    first, *others = document.particulars
    if document.date_first:
        yield from (document.date_line, "")
        yield from _particular(first)
    elif document.date_beside:
        *lines, last = _particular(first)
        yield from (*lines, f"{last} {document.date_line}".strip(), "")
    else:
        yield from _particular(first)
        yield from (document.date_line, "")
    yield from _addressee_lists(document.addressees)
    for particular in others:
        yield from _particular(particular)


def _particular(particular: Particular) -> Iterator[str]:
    yield from _labelled(particular.label, [plain(line) for line in particular.lines])


def _addressee_lists(lists: Iterable[AddressList]) -> Iterator[str]:
    """The lists below each other; an empty line separates an address of several lines from its neighbours."""
    after_address = False
    for place, addressees in enumerate(lists):
        is_address = any("\n" in plain(entry.spans) for entry in addressees.entries if not entry.label)
        if place and (is_address or after_address):
            yield ""
        yield from _addressees(addressees)
        after_address = is_address


def _addressees(addressees: AddressList) -> Iterator[str]:
    if addressees.label:
        yield addressees.label
    yield from (_item(entry) for entry in addressees.entries)


def _labelled(label: str, lines: list[str]) -> Iterator[str]:
    text = "\n".join(lines).split("\n")
    # A full-width colon has its space in itself.
    lead = label if not label or is_full_width_mark(label[-1]) else f"{label} "
    if label or text[0]:
        yield f"{lead}{text[0]}".strip()
    indent = " " * len(lead)
    yield from (indent + line for line in text[1:])


def _list(listed: LabelledList) -> Iterator[str]:
    yield listed.label
    yield from (_item(entry) for entry in listed.entries)


def _item(item: Item, indent: int = 0) -> str:
    """An entry of a list; its further lines begin where its first line does."""
    label = " " * indent + (f"{item.label} " if item.label else "")
    return _indented(label, item.spans)


def _items(items: Items, indent: int, gap: tuple[str, ...] = ("",)) -> Iterator[str]:
    """The entries of a list; what is in an entry begins where its text does, a paragraph after a ``gap``."""
    for entry in items.entries:
        yield _item(entry, indent)
        inner = indent + len(f"{entry.label} ")
        for block in entry.blocks:
            if isinstance(block, Items):
                yield from _items(block, inner, gap)
            else:
                yield from (*gap, _indented(" " * inner, block.spans))


def _indented(first: str, spans: Spans) -> str:
    """The text after ``first``; its further lines begin where its first line does."""
    return first + re.sub(r"\n(?=[^\n])", "\n" + " " * len(first), plain(spans))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _numbered(block.number, block.spans)
        case Heading():
            yield _indented(f"{block.number + ' ':<{_INDENT}}" if block.number else "", block.spans)
        case Items():
            yield from _items(block, _INDENT)
        case Note():
            yield block.label + plain(block.spans)
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def _numbered(number: str, spans: Spans) -> str:
    return f"{number + ' ':<{_INDENT}}{plain(spans)}" if number else plain(spans)


def _table(table: Table) -> Iterator[str]:
    """A line of text for each line of a cell: cells may be sentences, which do not fit in columns.

    If cells are empty or span others, the indentation of a cell shows its column, and a blank line ends each row.
    """
    if table.caption:
        yield plain(table.caption)
    rows = (*table.heads, *table.rows)
    has_gaps = any(_is_empty(cell) or (_spans_others(cell) and not cell.is_group) for row in rows for cell in row)
    for number, row in enumerate(grid(rows, len(table.widths))):
        if has_gaps and number:
            yield ""
        for slot in row.slots:
            if not (slot.is_continued or (has_gaps and _is_empty(slot.cell))):
                depth = slot.column if has_gaps else min(slot.column, 1)
                yield from _cell(slot.cell, _INDENT * depth)


def _cell(cell: Cell, indent: int) -> Iterator[str]:
    yield from (_indented(" " * indent + "– " * cell.dashes, line) for line in cell.lines)
    for listed in cell.lists:
        yield from _items(listed, indent, gap=())  # a blank line would end the row


def _is_empty(cell: Cell) -> bool:
    return not any(plain(line).strip() for line in cell.paragraphs)


def _spans_others(cell: Cell) -> bool:
    return cell.colspan > 1 or cell.rowspan > 1


def _ending(document: Document) -> Iterator[str]:
    if document.closing:
        yield from ("", document.closing)
    for signature in document.signatures:
        yield ""
        yield from filter(None, (signature.signed, *signature.lines))
    if document.link_code and document.link_code.caption:
        yield from ("", document.link_code.caption)
    for lines in ((plain(document.postscript),), (document.drafter,), document.annex_note):
        if any(lines):
            yield from ("", *lines)
    if document.enclosures:
        yield ""
        yield from _list(document.enclosures)
    if document.copies:
        yield ""
        yield from _addressee_lists(document.copies)
    if document.distribution:
        yield ""
        yield from _list(document.distribution)


def _annex(annex: SettledAnnex) -> Iterator[str]:
    yield from (line for line in (annex.label, annex.parent, plain(annex.title)) if line)
    for block in annex.body:
        yield from ("", *_block(block))


def _rule() -> str:
    return "\n" + "-" * 72
