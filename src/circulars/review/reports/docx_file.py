"""Writes the changes of a letter in one language as a Word file with tracked changes."""

from __future__ import annotations

import datetime
from typing import Final

from circulars.characters import forbidden_in
from circulars.errors import Choice, Place, Problem, UsageError, visible
from circulars.review.reports.formats import ReportOrder
from circulars.review.reports.redline import redline
from circulars.review.reports.report import LanguageChanges, LetterChanges

MAX_AUTHOR: Final = 255
"""The most characters of an author's name."""


def write(letter: LetterChanges, changes: LanguageChanges, order: ReportOrder) -> bytes:
    """The Word file of the new version, with its changes tracked.

    Their author is that of the order, or else the organization that sends the letter. They have the date of the new
    version's commit, or else that of the letter. The problems of the new version are comments at the beginning.

    Raises:
        UsageError: the author's name has forbidden characters, or is too long.
        PackError: the Word template of the letter's pack cannot be used.
    """
    assert letter.new_letter and changes.compared  # the language is in both versions
    pack = order.workspace.pack_of(letter.new_letter)
    properties = changes.compared.new.properties
    day = datetime.datetime.combine(properties.date, datetime.time(), datetime.UTC)
    problems = [_problem(one) for one in letter.new_problems]
    return redline(changes.compared, pack, _author(order.author, properties.author), letter.date or day, problems)


def _problem(problem: Problem) -> str:
    line = f" (line {problem.where.line})" if problem.where.line else ""
    return f"The letter cannot be built: {visible(problem.message)}{line}"


def _author(named: str, organization: str) -> str:
    name = " ".join(named.split())
    if wrong := forbidden_in(name):
        code, fact, remedy = wrong
        raise UsageError(Problem(Place(), code, f"in the author's name, {fact}", remedy))
    if len(name) > MAX_AUTHOR:
        choice = Choice("author", "gives a shorter name", "NAME")
        fact = f"the author's name has {len(name):,} characters; the limit is {MAX_AUTHOR}"
        raise UsageError(Problem(Place(), "too-long", fact, choices=(choice,)))
    return name or organization or "circulars"
