"""What a page of changes shows, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from circulars.model.document import Direction
from circulars.review.reports.page.tables import TableView


@dataclass(frozen=True, slots=True)
class TextView:
    """A text: its number, its marked words or its table, and what else there is to say about it."""

    number: Markup
    words: Markup
    notes: tuple[str, ...] = ()
    table: TableView | None = None


@dataclass(frozen=True, slots=True)
class SideView:
    """A row in one language."""

    language: str
    name: str
    direction: Direction
    texts: tuple[TextView, ...]


@dataclass(frozen=True, slots=True)
class StepsView:
    """The addresses of the changes before and after one; "" if there is none."""

    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question about languages in which less changed, and its address."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A part of a letter in all languages.

    ``kind`` is "" if it is not one of the changes that a reader goes through. ``questions`` ask about languages in
    which less changed. ``inside`` are the changes inside a table: the address, the place and the kind of each.
    """

    anchor: str
    place: str
    kind: str
    sides: tuple[SideView, ...]
    questions: tuple[QuestionView, ...] = ()
    steps: StepsView = StepsView()
    inside: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """Rows that follow each other; ``folded`` says what is folded away, "5 unchanged paragraphs"."""

    rows: tuple[RowView, ...]
    folded: str = ""


@dataclass(frozen=True, slots=True)
class FactValue:
    """The old and the new value of a fact in a language, or in all languages if it has no ``name``."""

    language: str
    name: str
    direction: Direction
    words: Markup


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact that changed: its values, the places that show it with their addresses, and questions about languages."""

    anchor: str
    name: str
    values: tuple[FactValue, ...]
    places: tuple[tuple[str, str], ...]
    questions: tuple[QuestionView, ...]
    steps: StepsView = StepsView()


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter: its name, subject and versions, remarks and problems, facts, rows, and a line for each quiet kind.

    ``count`` is what the report for people counts. ``quiet_kinds`` names the quiet kinds.
    """

    anchor: str
    name: str
    subject: str
    versions: str
    remarks: tuple[str, ...]
    problems: tuple[tuple[str, tuple[str, ...]], ...]
    count: str
    facts: tuple[FactView, ...]
    runs: tuple[RunView, ...]
    quiet: tuple[str, ...]
    quiet_kinds: str


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page; ``languages`` are codes and names, ``first`` is the address of the first change.

    ``questions`` has the address of each question, and of the next one; that of the last one is "".
    """

    title: str
    letters: tuple[LetterView, ...]
    languages: tuple[tuple[str, str], ...]
    first: str
    questions: Mapping[str, str]
