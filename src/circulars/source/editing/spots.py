"""Finds where each value of a YAML file is written: its style, its anchor, and its range of characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from circulars.syntax.folding import with_joints, without_joints
from circulars.syntax.nodes import LOADER

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")


@dataclass(slots=True)
class EditSpot:
    """A place in the file where a value is written.

    ``style`` is "|", ">", a quotation mark or "" for a scalar, "{" or "[" for a collection in brackets, "map" or "list"
    for one in lines, and "*" for an alias, whose value is at ``target``. ``start`` is behind an anchor.
    """

    style: str
    start: int
    end: int
    text: str = ""
    anchor: str = ""
    keys: list[EditSpot] = field(default_factory=list)
    values: list[EditSpot] = field(default_factory=list)
    target: EditSpot | None = None

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single value."""
        return self.style in ("", "'", '"', "|", ">")

    @property
    def is_flow(self) -> bool:
        """Whether it is a collection in brackets."""
        return self.style in ("{", "[")

    @property
    def is_block_scalar(self) -> bool:
        """Whether it is a text in lines below "|" or ">"."""
        return self.style in ("|", ">")


def spots(text: str) -> EditSpot:
    """The root of a YAML text that :func:`circulars.syntax.nodes.read_tree` accepts."""
    parsed = with_joints(text)
    events = (event for event in yaml.parse(parsed, Loader=LOADER) if isinstance(event, yaml.NodeEvent | _END))
    return _Reader(text, events).spot(next(events))


_END: Final = yaml.CollectionEndEvent


@dataclass(slots=True)
class _Reader:
    text: str
    events: Iterator[Any]
    anchors: dict[str, EditSpot] = field(default_factory=dict)

    def spot(self, event: Any) -> EditSpot:
        """The spot that an event begins. Files are at most twenty levels deep."""
        start, end = _index(event.start_mark), _index(event.end_mark)
        if isinstance(event, yaml.AliasEvent):
            return EditSpot("*", start, end, target=self.anchors[event.anchor or ""])
        if event.anchor or event.tag:
            properties = _PROPERTIES.match(self.text, start)
            start = properties.end() if properties else start
        if isinstance(event, yaml.ScalarEvent):
            found = EditSpot(event.style or "", start, end, without_joints(event.value), event.anchor or "")
        else:
            found = self._collection(event, start)
        if event.anchor:
            self.anchors[event.anchor] = found
        return found

    def _collection(self, event: Any, start: int) -> EditSpot:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        style = ("{" if is_mapping else "[") if event.flow_style else ("map" if is_mapping else "list")
        found = EditSpot(style, start, start, anchor=event.anchor or "")
        for inner in self.events:
            if isinstance(inner, _END):
                found.end = _index(inner.end_mark)
                break
            if is_mapping:
                found.keys.append(self.spot(inner))
                inner = next(self.events)
            found.values.append(self.spot(inner))
        return found


def _index(mark: Any) -> int:
    return int(mark.index)
