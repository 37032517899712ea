"""Blocks and spans: the only shapes running text can take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one look, or a hole that an addressee fills.

    A line feed in ``text`` is a forced line break. ``link`` is an absolute address, or ``#`` and the id of a
    paragraph or an annex of the same document. ``language`` is set only where it differs from the text around it.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""
    hole: str = ""
    language: str = ""


Spans = tuple[Span, ...]

ItemStyle = Literal["bullets", "letters", "references"]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; ``label`` is what a reader sees before it: "•", "a)", "1)"."""

    label: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: numbered when ``number`` is not empty ("3"). ``id`` is stable: "languages", or "body.3"."""

    spans: Spans
    number: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title. ``level`` is 1 to 3; ``number`` is "", "2" or "2.1"."""

    spans: Spans
    level: int = 1
    number: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list: ``bullets`` ("•"), ``letters`` ("a)") or ``references`` ("1)")."""

    style: ItemStyle
    entries: tuple[Item, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: its lines, each a paragraph; with ``dashes`` each line begins with "–"."""

    lines: tuple[Spans, ...]
    dashes: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows of equal length.

    ``columns`` is the head row, or empty; ``row_heads`` says that each row's first cell names its row (as in a
    table of deadlines). One of the two always holds, so that a screen reader can tell what a cell belongs to.
    ``widths`` are the columns' shares of the text width, summing to 1.
    """

    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    row_heads: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark set apart: ``label`` is "NOTE – "."""

    label: str
    spans: Spans
    id: str = ""


Block = Paragraph | Heading | Items | Table | Note


def plain(spans: Iterable[Span]) -> str:
    """The words of some spans, holes as ``«name»``, without any look."""
    return "".join(f"«{span.hole}»" if span.hole else span.text for span in spans)


def one_line(spans: Iterable[Span]) -> str:
    """The words of some spans with every run of white space made one space."""
    return " ".join(plain(spans).split())


def joined(spans: Iterable[Span]) -> Spans:
    """The spans with neighbours of one look made one; holes, and links that still lack their words, stay apart."""
    result: list[Span] = []
    for span in spans:
        last = result[-1] if result else None
        if last is not None and _alike(last, span) and ((last.text and span.text) or not span.link):
            result[-1] = replace(last, text=last.text + span.text)
        else:
            result.append(span)
    return tuple(result)


def _alike(one: Span, other: Span) -> bool:
    """Whether two spans, neither of them a hole, differ in nothing but their words."""
    look = (one.strong, one.emphasis, one.link, one.language)
    return not (one.hole or other.hole) and look == (other.strong, other.emphasis, other.link, other.language)
