"""The preview beside a letter: its text, and the pictures of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from circulars.desk.edits import ConflictError, with_text
from circulars.desk.fields import letter_fields
from circulars.desk.found import UNWRITTEN
from circulars.desk.letter_file import read_letter_file
from circulars.desk.preview import PAGES, TEXT, LetterPreview, NoPreviewError
from circulars.desk.refusals import CONFLICT, NO_LANGUAGE, NO_PAGE, NO_PREVIEW, UNWRITTEN_LETTER, RefusedError
from circulars.desk.visit import Visit, problem_data
from circulars.desk.writing_screen import path_of, text_of
from circulars.errors import CircularsError, LetterError, Problem

LETTER_POLICY: Final = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""What a letter's HTML may do in the preview: nothing but look. Its styles and pictures are in itself."""
_MOST_DIGITS: Final = 5
_FRAMED: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def show_text(visit: Visit) -> Response:
    """The letter in one of its languages as HTML, or the page that says why there is none."""
    name, language = _named(visit)
    try:
        preview = visit.desk.previews.preview(name, language, TEXT)
    except NoPreviewError as error:
        answer = _no_preview(visit, name, error.problems, is_framed=True)
        answer.headers["Content-Security-Policy"] = _FRAMED
        return answer
    headers = {"Content-Security-Policy": LETTER_POLICY, "Desk-Version": preview.version}
    return Response(preview.data, media_type="text/html", headers=headers)


def show_draft(visit: Visit) -> Response:
    """The letter as HTML with a text as it is typed now, which is not saved by this."""
    name, language = _named(visit)
    path, text = path_of(visit.typed("path")), text_of(visit.typed("text"))
    letter = read_letter_file(name, visit.desk.workspace)
    if letter.version != visit.typed("version"):  # The path may lead to another text.
        raise RefusedError(CONFLICT, name)
    try:
        data = visit.desk.previews.draft(with_text(letter, path, text), language)
    except ConflictError:
        raise RefusedError(CONFLICT, name) from None
    except CircularsError as error:
        return visit.refused(NO_PREVIEW, name, error.problems)
    return Response(data, media_type="text/html", headers={"Content-Security-Policy": LETTER_POLICY})


def show_pages(visit: Visit) -> Response:
    """How many pages the letter has in one of its languages, for a script."""
    name, language = _named(visit)
    try:
        preview = visit.desk.previews.preview(name, language, PAGES)
    except NoPreviewError as error:
        return _no_preview(visit, name, error.problems)
    return JSONResponse(pages_data(preview))


def show_page(visit: Visit) -> Response:
    """One page of the letter as a picture."""
    name, language = _named(visit)
    wide = _number(visit.request.query_params.get("width", ""))
    try:
        picture = visit.desk.previews.picture(name, language, _number(visit.named("number")), wide)
    except NoPreviewError as error:
        return _no_preview(visit, name, error.problems)
    if picture is None:
        raise RefusedError(NO_PAGE, name)
    return Response(picture, HTTPStatus.OK, media_type="image/png")


def _no_preview(visit: Visit, name: str, problems: Sequence[Problem], **values: Any) -> Response:
    """Says why there is no preview. What is only to be written yet is not listed."""
    if all(one.code in UNWRITTEN for one in problems):
        return visit.refused(UNWRITTEN_LETTER, name, **values)
    return visit.refused(NO_PREVIEW, name, problems, **values)


def pages_data(preview: LetterPreview) -> dict[str, object]:
    """What a script needs to show pages: their number, and the version of the letter that they were made from."""
    problems = [*map(problem_data, preview.problems)]
    return {"version": preview.version, "pages": preview.pages, "problems": problems}


def _number(typed: str) -> int:
    """A number of an address; 0 if it is none, or too long to be that of a page."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS else 0


def _named(visit: Visit) -> tuple[str, str]:
    """The letter and the language in the address.

    Raises:
        LetterGoneError: there is no such letter.
        RefusedError: the letter is not in this language.
    """
    name, language = visit.named("name"), visit.named("language")
    letter = read_letter_file(name, visit.desk.workspace)
    try:
        fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
    except LetterError:  # its last good layout is shown
        return name, language
    if language not in fields.languages:
        raise RefusedError(NO_LANGUAGE, language)
    return name, language
