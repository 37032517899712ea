"""Limits what a template may do. Steps are counted, not timed, so the same input always has the same result.

A step is about one iteration of a loop. Operations on texts and lists cost steps in proportion to their length.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from typing import Any, Final

from jinja2 import TemplateRuntimeError

MAX_STEPS: Final = 5_000_000
"""The maximum number of steps for one document."""
MAX_CHARACTERS: Final = 150_000_000
"""The maximum number of characters that a template may produce, including discarded ones."""
MAX_TEXT: Final = 20_000_000
"""The maximum number of characters of one text."""
MAX_ENTRIES: Final = 200_000
"""The maximum number of entries of a list, nested lists included; a hundred characters of text count as one."""
MAX_SOURCE: Final = 1_000_000
"""The maximum number of characters of a template's source."""
MAX_TAGS: Final = 5_000
"""The maximum number of tags of a template."""
MAX_WEIGHT: Final = 1_000_000
"""The maximum number of values that are compared at once."""
MAX_READ: Final = 1_000_000
"""The maximum number of characters of a text that a filter works on."""
MAX_WRAPPED: Final = 20_000
"""The maximum number of characters of a text that is wrapped."""
MAX_WIDTH: Final = 1_000
"""The maximum width to which a text may be padded, and the maximum length of the padding, in characters."""
CALL: Final = 10
"""The steps that a call costs."""
CHARACTERS_PER_STEP: Final = 100
"""The number of characters that can be copied in one step."""
_MAX_BITS = 10_000


class TooMuchError(TemplateRuntimeError):
    """A template exceeds a limit."""


class Budget:
    """The steps and characters that a template has left for one document."""

    __slots__ = ("characters", "steps", "weights")

    def __init__(self) -> None:
        self.steps, self.characters = MAX_STEPS, MAX_CHARACTERS
        self.weights: dict[int, tuple[Any, int]] = {}

    def spend(self, steps: int, characters: int = 0) -> None:
        """Subtracts steps and characters.

        Raises:
            TooMuchError: not enough is left.
        """
        self.steps -= steps
        self.characters -= characters
        if self.steps < 0:
            raise TooMuchError(f"it takes more than {MAX_STEPS:,} steps for one letter; does a loop run too often?")
        if self.characters < 0:
            raise TooMuchError(f"it writes more than {MAX_CHARACTERS:,} characters; does a loop run too often?")


BUDGET: Final[ContextVar[Budget]] = ContextVar("budget")
"""The budget of the template that is running."""


def size(value: Any) -> int:
    """The cost of a value in characters: the length of a text; for each entry of a list, nested or not, a hundred.

    Raises:
        TooMuchError: a list has too many entries.
    """
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int):
        return value.bit_length()
    if not isinstance(value, list | tuple | dict | set | range):
        return 1
    if isinstance(value, range):
        return len(value) * CHARACTERS_PER_STEP
    count, todo = 0, [value]
    while todo:
        container = todo.pop()
        count += len(container)
        entries: Iterable[Any] = container
        if isinstance(container, dict):
            entries = (*container.keys(), *container.values())
        for entry in entries:
            if isinstance(entry, str):
                count += len(entry) // CHARACTERS_PER_STEP
            elif isinstance(entry, list | tuple | dict | set):
                todo.append(entry)
        if count + len(todo) > MAX_ENTRIES:
            raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")
    return count * CHARACTERS_PER_STEP


def weight(value: Any) -> int:
    """The steps that comparing a value costs at most: one for each value in it, and for each hundred characters.

    Unlike :func:`size` it also counts what is in the parts of a document.

    Raises:
        TooMuchError: it has too many entries.
    """
    count, todo = 0, [value]
    while todo:
        one = todo.pop()
        count += 1
        if isinstance(one, str):
            count += len(one) // CHARACTERS_PER_STEP
        elif isinstance(one, list | tuple | set):
            todo += one
        elif isinstance(one, dict):
            todo += (*one.keys(), *one.values())
        elif isinstance(one, range):
            count += len(one)
        elif is_dataclass(one) and not isinstance(one, type):
            count += _weight_of_part(one)
        if count + len(todo) > MAX_WEIGHT:
            raise TooMuchError(f"it compares more than {MAX_WEIGHT:,} values")
    return count


def _weight_of_part(part: Any) -> int:
    """The weight of a part of a document, which is measured once."""
    known = BUDGET.get().weights
    if id(part) not in known:
        # The part is kept beside its weight, so that no other value can get its number.
        known[id(part)] = (part, sum(weight(getattr(part, one.name)) for one in fields(part)))
    return known[id(part)][1]


def check_size(expected: int, like: Any) -> None:
    """Checks the size of a value before it is made; ``like`` has its type.

    Raises:
        TooMuchError: it exceeds the limit for one value.
    """
    if isinstance(like, str):
        if expected > MAX_TEXT:
            raise TooMuchError(f"it makes a text of more than {MAX_TEXT:,} characters")
    elif expected > MAX_ENTRIES * CHARACTERS_PER_STEP:
        raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")


def check_bits(bits: int) -> None:
    """Checks the number of bits of an integer, as :func:`check_size` does."""
    if bits > _MAX_BITS:
        raise TooMuchError(f"it makes a number of more than {_MAX_BITS:,} bits")


def check_widths(given: Iterable[Any]) -> None:
    """Checks arguments that may be widths or padding, as :func:`check_size` does."""
    for value in given:
        if isinstance(value, int | float) and not abs(value) <= MAX_WIDTH:
            raise TooMuchError(f"it asks for a width of {value:,}; the limit is {MAX_WIDTH:,}")
        if isinstance(value, str) and len(value) > MAX_WIDTH:
            raise TooMuchError(f"it fills with a text of more than {MAX_WIDTH:,} characters")
