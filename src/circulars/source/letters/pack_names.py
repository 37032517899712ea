"""Shapes of the names that a letter uses of its pack."""

from __future__ import annotations

from circulars.model.letter import PlacedName
from circulars.syntax.groups import NAME
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import Text
from circulars.syntax.shape import Made, Report, Shape


def named(name: str, node: Node, report: Report) -> PlacedName:
    return PlacedName(name, report.tree.place(node))


def name_of(what: str, hint: str, pattern: str = NAME) -> Shape[PlacedName]:
    """The name of something in the pack."""
    return Made(Text(what, pattern, "wrong-name", hint, lines=False), named)
