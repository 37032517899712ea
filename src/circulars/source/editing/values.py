"""Writes new values in YAML, as those beside them are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from circulars.source.editing.lines import WIDTH
from circulars.source.editing.scalars import Value, in_lines, one_line, plain_word

_ON_ONE_LINE: Final = frozenset({"columns", "widths", "align"})
"""Keys of a table whose lists are written in brackets."""


def written_after(lead: str, value: Value, column: int, *, in_flow: bool = False) -> str:
    """A dash or a key, which begins in a column, with a value after it."""
    indent = column + 2
    if in_flow or (isinstance(value, Mapping | Sequence) and not isinstance(value, str) and not value):
        return f"{lead} {in_brackets(value)}"
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        lines = _lines(value, indent)
        return f"- {lines}" if lead == "-" else f"{lead}\n{' ' * indent}{lines}"
    return f"{lead} {_scalar(value, column + len(lead) + 1, indent)}"


def _lines(value: Value, indent: int) -> str:
    """A collection in lines, the first of which is indented already."""
    end = "\n" + " " * indent
    if isinstance(value, Mapping):
        pairs = ((f"{key_text(key)}:", one, key in _ON_ONE_LINE) for key, one in value.items())
    else:
        assert isinstance(value, Sequence), value
        pairs = (("-", one, not isinstance(one, Mapping | str)) for one in value)
    return end.join(_entry(lead, one, indent, is_short=is_short) for lead, one, is_short in pairs)


def _entry(lead: str, value: Value, indent: int, *, is_short: bool) -> str:
    """A value in a new collection; the head and the rows of a table are on one line, as far as there is room."""
    if is_short and isinstance(value, Sequence) and not isinstance(value, str):
        line = written_after(lead, value, indent, in_flow=True)
        if indent + len(line) <= WIDTH:
            return line
    return written_after(lead, value, indent)


def _scalar(value: Value, column: int, indent: int) -> str:
    if (word := plain_word(value)) is not None:
        return word
    assert isinstance(value, str), value
    value = value.rstrip("\n")
    line = next(one_line(value, in_flow=False))
    if "\n" in value or column + len(line) > WIDTH:
        return next(in_lines(value, indent), line)
    return line


def in_brackets(value: Value) -> str:
    """A value on one line."""
    if (word := plain_word(value)) is not None:
        return word
    match value:
        case str():
            return next(one_line(value, in_flow=True))
        case Mapping():
            return "{" + ", ".join(f"{key_text(key)}: {in_brackets(one)}" for key, one in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(map(in_brackets, value)) + "]"
        case _:
            raise TypeError(f"cannot be written: {value!r}")


def key_text(key: str) -> str:
    """A key as it is written."""
    return next(one_line(key, in_flow=True))
