"""Describes the report of changes as a JSON Schema."""

from __future__ import annotations

from typing import Any, Final, get_args

from circulars.review.comparing.changes import Kind, Mark, Quiet
from circulars.review.reports.report import State

VERSION: Final = 1
"""The version of the report. A key that goes, or that has another meaning than before, makes a new one."""

Schema = dict[str, Any]


def changes_schema() -> Schema:
    """The JSON Schema (draft 7) of a report of changes as :mod:`circulars.review.reports.json_file` writes it."""
    keys = {
        "version": {"const": VERSION, "description": "The version of this format. New keys do not change it."},
        "letters": _list({"$ref": "#/definitions/letter"}, "The letters, also those without changes."),
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Changes between two versions of circular letters",
        **_object(keys),
        "definitions": {
            "letter": _object(_LETTER),
            "problem": _object(_PROBLEM),
            "fact": _object(_FACT),
            "language": _object(_LANGUAGE),
            "change": _object(_CHANGE),
            "segment": _object(_SEGMENT),
            "place-change": _object(_PLACE_CHANGE),
        },
    }


def _object(properties: Schema) -> Schema:
    """An object that has all these keys. It may have others, which came later within the same version."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _words(kind: Any, description: str) -> Schema:
    """One of the words of a ``Literal``."""
    return {"enum": list(get_args(kind)), "description": description}


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _by_language(values: Schema, description: str) -> Schema:
    return {"type": "object", "additionalProperties": values, "description": description}


_TEXTS: Final = {"type": "string"}
_PROBLEM: Final[Schema] = {
    "file": _text("The file or the version with the problem."),
    "line": {"type": "integer", "minimum": 0, "description": "Its line, from 1; 0 is the whole file."},
    "column": {"type": "integer", "minimum": 0, "description": "Its column, from 1; 0 is the whole file."},
    "code": _text("The code of the problem, which never changes."),
    "message": _text("What is wrong."),
    "hint": _text("What to do."),
}
_OLD: Final = _text('The key of the part in the old version, the same in every language; "" if it does not have it.')
_NEW: Final = _text('The key of the part in the new version, the same in every language; "" if it does not have it.')
_WAS: Final = _text('The place in the old version, if it is another one; otherwise "".')
_FACT: Final[Schema] = {
    "name": _text('What the letter calls it: "meeting", "link programme", "date of the letter", "reference".'),
    "old": _by_language(_TEXTS, 'The old value in words, by language; "" if the old version does not have it.'),
    "new": _by_language(_TEXTS, 'The new value in words, by language; "" if the new version does not have it.'),
    "places": _by_language(
        _list(
            _object({"place": _text("The place in words."), "was": _WAS, "old": _OLD, "new": _NEW}),
            "The places that show it in both versions.",
        ),
        "The places that show the fact, by language.",
    ),
    "used": {"type": "boolean", "description": "Whether any text shows it."},
    "questions": _list(_TEXTS, "What to ask about languages in which it did not change."),
}
_SEGMENT: Final[Schema] = {
    "mark": _words(Mark, "Whether both versions have it, or only the old one, or only the new one."),
    "text": _text("The words. Segments that are not added give the old text; those that are not removed, the new one."),
    "quiet": _words(Quiet, "Why a difference need not be shown to readers."),
    "fact": _text("The name of the fact that this states, if that is why it is quiet."),
    "moved": _text("The place where a sentence that moved is in the other version; for other words it is empty."),
}
_CHANGE: Final[Schema] = {
    "kind": _words(Kind, "What happened."),
    "place": _text("The place in words, in the new version, or in the old one if the part was removed."),
    "was": _WAS,
    "id": _text('The id of the part in the letter; otherwise "".'),
    "old": _OLD,
    "new": _NEW,
    "segments": _list({"$ref": "#/definitions/segment"}, "The words, in order."),
    "remarks": _list(_TEXTS, "What changed beside the words: formatting, links, pictures."),
    "unchanged_in": _list(_TEXTS, "The languages in which the words at this place did not change."),
}
_LANGUAGE: Final[Schema] = {
    "language": _text("The code of the language."),
    "state": _words(State, "Whether both versions have the language; a new or removed one is not compared."),
    "changes": _list({"$ref": "#/definitions/change"}, "The changes, in reading order."),
}
_PLACE_CHANGE: Final[Schema] = {
    "kind": _words(Kind, "What happened, in the first language in which it did."),
    "place": _text("The place in words of the letter's first language."),
    "was": _WAS,
    "unchanged_in": _list(_TEXTS, "The languages in which the words at this place did not change."),
    "questions": _list(_TEXTS, "What to ask about languages in which less changed."),
    "at": _by_language({"type": "integer", "minimum": 0}, "By language: which of its changes this is, counted from 0."),
}
_LETTER: Final[Schema] = {
    "name": _text("The name of the letter."),
    "old": _text("The old version: a file, or a file in a revision."),
    "new": _text("The new version."),
    "state": _words(State, "Whether both versions have the letter."),
    "renamed_from": _text('The former path of a letter whose file was renamed; otherwise "".'),
    "differs": {"type": "boolean", "description": "Whether there is anything to report."},
    "compared": {
        "type": "boolean",
        "description": "Whether the texts were compared; they are not if a version is not a letter, or does not exist.",
    },
    "old_problems": _list({"$ref": "#/definitions/problem"}, "The problems of the old version."),
    "new_problems": _list({"$ref": "#/definitions/problem"}, "The problems of the new version."),
    "facts": _list({"$ref": "#/definitions/fact"}, "What the letter states once for all languages, and that changed."),
    "changes": _list({"$ref": "#/definitions/place-change"}, "The changes of all languages, by their places."),
    "languages": _list({"$ref": "#/definitions/language"}, "The languages, each with its changes."),
}
