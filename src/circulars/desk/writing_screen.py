"""The screen on which a letter is written: its fields with their problems, beside the preview."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import JSONResponse, Response

from circulars.desk.checks import letter_check, letter_numbers
from circulars.desk.edits import (
    ConflictError,
    NotAllowedError,
    NothingToUndoError,
    SavedEdit,
    TextEdit,
    UnknownVersionError,
)
from circulars.desk.fields import EditField, LetterFields, letter_fields, text_hash
from circulars.desk.found import FoundInLetter, certain_fix, fix_passages, outdated_passages, sorted_by_field
from circulars.desk.hints import hint_of
from circulars.desk.labels import field_label, row_label
from circulars.desk.letter_file import LetterBytes, read_letter_file
from circulars.desk.people import DeskPerson
from circulars.desk.phrases import marked
from circulars.desk.preview import PAGES, TEXT, LetterPreview, NoPreviewError
from circulars.desk.refusals import (
    CONFLICT,
    GONE_TEXT,
    LOST_TEXT,
    NOT_EDITED,
    NOT_YAML,
    NOT_YOUR_LANGUAGE,
    NOT_YOUR_STEP,
    NOTHING_TO_UNDO,
    WRONG_FORM,
    RefusedError,
)
from circulars.desk.visit import Visit, language_name, problem_data
from circulars.errors import LetterError, Problem
from circulars.language import known_languages
from circulars.review.comparing.words import word_changes
from circulars.review.versions.git import last_commits
from circulars.source.editing import Path as EditPath
from circulars.workspace import Workspace

MOST_STEPS: Final = 20
"""So many keys and numbers lead to a value at most."""
_SHOWN_AT_FIRST: Final = 2
DONE: Final = {
    "removed": marked("Removed."),
    "undone": marked("Undone."),
    "fixed": marked("Fixed."),
    "confirmed": marked("Confirmed: the translation is still right."),
}
"""What the screen says after something was done."""
_CHOICES: Final = ("show", "preview", "view")
"""What the address of the screen says beside the letter's name: what its reader has chosen to see."""
_VIEWS: Final = ("text", "pages")


def show_letter(visit: Visit) -> Response:
    """The letter with all its fields."""
    letter = read_letter_file(visit.named("name"), visit.desk.workspace)
    fields = _fields(letter, visit)
    if isinstance(fields, Response):
        return fields
    visit.desk.edits.show(letter)
    asked = visit.request.query_params
    shown = [code for code in asked.getlist("show") if code in fields.languages] or _first(fields, visit)
    language = asked.get("preview", "") if asked.get("preview") in fields.languages else shown[0] if shown else ""
    view = asked.get("view", "") if asked.get("view") in _VIEWS else _VIEWS[0]
    workspace = visit.desk.workspace
    found = sorted_by_field(letter_check(letter, workspace), fields)
    return visit.page(
        "letter.html.j2",
        fields=fields,
        others=other_languages(fields, workspace),
        shown=shown,
        numbers=letter_numbers(letter, workspace),
        **_about(letter, fields, found, shown, visit),
        hints=_hints(fields),
        is_head_open=not fields.body or any(one.name in found.errors for row in fields.head for one in row.fields),
        language=language,
        view=view,
        is_old=not found.is_clean and visit.desk.previews.is_old(letter, language, PAGES if view == "pages" else TEXT),
        pages=_pages(visit, letter.file.name, language) if view == "pages" and language else None,
        gone=GONE_TEXT,
        done=DONE.get(asked.get("done", "")),
        offers_undo=asked.get("done") in ("removed", "fixed") and visit.desk.edits.can_undo(letter, visit.person),
        **_steps(visit, letter),
        last_by=_last_by(visit, letter),
        undecided=visit.desk.edits.undecided(letter),
        has_draft=visit.desk.edits.journal.draft(letter.file.name, visit.person.email) is not None,
        commit=last_commits(workspace.folder, f"letters/{letter.file.path.name}").get(
            f"letters/{letter.file.path.name}"
        ),
    )


def save_text(visit: Visit) -> Response:
    """Saves one text of the letter."""
    name = visit.named("name")
    path, text = path_of(visit.typed("path")), text_of(visit.typed("text"))
    edit = TextEdit(visit.typed("version"), path, visit.typed("was"), text, _hashes(visit.form.get("sent", "[]")))
    try:
        saved = visit.desk.edits.make(name, edit, visit.person)
    except ConflictError as error:
        return _conflict(visit, name, edit, error)
    except NotAllowedError:
        return visit.refused(NOT_YOUR_LANGUAGE, name, mine=edit.text, back=address_of(name))
    except UnknownVersionError:
        return visit.refused(LOST_TEXT, name, mine=edit.text, back=address_of(name))
    except LetterError as error:
        return visit.refused(NOT_EDITED, name, error.problems, mine=edit.text, back=address_of(name))
    return _saved(visit, saved)


def show_changes(visit: Visit) -> Response:
    """What has changed in the letter since the version that a page shows, for its script."""
    name = visit.named("name")
    try:
        found = visit.desk.edits.changes(name, visit.request.query_params.get("since", ""))
    except UnknownVersionError:
        return visit.refused(LOST_TEXT, name)
    except LetterError as error:
        return visit.refused(NOT_YAML, name, error.problems)
    texts = {one.name: {"text": one.text, "was": one.was} for one in found.texts}
    said = {"version": found.version, "moved": {**found.moved}, "texts": texts, "has_more": found.has_more}
    return JSONResponse({**said, **_steps(visit, read_letter_file(name, visit.desk.workspace))})


def undo_edit(visit: Visit) -> Response:
    """Undoes the last step of the letter."""
    return _stepped(visit, visit.desk.edits.undo, "undone")


def redo_edit(visit: Visit) -> Response:
    """Makes the step of the letter again that was undone last."""
    return _stepped(visit, visit.desk.edits.redo, "")


def _stepped(visit: Visit, step: Callable[[str, DeskPerson], SavedEdit], done: str) -> Response:
    try:
        saved = step(visit.named("name"), visit.person)
    except NothingToUndoError:
        raise RefusedError(NOTHING_TO_UNDO, visit.named("name")) from None
    except NotAllowedError as error:
        if not error.who:
            raise RefusedError(NOT_YOUR_LANGUAGE, visit.named("name")) from None
        raise RefusedError(NOT_YOUR_STEP, visit.desk.access.name_of(error.who)) from None
    return _saved(visit, saved, done)


def show_problems(visit: Visit) -> Response:
    """The problems of the letter, for a script: by field."""
    letter = read_letter_file(visit.named("name"), visit.desk.workspace)
    fields = _fields(letter, visit)
    if isinstance(fields, Response):
        return fields
    found = sorted_by_field(letter_check(letter, visit.desk.workspace), fields)
    asked = visit.request.query_params.getlist("show")
    parts = visit.parts("found.html.j2", **_about(letter, fields, found, asked or [*fields.languages], visit))
    return JSONResponse(
        {
            "version": letter.version,
            "shown": {name: parts.found_in(name) for name in found.names},
            "summary": parts.summary(),
            "unwritten": [*found.unwritten],
            "errors": {name: [*map(problem_data, problems)] for name, problems in found.errors.items()},
            "warnings": {name: [*map(problem_data, problems)] for name, problems in found.warnings.items()},
        }
    )


def address_of(name: str) -> str:
    """The address of a letter's screen, by the letter's name."""
    return f"/letters/{quote(name, safe='')}"


def back_to_letter(visit: Visit, name: str, anchor: str = "", done: str = "") -> Response:
    """Shows the letter's screen again, as the reader had it, from a row on; it says what was ``done``."""
    query = urlencode([*shown_columns(visit, name), *([("done", done)] if done else [])])
    return visit.redirect(f"{address_of(name)}{f'?{query}' if query else ''}{f'#{quote(anchor)}' if anchor else ''}")


def shown_columns(visit: Visit, name: str) -> list[tuple[str, str]]:
    """What the reader had chosen to see of a letter on the page from which the request comes."""
    came_from = urlsplit(visit.request.headers.get("referer", ""))
    if not visit.desk.access.is_own_host(came_from.netloc):
        return []
    query = came_from.query if came_from.path == address_of(name) else ""
    if came_from.path == f"{address_of(name)}/block":
        query = dict(parse_qsl(came_from.query)[:50]).get("shown", "")
    return [pair for pair in parse_qsl(query)[:50] if pair[0] in _CHOICES]


def other_languages(fields: LetterFields, workspace: Workspace) -> list[str]:
    """The languages that the letter does not have, and may be added to it."""
    return [code for code in known_languages(workspace.language_folders) if code not in fields.languages]


def _fields(letter: LetterBytes, visit: Visit) -> LetterFields | Response:
    """The fields of a letter, or the page that says why there are none."""
    try:
        return letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
    except LetterError as error:
        source = f"{address_of(letter.file.name)}/source"
        return visit.refused(NOT_YAML, letter.file.shown, error.problems, source=source)


def _first(fields: LetterFields, visit: Visit) -> list[str]:
    """The languages shown unless the reader chooses others: the letter's first two, with the reader's own if it is."""
    own = [code for code in fields.languages if code == visit.words.code and code != fields.languages[0]]
    others = [code for code in fields.languages if code not in own]
    return [*others[:1], *own, *others[1:]][:_SHOWN_AT_FIRST]


def _labels(fields: LetterFields, visit: Visit) -> dict[str, str]:
    """The labels of all fields, by their names."""
    words = visit.words
    names = {code: language_name(code, words) for code in fields.languages}
    return {one.name: field_label(row, words, names.get(one.language, "")) for row in fields.rows for one in row.fields}


def _hints(fields: LetterFields) -> dict[EditPath, tuple[str, str]]:
    """What the format says of each value that is no text of the letter's body, with a name for it on the page."""
    rows = (row for row in fields.rows if not row.is_in_body or row.setting_of)
    return {row.path: (f"hint-{number}", hint) for number, row in enumerate(rows) if (hint := hint_of(row.path))}


def _places(fields: LetterFields, shown: Sequence[str], address: str) -> dict[str, str]:
    """The addresses of all fields, by their names. One whose language is not shown is on a page that shows it."""
    found = {}
    for row in fields.rows:
        for one in row.fields:
            languages = [("show", code) for code in (*shown[:1], one.language)]
            page = "" if one.language in ("", *shown) else f"{address}?{urlencode(languages)}"
            found[one.name] = f"{page}#{row.anchor}"
    return found


def _elsewhere(
    found: Mapping[str, Sequence[Problem]], fields: LetterFields, shown: Collection[str]
) -> Iterator[Problem]:
    """The problems that are not below a field: those of the whole file, and those in languages that are not shown."""
    seen = (one for row in fields.rows for one in row.fields if not one.language or one.language in shown)
    names = {one.name for one in seen}
    return (problem for name, problems in found.items() if name not in names for problem in problems)


def _pages(visit: Visit, name: str, language: str) -> LetterPreview | None:
    try:
        return visit.desk.previews.preview(name, language, PAGES)
    except NoPreviewError:
        return None


def _about(
    letter: LetterBytes, fields: LetterFields, found: FoundInLetter, shown: Sequence[str], visit: Visit
) -> dict[str, Any]:
    """What the templates say of what was found in a letter."""
    return {
        "letter": letter,
        "address": address_of(letter.file.name),
        "found": found,
        "label_of": functools.partial(row_label, words=visit.words),
        "labels": _labels(fields, visit),
        "places": _places(fields, shown, address_of(letter.file.name)),
        "elsewhere": [*_elsewhere(found.errors, fields, shown)],
        "doubts_elsewhere": [*_elsewhere(found.warnings, fields, shown)],
        "certain_fix": certain_fix,
        "fix_passages": fix_passages,
        "outdated_passages": outdated_passages,
    }


def path_of(typed: str) -> EditPath:
    """The path that a form names.

    Raises:
        RefusedError: it is no list of keys and numbers.
    """
    try:
        path = json.loads(typed)
    except (ValueError, RecursionError):
        raise RefusedError(WRONG_FORM) from None
    if not isinstance(path, list) or not 0 < len(path) <= MOST_STEPS:
        raise RefusedError(WRONG_FORM)
    if not all(isinstance(step, str) or (type(step) is int and step >= 0) for step in path):
        raise RefusedError(WRONG_FORM)
    return tuple(path)


def text_of(typed: str) -> str:
    """A text as the file has it: forms send two characters for each line end."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _hashes(typed: str) -> tuple[str, ...]:
    """The hashes of the texts in a list.

    Raises:
        RefusedError: it is no list of texts.
    """
    try:
        texts = json.loads(typed)
    except (ValueError, RecursionError):
        raise RefusedError(WRONG_FORM) from None
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise RefusedError(WRONG_FORM)
    return tuple(text_hash(text_of(one)) for one in texts)


def _saved(visit: Visit, saved: SavedEdit, done: str = "") -> Response:
    if not visit.wants_data:
        return back_to_letter(visit, saved.letter.file.name, done=done)
    said = {"field": saved.field.name, "text": saved.field.text, "was": saved.field.was}
    steps = _steps(visit, saved.letter)
    return JSONResponse({**said, "version": saved.letter.version, "moved": {**saved.moved}, **steps})


def _steps(visit: Visit, letter: LetterBytes) -> dict[str, bool]:
    """Whether the reader can undo the last step of a letter, and make one again that was undone."""
    edits, by = visit.desk.edits, visit.person
    return {"can_undo": edits.can_undo(letter, by), "can_redo": edits.can_redo(letter, by)}


def _last_by(visit: Visit, letter: LetterBytes) -> str:
    """The name of whoever made the last change of a letter, if it is not the reader, who then cannot undo it."""
    step = visit.desk.edits.journal.last(letter)
    return visit.desk.access.name_of(step.who) if step and visit.person.email not in ("", step.who) else ""


def _conflict(visit: Visit, name: str, edit: TextEdit, error: ConflictError) -> Response:
    """The two versions of a text, of which one is to be chosen."""
    place: dict[str, Any] = {"version": error.version, "moved": {**error.moved}}
    if not error.field:
        if visit.wants_data:
            return visit.refused(GONE_TEXT, name, **place)
        return visit.refused(GONE_TEXT, name, mine=edit.text, back=address_of(name))
    if visit.wants_data:
        differences = differences_of(edit.text, error.field)
        return visit.refused(
            CONFLICT, name, theirs=error.field.text, was=error.field.was, differences=differences, **place
        )
    return visit.page(
        "conflict.html.j2",
        HTTPStatus.CONFLICT,
        address=address_of(name),
        field=error.field,
        version=error.version,
        mine=edit.text,
        differences=differences_of(edit.text, error.field),
        refusal=CONFLICT,
    )


def differences_of(mine: str, field: EditField) -> Mapping[str, Sequence[tuple[str, bool]]]:
    """Two versions of a text, word by word: each in pieces, and whether the other version lacks the piece."""
    segments = word_changes(mine, field.text, field.language)
    return {
        "mine": [(one.text, one.mark == "removed") for one in segments if one.mark != "added"],
        "theirs": [(one.text, one.mark == "added") for one in segments if one.mark != "removed"],
    }
