"""A YAML file as its layout has it: entries with their values, and with the comments and blank lines around them."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from circulars.syntax.folding import with_joints, without_joints
from circulars.syntax.nodes import LOADER


@dataclass(slots=True)
class LayoutComment:
    """A comment: its text from the "#" on, where it is, and whether a blank line is before it."""

    text: str
    start: int
    blank: bool = False


@dataclass(slots=True)
class LayoutLeaf:
    """A single value: what it says, how it is typed (">", "|", quotation marks or nothing), and its range."""

    value: str
    style: str
    start: int
    end: int
    anchor: str = ""


@dataclass(slots=True)
class LayoutAlias:
    """The use of an anchor: "*name"."""

    name: str
    start: int
    end: int


@dataclass(slots=True)
class LayoutEntry:
    """A key with its value, or an item of a list, which has no key.

    ``start`` is where its key or its dash begins. ``comments`` are those on the lines before it, ``beside`` is that at
    the end of its line. ``blank`` says that a blank line is before it and its comments, or after these.
    """

    start: int
    value: LayoutLeaf | LayoutAlias | LayoutGroup
    key: LayoutLeaf | LayoutAlias | None = None
    comments: list[LayoutComment] = field(default_factory=list)
    beside: LayoutComment | None = None
    blank: bool = False

    @property
    def name(self) -> str:
        """The text of its key."""
        return self.key.value if isinstance(self.key, LayoutLeaf) else ""


@dataclass(slots=True)
class LayoutGroup:
    """A list, or a mapping. ``flow`` says that it is typed in brackets; ``after`` are the comments at its end."""

    is_list: bool
    flow: bool
    start: int
    end: int = 0
    anchor: str = ""
    column: int = 0
    entries: list[LayoutEntry] = field(default_factory=list)
    after: list[LayoutComment] = field(default_factory=list)


LayoutValue = LayoutLeaf | LayoutAlias | LayoutGroup


def read_entries(text: str) -> LayoutValue:
    """The root of a file that is known to be YAML without problems."""
    parsed = with_joints(text)
    tokens: Iterator[Any] = iter(yaml.scan(parsed, Loader=LOADER))
    dashes = [token.start_mark.index for token in tokens if isinstance(token, yaml.BlockEntryToken)]
    return _Reader(parsed, yaml.parse(parsed, Loader=LOADER), dashes).root(text)


def all_entries(value: LayoutValue) -> Iterator[LayoutEntry]:
    """The entries of a value and of all values below it, in the order of the file."""
    for entry in value.entries if isinstance(value, LayoutGroup) else ():
        yield entry
        yield from all_entries(entry.value)


@dataclass(slots=True)
class _Reader:
    parsed: str
    events: Iterator[Any]
    dashes: list[int]

    def root(self, text: str) -> LayoutValue:
        value = self._value(self._next_node())
        if isinstance(value, LayoutGroup):
            value.end = max(value.end, len(text.rstrip()))
        return value

    def _next_node(self) -> Any:
        event = next(self.events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self.events)
        return event

    def _value(self, event: Any) -> LayoutValue:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            return LayoutAlias(event.anchor or "", start, end)
        if isinstance(event, yaml.ScalarEvent):
            # A block ends where the next line begins; what counts is its last word.
            end = max(start, start + len(self.parsed[start:end].rstrip()))
            return LayoutLeaf(without_joints(event.value), event.style or "", start, end, event.anchor or "")
        return self._group(event, isinstance(event, yaml.SequenceStartEvent))

    def _group(self, opened: Any, is_list: bool) -> LayoutGroup:
        group = LayoutGroup(is_list, bool(opened.flow_style), opened.start_mark.index, anchor=opened.anchor or "")
        while not isinstance(event := next(self.events), yaml.MappingEndEvent | yaml.SequenceEndEvent):
            first = self._value(event)
            if is_list:
                group.entries.append(LayoutEntry(first.start if group.flow else self._dash(first.start), first))
            else:
                assert not isinstance(first, LayoutGroup)
                group.entries.append(LayoutEntry(first.start, self._value(next(self.events)), first))
        # A block ends where the next token begins, behind comments; what counts is the end of its last entry.
        closed: Any = event.end_mark
        group.end = closed.index if group.flow or not group.entries else group.entries[-1].value.end
        first_start = group.entries[0].start if group.entries else group.start
        group.column = first_start - (self.parsed.rfind("\n", 0, first_start) + 1)
        return group

    def _dash(self, start: int) -> int:
        """The dash of the item that begins at a character: the last one before it."""
        return self.dashes[bisect.bisect_left(self.dashes, start) - 1]
