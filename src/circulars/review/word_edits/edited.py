"""What is read in an edited Word file: paragraphs with their runs, comments, and what letters cannot have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TrackedKind = Literal["inserted", "deleted", "moved here", "moved away"]
StoryPart = Literal["body", "header", "footer", "footnote", "endnote", "text box"]


@dataclass(frozen=True, slots=True)
class TrackedEdit:
    """A tracked change: who made it, and when (as the file says, or ""). Authors are visible characters only."""

    kind: TrackedKind
    author: str = ""
    date: str = ""

    @property
    def is_removal(self) -> bool:
        """Whether what it marks is gone when all changes are accepted."""
        return self.kind in ("deleted", "moved away")


@dataclass(frozen=True, slots=True)
class EditedRun:
    """A stretch of text of one look. Lines end with a line feed.

    ``bold`` and ``italic`` are what the run has beyond its paragraph's style, and ``looks`` what else it has that has a
    meaning, in words: "struck out", "superscript". ``link`` is an address, or "#" and the
    name of a bookmark. ``field`` is the name of the field whose result this is ("REF", "PAGE"), or ""; what programs
    compute themselves, as the number of a page, has no text. ``note`` is the
    footnote or endnote that a mark refers to, in the order of their marks: "footnote 1"; its text is "".
    """

    text: str
    bold: bool = False
    italic: bool = False
    looks: tuple[str, ...] = ()
    link: str = ""
    field: str = ""
    note: str = ""
    revision: TrackedEdit | None = None


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The cell that a paragraph is in: the numbers of its table, row and column, from 1.

    Tables are counted in the order in which they begin, and columns are those of the table's grid. ``width`` is the
    number of columns that the cell is over, and ``revision`` the tracked change of the whole row.
    """

    table: int
    row: int
    column: int
    width: int = 1
    revision: TrackedEdit | None = None


@dataclass(frozen=True, slots=True)
class EditedParagraph:
    """A paragraph, with removed words as runs of their own.

    ``names`` are the hidden bookmarks that begin in it: its places in the letter. ``style`` is the name of its style,
    ``list_level`` the level of the list that it belongs to, from 0. ``note`` is the footnote that it is
    in, and ``mark`` the tracked change of its end: if that is a removal, the next paragraph is joined to it.
    """

    names: tuple[str, ...]
    runs: tuple[EditedRun, ...]
    style: str = ""
    list_level: int | None = None
    cell: CellPlace | None = None
    part: StoryPart = "body"
    note: str = ""
    mark: TrackedEdit | None = None

    @property
    def text(self) -> str:
        """Its text when all changes are accepted."""
        return "".join(run.text for run in self.runs if not (run.revision and run.revision.is_removal))


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark in the margin. ``anchor`` is the number of its paragraph in the file, or None if nothing is anchored.

    ``start`` and ``end`` are places in the text of all runs of that paragraph, removed ones included. ``answers`` is
    the number of the comment that it answers, from 0, or None. ``is_done``: somebody marked it as resolved.
    """

    author: str
    date: str
    text: str
    anchor: int | None = None
    start: int = 0
    end: int = 0
    answers: int | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something that letters cannot have: its kind ("picture", "colour", "margins") and what it is ("FF0000", "20 mm").

    ``place`` names the paragraph that has it, if that has a place in the letter.
    """

    kind: str
    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class EditedDocument:
    """All that was read: the paragraphs in reading order, the comments, and what has no place in a letter."""

    paragraphs: tuple[EditedParagraph, ...]
    comments: tuple[Comment, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
