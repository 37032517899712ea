"""A letter settled in one language: all its text is final except the holes that an addressee fills."""

from __future__ import annotations

import datetime
import functools
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

from circulars.model.addressee import SALUTATION
from circulars.model.text import Block, Item, Span, Spans, as_one_line, one_line

Direction = Literal["ltr", "rtl"]
Window = Literal["left", "right"]
Orientation = Literal["portrait", "landscape"]


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
    """The sender: the organisation, its bureau, and the mark (logo) beside them."""

    organization: str
    bureau: str
    mark: Picture | None = None


@dataclass(frozen=True, slots=True)
class Particular:
    """One row of the table with reference and contact: its label ("Tel:") and its lines.

    ``contact`` counts the contacts from 1; it is 0 for other rows, and for one with lines of several contacts.
    """

    label: str
    lines: tuple[Spans, ...]
    contact: int = 0


@dataclass(frozen=True, slots=True)
class AddressList:
    """A list of addressees: its label ("To:", "Copy:" or "") and its entries, each with its final ";".

    A ``part`` continues the list before it: a group with a label of its own, or an address; its label may be empty.
    A list with a label only has no entries; the lists after it have them.
    """

    label: str
    entries: tuple[Item, ...]
    part: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature block: "(signed)" or "", an optional picture, the name, and the lines of the title."""

    signed: str
    picture: Picture | None
    name: str
    title: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The name and the lines of the title, without empty ones."""
        return tuple(line for line in (self.name, *self.title) if line)


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A QR code: the address that it encodes, its picture, and a caption."""

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
    """An annex, which starts a new page: ``label`` is "ANNEX 1", ``parent`` is "(to TSB Circular 213)".

    ``name`` is the label in a sentence, "Annex 1". The title may be empty.
    """

    id: str
    label: str
    parent: str
    title: Spans
    body: tuple[Block, ...]
    name: str = ""
    orientation: Orientation = "portrait"


@dataclass(frozen=True, slots=True)
class SettledFootnote:
    """A footnote: its text, and its sign ("1"), which is counted unless the letter has given it (``is_counted``).

    ``mark`` is the sign as it is in the text and before the footnote ("1", "（1）"), and ``plain_mark`` that of formats
    that cannot raise it ("[1]").
    """

    id: str
    sign: str
    mark: str
    plain_mark: str
    spans: Spans
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Properties:
    """The metadata of a finished file. ``date`` is the letter's date; no clock is read."""

    title: str
    subject: str
    author: str
    reference: str
    language: str
    date: datetime.date
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file embedded in the finished files, so that they can be traced back to their source.

    ``name`` is a relative path with "/" between folders. ``relationship`` is the ``AFRelationship`` of PDF/A-3
    (ISO 19005-3, 6.8).
    """

    name: str
    media_type: str
    relationship: Literal["Source", "Data", "Supplement"]
    description: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """One letter in one language, in reading order. Writers neither add words to it nor leave any out.

    ``locale`` is the language with its region ("en-GB"), for a word processor's spelling checker.
    ``layout`` is the name of the head's arrangement, which the pack's templates have: ``columns`` (label | value |
    addressees), ``title`` (reference and date above a sentence "To …"), ``row`` (reference and date in one row) or
    another. ``date_first`` says whether it has the date before the reference, and ``date_beside`` whether the date
    follows the reference in its line. ``running_header`` is shown on every page but the first, with ``{page}`` replaced
    by the page number; ``footer`` is shown on the first page only.
    ``addressee`` is the postal block, which shows in the envelope's ``window``; it is empty unless the letter is
    merged.
    ``cosignatures`` are those of further signatories, which are ``side_by_side`` with the first or below it.
    ``copies`` is the list of copies if it is at the end, and ``drafter`` the initials of drafter and typist.
    ``footnotes`` are in the order of their first marks; ``footnotes_label`` names them to screen readers,
    and ``blank_label`` and ``box_label`` are what these say instead of a line to be filled in and a box to be ticked.
    ``label_width`` is the least width in millimetres of a column with the labels of the head.
    If the letter ``ends_briefly``, its last block may have only one line, so the block before it is on the page of the
    closing, too.
    """

    language: str
    locale: str
    direction: Direction
    layout: str
    date_first: bool = field(default=False, kw_only=True)
    date_beside: bool = field(default=False, kw_only=True)
    letterhead: Letterhead
    addressee: Spans = field(default=(), kw_only=True)
    window: Window = field(default="left", kw_only=True)
    label_width: float = field(default=0, kw_only=True)
    date_line: str
    particulars: tuple[Particular, ...]
    addressees: tuple[AddressList, ...]
    subject_label: str
    subject: tuple[Spans, ...]
    references: LabelledList | None
    salutation: Spans
    body: tuple[Block, ...]
    ends_briefly: bool = field(default=False, kw_only=True)
    closing: str
    signature: Signature | None
    link_code: LinkCode | None
    postscript: Spans = field(default=(), kw_only=True)
    annex_note: tuple[str, ...]
    enclosures: LabelledList | None = field(default=None, kw_only=True)
    copies: tuple[AddressList, ...] = field(default=(), kw_only=True)
    distribution: LabelledList | None
    annexes: tuple[SettledAnnex, ...]
    running_header: tuple[str, ...]
    footer: tuple[str, ...]
    properties: Properties
    attachments: tuple[Attachment, ...] = ()
    footnotes: tuple[SettledFootnote, ...] = ()
    footnotes_label: str = ""
    blank_label: str = ""
    box_label: str = ""
    cosignatures: tuple[Signature, ...] = ()
    side_by_side: bool = False
    drafter: str = ""

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """All signatures, in order."""
        return (self.signature, *self.cosignatures) if self.signature else ()

    @property
    def is_uneven(self) -> bool:
        """Whether signatures side by side differ in what is above the names, so that these need a line in common."""
        return self.side_by_side and len({(not one.signed, not one.picture) for one in self.signatures}) > 1

    @property
    def title(self) -> str:
        """The subject in one line; without a subject, the title of the metadata."""
        return as_one_line(one_line(line) for line in self.subject) if self.subject else self.properties.title


T = TypeVar("T")
_HOLE_IN_TEXT = re.compile("«([^«»]+)»")


def spans_of(value: Any) -> Iterator[Span]:
    """Every span in a document or in a part of a document, in reading order."""
    return itertools.chain.from_iterable(texts_of(value))


def texts_of(value: Any) -> Iterator[Spans]:
    """Every stretch of running text in a document or in a part of a document, in reading order."""
    found: list[Spans] = []
    _collect_texts(value, found)
    return iter(found)


def _collect_texts(value: Any, found: list[Spans]) -> None:
    if not isinstance(value, tuple):
        for part in filter(None, map(value.__getattribute__, _fields_of(value.__class__))):
            if part.__class__ is not str:
                _collect_texts(part, found)
    elif value and isinstance(value[0], Span):
        found.append(value)
    else:
        for part in value:
            _collect_texts(part, found)


def strings_of(value: Any) -> Iterator[str]:
    """Every string in a document or in a part of a document, in reading order."""
    if isinstance(value, str):
        yield value
    else:
        yield from itertools.chain.from_iterable(map(strings_of, _parts_of(value)))


def _parts_of(value: Any) -> Iterable[Any]:
    """What a part of a document consists of: the items of a tuple, or the values of a dataclass's fields."""
    if isinstance(value, tuple):
        return value
    return [getattr(value, name) for name in _fields_of(value.__class__)]


@functools.cache
def _fields_of(kind: type) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind)) if is_dataclass(kind) else ()


def holes_of(document: Document) -> tuple[str, ...]:
    """The names of the document's holes, each once, in reading order; that of the closing is the last one."""
    in_texts = (span.hole for span in spans_of(document) if span.hole)
    return tuple(dict.fromkeys((*in_texts, *filter(None, [_hole_of_closing(document)]))))


def _hole_of_closing(document: Document) -> str:
    hole = _HOLE_IN_TEXT.fullmatch(document.closing)
    return hole[1] if hole and hole[1].startswith(f"{SALUTATION}|") else ""


def with_holes_in_words(words: str, holes: Collection[str], change: Callable[[str], str]) -> str:
    """A string of a document with the name of each hole in it changed, if it is one of ``holes``."""
    return _HOLE_IN_TEXT.sub(lambda one: f"«{change(one[1])}»" if one[1] in holes else one[0], words)


def filled(part: T, values: Mapping[str, str]) -> T:
    """A document, or a part of a document, with each hole filled from ``values``.

    Plain strings made from spans with holes, such as the title, contain ``«name»`` for each hole. They are filled as
    well, with each value on one line.

    Raises:
        KeyError: ``values`` has no value for a hole.
    """
    on_one_line = functools.partial(_on_one_line, values)

    def change(value: Any) -> Any:
        if isinstance(value, str):
            return _HOLE_IN_TEXT.sub(on_one_line, value)
        return replace(value, text=values[value.hole], hole="") if value.hole else value

    return _changed(part, lambda value: isinstance(value, Span | str), change)


def with_spans(part: T, change: Callable[[Span], Span]) -> T:
    """A document, or a part of a document, with each span changed, in reading order."""
    return _changed(part, lambda value: isinstance(value, Span), change)


def with_texts(part: T, change: Callable[[Spans], Spans]) -> T:
    """A document, or a part of a document, with each stretch of running text changed, in reading order."""
    return _changed(part, _is_text, change)


def _changed(part: T, is_one: Callable[[Any], bool], change: Callable[[Any], Any]) -> T:
    """A document, or a part of a document, with each value of one kind changed, in reading order."""
    if is_one(part):
        return change(part)  # type: ignore[no-any-return]  # T: what is changed
    if isinstance(part, tuple):
        return tuple(_changed(item, is_one, change) for item in part)  # type: ignore[return-value]  # T: tuple
    if is_dataclass(part) and not isinstance(part, type):
        changes = {entry.name: _changed(getattr(part, entry.name), is_one, change) for entry in fields(part)}
        return replace(part, **changes)
    return part


def _is_text(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Span)


def with_plain_marks(document: Document) -> Document:
    """The document as formats show it that cannot raise the marks of footnotes."""
    if not document.footnotes:
        return document
    marks = {footnote.id: footnote.plain_mark for footnote in document.footnotes}
    return with_spans(document, lambda span: replace(span, text=marks[span.note]) if span.note else span)


def _on_one_line(values: Mapping[str, str], hole: re.Match[str]) -> str:
    return " ".join(values[hole[1]].split()) if hole[1] in values else hole[0]
