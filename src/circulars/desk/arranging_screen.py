"""Adds, moves and removes the paragraphs, entries and other parts of a letter that have texts in languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast
from urllib.parse import urlencode

from starlette.responses import Response

from circulars.desk.edits import ConflictError
from circulars.desk.fields import SETTINGS, LetterFields, letter_fields
from circulars.desk.letter_file import LetterBytes, read_letter_file
from circulars.desk.refusals import MOVED_TEXT, NOT_ARRANGED, WRONG_FORM, RefusedError
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of, back_to_letter, other_languages, path_of, shown_columns
from circulars.errors import LetterError
from circulars.source.blocks import removing
from circulars.source.editing import AddKey, Composite, Insert, Move, Operation, Value
from circulars.source.editing import Path as EditPath
from circulars.source.editing.forms import Form, at_path, form_of

ACTS: Final = ("add", "up", "down", "remove", "more")


def arrange_entry(visit: Visit) -> Response:
    """Adds an entry below one, moves it up or down, or removes it with all that is in it."""
    name, act = visit.named("name"), visit.typed("act")
    path = path_of(visit.typed("path"))
    fields = fields_of(visit, name)
    if act not in ACTS or path not in fields.entries:
        raise RefusedError(WRONG_FORM)
    if act == "more":
        shown = urlencode({"path": visit.typed("path"), "shown": urlencode(shown_columns(visit, name))})
        return visit.redirect(f"{address_of(name)}/block?{shown}")
    operations, found = _operations(act, path, fields)
    return arranged(visit, name, operations, found, "removed" if act == "remove" else "")


def add_language(visit: Visit) -> Response:
    """Adds a language to those of the letter. Its texts are empty until they are written."""
    name, code = visit.named("name"), visit.typed("language")
    fields = fields_of(visit, name)
    if code not in other_languages(fields, visit.desk.workspace):
        raise RefusedError(WRONG_FORM, code)
    count = fields.lengths.get(("languages",))
    new = AddKey(("languages",), [*fields.languages, code]) if count is None else Insert(("languages", count), code)
    shown = urlencode([("show", one) for one in (*fields.languages[:1], code)])
    return arranged(visit, name, (new,), back=f"{address_of(name)}?{shown}")


def fields_of(visit: Visit, name: str) -> LetterFields:
    """The fields of a letter as it is now."""
    return _fields(read_letter_file(name, visit.desk.workspace))


def arranged(
    visit: Visit,
    name: str,
    operations: Sequence[Operation | Composite],
    found: EditPath = (),
    done: str = "",
    back: str = "",
) -> Response:
    """Makes edits of the version that the page shows, as one step.

    Then the letter is shown, from what is at the path ``found`` on; or the page ``back``.
    """
    try:
        letter = visit.desk.edits.arrange(name, visit.typed("version"), *operations, by=visit.person)
    except ConflictError:
        return visit.refused(MOVED_TEXT, name, back=address_of(name))
    except LetterError as error:
        return visit.refused(NOT_ARRANGED, name, error.problems, back=address_of(name))
    if back:
        return visit.redirect(back)
    rows = (row for row in _fields(letter).rows if found and row.path[: len(found)] == found and not row.setting_of)
    row = next(rows, None)
    return back_to_letter(visit, name, row.anchor if row else "", done)


def _fields(letter: LetterBytes) -> LetterFields:
    return letter_fields(letter.data, letter.file.shown, letter.file.path.parent)


def _operations(act: str, path: EditPath, fields: LetterFields) -> tuple[Sequence[Operation], EditPath]:
    """The edits, and the path of the entry that is looked at afterwards."""
    *before, number = path
    number = cast(int, number)
    match act:
        case "add":
            return (Insert((*before, number + 1), _new_entry(path, fields)),), (*before, number + 1)
        case "remove":
            return removing(form_of(fields.tree.root), path), (*before, max(number - 1, 0))
        case _:
            to = number + (1 if act == "down" else -1)
            return (Move(path, to),), (*before, max(to, 0))


def _new_entry(path: EditPath, fields: LetterFields) -> Value:
    """A paragraph below another part of the letter; otherwise what the entry at the path has, without words."""
    if path[-2] == "body" and fields.languages:
        return dict.fromkeys(fields.languages, "")
    return _without_words(at_path(form_of(fields.tree.root), path))


def _without_words(form: Form) -> Value:
    if isinstance(form, dict):
        own = {key: value for key, value in form.items() if key not in SETTINGS and not isinstance(value, list)}
        return {key: _without_words(value) for key, value in own.items()}
    return [*map(_without_words, form)] if isinstance(form, list) else ""
