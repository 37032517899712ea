"""Sorts what a check finds in a letter by the fields in which it is, with what can be done about it in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from circulars.desk.checks import LetterCheck
from circulars.desk.fields import EditField, FieldRow, LetterFields
from circulars.errors import Problem
from circulars.review.comparing.changes import Mark
from circulars.review.comparing.words import word_changes
from circulars.review.rules.findings import OutdatedWords, RuleProblem, WordFix

UNWRITTEN: Final = frozenset({"empty-text", "missing-language"})
"""The codes of problems of texts that are only to be written yet."""
_AROUND: Final = 40  # characters that are shown on each side of a correction

Passage = tuple[Literal["same", "old", "new"], str]
"""Some words of a text that changed: those that are the same, those that were there, or those that are new."""
_PASSAGES: Final[Mapping[Mark, Literal["same", "old", "new"]]] = {"equal": "same", "removed": "old", "added": "new"}


@dataclass(frozen=True, slots=True)
class FoundInLetter:
    """The problems and warnings of a letter, by the names of the fields in which they are; "" for the whole file.

    ``unwritten`` has the names of the fields that are to be written yet. These have no other problems.
    """

    errors: Mapping[str, Sequence[Problem]]
    warnings: Mapping[str, Sequence[Problem]]
    unwritten: Sequence[str] = ()
    behind: Mapping[str, RuleProblem] = field(default_factory=dict)
    """The texts whose other language changed later, by the names of their fields."""

    @property
    def count(self) -> int:
        """The number of problems, without those of texts that are to be written yet."""
        return sum(map(len, self.errors.values()))

    @property
    def is_clean(self) -> bool:
        """Whether the letter can be built."""
        return not self.errors and not self.unwritten

    @property
    def names(self) -> set[str]:
        """The names of all fields in which something was found."""
        return {*self.errors, *self.warnings, *self.unwritten, *self.behind}

    @property
    def corrections(self) -> list[WordFix]:
        """What is to be written instead, where that is certain."""
        return [fix for problems in self.warnings.values() for fix in map(certain_fix, problems) if fix]


def sorted_by_field(check: LetterCheck, fields: LetterFields) -> FoundInLetter:
    """What a check found, by fields."""
    rows = {one.name: row for row in fields.rows for one in row.fields}
    errors: dict[str, list[Problem]] = {}
    unwritten: dict[str, None] = {}
    for problem in check.problems:
        name = fields.field_of(problem)
        if empty := [*_unwritten(problem, name, rows)]:
            unwritten |= dict.fromkeys(empty)
        else:
            errors.setdefault(name, []).append(problem)
    warnings: dict[str, list[Problem]] = {}
    behind: dict[str, RuleProblem] = {}
    for problem in check.warnings:
        name = fields.field_of(problem)
        if isinstance(problem, RuleProblem) and problem.outdated and name:
            behind.setdefault(name, problem)
        else:
            warnings.setdefault(name, []).append(problem)
    return FoundInLetter(errors, warnings, tuple(unwritten), behind)


def certain_fix(problem: Problem) -> WordFix | None:
    """What is to be written instead, if that is certain."""
    correction = problem.correction if isinstance(problem, RuleProblem) else None
    return correction if correction and correction.is_certain else None


def fix_passages(fix: WordFix) -> list[Passage]:
    """A correction with the words around it."""
    before, after = fix.typed[: fix.start], fix.typed[fix.end :]
    left = f"…{before[-_AROUND:]}" if len(before) > _AROUND else before
    right = f"{after[:_AROUND]}…" if len(after) > _AROUND else after
    found: list[Passage] = [
        ("same", left),
        ("old", fix.typed[fix.start : fix.end]),
        ("new", fix.right),
        ("same", right),
    ]
    return [one for one in found if one[1]]


def outdated_passages(outdated: OutdatedWords) -> list[Passage]:
    """The text in the other language, with the words that changed since; without marks if the old ones are unknown."""
    if not outdated.old:
        return [("same", outdated.new)]
    return [(_PASSAGES[one.mark], one.text) for one in word_changes(outdated.old, outdated.new, outdated.other)]


def _unwritten(problem: Problem, name: str, rows: Mapping[str, FieldRow]) -> Iterator[str]:
    """The names of the empty fields that a problem is about, if all that is wrong is that they are empty."""
    row = rows.get(name)
    if problem.code not in UNWRITTEN or not row:
        return
    own = next(one for one in row.fields if one.name == name)
    if _is_empty(own):
        yield name
    elif problem.code == "missing-language":
        yield from (one.name for one in row.fields if _is_empty(one))


def _is_empty(one: EditField) -> bool:
    return not one.text.strip()
