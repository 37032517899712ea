"""Edits of a YAML file as text, so that its comments and its arrangement stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from circulars.syntax.nodes import Node


@dataclass(frozen=True, slots=True)
class Edit:
    """A range of characters, and the text that replaces it."""

    start: int
    end: int
    text: str = ""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join([*pieces, text[at:]])


def range_of(node: Node, text: str) -> tuple[int, int]:
    """The range of a node in its text, without line ends and spaces after it."""
    return node.start, node.start + len(text[node.start : node.end].rstrip())
