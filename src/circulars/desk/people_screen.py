"""Says who is where in a letter."""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse, Response

from circulars.desk.letter_file import read_letter_file
from circulars.desk.refusals import WRONG_FORM, RefusedError
from circulars.desk.visit import Visit

MOST_CHARACTERS: Final = 1_000
"""The length of the name of a field or of a page."""


def note_place(visit: Visit) -> Response:
    """Notes where the reader of a page is, or that the page was left, and answers where everybody else is."""
    name, page, field = visit.named("name"), visit.typed("page"), visit.typed("field")
    if len(page) > MOST_CHARACTERS or len(field) > MOST_CHARACTERS:
        raise RefusedError(WRONG_FORM, name)
    read_letter_file(name, visit.desk.workspace)
    presence, person = visit.desk.presence, visit.person
    if visit.form.get("left"):
        presence.leave(person, page)
    else:
        presence.note(name, field, person, page)
    return JSONResponse({"others": [{"name": one.name, "field": one.field} for one in presence.others(name, person)]})
