"""Fixes what a check finds, where the remedy is certain, and confirms translations that are still right."""

from __future__ import annotations

from starlette.responses import Response

from circulars.desk.checks import letter_check
from circulars.desk.edits import ConflictError
from circulars.desk.fields import letter_fields
from circulars.desk.found import certain_fix, sorted_by_field
from circulars.desk.letter_file import LetterBytes, read_letter_file
from circulars.desk.refusals import MOVED_TEXT, NOT_ARRANGED, NOT_CONFIRMED, NOT_YOUR_LANGUAGE, RefusedError
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of, back_to_letter
from circulars.errors import LetterError, Problem, UsageError
from circulars.review.rules.confirming import confirm_translation
from circulars.review.rules.findings import RuleProblem
from circulars.review.rules.fixes import rewordings


def fix_problems(visit: Visit) -> Response:
    """Makes one of the corrections that the page shows, or all of them, as ``circulars check --fix`` does."""
    name, wanted = visit.named("name"), visit.typed("fix")
    letter = _as_shown(visit)
    found = [one for one in letter_check(letter, visit.desk.workspace).warnings if wanted in ("", _fix_name(one))]
    corrections = [fix for fix in map(certain_fix, found) if fix]
    if not corrections:
        raise RefusedError(MOVED_TEXT, name)
    try:
        operations, _ = rewordings(letter.data, corrections, letter.file.shown)
        fixed = visit.desk.edits.arrange(name, letter.version, *operations, by=visit.person)
    except ConflictError:
        return visit.refused(MOVED_TEXT, name, back=address_of(name))
    except LetterError as error:
        return visit.refused(NOT_ARRANGED, name, error.problems, back=address_of(name))
    return back_to_letter(visit, name, _row_of(found[0], fixed) if wanted else "all-problems", "fixed")


def confirm_text(visit: Visit) -> Response:
    """Records that a translation is still right beside the other languages, as ``circulars confirm`` does."""
    name, wanted = visit.named("name"), visit.typed("path")
    letter = _as_shown(visit)
    fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
    one = sorted_by_field(letter_check(letter, visit.desk.workspace), fields).behind.get(wanted)
    if not one or not one.outdated:
        raise RefusedError(MOVED_TEXT, name)
    if not visit.person.may_write(one.outdated.language):
        raise RefusedError(NOT_YOUR_LANGUAGE, name)
    try:
        confirm_translation(letter.file.path, one.outdated.language, visit.desk.workspace, str(one.where.line))
    except (LetterError, UsageError) as error:
        return visit.refused(NOT_CONFIRMED, name, error.problems, back=address_of(name))
    return back_to_letter(visit, name, _row_of(one, letter), "confirmed")


def _as_shown(visit: Visit) -> LetterBytes:
    """The letter, if its file is still the one that the page shows.

    Raises:
        RefusedError: the file has changed.
    """
    letter = read_letter_file(visit.named("name"), visit.desk.workspace)
    if letter.version != visit.typed("version"):
        raise RefusedError(MOVED_TEXT, letter.file.name)
    return letter


def _fix_name(problem: Problem) -> str:
    """By which a page names a correction: the fingerprint of its problem, and the place."""
    fingerprint = problem.fingerprint if isinstance(problem, RuleProblem) else ""
    return f"{fingerprint}@{problem.where.line}:{problem.where.column}"


def _row_of(problem: Problem, letter: LetterBytes) -> str:
    """The anchor of the row in which a problem is or was."""
    fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
    name = fields.field_of(problem)
    return next((row.anchor for row in fields.rows if any(one.name == name for one in row.fields)), "")
