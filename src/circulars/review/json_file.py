"""Writes the report of changes as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from circulars.errors import Choice, Problem
from circulars.review.changes import Change
from circulars.review.formats import ReportOrder
from circulars.review.report import ChangeReport, LanguageChanges, LetterChanges

VERSION = 1
"""The version of the report; a key that goes or changes its meaning makes a new one."""


def write(report: ChangeReport, order: ReportOrder) -> bytes:
    """The report as JSON."""
    return f"{report_json(report, order.worded)}\n".encode("utf-8", "backslashreplace")


def report_json(report: ChangeReport, worded: Callable[[Choice], str] = str) -> str:
    """The report as JSON; ``worded`` puts a problem's choices into words."""
    letters = [_letter(letter, worded) for letter in report.letters]
    return json.dumps({"version": VERSION, "letters": letters}, ensure_ascii=False, indent=2)


def _letter(letter: LetterChanges, worded: Callable[[Choice], str]) -> dict[str, Any]:
    return {
        "name": letter.name,
        "old": letter.old,
        "new": letter.new,
        "state": letter.state,
        "renamed_from": letter.was,
        "differs": letter.differs,
        "old_problems": [_problem(problem, worded) for problem in letter.old_problems],
        "new_problems": [_problem(problem, worded) for problem in letter.new_problems],
        "languages": [_language(one, letter) for one in letter.languages],
    }


def _language(one: LanguageChanges, letter: LetterChanges) -> dict[str, Any]:
    changes = [_change(change, letter.unchanged_languages(change, one.language)) for change in one.changes]
    return {"language": one.language, "state": one.state, "changes": changes}


def _change(change: Change, unchanged_in: tuple[str, ...]) -> dict[str, Any]:
    return asdict(change) | {"unchanged_in": unchanged_in}


def _problem(problem: Problem, worded: Callable[[Choice], str]) -> dict[str, Any]:
    return asdict(problem.where) | {"code": problem.code, "message": problem.message, "hint": problem.remedy(worded)}
