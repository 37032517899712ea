"""Writes the report of changes as JSON, for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from circulars.errors import Choice, Problem, printable_json
from circulars.review.comparing.changes import Change, FactChange
from circulars.review.comparing.languages import PlaceChange
from circulars.review.reports.formats import ReportOrder
from circulars.review.reports.json_schema import VERSION
from circulars.review.reports.report import ChangeReport, LanguageChanges, LetterChanges


def write(report: ChangeReport, order: ReportOrder) -> bytes:
    """The report as JSON."""
    return f"{report_json(report, order.worded)}\n".encode()


def report_json(report: ChangeReport, worded: Callable[[Choice], str] = str) -> str:
    """The report as JSON, as :func:`circulars.review.reports.json_schema.changes_schema` describes it.

    ``worded`` puts a problem's choices into words.
    """
    return printable_json({"version": VERSION, "letters": [_letter(letter, worded) for letter in report.letters]})


def _letter(letter: LetterChanges, worded: Callable[[Choice], str]) -> dict[str, Any]:
    numbers = {id(change): number for one in letter.languages for number, change in enumerate(one.changes)}
    is_same = letter.state == "both" and not (letter.old_problems or letter.new_problems or letter.languages)
    return {
        "name": letter.name,
        "old": letter.old,
        "new": letter.new,
        "state": letter.state,
        "renamed_from": letter.was,
        "differs": letter.differs,
        "compared": is_same or bool(letter.languages),
        "old_problems": [_problem(problem, worded) for problem in letter.old_problems],
        "new_problems": [_problem(problem, worded) for problem in letter.new_problems],
        "facts": [_fact(fact) for fact in letter.facts],
        "changes": [_place_change(change, numbers) for change in letter.by_place],
        "languages": [_language(one, letter) for one in letter.languages],
    }


def _fact(fact: FactChange) -> dict[str, Any]:
    return {
        "name": fact.name,
        "old": dict(fact.old),
        "new": dict(fact.new),
        "places": {code: [asdict(place) for place in places] for code, places in fact.places.items()},
        "used": fact.used,
        "questions": fact.questions,
    }


def _place_change(change: PlaceChange, numbers: Mapping[int, int]) -> dict[str, Any]:
    """What happened at a place; ``numbers`` are those of the changes in their language, by their identity."""
    return {
        "kind": change.kind,
        "place": change.place,
        "was": change.was,
        "unchanged_in": change.unchanged,
        "questions": [*filter(None, (change.only,)), *change.questions],
        "at": {code: numbers[id(one)] for code, one in change.changes.items()},
    }


def _language(one: LanguageChanges, letter: LetterChanges) -> dict[str, Any]:
    code = one.language
    places = {id(place.changes[code]): place for place in letter.by_place if code in place.changes}
    changes = [_change(change, code, places.get(id(change))) for change in one.changes]
    return {"language": code, "state": one.state, "changes": changes}


def _change(change: Change, code: str, place: PlaceChange | None) -> dict[str, Any]:
    """A change in a language; what follows from the changes has no ``place`` in a language that is not the first."""
    return {
        "kind": change.kind,
        "place": change.place,
        "was": place.former[code] if place else change.was,
        "id": change.id,
        "old": change.old,
        "new": change.new,
        "segments": [asdict(segment) for segment in change.segments],
        "remarks": change.remarks,
        "unchanged_in": place.unchanged if place else (),
    }


def _problem(problem: Problem, worded: Callable[[Choice], str]) -> dict[str, Any]:
    return asdict(problem.where) | {"code": problem.code, "message": problem.message, "hint": problem.remedy(worded)}
