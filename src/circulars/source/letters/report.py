"""Collects what is wrong with a letter, and what its texts refer to and lack."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from circulars.errors import Place
from circulars.language import known_languages
from circulars.syntax.nodes import Node
from circulars.syntax.shape import Report


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a text refers to: a field's expression or a link's target.

    It stands in ``node`` as the words ``typed``, for the ``nth`` time (from 0).
    """

    kind: str
    name: str
    node: Node
    typed: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """Languages in which a text is missing: where that shows, what the text is, and the languages that it has."""

    codes: tuple[str, ...]
    where: Place
    what: str
    beside: tuple[str, ...]


@dataclass(slots=True)
class LetterReport(Report):
    """A report that knows the letter's folder and languages, and collects what its texts refer to and lack."""

    folder: Path = Path()
    languages: tuple[str, ...] = ()
    references: list[Reference] = field(default_factory=list)
    ids: dict[str, Place] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    foreign: dict[str, list[Place]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    marks: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def example(self) -> str:
        """How a text is written in the letter's languages."""
        return "{" + ", ".join(f"{code}: …" for code in self.languages or ("en",)) + "}"

    def allows(self, code: str) -> bool:
        """Whether a text may stand in a language: one of the letter's, or one that it may soon have."""
        return code in self.languages or code in shipped_languages()

    def place_of(self, reference: Reference) -> Place:
        """Where a reference stands; a link's target stands behind its "]("."""
        typed = reference.typed
        return self.tree.place_of(reference.node, typed, reference.nth, typed.startswith("](") * 2)

    def add_once(self, places: Sequence[Place], code: str, message: str, hint: str) -> None:
        """Adds one problem for something that is wrong in several places: at the first, naming the others' lines."""
        lines = list(dict.fromkeys(f"{place.line}" for place in places[1:]))
        if lines:
            more = ", …" if len(lines) > 5 else ""
            message += f" (so too on line{'s' * (len(lines) > 1)} {', '.join(lines[:5])}{more})"
        self.add_at(places[0], code, message, hint)

    def claim(self, name: str, node: Node) -> None:
        """Takes an id for a part; a second part of that id is a problem."""
        if name in self.ids:
            fact = f"the id '{name}' stands here a second time; the first is on line {self.ids[name].line}"
            self.add(node, "duplicate-id", fact, "give one of the two another id")
        self.ids.setdefault(name, self.tree.place(node))


@functools.cache
def shipped_languages() -> tuple[str, ...]:
    return known_languages()


def letter_report(report: Report) -> LetterReport:
    """The report as a letter's; the shapes in this room read nothing else."""
    assert isinstance(report, LetterReport)
    return report
