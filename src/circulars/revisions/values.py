"""The objects of a PDF as plain values (ISO 32000-1, 7.3). Two values are equal only if they are of the same type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A reference to an indirect object."""

    number: int
    generation: int

    def __str__(self) -> str:
        return f"{self.number} {self.generation}"


class Name(str):
    """A name, without its slash."""

    __slots__ = ()


class Truth(Enum):
    """A Boolean. In Python, True would equal the number 1."""

    TRUE = "true"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its dictionary without "Length", and its bytes as they are stored."""

    entries: Mapping[str, Value]
    data: bytes


Value: TypeAlias = "Truth | Decimal | bytes | Name | Ref | tuple[Value, ...] | Mapping[str, Value] | Stream | None"
"""``bytes`` are strings. A dictionary's keys are without their slashes, and it has no entries that are null."""


def entries_of(value: Value) -> Mapping[str, Value]:
    """The entries of a dictionary or a stream; none of anything else."""
    if isinstance(value, Stream):
        return value.entries
    return value if isinstance(value, Mapping) else {}


def items_of(value: Value) -> tuple[Value, ...]:
    """The items of an array; none of anything else."""
    return value if isinstance(value, tuple) else ()


def whole_number(value: Value) -> int | None:
    """The value of a whole number; ``None`` for anything else."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else None


def refs_in(value: Value) -> Iterator[Ref]:
    """Every reference in a value."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Ref):
            yield one
        else:
            waiting += items_of(one) or entries_of(one).values()
