"""Shapes of the keys that any part of a letter may have: its id, and its condition."""

from __future__ import annotations

from circulars.model.letter import Condition
from circulars.source.letters.by_language import OneOrMany, is_scalar
from circulars.source.letters.report import letter_report
from circulars.syntax.groups import NAME, NAME_IN_WORDS, Field, ListOf, MapOf
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import Text, YesNo
from circulars.syntax.shape import Converted, Report, Shape


def _registered_id(name: str, node: Node, report: Report) -> str:
    letter_report(report).register_id(name, node)
    return name


ID: Shape[str] = Converted(Text("an id", NAME, "wrong-name", f"use {NAME_IN_WORDS}", max_length=36), _registered_id)
_VALUES = OneOrMany(Text("a value"), ListOf(Text("a value"), "a value or a list of values"), is_scalar)


def _condition(values: dict[str, tuple[str, ...]], node: Node, report: Report) -> Condition:
    return tuple(sorted(values.items()))


WHEN: Shape[Condition] = Converted(
    MapOf(_VALUES, "a condition", r"[A-Za-z][A-Za-z0-9_-]*", "the name of a column of the addressees"), _condition
)
ENTRY = (
    Field("id", ID, "A stable name for this part, for {{ ref: id }} and for reviews."),
    Field("when", WHEN, "Only for addressees with these values in these columns: {category: member-state}."),
)
"""The keys that an entry of a list may have, too."""
COMMON = (*ENTRY, Field("new-page", YesNo(), "true: this part begins a page."))
