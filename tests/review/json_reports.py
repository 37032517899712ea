"""Holds reports of changes as JSON against their schema."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from circulars.review.reports.json_file import report_json
from circulars.review.reports.json_schema import changes_schema
from circulars.review.reports.report import ChangeReport

if TYPE_CHECKING:
    from jsonschema import Draft7Validator


@functools.cache
def validator() -> Draft7Validator:
    """What finds faults in a report by its schema, without the keys that a later report may have."""
    from jsonschema import Draft7Validator

    Draft7Validator.check_schema(changes_schema())
    return Draft7Validator(_closed(changes_schema()))


def _closed(schema: Any) -> Any:
    """A schema whose objects have no other keys than those that it describes."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return closed | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else closed


def check_json(report: ChangeReport) -> Any:
    """The report read from its JSON, which follows the schema, and whose references lead to the same places."""
    found = json.loads(report_json(report))
    assert [error.message for error in validator().iter_errors(found)] == []
    for letter in found["letters"]:
        changes = {one["language"]: one["changes"] for one in letter["languages"]}
        listed = [(code, place) for change in letter["changes"] for code, place in change["at"].items()]
        assert sorted(listed) == sorted((code, place) for code, all in changes.items() for place in range(len(all)))
    return found
