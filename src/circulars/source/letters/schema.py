"""Describes the letter format to editors, as JSON Schema."""

from __future__ import annotations

from typing import Any

from circulars.source.letters.letter_shape import LETTER


def letter_schema() -> dict[str, Any]:
    """The JSON Schema of a letter, with a description of every field; draft 7, as VS Code's YAML extension reads it."""
    definitions: dict[str, Any] = {}
    schema = LETTER.schema(definitions)
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Circular letter",
        "description": "One official circular letter in all its languages.",
    }
    return head | schema | {"definitions": definitions}
