"""What a rule finds in a letter, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from circulars.errors import Place, Problem
from circulars.review.rules.table import RULES
from circulars.syntax.nodes import Scalar, Tree


@dataclass(frozen=True, slots=True)
class WordFix:
    """Characters ``start`` to ``end`` of the text ``typed``, and what is ``right`` there.

    The text begins at character ``at`` of the file.
    """

    at: int
    typed: str
    start: int
    end: int
    right: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class OutdatedWords:
    """A text in a ``language`` that is older than the one in an ``other``, whose ``old`` words became ``new`` ones.

    The old words are "" if they are not known.
    """

    language: str
    other: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, order=True)
class RuleProblem(Problem):
    """A problem that a rule finds, its severity, and the first and the last line of the text that it concerns.

    A ``correction`` is what to write, if that is known; a text that is ``outdated`` is to be translated again. The
    ``fingerprint`` stays the same when lines move, and changes with the words that are wrong.
    """

    severity: str = "warning"
    lines: tuple[int, int] = (0, 0)
    fingerprint: str = ""
    correction: WordFix | None = field(default=None, compare=False)
    outdated: OutdatedWords | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What is wrong in a text, in words; ``about`` are all words that it depends on."""

    code: str
    message: str
    hint: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a letter's file, in which places are found."""

    file: str
    text: str

    def problem(
        self, found: Discrepancy, where: tuple[int, int], words: str = "", of: Iterable[tuple[int, int]] = ()
    ) -> RuleProblem:
        """The problem in a range of characters, at some words in it; it concerns all the ranges of a text."""
        return self.problem_at(self.place_of(where, words), found, [*of] or [where])

    def problem_at(
        self, place: Place, found: Discrepancy, of: Iterable[tuple[int, int]], correction: WordFix | None = None
    ) -> RuleProblem:
        """The problem at a place; it concerns all the ranges of a text."""
        lines = self._lines([*of])
        digest = hashlib.sha256("\0".join((found.code, *found.about)).encode()).hexdigest()[:32]
        severity = RULES[found.code].severity
        return RuleProblem(place, found.code, found.message, found.hint, (), severity, lines, digest, correction)

    def at(self, place: Place) -> int:
        """The character at a place."""
        return sum(len(line) + 1 for line in self.text.split("\n")[: place.line - 1]) + place.column - 1

    def place_of(self, where: tuple[int, int], words: str, nth: int = 0) -> Place:
        """The place of the ``nth`` occurrence (from 0) of some words in a range, or else where the range begins."""
        tree = Tree(Scalar(1, 1, 0), self.file, self.text)
        begin = tree.place_at(where[0])
        return tree.place_of(Scalar(begin.line, begin.column, *where), words, nth) if words else begin

    def _lines(self, ranges: list[tuple[int, int]]) -> tuple[int, int]:
        first, last = min(start for start, _ in ranges), max(end for _, end in ranges)
        return self.text.count("\n", 0, first) + 1, self.text.count("\n", 0, max(last - 1, first)) + 1
