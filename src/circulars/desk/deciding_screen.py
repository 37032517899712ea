"""Lets writers decide on texts that were typed when a desk was killed, and that somebody has changed since."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from circulars.desk.edits import ConflictError, NotAllowedError, UnknownVersionError
from circulars.desk.refusals import (
    CONFLICT,
    GONE_TEXT,
    LOST_TEXT,
    NOT_EDITED,
    NOT_YOUR_LANGUAGE,
    WRONG_FORM,
    RefusedError,
)
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of, back_to_letter
from circulars.errors import LetterError

_MOST_DIGITS: Final = 15


def decide_on_text(visit: Visit) -> Response:
    """Saves the text, or leaves it out."""
    name, typed, act = visit.named("name"), visit.typed("number"), visit.typed("act")
    if act not in ("save", "drop") or not typed.isascii() or not typed.isdigit() or len(typed) > _MOST_DIGITS:
        raise RefusedError(WRONG_FORM)
    try:
        visit.desk.edits.decide(name, int(typed), visit.typed("was") if act == "save" else None, visit.person)
    except NotAllowedError:
        raise RefusedError(NOT_YOUR_LANGUAGE, name) from None
    except ConflictError as error:
        return visit.refused(CONFLICT if error.field else GONE_TEXT, name, back=address_of(name))
    except UnknownVersionError:
        return visit.refused(LOST_TEXT, name, back=address_of(name))
    except LetterError as error:
        return visit.refused(NOT_EDITED, name, error.problems, back=address_of(name))
    return back_to_letter(visit, name)
