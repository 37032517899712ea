"""A letter made final in one language: every string settled, except the holes that an addressee fills."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

from circulars.model.text import Block, Item, Span, Spans, one_line

Direction = Literal["ltr", "rtl"]
Layout = Literal["columns", "title", "row"]
Window = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its bytes, ``media_type`` ("image/png", "image/jpeg"), alternate text, and size in millimetres."""

    data: bytes
    media_type: str
    alt: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: the organisation, its bureau, and the mark beside them."""

    organization: str
    bureau: str
    mark: Picture | None = None


@dataclass(frozen=True, slots=True)
class Particular:
    """One row of the reference table: its label ("Tel:") and its lines."""

    label: str
    lines: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class AddressList:
    """A list of addressees: its label ("To:", "Copy:", or none) and its entries, with their closing ";"."""

    label: str
    entries: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature block: "(signed)" or "", a picture or none, the name, and the lines of the title."""

    signed: str
    picture: Picture | None
    name: str
    title: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A QR code: the address that it holds, its modules as a picture, and a caption."""

    address: str
    picture: Picture
    caption: str


@dataclass(frozen=True, slots=True)
class LabelledList:
    """A labelled list outside the body: "Reference(s):" or "Distribution:"."""

    label: str
    entries: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class SettledAnnex:
    """An annex, beginning a page: "ANNEX 1", "(to TSB Circular 213)", its title, its blocks."""

    id: str
    label: str
    parent: str
    title: Spans
    body: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself. ``date`` is the letter's: no clock is ever read."""

    title: str
    subject: str
    author: str
    reference: str
    language: str
    date: datetime.date
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the files made of a document, so that they can be traced to what made them.

    ``name`` is relative, with "/" between folders; ``relationship`` is what the file is to the document in the words
    of PDF/A-3 (ISO 19005-3, 6.8).
    """

    name: str
    media_type: str
    relationship: Literal["Source", "Data", "Supplement"]
    description: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """One letter in one language, in reading order. Writers add no word to it and leave none out.

    ``locale`` is the language with its region ("en-GB"), for a word processor's spelling checker.
    ``layout`` says how the head is arranged: ``columns`` (label | value | addressees), ``title`` (reference and date
    above a sentence "To …"), ``row`` (reference and date in one row). ``running_header`` stands on every page but the
    first; ``{page}`` in it is the page's number. ``footer`` stands on the first page only. ``addressee`` is the
    postal block of the one to whom this copy goes, in the ``window`` of an envelope; empty in a letter to nobody in
    particular.
    """

    language: str
    locale: str
    direction: Direction
    layout: Layout
    letterhead: Letterhead
    addressee: Spans = field(default=(), kw_only=True)
    window: Window = field(default="left", kw_only=True)
    date_line: str
    particulars: tuple[Particular, ...]
    addressees: tuple[AddressList, ...]
    subject_label: str
    subject: tuple[Spans, ...]
    references: LabelledList | None
    salutation: Spans
    body: tuple[Block, ...]
    closing: str
    signature: Signature | None
    link_code: LinkCode | None
    annex_note: tuple[str, ...]
    distribution: LabelledList | None
    annexes: tuple[SettledAnnex, ...]
    running_header: tuple[str, ...]
    footer: tuple[str, ...]
    properties: Properties
    attachments: tuple[Attachment, ...] = ()

    @property
    def title(self) -> str:
        """The subject in one line."""
        return " ".join(one_line(line) for line in self.subject)


T = TypeVar("T")
_SHOWN = re.compile("«([^«»]+)»")


def spans_of(value: Any) -> Iterator[Span]:
    """Every span in a document or a part of one, in reading order."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from spans_of(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from spans_of(getattr(value, part.name))


def holes_of(document: Document) -> tuple[str, ...]:
    """The names of the document's holes, each once, in reading order."""
    return tuple(dict.fromkeys(span.hole for span in spans_of(document) if span.hole))


def filled(part: T, values: Mapping[str, str]) -> T:
    """The document, or the part of one, with each hole filled from ``values``.

    Texts that were settled from spans with holes, as a title is, hold them as ``«name»``; these are filled as well, in
    one line.

    Raises:
        KeyError: ``values`` has nothing for a hole.
    """
    if isinstance(part, Span):
        return replace(part, text=values[part.hole], hole="") if part.hole else part
    if isinstance(part, str):
        return _SHOWN.sub(functools.partial(_in_one_line, values), part)  # type: ignore[return-value]  # as a tuple does
    if isinstance(part, tuple):
        return tuple(filled(item, values) for item in part)  # type: ignore[return-value]  # a tuple stays a tuple
    if is_dataclass(part) and not isinstance(part, type):
        changes = {name: filled(getattr(part, name), values) for name in (entry.name for entry in fields(part))}
        return replace(part, **changes)
    return part


def _in_one_line(values: Mapping[str, str], shown: re.Match[str]) -> str:
    return " ".join(values[shown[1]].split()) if shown[1] in values else shown[0]
