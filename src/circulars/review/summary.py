"""Sums changes up, in one line for each letter."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.errors import visible
from circulars.review.report import ChangeReport, LanguageChanges, LetterChanges


def summary(report: ChangeReport) -> str:
    """One line for each letter that differs: "letters/x.yaml: 3 changes in en, 1 change in es"."""
    return "\n".join(_line(letter) for letter in report.letters if letter.differs) or "no changes"


def _line(letter: LetterChanges) -> str:
    return f"{visible(letter.old if letter.state == 'removed' else letter.new)}: {', '.join(_facts(letter))}"


def _facts(letter: LetterChanges) -> Iterator[str]:
    if letter.state != "both":
        yield f"{letter.state} letter"
    if letter.was:
        yield f"renamed from {visible(letter.was)}"
    for problems, where in ((letter.old_problems, "old"), (letter.new_problems, "new")):
        if problems:
            yield f"{_count(len(problems), 'problem')} in the {where} version"
    yield from (_language(one) for one in letter.languages if one.changes or one.state != "both")


def _language(one: LanguageChanges) -> str:
    if one.state != "both":
        return f"{one.state} language {one.language}"
    return f"{_count(len(one.changes), 'change')} in {one.language}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
