"""Blocks and spans: the only shapes running text can take."""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, TypeVar

from circulars.east_asian import is_full_width_mark


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text with one look, or a hole that an addressee fills.

    A line feed in ``text`` is a forced line break. ``link`` is an absolute URL, or ``#`` followed by the id of a
    paragraph, annex or footnote of the same document. ``language`` is set only where it differs from that of the
    document. ``note`` is the id of the footnote whose mark this is, and ``is_repeated`` says that it is marked before.
    The underscores of a ``blank`` are a line to be filled in by hand, about ``width`` millimetres long, or as they are.
    ``direction`` is set where it may differ from that of the document: the span is then isolated, together with
    neighbours of the same direction; "auto" is that of an addressee's value, by its first letter. Until the directions
    of a letter from right to left are known, "auto" marks its facts, too. ``inner`` is set where a part of such an
    isolate is read in the other direction than the rest, as a number in an Arabic name: it is isolated in there.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""
    hole: str = ""
    language: str = ""
    note: str = ""
    is_repeated: bool = False
    blank: bool = False
    width: int = 0
    direction: Literal["", "ltr", "rtl", "auto"] = ""
    inner: Literal["", "ltr", "rtl"] = ""

    @property
    def is_ltr(self) -> bool:
        """Whether the span is read from left to right in a document that is not."""
        return self.direction == "ltr"


_NAMES: Final = tuple(one.name for one in fields(Span))
_values_of: Final = operator.attrgetter(*_NAMES)


def changed(span: Span, **values: Any) -> Span:
    """The span with other values, as by ``dataclasses.replace``, which takes four times the work."""
    return Span(**{**dict(zip(_NAMES, _values_of(span), strict=True)), **values})


Spans = tuple[Span, ...]
T = TypeVar("T")

Alignment = Literal["start", "center", "end"]
ItemStyle = Literal["bullets", "dashes", "boxes", "numbers", "letters", "romans", "outline", "references"]
_NARROW, _WIDE = 4, 6  # characters of a label
_BROAD = re.compile("[mwMW]")  # twice as wide as others: "mm)" takes 7.4 mm of 6.5


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; ``label`` is its bullet or number: "•", "a)", "1)".

    ``blocks`` are its further paragraphs and the lists in it; ``id`` is the one that the letter gives it, or "".
    An addressee of the letter that ``is_filled`` has or had holes, and is not hyphenated.
    """

    label: str
    spans: Spans
    blocks: tuple[Paragraph | Items, ...] = ()
    id: str = ""
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``number`` is "3", or "" for none; ``id`` is the letter's ("languages") or its place ("body.3")."""

    spans: Spans
    number: str = ""
    id: str = ""
    align: Alignment = "start"
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading. ``level`` is 1 to 3; ``number`` is "2" or "2.1", or "" if it has none."""

    spans: Spans
    level: int = 1
    number: str = ""
    id: str = ""
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each entry has the label that readers see: "•" (bullets), "☐" (boxes to tick), "1.2" (outline).

    ``start`` is the number of the first entry, greater than 1 in a list that continues another.
    """

    style: ItemStyle
    entries: tuple[Item, ...]
    id: str = ""
    start: int = 1
    new_page: bool = False

    @property
    def paragraphs(self) -> Iterator[Spans]:
        """The paragraphs of its entries, and those of the lists in them, in reading order."""
        for entry in self.entries:
            yield entry.spans
            for block in entry.blocks:
                yield from block.paragraphs if isinstance(block, Items) else (block.spans,)

    @property
    def label_width(self) -> Literal["narrow", "wide", "widest"]:
        """The room that the labels need before the text; ``model.sheet.LABEL_WIDTHS`` has it in millimetres.

        In an outline all lists of a level have the same.
        """
        if self.style == "outline" and self.entries:
            dots = self.entries[0].label.rstrip(".").count(".")
            return ("narrow", "wide", "widest")[min(dots, 2)]
        longest = max((len(entry.label) + len(_BROAD.findall(entry.label)) for entry in self.entries), default=0)
        return "narrow" if longest <= _NARROW else "wide" if longest <= _WIDE else "widest"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; without lines and lists it is empty. Each line is a paragraph, and begins with "–" if ``dashes`` is
    set. The ``lists`` are below the lines.

    ``colspan`` and ``rowspan`` are the numbers of columns and rows that it spans. ``is_group`` marks the header of the
    rows below it, which spans all columns. A cell that ``is_filled`` has or had holes. It is not hyphenated, so that
    its lines can be filled.
    """

    lines: tuple[Spans, ...]
    dashes: bool = False
    colspan: int = 1
    rowspan: int = 1
    is_group: bool = False
    is_filled: bool = False
    lists: tuple[Items, ...] = ()

    def __post_init__(self) -> None:
        if not self.is_filled and any(span.hole for line in self.paragraphs for span in line):
            object.__setattr__(self, "is_filled", True)

    @property
    def paragraphs(self) -> Iterator[Spans]:
        """Its lines, and the paragraphs of its lists."""
        yield from self.lines
        for listed in self.lists:
            yield from listed.paragraphs


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows of equal length, counting a cell that spans columns or rows in each of them.

    ``columns`` is the header row, or empty, and ``subheads`` are the header rows below it. With ``row_heads`` the first
    cell of each row is its header, as in a table of deadlines. A table always has one of the two, so that a screen
    reader can announce what a cell belongs to. ``widths`` are the columns' shares of the text width; they sum to 1.
    ``align`` has the alignment of each column, or is empty if all begin at the start. With ``splits`` a row may go on
    on the next page.
    """

    caption: Spans = field(default=(), kw_only=True)
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    row_heads: bool = False
    id: str = ""
    align: tuple[Alignment, ...] = ()
    splits: bool = False
    subheads: tuple[tuple[Cell, ...], ...] = ()
    new_page: bool = False

    @property
    def heads(self) -> tuple[tuple[Cell, ...], ...]:
        """All header rows."""
        return (self.columns, *self.subheads) if self.columns else ()


@dataclass(frozen=True, slots=True)
class Note:
    """A note, set apart from the paragraphs; ``label`` is "NOTE – "."""

    label: str
    spans: Spans
    id: str = ""
    new_page: bool = False


Block = Paragraph | Heading | Items | Table | Note
"""A block of the body or of an annex. With ``new_page`` it begins a page."""


def plain(spans: Iterable[Span]) -> str:
    """The text of the spans without formatting; a hole becomes ``«name»``."""
    return "".join(f"«{span.hole}»" if span.hole else span.text for span in spans)


def one_line(spans: Iterable[Span]) -> str:
    """The text of the spans on one line, without marks of footnotes: each run of white space becomes one space."""
    return as_one_line(plain(span for span in spans if not span.note).split("\n"))


def as_one_line(lines: Iterable[str]) -> str:
    """Lines as one, with a space between them, unless full-width punctuation has its space in itself."""
    text = ""
    for line in filter(None, (" ".join(line.split()) for line in lines)):
        has_room = text and (is_full_width_mark(text[-1]) or is_full_width_mark(line[0]))
        text += line if not text or has_room else f" {line}"
    return text


def joined(spans: Iterable[Span]) -> Spans:
    """The spans with neighbours of the same look merged, except for holes, marks, blanks and links without words."""
    groups: list[list[Span]] = []
    for span in spans:
        last = groups[-1] if groups else []
        if last and _alike(last[0], span) and ((span.text and any(one.text for one in last)) or not span.link):
            last.append(span)
        else:
            groups.append([span])
    return tuple([_united(group) for group in groups])


def _united(spans: Sequence[Span]) -> Span:
    return spans[0] if len(spans) == 1 else changed(spans[0], text="".join([span.text for span in spans]))


def cut(span: Span, places: Iterable[tuple[int, int]], change: Callable[[Span], Span]) -> Iterator[Span]:
    """The pieces of a span; those at some places, from where to where in its text, are changed."""
    end = 0
    for start, stop in places:
        if start > end:
            yield replace(span, text=span.text[end:start])
        yield change(replace(span, text=span.text[start:stop]))
        end = stop
    if end < len(span.text) or not end:
        yield replace(span, text=span.text[end:])


def isolated(spans: Iterable[Span]) -> list[tuple[str, Spans]]:
    """The spans by the direction in which they are isolated; neighbours of one direction are together."""
    found: list[tuple[str, list[Span]]] = []
    for span in spans:
        if found and span.direction == found[-1][0] != "auto":
            found[-1][1].append(span)
        else:
            found.append((span.direction, [span]))
    return [(direction, tuple(run)) for direction, run in found]


def by_direction(spans: Iterable[Span]) -> list[tuple[str, list[Span]]]:
    """Spans by a direction that several share, with the links and marks among them; a link is in one group."""
    return directed(spans, lambda span: span)


def directed(pieces: Iterable[T], span_of: Callable[[T], Span]) -> list[tuple[str, list[T]]]:
    """Pieces by a direction that several of them share, as :func:`by_direction` has spans."""
    groups: list[tuple[str, list[T]]] = []
    links = itertools.groupby(pieces, key=lambda one: (span_of(one).link, span_of(one).link or span_of(one).direction))
    for _, together in links:
        alike = list(together)
        directions = {span_of(one).direction for one in alike}
        direction: str = directions.pop() if len(directions) == 1 else ""
        if groups and groups[-1][0] == direction != "auto":
            groups[-1][1].extend(alike)
        else:
            groups.append((direction, alike))
    return [(direction if len(group) > 1 and direction != "auto" else "", group) for direction, group in groups]


def _alike(one: Span, other: Span) -> bool:
    """Whether two spans differ in their text only, and neither is a hole, a blank or the mark of a footnote."""
    is_text = not (one.hole or other.hole or one.note or other.note or one.blank or other.blank)
    return is_text and _look(one) == _look(other)


def _look(span: Span) -> tuple[bool | str, ...]:
    return span.strong, span.emphasis, span.link, span.language, span.direction, span.inner
