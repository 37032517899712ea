"""Shapes of names that the pack defines."""

from __future__ import annotations

from circulars.model.letter import PlacedName
from circulars.syntax.groups import NAME
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import Text
from circulars.syntax.shape import Converted, Report, Shape


def named(name: str, node: Node, report: Report) -> PlacedName:
    """The name with its place in the letter."""
    return PlacedName(name, report.tree.place(node))


def name_of(what: str, hint: str, pattern: str = NAME) -> Shape[PlacedName]:
    """The shape of a name that the pack defines; ``what`` and ``hint`` are for its problems."""
    return Converted(Text(what, pattern, "wrong-name", hint, lines=False), named)
