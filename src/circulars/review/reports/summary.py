"""Sums changes up, in one line for each letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from circulars.errors import visible
from circulars.review.comparing.languages import PlaceChange
from circulars.review.reports.report import QUIET, ChangeReport, LetterChanges
from circulars.review.reports.wording import counted

_NAMED: Final = ("audience", *QUIET)
"""The kinds of changes that are named rather than counted, as in the report for people."""


def summary(report: ChangeReport) -> str:
    """One line for each letter that differs: "letters/x.yaml: 1 fact, 3 changes, 1 not in every language"."""
    return "\n".join(_line(letter) for letter in report.letters if letter.differs) or "no changes"


def _line(letter: LetterChanges) -> str:
    return f"{visible(letter.shown)}: {', '.join(_facts(letter))}"


def _facts(letter: LetterChanges) -> Iterator[str]:
    if letter.state != "both":
        yield f"{letter.state} letter"
    if letter.was:
        yield f"renamed from {visible(letter.was)}"
    for problems, where in ((letter.old_problems, "old"), (letter.new_problems, "new")):
        if problems:
            yield f"{counted(len(problems), 'problem')} in the {where} version"
    yield from (f"{one.state} language {one.language}" for one in letter.languages if one.state != "both")
    yield from counts_of(letter, letter.gathered)


def counts_of(letter: LetterChanges, changes: Sequence[PlaceChange]) -> Iterator[str]:
    """The facts of a letter and the ``changes``, counted: "1 fact", "3 changes", "1 not in every language"."""
    if letter.facts:
        yield counted(len(letter.facts), "fact")
    if loud := sum(change.kind not in _NAMED for change in changes):
        yield counted(loud, "change")
    yield from (kind for kind in _NAMED if any(change.kind == kind for change in changes))
    if partial := sum(bool(change.only or change.questions) for change in changes):
        yield f"{partial} not in every language"
