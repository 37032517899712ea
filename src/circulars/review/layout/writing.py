"""Writes the entries of a file in their layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from circulars.review.layout.entries import (
    LayoutAlias,
    LayoutComment,
    LayoutEntry,
    LayoutGroup,
    LayoutLeaf,
    LayoutValue,
)
from circulars.review.layout.hints import LayoutHints
from circulars.review.layout.sentences import lines_of, sentences
from circulars.review.layout.texts import STEP, WIDTH, WrittenValue, in_brackets, written_leaf

IN_BRACKETS = "# circulars: in brackets"
"""The comment that says, for merging, that lines were in brackets."""
_SHORT_TEXT = 60
"""The longest text by language that stands in brackets beside others, in characters."""


@dataclass(frozen=True, slots=True)
class LayoutWriter:
    """Writes the values of a text.

    ``keeps_order`` says that no key is moved, since an anchor is before its aliases. For merging, each sentence is
    ``apart``: on a line of its own, however short or long it is.
    """

    text: str
    hints: LayoutHints
    abbreviations: Callable[[str], Sequence[str]]
    keeps_order: bool
    apart: bool = False

    def written(self, root: LayoutValue, head: Sequence[LayoutComment]) -> str:
        """The whole file; ``head`` are the comments at its beginning, which belong to all of it."""
        if not isinstance(root, LayoutGroup):
            value = self._value(root, 0, 0)
            return "\n".join([value.head, *(" " * STEP + line for line in value.lines)]) + "\n"
        flat = self._flow(root)
        lines = [flat] if flat and not root.after else self._group(root, 0)
        top = [*_comments(head, 0), ""] if head else []
        after = [*_comments(root.after, 0)] if flat else []
        return "\n".join([*top, *lines, *after]).lstrip("\n") + "\n"

    def _group(self, group: LayoutGroup, indent: int, parent: str = "") -> list[str]:
        """The lines of a list or a mapping, each entry on lines of its own."""
        lines: list[str] = []
        for number, entry in enumerate(self._ordered(group)):
            own = self._entry(group, entry, indent)
            is_blank = entry.comments[0].blank if entry.comments else entry.blank
            if number and (is_blank or (parent == "body" and group.is_list)):
                lines.append("")
            lines += own
        if group.after:
            lines += _comments(group.after, indent)
        return lines

    def _ordered(self, group: LayoutGroup) -> list[LayoutEntry]:
        if group.is_list or self.keeps_order:
            return group.entries
        by_name = {entry.name: entry for entry in group.entries}
        return [by_name[name] for name in self.hints.ordered(group.start, [*by_name])]

    def _entry(self, group: LayoutGroup, entry: LayoutEntry, indent: int) -> list[str]:
        """The lines of an entry, with the comments before it."""
        margin = " " * indent
        start = "-" if group.is_list else f"{self._key(entry)}:"
        value = self._value(entry.value, indent, indent + len(start) + 1, entry.name)
        comments, beside = entry.comments, f"  {entry.beside.text}" if entry.beside else ""
        is_below = group.is_list and value.lines[:1] and not value.head
        joins = is_below and not value.lines[0].lstrip().startswith("#")
        if entry.beside and is_below:
            comments, beside = [*comments, replace(entry.beside, blank=entry.blank and not comments)], ""
            entry = replace(entry, blank=False) if len(comments) == 1 else entry
        above = [*_comments(comments, indent)]
        above[:1] = above[:1] if above[:1] != [""] else []
        if above and entry.blank:
            above.append("")
        if joins:
            first = value.lines[0].strip(" ")
            return [*above, f"{margin}- {first}", *value.lines[1:]]
        head = f" {value.head}" if value.head else ""
        return [*above, f"{margin}{start}{head}{beside}", *value.lines]

    def _key(self, entry: LayoutEntry) -> str:
        key = entry.key
        if isinstance(key, LayoutAlias):
            return f"*{key.name} "
        assert key is not None
        typed = self.text[key.start : key.end]
        typed = typed if "\n" not in typed else in_brackets(replace(key, style='"'), None, "")
        return (f"&{key.anchor} " if key.anchor and not typed.startswith("&") else "") + typed

    def _value(self, value: LayoutValue, indent: int, column: int, name: str = "") -> WrittenValue:
        """A value: what follows its key or its dash, which ends before ``column``, and the lines below."""
        if isinstance(value, LayoutAlias):
            return WrittenValue(f"*{value.name}")
        anchor = f"&{value.anchor}" if value.anchor else ""
        if isinstance(value, LayoutLeaf):
            text = self.hints.texts.get(value.start)
            apart = self.apart and text is not None
            room = -1 if apart else WIDTH - column - (len(anchor) + 1 if anchor else 0)
            known = self.abbreviations(text.language) if text else ()
            written = written_leaf(
                value, text, known, room, self.text[value.start : value.end], sentences if apart else lines_of
            )
            lines = tuple(" " * (indent + STEP) + line if line else "" for line in written.lines)
            return WrittenValue(" ".join(filter(None, (anchor, written.head))), lines)
        flow = self._flow(value)
        if flow and column + len(anchor) + len(flow) <= WIDTH:
            return WrittenValue(" ".join(filter(None, (anchor, flow))))
        if self.apart and value.flow and not value.entries[0].beside:
            value.entries[0].beside = LayoutComment(IN_BRACKETS, value.start)
        return WrittenValue(anchor, tuple(self._group(value, indent + STEP, name)))

    def _flow(self, value: LayoutValue) -> str:
        """A value in brackets on one line; "" if it was not in brackets, or cannot be, or is too long."""
        if isinstance(value, LayoutAlias):
            return f"*{value.name}"
        if isinstance(value, LayoutLeaf):
            anchor = f"&{value.anchor} " if value.anchor else ""
            found = in_brackets(value, self.hints.texts.get(value.start), self.text[value.start : value.end])
            return anchor + found if found else ""
        if not value.flow and value.entries:
            return ""
        if any(entry.comments or entry.beside for entry in value.entries) or value.after:
            return ""
        if value.start in self.hints.with_languages and (self.apart or any(map(self._is_long, value.entries))):
            return ""
        return self._brackets(value)

    def _brackets(self, value: LayoutGroup) -> str:
        parts, length = [], 0
        for entry in self._ordered(value):
            flow = self._flow(entry.value)
            is_empty = isinstance(entry.value, LayoutLeaf) and not entry.value.value and not entry.value.style
            if not flow and not is_empty:
                return ""
            if isinstance(entry.value, LayoutGroup) and entry.value.anchor:
                flow = f"&{entry.value.anchor} {flow}"
            part = flow if value.is_list else f"{self._key(entry)}: {flow}".rstrip()
            parts.append(part)
            length += len(part)
            if length > WIDTH or (value.is_list and is_empty):
                return ""
        inside = ", ".join(parts)
        return f"[{inside}]" if value.is_list else f"{{{inside}}}"

    def _is_long(self, entry: LayoutEntry) -> bool:
        """Whether a text by language is too long to share a line with those of other languages."""
        value = entry.value
        if not isinstance(value, LayoutLeaf) or (text := self.hints.texts.get(value.start)) is None:
            return False
        return len(value.value) > _SHORT_TEXT or len(sentences(value.value, self.abbreviations(text.language))) > 1


def _comments(comments: Iterable[LayoutComment], indent: int) -> list[str]:
    lines: list[str] = []
    for comment in comments:
        lines += ([""] if comment.blank else []) + [" " * indent + comment.text]
    return lines
