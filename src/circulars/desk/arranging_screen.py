"""Adds, moves and removes the paragraphs, entries and other parts of a letter that have texts in languages."""

from __future__ import annotations

from typing import Final, cast

from starlette.responses import Response

from circulars.desk.edits import ConflictError
from circulars.desk.fields import FieldRow, letter_fields, row_at
from circulars.desk.letter_file import read_letter_file
from circulars.desk.refusals import MOVED_TEXT, NOT_ARRANGED, WRONG_FORM, RefusedError
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of, back_to_letter, path_of
from circulars.errors import LetterError
from circulars.source.editing import Insert, Move, Operation, Remove

ACTS: Final = ("add", "up", "down", "remove")


def arrange_entry(visit: Visit) -> Response:
    """Adds an entry below one, moves it up or down, or removes it with all that is in it."""
    name, act = visit.named("name"), visit.typed("act")
    path = path_of(visit.typed("path"))
    letter = read_letter_file(name, visit.desk.workspace)
    try:
        row = row_at(letter_fields(letter.data, letter.file.shown, letter.file.path.parent), path)
        if act not in ACTS or not row or not row.is_entry:
            raise RefusedError(WRONG_FORM)
        operation, at = _operation(act, row)
        visit.desk.edits.arrange(name, visit.typed("version"), operation)
    except ConflictError:
        return visit.refused(MOVED_TEXT, name, back=address_of(name))
    except LetterError as error:
        return visit.refused(NOT_ARRANGED, name, error.problems, back=address_of(name))
    return back_to_letter(visit, name, row.beside(at).anchor)


def _operation(act: str, row: FieldRow) -> tuple[Operation, int]:
    """The edit, and the number of the entry that is looked at afterwards."""
    number = cast(int, row.path[-1])
    match act:
        case "add":
            return Insert(row.beside(number + 1).path, {one.language: "" for one in row.fields}), number + 1
        case "remove":
            return Remove(row.path), max(number - 1, 0)
        case _:
            to = number + (1 if act == "down" else -1)
            return Move(row.path, to), max(to, 0)
