"""Finds what the letter format says about a value: the description of its key in the JSON Schema of letters."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from circulars.source.editing import Path
from circulars.source.letters import letter_schema

Schema = Mapping[str, Any]


@functools.lru_cache(4096)
def hint_of(path: Path) -> str:
    """The description of the value at a path; that of the nearest key above it for an entry of a list.

    "" if the format does not know the key.
    """
    schema = _schema()
    found: list[Schema] = [schema]
    hint = ""
    for step in path:
        found = [below for one in found for below in _below(one, step, schema)]
        hint = next(
            (one["description"] for one in found if "description" in one), hint if isinstance(step, int) else ""
        )
    return hint


@functools.cache
def _schema() -> Schema:
    return letter_schema()


def _below(schema: Schema, step: str | int, root: Schema) -> Iterator[Schema]:
    """The schemas of what is below a key or the number of an entry. Those of languages say nothing about the text."""
    for one in _choices(schema, root):
        if isinstance(step, int):
            items = one.get("items", ())
            yield from [items] if isinstance(items, Mapping) else items
            continue
        known = one.get("properties", {})
        if step in known:
            yield known[step]
        else:
            patterns: Mapping[str, Schema] = one.get("patternProperties", {})
            yield from (below for pattern, below in patterns.items() if re.search(pattern, step))


def _choices(schema: Schema, root: Schema) -> Iterator[Schema]:
    """A schema and all those that it allows instead."""
    if "$ref" in schema:
        yield from _choices(root["definitions"][schema["$ref"].rpartition("/")[2]], root)
    yield schema
    others: Sequence[Schema] = [*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())]
    for other in others:
        yield from _choices(other, root)
